//! Numbers as Go's `fmt` prints them: `big.Float.Format` and `big.Int.Format`.

use num_bigint::{BigInt, Sign};

use crate::number::Number;

/// `-`, `+`, `#`, `0`, space, width and precision of a verb.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::functions) struct Flags {
    pub minus: bool,
    pub plus: bool,
    pub sharp: bool,
    pub zero: bool,
    pub space: bool,
    pub width: Option<usize>,
    pub precision: Option<usize>,
}

/// `±0.DIGITS · 10^exponent`; no trailing zeros.
struct Decimal {
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn at(&self, index: i64) -> char {
        let digit = usize::try_from(index)
            .ok()
            .and_then(|at| self.digits.get(at));
        char::from(digit.copied().unwrap_or(b'0'))
    }

    /// Rounds to `n` digits, halves to even.
    fn round(&mut self, n: i64) {
        let Ok(n) = usize::try_from(n) else {
            return;
        };
        let Some(first) = self.digits.get(n).copied() else {
            return;
        };
        let up = if first == b'5' && n + 1 == self.digits.len() {
            n > 0 && self.digits[n - 1] & 1 != 0
        } else {
            first >= b'5'
        };
        self.digits.truncate(n);
        if up {
            while self.digits.last() == Some(&b'9') {
                self.digits.pop();
            }
            match self.digits.last_mut() {
                Some(last) => *last += 1,
                None => {
                    self.digits.push(b'1');
                    self.exponent += 1;
                }
            }
        }
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.exponent = 0;
        }
    }

    /// `d.ddde±dd` with `precision` digits after the point.
    fn scientific(&self, precision: usize, e: char) -> String {
        let mut out = String::from(self.at(0));
        if precision > 0 {
            out.push('.');
            out.extend((1..=precision as i64).map(|at| self.at(at)));
        }
        let exponent = if self.digits.is_empty() {
            0
        } else {
            self.exponent - 1
        };
        let sign = if exponent < 0 { '-' } else { '+' };
        out.push_str(&format!("{e}{sign}{:02}", exponent.unsigned_abs()));
        out
    }

    /// `ddd.ddd` with `precision` digits after the point.
    fn fixed(&self, precision: usize) -> String {
        let mut out = String::new();
        if self.exponent > 0 {
            out.extend((0..self.exponent).map(|at| self.at(at)));
        } else {
            out.push('0');
        }
        if precision > 0 {
            out.push('.');
            out.extend((0..precision as i64).map(|at| self.at(self.exponent + at)));
        }
        out
    }
}

/// `big.Float.Text` of the verbs `e`, `E`, `f`, `g` and `G`; without a
/// precision as many digits as needed.
pub(in crate::functions) fn text(number: &Number, verb: char, precision: Option<usize>) -> String {
    let Some((negative, digits, exponent)) = number.digits(precision.is_none()) else {
        return number.to_string();
    };
    let mut decimal = Decimal { digits, exponent };
    let count = |decimal: &Decimal| decimal.digits.len();
    let body = match verb {
        'e' | 'E' => {
            let precision = match precision {
                Some(precision) => {
                    decimal.round(precision as i64 + 1);
                    precision
                }
                None => count(&decimal).saturating_sub(1),
            };
            decimal.scientific(precision, verb)
        }
        'f' => {
            let precision = match precision {
                Some(precision) => {
                    decimal.round(decimal.exponent + precision as i64);
                    precision
                }
                None => usize::try_from(count(&decimal) as i64 - decimal.exponent).unwrap_or(0),
            };
            decimal.fixed(precision)
        }
        _ => {
            let e = if verb == 'G' { 'E' } else { 'e' };
            general(&mut decimal, precision, e)
        }
    };
    if negative { format!("-{body}") } else { body }
}

fn general(decimal: &mut Decimal, precision: Option<usize>, e: char) -> String {
    let mut limit = 6;
    let mut precision = match precision {
        Some(precision) => {
            let precision = precision.max(1);
            decimal.round(precision as i64);
            let count = decimal.digits.len();
            limit = if precision > count && count as i64 >= decimal.exponent {
                count
            } else {
                precision
            };
            precision
        }
        None => decimal.digits.len(),
    };
    let count = decimal.digits.len();
    let exponent = decimal.exponent - 1;
    if exponent < -4 || exponent >= limit as i64 {
        return decimal.scientific(precision.min(count).saturating_sub(1), e);
    }
    if precision as i64 > decimal.exponent {
        precision = count;
    }
    decimal.fixed(usize::try_from(precision as i64 - decimal.exponent).unwrap_or(0))
}

/// A number by one of the verbs `e`, `E`, `f`, `g` and `G`.
pub(in crate::functions) fn format_float(number: &Number, verb: char, flags: Flags) -> String {
    let precision = match verb {
        'g' | 'G' => flags.precision,
        _ => Some(flags.precision.unwrap_or(6)),
    };
    let text = text(number, verb, precision);
    let (sign, body) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => (if flags.space { " " } else { "+" }, &text[1..]),
        _ if flags.plus => ("+", text.as_str()),
        _ if flags.space => (" ", text.as_str()),
        _ => ("", text.as_str()),
    };
    let padding = flags
        .width
        .unwrap_or(0)
        .saturating_sub(sign.len() + body.len());
    if flags.zero && !number.is_infinite() {
        format!("{sign}{}{body}", "0".repeat(padding))
    } else if flags.minus {
        format!("{sign}{body}{}", " ".repeat(padding))
    } else {
        format!("{}{sign}{body}", " ".repeat(padding))
    }
}

/// A whole number by one of the verbs `b`, `o`, `d`, `x` and `X`.
pub(in crate::functions) fn format_integer(number: &BigInt, verb: char, flags: Flags) -> String {
    let negative = number.sign() == Sign::Minus;
    let sign = match (negative, flags.plus, flags.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let (radix, prefix) = match verb {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let prefix = if flags.sharp { prefix } else { "" };
    let mut digits = number.magnitude().to_str_radix(radix);
    if verb == 'X' {
        digits.make_ascii_uppercase();
    }
    let mut zeros = 0;
    if let Some(precision) = flags.precision {
        zeros = precision.saturating_sub(digits.len());
        if digits == "0" && precision == 0 {
            return String::new();
        }
    }
    let length = sign.len() + prefix.len() + zeros + digits.len();
    let padding = flags.width.unwrap_or(0).saturating_sub(length);
    let (mut left, mut right) = (0, 0);
    if flags.minus {
        right = padding;
    } else if flags.zero && flags.precision.is_none() {
        zeros = padding;
    } else {
        left = padding;
    }
    format!(
        "{}{sign}{prefix}{}{digits}{}",
        " ".repeat(left),
        "0".repeat(zeros),
        " ".repeat(right)
    )
}
