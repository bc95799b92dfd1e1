//! What the bodies of functions share.

use num_bigint::BigInt;

use crate::convert;
use crate::function::{FunctionError, Param, ParamType, Returns};
use crate::number::Number;
use crate::types::Type;
use crate::value::Value;

pub(super) type Outcome = Result<Value, FunctionError>;
pub(super) type TypeOutcome = Result<Type, FunctionError>;

pub(super) const ANY: ParamType = ParamType::Any;
pub(super) const BOOL: ParamType = ParamType::Bool;
pub(super) const NUMBER: ParamType = ParamType::Number;
pub(super) const STRING: ParamType = ParamType::String;
pub(super) const LIST_OF_ANY: ParamType = ParamType::List(&ParamType::Any);
pub(super) const LIST_OF_BOOLS: ParamType = ParamType::List(&ParamType::Bool);
pub(super) const LIST_OF_NUMBERS: ParamType = ParamType::List(&ParamType::Number);
pub(super) const LIST_OF_STRINGS: ParamType = ParamType::List(&ParamType::String);
pub(super) const SET_OF_ANY: ParamType = ParamType::Set(&ParamType::Any);
pub(super) const SET_OF_STRINGS: ParamType = ParamType::Set(&ParamType::String);
pub(super) const MAP_OF_LISTS: ParamType = ParamType::Map(&LIST_OF_STRINGS);

/// A strict string parameter.
pub(super) const fn string(name: &'static str) -> Param {
    Param::new(name, STRING)
}

/// A strict number parameter.
pub(super) const fn number(name: &'static str) -> Param {
    Param::new(name, NUMBER)
}

/// A strict parameter of any type.
pub(super) const fn any(name: &'static str) -> Param {
    Param::new(name, ANY)
}

/// Always of that type.
pub(super) const fn fixed(ty: ParamType) -> Returns {
    Returns::Fixed(ty)
}

/// The call as a whole fails.
pub(super) fn fail<T>(message: impl Into<String>) -> Result<T, FunctionError> {
    Err(FunctionError::new(message))
}

/// One argument is at fault.
pub(super) fn fail_argument<T>(
    index: usize,
    message: impl Into<String>,
) -> Result<T, FunctionError> {
    Err(FunctionError::argument(index, message))
}

/// The string of a strict string argument.
pub(super) fn text(args: &[Value], index: usize) -> &str {
    args.get(index).and_then(Value::as_str).unwrap_or_default()
}

/// The items of a list, set or tuple argument.
pub(super) fn items(args: &[Value], index: usize) -> &[Value] {
    args.get(index).and_then(Value::items).unwrap_or_default()
}

/// The strings of a list of strings, as far as they are not null.
pub(super) fn strings(list: &Value) -> impl Iterator<Item = Option<&str>> {
    list.items().unwrap_or_default().iter().map(Value::as_str)
}

/// A number as Go's `int`, as `gocty` converts it.
pub(super) fn integer(value: &Value) -> Result<i64, String> {
    let number = value.as_number().filter(|number| number.is_integer());
    let whole = number.and_then(Number::to_bigint);
    whole
        .and_then(|whole| i64::try_from(whole).ok())
        .ok_or_else(|| {
            format!(
                "value must be a whole number, between {} and {}",
                i64::MIN,
                i64::MAX
            )
        })
}

/// A number as a whole number of any size, as `gocty` converts it.
pub(super) fn big_integer(value: &Value) -> Result<BigInt, String> {
    value
        .as_number()
        .filter(|number| number.is_integer())
        .and_then(Number::to_bigint)
        .ok_or_else(|| "value must be a whole number".to_owned())
}

/// A number as a machine float, as `gocty` converts it.
pub(super) fn float(value: &Value) -> Result<f64, FunctionError> {
    let Some(number) = value.as_number() else {
        return fail("a number is required");
    };
    let float = number.to_f64();
    if float.is_infinite() && !number.is_infinite() {
        let max = f64::MAX;
        return fail(format!(
            "value must be between {:.6} and {max:.6} inclusive",
            -max
        ));
    }
    Ok(float)
}

/// Conversion where it can only fail for the values' sake.
pub(super) fn convert_to(value: &Value, ty: &Type) -> Outcome {
    convert::convert(value, ty).map_err(FunctionError::new)
}

/// Text for a message, unless it is a secret.
pub(super) fn redacted(text: &str, sensitive: bool) -> String {
    if sensitive {
        "(sensitive value)".to_owned()
    } else {
        super::golang::quote(text)
    }
}

/// Refuses a result larger than an evaluation may make.
pub(super) fn check_size(size: usize, limit: usize, what: &str) -> Result<(), FunctionError> {
    if size > limit {
        return fail(format!(
            "the result would have {size} {what}, more than the {limit} allowed"
        ));
    }
    Ok(())
}
