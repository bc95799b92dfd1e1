//! Points in time as Go's `time` package reads, shifts and writes them.

use super::quote::quote;

/// A point in time in a zone of fixed offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) struct Time {
    /// Seconds since 1970-01-01T00:00:00Z.
    seconds: i64,
    /// 0 to 999,999,999.
    nanoseconds: u32,
    /// Seconds east of Greenwich.
    offset: i32,
}

/// The parts of a [`Time`] in its own zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) struct Civil {
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    /// 0 for Sunday.
    pub weekday: u8,
}

/// What a layout consists of (`nextStdChunk`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Text that has to stand there.
    Literal(&'static str),
    /// Four digits.
    Year,
    /// One or two digits; exactly two if set.
    Month(bool),
    Day(bool),
    Hour,
    Minute(bool),
    Second(bool),
    /// `.999999999`: a fraction that may be absent.
    Fraction,
    /// `Z07:00`
    Zone,
}

impl Part {
    /// How the part is written in Go's layout, for messages.
    fn layout(self) -> &'static str {
        match self {
            Self::Literal(text) => text,
            Self::Year => "2006",
            Self::Month(true) => "01",
            Self::Month(false) => "1",
            Self::Day(true) => "02",
            Self::Day(false) => "2",
            Self::Hour => "15",
            Self::Minute(true) => "04",
            Self::Minute(false) => "4",
            Self::Second(true) => "05",
            Self::Second(false) => "5",
            Self::Fraction => ".999999999",
            Self::Zone => "Z07:00",
        }
    }
}

/// `time.RFC3339`
const RFC3339: &[Part] = &[
    Part::Year,
    Part::Literal("-"),
    Part::Month(true),
    Part::Literal("-"),
    Part::Day(true),
    Part::Literal("T"),
    Part::Hour,
    Part::Literal(":"),
    Part::Minute(true),
    Part::Literal(":"),
    Part::Second(true),
    Part::Zone,
];

/// The timestamps of YAML 1.1 that `go-cty-yaml` (resolve.go) accepts.
const YAML: [&[Part]; 4] = [
    &[
        Part::Year,
        Part::Literal("-"),
        Part::Month(false),
        Part::Literal("-"),
        Part::Day(false),
        Part::Literal("T"),
        Part::Hour,
        Part::Literal(":"),
        Part::Minute(false),
        Part::Literal(":"),
        Part::Second(false),
        Part::Fraction,
        Part::Zone,
    ],
    &[
        Part::Year,
        Part::Literal("-"),
        Part::Month(false),
        Part::Literal("-"),
        Part::Day(false),
        Part::Literal("t"),
        Part::Hour,
        Part::Literal(":"),
        Part::Minute(false),
        Part::Literal(":"),
        Part::Second(false),
        Part::Fraction,
        Part::Zone,
    ],
    &[
        Part::Year,
        Part::Literal("-"),
        Part::Month(false),
        Part::Literal("-"),
        Part::Day(false),
        Part::Literal(" "),
        Part::Hour,
        Part::Literal(":"),
        Part::Minute(false),
        Part::Literal(":"),
        Part::Second(false),
        Part::Fraction,
    ],
    &[
        Part::Year,
        Part::Literal("-"),
        Part::Month(false),
        Part::Literal("-"),
        Part::Day(false),
    ],
];

/// `time.ParseError`: the element of the layout, what stood there, and a
/// message where that says it better.
#[derive(Debug, PartialEq, Eq)]
struct ParseError<'a> {
    element: &'static str,
    value: &'a str,
    message: String,
}

/// Seconds to fractions of a day.
const DAY: i64 = 86_400;

impl Time {
    /// Reads an RFC 3339 timestamp as `formatdate` and `timeadd` do
    /// (`parseTimestamp` in cty's datetime.go): nothing that the RFC forbids.
    pub(in crate::functions) fn parse_strict(text: &str) -> Result<Self, String> {
        if let Some(time) = parse_rfc3339(text) {
            return Ok(time);
        }
        let error = match parse(RFC3339, text) {
            Err(error) => error,
            Ok(_) => laxity(text),
        };
        if error.element == "15" {
            if error.value.contains(':') {
                return Err(invalid(": hour must be between 0 and 23 inclusive"));
            }
            if error.value.len() != 2 && !error.value.is_empty() {
                return Err(invalid(": hour must have exactly two digits"));
            }
        }
        if error.element == "04" && error.value.len() != 2 && !error.value.is_empty() {
            return Err(invalid(": minute must have exactly two digits"));
        }
        Err(explain(&error))
    }

    /// Reads a timestamp as `timecmp` does (`parseTimestamp` in Terraform's
    /// datetime.go): with the liberties of Go's own parser.
    pub(in crate::functions) fn parse_lax(text: &str) -> Result<Self, String> {
        parse_rfc3339(text).map_or_else(|| parse(RFC3339, text).map_err(|e| explain(&e)), Ok)
    }

    /// A timestamp of YAML 1.1, if it is one.
    pub(in crate::functions) fn parse_yaml(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if digits != 4 || text.as_bytes().get(4) != Some(&b'-') {
            return None;
        }
        YAML.iter().find_map(|layout| parse(layout, text).ok())
    }

    /// The time that many nanoseconds later.
    pub(in crate::functions) fn add(self, nanoseconds: i64) -> Self {
        let sum = i64::from(self.nanoseconds) + nanoseconds.rem_euclid(1_000_000_000);
        Self {
            seconds: self.seconds
                + nanoseconds.div_euclid(1_000_000_000)
                + sum.div_euclid(1_000_000_000),
            nanoseconds: sum.rem_euclid(1_000_000_000) as u32,
            offset: self.offset,
        }
    }

    /// For comparing: seconds and nanoseconds since 1970 in Greenwich.
    pub(in crate::functions) fn instant(self) -> (i64, u32) {
        (self.seconds, self.nanoseconds)
    }

    /// Seconds east of Greenwich.
    pub(in crate::functions) fn offset(self) -> i32 {
        self.offset
    }

    /// Date and time of day in its zone.
    pub(in crate::functions) fn civil(self) -> Civil {
        let local = self.seconds + i64::from(self.offset);
        let days = local.div_euclid(DAY);
        let second = local.rem_euclid(DAY);
        let (year, month, day) = civil_from_days(days);
        Civil {
            year,
            month,
            day,
            hour: (second / 3600) as u8,
            minute: (second / 60 % 60) as u8,
            second: (second % 60) as u8,
            weekday: (days + 4).rem_euclid(7) as u8,
        }
    }

    /// The offset as `-0700` or `-07:00`.
    pub(in crate::functions) fn zone(self, colon: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs() / 60;
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    /// The offset as `Z07:00`.
    pub(in crate::functions) fn zone_or_z(self) -> String {
        if self.offset == 0 {
            "Z".to_owned()
        } else {
            self.zone(":")
        }
    }

    /// `Format(time.RFC3339)`
    pub(in crate::functions) fn rfc3339(self) -> String {
        let c = self.civil();
        let sign = if c.year < 0 { "-" } else { "" };
        format!(
            "{sign}{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}",
            c.year.unsigned_abs(),
            c.month,
            c.day,
            c.hour,
            c.minute,
            c.second,
            self.zone_or_z()
        )
    }
}

fn invalid(what: &str) -> String {
    format!("not a valid RFC3339 timestamp{what}")
}

fn explain(error: &ParseError<'_>) -> String {
    if error.element.is_empty() && error.value.is_empty() && !error.message.is_empty() {
        return invalid(&error.message);
    }
    let what = match error.element {
        "2006" => "year",
        "01" => "month",
        "02" => "day of month",
        "15" => "hour",
        "04" => "minute",
        "05" => "second",
        "Z07:00" => "UTC offset",
        "T" => return invalid(": missing required time introducer 'T'"),
        ":" | "-" if error.value.is_empty() => {
            return invalid(&format!(
                ": end of string where {} is expected",
                quote(error.element)
            ));
        }
        ":" | "-" => {
            return invalid(&format!(
                ": found {} where {} is expected",
                quote(error.value),
                quote(error.element)
            ));
        }
        _ => "timestamp segment",
    };
    if error.value.is_empty() {
        invalid(&format!(": end of string before {what}"))
    } else {
        invalid(&format!(": cannot use {} as {what}", quote(error.value)))
    }
}

/// What Go's parser lets pass and RFC 3339 does not (`parseStrictRFC3339`).
fn laxity(text: &str) -> ParseError<'_> {
    let from = |at: usize| text.get(at..).unwrap_or_default();
    let (element, value) = if text.as_bytes().get(12) == Some(&b':') {
        ("15", text.get(11..12).unwrap_or_default())
    } else if text.as_bytes().get(19) == Some(&b',') {
        (".", ",")
    } else {
        ("Z07:00", from(text.len().saturating_sub(6)))
    };
    ParseError {
        element,
        value,
        message: String::new(),
    }
}

/// Two digits; Go's `getnum` also takes one where the layout does.
fn number(text: &str, fixed: bool) -> Option<(u32, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    if digits == 0 || (fixed && digits == 1) {
        return None;
    }
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

/// A fraction with its point or comma at the start of `text`: nanoseconds and
/// the rest.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let bytes = text.as_bytes();
    if !matches!(bytes.first(), Some(b'.' | b',')) || !bytes.get(1)?.is_ascii_digit() {
        return None;
    }
    let digits = bytes[1..].iter().take_while(|b| b.is_ascii_digit()).count();
    let used = digits.min(9);
    let value: u32 = text[1..=used].parse().ok()?;
    let scale = u32::try_from(9 - used).ok()?;
    Some((value * 10u32.pow(scale), &text[1 + digits..]))
}

/// `Z` or `+07:00` at the start of `text`: the offset in seconds, a range that
/// is left, and the rest.
fn zone(text: &str) -> Option<(i32, Option<&'static str>, &str)> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Some((0, None, rest));
    }
    let bytes = text.as_bytes();
    if bytes.len() < 6 || bytes[3] != b':' || !text.is_char_boundary(6) {
        return None;
    }
    let (hours, _) = number(text.get(1..3)?, true)?;
    let (minutes, _) = number(text.get(4..6)?, true)?;
    let out_of_range = if hours > 24 {
        Some("time zone offset hour")
    } else if minutes > 60 {
        Some("time zone offset minute")
    } else {
        None
    };
    let seconds = i32::try_from((hours * 60 + minutes) * 60).ok()?;
    let offset = match bytes[0] {
        b'+' => seconds,
        b'-' => -seconds,
        _ => return None,
    };
    Some((offset, out_of_range, &text[6..]))
}

/// `time.Parse` for the layouts needed here.
fn parse<'a>(layout: &'static [Part], text: &'a str) -> Result<Time, ParseError<'a>> {
    let mut rest = text;
    let (mut year, mut month, mut day) = (0i64, 1u32, 1u32);
    let (mut hour, mut minute, mut second, mut nanoseconds) = (0u32, 0u32, 0u32, 0u32);
    let mut offset = 0;
    for (at, part) in layout.iter().enumerate() {
        let hold = rest;
        let bad = |value: &'a str| ParseError {
            element: part.layout(),
            value,
            message: String::new(),
        };
        let out_of_range = |what: &str, value: &'a str| ParseError {
            element: part.layout(),
            value,
            message: format!(": {what} out of range"),
        };
        match *part {
            Part::Literal(literal) => {
                let same = literal
                    .bytes()
                    .zip(rest.bytes())
                    .take_while(|(a, b)| a == b)
                    .count();
                rest = &rest[same..];
                if same < literal.len() {
                    return Err(bad(rest));
                }
            }
            Part::Year => {
                let digits = rest
                    .get(..4)
                    .filter(|y| y.bytes().all(|b| b.is_ascii_digit()));
                let Some(digits) = digits else {
                    return Err(bad(hold));
                };
                year = digits.parse().map_err(|_| bad(hold))?;
                rest = &rest[4..];
            }
            Part::Month(fixed) => {
                (month, rest) = number(rest, fixed).ok_or_else(|| bad(hold))?;
                if !(1..=12).contains(&month) {
                    return Err(out_of_range("month", rest));
                }
            }
            Part::Day(fixed) => (day, rest) = number(rest, fixed).ok_or_else(|| bad(hold))?,
            Part::Hour => {
                (hour, rest) = number(rest, false).ok_or_else(|| bad(hold))?;
                if hour >= 24 {
                    return Err(out_of_range("hour", rest));
                }
            }
            Part::Minute(fixed) => {
                (minute, rest) = number(rest, fixed).ok_or_else(|| bad(hold))?;
                if minute >= 60 {
                    return Err(out_of_range("minute", rest));
                }
            }
            Part::Second(fixed) => {
                (second, rest) = number(rest, fixed).ok_or_else(|| bad(hold))?;
                if second >= 60 {
                    return Err(out_of_range("second", rest));
                }
                if layout.get(at + 1) != Some(&Part::Fraction)
                    && let Some((value, after)) = fraction(rest)
                {
                    (nanoseconds, rest) = (value, after);
                }
            }
            Part::Fraction => {
                if let Some((value, after)) = fraction(rest) {
                    (nanoseconds, rest) = (value, after);
                }
            }
            Part::Zone => {
                let (value, range, after) = zone(rest).ok_or_else(|| bad(hold))?;
                (offset, rest) = (value, after);
                if let Some(what) = range {
                    return Err(out_of_range(what, rest));
                }
            }
        }
    }
    if !rest.is_empty() {
        return Err(ParseError {
            element: "",
            value: rest,
            message: format!(": extra text: {}", quote(rest)),
        });
    }
    let (month, day_number) = (month as u8, day as u8);
    if day < 1 || day > u32::from(days_in(month, year)) {
        return Err(ParseError {
            element: "",
            value: rest,
            message: ": day out of range".to_owned(),
        });
    }
    let seconds = days_from_civil(year, month, day_number) * DAY
        + i64::from(hour * 3600 + minute * 60 + second)
        - i64::from(offset);
    Ok(Time {
        seconds,
        nanoseconds,
        offset,
    })
}

/// RFC 3339 to the letter (`parseRFC3339`).
fn parse_rfc3339(text: &str) -> Option<Time> {
    let bytes = text.as_bytes();
    if bytes.len() < 20 || !bytes[11..13].iter().all(u8::is_ascii_digit) {
        return None;
    }
    if bytes[19] == b',' {
        return None;
    }
    let time = parse(RFC3339, text).ok()?;
    if !text.ends_with('Z') {
        let tail = text.get(text.len() - 5..)?;
        let (hours, _) = number(tail, true)?;
        let (minutes, _) = number(tail.get(3..)?, true)?;
        if hours > 23 || minutes > 59 {
            return None;
        }
    }
    Some(time)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(month: u8, year: i64) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    // The year starts in March, so that the leap day is its last day.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month + 2) / 5 + 1) as u8;
    let month = if month < 10 { month + 3 } else { month - 9 } as u8;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-800_000..800_000).step_by(37) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }

    #[test]
    fn yaml_timestamps() {
        let read = |text| Time::parse_yaml(text).map(Time::rfc3339);
        assert_eq!(
            read("2001-12-14t21:59:43.10-05:00").as_deref(),
            Some("2001-12-14T21:59:43-05:00")
        );
        assert_eq!(read("2002-1-2").as_deref(), Some("2002-01-02T00:00:00Z"));
        assert_eq!(
            read("2002-1-2 3:4:5").as_deref(),
            Some("2002-01-02T03:04:05Z")
        );
        assert_eq!(read("2002-13-02"), None);
        assert_eq!(read("20021-1-02"), None);
    }
}
