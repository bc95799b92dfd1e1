//! Encodings: base64, JSON, YAML, CSV, URLs and character sets.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::golang::{self, Charset, CsvReader};
use super::support::{Outcome, STRING, any, fail, fail_argument, fixed, redacted, string, text};
use super::{json, yaml};
use crate::function::{Function, FunctionContext};
use crate::types::Type;
use crate::value::Value;

pub(super) static BASE64ENCODE: Function = Function::eager(
    "base64encode",
    &[string("str")],
    None,
    fixed(STRING),
    |args, _, _| {
        Ok(Value::string(golang::base64_encode(
            text(args, 0).as_bytes(),
        )))
    },
);

pub(super) static BASE64DECODE: Function = Function::eager(
    "base64decode",
    &[string("str").marked().unknown()],
    None,
    fixed(STRING),
    |args, _, _| {
        let sensitive = args[0].is_sensitive();
        let Some(text) = args[0].as_str() else {
            return Ok(Value::unknown(Type::String).or_sensitive(sensitive));
        };
        let Ok(bytes) = golang::base64_decode(text) else {
            return fail(format!(
                "failed to decode base64 data {}",
                redacted(text, sensitive)
            ));
        };
        match String::from_utf8(bytes) {
            Ok(decoded) => Ok(Value::string(decoded).or_sensitive(sensitive)),
            Err(_) => fail("the result of decoding the provided string is not valid UTF-8"),
        }
    },
);

pub(super) static BASE64GZIP: Function = Function::eager(
    "base64gzip",
    &[string("str")],
    None,
    fixed(STRING),
    |args, _, _| {
        Ok(Value::string(golang::base64_encode(&golang::gzip(
            text(args, 0).as_bytes(),
        ))))
    },
);

pub(super) static BASE64GUNZIP: Function = Function::eager(
    "base64gunzip",
    &[string("str")],
    None,
    fixed(STRING),
    |args, _, _| {
        let text = text(args, 0);
        let Ok(bytes) = golang::base64_decode(text) else {
            return fail(format!(
                "failed to decode base64 data {}",
                golang::quote(text)
            ));
        };
        match golang::gunzip(&bytes).map(String::from_utf8) {
            Ok(Ok(unpacked)) => Ok(Value::string(unpacked)),
            Ok(Err(_)) => fail("the result of unpacking the provided string is not valid UTF-8"),
            Err(why) => fail(why),
        }
    },
)
.opentofu();

pub(super) static TEXTENCODEBASE64: Function = Function::eager(
    "textencodebase64",
    &[string("string"), string("encoding")],
    None,
    fixed(STRING),
    |args, _, _| {
        let charset = charset(args)?;
        match charset.encode(text(args, 0)) {
            Ok(bytes) => Ok(Value::string(golang::base64_encode(&bytes))),
            Err(_) => fail_argument(
                0,
                format!(
                    "the given string contains characters that cannot be represented in {}",
                    charset.name
                ),
            ),
        }
    },
);

pub(super) static TEXTDECODEBASE64: Function = Function::eager(
    "textdecodebase64",
    &[string("source"), string("encoding")],
    None,
    fixed(STRING),
    |args, _, _| {
        let charset = charset(args)?;
        let bytes = match golang::base64_decode(text(args, 0)) {
            Ok(bytes) => bytes,
            Err(offset) => {
                return fail_argument(
                    0,
                    format!("the given value is has an invalid base64 symbol at offset {offset}"),
                );
            }
        };
        match charset.decode(&bytes) {
            Ok(decoded) => Ok(Value::string(decoded)),
            Err(_) => fail_argument(
                0,
                format!(
                    "the given string contains symbols that are not defined for {}",
                    charset.name
                ),
            ),
        }
    },
);

/// The encoding that the second argument names.
fn charset(args: &[Value]) -> Result<Charset, crate::function::FunctionError> {
    let name = text(args, 1);
    Charset::find(name).map_or_else(
        || {
            fail_argument(
                1,
                format!(
                    "{} is not a supported IANA encoding name or alias in this Terraform version",
                    golang::quote(name)
                ),
            )
        },
        Ok,
    )
}

pub(super) static URLENCODE: Function = Function::eager(
    "urlencode",
    &[string("str")],
    None,
    fixed(STRING),
    |args, _, _| Ok(Value::string(golang::query_escape(text(args, 0)))),
);

pub(super) static URLDECODE: Function = Function::eager(
    "urldecode",
    &[string("str")],
    None,
    fixed(STRING),
    |args, _, _| {
        let text = text(args, 0);
        match golang::query_unescape(text).map(String::from_utf8) {
            Ok(Ok(decoded)) => Ok(Value::string(decoded)),
            Ok(Err(_)) => fail(format!("failed to decode URL '{text}': not valid UTF-8")),
            Err(why) => fail(format!("failed to decode URL '{text}': {why}")),
        }
    },
)
.opentofu();

pub(super) static JSONENCODE: Function = Function::eager(
    "jsonencode",
    &[any("val").dynamic().unknown().null()],
    None,
    fixed(STRING),
    |args, ty, _| {
        if !args[0].is_wholly_known() {
            return Ok(Value::unknown(ty.clone()));
        }
        match json::encode(&args[0]) {
            Ok(encoded) => Ok(Value::string(encoded)),
            Err(why) => fail(why),
        }
    },
);

pub(super) static JSONDECODE: Function = Function::eager(
    "jsondecode",
    &[string("str")],
    None,
    fixed(super::support::ANY),
    |args, _, _| json::decode(text(args, 0)).or_else(fail),
);

pub(super) static YAMLENCODE: Function = Function::eager(
    "yamlencode",
    &[any("value").dynamic().null()],
    None,
    fixed(STRING),
    |args, ty, _| {
        if !args[0].is_wholly_known() {
            return Ok(Value::unknown(ty.clone()));
        }
        Ok(Value::string(yaml::encode(&args[0])))
    },
);

pub(super) static YAMLDECODE: Function = Function::eager(
    "yamldecode",
    &[string("src")],
    None,
    fixed(super::support::ANY),
    |args, _, _| yaml::decode(text(args, 0)).or_else(fail),
);

pub(super) static CSVDECODE: Function = Function::eager(
    "csvdecode",
    &[string("str")],
    None,
    fixed(super::support::ANY),
    csv_decode,
);

fn csv_decode(args: &[Value], _: &Type, context: &FunctionContext<'_>) -> Outcome {
    let mut reader = CsvReader::new(text(args, 0));
    let broken =
        |line: usize, message: &str| fail(format!("CSV parse error on line {line}: {message}"));
    let headers = match reader.record() {
        None => return fail("missing header line"),
        Some(Err(error)) => return broken(error.line, error.message),
        Some(Ok((_, headers))) => headers,
    };
    let mut seen = BTreeSet::new();
    for header in &headers {
        if !seen.insert(header.as_str()) {
            return fail(format!("duplicate column name {}", golang::quote(header)));
        }
    }
    let headers: Vec<SmolStr> = headers.iter().map(SmolStr::from).collect();
    let row_type = Type::object(headers.iter().map(|h| (h.clone(), Type::String)));
    let mut rows = Vec::new();
    while let Some(record) = reader.record() {
        let (line, fields) = match record {
            Ok(record) => record,
            Err(error) => return broken(error.line, error.message),
        };
        if fields.len() != headers.len() {
            return broken(line, golang::FIELD_COUNT);
        }
        super::support::check_size(rows.len(), context.limits.elements, "rows")?;
        let fields = fields.into_iter().map(Value::string);
        rows.push(Value::object(headers.iter().cloned().zip(fields)));
    }
    Ok(Value::list(row_type, rows))
}
