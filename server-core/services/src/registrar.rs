//! Who is signed in where: sign-in (REGISTER), the bindings, and the proof of who sends a request.

pub mod authentication;
pub mod binding;
pub mod gruu;
pub mod kept;
pub mod location;
pub mod lockout;
pub mod recheck;
pub mod register;
pub mod sign_in;
