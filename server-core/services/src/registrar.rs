//! Who is signed in where.

pub mod location;
pub mod lockout;
