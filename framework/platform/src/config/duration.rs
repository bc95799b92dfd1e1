//! Durations: `90s`, `10m`, `2h`, `7d`, `1h30m`.

/// The longest duration, in seconds: a hundred years of 365 days. More could not
/// be added to a time.
const LONGEST: u64 = 36_500 * 86_400;

/// Seconds of a duration; `None` where it is not one, is zero parts, or too long.
pub fn parse_duration(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let unit = match rest.as_bytes().get(digits)? {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            b'd' => 86400,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[digits + 1..];
    }
    (!text.is_empty() && total <= LONGEST).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::parse_duration;

    #[test]
    fn reads_parts() {
        assert_eq!(parse_duration("2h"), Some(7200));
        assert_eq!(parse_duration("1h30m"), Some(5400));
        assert_eq!(parse_duration("0s"), Some(0));
        assert_eq!(parse_duration("36500d"), Some(3_153_600_000));
        for wrong in [
            "",
            "2",
            "h",
            "2w",
            "-1h",
            "99999999999999999999h",
            "99999999999999d",
            "36500d1s",
            "1.5h",
        ] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }
}
