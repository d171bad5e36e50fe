//! Everything the server decides: who may sign in, where a message goes, what a watcher sees.
//!
//! A [`World`] is one shard: all services of a set of users, on one thread, without a clock, a socket or a lock.
//! Bytes, time and the answers of directory, credentials and DNS are handed in; bytes, questions and journal entries
//! come out. The I/O around it carries, and decides nothing.

pub mod boundary;
pub mod calls;
pub mod deployment;
pub mod diagnostics;
pub mod facts;
pub mod im;
pub mod kept;
pub mod metrics;
pub mod presence;
pub mod provisioning;
pub mod published;
pub mod registrar;
pub mod routing;
pub mod slice;
pub mod subscriptions;
pub mod trace;
pub mod world;
mod xml;

pub use boundary::{
    Answer, Ask, AskId, Credential, Flow, Input, JournalEvent, OpenId, Output, Peer, RequestId,
    SignOutReason, Target, Transport,
};
pub use kept::{Kept, Standing};
pub use published::Published;
pub use slice::Slice;
pub use world::word::Word;
pub use world::{Config, Listener, World};
