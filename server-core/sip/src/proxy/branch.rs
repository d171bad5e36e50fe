//! Branches (RFC 3261 §16.6 step 8) and what they tell about loops (§16.3 step 4, as corrected by RFC 5393 §4.2).
//!
//! A branch is the magic cookie, a part that is unique, and a part that is a keyed hash of what routing depends on. A
//! request that comes back with the same second part in one of its Vias loops; with another one it spirals, which is
//! allowed. The hash leaves the Vias out, which differ on every round.

use crate::keyed_hash::{KeyedHasher, Secret};
use crate::wire::name_addr::raw_tag;
use crate::wire::via::MAGIC_COOKIE;
use crate::wire::{HeaderName, Request};

const COOKIE: usize = MAGIC_COOKIE.len();
const LENGTH: usize = COOKIE + 16 + 1 + 16;

/// A branch of ours.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Branch([u8; LENGTH]);

impl Branch {
    /// As written in Via.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("cookie and hexadecimal digits are ASCII")
    }
}

impl std::fmt::Debug for Branch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for Branch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What routing depends on, hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoopHash(u64);

/// Makes branches and finds its own again.
#[derive(Clone, Debug)]
pub struct BranchMaker {
    unique: Secret,
    routing: Secret,
    maker: u8,
    made: u64,
}

impl BranchMaker {
    /// From random bytes. What it makes begins, after the cookie, with the hexadecimal digit `maker`, so that several
    /// makers can tell whose it is. Two makers with the same secret make the same branches but for that.
    pub fn new(secret: &Secret, maker: u8) -> Self {
        Self {
            unique: secret.derive("branches"),
            routing: secret.derive("loops"),
            maker,
            made: 0,
        }
    }

    /// A branch for a request of our own.
    pub fn own(&mut self) -> Branch {
        self.forwarding(LoopHash(0))
    }

    /// A branch for a copy of a request.
    pub fn forwarding(&mut self, hash: LoopHash) -> Branch {
        self.made += 1;
        let unique = self.unique.hash(&[&self.made.to_be_bytes()]) as u64;
        let mut bytes = [b'.'; LENGTH];
        bytes[..COOKIE].copy_from_slice(MAGIC_COOKIE.as_bytes());
        write_hex(
            &mut bytes[COOKIE..COOKIE + 16],
            unique >> 4 | u64::from(self.maker) << 60,
        );
        write_hex(&mut bytes[COOKIE + 17..], hash.0);
        Branch(bytes)
    }

    /// The hash of a request as it was received.
    pub fn loop_hash(&self, request: &Request) -> LoopHash {
        let mut hasher = KeyedHasher::new(&self.routing);
        hasher.part(request.uri_bytes());
        for name in [HeaderName::From, HeaderName::To] {
            hasher.part(request.get(name).and_then(raw_tag).unwrap_or_default());
        }
        for name in [HeaderName::CallId, HeaderName::CSeq] {
            hasher.part(request.get(name).unwrap_or_default());
        }
        for name in [
            HeaderName::Route,
            HeaderName::ProxyRequire,
            HeaderName::ProxyAuthorization,
        ] {
            for line in request.all(name) {
                hasher.part(line);
            }
        }
        LoopHash(hasher.finish() as u64)
    }

    /// Whether this maker forwarded the same request before: one of its Vias carries the same hash. The hash is keyed,
    /// so a peer can neither cause nor hide that.
    pub fn is_loop(&self, request: &Request, hash: LoopHash) -> bool {
        let mut wanted = [0; 16];
        write_hex(&mut wanted, hash.0);
        request.all(HeaderName::Via).any(|line| {
            memchr::memchr_iter(b'.', line).any(|dot| line.get(dot + 1..dot + 17) == Some(&wanted[..]))
        })
    }
}

fn write_hex(out: &mut [u8], value: u64) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (index, digit) in out.iter_mut().enumerate() {
        *digit = DIGITS[(value >> (60 - 4 * index)) as usize & 15];
    }
}
