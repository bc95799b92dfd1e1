//! Windows: times of the week at which an environment takes promotions or not.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use terrace_diag::Diagnostic;
use terrace_evidence::Time;

use crate::codes;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;

/// Part of every week or day, in a time zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Promotions are refused inside it; otherwise they are refused outside.
    pub deny: bool,
    /// Minutes from Monday 00:00, or from 00:00 where it is daily.
    from: u32,
    /// Likewise; not inside any more.
    to: u32,
    daily: bool,
    zone: String,
}

impl Window {
    /// Reads `Fri 15:00-Mon 07:00 Europe/Berlin` or `22:00-06:00 UTC`.
    pub fn parse(deny: bool, text: &str) -> Result<Self, Diagnostic> {
        let bad = |why: &str| {
            Diagnostic::error(
                &codes::BAD_WINDOW,
                format!("`{}` is not a window: {why}", text.escape_debug()),
            )
            .help("write it as \"Fri 15:00-Mon 07:00 Europe/Berlin\" or \"22:00-06:00\"")
        };
        let Some((span, zone)) = text.trim().rsplit_once(' ') else {
            return Err(bad("a time zone is missing"));
        };
        let Some((from, to)) = span.split_once('-') else {
            return Err(bad("expected FROM-TO"));
        };
        if time_zone(zone).is_none() {
            return Err(bad(&format!(
                "`{zone}` is not a time zone of the IANA database"
            )));
        }
        let (Some((from_day, from)), Some((to_day, to))) = (moment(from), moment(to)) else {
            return Err(bad("a time is [Mon…Sun ]HH:MM"));
        };
        let (daily, from, to) = match (from_day, to_day) {
            (None, None) => (true, from, to),
            (Some(first), Some(last)) => (false, first * DAY + from, last * DAY + to),
            _ => return Err(bad("a day of the week is missing on one side")),
        };
        if from == to {
            return Err(bad("it is empty"));
        }
        Ok(Self {
            deny,
            from,
            to,
            daily,
            zone: String::from(zone),
        })
    }

    /// Whether promotions are refused at `now`.
    pub fn refuses(&self, now: Time) -> bool {
        // Both were checked when it was read; a moment outside the calendar refuses.
        let (Some(zone), Ok(now)) = (time_zone(&self.zone), Timestamp::from_second(now.0)) else {
            return true;
        };
        let local = now.to_zoned(zone);
        let minute =
            u32::from(local.hour().unsigned_abs()) * 60 + u32::from(local.minute().unsigned_abs());
        let day = u32::from(local.weekday().to_monday_zero_offset().unsigned_abs());
        let (at, length) = match self.daily {
            true => (minute, DAY),
            false => (day * DAY + minute, WEEK),
        };
        let inside = (at + length - self.from) % length < (self.to + length - self.from) % length;
        inside == self.deny
    }
}

fn time_zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// An optional day of the week (from Monday) and the minute of the day.
fn moment(text: &str) -> Option<(Option<u32>, u32)> {
    let (day, time) = match text.trim().split_once(' ') {
        Some((day, time)) => {
            let at = DAYS.iter().position(|name| *name == day)?;
            (Some(u32::try_from(at).ok()?), time)
        }
        None => (None, text.trim()),
    };
    let (hour, minute) = time.split_once(':')?;
    if hour.len() != 2 || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some((day, hour * 60 + minute))
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = |at: u32| {
            let (hour, minute) = (at % DAY / 60, at % 60);
            match self.daily {
                true => format!("{hour:02}:{minute:02}"),
                false => format!("{} {hour:02}:{minute:02}", DAYS[(at / DAY) as usize % 7]),
            }
        };
        write!(f, "{}-{} {}", moment(self.from), moment(self.to), self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(window: &str, deny: bool, at: &str) -> bool {
        Window::parse(deny, window)
            .expect(window)
            .refuses(at.parse().expect(at))
    }

    #[test]
    fn follows_local_time_over_the_weekend_and_summer_time() {
        let weekend = "Fri 15:00-Mon 07:00 Europe/Berlin";
        // 2026-11-20 is a Friday, UTC+1; 2026-07-03 a Friday, UTC+2.
        for (at, refused) in [
            ("2026-11-20T13:59:59Z", false),
            ("2026-11-20T14:00:00Z", true),
            ("2026-11-22T12:00:00Z", true),
            ("2026-11-23T05:59:59Z", true),
            ("2026-11-23T06:00:00Z", false),
            ("2026-07-03T12:59:59Z", false),
            ("2026-07-03T13:00:00Z", true),
        ] {
            assert_eq!(refuses(weekend, true, at), refused, "{at}");
            assert_eq!(refuses(weekend, false, at), !refused, "{at}");
        }
    }

    #[test]
    fn daily_windows_run_over_midnight() {
        for (at, refused) in [
            ("2026-11-20T21:59:00Z", false),
            ("2026-11-20T22:00:00Z", true),
            ("2026-11-21T05:59:00Z", true),
            ("2026-11-21T06:00:00Z", false),
        ] {
            assert_eq!(refuses("22:00-06:00 UTC", true, at), refused, "{at}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_reads_back_what_it_writes() {
        for (text, why) in [
            ("Fri 15:00-Mon 07:00", "not a time zone"),
            (
                "Fri 15:00-Mon 07:00 Mars/Base",
                "`Mars/Base` is not a time zone",
            ),
            ("Fri 15:00 UTC", "expected FROM-TO"),
            ("Fri 15:00-07:00 UTC", "missing on one side"),
            ("Fri 15:00-Fri 15:00 UTC", "empty"),
            ("Fri 25:00-Sat 01:00 UTC", "a time is"),
            ("fri 15:00-Sat 01:00 UTC", "a time is"),
            ("", "time zone is missing"),
        ] {
            let error = Window::parse(true, text).expect_err(text);
            assert!(error.message.contains(why), "{text}: {}", error.message);
        }
        for text in ["Fri 15:00-Mon 07:00 Europe/Berlin", "22:00-06:00 UTC"] {
            assert_eq!(Window::parse(true, text).expect(text).to_string(), text);
        }
    }
}
