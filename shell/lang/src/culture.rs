//! The culture en-US: names of days and months. Signs, group sizes and patterns stand where they are used.

/// Names of the days from Sunday.
pub const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Names of the months.
pub const MONTHS: [&str; 12] = [
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

/// The first three letters of a name.
pub fn abbreviated(name: &'static str) -> &'static str {
    &name[..3]
}
