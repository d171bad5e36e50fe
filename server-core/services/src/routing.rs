//! Where a request goes.

pub mod federation;
pub mod flow_token;
pub mod locate;
