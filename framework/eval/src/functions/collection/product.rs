//! `setproduct`

use crate::convert;
use crate::function::{Function, FunctionContext, Returns};
use crate::functions::support::{
    Outcome, TypeOutcome, any, check_size, convert_to, fail, fail_argument,
};
use crate::types::Type;
use crate::value::Value;

pub(in crate::functions) static SETPRODUCT: Function = Function::eager(
    "setproduct",
    &[],
    Some(any("sets").marked().unknown()),
    Returns::Of(product_type),
    product,
);

fn product_type(args: &[Value]) -> TypeOutcome {
    if args.len() < 2 {
        return fail("at least two arguments are required");
    }
    let mut ordered = true;
    let mut elements = Vec::with_capacity(args.len());
    for (index, arg) in args.iter().enumerate() {
        elements.push(match arg.ty() {
            Type::List(element) => Type::clone(&element),
            Type::Set(element) => {
                ordered = false;
                Type::clone(&element)
            }
            Type::Tuple(types) if types.is_empty() => Type::Dynamic,
            Type::Tuple(types) => match convert::unify(&types) {
                Some(element) => element,
                None => return fail_argument(index, "all elements must be of the same type"),
            },
            _ => return fail_argument(index, "a set or a list is required"),
        });
    }
    let element = Type::tuple(elements);
    Ok(if ordered {
        Type::list(element)
    } else {
        Type::set(element)
    })
}

fn product(args: &[Value], ty: &Type, context: &FunctionContext<'_>) -> Outcome {
    let sensitive = args.iter().any(Value::is_sensitive);
    let element = ty.element().cloned().unwrap_or(Type::Dynamic);
    if args.iter().any(|arg| arg.items().is_none()) {
        return Ok(Value::unknown(ty.clone()).or_sensitive(sensitive));
    }
    let mut columns = Vec::with_capacity(args.len());
    let mut total = 1usize;
    for (index, arg) in args.iter().enumerate() {
        let items = arg.items().unwrap_or_default();
        total = total.saturating_mul(items.len());
        let Type::Tuple(types) = &element else {
            return fail("no element type");
        };
        columns.push(
            items
                .iter()
                .map(|item| convert_to(item, &types[index]))
                .collect::<Result<Vec<_>, _>>()?,
        );
    }
    let size = total.saturating_mul(args.len());
    check_size(size, context.limits.elements, "elements")?;
    let mut rows = Vec::with_capacity(total);
    for row in 0..total {
        // The last argument varies fastest.
        let mut rest = row;
        let mut cells: Vec<Value> = columns
            .iter()
            .rev()
            .map(|column| {
                let cell = column[rest % column.len()].clone();
                rest /= column.len();
                cell
            })
            .collect();
        cells.reverse();
        rows.push(Value::tuple(cells));
    }
    let all = match ty {
        Type::Set(_) => Value::set(element, rows),
        _ => Value::list(element, rows),
    };
    Ok(all.or_sensitive(sensitive))
}
