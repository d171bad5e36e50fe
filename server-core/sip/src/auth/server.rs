//! The server's side: challenges, and the check of what comes back.

use std::time::{Duration, Instant};

use super::digest::{Algorithm, Ha1, Hex, Work};
use super::replay::{ReplayTable, Use};
use crate::keyed_hash::Secret;
use crate::wire::{Challenge, DigestParams, HeaderName, Headers, Method};

/// Why credentials do not prove anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// A parameter is missing, damaged, or not supported: which one. Challenge again.
    Malformed(&'static str),
    /// The password is wrong. Challenge again, and count the attempt.
    Wrong,
    /// The password is right, the nonce is not of this server, too old, or forgotten. Challenge again with `stale`.
    Stale,
    /// The password is right, but this nonce count was used before. Challenge again with `stale`; worth an audit.
    Replayed,
}

/// Makes and checks nonces.
#[derive(Debug)]
pub struct Authenticator {
    secret: Secret,
    started: Instant,
    lifetime: Duration,
    issued: u32,
    replay: ReplayTable,
}

/// Length of a nonce: 8 bytes of time and number, 8 bytes of hash, in hexadecimal. Short, because over UDP a challenge
/// shall be no longer than the request; who guesses a hash has to ask the server for each guess.
const NONCE: usize = 32;

impl Authenticator {
    /// `lifetime` is how long a nonce is good; `nonces` is how many are remembered at a time.
    pub fn new(now: Instant, secret: &Secret, lifetime: Duration, nonces: usize) -> Self {
        let secret = secret.derive("digest nonces");
        Self {
            secret,
            started: now,
            lifetime,
            issued: 0,
            replay: ReplayTable::new(nonces),
        }
    }

    /// The value of a WWW-Authenticate or Proxy-Authenticate for each of the algorithms, one header line each, all with
    /// one nonce. `context` is bound to the nonce: the same bytes must be given to [`verify`](Self::verify). `qop` is what
    /// the client may sign: `auth`, or `auth,auth-int`, of which phones are known that read the first word only.
    pub fn challenge(
        &mut self,
        now: Instant,
        (realm, context): (&str, &[u8]),
        algorithms: &[Algorithm],
        (qop, stale): (&str, bool),
    ) -> Vec<String> {
        let nonce = self.nonce(now, realm, context);
        let stale = if stale { ",stale=true" } else { "" };
        let write = |algorithm: &Algorithm| {
            [
                "Digest realm=\"",
                realm,
                "\",nonce=\"",
                &nonce,
                "\",qop=\"",
                qop,
                "\",algorithm=",
                algorithm.name(),
                stale,
            ]
            .concat()
        };
        algorithms.iter().map(write).collect()
    }

    /// Checks credentials against the key of the user that they name, for a request with this method and body. The body
    /// is looked at when the client signed it (`auth-int`), offered or not. `ha1` must have been made with the algorithm
    /// that they use: [`algorithm_of`].
    pub fn verify<'a>(
        &mut self,
        now: Instant,
        given: &DigestParams<'a>,
        (method, body): (&Method, &'a [u8]),
        binding: (&str, &[u8]),
        ha1: &Ha1,
    ) -> Result<(), Denial> {
        let need = |value: Option<&'a [u8]>, name: &'static str| value.ok_or(Denial::Malformed(name));
        let (realm, context) = binding;
        let work = Work {
            method: method.as_str().as_bytes(),
            uri: need(given.uri, "uri")?,
            nonce: need(given.nonce, "nonce")?,
            nc: need(given.nc, "nc")?,
            cnonce: need(given.cnonce, "cnonce")?,
            body: match need(given.qop, "qop")? {
                qop if qop.eq_ignore_ascii_case(b"auth") => None,
                qop if qop.eq_ignore_ascii_case(b"auth-int") => Some(body),
                _ => return Err(Denial::Malformed("qop")),
            },
        };
        if need(given.realm, "realm")? != realm.as_bytes() {
            return Err(Denial::Malformed("realm"));
        }
        if algorithm_of(given) != Some(ha1.algorithm()) {
            return Err(Denial::Malformed("algorithm"));
        }
        let count = nonce_count(work.nc).ok_or(Denial::Malformed("nc"))?;
        if !ha1.response(&work).matches(need(given.response, "response")?) {
            return Err(Denial::Wrong);
        }
        let serial = self
            .check_nonce(now, work.nonce, realm, context)
            .ok_or(Denial::Stale)?;
        match self.replay.note(serial, count) {
            Use::Fresh => Ok(()),
            Use::Replayed => Err(Denial::Replayed),
            Use::Forgotten => Err(Denial::Stale),
        }
    }

    /// Milliseconds since the start in the upper 40 bits, a running number below: it grows, and no two are alike
    /// unless 16 million are issued within a millisecond.
    fn nonce(&mut self, now: Instant, realm: &str, context: &[u8]) -> String {
        self.issued = self.issued.wrapping_add(1);
        // One more, so that the first serial is not 0, which means an empty place.
        let serial = (self.milliseconds(now) + 1) << 24 | u64::from(self.issued & 0xff_ffff);
        let mac = self.mac(serial, realm, context);
        let mut nonce = String::with_capacity(NONCE);
        nonce.push_str(Hex::new(&serial.to_be_bytes()).as_str());
        nonce.push_str(mac.as_str());
        nonce
    }

    fn check_nonce(&self, now: Instant, nonce: &[u8], realm: &str, context: &[u8]) -> Option<u64> {
        if nonce.len() != NONCE {
            return None;
        }
        let serial = u64::from_str_radix(std::str::from_utf8(&nonce[..16]).ok()?, 16).ok()?;
        let age = (self.milliseconds(now) + 1).checked_sub(serial >> 24)?;
        let genuine = self.mac(serial, realm, context).matches(&nonce[16..]);
        (genuine && u128::from(age) <= self.lifetime.as_millis()).then_some(serial)
    }

    fn mac(&self, serial: u64, realm: &str, context: &[u8]) -> Hex {
        let hash = self
            .secret
            .hash(&[&serial.to_be_bytes(), realm.as_bytes(), context]);
        Hex::new(&(hash as u64).to_be_bytes())
    }

    fn milliseconds(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.started).as_millis() as u64
    }
}

/// The algorithm that credentials or a challenge use; `None` for one that is not known here.
pub fn algorithm_of(given: &DigestParams<'_>) -> Option<Algorithm> {
    given
        .algorithm
        .map_or(Some(Algorithm::Md5), Algorithm::from_bytes)
}

/// The Digest credentials for a realm, from Authorization or Proxy-Authorization.
pub fn credentials_for<'a>(headers: &'a Headers, name: HeaderName, realm: &str) -> Option<DigestParams<'a>> {
    let digests = headers.authorizations(name).filter(Challenge::is_digest);
    digests
        .map(|credentials| credentials.digest())
        .find(|given| given.realm == Some(realm.as_bytes()))
}

/// Eight hexadecimal digits; zero is none.
fn nonce_count(nc: &[u8]) -> Option<u32> {
    if nc.len() != 8 {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(nc).ok()?, 16)
        .ok()
        .filter(|count| *count > 0)
}

#[cfg(test)]
mod tests;
