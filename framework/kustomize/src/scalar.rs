//! What scalars mean, in the two dialects of kustomize.

use std::borrow::Cow;

use terrace_yaml::resolve::{self, Value};
use terrace_yaml::{Node, Tag};

/// A scalar of a kustomization file as JSON has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Str(Cow<'a, str>),
}

impl Scalar<'_> {
    /// The text that a Go string gets from it.
    pub(crate) fn to_json_text(&self) -> String {
        match self {
            Self::Null => String::from("null"),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Uint(value) => value.to_string(),
            Self::Float(value) => go_general(*value),
            Self::Str(text) => text.to_string(),
        }
    }
}

/// A key by the rules of go-yaml v2 as JSON has it (`sigs.k8s.io/yaml`, which
/// prints floats with 32 bits).
///
/// # Errors
/// Keys that are no scalars, null, or too large.
pub(crate) fn key_v2(key: &Node) -> Result<String, String> {
    let unsupported = |kind: &str| Err(format!("unsupported map key of type: {kind}"));
    if !key.is_scalar() {
        return unsupported(if key.is_mapping() { "map" } else { "slice" });
    }
    Ok(match v2(key) {
        Scalar::Null => return unsupported("%!s(<nil>)"),
        Scalar::Uint(_) => return unsupported("uint64"),
        Scalar::Float(value) if value.is_nan() => String::from(".nan"),
        Scalar::Float(value) => match value as f32 {
            single if single.is_infinite() => {
                String::from(if single > 0.0 { ".inf" } else { "-.inf" })
            }
            single => go_general(single.to_string().parse().unwrap_or(value)),
        },
        other => other.to_json_text(),
    })
}

/// A scalar by the rules of go-yaml v2: kustomization files, JSON patches and
/// configurations. A wrong tag leaves the text.
pub(crate) fn v2(node: &Node) -> Scalar<'_> {
    match resolve::v2(node) {
        Ok(value) => from_value(value, node),
        Err(_) => Scalar::Str(Cow::Borrowed(node.as_str().unwrap_or(""))),
    }
}

fn from_value<'a>(value: Value<'a>, node: &'a Node) -> Scalar<'a> {
    match value {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Bool(value),
        Value::Int(value) => Scalar::Int(value),
        Value::Uint(value) => Scalar::Uint(value),
        Value::Float(value) => Scalar::Float(value),
        Value::BigInt(digits) => Scalar::Float(digits.parse().unwrap_or(f64::INFINITY)),
        Value::Str(text) => Scalar::Str(text),
        // Version 2 keeps the text of times.
        Value::Timestamp(_) | Value::Merge => {
            Scalar::Str(Cow::Borrowed(node.as_str().unwrap_or("")))
        }
        Value::Binary(bytes) => Scalar::Str(String::from_utf8_lossy(&bytes).into_owned().into()),
    }
}

/// Whether a scalar of a kustomization file is null.
pub(crate) fn is_null(node: &Node) -> bool {
    node.is_scalar() && v2(node) == Scalar::Null
}

/// Whether a plain text is null in both dialects.
pub(crate) fn is_null_text(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// The tag that reading a plain text implies (go-yaml v3).
pub(crate) fn implicit_tag(text: &str) -> Tag {
    if text == "<<" {
        return Tag::Merge;
    }
    resolve::v3_text(text).tag()
}

/// Whether kyaml puts a plain string in quotes for readers of YAML 1.1.
pub(crate) fn is_non_string_v1_1(text: &str) -> bool {
    let Some(first) = text.bytes().next() else {
        return false;
    };
    let is_word = first.is_ascii_alphabetic()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
    if is_word {
        return !resolve::v2_is_string(text);
    }
    resolve::is_yaml11_non_string(text)
}

/// The digits of a number without trailing zeros, and the power of ten of the
/// first one.
fn digits(value: f64) -> (String, i32) {
    let text = format!("{:e}", value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (
        mantissa.replace('.', ""),
        exponent.parse().unwrap_or_default(),
    )
}

/// `strconv.FormatFloat(value, 'g', -1, 64)`.
pub(crate) fn go_general(value: f64) -> String {
    if value.is_nan() {
        return String::from("NaN");
    }
    if value.is_infinite() {
        return String::from(if value > 0.0 { "+Inf" } else { "-Inf" });
    }
    let (_, exponent) = digits(value);
    if !(-4..6).contains(&exponent) {
        return go_exponent(value, 2);
    }
    format!("{value}")
}

/// `d.ddde±dd` with at least `width` digits of exponent.
fn go_exponent(value: f64, width: usize) -> String {
    let (digits, exponent) = digits(value);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{sign}{first}{point}{rest}e{exponent_sign}{:0width$}",
        exponent.abs()
    )
}

/// A number as `encoding/json` writes it; `None` for those it refuses.
pub(crate) fn go_json(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        // Only negative exponents lose their leading zero.
        let width = if size < 1.0 { 1 } else { 2 };
        return Some(go_exponent(value, width));
    }
    Some(format!("{value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_as_go() {
        for (value, general, json) in [
            (8080.0, "8080", "8080"),
            (1_234_567.0, "1.234567e+06", "1234567"),
            (100_000.0, "100000", "100000"),
            (1e6, "1e+06", "1000000"),
            (0.5, "0.5", "0.5"),
            (1e-7, "1e-07", "1e-7"),
            (1e21, "1e+21", "1e+21"),
            (-0.0, "-0", "-0"),
            (0.0001, "0.0001", "0.0001"),
            (0.00001, "1e-05", "0.00001"),
        ] {
            assert_eq!(go_general(value), general);
            assert_eq!(go_json(value).as_deref(), Some(json));
        }
    }
}
