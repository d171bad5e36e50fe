//! Simulated worlds: a server and its phones on a virtual wire, told as stories.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]
#![allow(clippy::unwrap_used)]

mod simulation {
    /// How many worlds a server has.
    pub const WORLDS: u8 = 1;

    pub mod bench;
    pub mod called_back;
    pub mod calls;
    pub mod dialog_events;
    pub mod dialogs;
    pub mod endpoints;
    pub mod failover;
    pub mod lab;
    pub mod limits;
    pub mod lists;
    pub mod merged;
    pub mod messages;
    pub mod pair;
    pub mod passing;
    pub mod pools;
    pub mod preferences;
    pub mod presence;
    pub mod priority;
    pub mod provisioning;
    pub mod redirect;
    pub mod server;
    pub mod sessions;
    pub mod sign_in;
    pub mod strangers;
    pub mod weather;
}
