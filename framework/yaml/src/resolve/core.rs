//! The core schema of YAML 1.2 (spec 10.3.2), for Terrace's own files.

use std::borrow::Cow;

use terrace_diag::Diagnostic;

use super::{Value, go, number};
use crate::{Node, Style, Tag, codes};

/// The value of a scalar by the core schema. A collection reads as null.
///
/// # Errors
///
/// An explicit tag that does not fit the text.
pub fn core(node: &Node) -> Result<Value<'_>, Diagnostic> {
    let Some(text) = node.as_str() else {
        return Ok(Value::Null);
    };
    match node.tag() {
        Tag::None if node.style() == Style::Plain => Ok(core_text(text)),
        Tag::Null | Tag::Bool | Tag::Int | Tag::Float => {
            let wanted = node.tag();
            match core_text(text) {
                Value::Int(value) if wanted == Tag::Float => Ok(Value::Float(value as f64)),
                value if value.tag() == wanted => Ok(value),
                value => Err(Diagnostic::error(
                    &codes::TAG,
                    format!(
                        "`{text}` is {}, the tag says {}",
                        value.tag().short(),
                        wanted.short()
                    ),
                )
                .at(node.span())
                .help(format!(
                    "change the value, or remove the tag {}",
                    wanted.short()
                ))),
            }
        }
        Tag::Binary | Tag::Timestamp => go::v3(node),
        _ => Ok(Value::Str(Cow::Borrowed(text))),
    }
}

/// What a plain text without a tag means by the core schema.
pub fn core_text(text: &str) -> Value<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Value::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float(f64::NEG_INFINITY),
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0o")
        && let Some(value) = number::parse_uint(digits, 8)
    {
        return unsigned(value);
    }
    if let Some(digits) = text.strip_prefix("0x")
        && let Some(value) = number::parse_uint(digits, 16)
    {
        return unsigned(value);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if let Some(value) = number::parse_int(text, 10) {
            return Value::Int(value);
        }
        if let Some(value) = number::parse_uint(text, 10) {
            return Value::Uint(value);
        }
        return Value::BigInt(decimal(text));
    }
    if number::is_decimal(text)
        && let Some(value) = number::parse_decimal(text)
    {
        return Value::Float(value);
    }
    Value::Str(Cow::Borrowed(text))
}

fn unsigned(value: u64) -> Value<'static> {
    i64::try_from(value).map_or(Value::Uint(value), Value::Int)
}

/// Decimal digits without plus and leading zeros.
fn decimal(text: &str) -> Cow<'_, str> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let trimmed = digits.trim_start_matches('0');
    if sign.is_empty() {
        Cow::Borrowed(trimmed)
    } else if trimmed.len() == digits.len() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("-{trimmed}"))
    }
}

/// What readers of YAML 1.1 make of a plain text, if that differs from what the
/// core schema says: a few words such as `a boolean`. Such texts must be quoted
/// (or written another way) where everybody is to read the same.
pub fn yaml11_reading(text: &str) -> Option<&'static str> {
    let core = core_text(text);
    let first = text.as_bytes().first()?;
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "n" | "N" | "no" | "No" | "NO" | "on" | "On" | "ON"
        | "off" | "Off" | "OFF" => return Some("a boolean"),
        "=" => return Some("the default value"),
        "<<" => return Some("a merge key"),
        _ => {}
    }
    if !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
    if is_sexagesimal(text) {
        return Some("a number of base 60");
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number = matches!(core, Value::Int(_) | Value::Uint(_) | Value::BigInt(_));
    if let Some(octal) = digits.strip_prefix('0')
        && !octal.is_empty()
        && octal
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    {
        return Some("an octal number");
    }
    if is_prefixed_number(digits) && !number {
        return Some("a number");
    }
    if number {
        return digits.starts_with("0o").then_some("a text");
    }
    // Times in any form, and numbers that only YAML 1.1 has.
    if go::v3_text(text).tag() == Tag::Timestamp || is_date(text) {
        return Some("a time");
    }
    if !matches!(core, Value::Str(_)) {
        return strange_float(text).then_some("a text");
    }
    match go::v2_text(text) {
        Value::Str(_) => {
            let plain = number::without_underscores(text);
            (text.contains('_') && !matches!(core_text(&plain), Value::Str(_)))
                .then_some("a number")
        }
        Value::Bool(_) => Some("a boolean"),
        _ => Some("a number"),
    }
}

/// Whether a float is none for readers of YAML 1.1, which want a dot and a
/// signed exponent, and some of them a digit behind a sign: `1e3`, `1.5e3`, `-.5`.
fn strange_float(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix(['+', '-'])
        && rest.starts_with('.')
    {
        return !rest[1..].eq_ignore_ascii_case("inf");
    }
    text.split_once(['e', 'E'])
        .is_some_and(|(mantissa, exponent)| {
            !mantissa.contains('.') || !exponent.starts_with(['+', '-'])
        })
}

/// `0b[01_]+` and `0x[0-9a-fA-F_]+`, which YAML 1.1 takes for numbers even if no
/// digit is among them.
fn is_prefixed_number(digits: &str) -> bool {
    let all = |prefix: &str, digit: fn(char) -> bool| {
        digits
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c == '_' || digit(c)))
    };
    all("0b", |c| matches!(c, '0' | '1')) || all("0x", |c| c.is_ascii_hexdigit())
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`: base 60 of YAML 1.1, and what
/// go-yaml quotes for that reason.
pub(crate) fn is_sexagesimal(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some((whole, rest)) = text.split_once(':') else {
        return false;
    };
    if !whole.starts_with(|c: char| c.is_ascii_digit())
        || !whole
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    {
        return false;
    }
    let (parts, fraction) = match rest.split_once('.') {
        Some((parts, fraction)) => (parts, fraction),
        None => (rest, ""),
    };
    fraction
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'_')
        && parts
            .split(':')
            .all(|part| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
}

/// A date of YAML 1.1, or what begins with one and a time.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 8
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && text[5..]
            .split(['T', 't', ' ', '\t'])
            .next()
            .is_some_and(|date| {
                let mut parts = date.split('-');
                let short = |part: Option<&str>| {
                    part.is_some_and(|part| {
                        matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit())
                    })
                };
                short(parts.next()) && short(parts.next()) && parts.next().is_none()
            })
}
