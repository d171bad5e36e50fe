//! Dates, times and time spans: calendar, parsing, formatting.

pub mod calendar;
pub mod failure;
pub mod format;
pub mod parse;
pub mod span;

/// Ticks of 100 ns in a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks of 100 ns in a minute.
pub const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
/// Ticks of 100 ns in an hour.
pub const TICKS_PER_HOUR: i64 = 60 * TICKS_PER_MINUTE;
/// Ticks of 100 ns in a day.
pub const TICKS_PER_DAY: i64 = 24 * TICKS_PER_HOUR;
/// Ticks of 100 ns in a millisecond.
pub const TICKS_PER_MILLISECOND: i64 = 10_000;
/// The last moment that a DateTime holds.
pub const MAX_TICKS: i64 = 3_155_378_975_999_999_999;
