//! Which transaction a message belongs to (RFC 3261 §17.1.3 for responses, §17.2.3 for requests).
//!
//! A key is a keyed hash, so that a peer cannot choose branches that collide, and a table of keys needs no strings.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::flow::Transport;
use crate::keyed_hash::{KeyedHasher, Secret};
use crate::wire::{Headers, Method, Request, Response, Via};

/// The key of a transaction in its table.
pub(crate) type Key = u128;

/// What is found by a key.
pub(crate) type KeyTable<T> = HashMap<Key, T, BuildHasherDefault<KeyHasher>>;

/// Keys are hashes already.
#[derive(Default)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

/// A client transaction's key: branch and method. The method of an ACK is never looked for.
pub(crate) fn client_key(secret: &Secret, branch: &[u8], method: &[u8]) -> Key {
    let mut hasher = KeyedHasher::new(secret);
    hasher.part(branch);
    hasher.part(method);
    hasher.finish()
}

/// The key that a response looks for: the top Via's branch and CSeq's method.
pub(crate) fn response_key(secret: &Secret, response: &Response) -> Option<Key> {
    let via = response.via().ok()?;
    let (_, method) = response.cseq_parts().ok()?;
    Some(client_key(secret, via.params.get_bytes("branch")?, method))
}

/// The key of a request's server transaction. An ACK looks for its INVITE.
pub(crate) fn server_key(secret: &Secret, request: &Request, over: Transport) -> Option<Key> {
    let method = match request.method() {
        Method::Ack => &Method::Invite,
        method => method,
    };
    server_key_for(secret, request, method, over)
}

/// The key of the INVITE that a CANCEL cancels (§9.2).
pub(crate) fn cancelled_key(secret: &Secret, cancel: &Request, over: Transport) -> Option<Key> {
    server_key_for(secret, cancel, &Method::Invite, over)
}

/// The transport is part of the key, which is more than §17.2.3 says: a copy over another one is no retransmission (those,
/// the ACK of a failure and the CANCEL go the way of the request), and the answer on the first one's flow would never
/// arrive (§18.2.2). The connection is left out: a peer may repeat itself, acknowledge or cancel on a new one.
fn server_key_for(secret: &Secret, request: &Request, method: &Method, over: Transport) -> Option<Key> {
    let via = request.via().ok()?;
    let mut hasher = KeyedHasher::new(secret);
    hasher.part(method.as_str().as_bytes());
    hasher.part(over.via_name().as_bytes());
    match via.unique_branch() {
        Some(branch) => {
            hasher.part(branch);
            add_sent_by(&mut hasher, &via);
        }
        None => add_rfc_2543(&mut hasher, request, &via)?,
    }
    Some(hasher.finish())
}

fn add_sent_by(hasher: &mut KeyedHasher, via: &Via<'_>) {
    hasher.part_ignoring_case(via.host_bytes());
    hasher.part(&via.port.unwrap_or(0).to_be_bytes());
}

/// §17.2.3 for requests without a unique branch: Request-URI, From tag, Call-ID, CSeq number and top Via. The To tag is
/// left out: that of an ACK is ours and that of its INVITE is not there yet; within a dialog CSeq tells requests apart.
fn add_rfc_2543(hasher: &mut KeyedHasher, request: &Request, via: &Via<'_>) -> Option<()> {
    let headers: &Headers = request;
    hasher.part(request.uri_bytes());
    hasher.part(headers.from().ok()?.tag().unwrap_or_default().as_bytes());
    hasher.part(headers.call_id().ok()?.as_bytes());
    hasher.part(&headers.cseq_parts().ok()?.0.to_be_bytes());
    hasher.part(via.raw);
    Some(())
}
