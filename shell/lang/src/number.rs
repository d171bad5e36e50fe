//! Numbers: texts of numbers and numbers from texts.
