//! `math.Log` and `math.Pow` of Go on amd64, bit for bit: C libraries round the
//! last digit differently, and Terraform prints all digits.

use std::f64::consts::{LN_2, LOG2_E, SQRT_2};

/// `math.Log`
#[expect(clippy::excessive_precision, reason = "the constants as published")]
pub(in crate::functions) fn log(x: f64) -> f64 {
    const LN2_HI: f64 = 6.93147180369123816490e-01;
    const LN2_LO: f64 = 1.90821492927058770002e-10;
    const L1: f64 = 6.666666666666735130e-01;
    const L2: f64 = 3.999999999940941908e-01;
    const L3: f64 = 2.857142874366239149e-01;
    const L4: f64 = 2.222219843214978396e-01;
    const L5: f64 = 1.818357216161805012e-01;
    const L6: f64 = 1.531383769920937332e-01;
    const L7: f64 = 1.479819860511658591e-01;
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut fraction, mut exponent) = frexp(x);
    if fraction < SQRT_2 / 2.0 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let f = fraction - 1.0;
    let k = exponent as f64;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let t1 = s2 * (L1 + s4 * (L3 + s4 * (L5 + s4 * L7)));
    let t2 = s4 * (L2 + s4 * (L4 + s4 * L6));
    let r = t1 + t2;
    let half_square = 0.5 * f * f;
    k * LN2_HI - ((half_square - (s * (half_square + r) + k * LN2_LO)) - f)
}

/// `math.Exp` with fused multiply-add (`exp_amd64.s`).
#[expect(clippy::excessive_precision, reason = "the constants as published")]
fn exp(x: f64) -> f64 {
    const OVERFLOW: f64 = 7.09782712893384e+02;
    const LN2_HIGH: f64 = 0.69314718055966295651160180568695068359375;
    const LN2_LOW: f64 = 0.28235290563031577122588448175013436025525412068e-12;
    /// `1/n!` from 8! down to 1!.
    const TAYLOR: [f64; 8] = [
        2.4801587301587301587e-5,
        1.9841269841269841270e-4,
        1.3888888888888888889e-3,
        8.3333333333333333333e-3,
        4.1666666666666666667e-2,
        1.6666666666666666667e-1,
        0.5,
        1.0,
    ];
    debug_assert!((LN2_HIGH + LN2_LOW - LN_2).abs() < 1e-15);
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x == f64::NEG_INFINITY {
        return 0.0;
    }
    if x > OVERFLOW {
        return f64::INFINITY;
    }
    let k = (x * LOG2_E).round_ties_even();
    let reduced = (-k).mul_add(LN2_LOW, (-k).mul_add(LN2_HIGH, x)) * 0.0625;
    let series = TAYLOR[1..]
        .iter()
        .fold(TAYLOR[0], |sum, next| sum.mul_add(reduced, *next));
    let mut y = reduced * series;
    // The reduction by 16 is undone by squaring `1 + y` four times.
    for _ in 0..3 {
        y *= y + 2.0;
    }
    ldexp((y + 2.0).mul_add(y, 1.0), k as i64)
}

/// `math.Pow`
pub(in crate::functions) fn pow(x: f64, y: f64) -> f64 {
    let odd = |y: f64| y.abs() < (1u64 << 53) as f64 && y.trunc() == y && y % 2.0 != 0.0;
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 {
        return x;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 {
        return match (y < 0.0, x.is_sign_negative() && odd(y)) {
            (true, true) => f64::NEG_INFINITY,
            (true, false) => f64::INFINITY,
            (false, true) => x,
            (false, false) => 0.0,
        };
    }
    if y.is_infinite() {
        return if x == -1.0 {
            1.0
        } else if (x.abs() < 1.0) == (y > 0.0) {
            0.0
        } else {
            f64::INFINITY
        };
    }
    if x.is_infinite() {
        return if x < 0.0 {
            pow(1.0 / x, -y)
        } else if y < 0.0 {
            0.0
        } else {
            f64::INFINITY
        };
    }
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    finite_pow(x, y)
}

fn finite_pow(x: f64, y: f64) -> f64 {
    let mut whole = y.abs().trunc();
    let mut fraction = y.abs() - whole;
    if fraction != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= (1u64 << 63) as f64 {
        return if x == -1.0 {
            1.0
        } else if (x.abs() < 1.0) == (y > 0.0) {
            0.0
        } else {
            f64::INFINITY
        };
    }
    let mut result = 1.0;
    let mut exponent = 0i64;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = exp(fraction * log(x));
    }
    let (mut square, mut square_exponent) = frexp(x);
    let mut bits = whole as i64;
    while bits != 0 {
        if square_exponent.abs() > 1 << 12 {
            // Over- or underflow is certain.
            exponent += square_exponent;
            break;
        }
        if bits & 1 == 1 {
            result *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        bits >>= 1;
    }
    if y < 0.0 {
        result = 1.0 / result;
        exponent = -exponent;
    }
    ldexp(result, exponent)
}

/// A fraction in `[0.5, 1)` and a power of two.
fn frexp(x: f64) -> (f64, i64) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (x, shift) = if x.abs() < f64::MIN_POSITIVE {
        (x * (1u64 << 52) as f64, -52)
    } else {
        (x, 0)
    };
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64 - 1022 + shift;
    let fraction = f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52);
    (fraction, exponent)
}

/// `fraction · 2^exponent` with a single rounding.
fn ldexp(fraction: f64, exponent: i64) -> f64 {
    if fraction == 0.0 || !fraction.is_finite() {
        return fraction;
    }
    let (fraction, shift) = frexp(fraction);
    let exponent = exponent + shift;
    if exponent < -1075 {
        return 0.0_f64.copysign(fraction);
    }
    if exponent > 1024 {
        return f64::INFINITY.copysign(fraction);
    }
    let power = |e: i64| f64::from_bits(((e + 1023) as u64) << 52);
    if exponent < -1021 {
        // Subnormal: the last step rounds.
        fraction * power(exponent + 53) * power(-53)
    } else {
        fraction * 2.0 * power(exponent - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_close_to_the_library() {
        for x in [0.1, 0.5, 1.5, 2.0, 10.0, 123.456, 1e300, 5e-324] {
            assert!((log(x) - x.ln()).abs() <= 1e-15 * x.ln().abs());
            for y in [-3.7, -0.5, 0.3, 2.0, 7.25] {
                let (a, b) = (pow(x, y), f64::powf(x, y));
                assert!(a == b || (a / b - 1.0).abs() < 1e-12, "{x} {y} {a} {b}");
            }
        }
        assert_eq!(pow(2.0, 10.0), 1024.0);
        assert_eq!(pow(2.0, -1074.0), 5e-324);
        assert_eq!(pow(10.0, 400.0), f64::INFINITY);
    }
}
