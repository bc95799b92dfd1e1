//! The format strings of `formatdate` (cty's datetime.go).

use super::quote::quote;
use super::time::Time;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Writes `time` as `format` says.
pub(in crate::functions) fn format_date(format: &str, time: Time) -> Result<String, String> {
    let mut out = String::with_capacity(format.len() + 16);
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted_length(rest),
            c if c.is_ascii_alphabetic() => rest.bytes().take_while(|b| *b == c as u8).count(),
            _ => rest
                .bytes()
                .position(|b| b == b'\'' || b.is_ascii_alphabetic())
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        match first {
            '\'' => {
                if token.len() == 1 || !token.ends_with('\'') {
                    return Err("unterminated literal '".to_owned());
                }
                if token.len() == 2 {
                    out.push('\'');
                } else {
                    unquote(&token[1..token.len() - 1], &mut out);
                }
            }
            c if c.is_ascii_alphabetic() => verb(token, time, &mut out)?,
            _ => out.push_str(token),
        }
    }
    Ok(out)
}

/// How long the quoted text at the start of `text` is; `''` stands for a quote.
fn quoted_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'\'') {
        return 2;
    }
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == b'\'' {
            if bytes.get(at + 1) != Some(&b'\'') {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    bytes.len()
}

/// The inside of a quoted text: the character after a quote is left out.
fn unquote(raw: &str, out: &mut String) {
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '\'' {
            chars.next();
        }
    }
}

fn verb(token: &str, time: Time, out: &mut String) -> Result<(), String> {
    let civil = time.civil();
    let wrong = |must: &str| format!("invalid date format verb {}{must}", quote(token));
    let number = |value: u8, must: &str| match token.len() {
        1 => Ok(value.to_string()),
        2 => Ok(format!("{value:02}")),
        _ => Err(wrong(must)),
    };
    let text = match token.as_bytes()[0] {
        b'Y' => match token.len() {
            2 => format!("{:02}", civil.year % 100),
            4 => format!("{:04}", civil.year),
            _ => return Err(wrong(": year must either be \"YY\" or \"YYYY\"")),
        },
        b'M' => {
            let name = MONTHS[usize::from(civil.month) - 1];
            match token.len() {
                1 => civil.month.to_string(),
                2 => format!("{:02}", civil.month),
                3 => name[..3].to_owned(),
                4 => name.to_owned(),
                _ => return Err(wrong(": month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"")),
            }
        }
        b'D' => number(civil.day, ": day of month must either be \"D\" or \"DD\"")?,
        b'E' => {
            let name = DAYS[usize::from(civil.weekday)];
            match token.len() {
                3 => name[..3].to_owned(),
                4 => name.to_owned(),
                _ => return Err(wrong(": day of week must either be \"EEE\" or \"EEEE\"")),
            }
        }
        b'h' => number(civil.hour, ": 24-hour must either be \"h\" or \"hh\"")?,
        b'H' => number(
            (civil.hour + 11) % 12 + 1,
            ": 12-hour must either be \"H\" or \"HH\"",
        )?,
        b'A' | b'a' if token.len() != 2 => {
            let half = &token[..1];
            return Err(wrong(&format!(": must be \"{half}{half}\"")));
        }
        b'A' => if civil.hour < 12 { "AM" } else { "PM" }.to_owned(),
        b'a' => if civil.hour < 12 { "am" } else { "pm" }.to_owned(),
        b'm' => number(civil.minute, ": minute must either be \"m\" or \"mm\"")?,
        b's' => number(civil.second, ": second must either be \"s\" or \"ss\"")?,
        b'Z' => match token.len() {
            1 => time.zone_or_z(),
            3 if time.offset() == 0 => "UTC".to_owned(),
            3 | 4 => time.zone(""),
            5 => time.zone(":"),
            _ => return Err(wrong(": timezone must be Z, ZZZZ, or ZZZZZ")),
        },
        _ => return Err(wrong("")),
    };
    out.push_str(&text);
    Ok(())
}
