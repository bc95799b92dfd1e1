//! Choosing elements: `compact`, `distinct`, `matchkeys`.

use super::members::Members;
use crate::convert;
use crate::function::{Function, FunctionContext, Param, Returns};
use crate::functions::support::{
    LIST_OF_ANY, LIST_OF_STRINGS, Outcome, TypeOutcome, fail, fixed, items,
};
use crate::types::Type;
use crate::value::Value;

pub(in crate::functions) static COMPACT: Function = Function::eager(
    "compact",
    &[Param::new("list", LIST_OF_STRINGS)],
    None,
    fixed(LIST_OF_STRINGS),
    |args, ty, _| {
        if !args[0].is_wholly_known() {
            return Ok(Value::unknown(ty.clone()));
        }
        let kept = items(args, 0)
            .iter()
            .filter(|item| item.as_str().is_some_and(|text| !text.is_empty()));
        Ok(Value::list(Type::String, kept.cloned().collect()))
    },
);

pub(in crate::functions) static DISTINCT: Function = Function::eager(
    "distinct",
    &[Param::new("list", LIST_OF_ANY)],
    None,
    Returns::Of(|args| Ok(args[0].ty())),
    |args, ty, _| {
        if !args[0].is_wholly_known() {
            return Ok(Value::unknown(ty.clone()));
        }
        let element = args[0].element_type().cloned().unwrap_or(Type::Dynamic);
        Ok(Value::list(element, distinct(items(args, 0))))
    },
);

/// The first of each group of equal items.
fn distinct(items: &[Value]) -> Vec<Value> {
    let mut seen = Members::default();
    items
        .iter()
        .filter(|item| seen.insert(item))
        .cloned()
        .collect()
}

pub(in crate::functions) static MATCHKEYS: Function = Function::eager(
    "matchkeys",
    &[
        Param::new("values", LIST_OF_ANY),
        Param::new("keys", LIST_OF_ANY),
        Param::new("searchset", LIST_OF_ANY),
    ],
    None,
    Returns::Of(match_keys_type),
    match_keys,
);

fn match_keys_type(args: &[Value]) -> TypeOutcome {
    match convert::unify(&[args[1].ty(), args[2].ty()]) {
        Some(_) => Ok(args[0].ty()),
        None => fail("keys and searchset must be of the same type"),
    }
}

fn match_keys(args: &[Value], ty: &Type, _: &FunctionContext<'_>) -> Outcome {
    if args[0].length() != args[1].length() {
        return fail("length of keys and values should be equal");
    }
    let element = ty.element().cloned().unwrap_or(Type::Dynamic);
    let common = convert::unify(&[args[1].ty(), args[2].ty()]).unwrap_or(Type::Dynamic);
    let list =
        |at: usize| convert::convert(&args[at], &common).unwrap_or_else(|_| args[at].clone());
    let (keys, wanted) = (list(1), list(2));
    let (keys, wanted_items) = (
        keys.items().unwrap_or_default(),
        wanted.items().unwrap_or_default(),
    );
    if wanted_items.is_empty() {
        return Ok(Value::list(element, Vec::new()));
    }
    if !args[0].is_wholly_known() || !args[1].is_wholly_known() {
        return Ok(Value::unknown(ty.clone()));
    }
    let mut out = Vec::new();
    for (key, value) in keys.iter().zip(items(args, 0)) {
        for candidate in wanted_items {
            match key.equals(candidate).as_bool() {
                None => return Ok(Value::unknown(ty.clone())),
                Some(true) => {
                    out.push(value.clone());
                    break;
                }
                Some(false) => {}
            }
        }
    }
    Ok(Value::list(element, out))
}
