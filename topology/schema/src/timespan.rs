//! A span of time as administrators write it: `d.hh:mm:ss.fffffff`, counted in ticks of 100 ns.

use std::time::Duration;

const TICKS_PER_SECOND: i64 = 10_000_000;

/// A span of time in ticks of 100 ns, as System.TimeSpan counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(pub i64);

impl TimeSpan {
    /// From whole seconds.
    pub const fn seconds(seconds: i64) -> Self {
        TimeSpan(seconds * TICKS_PER_SECOND)
    }

    /// From whole minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self::seconds(minutes * 60)
    }

    /// From whole hours.
    pub const fn hours(hours: i64) -> Self {
        Self::minutes(hours * 60)
    }

    /// From whole days.
    pub const fn days(days: i64) -> Self {
        Self::hours(days * 24)
    }

    /// As the server's timers need it; a negative span is no time at all.
    pub const fn duration(self) -> Duration {
        if self.0 < 0 {
            return Duration::ZERO;
        }
        Duration::from_nanos(self.0.unsigned_abs().saturating_mul(100))
    }

    /// Reads `[-][d.]hh:mm[:ss[.fffffff]]`, or a whole number of days as .NET does.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let ticks = match text.split_once(':') {
            None => number(text, i64::from(i32::MAX))?.checked_mul(86_400 * TICKS_PER_SECOND)?,
            Some((head, rest)) => clock(head, rest)?,
        };
        Some(TimeSpan(if negative { -ticks } else { ticks }))
    }
}

/// `[d.]hh` before the first colon, `mm[:ss[.f]]` behind it.
fn clock(head: &str, rest: &str) -> Option<i64> {
    let (days, hours) = match head.split_once('.') {
        Some((days, hours)) => (number(days, 10_675_199)?, number(hours, 23)?),
        None => (0, number(head, 23)?),
    };
    let (minutes, seconds) = match rest.split_once(':') {
        Some((minutes, seconds)) => (minutes, seconds),
        None => (rest, "0"),
    };
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    if fraction.len() > 7 {
        return None;
    }
    let scale = 10_i64.pow(7 - u32::try_from(fraction.len()).ok()?);
    let whole = days * 86_400 + hours * 3_600 + number(minutes, 59)? * 60 + number(seconds, 59)?;
    whole
        .checked_mul(TICKS_PER_SECOND)?
        .checked_add(number(fraction, 9_999_999)? * scale)
}

/// Decimal digits only, at most `max`.
fn number(text: &str, max: i64) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|value| digits && *value <= max)
}

impl std::fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ticks = self.0.unsigned_abs();
        let second = TICKS_PER_SECOND.unsigned_abs();
        let (seconds, fraction) = (ticks / second, ticks % second);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        if seconds >= 86_400 {
            write!(f, "{}.", seconds / 86_400)?;
        }
        write!(
            f,
            "{:02}:{:02}:{:02}",
            seconds / 3_600 % 24,
            seconds / 60 % 60,
            seconds % 60
        )?;
        if fraction > 0 {
            write!(f, ".{fraction:07}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_and_print_as_administrators_write_them() {
        for (text, span, printed) in [
            ("00:05:00", TimeSpan::minutes(5), "00:05:00"),
            ("0:5", TimeSpan::minutes(5), "00:05:00"),
            ("1.02:03:04", TimeSpan::seconds(93_784), "1.02:03:04"),
            ("00:00:01.5", TimeSpan(15_000_000), "00:00:01.5000000"),
            ("-00:00:30", TimeSpan::seconds(-30), "-00:00:30"),
            ("28", TimeSpan::days(28), "28.00:00:00"),
        ] {
            assert_eq!(TimeSpan::parse(text), Some(span), "{text}");
            assert_eq!(span.to_string(), printed);
        }
    }

    #[test]
    fn what_is_not_a_span_is_not_read() {
        for text in [
            "",
            "five",
            "25:00:00",
            "00:60:00",
            "00:00:00.00000001",
            "+1:00",
            "1.:2:3",
        ] {
            assert_eq!(TimeSpan::parse(text), None, "{text}");
        }
    }
}
