//! Moments, to the second, in UTC: `2026-11-21T09:00:00Z`.

use std::fmt;
use std::str::FromStr;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// A text that is not `YYYY-MM-DDTHH:MM:SSZ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a time as 2026-11-21T09:00:00Z")]
pub struct NotATime;

impl Time {
    /// This many seconds later; earlier if negative.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to here.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Year, month, day, hour, minute and second in UTC, if they are possible.
    pub fn of_civil(civil: [i64; 6]) -> Option<Self> {
        let [year, month, day, hour, minute, second] = civil;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            _ => return None,
        };
        let fits = (0..=9999).contains(&year)
            && (1..=length).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second);
        if !fits {
            return None;
        }
        // Days of the proleptic Gregorian calendar, years starting in March.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        Some(Self(days * 86_400 + hour * 3600 + minute * 60 + second))
    }

    fn civil(self) -> [i64; 6] {
        let days = self.0.div_euclid(86_400) + 719_468;
        let second = self.0.rem_euclid(86_400);
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        [
            year,
            month,
            day,
            second / 3600,
            second / 60 % 60,
            second % 60,
        ]
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [year, month, day, hour, minute, second] = self.civil();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

impl FromStr for Time {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let shape = b"0000-00-00T00:00:00Z";
        let fits = text.len() == shape.len()
            && text.bytes().zip(shape).all(|(byte, want)| match want {
                b'0' => byte.is_ascii_digit(),
                want => byte == *want,
            });
        if !fits {
            return Err(NotATime);
        }
        let mut civil = [0; 6];
        for (slot, range) in civil
            .iter_mut()
            .zip([0..4, 5..7, 8..10, 11..13, 14..16, 17..19])
        {
            *slot = text[range].parse().map_err(|_| NotATime)?;
        }
        Self::of_civil(civil).ok_or(NotATime)
    }
}

/// A length of time for people: `2h`, `1d3h`, `45s`; two units at most.
pub fn human(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let mut rest = seconds.unsigned_abs();
    let mut out = String::from(sign);
    let mut units = 0;
    for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] {
        if rest >= length && units < 2 {
            out.push_str(&format!("{}{unit}", rest / length));
            rest %= length;
            units += 1;
        } else if units > 0 {
            break;
        }
    }
    if units == 0 {
        out.push_str("0s");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_rfc_3339_in_utc() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2026-11-21T09:00:00Z", 1_795_251_600),
            ("1969-12-31T23:59:59Z", -1),
        ] {
            assert_eq!(text.parse(), Ok(Time(seconds)), "{text}");
            assert_eq!(Time(seconds).to_string(), text);
        }
        for bad in [
            "2026-11-21 09:00:00Z",
            "2026-11-21T09:00:00+01:00",
            "2026-11-21T09:00:00.5Z",
            "2026-02-29T09:00:00Z",
            "2026-13-01T09:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T09:00:0éZ",
            "",
        ] {
            assert_eq!(bad.parse::<Time>(), Err(NotATime), "{bad}");
        }
        for day in (-800_000..2_900_000).step_by(97) {
            let time = Time(day * 86_400 + 12_345);
            if let Ok(back) = time.to_string().parse::<Time>() {
                assert_eq!(back, time);
            }
        }
    }

    #[test]
    fn says_lengths_in_two_units() {
        for (seconds, text) in [
            (0, "0s"),
            (45, "45s"),
            (7200, "2h"),
            (97_200, "1d3h"),
            (86_401, "1d"),
            (-90, "-1m30s"),
        ] {
            assert_eq!(human(seconds), text);
        }
    }
}
