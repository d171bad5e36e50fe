//! Who is signed in where.

pub mod gruu;
pub mod location;
pub mod lockout;
pub mod register;
