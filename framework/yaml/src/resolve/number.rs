//! Numbers as Go's `strconv` reads them.

use std::borrow::Cow;

use super::Value;

/// `text` without `_`.
pub(super) fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// `strconv.ParseInt(text, base, 64)`, without underscores; base 0 goes by
/// prefix.
pub(super) fn parse_int(text: &str, base: u32) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = parse_uint(digits, base)?;
    if negative {
        0_i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    }
}

/// `strconv.ParseUint(text, base, 64)`, without underscores.
pub(super) fn parse_uint(text: &str, base: u32) -> Option<u64> {
    let bytes = text.as_bytes();
    let (base, digits) = match (base, bytes) {
        (0, [b'0', b'x' | b'X', ..]) => (16, &bytes[2..]),
        (0, [b'0', b'b' | b'B', ..]) => (2, &bytes[2..]),
        (0, [b'0', b'o' | b'O', ..]) => (8, &bytes[2..]),
        (0, [b'0', _, ..]) => (8, &bytes[1..]),
        (0, _) => (10, bytes),
        _ => (base, bytes),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, &digit| {
        let digit = char::from(digit).to_digit(base)?;
        value
            .checked_mul(u64::from(base))?
            .checked_add(digit.into())
    })
}

/// go-yaml's `yamlStyleFloat`: a decimal number with optional sign, fraction
/// and exponent.
pub(super) fn is_decimal(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(at);
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if whole == 0 && fraction == 0 {
            return false;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return false;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        let exponent = digits(at);
        if exponent == 0 {
            return false;
        }
        at += exponent;
    }
    at == bytes.len()
}

/// `strconv.ParseFloat` of a decimal number; `None` if it is out of range.
pub(super) fn parse_decimal(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// A text that begins with a digit or a sign, in go-yaml: whole numbers in any
/// of Go's bases, floats, and `0b` and (v3) `0o` with a sign inside.
pub(super) fn go_number(text: &str, octal: bool) -> Option<Value<'static>> {
    let plain = without_underscores(text);
    if let Some(value) = parse_int(&plain, 0) {
        return Some(Value::Int(value));
    }
    if let Some(value) = parse_uint(&plain, 0) {
        return Some(Value::Uint(value));
    }
    if is_decimal(&plain)
        && let Some(value) = parse_decimal(&plain)
    {
        return Some(Value::Float(value));
    }
    let prefixed = |prefix: &str, base: u32| {
        if let Some(digits) = plain.strip_prefix(prefix) {
            return parse_int(digits, base)
                .map(Value::Int)
                .or_else(|| parse_uint(digits, base).map(Value::Uint));
        }
        let digits = plain.strip_prefix('-')?.strip_prefix(prefix)?;
        parse_int(&format!("-{digits}"), base).map(Value::Int)
    };
    prefixed("0b", 2).or_else(|| octal.then(|| prefixed("0o", 8)).flatten())
}

/// A text that begins with a dot, in go-yaml: `strconv.ParseFloat`, which
/// allows underscores between digits.
pub(super) fn go_dot_float(text: &str) -> Option<f64> {
    let mut digits = String::with_capacity(text.len());
    let mut before = b'.';
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'_' {
            let after = text.as_bytes().get(at + 1);
            if !before.is_ascii_digit() || !after.is_some_and(u8::is_ascii_digit) {
                return None;
            }
        } else {
            digits.push(char::from(byte));
        }
        before = byte;
    }
    if !is_decimal(&digits) {
        return None;
    }
    parse_decimal(&digits)
}
