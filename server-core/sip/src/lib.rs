//! A SIP core without sockets, clocks or randomness.
//!
//! Four layers, each usable alone:
//! * [`wire`]: bytes to messages and back, lazily and without a copy;
//! * [`transaction`]: the machines of RFC 3261 §17, one a file, and the layer that matches messages to them;
//! * [`proxy`], [`dialog`], [`event`], [`auth`], [`locate`]: what an element does with a request;
//! * [`testkit`]: a virtual wire and clock, so that a pool and its phones run in one test without waiting.
//!
//! Time is an argument (`now: Instant`), random bytes are an argument (a [`Secret`]), DNS is a question that somebody
//! else answers. Every core has the same shape: `handle(now, input)`, `poll() -> Option<Output>`, `deadline()`.
//!
//! Network input never panics and never grows memory without bound; what is refused is refused with a SIP status.
//! No policy lives here: who may do what is told by the caller.

pub mod agent;
pub mod auth;
pub mod dialog;
pub mod event;
pub mod flow;
pub mod keyed_hash;
pub mod locate;
pub mod proxy;
#[cfg(feature = "rsip")]
mod rsip_types;
pub mod testkit;
pub mod transaction;
pub mod wire;

pub use flow::{Flow, Transport};
pub use keyed_hash::Secret;
pub use wire::{Headers, Message, Method, Request, Response};
