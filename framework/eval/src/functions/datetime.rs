//! Dates and times; none of them asks what time it is.

use super::golang::{self, Time};
use super::support::{NUMBER, STRING, fail, fail_argument, fixed, string, text};
use crate::function::{Function, FunctionError};
use crate::value::Value;

pub(super) static FORMATDATE: Function = Function::eager(
    "formatdate",
    &[string("format"), string("time")],
    None,
    fixed(STRING),
    |args, _, _| {
        let time =
            Time::parse_strict(text(args, 1)).map_err(|why| FunctionError::argument(1, why))?;
        match golang::format_date(text(args, 0), time) {
            Ok(formatted) => Ok(Value::string(formatted)),
            Err(why) => fail_argument(0, why),
        }
    },
);

pub(super) static TIMEADD: Function = Function::eager(
    "timeadd",
    &[string("timestamp"), string("duration")],
    None,
    fixed(STRING),
    |args, _, _| {
        let time = Time::parse_strict(text(args, 0)).map_err(FunctionError::new)?;
        match golang::parse_duration(text(args, 1)) {
            Ok(duration) => Ok(Value::string(time.add(duration).rfc3339())),
            Err(why) => fail(why),
        }
    },
);

pub(super) static TIMECMP: Function = Function::eager(
    "timecmp",
    &[string("timestamp_a"), string("timestamp_b")],
    None,
    fixed(NUMBER),
    |args, _, _| {
        let time = |index: usize| {
            Time::parse_lax(text(args, index))
                .map(Time::instant)
                .map_err(|why| FunctionError::argument(index, why))
        };
        Ok(Value::number(time(0)?.cmp(&time(1)?) as i64))
    },
);
