//! Conversions between types, and sensitivity.

use super::golang::quote;
use super::support::{BOOL, Outcome, TypeOutcome, any, fail_argument, fixed};
use crate::convert;
use crate::function::{Function, Param, Returns};
use crate::types::Type;
use crate::value::Value;

/// The parameter of functions that look at everything themselves.
const LENIENT: Param = any("v").null().marked().dynamic().unknown();
const VALUE: Param = any("value").null().marked().dynamic().unknown();

macro_rules! conversions {
    ($($name:ident = $label:literal, $ty:expr;)*) => {
        $(pub(super) static $name: Function = Function::eager(
            $label,
            &[LENIENT],
            None,
            Returns::Of(|args| check(&args[0], &$ty)),
            |args, _, _| convert_to(&args[0], &$ty),
        );)*
    };
}

conversions! {
    TOBOOL = "tobool", Type::Bool;
    TOLIST = "tolist", Type::list(Type::Dynamic);
    TOMAP = "tomap", Type::map(Type::Dynamic);
    TONUMBER = "tonumber", Type::Number;
    TOSET = "toset", Type::set(Type::Dynamic);
    TOSTRING = "tostring", Type::String;
}

fn impossible<T>(value: &Value, want: &Type) -> Result<T, crate::function::FunctionError> {
    fail_argument(
        0,
        format!(
            "cannot convert {} to {}",
            value.ty().friendly_name(),
            want.friendly_name_for_constraint()
        ),
    )
}

fn check(value: &Value, want: &Type) -> TypeOutcome {
    if convert::convertible(&value.ty(), want, true) {
        Ok(want.clone())
    } else {
        impossible(value, want)
    }
}

fn convert_to(value: &Value, want: &Type) -> Outcome {
    if !value.is_known() {
        return Ok(Value::unknown(want.clone()).or_sensitive(value.is_sensitive()));
    }
    if let Ok(converted) = convert::convert(value, want) {
        return Ok(converted);
    }
    if value.contains_sensitive() {
        return fail_argument(
            0,
            format!(
                "cannot convert this sensitive {} to {}",
                value.ty().friendly_name(),
                want.friendly_name_for_constraint()
            ),
        );
    }
    match (value.as_str(), want) {
        (Some(text), Type::Bool) => fail_argument(
            0,
            format!(
                "cannot convert {} to bool; only the strings \"true\" or \"false\" are allowed",
                quote(text)
            ),
        ),
        (Some(text), Type::Number) => fail_argument(
            0,
            format!(
                "cannot convert {} to number; given string must be a decimal representation of a number",
                quote(text)
            ),
        ),
        _ => impossible(value, want),
    }
}

pub(super) static SENSITIVE: Function = Function::eager(
    "sensitive",
    &[VALUE],
    None,
    Returns::Of(|args| Ok(args[0].ty())),
    |args, _, _| Ok(args[0].clone().or_sensitive(true)),
);

pub(super) static NONSENSITIVE: Function = Function::eager(
    "nonsensitive",
    &[VALUE],
    None,
    Returns::Of(|args| Ok(args[0].ty())),
    |args, _, _| Ok(args[0].clone().unmark().0),
);

pub(super) static ISSENSITIVE: Function =
    Function::eager("issensitive", &[VALUE], None, fixed(BOOL), |args, _, _| {
        Ok(if args[0].is_sensitive() {
            Value::TRUE
        } else if args[0].is_known() {
            Value::FALSE
        } else {
            Value::unknown(Type::Bool)
        })
    });

/// Nothing is ephemeral while layers are compiled, so nothing becomes null.
pub(super) static EPHEMERALASNULL: Function = Function::eager(
    "ephemeralasnull",
    &[VALUE],
    None,
    Returns::Of(|args| Ok(args[0].ty())),
    |args, _, _| Ok(args[0].clone()),
);
