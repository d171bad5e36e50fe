//! The stories of `simulation` on a server of three worlds: whose world a message comes to is chance, and nobody notices.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]
#![allow(clippy::unwrap_used)]

#[path = "simulation"]
mod sliced {
    /// How many worlds a server has.
    pub const WORLDS: u8 = 3;

    #[allow(dead_code)]
    pub mod bench;
    pub mod calls;
    pub mod dialog_events;
    pub mod lab;
    pub mod messages;
    pub mod presence;
    pub mod redirect;
    pub mod server;
    pub mod sign_in;
    pub mod weather;
}
