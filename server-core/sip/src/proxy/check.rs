//! Whether a request may be proxied at all (RFC 3261 §16.3 steps 3 to 5). Its syntax was judged before
//! ([`judge`](crate::wire::judge())); credentials (step 6) are the caller's.

use std::sync::Arc;

use super::branch::{BranchMaker, LoopHash};
use crate::wire::{HeaderName, Request, ResponseBuilder};

/// Why a request is not proxied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 483: Max-Forwards is used up.
    TooManyHops,
    /// 482: the request came by here before.
    Loop,
    /// 420: these extensions are required and not known.
    BadExtension(String),
}

impl Refusal {
    /// The status.
    pub fn status(&self) -> u16 {
        match self {
            Self::TooManyHops => 483,
            Self::Loop => 482,
            Self::BadExtension(_) => 420,
        }
    }

    /// The response.
    pub fn response(&self, request: &Request, to_tag: &str) -> Arc<[u8]> {
        let mut builder = ResponseBuilder::new(request, self.status()).to_tag(to_tag);
        if let Self::BadExtension(list) = self {
            builder = builder.header(HeaderName::Unsupported, list);
        }
        builder.finish()
    }
}

/// Checks a request that is to be forwarded. `extensions` are the option tags that Proxy-Require may ask for.
pub fn check(request: &Request, extensions: &[&str], branches: &BranchMaker) -> Result<LoopHash, Refusal> {
    if request.max_forwards() == Ok(Some(0)) {
        return Err(Refusal::TooManyHops);
    }
    let hash = branches.loop_hash(request);
    if branches.is_loop(request, hash) {
        return Err(Refusal::Loop);
    }
    match unsupported(request, HeaderName::ProxyRequire, extensions) {
        Some(list) => Err(Refusal::BadExtension(list)),
        None => Ok(hash),
    }
}

/// The option tags of Require or Proxy-Require that are not among `extensions`, as the value of Unsupported (§8.2.2.3).
pub fn unsupported(request: &Request, name: HeaderName, extensions: &[&str]) -> Option<String> {
    let unknown: Vec<&str> = request
        .tokens(name)
        .filter(|tag| !extensions.iter().any(|known| known.eq_ignore_ascii_case(tag)))
        .collect();
    (!unknown.is_empty()).then(|| unknown.join(", "))
}
