//! A finite binary float with a chosen precision.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};

/// `±mantissa · 2^exponent`. The mantissa is odd or zero and no longer than the
/// precision; zero has a sign.
#[derive(Debug, Clone)]
pub(super) struct Float {
    negative: bool,
    mantissa: BigUint,
    exponent: i64,
    precision: u32,
}

impl Float {
    /// The nearest float of that precision, ties to even.
    pub(super) fn new(negative: bool, mantissa: BigUint, exponent: i64, precision: u32) -> Self {
        Self::rounded(negative, mantissa, exponent, false, precision)
    }

    /// The same for a value a little greater than `mantissa` if `sticky`.
    fn rounded(
        negative: bool,
        mut mantissa: BigUint,
        mut exponent: i64,
        sticky: bool,
        precision: u32,
    ) -> Self {
        let excess = mantissa.bits().saturating_sub(u64::from(precision));
        if excess > 0 {
            let half = mantissa.bit(excess - 1);
            let below = sticky || mantissa.trailing_zeros().is_some_and(|tz| tz < excess - 1);
            mantissa >>= excess;
            exponent += i64::try_from(excess).unwrap_or(i64::MAX);
            if half && (below || mantissa.bit(0)) {
                mantissa += 1u32;
            }
        }
        match mantissa.trailing_zeros() {
            Some(zeros) if zeros > 0 => {
                mantissa >>= zeros;
                exponent += i64::try_from(zeros).unwrap_or(i64::MAX);
            }
            Some(_) => {}
            None => exponent = 0,
        }
        Self {
            negative,
            mantissa,
            exponent,
            precision,
        }
    }

    pub(super) fn from_i64(value: i64, precision: u32) -> Self {
        Self::new(value < 0, BigUint::from(value.unsigned_abs()), 0, precision)
    }

    pub(super) fn from_bigint(value: &BigInt, precision: u32) -> Self {
        Self::new(
            value.sign() == Sign::Minus,
            value.magnitude().clone(),
            0,
            precision,
        )
    }

    pub(super) fn with_precision(&self, precision: u32) -> Self {
        Self::new(
            self.negative,
            self.mantissa.clone(),
            self.exponent,
            precision,
        )
    }

    pub(super) fn precision(&self) -> u32 {
        self.precision
    }

    /// The least precision that holds the value exactly.
    pub(super) fn minimal_precision(&self) -> u32 {
        u32::try_from(self.mantissa.bits()).unwrap_or(u32::MAX)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.mantissa.bits() == 0
    }

    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    pub(super) fn mantissa(&self) -> &BigUint {
        &self.mantissa
    }

    pub(super) fn exponent(&self) -> i64 {
        self.exponent
    }

    /// Position of the highest bit: the value is in `[2^(n-1), 2^n)`.
    fn magnitude(&self) -> i64 {
        self.exponent + self.mantissa.bits() as i64
    }

    /// The value if it is whole, fits and is not negative zero.
    pub(super) fn to_i64(&self) -> Option<i64> {
        if self.is_zero() {
            return (!self.negative).then_some(0);
        }
        if self.exponent < 0 || self.magnitude() > 63 {
            return None;
        }
        let value = i64::try_from(u64::try_from(&self.mantissa).ok()? << self.exponent).ok()?;
        Some(if self.negative { -value } else { value })
    }

    pub(super) fn truncate(&self) -> BigInt {
        let magnitude = if self.exponent >= 0 {
            &self.mantissa << self.exponent.unsigned_abs()
        } else {
            &self.mantissa >> self.exponent.unsigned_abs()
        };
        let sign = if self.negative {
            Sign::Minus
        } else {
            Sign::Plus
        };
        BigInt::from_biguint(sign, magnitude)
    }

    pub(super) fn to_f64(&self) -> f64 {
        // Below the normal range fewer bits are left.
        let bits = (self.magnitude() + 1074).clamp(0, 53);
        let rounded = if bits == 0 {
            // At or below half of the least subnormal.
            let above_half = self.magnitude() == -1074 && self.mantissa.bits() > 1;
            let least = if above_half { f64::from_bits(1) } else { 0.0 };
            return if self.negative { -least } else { least };
        } else {
            self.with_precision(bits as u32)
        };
        if rounded.magnitude() > 1024 {
            return if self.negative {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            };
        }
        let mut value = u64::try_from(&rounded.mantissa).unwrap_or(0) as f64;
        let mut exponent = rounded.exponent;
        // In steps, so that no intermediate result leaves the range.
        while exponent > 0 {
            let step = exponent.min(500);
            value *= 2f64.powi(step as i32);
            exponent -= step;
        }
        while exponent < 0 {
            let step = exponent.max(-500);
            value *= 2f64.powi(step as i32);
            exponent -= step;
        }
        if self.negative { -value } else { value }
    }

    pub(super) fn negate(mut self) -> Self {
        self.negative = !self.negative;
        self
    }

    pub(super) fn add(&self, other: &Self, precision: u32) -> Self {
        if self.is_zero() || other.is_zero() {
            let (zero, rest) = if self.is_zero() {
                (self, other)
            } else {
                (other, self)
            };
            let mut sum = rest.with_precision(precision);
            if sum.is_zero() {
                sum.negative = zero.negative && rest.negative;
            }
            return sum;
        }
        let exponent = self.exponent.min(other.exponent);
        let left = &self.mantissa << (self.exponent - exponent).unsigned_abs();
        let right = &other.mantissa << (other.exponent - exponent).unsigned_abs();
        if self.negative == other.negative {
            return Self::new(self.negative, left + right, exponent, precision);
        }
        match left.cmp(&right) {
            Ordering::Equal => Self::new(false, BigUint::ZERO, 0, precision),
            Ordering::Greater => Self::new(self.negative, left - right, exponent, precision),
            Ordering::Less => Self::new(other.negative, right - left, exponent, precision),
        }
    }

    pub(super) fn multiply(&self, other: &Self, precision: u32) -> Self {
        Self::new(
            self.negative != other.negative,
            &self.mantissa * &other.mantissa,
            self.exponent + other.exponent,
            precision,
        )
    }

    /// `other` must not be zero.
    pub(super) fn divide(&self, other: &Self, precision: u32) -> Self {
        let wanted = u64::from(precision) + 2 + other.mantissa.bits();
        let shift = wanted.saturating_sub(self.mantissa.bits());
        let numerator = &self.mantissa << shift;
        let quotient = &numerator / &other.mantissa;
        let sticky = &quotient * &other.mantissa != numerator;
        Self::rounded(
            self.negative != other.negative,
            quotient,
            self.exponent - other.exponent - shift as i64,
            sticky,
            precision,
        )
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (a, b) if a != b => a.cmp(&b),
            (0, _) => Ordering::Equal,
            (sign, _) => {
                let magnitudes = self.magnitude().cmp(&other.magnitude()).then_with(|| {
                    let exponent = self.exponent.min(other.exponent);
                    let left = &self.mantissa << (self.exponent - exponent).unsigned_abs();
                    let right = &other.mantissa << (other.exponent - exponent).unsigned_abs();
                    left.cmp(&right)
                });
                if sign < 0 {
                    magnitudes.reverse()
                } else {
                    magnitudes
                }
            }
        }
    }

    fn sign(&self) -> i8 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        }
    }
}
