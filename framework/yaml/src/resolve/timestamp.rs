//! Times: the four layouts of go-yaml, read and written as Go's `time` does.

/// The time in `text` in the form of RFC 3339 with nanoseconds, as Go's JSON
/// writes it; `None` if the text is no time.
pub(super) fn parse(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.get(4) != Some(&b'-') || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut rest = Rest(&bytes[4..]);
    let year: u32 = text.get(..4)?.parse().ok()?;
    rest.byte(b'-')?;
    let month = rest.number()?;
    rest.byte(b'-')?;
    let day = rest.number()?;
    if !(1..=12).contains(&month) || day < 1 || day > days(year, month) {
        return None;
    }
    if rest.0.is_empty() {
        return Some(format!("{year:04}-{month:02}-{day:02}T00:00:00Z"));
    }
    let separator = rest.next()?;
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let hour = rest.number()?;
    rest.byte(b':')?;
    let minute = rest.number()?;
    rest.byte(b':')?;
    let second = rest.number()?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction = rest.fraction();
    let zone = if separator == b' ' {
        String::from("Z")
    } else {
        rest.zone()?
    };
    if !rest.0.is_empty() {
        return None;
    }
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}"
    ))
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn byte(&mut self, expected: u8) -> Option<()> {
        (self.next()? == expected).then_some(())
    }

    /// One or two digits.
    fn number(&mut self) -> Option<u32> {
        let first = self.next().filter(u8::is_ascii_digit)?;
        let mut value = u32::from(first - b'0');
        if let Some(digit) = self.0.first().filter(|byte| byte.is_ascii_digit()) {
            value = value * 10 + u32::from(digit - b'0');
            self.0 = &self.0[1..];
        }
        Some(value)
    }

    /// `.` or `,` with up to nine digits, without zeros at the end.
    fn fraction(&mut self) -> String {
        if !matches!(self.0, [b'.' | b',', b'0'..=b'9', ..]) {
            return String::new();
        }
        let digits: String = self.0[1..]
            .iter()
            .take(9)
            .take_while(|byte| byte.is_ascii_digit())
            .map(|byte| char::from(*byte))
            .collect();
        self.0 = &self.0[1 + digits.len()..];
        match digits.trim_end_matches('0') {
            "" => String::new(),
            digits => format!(".{digits}"),
        }
    }

    /// `Z` or `+07:00`.
    fn zone(&mut self) -> Option<String> {
        if self.0.first() == Some(&b'Z') {
            self.0 = &self.0[1..];
            return Some(String::from("Z"));
        }
        let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, rest @ ..] = self.0 else {
            return None;
        };
        let digits = [*h1, *h2, *m1, *m2];
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = |tens: u8, ones: u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
        let (hours, minutes) = (number(*h1, *h2), number(*m1, *m2));
        if hours > 24 || minutes > 60 {
            return None;
        }
        let total = hours * 60 + minutes;
        let zone = if total == 0 {
            String::from("Z")
        } else {
            format!("{}{:02}:{:02}", char::from(*sign), total / 60, total % 60)
        };
        self.0 = rest;
        Some(zone)
    }
}
