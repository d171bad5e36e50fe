//! Where a request goes.

pub mod dispatch;
pub mod failover;
pub mod federation;
pub mod flow_token;
pub mod fork;
pub mod forward;
pub mod locate;
pub(crate) mod merged;
mod preference;
pub(crate) mod redirect;
