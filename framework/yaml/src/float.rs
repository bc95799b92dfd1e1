//! Floats as Go writes them: the shortest digits that read back the same.

use std::fmt::Write as _;

/// Sign, digits without the point, and the exponent of the first digit, of a
/// number in Rust's `{:e}` form.
fn digits(text: &str) -> (bool, String, i32) {
    let negative = text.starts_with('-');
    let text = text.trim_start_matches('-');
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits = mantissa.replace('.', "");
    (negative, digits, exponent.parse().unwrap_or(0))
}

/// `strconv.FormatFloat(value, 'g', -1, 64)` of a finite value.
pub(crate) fn write_go_g(value: f64, out: &mut String) {
    write_g(&format!("{value:e}"), out);
}

/// `strconv.FormatFloat(value, 'g', -1, 32)` of a finite value.
pub(crate) fn write_go_g32(value: f32, out: &mut String) {
    write_g(&format!("{value:e}"), out);
}

fn write_g(text: &str, out: &mut String) {
    let (negative, digits, exponent) = digits(text);
    // For shortest digits Go chooses the form as if the precision were 6.
    if (-4..6).contains(&exponent) {
        write_fixed(negative, &digits, exponent, out);
    } else {
        write_exponent(negative, &digits, exponent, 2, out);
    }
}

/// A finite value as Go's `encoding/json` writes it.
pub(crate) fn write_json(value: f64, out: &mut String) {
    let (negative, digits, exponent) = digits(&format!("{value:e}"));
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        write_exponent(negative, &digits, exponent, 1, out);
    } else {
        write_fixed(negative, &digits, exponent, out);
    }
}

fn write_fixed(negative: bool, digits: &str, exponent: i32, out: &mut String) {
    if negative {
        out.push('-');
    }
    let zeros = |count: i32, out: &mut String| (0..count).for_each(|_| out.push('0'));
    if exponent < 0 {
        out.push_str("0.");
        zeros(-exponent - 1, out);
        out.push_str(digits);
        return;
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        out.push_str(digits);
        zeros((whole - digits.len()) as i32, out);
    } else {
        out.push_str(&digits[..whole]);
        out.push('.');
        out.push_str(&digits[whole..]);
    }
}

/// `width`: the least number of digits of the exponent.
fn write_exponent(negative: bool, digits: &str, exponent: i32, width: usize, out: &mut String) {
    if negative {
        out.push('-');
    }
    out.push_str(&digits[..1]);
    if digits.len() > 1 {
        out.push('.');
        out.push_str(&digits[1..]);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "e{sign}{:0width$}", exponent.unsigned_abs());
}
