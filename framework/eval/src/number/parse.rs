//! Reading decimals, with the roundings of Go's `big.ParseFloat(s, 10, 512,
//! ToNearestEven)` (`math/big/floatconv.go`).

use num_bigint::BigUint;

use super::float::Float;
use super::{LITERAL_PRECISION, Number, Repr};

/// Greatest supported decimal or binary exponent, so that no literal can name a
/// number whose digits fill the memory.
const MAX_EXPONENT: i64 = 100_000;

pub(super) fn parse(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    if (1..=18).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
        let value = bytes
            .iter()
            .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        return Some(Number(Repr::Small {
            value,
            precision: LITERAL_PRECISION,
        }));
    }
    let (negative, rest) = match bytes.first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if rest == "Inf" || rest == "inf" {
        return Some(Number(Repr::Infinity { negative }));
    }
    let digits_end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let (mantissa, exponent) = rest.split_at(digits_end);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let (decimal, binary) = parse_exponent(exponent)?;
    let digits = format!("{whole}{fraction}");
    let mantissa = BigUint::parse_bytes(digits.as_bytes(), 10)?;
    if mantissa == BigUint::ZERO {
        return Some(Number::from_float(Float::new(
            negative,
            mantissa,
            0,
            LITERAL_PRECISION,
        )));
    }
    let power = decimal.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    if power.abs() > MAX_EXPONENT || binary.abs() > MAX_EXPONENT {
        return None;
    }
    let bits = u32::try_from(mantissa.bits()).ok()?;
    // The digits enter exactly; the power of ten is five by five and two by two.
    let exact = Float::new(negative, mantissa, power + binary, bits.max(1));
    let float = match power {
        0 => exact.with_precision(LITERAL_PRECISION),
        1.. => exact.multiply(&power_of_five(power.unsigned_abs()), LITERAL_PRECISION),
        _ => exact.divide(&power_of_five(power.unsigned_abs()), LITERAL_PRECISION),
    };
    Some(Number::from_float(float))
}

/// Decimal and binary exponent: `e5` and `p5`.
fn parse_exponent(text: &str) -> Option<(i64, i64)> {
    let Some(kind) = text.chars().next() else {
        return Some((0, 0));
    };
    let digits = text.get(1..)?;
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = digits.parse().ok()?;
    match kind {
        'e' | 'E' => Some((value, 0)),
        'p' | 'P' => Some((0, value)),
        _ => None,
    }
}

/// `5^n` with 576 bits, multiplied up as Go does so that roundings agree.
fn power_of_five(n: u64) -> Float {
    const TABLE: u64 = 27;
    const PRECISION: u32 = LITERAL_PRECISION + 64;
    let direct = n.min(TABLE);
    let mut result = Float::new(false, BigUint::from(5u32).pow(direct as u32), 0, PRECISION);
    let mut left = n - direct;
    let mut square = Float::new(false, BigUint::from(5u32), 0, PRECISION + 64);
    while left > 0 {
        if left & 1 != 0 {
            result = result.multiply(&square, PRECISION);
        }
        square = square.multiply(&square, PRECISION + 64);
        left >>= 1;
    }
    result
}
