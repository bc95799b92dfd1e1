//! Functions on strings.

use smol_str::SmolStr;

use super::golang;
use super::support::{
    BOOL, LIST_OF_STRINGS, Outcome, STRING, check_size, fail, fail_argument, fixed, integer,
    number, string, strings, text,
};
use crate::function::{Function, FunctionContext, FunctionError, Param};
use crate::types::Type;
use crate::value::Value;

/// A function of one string parameter `str`.
macro_rules! of_text {
    ($($name:ident = $label:literal, $param:expr, $body:expr;)*) => {
        $(pub(super) static $name: Function =
            Function::eager($label, &[$param], None, fixed(STRING), |args, _, _| {
                let convert: fn(&str) -> String = $body;
                Ok(Value::string(convert(text(args, 0))))
            });)*
    };
}

of_text! {
    UPPER = "upper", string("str").dynamic(), golang::upper;
    LOWER = "lower", string("str").dynamic(), golang::lower;
    TITLE = "title", string("str"), golang::title;
    STRREV = "strrev", string("str").dynamic(), reverse;
    CHOMP = "chomp", string("str"), |text| text.trim_end_matches(['\r', '\n']).to_owned();
    TRIMSPACE = "trimspace", string("str"), |text| text.trim().to_owned();
}

fn reverse(text: &str) -> String {
    let clusters: Vec<&str> = golang::clusters(text).collect();
    clusters.into_iter().rev().collect()
}

/// A function of a string and another one that is looked for in it.
macro_rules! of_two_texts {
    ($($name:ident = $label:literal, $second:literal, $returns:expr, $body:expr;)*) => {
        $(pub(super) static $name: Function = Function::eager(
            $label,
            &[string("str"), string($second)],
            None,
            fixed($returns),
            |args, _, _| {
                let apply: fn(&str, &str) -> Value = $body;
                Ok(apply(text(args, 0), text(args, 1)))
            },
        );)*
    };
}

of_two_texts! {
    ENDSWITH = "endswith", "suffix", BOOL, |text, suffix| Value::bool(text.ends_with(suffix));
    STRCONTAINS = "strcontains", "substr", BOOL, |text, part| Value::bool(text.contains(part));
    TRIM = "trim", "cutset", STRING, |text, set| Value::string(text.trim_matches(|c| set.contains(c)));
    TRIMPREFIX = "trimprefix", "prefix", STRING,
        |text, prefix| Value::string(text.strip_prefix(prefix).unwrap_or(text));
    TRIMSUFFIX = "trimsuffix", "suffix", STRING,
        |text, suffix| Value::string(text.strip_suffix(suffix).unwrap_or(text));
}

pub(super) static STARTSWITH: Function = Function::eager(
    "startswith",
    &[string("str").unknown(), string("prefix")],
    None,
    fixed(BOOL),
    |args, _, _| {
        let prefix = text(args, 1);
        Ok(match args[0].as_str() {
            Some(text) => Value::bool(text.starts_with(prefix)),
            None if prefix.is_empty() => Value::TRUE,
            None => Value::unknown(Type::Bool),
        })
    },
);

pub(super) static INDENT: Function = Function::eager(
    "indent",
    &[number("spaces"), string("str")],
    None,
    fixed(STRING),
    indent,
);

fn indent(args: &[Value], _: &Type, context: &FunctionContext<'_>) -> Outcome {
    let spaces = integer(&args[0]).map_err(FunctionError::new)?;
    let text = text(args, 1);
    let Ok(spaces) = usize::try_from(spaces) else {
        return fail("the number of spaces must not be negative");
    };
    let size = text.matches('\n').count().saturating_mul(spaces);
    check_size(size.max(spaces), context.limits.string_bytes, "bytes")?;
    Ok(Value::string(
        text.replace('\n', &format!("\n{}", " ".repeat(spaces))),
    ))
}

pub(super) static SUBSTR: Function = Function::eager(
    "substr",
    &[
        string("str").dynamic(),
        number("offset").dynamic(),
        number("length").dynamic(),
    ],
    None,
    fixed(STRING),
    substr,
);

fn substr(args: &[Value], _: &Type, _: &FunctionContext<'_>) -> Outcome {
    let text = text(args, 0);
    let mut offset = integer(&args[1]).map_err(FunctionError::new)?;
    let length = integer(&args[2]).map_err(FunctionError::new)?;
    if offset < 0 {
        let total = i64::try_from(golang::grapheme_count(text)).unwrap_or(i64::MAX);
        offset = offset.saturating_add(total);
    } else if length == 0 {
        return Ok(Value::string(""));
    }
    let skipped = usize::try_from(offset).unwrap_or(0);
    let rest = &text[golang::prefix_length(text, skipped)..];
    // A length of zero after an offset from the end means all of the rest.
    let end = match usize::try_from(length) {
        Ok(length) if length > 0 => golang::prefix_length(rest, length),
        _ => rest.len(),
    };
    Ok(Value::string(&rest[..end]))
}

pub(super) static JOIN: Function = Function::eager(
    "join",
    &[string("separator")],
    Some(Param::new("lists", LIST_OF_STRINGS)),
    fixed(STRING),
    join,
);

fn join(args: &[Value], _: &Type, context: &FunctionContext<'_>) -> Outcome {
    let separator = text(args, 0);
    let lists = &args[1..];
    if lists.is_empty() {
        return fail("at least one list is required");
    }
    if lists.iter().any(|list| !list.is_wholly_known()) {
        return Ok(Value::unknown(Type::String));
    }
    let mut joined = String::new();
    let mut first = true;
    for (index, list) in (1..).zip(lists) {
        for (at, item) in strings(list).enumerate() {
            let Some(item) = item else {
                let of_list = if lists.len() > 1 {
                    format!(" of list {index}")
                } else {
                    String::new()
                };
                return fail_argument(
                    index,
                    format!("element {at}{of_list} is null; cannot concatenate null values"),
                );
            };
            if !first {
                joined.push_str(separator);
            }
            first = false;
            joined.push_str(item);
        }
        check_size(joined.len(), context.limits.string_bytes, "bytes")?;
    }
    Ok(Value::string(joined))
}

pub(super) static SPLIT: Function = Function::eager(
    "split",
    &[string("separator"), string("str")],
    None,
    fixed(LIST_OF_STRINGS),
    |args, _, _| {
        let (separator, text) = (text(args, 0), text(args, 1));
        Ok(if separator.is_empty() {
            Value::string_list(text.chars().map(|c| SmolStr::from_iter([c])))
        } else {
            Value::string_list(text.split(separator))
        })
    },
);

pub(super) static SORT: Function = Function::eager(
    "sort",
    &[Param::new("list", LIST_OF_STRINGS).unknown()],
    None,
    fixed(LIST_OF_STRINGS),
    sort,
);

fn sort(args: &[Value], ty: &Type, _: &FunctionContext<'_>) -> Outcome {
    if !args[0].is_wholly_known() {
        // How many there are is known all the same.
        return Ok(match args[0].length() {
            Some(length) => {
                let items = vec![Value::unknown(Type::String); length];
                Value::list(Type::String, items)
            }
            None => Value::unknown(ty.clone()),
        });
    }
    let mut sorted = Vec::new();
    for (at, item) in strings(&args[0]).enumerate() {
        match item {
            Some(item) => sorted.push(item),
            None => {
                return fail(format!(
                    "given list element {at} is null; a null string cannot be sorted"
                ));
            }
        }
    }
    sorted.sort_unstable();
    Ok(Value::string_list(sorted))
}
