//! Digest authentication (RFC 7616, RFC 8760; RFC 3261 §22), both sides.
//!
//! The server needs no table of the nonces it handed out: a nonce is its time, a number, and a keyed hash of both, the
//! realm and a context of the caller's choice. What has to be remembered, that a nonce count was used, is remembered in
//! bounded memory: see [`replay`].
//!
//! MD5 and SHA-256, `qop=auth` and `auth-int`. Absent: session algorithms, `userhash`, and answers without `qop`, which
//! cannot be told from a replay; such credentials are refused as [`Denial::Malformed`]. The digest URI is part of the
//! hash but is not compared with the Request-URI, which proxies rewrite.

pub mod client;
pub mod digest;
pub mod replay;
pub mod server;

pub use client::{Attempt, answer, answer_with_key, strongest};
pub use digest::{Algorithm, Ha1};
pub use server::{Authenticator, Denial, algorithm_of, credentials_for};
