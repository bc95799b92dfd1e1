//! Printing decimals, digit for digit as Go's `big.Float.Text`
//! (`math/big/ftoa.go`, `math/big/decimal.go`).

use num_bigint::BigUint;

use super::float::Float;

/// `0.DIGITS · 10^exponent`; no trailing zeros.
struct Decimal {
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn new(mantissa: &BigUint, exponent: i64) -> Self {
        let (integer, shift) = if exponent >= 0 {
            (mantissa << exponent.unsigned_abs(), 0)
        } else {
            let fives = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
            (mantissa * BigUint::from(5u32).pow(fives), exponent)
        };
        let digits = integer.to_str_radix(10).into_bytes();
        let mut decimal = Self {
            exponent: digits.len() as i64 + shift,
            digits,
        };
        decimal.trim();
        decimal
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.exponent = 0;
        }
    }

    fn at(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }

    fn round(&mut self, n: usize) {
        if n >= self.digits.len() {
            return;
        }
        let up = if self.digits[n] == b'5' && n + 1 == self.digits.len() {
            n > 0 && (self.digits[n - 1] - b'0') & 1 != 0
        } else {
            self.digits[n] >= b'5'
        };
        if up {
            self.round_up(n);
        } else {
            self.round_down(n);
        }
    }

    fn round_up(&mut self, mut n: usize) {
        if n >= self.digits.len() {
            return;
        }
        while n > 0 && self.digits[n - 1] >= b'9' {
            n -= 1;
        }
        if n == 0 {
            self.digits.clear();
            self.digits.push(b'1');
            self.exponent += 1;
            return;
        }
        self.digits.truncate(n);
        self.digits[n - 1] += 1;
    }

    fn round_down(&mut self, n: usize) {
        self.digits.truncate(n);
        self.trim();
    }

    /// Without an exponent.
    fn plain(&self, negative: bool) -> String {
        let mut out = String::new();
        if negative {
            out.push('-');
        }
        let whole = usize::try_from(self.exponent).unwrap_or(0);
        if whole == 0 {
            out.push('0');
        }
        out.extend((0..whole).map(|at| char::from(self.at(at))));
        if self.digits.len() > whole {
            out.push('.');
            out.extend((self.exponent..0).map(|_| '0'));
            out.extend(self.digits[whole..].iter().map(|d| char::from(*d)));
        }
        out
    }
}

/// The shortest decimal that rounds to `float` at its precision.
pub(super) fn shortest(float: &Float) -> String {
    shortest_decimal(float).plain(float.is_negative())
}

/// The digits of `0.DIGITS · 10^exponent`: all of them, or the fewest that read
/// back as the same number.
pub(super) fn digits(float: &Float, shortest: bool) -> (Vec<u8>, i64) {
    let decimal = if shortest {
        shortest_decimal(float)
    } else {
        Decimal::new(float.mantissa(), float.exponent())
    };
    (decimal.digits, decimal.exponent)
}

fn shortest_decimal(float: &Float) -> Decimal {
    let mut decimal = Decimal::new(float.mantissa(), float.exponent());
    let exact_integer = float.exponent() >= 0
        && float.exponent() + float.mantissa().bits() as i64 <= i64::from(float.precision());
    if !float.is_zero() && !exact_integer {
        round_shortest(&mut decimal, float);
    }
    decimal
}

/// Drops digits as long as the result stays between the neighbours' midpoints.
fn round_shortest(decimal: &mut Decimal, float: &Float) {
    // One bit more than the precision: the last bit is half a unit in the last place.
    let shift = u64::from(float.precision()) + 1 - float.mantissa().bits();
    let mantissa = float.mantissa() << shift;
    let exponent = float.exponent() - shift as i64;
    let lower = Decimal::new(&(&mantissa - 1u32), exponent);
    let upper = Decimal::new(&(&mantissa + 1u32), exponent);
    // The midpoints themselves round to an even mantissa.
    let inclusive = !mantissa.bit(1);
    for at in 0..decimal.digits.len() {
        let digit = decimal.digits[at];
        let low = lower.at(at);
        let high = upper.at(at);
        let down = low != digit || inclusive && at + 1 == lower.digits.len();
        let up = digit != high && (inclusive || digit + 1 < high || at + 1 < upper.digits.len());
        match (down, up) {
            (true, true) => return decimal.round(at + 1),
            (true, false) => return decimal.round_down(at + 1),
            (false, true) => return decimal.round_up(at + 1),
            (false, false) => {}
        }
    }
}

/// `%.Ng`: at most `precision` significant digits, with an exponent for very
/// large and very small numbers.
pub(super) fn general(float: &Float, precision: usize) -> String {
    let mut decimal = Decimal::new(float.mantissa(), float.exponent());
    decimal.round(precision);
    let exponent = decimal.exponent - 1;
    let limit =
        if precision > decimal.digits.len() && decimal.digits.len() as i64 >= decimal.exponent {
            decimal.digits.len()
        } else {
            precision
        };
    if !float.is_zero() && (exponent < -4 || exponent >= limit as i64) {
        let mut out = String::new();
        if float.is_negative() {
            out.push('-');
        }
        out.push(char::from(decimal.at(0)));
        if decimal.digits.len() > 1 {
            out.push('.');
            out.extend(decimal.digits[1..].iter().map(|d| char::from(*d)));
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        out.push_str(&format!("e{sign}{:02}", exponent.abs()));
        return out;
    }
    decimal.plain(float.is_negative())
}
