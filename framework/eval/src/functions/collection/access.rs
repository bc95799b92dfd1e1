//! Looking into collections: `element`, `lookup`, `contains`, `keys` and more.

use crate::convert;
use crate::function::{Function, FunctionContext, FunctionError, Param, Returns};
use crate::functions::golang;
use crate::functions::support::{
    ANY, BOOL, LIST_OF_BOOLS, NUMBER, Outcome, TypeOutcome, any, convert_to, fail, fail_argument,
    fixed, integer, items, number, redacted, string,
};
use crate::types::Type;
use crate::value::{Data, Value};

pub(in crate::functions) static ELEMENT: Function = Function::eager(
    "element",
    &[any("list").marked(), number("index")],
    None,
    Returns::Of(element_type),
    element,
);

const EMPTY_LIST: &str = "cannot use element function with an empty list";

fn index_of(value: &Value) -> Result<i64, FunctionError> {
    integer(value).map_err(|why| FunctionError::new(format!("invalid index: {why}")))
}

fn element_type(args: &[Value]) -> TypeOutcome {
    match args[0].ty() {
        Type::List(element) => Ok(Type::clone(&element)),
        Type::Tuple(_) if !args[1].is_known() => Ok(Type::Dynamic),
        Type::Tuple(types) => {
            let index = index_of(&args[1])?;
            let Ok(length @ 1..) = i64::try_from(types.len()) else {
                return fail(EMPTY_LIST);
            };
            // Terraform stumbles over this for tuples, not for lists.
            match usize::try_from(index % length)
                .ok()
                .and_then(|at| types.get(at))
            {
                Some(ty) => Ok(ty.clone()),
                None => fail("cannot use element function with a negative index of a tuple"),
            }
        }
        other => fail(format!(
            "cannot read elements from {}",
            other.friendly_name()
        )),
    }
}

fn element(args: &[Value], _: &Type, _: &FunctionContext<'_>) -> Outcome {
    let index = index_of(&args[1])?;
    let items = items(args, 0);
    let Ok(length @ 1..) = i64::try_from(items.len()) else {
        return fail(EMPTY_LIST);
    };
    let at = usize::try_from(index.rem_euclid(length)).unwrap_or(0);
    Ok(items[at].clone().or_sensitive(args[0].is_sensitive()))
}

pub(in crate::functions) static INDEX: Function = Function::eager(
    "index",
    &[any("list"), any("value")],
    None,
    fixed(NUMBER),
    |args, _, _| {
        let (Data::List(list) | Data::Tuple(list)) = args[0].data() else {
            return fail("argument must be a list or tuple");
        };
        if list.items().is_empty() {
            return fail("cannot search an empty list");
        }
        for (at, item) in list.items().iter().enumerate() {
            match item.equals(&args[1]).as_bool() {
                None => return Ok(Value::unknown(Type::Number)),
                Some(true) => return Ok(Value::number(at)),
                Some(false) => {}
            }
        }
        fail("item not found")
    },
);

pub(in crate::functions) static CONTAINS: Function = Function::eager(
    "contains",
    &[any("list"), any("value")],
    None,
    fixed(BOOL),
    |args, _, _| {
        let Some(items) = args[0].items() else {
            return fail("argument must be list, tuple, or set");
        };
        let mut unknown = false;
        for item in items {
            match args[1].equals(item).as_bool() {
                None => unknown = true,
                Some(true) => return Ok(Value::TRUE),
                Some(false) => {}
            }
        }
        Ok(if unknown {
            Value::unknown(Type::Bool)
        } else {
            Value::FALSE
        })
    },
);

pub(in crate::functions) static LENGTH: Function = Function::eager(
    "length",
    &[any("value").dynamic().unknown().marked()],
    None,
    Returns::Of(|args| match args[0].ty() {
        Type::Bool | Type::Number => {
            fail("argument must be a string, a collection type, or a structural type")
        }
        _ => Ok(Type::Number),
    }),
    |args, _, _| {
        let length = match (args[0].data(), args[0].ty()) {
            (Data::String(text), _) => Some(golang::grapheme_count(text)),
            // Known from the type alone.
            (_, Type::Tuple(types)) => Some(types.len()),
            (_, Type::Object(object)) => Some(object.attributes().len()),
            (Data::Set(set), _) if set.items().len() > 1 && !args[0].is_wholly_known() => None,
            _ => args[0].length(),
        };
        let length = length.map_or(Value::unknown(Type::Number), Value::number);
        Ok(length.or_sensitive(args[0].is_sensitive()))
    },
);

pub(in crate::functions) static KEYS: Function = Function::eager(
    "keys",
    &[any("inputMap").unknown().marked()],
    None,
    Returns::Of(|args| match args[0].ty() {
        Type::Map(_) => Ok(Type::list(Type::String)),
        Type::Object(object) => Ok(Type::tuple(
            object.attributes().iter().map(|_| Type::String),
        )),
        _ => fail_argument(0, "must have map or object type"),
    }),
    |args, ty, _| {
        let keys = match (args[0].ty(), args[0].entries()) {
            (Type::Object(object), _) => Value::tuple(
                object
                    .attributes()
                    .iter()
                    .map(|(k, _)| Value::string(k.clone()))
                    .collect(),
            ),
            (_, Some(entries)) => Value::string_list(entries.iter().map(|(k, _)| k.clone())),
            (_, None) => Value::unknown(ty.clone()),
        };
        Ok(keys.or_sensitive(args[0].is_sensitive()))
    },
);

pub(in crate::functions) static VALUES: Function = Function::eager(
    "values",
    &[any("mapping").marked()],
    None,
    Returns::Of(|args| match args[0].ty() {
        Type::Map(element) => Ok(Type::list(Type::clone(&element))),
        Type::Object(object) => Ok(Type::tuple(
            object.attributes().iter().map(|(_, ty)| ty.clone()),
        )),
        _ => fail("values() requires a map as the first argument"),
    }),
    |args, ty, _| {
        let entries = args[0].entries().into_iter().flatten();
        let values = entries.map(|(_, value)| value.clone()).collect();
        let values = match ty {
            Type::List(element) => Value::list(Type::clone(element), values),
            _ => Value::tuple(values),
        };
        Ok(values.or_sensitive(args[0].is_sensitive()))
    },
);

pub(in crate::functions) static LOOKUP: Function = Function::eager(
    "lookup",
    &[
        any("inputMap").marked().unknown(),
        string("key").marked().unknown(),
    ],
    Some(any("default").unknown().dynamic().null().marked()),
    Returns::Of(lookup_type),
    lookup,
);

fn lookup_type(args: &[Value]) -> TypeOutcome {
    if args.len() > 3 {
        return fail(format!(
            "lookup() takes two or three arguments, got {}",
            args.len()
        ));
    }
    match args[0].ty() {
        Type::Object(object) => {
            let Some(key) = args[1].as_str() else {
                return Ok(Type::Dynamic);
            };
            match (object.get(key), args.get(2)) {
                (Some(ty), _) => Ok(ty.clone()),
                (None, Some(default)) => Ok(default.ty()),
                (None, None) => fail_argument(
                    0,
                    format!("the given object has no attribute {}", golang::quote(key)),
                ),
            }
        }
        Type::Map(element) => {
            if args
                .get(2)
                .is_some_and(|default| convert::convert(default, &element).is_err())
            {
                return fail_argument(
                    2,
                    "the default value must have the same type as the map elements",
                );
            }
            Ok(Type::clone(&element))
        }
        _ => fail_argument(0, "lookup() requires a map as the first argument"),
    }
}

fn lookup(args: &[Value], ty: &Type, _: &FunctionContext<'_>) -> Outcome {
    let sensitive = args[0].is_sensitive() || args[1].is_sensitive();
    let (Some(entries), Some(key)) = (args[0].entries(), args[1].as_str()) else {
        return Ok(Value::unknown(ty.clone()).or_sensitive(sensitive));
    };
    let found = match (entries.get(key), args.get(2)) {
        (Some(value), _) => value.clone(),
        (None, Some(default)) => convert_to(default, ty)?,
        (None, None) => {
            return fail(format!(
                "lookup failed to find key {}",
                redacted(key, args[1].is_sensitive())
            ));
        }
    };
    Ok(found.or_sensitive(sensitive))
}

const ONE: &str = "must be a list, set, or tuple value with either zero or one elements";

pub(in crate::functions) static ONE_ELEMENT: Function = Function::eager(
    "one",
    &[Param::new("list", ANY)],
    None,
    Returns::Of(|args| match args[0].ty() {
        Type::List(element) | Type::Set(element) => Ok(Type::clone(&element)),
        Type::Tuple(types) if types.len() <= 1 => {
            Ok(types.first().cloned().unwrap_or(Type::Dynamic))
        }
        _ => fail_argument(0, ONE),
    }),
    |args, ty, _| match items(args, 0) {
        [] => Ok(Value::null(ty.clone())),
        [item] => Ok(item.clone()),
        _ => fail_argument(0, ONE),
    },
);

pub(in crate::functions) static ALLTRUE: Function = Function::eager(
    "alltrue",
    &[Param::new("list", LIST_OF_BOOLS)],
    None,
    fixed(BOOL),
    |args, _, _| {
        for item in items(args, 0) {
            match item.as_bool() {
                Some(true) => {}
                None if !item.is_known() => return Ok(Value::unknown(Type::Bool)),
                _ => return Ok(Value::FALSE),
            }
        }
        Ok(Value::TRUE)
    },
);

pub(in crate::functions) static ANYTRUE: Function = Function::eager(
    "anytrue",
    &[Param::new("list", LIST_OF_BOOLS)],
    None,
    fixed(BOOL),
    |args, _, _| {
        let items = items(args, 0);
        if items.iter().any(|item| item.as_bool() == Some(true)) {
            return Ok(Value::TRUE);
        }
        let unknown = items.iter().any(|item| !item.is_known());
        Ok(if unknown {
            Value::unknown(Type::Bool)
        } else {
            Value::FALSE
        })
    },
);
