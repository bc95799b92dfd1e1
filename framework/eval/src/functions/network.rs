//! IP networks.

use super::golang::Prefix;
use super::support::{
    BOOL, LIST_OF_STRINGS, Outcome, STRING, big_integer, fail, fail_argument, fixed, integer,
    number, string, text,
};
use crate::function::{Function, FunctionContext, FunctionError};
use crate::types::Type;
use crate::value::Value;

const INVALID: &str = "invalid CIDR expression: ";

fn prefix(args: &[Value]) -> Result<Prefix, FunctionError> {
    Prefix::parse(text(args, 0)).map_err(|why| FunctionError::new(format!("{INVALID}{why}")))
}

pub(super) static CIDRHOST: Function = Function::eager(
    "cidrhost",
    &[string("prefix"), number("hostnum")],
    None,
    fixed(STRING),
    |args, _, _| {
        let host = big_integer(&args[1]).map_err(FunctionError::new)?;
        match prefix(args)?.host(&host) {
            Ok(address) => Ok(Value::string(address.to_string())),
            Err(why) => fail(why),
        }
    },
);

pub(super) static CIDRNETMASK: Function = Function::eager(
    "cidrnetmask",
    &[string("prefix")],
    None,
    fixed(STRING),
    |args, _, _| {
        let prefix = prefix(args)?;
        if !prefix.is_v4() {
            let text = text(args, 0);
            return fail(format!("IPv6 addresses cannot have a netmask: {text}"));
        }
        Ok(Value::string(prefix.netmask().to_string()))
    },
);

pub(super) static CIDRSUBNET: Function = Function::eager(
    "cidrsubnet",
    &[string("prefix"), number("newbits"), number("netnum")],
    None,
    fixed(STRING),
    |args, _, _| {
        let new_bits = integer(&args[1]).map_err(FunctionError::new)?;
        let number = big_integer(&args[2]).map_err(FunctionError::new)?;
        match prefix(args)?.subnet(new_bits, &number) {
            Ok(subnet) => Ok(Value::string(subnet.to_string())),
            Err(why) => fail(why),
        }
    },
);

pub(super) static CIDRSUBNETS: Function = Function::eager(
    "cidrsubnets",
    &[string("prefix")],
    Some(number("newbits")),
    fixed(LIST_OF_STRINGS),
    cidr_subnets,
);

fn cidr_subnets(args: &[Value], _: &Type, _: &FunctionContext<'_>) -> Outcome {
    let prefix = Prefix::parse(text(args, 0))
        .map_err(|why| FunctionError::argument(0, format!("{INVALID}{why}")))?;
    let new_bits = args
        .iter()
        .enumerate()
        .skip(1)
        .map(|(index, arg)| integer(arg).map_err(|why| FunctionError::argument(index, why)))
        .collect::<Result<Vec<_>, _>>()?;
    match prefix.subnets(&new_bits) {
        Ok(subnets) => Ok(Value::string_list(subnets.iter().map(ToString::to_string))),
        Err((index, why)) => fail_argument(index + 1, why),
    }
}

pub(super) static CIDRCONTAINS: Function = Function::eager(
    "cidrcontains",
    &[
        string("containing_prefix"),
        string("contained_ip_or_prefix"),
    ],
    None,
    fixed(BOOL),
    |args, _, _| {
        let containing = Prefix::parse(text(args, 0)).map_err(FunctionError::new)?;
        match containing.contains_text(text(args, 0), text(args, 1)) {
            Ok(contains) => Ok(Value::bool(contains)),
            Err(why) => fail(why),
        }
    },
)
.opentofu();
