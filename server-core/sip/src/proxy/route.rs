//! Route information preprocessing (RFC 3261 §16.4).

use crate::wire::{HeaderError, HeaderName, NameAddr, Request, Uri};

/// What the route of a request means for us.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Routing<'a> {
    /// The Request-URI to work with: that of the request, or the last Route value when a strict router sent it.
    pub uri: Uri<'a>,
    /// Whether the last Route value became the Request-URI.
    pub(super) from_strict_router: bool,
    /// How many Route values at the top named us.
    pub ours: usize,
    /// The topmost value that named us: what its URI carries was put there by us, such as a flow token.
    pub our_route: Option<NameAddr<'a>>,
    /// The Route value that is topmost after ours are gone.
    pub next: Option<NameAddr<'a>>,
}

impl<'a> Routing<'a> {
    /// The routing of a request whose `ours` Route values, all that it has, were found to be ours before.
    pub fn found(uri: Uri<'a>, ours: usize) -> Self {
        Self {
            uri,
            from_strict_router: false,
            ours,
            our_route: None,
            next: None,
        }
    }

    /// How many Route values there are, when all of them are ours: [`found`](Self::found) makes the same of it again.
    pub fn all_ours(&self) -> Option<usize> {
        let plain = !self.from_strict_router && self.next.is_none();
        plain.then_some(self.ours)
    }

    /// Whether the request goes where its route says, not where a location service says.
    pub fn is_routed(&self) -> bool {
        self.next.is_some()
    }
}

/// Reads Request-URI and Route. `is_ours` says whether a URI names this element; it must say so for every URI that we
/// put into Record-Route or Path.
pub fn preprocess<'a>(
    request: &'a Request,
    is_ours: impl Fn(&Uri<'_>) -> bool,
) -> Result<Routing<'a>, HeaderError> {
    let damaged = HeaderError {
        name: HeaderName::Route,
        is_missing: false,
    };
    let uri = request.uri().ok_or(damaged)?;
    let (mut last, mut last_is_ours) = (None, false);
    let (mut ours, mut our_route, mut next) = (0, None, None);
    for route in request.routes() {
        let route = route?;
        last_is_ours = next.is_none() && is_ours(&route.uri);
        if last_is_ours {
            our_route = our_route.or(Some(route));
            ours += 1;
        } else if next.is_none() {
            next = Some(route);
        }
        last = Some(route);
    }
    // A strict router puts our Record-Route value, which asks for loose routing, into the Request-URI. The last value
    // is then the real Request-URI and no route.
    let strict = last.filter(|_| uri.is_loose() && is_ours(&uri));
    if strict.is_some() {
        ours -= usize::from(last_is_ours);
        next = next.filter(|next| Some(*next) != last);
        our_route = our_route.filter(|_| ours > 0);
    }
    let uri = strict.map_or(uri, |route| route.uri);
    Ok(Routing {
        uri,
        from_strict_router: strict.is_some(),
        ours,
        our_route,
        next,
    })
}
