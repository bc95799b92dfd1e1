//! `regex`, `regexall` and `replace`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use regex::Captures;
use smol_str::SmolStr;

use super::golang::{Pattern, PatternError};
use super::support::{
    Outcome, STRING, TypeOutcome, check_size, fail, fail_argument, fixed, string, text,
};
use crate::function::{Function, FunctionContext, FunctionError, Returns};
use crate::types::Type;
use crate::value::Value;

pub(super) static REGEX: Function = Function::eager(
    "regex",
    &[string("pattern"), string("string")],
    None,
    Returns::Of(match_type),
    |args, _, _| {
        let (pattern, ty) = compile(text(args, 0))?;
        match pattern.find(text(args, 1)) {
            Some(captures) => Ok(match_value(&pattern, &captures, &ty)),
            None => fail("pattern did not match any part of the given string"),
        }
    },
);

pub(super) static REGEXALL: Function = Function::eager(
    "regexall",
    &[string("pattern"), string("string")],
    None,
    Returns::Of(|args| match_type(args).map(Type::list)),
    |args, _, _| {
        let (pattern, ty) = compile(text(args, 0))?;
        let matches = pattern
            .find_all(text(args, 1))
            .map(|captures| match_value(&pattern, &captures, &ty))
            .collect();
        Ok(Value::list(ty, matches))
    },
);

/// What a match gives; only asked when the call is not made.
fn match_type(args: &[Value]) -> TypeOutcome {
    match (args[0].as_str(), args[1].is_known()) {
        (Some(pattern), false) => compile(pattern).map(|(_, ty)| ty),
        _ => Ok(Type::Dynamic),
    }
}

/// Patterns compiled last on this thread: loops use the same one again and again.
const CACHED: usize = 16;

thread_local! {
    static CACHE: RefCell<VecDeque<(Box<str>, Rc<Pattern>)>> = const { RefCell::new(VecDeque::new()) };
}

fn pattern(text: &str) -> Result<Rc<Pattern>, PatternError> {
    CACHE.with_borrow_mut(|cache| {
        if let Some(at) = cache.iter().position(|(known, _)| &**known == text) {
            return Ok(Rc::clone(&cache[at].1));
        }
        let compiled = Rc::new(Pattern::new(text)?);
        cache.truncate(CACHED - 1);
        cache.push_front((text.into(), Rc::clone(&compiled)));
        Ok(compiled)
    })
}

/// The pattern, and what a match gives: the text without groups, a tuple for
/// groups without names, an object for named ones.
fn compile(text: &str) -> Result<(Rc<Pattern>, Type), FunctionError> {
    let compiled = pattern(text).map_err(|PatternError { code, expr }| {
        FunctionError::argument(0, format!("invalid regexp pattern: {code} in {expr}"))
    })?;
    let names = compiled.names();
    let unnamed = names.iter().filter(|name| name.is_empty()).count();
    let ty = if names.is_empty() {
        Type::String
    } else if unnamed == names.len() {
        Type::tuple(std::iter::repeat_n(Type::String, unnamed))
    } else if unnamed == 0 {
        Type::object(names.iter().map(|name| (SmolStr::from(name), Type::String)))
    } else {
        return fail_argument(
            0,
            "invalid regexp pattern: cannot mix both named and unnamed capture groups",
        );
    };
    Ok((compiled, ty))
}

fn match_value(pattern: &Pattern, captures: &Captures<'_>, ty: &Type) -> Value {
    let group = |at: usize| match captures.get(at) {
        Some(group) => Value::string(group.as_str()),
        None => Value::null(Type::String),
    };
    let names = pattern.names();
    match ty {
        Type::Tuple(_) => Value::tuple((1..=names.len()).map(group).collect()),
        Type::Object(_) => Value::object(
            (1..)
                .zip(names)
                .map(|(at, name)| (SmolStr::from(name), group(at))),
        ),
        _ => group(0),
    }
}

pub(super) static REPLACE: Function = Function::eager(
    "replace",
    &[string("str"), string("substr"), string("replace")],
    None,
    fixed(STRING),
    replace,
);

fn replace(args: &[Value], _: &Type, context: &FunctionContext<'_>) -> Outcome {
    let (whole, part, replacement) = (text(args, 0), text(args, 1), text(args, 2));
    // No more matches than characters and the end.
    let matches = whole.len() + 1;
    let inner = part
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'));
    let Some(inner) = inner else {
        let matches = if part.is_empty() {
            matches
        } else {
            whole.matches(part).count()
        };
        let size = matches.saturating_mul(replacement.len());
        check_size(size, context.limits.string_bytes, "bytes")?;
        return Ok(Value::string(whole.replace(part, replacement)));
    };
    let pattern = pattern(inner).map_err(|PatternError { code, expr }| {
        FunctionError::new(format!("error parsing regexp: {code}: `{expr}`"))
    })?;
    Ok(Value::string(pattern.replace_all(whole, replacement)))
}
