//! Files of the repository, and paths.

use super::golang::{self, Glob, path};
use super::support::{
    BOOL, Outcome, SET_OF_STRINGS, STRING, fail, fail_argument, fixed, redacted, string, text,
};
use crate::function::{Function, FunctionContext, FunctionError, Param};
use crate::types::Type;
use crate::value::Value;

const PATH: Param = string("path").marked().unknown();

pub(super) static FILE: Function = Function::eager(
    "file",
    &[PATH],
    None,
    fixed(STRING),
    |args, _, context| {
        with_path(args, Type::String, |path| {
            let bytes = context
                .files
                .read(path)
                .map_err(|error| FunctionError::argument(0, error.0))?;
            match std::str::from_utf8(&bytes) {
                Ok(text) => Ok(Value::string(text)),
                Err(_) => fail(format!(
                    "contents of {} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead",
                    redacted(path, args[0].is_sensitive())
                )),
            }
        })
    },
);

pub(super) static FILEBASE64: Function = Function::eager(
    "filebase64",
    &[PATH],
    None,
    fixed(STRING),
    |args, _, context| {
        with_path(args, Type::String, |path| {
            let bytes = context
                .files
                .read(path)
                .map_err(|error| FunctionError::argument(0, error.0))?;
            Ok(Value::string(golang::base64_encode(&bytes)))
        })
    },
);

pub(super) static FILEEXISTS: Function = Function::eager(
    "fileexists",
    &[PATH],
    None,
    fixed(BOOL),
    |args, _, context| {
        with_path(args, Type::Bool, |path| match context.files.exists(path) {
            Ok(exists) => Ok(Value::bool(exists)),
            Err(error) => fail_argument(0, error.0),
        })
    },
);

/// Calls `read` with a known path; unknown for an unknown one.
fn with_path(args: &[Value], ty: Type, read: impl FnOnce(&str) -> Outcome) -> Outcome {
    let result = match args[0].as_str() {
        Some(path) => read(path)?,
        None => Value::unknown(ty),
    };
    Ok(result.or_sensitive(args[0].is_sensitive()))
}

pub(super) static FILESET: Function = Function::eager(
    "fileset",
    &[PATH, string("pattern").marked().unknown()],
    None,
    fixed(SET_OF_STRINGS),
    file_set,
);

fn file_set(args: &[Value], ty: &Type, context: &FunctionContext<'_>) -> Outcome {
    let sensitive = args.iter().any(Value::is_sensitive);
    let (Some(folder), Some(pattern)) = (args[0].as_str(), args[1].as_str()) else {
        return Ok(Value::unknown(ty.clone()).or_sensitive(sensitive));
    };
    let folder = path::join(".", folder);
    let whole = path::join(&folder, pattern);
    let glob = Glob::new(&whole);
    let mut found = Vec::new();
    let mut add = |file: &str| {
        found.extend(path::relative(&folder, file).map(Value::string));
    };
    if glob.is_literal() {
        // A folder or nothing at all is no match.
        if context.files.exists(&glob.base).unwrap_or(false) {
            add(&glob.base);
        }
    } else {
        let files = context
            .files
            .list(&glob.base)
            .map_err(|e| FunctionError::new(e.0))?;
        for file in files {
            match glob.matches(&file) {
                Ok(true) => add(&path::join(&glob.base, &file)),
                Ok(false) => {}
                Err(_) => {
                    let shown = redacted(&whole, sensitive);
                    return fail(format!(
                        "failed to glob pattern {shown}: syntax error in pattern"
                    ));
                }
            }
        }
    }
    Ok(Value::set(Type::String, found).or_sensitive(sensitive))
}

pub(super) static BASENAME: Function = Function::eager(
    "basename",
    &[string("path")],
    None,
    fixed(STRING),
    |args, _, _| Ok(Value::string(path::base(text(args, 0)))),
);

pub(super) static DIRNAME: Function = Function::eager(
    "dirname",
    &[string("path")],
    None,
    fixed(STRING),
    |args, _, _| Ok(Value::string(path::dir(text(args, 0)))),
);
