//! Proxy behaviour (RFC 3261 §16), as functions over a request and as a response context for forking.
//!
//! No policy: which targets, whether to record-route, whom to trust is the caller's. The order of work is that of §16:
//! 1. [`check`](check::check) the request (§16.3; credentials are the caller's);
//! 2. [`preprocess`] its route (§16.4);
//! 3. find targets (§16.5, the caller);
//! 4. [`prepare`] a copy for each target (§16.6), add what policy adds, send it;
//! 5. hand every response to the [`ResponseContext`] (§16.7 to §16.10) and do what it says.

pub mod branch;
pub mod caller_preferences;
pub mod check;
pub mod forward;
pub mod resource_priority;
pub mod response_context;
pub mod route;
pub mod session_timer;

pub use branch::{Branch, BranchMaker, LoopHash};
pub use check::{Refusal, check};
pub use forward::{Forward, next_hop, prepare, relay};
pub use response_context::ResponseContext;
pub use route::{Routing, preprocess};

#[cfg(test)]
mod tests;
