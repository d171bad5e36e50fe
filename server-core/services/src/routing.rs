//! Where a request goes.

pub mod flow_token;
