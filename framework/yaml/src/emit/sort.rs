//! The order of keys in go-yaml v2 (`sorter.go`): letters by code point,
//! numbers by value, everything else before letters.

use std::cmp::Ordering;

/// Compares two keys.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (x, y) = (a.as_bytes(), b.as_bytes());
    let Some(at) = x.iter().zip(y).position(|(x, y)| x != y) else {
        return x.len().cmp(&y.len());
    };
    let (p, q) = (x[at], y[at]);
    if p >= 0x80 || q >= 0x80 {
        return natural_characters(a, b, at);
    }
    match (p.is_ascii_alphabetic(), q.is_ascii_alphabetic()) {
        (true, true) => p.cmp(&q),
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => numbers(x, y, at),
    }
}

/// As `natural`, where the first different byte is not ASCII in both. Go asks
/// Unicode for letters and decimal digits; the classes of the standard library
/// are a little wider (they have letter-like marks and fractions, too).
fn natural_characters(a: &str, b: &str, mut at: usize) -> Ordering {
    while !a.is_char_boundary(at) {
        at -= 1;
    }
    let before = &a[..at];
    let (a, b) = (&a[at..], &b[at..]);
    let (Some(p), Some(q)) = (a.chars().next(), b.chars().next()) else {
        return a.len().cmp(&b.len());
    };
    match (p.is_alphabetic(), q.is_alphabetic()) {
        (true, true) => return p.cmp(&q),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let inside = (p == '0' || q == '0')
        && before
            .chars()
            .rev()
            .take_while(|c| c.is_numeric())
            .any(|c| c != '0');
    let run = |text: &str| {
        let mut value = i64::from(inside);
        let mut length = 0;
        for digit in text.chars().take_while(|c| c.is_numeric()) {
            let digit = i64::from(u32::from(digit)) - i64::from(b'0');
            value = value.wrapping_mul(10).wrapping_add(digit);
            length += 1;
        }
        (value, length)
    };
    run(a).cmp(&run(b)).then(p.cmp(&q))
}

/// Compares from the first difference `at`, where neither has a letter.
fn numbers(a: &[u8], b: &[u8], at: usize) -> Ordering {
    let mut start = 0_i64;
    if a[at] == b'0' || b[at] == b'0' {
        // Zeros inside a number count; leading ones do not.
        let inside = a[..at]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .any(|byte| *byte != b'0');
        start = i64::from(inside);
    }
    let run = |bytes: &[u8]| {
        let mut value = start;
        let mut length = 0;
        for byte in bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()) {
            value = value.wrapping_mul(10).wrapping_add(i64::from(byte - b'0'));
            length += 1;
        }
        (value, length)
    };
    run(a).cmp(&run(b)).then(a[at].cmp(&b[at]))
}

/// Sorts by [`natural`] of the keys. Numbers of more than 18 digits overflow
/// there, as in Go, and have no consistent order; the sorting of the standard
/// library may panic then, this one does not.
pub(super) fn sort<T: Copy>(items: &mut [(&str, T)]) {
    if items.is_sorted_by(|a, b| natural(a.0, b.0) != Ordering::Greater) {
        return;
    }
    let mut merged = Vec::with_capacity(items.len());
    merge_sort(items, &mut merged);
}

fn merge_sort<'a, T: Copy>(items: &mut [(&'a str, T)], merged: &mut Vec<(&'a str, T)>) {
    if items.len() < 2 {
        return;
    }
    let middle = items.len() / 2;
    let (left, right) = items.split_at_mut(middle);
    merge_sort(left, merged);
    merge_sort(right, merged);
    merged.clear();
    let (mut l, mut r) = (0, 0);
    while l < left.len() && r < right.len() {
        if natural(right[r].0, left[l].0) == Ordering::Less {
            merged.push(right[r]);
            r += 1;
        } else {
            merged.push(left[l]);
            l += 1;
        }
    }
    merged.extend_from_slice(&left[l..]);
    merged.extend_from_slice(&right[r..]);
    items.copy_from_slice(merged);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_keys_that_have_no_order() {
        // 1a < 01 < 10 < 1a in go-yaml, where the result depends on chance.
        let mut items: Vec<(&str, usize)> = Vec::new();
        for at in 0..1_000 {
            let key = ["1a", "01", "10", "99999999999999999999", "0", "é1", "١"][at % 7];
            items.push((key, at));
        }
        sort(&mut items);
        let mut numbers: Vec<usize> = items.iter().map(|item| item.1).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..1_000));
    }
}
