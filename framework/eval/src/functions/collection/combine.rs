//! Making one collection of several: `concat`, `merge`, `zipmap`, `coalesce`.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::convert;
use crate::function::{Function, FunctionContext, FunctionError, Param, Returns};
use crate::functions::golang;
use crate::functions::support::{
    LIST_OF_STRINGS, MAP_OF_LISTS, Outcome, TypeOutcome, any, fail, fail_argument, fixed, items,
};
use crate::types::Type;
use crate::value::{Data, Value};

pub(in crate::functions) static CONCAT: Function = Function::eager(
    "concat",
    &[],
    Some(any("seqs").marked()),
    Returns::Of(concat_type),
    concat,
);

fn concat_type(args: &[Value]) -> TypeOutcome {
    if args.is_empty() {
        return fail("at least one argument is required");
    }
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    if types.iter().all(|ty| matches!(ty, Type::List(_)))
        && let Some(common) = convert::unify(&types)
    {
        return Ok(common);
    }
    let mut elements = Vec::new();
    for (index, (arg, ty)) in args.iter().zip(&types).enumerate() {
        match ty {
            Type::Tuple(types) => elements.extend(types.iter().cloned()),
            Type::List(element) => match arg.length() {
                Some(length) => {
                    elements.extend(std::iter::repeat_n(Type::clone(element), length));
                }
                None => return Ok(Type::Dynamic),
            },
            other => {
                return fail_argument(
                    index,
                    format!(
                        "all arguments must be lists or tuples; got {}",
                        other.friendly_name()
                    ),
                );
            }
        }
    }
    Ok(Type::tuple(elements))
}

fn concat(args: &[Value], ty: &Type, _: &FunctionContext<'_>) -> Outcome {
    let sensitive = args.iter().any(Value::is_sensitive);
    let mut all = Vec::new();
    for (index, arg) in args.iter().enumerate() {
        if let Type::List(_) = ty {
            let list =
                convert::convert(arg, ty).map_err(|why| FunctionError::argument(index, why))?;
            all.extend_from_slice(list.items().unwrap_or_default());
        } else {
            all.extend_from_slice(items(args, index));
        }
    }
    let joined = match ty {
        Type::List(element) => Value::list(Type::clone(element), all),
        _ => Value::tuple(all),
    };
    Ok(joined.or_sensitive(sensitive))
}

pub(in crate::functions) static MERGE: Function = Function::eager(
    "merge",
    &[],
    Some(any("maps").dynamic().null().marked()),
    Returns::Of(merge_type),
    merge,
);

fn wrong_merge<T>(ty: &Type) -> Result<T, FunctionError> {
    let name = golang::quote(&ty.friendly_name());
    fail(format!("arguments must be maps or objects, got {name}"))
}

fn merge_type(args: &[Value]) -> TypeOutcome {
    let mut attributes: Vec<(SmolStr, Type)> = Vec::new();
    let mut first: Option<Type> = None;
    let mut matching = true;
    let mut keys_known = true;
    for arg in args {
        let ty = arg.ty();
        match &ty {
            Type::Dynamic => return Ok(Type::Dynamic),
            Type::Object(object) => {
                if !arg.is_null() {
                    attributes.extend(object.attributes().iter().cloned());
                }
            }
            Type::Map(element) => match arg.entries() {
                Some(entries) => {
                    let element = Type::clone(element);
                    attributes.extend(entries.iter().map(|(k, _)| (k.clone(), element.clone())));
                }
                None if arg.is_null() => {}
                None => keys_known = false,
            },
            other => return wrong_merge(other),
        }
        match &first {
            None => first = Some(ty),
            Some(first) => matching &= *first == ty,
        }
    }
    match first {
        Some(first) if matching => Ok(first),
        Some(_) if !keys_known => Ok(Type::Dynamic),
        _ => Ok(Type::object(attributes)),
    }
}

/// Whether there is something in it that has no key; an empty list may pass.
fn is_no_map(arg: &Value) -> bool {
    !arg.is_null() && arg.entries().is_none() && arg.length() != Some(0)
}

fn merge(args: &[Value], ty: &Type, _: &FunctionContext<'_>) -> Outcome {
    let sensitive = args.iter().any(Value::is_sensitive);
    // After a null without a type the others have not been looked at.
    if let Some(wrong) = args.iter().find(|arg| is_no_map(arg)) {
        return wrong_merge(&wrong.ty());
    }
    let entries = args
        .iter()
        .filter_map(Value::entries)
        .flatten()
        .map(|(key, value)| (key.clone(), value.clone()));
    let merged = match ty {
        Type::Map(element) => Value::map(Type::clone(element), entries),
        _ => Value::object(entries),
    };
    Ok(merged.or_sensitive(sensitive))
}

pub(in crate::functions) static ZIPMAP: Function = Function::eager(
    "zipmap",
    &[
        Param::new("keys", LIST_OF_STRINGS).marked(),
        any("values").marked(),
    ],
    None,
    Returns::Of(zipmap_type),
    zipmap,
);

fn lengths_differ<T>(keys: usize, values: usize) -> Result<T, FunctionError> {
    fail(format!(
        "number of keys ({keys}) does not match number of values ({values})"
    ))
}

/// The keys, none of which may be null.
fn keys_of(list: &Value) -> Result<Vec<SmolStr>, FunctionError> {
    let keys = list.items().unwrap_or_default().iter().enumerate();
    keys.map(|(at, key)| match key.data() {
        Data::String(key) => Ok(key.clone()),
        _ => fail(format!("keys list has null value at index {at}")),
    })
    .collect()
}

fn zipmap_type(args: &[Value]) -> TypeOutcome {
    match args[1].ty() {
        Type::List(element) => Ok(Type::map(Type::clone(&element))),
        Type::Tuple(_) if !args[0].is_wholly_known() => Ok(Type::Dynamic),
        Type::Tuple(types) => {
            let count = items(args, 0).len();
            if count != types.len() {
                return lengths_differ(count, types.len());
            }
            let keys = keys_of(&args[0])?;
            Ok(Type::object(keys.into_iter().zip(types.iter().cloned())))
        }
        _ => fail("values argument must be a list or tuple value"),
    }
}

fn zipmap(args: &[Value], ty: &Type, _: &FunctionContext<'_>) -> Outcome {
    let (keys, values) = (items(args, 0), items(args, 1));
    let sensitive = args.iter().any(Value::is_sensitive) || keys.iter().any(Value::is_sensitive);
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(ty.clone()).or_sensitive(sensitive));
    }
    if keys.len() != values.len() {
        return lengths_differ(keys.len(), values.len());
    }
    let entries = keys_of(&args[0])?.into_iter().zip(values.iter().cloned());
    let zipped = match ty {
        Type::Map(element) => Value::map(Type::clone(element), entries),
        _ => Value::object(entries),
    };
    Ok(zipped.or_sensitive(sensitive))
}

pub(in crate::functions) static TRANSPOSE: Function = Function::eager(
    "transpose",
    &[Param::new("values", MAP_OF_LISTS)],
    None,
    fixed(MAP_OF_LISTS),
    |args, ty, _| {
        if !args[0].is_wholly_known() {
            return Ok(Value::unknown(ty.clone()));
        }
        let mut out: BTreeMap<SmolStr, Vec<SmolStr>> = BTreeMap::new();
        for (key, list) in args[0].entries().into_iter().flatten() {
            let Some(items) = list.items() else {
                return fail("input must not contain null list");
            };
            for item in items {
                let Data::String(item) = item.data() else {
                    return fail("input list must not contain null string");
                };
                out.entry(item.clone()).or_default().push(key.clone());
            }
        }
        let lists = out.into_iter().map(|(key, mut list)| {
            list.sort_unstable();
            (key, Value::string_list(list))
        });
        Ok(Value::map(Type::list(Type::String), lists))
    },
);

pub(in crate::functions) static COALESCE: Function = Function::eager(
    "coalesce",
    &[],
    Some(any("vals").unknown().dynamic().null()),
    Returns::Of(|args| {
        let types: Vec<Type> = args.iter().map(Value::ty).collect();
        match convert::unify(&types) {
            Some(ty) if !types.is_empty() => Ok(ty),
            _ => fail("all arguments must have the same type"),
        }
    }),
    |args, ty, _| {
        for arg in args {
            let value = match convert::convert(arg, ty) {
                Ok(value) => value,
                Err(why) => return fail(why),
            };
            if !value.is_known() {
                return Ok(Value::unknown(ty.clone()));
            }
            if value.is_null() || (*ty == Type::String && value.as_str() == Some("")) {
                continue;
            }
            return Ok(value);
        }
        fail("no non-null, non-empty-string arguments")
    },
);

pub(in crate::functions) static COALESCELIST: Function = Function::eager(
    "coalescelist",
    &[],
    Some(any("vals").unknown().dynamic().null()),
    Returns::Of(coalesce_list_type),
    |args, ty, _| {
        for arg in args {
            if !arg.is_known() {
                return Ok(Value::unknown(ty.clone()));
            }
            if arg.length().is_some_and(|length| length > 0) {
                return Ok(arg.clone());
            }
        }
        fail("no non-null arguments")
    },
);

fn coalesce_list_type(args: &[Value]) -> TypeOutcome {
    let Some(first) = args.first() else {
        return fail("at least one argument is required");
    };
    let mut same = true;
    for arg in args {
        if !arg.is_known() {
            return Ok(Type::Dynamic);
        }
        if !matches!(arg.ty(), Type::List(_) | Type::Tuple(_)) {
            return fail("coalescelist arguments must be lists or tuples");
        }
        same &= arg.ty() == first.ty();
    }
    Ok(if same { first.ty() } else { Type::Dynamic })
}
