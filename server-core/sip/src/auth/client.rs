//! The client's side: answering a challenge.

use super::digest::{Algorithm, Ha1, Work};
use super::server::algorithm_of;
use crate::wire::{Challenge, HeaderName, Headers, Method};

/// The strongest Digest challenge of a 401 or 407 that can be answered here, and its algorithm (RFC 8760 §2.5).
pub fn strongest(headers: &Headers, name: HeaderName) -> Option<(Challenge<'_>, Algorithm)> {
    headers
        .authorizations(name)
        .filter(|challenge| challenge.is_digest() && offers_auth(challenge))
        .filter_map(|challenge| algorithm_of(&challenge.digest()).map(|algorithm| (challenge, algorithm)))
        .max_by_key(|(_, algorithm)| *algorithm)
}

fn offers_auth(challenge: &Challenge<'_>) -> bool {
    challenge
        .get("qop")
        .is_some_and(|list| list.split(',').any(|qop| qop.trim().eq_ignore_ascii_case("auth")))
}

/// The request that is to be authenticated.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its Request-URI.
    pub uri: &'a str,
    /// How often this nonce has been used, this time included: 1, 2 …
    pub count: u32,
    /// Random text.
    pub cnonce: &'a str,
}

/// The value of Authorization or Proxy-Authorization. `None`: the challenge has no realm or nonce.
pub fn answer(
    challenge: &Challenge<'_>,
    username: &str,
    password: &str,
    attempt: Attempt<'_>,
) -> Option<String> {
    let key = Ha1::from_password(
        algorithm_of(&challenge.digest())?,
        username,
        challenge.get("realm")?,
        password,
    );
    answer_with_key(challenge, username, &key, attempt)
}

/// The same with a key that was made of the password. `None` also when the key is for another algorithm.
pub fn answer_with_key(
    challenge: &Challenge<'_>,
    username: &str,
    key: &Ha1,
    attempt: Attempt<'_>,
) -> Option<String> {
    let (realm, nonce) = (challenge.get("realm")?, challenge.get("nonce")?);
    let algorithm = algorithm_of(&challenge.digest()).filter(|algorithm| *algorithm == key.algorithm())?;
    let nc = format!("{:08x}", attempt.count);
    let work = Work {
        method: attempt.method.as_str().as_bytes(),
        uri: attempt.uri.as_bytes(),
        nonce: nonce.as_bytes(),
        nc: nc.as_bytes(),
        cnonce: attempt.cnonce.as_bytes(),
        body: None,
    };
    let response = key.response(&work);
    let opaque = challenge
        .get("opaque")
        .map(|opaque| format!(",opaque=\"{opaque}\""))
        .unwrap_or_default();
    Some(format!(
        "Digest username=\"{username}\",realm=\"{realm}\",nonce=\"{nonce}\",uri=\"{}\",response=\"{}\",\
         algorithm={},cnonce=\"{}\",qop=auth,nc={nc}{opaque}",
        attempt.uri,
        response.as_str(),
        algorithm.name(),
        attempt.cnonce,
    ))
}
