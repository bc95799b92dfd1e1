//! Functions on numbers.

use num_bigint::BigInt;

use super::golang;
use super::support::{
    LIST_OF_NUMBERS, NUMBER, Outcome, TypeOutcome, any, fail, fail_argument, fixed, float, integer,
    items, number, redacted,
};
use crate::convert;
use crate::function::{Function, FunctionContext, Param, Returns};
use crate::number::Number;
use crate::types::Type;
use crate::value::Value;

pub(super) static ABS: Function = Function::eager(
    "abs",
    &[number("num").dynamic().marked()],
    None,
    fixed(NUMBER),
    |args, _, _| map_number(&args[0], Number::abs),
);

pub(super) static CEIL: Function = Function::eager(
    "ceil",
    &[number("num")],
    None,
    fixed(NUMBER),
    |args, _, _| map_number(&args[0], Number::ceil),
);

pub(super) static FLOOR: Function = Function::eager(
    "floor",
    &[number("num")],
    None,
    fixed(NUMBER),
    |args, _, _| map_number(&args[0], Number::floor),
);

fn map_number(value: &Value, f: impl Fn(&Number) -> Number) -> Outcome {
    match value.as_number() {
        Some(number) => Ok(Value::number(f(number)).or_sensitive(value.is_sensitive())),
        None => fail("a number is required"),
    }
}

pub(super) static LOG: Function = Function::eager(
    "log",
    &[number("num"), number("base")],
    None,
    fixed(NUMBER),
    |args, _, _| machine_number(golang::log(float(&args[0])?) / golang::log(float(&args[1])?)),
);

pub(super) static POW: Function = Function::eager(
    "pow",
    &[number("num"), number("power")],
    None,
    fixed(NUMBER),
    |args, _, _| machine_number(golang::pow(float(&args[0])?, float(&args[1])?)),
);

fn machine_number(value: f64) -> Outcome {
    match Number::from_f64(value) {
        Some(number) => Ok(Value::number(number)),
        None => fail("the result is not a number"),
    }
}

pub(super) static SIGNUM: Function = Function::eager(
    "signum",
    &[number("num")],
    None,
    fixed(NUMBER),
    |args, _, _| match integer(&args[0]) {
        Ok(number) => Ok(Value::number(number.signum())),
        Err(message) => fail(message),
    },
);

pub(super) static MAX: Function = Function::eager(
    "max",
    &[],
    Some(number("numbers").dynamic()),
    fixed(NUMBER),
    |args, _, _| extreme(args, |a, b| a > b),
);

pub(super) static MIN: Function = Function::eager(
    "min",
    &[],
    Some(number("numbers").dynamic()),
    fixed(NUMBER),
    |args, _, _| extreme(args, |a, b| a < b),
);

/// The first argument that none of the others beats.
fn extreme(args: &[Value], beats: impl Fn(&Number, &Number) -> bool) -> Outcome {
    let best = args
        .iter()
        .filter_map(Value::as_number)
        .reduce(|best, next| if beats(next, best) { next } else { best });
    match best {
        Some(best) => Ok(Value::number(best.clone())),
        None => fail("must pass at least one number"),
    }
}

pub(super) static PARSEINT: Function = Function::eager(
    "parseint",
    &[
        any("number").marked().unknown(),
        number("base").marked().unknown(),
    ],
    None,
    Returns::Of(parse_int_type),
    parse_int,
);

fn parse_int_type(args: &[Value]) -> TypeOutcome {
    match args[0].ty() {
        Type::String => Ok(Type::Number),
        other => fail_argument(
            0,
            format!(
                "first argument must be a string, not {}",
                other.friendly_name()
            ),
        ),
    }
}

fn parse_int(args: &[Value], _: &Type, _: &FunctionContext<'_>) -> Outcome {
    let sensitive = args.iter().any(Value::is_sensitive);
    let (Some(text), Some(_)) = (args[0].as_str(), args[1].as_number()) else {
        return Ok(Value::unknown(Type::Number).or_sensitive(sensitive));
    };
    let base = match integer(&args[1]) {
        Ok(base @ 2..=62) => base as u32,
        Ok(_) => {
            return fail_argument(1, "base must be a whole number between 2 and 62 inclusive");
        }
        Err(message) => return fail_argument(1, message),
    };
    match parse_big_int(text, base) {
        Some(number) => Ok(Value::number(Number::from_bigint(&number)).or_sensitive(sensitive)),
        None => {
            let shown_base = if args[1].is_sensitive() {
                "(sensitive value)".to_owned()
            } else {
                base.to_string()
            };
            fail_argument(
                0,
                format!(
                    "cannot parse {} as a base {shown_base} integer",
                    redacted(text, args[0].is_sensitive())
                ),
            )
        }
    }
}

/// `big.Int.SetString`: above base 36 small letters stand for 10 to 35, large
/// ones for 36 to 61; below, both mean the same.
fn parse_big_int(text: &str, base: u32) -> Option<BigInt> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let values = digits
        .bytes()
        .map(|byte| {
            let value = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'z' => byte - b'a' + 10,
                b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
                b'A'..=b'Z' => byte - b'A' + 36,
                _ => return None,
            };
            (u32::from(value) < base).then_some(value)
        })
        .collect::<Option<Vec<u8>>>()?;
    let number = num_bigint::BigUint::from_radix_be(&values, base)?;
    let sign = if negative {
        num_bigint::Sign::Minus
    } else {
        num_bigint::Sign::Plus
    };
    Some(BigInt::from_biguint(sign, number))
}

pub(super) static RANGE: Function = Function::eager(
    "range",
    &[],
    Some(number("params")),
    fixed(LIST_OF_NUMBERS),
    range,
);

/// How many numbers `range` makes at most.
const MAX_RANGE: usize = 1024;

fn range(args: &[Value], _: &Type, _: &FunctionContext<'_>) -> Outcome {
    let numbers: Vec<&Number> = args.iter().filter_map(Value::as_number).collect();
    let one = |negative: bool| Number::from(if negative { -1i64 } else { 1 });
    let (start, end, step) = match *numbers.as_slice() {
        [end] => (Number::ZERO, end, one(*end < Number::ZERO)),
        [start, end] => (start.clone(), end, one(end < start)),
        [start, end, step] => (start.clone(), end, step.clone()),
        _ => return fail("must have one, two, or three arguments"),
    };
    let down = step < Number::ZERO;
    if down && *end > start {
        return fail_argument(1, "end must be less than start when step is negative");
    }
    if !down && *end < start {
        return fail_argument(1, "end must be greater than start when step is positive");
    }
    let mut values = Vec::new();
    let mut next = start;
    while if down { next > *end } else { next < *end } {
        if values.len() >= MAX_RANGE {
            return fail(
                "more than 1024 values were generated; either decrease the difference between start and end or use a smaller step",
            );
        }
        values.push(Value::number(next.clone()));
        next = match next.add(&step) {
            Ok(sum) => sum,
            Err(_) => return fail("can't compute sum of opposing infinities"),
        };
    }
    Ok(Value::list(Type::Number, values))
}

pub(super) static SUM: Function = Function::eager(
    "sum",
    &[Param::new("list", super::support::ANY)],
    None,
    fixed(NUMBER),
    sum,
);

fn sum(args: &[Value], _: &Type, _: &FunctionContext<'_>) -> Outcome {
    let Some(length) = args[0].length() else {
        return fail_argument(0, "cannot sum noniterable");
    };
    if length == 0 {
        return fail_argument(0, "cannot sum an empty list");
    }
    if args[0].items().is_none() {
        return fail_argument(
            0,
            format!(
                "argument must be list, set, or tuple. Received {}",
                args[0].ty().friendly_name()
            ),
        );
    }
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(Type::Number));
    }
    let mut total: Option<Number> = None;
    for item in items(args, 0) {
        let converted = convert::convert(item, &Type::Number).ok();
        let Some(number) = converted.as_ref().and_then(Value::as_number) else {
            return fail_argument(0, "argument must be list, set, or tuple of number values");
        };
        total = Some(match total {
            None => number.clone(),
            Some(total) => match total.add(number) {
                Ok(total) => total,
                Err(_) => return fail("can't compute sum of opposing infinities"),
            },
        });
    }
    Ok(Value::number(total.unwrap_or(Number::ZERO)))
}
