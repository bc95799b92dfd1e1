//! The two resolvers of go-yaml (`resolve.go`, `decode.go` of v2 and v3).

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use terrace_diag::Diagnostic;

use super::{Value, number, timestamp};
use crate::{Node, Style, Tag, codes};

/// Go's `base64.StdEncoding`: padding is needed, trailing bits are not looked at.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    V2,
    V3,
}

/// The value of a scalar in a Kubernetes resource: go-yaml v3. A collection
/// reads as null.
///
/// # Errors
///
/// An explicit tag that does not fit the text.
pub fn v3(node: &Node) -> Result<Value<'_>, Diagnostic> {
    resolve(node, Dialect::V3)
}

/// The value of a scalar in a kustomization file or a JSON patch: go-yaml v2,
/// where a time stays the text it is.
///
/// # Errors
///
/// As [`v3`].
pub fn v2(node: &Node) -> Result<Value<'_>, Diagnostic> {
    match resolve(node, Dialect::V2)? {
        Value::Timestamp(_) => Ok(Value::Str(Cow::Borrowed(node.as_str().unwrap_or_default()))),
        value => Ok(value),
    }
}

/// What a plain text without a tag means to go-yaml v3.
pub fn v3_text(text: &str) -> Value<'_> {
    plain(text, Dialect::V3, true)
}

/// What a plain text without a tag means to go-yaml v2.
pub fn v2_text(text: &str) -> Value<'_> {
    plain(text, Dialect::V2, true)
}

/// Whether go-yaml v2 reads a plain text as a string.
pub fn v2_is_string(text: &str) -> bool {
    let Some(first) = text.as_bytes().first() else {
        return false;
    };
    match hint(*first) {
        Hint::None => true,
        // The longest word is `False`.
        Hint::Word => {
            text.len() > 5
                || !matches!(plain(text, Dialect::V2, true), Value::Null | Value::Bool(_))
        }
        Hint::Dot | Hint::Number => matches!(plain(text, Dialect::V2, true), Value::Str(_)),
    }
}

/// The tag that go-yaml v3 gives a scalar when it reads it: the explicit one, or
/// `!!str` in quotes, or that of its value. For collections `!!map` or `!!seq`.
pub fn v3_tag(node: &Node) -> Tag {
    if node.tag() != Tag::None {
        return node.tag();
    }
    match node.text() {
        None if node.is_mapping() => Tag::Map,
        None => Tag::Seq,
        Some(_) if node.style() != Style::Plain => Tag::Str,
        Some(text) if text == "<<" => Tag::Merge,
        Some(text) => v3_text(text).tag(),
    }
}

/// Whether kyaml takes the text of a scalar for a non-string of YAML 1.1
/// (`IsYaml1_1NonString`): such strings must be quoted. Everything else that is
/// not a string as YAML source (a list, a mapping, only a comment) counts, too.
pub fn is_yaml11_non_string(text: &str) -> bool {
    if text.is_empty() || text.contains('\n') {
        return false;
    }
    let source = std::sync::Arc::from(text);
    let options = crate::ReadOptions::default();
    let file = crate::NO_SPAN.file;
    match crate::read_first(&source, 0..text.len(), file, &options) {
        Err(_) => false,
        Ok(None) => true,
        Ok(Some(node)) if !node.is_scalar() => true,
        Ok(Some(node)) => match v2(&node) {
            Err(_) => false,
            Ok(value) => !matches!(value, Value::Str(_) | Value::Binary(_) | Value::Merge),
        },
    }
}

/// What the first byte of a text says about it.
enum Hint {
    None,
    Word,
    Dot,
    Number,
}

fn hint(first: u8) -> Hint {
    match first {
        b'+' | b'-' | b'0'..=b'9' => Hint::Number,
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => Hint::Word,
        b'.' => Hint::Dot,
        _ => Hint::None,
    }
}

/// `resolve("", text)`; times only if `times`.
fn plain(text: &str, dialect: Dialect, times: bool) -> Value<'_> {
    let string = Value::Str(Cow::Borrowed(text));
    let Some(first) = text.as_bytes().first() else {
        return Value::Null;
    };
    let hint = hint(*first);
    match hint {
        Hint::None => return string,
        // The longest word is `False`.
        Hint::Word if text.len() > 5 => return string,
        _ => {}
    }
    if let Some(value) = word(text, dialect) {
        return value;
    }
    match hint {
        Hint::None | Hint::Word => string,
        Hint::Dot => number::go_dot_float(text).map_or(string, Value::Float),
        Hint::Number => {
            if times && let Some(time) = timestamp::parse(text) {
                return Value::Timestamp(time);
            }
            number::go_number(text, dialect == Dialect::V3).unwrap_or(string)
        }
    }
}

/// The words with a meaning of their own.
fn word(text: &str, dialect: Dialect) -> Option<Value<'static>> {
    Some(match text {
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        "~" | "null" | "Null" | "NULL" => Value::Null,
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" if dialect == Dialect::V2 => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" if dialect == Dialect::V2 => {
            Value::Bool(false)
        }
        _ => return None,
    })
}

fn resolve(node: &Node, dialect: Dialect) -> Result<Value<'_>, Diagnostic> {
    let Some(text) = node.as_str() else {
        return Ok(Value::Null);
    };
    let string = Value::Str(Cow::Borrowed(text));
    match node.tag() {
        Tag::None if node.style() != Style::Plain => Ok(string),
        Tag::None if text == "<<" => Ok(Value::Merge),
        Tag::None => Ok(plain(text, dialect, true)),
        Tag::Str | Tag::Custom | Tag::Seq | Tag::Map | Tag::Merge => Ok(string),
        Tag::Binary => match BASE64.decode(text.replace(['\n', '\r'], "")) {
            Ok(bytes) => Ok(Value::Binary(bytes)),
            Err(_) => Err(Diagnostic::error(
                &codes::TAG,
                "!!binary value contains invalid base64 data",
            )
            .at(node.span())),
        },
        wanted @ (Tag::Null | Tag::Bool | Tag::Int | Tag::Float | Tag::Timestamp) => {
            let value = plain(text, dialect, wanted == Tag::Timestamp);
            match value {
                Value::Int(value) if wanted == Tag::Float => Ok(Value::Float(value as f64)),
                value if value.tag() == wanted => Ok(value),
                value => Err(Diagnostic::error(
                    &codes::TAG,
                    format!(
                        "cannot decode {} `{text}` as a {}",
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
    }
}
