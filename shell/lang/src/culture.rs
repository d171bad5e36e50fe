//! The culture en-US: names of days and months, signs and patterns.
