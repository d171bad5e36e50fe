//! Dates, times and time spans: calendar, parsing, formatting.
