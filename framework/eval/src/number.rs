//! Numbers: binary floats with a mantissa of up to 512 bits, rounded to nearest
//! even, as Go's `math/big.Float` in Terraform's value library (`cty`).
//!
//! Small whole numbers take a fast path that never allocates. Every number
//! carries its precision in bits, because the precision of a result is the
//! greater one of its operands: a literal has 512 bits, a length has 64, the
//! result of a function on machine floats has 53.

mod float;
mod parse;
mod print;

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use num_bigint::{BigInt, BigUint};

use float::Float;

/// Bits of the mantissa of literals and of numbers read from strings.
pub(crate) const LITERAL_PRECISION: u32 = 512;
/// Bits of the mantissa of whole numbers that functions return.
pub(crate) const INTEGER_PRECISION: u32 = 64;

/// A number.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    Small { value: i64, precision: u32 },
    Float(Arc<Float>),
    Infinity { negative: bool },
}

/// An operation without a result, such as `0/0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

impl Number {
    /// Positive infinity, the result of `1/0`.
    pub const INFINITY: Self = Self(Repr::Infinity { negative: false });
    /// Negative infinity.
    pub const NEGATIVE_INFINITY: Self = Self(Repr::Infinity { negative: true });
    /// Zero.
    pub const ZERO: Self = Self(Repr::Small {
        value: 0,
        precision: INTEGER_PRECISION,
    });

    /// Parses a literal or a string as `cty.ParseNumberVal` does: decimal, with
    /// an optional sign, fraction and exponent. `None` if it is no number or its
    /// exponent is beyond what is supported (see `DEVIATIONS.md`).
    pub fn parse(text: &str) -> Option<Self> {
        parse::parse(text)
    }

    /// A machine float (53 bits). `None` for NaN.
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Self(Repr::Infinity {
                negative: value < 0.0,
            }));
        }
        let bits = value.to_bits();
        let negative = value.is_sign_negative();
        let exponent = ((bits >> 52) & 0x7ff) as i64;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = if exponent == 0 {
            (fraction, -1074)
        } else {
            (fraction | (1 << 52), exponent - 1075)
        };
        Some(Self::from_float(Float::new(
            negative,
            BigUint::from(mantissa),
            exponent,
            53,
        )))
    }

    /// A whole number of any size, as exact as `big.Float.SetInt` makes it.
    pub fn from_bigint(value: &BigInt) -> Self {
        let bits = u32::try_from(value.bits()).unwrap_or(u32::MAX);
        Self::from_float(Float::from_bigint(value, bits.max(INTEGER_PRECISION)))
    }

    fn from_float(float: Float) -> Self {
        match float.to_i64() {
            Some(value) => Self(Repr::Small {
                value,
                precision: float.precision(),
            }),
            None => Self(Repr::Float(Arc::new(float))),
        }
    }

    fn finite(&self) -> Option<Float> {
        match &self.0 {
            Repr::Small { value, precision } => Some(Float::from_i64(*value, *precision)),
            Repr::Float(float) => Some(Float::clone(float)),
            Repr::Infinity { .. } => None,
        }
    }

    /// The nearest machine float.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Small { value, .. } => *value as f64,
            Repr::Float(float) => float.to_f64(),
            Repr::Infinity { negative: false } => f64::INFINITY,
            Repr::Infinity { negative: true } => f64::NEG_INFINITY,
        }
    }

    /// The same number if it is whole and fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small { value, .. } => Some(*value),
            // Negative zero is not a small number.
            Repr::Float(float) if float.is_zero() => Some(0),
            Repr::Float(_) | Repr::Infinity { .. } => None,
        }
    }

    /// The whole part, towards zero; `None` for infinity.
    pub fn to_bigint(&self) -> Option<BigInt> {
        match &self.0 {
            Repr::Small { value, .. } => Some(BigInt::from(*value)),
            Repr::Float(float) => Some(float.truncate()),
            Repr::Infinity { .. } => None,
        }
    }

    /// Whether it is finite and has no fraction.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small { .. } => true,
            Repr::Float(float) => float.is_integer(),
            Repr::Infinity { .. } => false,
        }
    }

    /// Whether it is an infinity.
    pub fn is_infinite(&self) -> bool {
        matches!(self.0, Repr::Infinity { .. })
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match &self.0 {
            Repr::Small { value, .. } => value.signum() as i32,
            Repr::Float(float) if float.is_zero() => 0,
            Repr::Float(float) => 1 - 2 * i32::from(float.is_negative()),
            Repr::Infinity { negative } => 1 - 2 * i32::from(*negative),
        }
    }

    /// Bits of the mantissa that results keep.
    pub fn precision(&self) -> u32 {
        match &self.0 {
            Repr::Small { precision, .. } => *precision,
            Repr::Float(float) => float.precision(),
            Repr::Infinity { .. } => LITERAL_PRECISION,
        }
    }

    /// `-self`
    #[must_use]
    pub fn negate(&self) -> Self {
        match &self.0 {
            Repr::Small { value, precision } if *value != 0 && *value != i64::MIN => {
                Self(Repr::Small {
                    value: -value,
                    precision: *precision,
                })
            }
            Repr::Infinity { negative } => Self(Repr::Infinity {
                negative: !negative,
            }),
            _ => self
                .finite()
                .map_or_else(|| self.clone(), |f| Self::from_float(f.negate())),
        }
    }

    /// The distance from zero.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_negative() {
            self.negate()
        } else {
            self.clone()
        }
    }

    /// Whether it is below zero or negative zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small { value, .. } => *value < 0,
            Repr::Float(float) => float.is_negative(),
            Repr::Infinity { negative } => *negative,
        }
    }

    /// `self + other`
    ///
    /// # Errors
    /// For infinities of opposite sign.
    pub fn add(&self, other: &Self) -> Result<Self, NotANumber> {
        if let (
            Repr::Small {
                value: a,
                precision: p,
            },
            Repr::Small {
                value: b,
                precision: q,
            },
        ) = (&self.0, &other.0)
            && (*p).max(*q) >= INTEGER_PRECISION
            && let Some(value) = a.checked_add(*b)
        {
            return Ok(Self(Repr::Small {
                value,
                precision: (*p).max(*q),
            }));
        }
        match (self.finite(), other.finite()) {
            (Some(a), Some(b)) => {
                let precision = a.precision().max(b.precision());
                Ok(Self::from_float(a.add(&b, precision)))
            }
            (None, None) if self.is_negative() != other.is_negative() => Err(NotANumber),
            (None, _) => Ok(self.clone()),
            (_, None) => Ok(other.clone()),
        }
    }

    /// `self - other`
    ///
    /// # Errors
    /// For infinities of equal sign.
    pub fn subtract(&self, other: &Self) -> Result<Self, NotANumber> {
        if let (
            Repr::Small {
                value: a,
                precision: p,
            },
            Repr::Small {
                value: b,
                precision: q,
            },
        ) = (&self.0, &other.0)
            && (*p).max(*q) >= INTEGER_PRECISION
            && let Some(value) = a.checked_sub(*b)
        {
            return Ok(Self(Repr::Small {
                value,
                precision: (*p).max(*q),
            }));
        }
        self.add(&other.negate())
    }

    /// `self * other`. The product is exact up to 512 bits and has at least the
    /// precision of its operands (`cty.Value.Multiply`).
    ///
    /// # Errors
    /// For zero times infinity.
    pub fn multiply(&self, other: &Self) -> Result<Self, NotANumber> {
        if let (
            Repr::Small {
                value: a,
                precision: p,
            },
            Repr::Small {
                value: b,
                precision: q,
            },
        ) = (&self.0, &other.0)
            && (*p).max(*q) >= INTEGER_PRECISION
            && let Some(value) = a.checked_mul(*b)
            // The product of zero and a negative number is negative zero.
            && (value != 0 || (*a >= 0 && *b >= 0))
        {
            return Ok(Self(Repr::Small {
                value,
                precision: (*p).max(*q),
            }));
        }
        match (self.finite(), other.finite()) {
            (Some(a), Some(b)) => {
                let product = a.multiply(&b, LITERAL_PRECISION);
                let precision = a
                    .precision()
                    .max(b.precision())
                    .max(product.minimal_precision());
                Ok(Self::from_float(product.with_precision(precision)))
            }
            _ if self.signum() == 0 || other.signum() == 0 => Err(NotANumber),
            _ => Ok(Self(Repr::Infinity {
                negative: self.is_negative() != other.is_negative(),
            })),
        }
    }

    /// `self / other`; anything but zero by zero is infinite.
    ///
    /// # Errors
    /// For zero by zero and infinity by infinity.
    pub fn divide(&self, other: &Self) -> Result<Self, NotANumber> {
        if let (
            Repr::Small {
                value: a,
                precision: p,
            },
            Repr::Small {
                value: b,
                precision: q,
            },
        ) = (&self.0, &other.0)
            && (*p).max(*q) >= INTEGER_PRECISION
            && *a > 0
            && *b > 0
            && a % b == 0
        {
            return Ok(Self(Repr::Small {
                value: a / b,
                precision: (*p).max(*q),
            }));
        }
        let negative = self.is_negative() != other.is_negative();
        match (self.finite(), other.finite()) {
            (Some(a), Some(b)) if b.is_zero() => {
                if a.is_zero() {
                    return Err(NotANumber);
                }
                Ok(Self(Repr::Infinity { negative }))
            }
            (Some(a), Some(b)) => {
                let precision = a.precision().max(b.precision());
                Ok(Self::from_float(a.divide(&b, precision)))
            }
            (None, None) => Err(NotANumber),
            (None, Some(_)) => Ok(Self(Repr::Infinity { negative })),
            (Some(a), None) => Ok(Self::from_float(Float::new(
                negative,
                BigUint::ZERO,
                0,
                a.precision(),
            ))),
        }
    }

    /// `self % other` with the sign of `self`; `x % 0` is `x`
    /// (`cty.Value.Modulo`, with its intermediate rounding).
    ///
    /// # Errors
    /// For infinities, except by zero.
    pub fn modulo(&self, other: &Self) -> Result<Self, NotANumber> {
        if let (
            Repr::Small {
                value: a,
                precision: p,
            },
            Repr::Small { value: b, .. },
        ) = (&self.0, &other.0)
            && *a >= 0
            && *b > 0
        {
            return Ok(Self(Repr::Small {
                value: a % b,
                precision: *p,
            }));
        }
        match (self.finite(), other.finite()) {
            (Some(a), Some(b)) => {
                if b.is_zero() {
                    return Ok(self.clone());
                }
                let quotient = a.divide(&b, a.precision().max(b.precision())).truncate();
                let precision = a.precision();
                let work = Float::from_bigint(&quotient, precision);
                let work = b.multiply(&work, precision);
                Ok(Self::from_float(a.add(&work.negate(), precision)))
            }
            (None, Some(b)) if b.is_zero() => Ok(self.clone()),
            _ => Err(NotANumber),
        }
    }

    /// The greatest whole number not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        self.round_to_integer(true)
    }

    /// The least whole number not below it.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.round_to_integer(false)
    }

    fn round_to_integer(&self, down: bool) -> Self {
        match &self.0 {
            Repr::Float(float) => {
                let mut whole = float.truncate();
                if !float.is_integer() && float.is_negative() == down {
                    whole += if down { -1 } else { 1 };
                }
                Self::from_float(Float::from_bigint(&whole, float.precision()))
            }
            _ => self.clone(),
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Repr::Small {
            value,
            precision: INTEGER_PRECISION,
        })
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Self::from(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small { value: a, .. }, Repr::Small { value: b, .. }) => a.cmp(b),
            _ => match (self.finite(), other.finite()) {
                (Some(a), Some(b)) => a.compare(&b),
                (None, None) => other.is_negative().cmp(&self.is_negative()),
                (None, Some(_)) if self.is_negative() => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) if other.is_negative() => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
            },
        }
    }
}

/// The shortest decimal that reads back as the same number, never with an
/// exponent (`big.Float.Text('f', -1)`).
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // Digits beyond the precision are not significant: 2^62 in a machine
            // float is 4611686018427388000.
            Repr::Small { value, precision } if value.unsigned_abs() >> precision.min(&63) > 0 => {
                let float = Float::from_i64(*value, *precision);
                f.write_str(&print::shortest(&float))
            }
            Repr::Small { value, .. } => write!(f, "{value}"),
            Repr::Float(float) => f.write_str(&print::shortest(float)),
            Repr::Infinity { negative: false } => f.write_str("+Inf"),
            Repr::Infinity { negative: true } => f.write_str("-Inf"),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Number {
    /// Whether it is negative (also negative zero), and the digits of
    /// `±0.DIGITS · 10^exponent`: all of them, or the fewest that read back as
    /// the same number. `None` for infinity.
    pub(crate) fn digits(&self, shortest: bool) -> Option<(bool, Vec<u8>, i64)> {
        let float = self.finite()?;
        let (digits, exponent) = print::digits(&float, shortest);
        Some((float.is_negative(), digits, exponent))
    }

    /// Ten significant digits, `%.10g`, which orders sets of compound values.
    pub(crate) fn to_general(&self) -> String {
        match self.finite() {
            Some(float) => print::general(&float, 10),
            None => self.to_string(),
        }
    }
}

#[cfg(test)]
#[path = "number/number_tests.rs"]
mod tests;
