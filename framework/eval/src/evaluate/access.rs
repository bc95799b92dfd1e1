//! Attribute and index access on values (`Index` and `GetAttr` in HCL's
//! `ops.go`).

use terrace_diag::{Code, closest};

use crate::codes;
use crate::convert::convert;
use crate::types::Type;
use crate::value::{Data, Value};

/// Why there is nothing there.
#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) code: &'static Code,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Missing {
    fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
        }
    }
}

/// `value.name`
pub(crate) fn get_attr(value: &Value, name: &str) -> Result<Value, Missing> {
    let sensitive = value.is_sensitive();
    let unsupported = |message: &str| Missing::new(&codes::UNSUPPORTED_ATTRIBUTE, message);
    let found = match value.data() {
        Data::Object(object) => match object.entries().get(name) {
            Some(found) => found.clone(),
            None => {
                return Err(Missing {
                    help: suggestion(value, name),
                    ..unsupported(&format!(
                        "this object does not have an attribute named {name:?}"
                    ))
                });
            }
        },
        Data::Map(map) => match map.entries().get(name) {
            Some(found) => found.clone(),
            None => {
                return Err(Missing {
                    help: suggestion(value, name),
                    ..unsupported(&format!(
                        "this map does not have an element with the key {name:?}"
                    ))
                });
            }
        },
        Data::Null(_) => {
            return Err(unsupported(
                "attempt to get an attribute from null: this value is null, so it does not have any attributes",
            ));
        }
        Data::Unknown(Type::Dynamic) => Value::UNKNOWN,
        Data::Unknown(Type::Object(object)) => match object.get(name) {
            Some(ty) => Value::unknown(ty.clone()),
            None => {
                return Err(unsupported(&format!(
                    "this object does not have an attribute named {name:?}"
                )));
            }
        },
        Data::Unknown(Type::Map(element)) => Value::unknown(Type::clone(element)),
        _ => return Err(unsupported(&no_attributes(&value.ty(), name))),
    };
    Ok(found.or_sensitive(sensitive))
}

/// How many names a hint lists.
const FEW: usize = 12;

fn suggestion(value: &Value, name: &str) -> Option<String> {
    if value.is_sensitive() {
        return None;
    }
    let keys = || {
        let entries = value.entries().into_iter().flatten();
        entries.map(|(key, _)| key.as_str())
    };
    if let Some(near) = closest(name, keys()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let few = (1..=FEW).contains(&keys().count());
    let list: Vec<String> = keys().map(|key| format!("`{key}`")).collect();
    few.then(|| format!("there are: {}", list.join(", ")))
}

fn no_attributes(ty: &Type, name: &str) -> String {
    match ty {
        Type::List(element) => match element.as_ref() {
            Type::Object(object) if object.get(name).is_some() => format!(
                "can't access attributes on a list of objects; did you mean to access attribute {name:?} for a specific element of the list, or across all elements of the list?"
            ),
            Type::Object(_) => "can't access attributes on a list of objects; did you mean to access an attribute for a specific element of the list, or across all elements of the list?".into(),
            _ => "this value does not have any attributes".into(),
        },
        Type::Set(element) if matches!(**element, Type::Object(_)) => "can't access attributes on a set of objects; did you mean to access an attribute across all elements of the set?".into(),
        Type::Bool | Type::Number | Type::String => format!(
            "can't access attributes on a primitive-typed value ({})",
            ty.friendly_name()
        ),
        _ => "this value does not have any attributes".into(),
    }
}

const NO_ELEMENT: &str = "the given key does not identify an element in this collection value";

/// `value[key]`
pub(crate) fn index(value: &Value, key: &Value) -> Result<Value, Missing> {
    let invalid = |message: String| Missing::new(&codes::INVALID_INDEX, message);
    if value.is_null() {
        return Err(invalid(
            "attempt to index null: this value is null, so it does not have any indices".into(),
        ));
    }
    if key.is_null() {
        return Err(invalid("can't use a null value as an indexing key".into()));
    }
    let dynamic = |v: &Value| matches!(v.data(), Data::Unknown(Type::Dynamic));
    if dynamic(key) || dynamic(value) {
        return Ok(Value::UNKNOWN.or_sensitive(value.is_sensitive()));
    }
    let by_position = |key: &Value| {
        convert(key, &Type::Number).map_err(|message| invalid(format!("{NO_ELEMENT}: {message}")))
    };
    let by_name = |key: &Value| {
        convert(key, &Type::String).map_err(|message| invalid(format!("{NO_ELEMENT}: {message}")))
    };
    let found = match value.data() {
        Data::List(list) => {
            let position = by_position(key)?;
            item(list.items(), &position, value.element_type())?
                .or_sensitive(position.is_sensitive())
        }
        Data::Tuple(tuple) => {
            let position = by_position(key)?;
            item(tuple.items(), &position, None)?.or_sensitive(position.is_sensitive())
        }
        Data::Map(map) => {
            let name = by_name(key)?;
            match name.as_str() {
                None => Value::unknown(value.element_type().cloned().unwrap_or(Type::Dynamic)),
                Some(text) => map.entries().get(text).cloned().ok_or_else(|| Missing {
                    help: visible(key).and_then(|()| suggestion(value, text)),
                    ..invalid(missing_key(key, text))
                })?,
            }
            .or_sensitive(name.is_sensitive())
        }
        Data::Object(object) => {
            let name = by_name(key)?;
            match name.as_str() {
                None => Value::UNKNOWN,
                Some(text) => object.entries().get(text).cloned().ok_or_else(|| Missing {
                    help: if key.as_number().is_some() {
                        Some("an object only supports looking up attributes by name, not by numeric index".into())
                    } else {
                        visible(key).and_then(|()| suggestion(value, text))
                    },
                    ..invalid(missing_key(key, text))
                })?,
            }
        }
        Data::Unknown(ty) => match ty {
            Type::List(element) => {
                by_position(key)?;
                Value::unknown(Type::clone(element))
            }
            Type::Map(element) => {
                by_name(key)?;
                Value::unknown(Type::clone(element))
            }
            Type::Tuple(items) => match by_position(key)?.as_number().map(position) {
                Some(Some(at)) if at < items.len() => Value::unknown(items[at].clone()),
                Some(_) => return Err(invalid(NO_ELEMENT.into())),
                None => Value::UNKNOWN,
            },
            Type::Object(_) => {
                by_name(key)?;
                Value::UNKNOWN
            }
            Type::Set(_) => return Err(invalid(SET_INDEX.into())),
            _ => return Err(invalid("this value does not have any indices".into())),
        },
        Data::Set(_) => return Err(invalid(SET_INDEX.into())),
        _ => return Err(invalid("this value does not have any indices".into())),
    };
    Ok(found.or_sensitive(value.is_sensitive()))
}

const SET_INDEX: &str = "elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set";

/// Whether a key may be shown.
fn visible(key: &Value) -> Option<()> {
    (!key.is_sensitive()).then_some(())
}

fn missing_key(key: &Value, text: &str) -> String {
    match visible(key) {
        Some(()) => format!("{NO_ELEMENT}: there is no key {text:?}"),
        None => NO_ELEMENT.into(),
    }
}

fn position(number: &crate::number::Number) -> Option<usize> {
    number.to_i64().and_then(|at| usize::try_from(at).ok())
}

fn item(items: &[Value], key: &Value, element: Option<&Type>) -> Result<Value, Missing> {
    let Some(number) = key.as_number() else {
        return Ok(Value::unknown(element.cloned().unwrap_or(Type::Dynamic)));
    };
    if let Some(found) = position(number).and_then(|at| items.get(at)) {
        return Ok(found.clone());
    }
    let reason = if !number.is_integer() && !number.is_infinite() {
        "indexing a sequence requires a whole number, but the given index has a fractional part"
            .into()
    } else if number.signum() < 0 {
        "a negative number is not a valid index for a sequence".into()
    } else if items.is_empty() {
        "the collection has no elements".into()
    } else if visible(key).is_some() {
        format!(
            "the given index {number} is greater than or equal to the length of the collection, {}",
            items.len()
        )
    } else {
        "the given index is greater than or equal to the length of the collection".into()
    };
    Err(Missing::new(
        &codes::INVALID_INDEX,
        format!("{NO_ELEMENT}: {reason}"),
    ))
}
