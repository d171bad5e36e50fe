//! The Gregorian calendar from ticks and to ticks.

use super::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};

/// A moment in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Parts {
    pub year: i32,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// 100 ns below the second.
    pub fraction: u32,
}

/// Whether a year has a 29th of February.
pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month has; 0 for a month that does not exist.
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}

/// Days from 0001-01-01 to the first of January of a year.
fn days_before_year(year: i32) -> i64 {
    let years = i64::from(year) - 1;
    years * 365 + years / 4 - years / 100 + years / 400
}

/// The day of the year, from 1.
pub fn day_of_year(parts: &Parts) -> u32 {
    (1..parts.month)
        .map(|month| days_in_month(parts.year, month))
        .sum::<u32>()
        + parts.day
}

/// The day of the week, from Sunday as 0.
pub fn day_of_week(ticks: i64) -> usize {
    ((ticks.div_euclid(TICKS_PER_DAY) + 1).rem_euclid(7)) as usize
}

/// Ticks of parts; `None` for parts that do not exist.
pub fn ticks(parts: &Parts) -> Option<i64> {
    let exists = (1..=9999).contains(&parts.year)
        && parts.day >= 1
        && parts.day <= days_in_month(parts.year, parts.month)
        && parts.hour < 24
        && parts.minute < 60
        && parts.second < 60;
    exists.then(|| {
        let days = days_before_year(parts.year) + i64::from(day_of_year(parts)) - 1;
        days * TICKS_PER_DAY
            + i64::from(parts.hour) * TICKS_PER_HOUR
            + i64::from(parts.minute) * TICKS_PER_MINUTE
            + i64::from(parts.second) * TICKS_PER_SECOND
            + i64::from(parts.fraction)
    })
}

/// The parts of ticks.
pub fn parts(ticks: i64) -> Parts {
    let days = ticks.div_euclid(TICKS_PER_DAY);
    let time = ticks.rem_euclid(TICKS_PER_DAY);
    let mut year = (days / 366 + 1) as i32;
    while days_before_year(year + 1) <= days {
        year += 1;
    }
    let mut rest = (days - days_before_year(year)) as u32;
    let mut month = 1;
    while month < 12 && rest >= days_in_month(year, month) {
        rest -= days_in_month(year, month);
        month += 1;
    }
    Parts {
        year,
        month,
        day: rest + 1,
        hour: (time / TICKS_PER_HOUR) as u32,
        minute: (time / TICKS_PER_MINUTE % 60) as u32,
        second: (time / TICKS_PER_SECOND % 60) as u32,
        fraction: (time % TICKS_PER_SECOND) as u32,
    }
}

/// Ticks so many months later; the day is cut to the month's last. `None` outside the years 1 to 9999.
pub fn add_months(from: i64, months: i64) -> Option<i64> {
    let start = parts(from);
    let count = i64::from(start.year) * 12 + i64::from(start.month) - 1 + months;
    let (year, month) = (
        i32::try_from(count.div_euclid(12)).ok()?,
        count.rem_euclid(12) as u32 + 1,
    );
    let day = start.day.min(days_in_month(year, month));
    ticks(&Parts {
        year,
        month,
        day,
        ..start
    })
}
