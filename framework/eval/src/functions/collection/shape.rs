//! Other shapes of one collection: `flatten`, `slice`, `chunklist`, `reverse`.

use crate::function::{Function, FunctionContext, FunctionError, Param, Returns};
use crate::functions::support::{
    LIST_OF_ANY, Outcome, TypeOutcome, any, fail, fail_argument, integer, items, number,
};
use crate::types::Type;
use crate::value::{Data, Value};

pub(in crate::functions) static FLATTEN: Function = Function::eager(
    "flatten",
    &[any("list").marked()],
    None,
    Returns::Of(|args| {
        if !args[0].is_wholly_known() {
            return Ok(Type::Dynamic);
        }
        if args[0].items().is_none() {
            return fail("can only flatten lists, sets and tuples");
        }
        Ok(Type::Dynamic)
    }),
    |args, ty, _| {
        let mut flat = Flat {
            // A map is refused only once all of it is known.
            known: args[0].items().is_some(),
            ..Flat::default()
        };
        flat.add(&args[0]);
        let result = if flat.known {
            Value::tuple(flat.items)
        } else {
            Value::unknown(ty.clone())
        };
        Ok(result.or_sensitive(flat.sensitive))
    },
);

/// The innermost elements, and what the walls between them said.
struct Flat {
    items: Vec<Value>,
    sensitive: bool,
    known: bool,
}

impl Default for Flat {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            sensitive: false,
            known: true,
        }
    }
}

impl Flat {
    fn add(&mut self, list: &Value) {
        self.sensitive |= list.is_sensitive();
        for item in list.items().unwrap_or_default() {
            match item.data() {
                Data::List(_) | Data::Set(_) | Data::Tuple(_) => self.add(item),
                Data::Unknown(Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                    self.known = false;
                    self.sensitive |= item.is_sensitive();
                }
                _ => self.items.push(item.clone()),
            }
        }
    }
}

pub(in crate::functions) static REVERSE: Function = Function::eager(
    "reverse",
    &[any("list").marked()],
    None,
    Returns::Of(|args| match args[0].ty() {
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned())),
        Type::List(element) | Type::Set(element) => Ok(Type::list(Type::clone(&element))),
        other => fail_argument(
            0,
            format!(
                "can only reverse list or tuple values, not {}",
                other.friendly_name()
            ),
        ),
    }),
    |args, ty, _| {
        let reversed = items(args, 0).iter().rev().cloned().collect();
        let reversed = match ty {
            Type::List(element) => Value::list(Type::clone(element), reversed),
            _ => Value::tuple(reversed),
        };
        Ok(reversed.or_sensitive(args[0].is_sensitive()))
    },
);

pub(in crate::functions) static SLICE: Function = Function::eager(
    "slice",
    &[
        any("list").marked(),
        number("start_index"),
        number("end_index"),
    ],
    None,
    Returns::Of(slice_type),
    slice,
);

/// Start and end, as far as they are known.
fn bounds(args: &[Value]) -> Result<(Option<usize>, Option<usize>), FunctionError> {
    let length = match args[0].ty() {
        Type::Tuple(types) => Some(types.len()),
        _ => args[0].length(),
    };
    let bound = |index: usize, name: &str| {
        if !args[index].is_known() {
            return Ok(None);
        }
        let value = integer(&args[index]).map_err(|why| {
            FunctionError::argument(index, format!("invalid {name} index: {why}"))
        })?;
        let Ok(value) = usize::try_from(value) else {
            return fail_argument(index, format!("{name} index must not be less than zero"));
        };
        if length.is_some_and(|length| value > length) {
            return fail_argument(
                index,
                format!("{name} index must not be greater than the length of the list"),
            );
        }
        Ok(Some(value))
    };
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return fail_argument(1, "start index must not be greater than end index");
    }
    Ok((start, end))
}

fn slice_type(args: &[Value]) -> TypeOutcome {
    let ty = args[0].ty();
    match &ty {
        Type::Set(_) => fail_argument(
            0,
            "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important",
        ),
        Type::List(_) => bounds(args).map(|_| ty),
        Type::Tuple(types) => Ok(match bounds(args)? {
            (Some(start), Some(end)) => Type::tuple(types[start..end].iter().cloned()),
            _ => Type::Dynamic,
        }),
        _ => fail_argument(0, "must be a list or tuple value"),
    }
}

fn slice(args: &[Value], ty: &Type, _: &FunctionContext<'_>) -> Outcome {
    let (Some(start), Some(end)) = bounds(args)? else {
        return Ok(Value::unknown(ty.clone()));
    };
    let part = items(args, 0).get(start..end).unwrap_or_default().to_vec();
    let part = match ty {
        Type::List(element) => Value::list(Type::clone(element), part),
        _ => Value::tuple(part),
    };
    Ok(part.or_sensitive(args[0].is_sensitive()))
}

pub(in crate::functions) static CHUNKLIST: Function = Function::eager(
    "chunklist",
    &[
        Param::new("list", LIST_OF_ANY).marked(),
        number("size").marked(),
    ],
    None,
    Returns::Of(|args| Ok(Type::list(args[0].ty()))),
    |args, _, _| {
        let sensitive = args.iter().any(Value::is_sensitive);
        let size =
            integer(&args[1]).map_err(|why| FunctionError::new(format!("invalid size: {why}")))?;
        let Ok(size) = usize::try_from(size) else {
            return fail("the size argument must be positive");
        };
        let items = items(args, 0);
        let element = args[0].element_type().cloned().unwrap_or(Type::Dynamic);
        let size = if size == 0 { items.len().max(1) } else { size };
        let chunks = items
            .chunks(size)
            .map(|chunk| Value::list(element.clone(), chunk.to_vec()))
            .collect();
        Ok(Value::list(Type::list(element), chunks).or_sensitive(sensitive))
    },
);
