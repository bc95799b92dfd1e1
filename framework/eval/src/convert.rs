//! Conversion of values to types, after `cty/convert`.
//!
//! A known value is converted by walking it, so that every part that does not
//! fit is reported with its path; whether an empty collection, a null or an
//! unknown value can be converted is decided by types alone, as in `cty`.

mod dynamic;
mod mismatch;
mod possible;
mod unify;

use smol_str::SmolStr;

use crate::number::Number;
use crate::types::{ObjectType, Type};
use crate::value::{Data, Value};

pub use mismatch::mismatch_message;
pub use possible::{convertible, without_optional};
pub use unify::{unify, unify_safe};

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// An attribute of an object or a key of a map.
    Key(SmolStr),
    /// A position of a list or tuple.
    Index(usize),
    /// An element of a set; sets have no positions.
    Element,
}

/// A part of a value that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The way to the part; empty for the value itself.
    pub path: Vec<PathStep>,
    /// What is wrong: a phrase such as `number required`.
    pub message: String,
}

/// Converts a value to a type, also where that can fail for the value's sake
/// (a string that is no number).
///
/// # Errors
/// One sentence in Terraform's words, without a full stop: `attribute "x":
/// number required`.
pub fn convert(value: &Value, want: &Type) -> Result<Value, String> {
    if let Some(done) = trivially(value, want) {
        return Ok(done);
    }
    convert_all(value, want).map_err(|faults| {
        let got = value.ty();
        if !convertible(&got, want, true) {
            return mismatch_message(&got, want);
        }
        faults
            .into_iter()
            .next()
            .map_or_else(|| mismatch_message(&got, want), |fault| fault.message)
    })
}

/// The same, with every part that does not fit.
///
/// # Errors
/// At least one fault.
pub fn convert_all(value: &Value, want: &Type) -> Result<Value, Vec<Fault>> {
    let mut converter = Converter::default();
    match converter.convert(value, want) {
        Some(converted) if converter.faults.is_empty() => Ok(converted),
        _ => Err(converter.faults),
    }
}

/// The cases that need no work.
fn trivially(value: &Value, want: &Type) -> Option<Value> {
    match (value.data(), want) {
        (_, Type::Dynamic)
        | (Data::String(_), Type::String)
        | (Data::Number(_), Type::Number)
        | (Data::Bool(_), Type::Bool) => Some(value.clone()),
        (Data::List(_), Type::List(element))
        | (Data::Set(_), Type::Set(element))
        | (Data::Map(_), Type::Map(element))
            if element.is_primitive() && value.element_type() == Some(element) =>
        {
            Some(value.clone())
        }
        _ => None,
    }
}

/// A primitive value as another primitive type.
pub(crate) fn convert_primitive(value: &Value, want: &Type) -> Result<Value, &'static str> {
    let (data, sensitive) = (value.data(), value.is_sensitive());
    let converted = match (data, want) {
        (Data::String(_), Type::String)
        | (Data::Number(_), Type::Number)
        | (Data::Bool(_), Type::Bool) => return Ok(value.clone()),
        (Data::Number(number), Type::String) => Value::string(number.to_string()),
        (Data::Bool(bool), Type::String) => Value::string(if *bool { "true" } else { "false" }),
        (Data::String(text), Type::Number) => {
            Value::number(Number::parse(text).ok_or("a number is required")?)
        }
        (Data::String(text), Type::Bool) => match text.as_str() {
            "true" | "1" => Value::TRUE,
            "false" | "0" => Value::FALSE,
            other => {
                return Err(match other.to_lowercase().as_str() {
                    "true" => "a bool is required; to convert from string, use lowercase \"true\"",
                    "false" => {
                        "a bool is required; to convert from string, use lowercase \"false\""
                    }
                    _ => "a bool is required",
                });
            }
        },
        (_, Type::String) => return Err("string required"),
        (_, Type::Number) => return Err("number required"),
        _ => return Err("bool required"),
    };
    Ok(converted.or_sensitive(sensitive))
}

#[derive(Default)]
struct Converter {
    path: Vec<PathStep>,
    faults: Vec<Fault>,
}

impl Converter {
    fn fault(&mut self, message: impl Into<String>) -> Option<Value> {
        self.faults.push(Fault {
            path: self.path.clone(),
            message: message.into(),
        });
        None
    }

    fn mismatch(&mut self, value: &Value, want: &Type) -> Option<Value> {
        self.fault(mismatch_message(&value.ty(), want))
    }

    fn convert_at(&mut self, step: PathStep, value: &Value, want: &Type) -> Option<Value> {
        self.path.push(step);
        let converted = self.convert(value, want);
        self.path.pop();
        converted
    }

    fn convert(&mut self, value: &Value, want: &Type) -> Option<Value> {
        if let Some(done) = trivially(value, want) {
            return Some(done);
        }
        let converted = match value.data() {
            Data::Null(got) | Data::Unknown(got) => {
                if got == want {
                    return Some(value.clone());
                }
                if !convertible(got, want, true) {
                    return self.mismatch(value, want);
                }
                let ty = dynamic::replace(got, &without_optional(want));
                if value.is_null() {
                    Value::null(ty)
                } else {
                    Value::unknown(ty)
                }
            }
            Data::Bool(_) | Data::Number(_) | Data::String(_) => {
                if !want.is_primitive() {
                    return self.mismatch(value, want);
                }
                return match convert_primitive(value, want) {
                    Ok(converted) => Some(converted),
                    Err(message) => self.fault(message),
                };
            }
            Data::List(_) | Data::Set(_) | Data::Map(_) => self.collection_to(value, want)?,
            Data::Tuple(tuple) => self.tuple_to(value, tuple.items(), want)?,
            Data::Object(_) => self.object_to(value, want)?,
        };
        Some(converted.or_sensitive(value.is_sensitive()))
    }

    fn collection_to(&mut self, value: &Value, want: &Type) -> Option<Value> {
        let got = value.ty();
        if got == *want {
            return Some(value.clone());
        }
        if !convertible(&got, want, true) {
            return self.mismatch(value, want);
        }
        match (value.data(), want) {
            (Data::List(s) | Data::Set(s), Type::List(element) | Type::Set(element)) => {
                let to_list = matches!(want, Type::List(_));
                if to_list && matches!(value.data(), Data::Set(_)) && !value.is_wholly_known() {
                    let element = value.element_type().cloned().unwrap_or(Type::Dynamic);
                    return Some(Value::unknown(Type::list(element)));
                }
                let indexed = matches!(value.data(), Data::List(_));
                let items = self.items(s.items(), element, indexed)?;
                let empty = empty_element(element, value);
                self.collection(items, element, empty, to_list)
            }
            (Data::Map(map), Type::Map(element)) => {
                let mut entries = Vec::with_capacity(map.entries().len());
                for (key, item) in map.entries() {
                    let step = PathStep::Key(key.clone());
                    entries.push((key.clone(), self.convert_at(step, item, element)));
                }
                let entries = all(entries)?;
                let empty = empty_element(element, value);
                self.mapping(entries, element, empty)
            }
            (Data::Map(_), Type::Object(object)) => self.map_to_object(value, object),
            _ => self.mismatch(value, want),
        }
    }

    fn tuple_to(&mut self, value: &Value, items: &[Value], want: &Type) -> Option<Value> {
        match want {
            Type::Tuple(types) if types.len() == items.len() => {
                let mut converted = Vec::with_capacity(items.len());
                for (at, (item, ty)) in items.iter().zip(types.iter()).enumerate() {
                    converted.push(self.convert_at(PathStep::Index(at), item, ty));
                }
                let converted: Option<Vec<_>> = converted.into_iter().collect();
                Some(Value::tuple(converted?))
            }
            Type::List(element) | Type::Set(element) => {
                let to_list = matches!(want, Type::List(_));
                if items.is_empty() {
                    let element = without_optional(element);
                    return Some(if to_list {
                        Value::list(element, Vec::new())
                    } else {
                        Value::set(element, Vec::new())
                    });
                }
                let unified;
                let element = if **element == Type::Dynamic {
                    let types: Vec<Type> = items.iter().map(Value::ty).collect();
                    match unify(&types) {
                        Some(ty)
                            if ty != Type::Dynamic || types.iter().all(|t| *t == Type::Dynamic) =>
                        {
                            unified = ty;
                            &unified
                        }
                        _ => return self.mismatch(value, want),
                    }
                } else {
                    element.as_ref()
                };
                let mut items = self.items(items, element, true)?;
                if to_list && element.has_dynamic() {
                    items = self.unify_items(items)?;
                }
                self.collection(items, element, Type::Dynamic, to_list)
            }
            _ => self.mismatch(value, want),
        }
    }

    fn object_to(&mut self, value: &Value, want: &Type) -> Option<Value> {
        let entries = value.entries()?;
        match want {
            Type::Map(element) => {
                if entries.is_empty() {
                    return Some(Value::map(without_optional(element), []));
                }
                let unified;
                let element = if **element == Type::Dynamic {
                    let types: Vec<Type> = entries.iter().map(|(_, v)| v.ty()).collect();
                    match unify(&types) {
                        Some(ty) => {
                            unified = ty;
                            &unified
                        }
                        None => return self.mismatch(value, want),
                    }
                } else {
                    element.as_ref()
                };
                let mut converted = Vec::with_capacity(entries.len());
                for (key, item) in entries {
                    let step = PathStep::Key(key.clone());
                    converted.push((key.clone(), self.convert_at(step, item, element)));
                }
                let converted = all(converted)?;
                self.mapping(converted, element, Type::Dynamic)
            }
            Type::Object(object) => {
                let mut out = Vec::with_capacity(object.attributes().len());
                let mut missing = Vec::new();
                for (name, ty) in object.attributes() {
                    match entries.get(name) {
                        Some(item) => {
                            let step = PathStep::Key(name.clone());
                            out.push((name.clone(), self.convert_at(step, item, ty)));
                        }
                        None if object.is_optional(name) => {
                            out.push((name.clone(), Some(Value::null(without_optional(ty)))));
                        }
                        None => missing.push(name.as_str()),
                    }
                }
                if !missing.is_empty() {
                    return self.fault(mismatch::missing_attributes(&missing));
                }
                Some(Value::object(all(out)?))
            }
            _ => self.mismatch(value, want),
        }
    }

    fn map_to_object(&mut self, value: &Value, object: &ObjectType) -> Option<Value> {
        let entries = value.entries()?;
        let mut out = Vec::with_capacity(object.attributes().len());
        let mut failed = false;
        for (name, ty) in object.attributes() {
            match entries.get(name) {
                Some(item) => {
                    let step = PathStep::Key(name.clone());
                    out.push((name.clone(), self.convert_at(step, item, ty)));
                }
                None if object.is_optional(name) => {
                    out.push((name.clone(), Some(Value::null(without_optional(ty)))));
                }
                None => {
                    self.fault(format!(
                        "map has no element for required attribute {name:?}"
                    ));
                    failed = true;
                }
            }
        }
        if failed {
            return None;
        }
        Some(Value::object(all(out)?))
    }

    fn items(&mut self, items: &[Value], element: &Type, indexed: bool) -> Option<Vec<Value>> {
        let mut out = Vec::with_capacity(items.len());
        let mut failed = false;
        for (at, item) in items.iter().enumerate() {
            let step = if indexed {
                PathStep::Index(at)
            } else {
                PathStep::Element
            };
            match self.convert_at(step, item, element) {
                Some(item) => out.push(item),
                None => failed = true,
            }
        }
        (!failed).then_some(out)
    }

    /// Converts items that may differ where the wanted type left `any` open.
    fn unify_items(&mut self, items: Vec<Value>) -> Option<Vec<Value>> {
        let types: Vec<Type> = items.iter().map(Value::ty).collect();
        if types.windows(2).all(|pair| pair[0] == pair[1]) {
            return Some(items);
        }
        let Some(ty) = unify(&types) else {
            self.fault("cannot find a common base type for all elements");
            return None;
        };
        self.items(&items, &ty, true)
    }

    fn collection(
        &mut self,
        items: Vec<Value>,
        element: &Type,
        empty: Type,
        to_list: bool,
    ) -> Option<Value> {
        let kind = if to_list { "list" } else { "set" };
        let element = self.element_type(items.iter(), element, empty, kind)?;
        Some(if to_list {
            Value::list(element, items)
        } else {
            Value::set(element, items)
        })
    }

    fn mapping(
        &mut self,
        entries: Vec<(SmolStr, Value)>,
        element: &Type,
        empty: Type,
    ) -> Option<Value> {
        let (keys, mut values): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        if element.has_dynamic() && *element != Type::Dynamic {
            values = self.unify_items(values)?;
        }
        let element = self.element_type(values.iter(), element, empty, "map")?;
        Some(Value::map(element, keys.into_iter().zip(values)))
    }

    /// The type all items have: the wanted one, or what `any` in it became.
    fn element_type<'a>(
        &mut self,
        items: impl Iterator<Item = &'a Value>,
        element: &Type,
        empty: Type,
        kind: &str,
    ) -> Option<Type> {
        if !element.has_dynamic() {
            return Some(without_optional(element));
        }
        let mut common: Option<Type> = None;
        for item in items {
            let ty = item.ty();
            match &common {
                None | Some(Type::Dynamic) => common = Some(ty),
                Some(known) if *known == ty || ty == Type::Dynamic => {}
                Some(_) => {
                    self.fault(format!(
                        "element types must all match for conversion to {kind}"
                    ));
                    return None;
                }
            }
        }
        Some(common.unwrap_or(empty))
    }
}

/// The element type of an empty result.
fn empty_element(element: &Type, value: &Value) -> Type {
    if *element == Type::Dynamic {
        value.element_type().cloned().unwrap_or(Type::Dynamic)
    } else {
        without_optional(element)
    }
}

fn all(entries: Vec<(SmolStr, Option<Value>)>) -> Option<Vec<(SmolStr, Value)>> {
    entries
        .into_iter()
        .map(|(key, value)| Some((key, value?)))
        .collect()
}

#[cfg(test)]
#[path = "convert/convert_tests.rs"]
mod tests;
