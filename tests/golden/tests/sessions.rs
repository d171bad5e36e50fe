//! The golden pages, each a test.
fn main() {}
