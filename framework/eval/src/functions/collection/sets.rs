//! Operations on sets.

use super::members::Members;
use crate::convert;
use crate::function::{Function, FunctionError, Param, Returns};
use crate::functions::support::{Outcome, SET_OF_ANY, TypeOutcome, fail};
use crate::types::Type;
use crate::value::Value;

pub(in crate::functions) static SETUNION: Function = Function::eager(
    "setunion",
    &[Param::new("first_set", SET_OF_ANY).dynamic()],
    Some(Param::new("other_sets", SET_OF_ANY).dynamic()),
    Returns::Of(result_type),
    |args, ty, _| {
        fold(args, ty, true, |mut all, next| {
            all.extend_from_slice(next);
            all
        })
    },
);

pub(in crate::functions) static SETINTERSECTION: Function = Function::eager(
    "setintersection",
    &[Param::new("first_set", SET_OF_ANY).dynamic()],
    Some(Param::new("other_sets", SET_OF_ANY).dynamic()),
    Returns::Of(result_type),
    |args, ty, _| {
        fold(args, ty, false, |mut all, next| {
            let next = Members::from_iter(next);
            all.retain(|item| next.contains(item));
            all
        })
    },
);

pub(in crate::functions) static SETSUBTRACT: Function = Function::eager(
    "setsubtract",
    &[
        Param::new("a", SET_OF_ANY).dynamic(),
        Param::new("b", SET_OF_ANY).dynamic(),
    ],
    None,
    Returns::Of(result_type),
    |args, ty, _| {
        fold(args, ty, false, |mut all, next| {
            let next = Members::from_iter(next);
            all.retain(|item| !next.contains(item));
            all
        })
    },
);

fn result_type(args: &[Value]) -> TypeOutcome {
    let mut elements = Vec::new();
    for arg in args {
        let Type::Set(element) = arg.ty() else {
            return Ok(Type::set(Type::Dynamic));
        };
        // An empty literal fits any type.
        if arg.length() == Some(0) && *element == Type::Dynamic {
            continue;
        }
        elements.push(Type::clone(&element));
    }
    if elements.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    match convert::unify(&elements) {
        Some(element) => Ok(Type::set(element)),
        None => fail("given sets must all have compatible element types"),
    }
}

fn fold(
    args: &[Value],
    ty: &Type,
    unknown_items: bool,
    combine: impl Fn(Vec<Value>, &[Value]) -> Vec<Value>,
) -> Outcome {
    let mut all: Option<Vec<Value>> = None;
    for (index, arg) in args.iter().enumerate() {
        let set = convert::convert(arg, ty).map_err(|why| FunctionError::argument(index, why))?;
        if !unknown_items && !set.is_wholly_known() {
            return Ok(Value::unknown(ty.clone()));
        }
        let items = set.items().unwrap_or_default();
        all = Some(match all {
            None => items.to_vec(),
            Some(all) => combine(all, items),
        });
    }
    let element = ty.element().cloned().unwrap_or(Type::Dynamic);
    Ok(Value::set(element, all.unwrap_or_default()))
}
