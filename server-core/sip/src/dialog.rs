//! Dialogs (RFC 3261 §12): what two user agents remember of each other, on both sides.
//!
//! A proxy keeps none. Here they serve the endpoints that this project has itself: subscriptions, the probe behind the
//! synthetic transactions, simulated phones.

use crate::flow::Transport;
use crate::wire::{HeaderName, Method, NameAddr, Request, RequestBuilder, Response, Uri};

/// What tells a dialog apart, from the view of its owner (§12).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DialogId {
    /// Call-ID.
    pub call_id: String,
    /// Our tag.
    pub local_tag: String,
    /// The peer's tag; empty for a peer of RFC 2543.
    pub remote_tag: String,
}

impl DialogId {
    /// The dialog that a request names, from the view of the one that receives it.
    pub fn of_request(request: &Request) -> Option<Self> {
        let local_tag = request.to().ok()?.tag()?.to_owned();
        let remote_tag = request.from().ok()?.tag().unwrap_or_default().to_owned();
        Some(Self {
            call_id: request.call_id().ok()?.to_owned(),
            local_tag,
            remote_tag,
        })
    }

    /// The dialog that a response names, from the view of the one that receives it.
    pub fn of_response(response: &Response) -> Option<Self> {
        let local_tag = response.from().ok()?.tag()?.to_owned();
        let remote_tag = response.to().ok()?.tag().unwrap_or_default().to_owned();
        Some(Self {
            call_id: response.call_id().ok()?.to_owned(),
            local_tag,
            remote_tag,
        })
    }
}

/// The Via of a request that a dialog writes.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// How it goes.
    pub transport: Transport,
    /// `host` or `host:port`.
    pub sent_by: &'a str,
    /// The branch, unique for each request.
    pub branch: &'a str,
}

/// Why a request does not fit into its dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfOrder {
    /// Its CSeq is not above the last one: answer 500 (§12.2.2).
    OldCSeq,
    /// It cannot be read.
    Damaged,
}

/// One dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// Its id.
    pub id: DialogId,
    /// Our address as From or To carries it, without the tag.
    pub local: String,
    /// The peer's address, without the tag.
    pub remote: String,
    /// The peer's Contact URI.
    pub remote_target: String,
    /// The Route values of our requests.
    pub route_set: Vec<String>,
    /// The CSeq of our last request.
    pub local_cseq: u32,
    /// The CSeq of the peer's last request.
    pub remote_cseq: Option<u32>,
    /// Whether a final response made it.
    pub is_confirmed: bool,
}

impl Dialog {
    /// The dialog that a 1xx or 2xx makes for the one that sent the request (§12.1.2). `None` when it makes none: no To
    /// tag, or no Contact.
    pub fn from_response(request: &Request, response: &Response) -> Option<Self> {
        let id = DialogId::of_response(response).filter(|id| !id.remote_tag.is_empty())?;
        let mut route_set = addresses(response.record_routes())?;
        route_set.reverse();
        Some(Self {
            id,
            local: without_tag(&request.from().ok()?),
            remote: without_tag(&response.to().ok()?),
            remote_target: response.contact()?.uri().to_text().into_owned(),
            route_set,
            local_cseq: request.cseq_parts().ok()?.0,
            remote_cseq: None,
            is_confirmed: response.status() >= 200,
        })
    }

    /// The dialog that our answer makes for us (§12.1.1). `local_tag` is the tag of that answer.
    pub fn from_request(request: &Request, local_tag: &str) -> Option<Self> {
        let from = request.from().ok()?;
        let remote_tag = from.tag().unwrap_or_default().to_owned();
        Some(Self {
            id: DialogId {
                call_id: request.call_id().ok()?.to_owned(),
                local_tag: local_tag.to_owned(),
                remote_tag,
            },
            local: without_tag(&request.to().ok()?),
            remote: without_tag(&from),
            remote_target: request.contact()?.uri().to_text().into_owned(),
            route_set: addresses(request.record_routes())?,
            local_cseq: 0,
            remote_cseq: Some(request.cseq_parts().ok()?.0),
            is_confirmed: false,
        })
    }

    /// Whether only a provisional response to our own request made it.
    pub fn is_early(&self) -> bool {
        self.remote_cseq.is_none() && !self.is_confirmed
    }

    /// Takes a request within the dialog (§12.2.2): order, and the target it may refresh.
    pub fn receive_request(&mut self, request: &Request) -> Result<(), OutOfOrder> {
        let (number, _) = request.cseq_parts().map_err(|_| OutOfOrder::Damaged)?;
        if *request.method() != Method::Ack && *request.method() != Method::Cancel {
            if self.remote_cseq.is_some_and(|last| number <= last) {
                return Err(OutOfOrder::OldCSeq);
            }
            self.remote_cseq = Some(number);
        }
        if refreshes_target(request.method()) {
            self.refresh(request.contact().map(|contact| contact.uri()));
        }
        Ok(())
    }

    /// Takes a response to a request of ours within the dialog (§12.2.1.2).
    pub fn receive_response(&mut self, method: &Method, response: &Response) {
        if !(200..300).contains(&response.status()) {
            return;
        }
        self.is_confirmed = true;
        if refreshes_target(method) {
            self.refresh(response.contact().map(|contact| contact.uri()));
        }
    }

    fn refresh(&mut self, target: Option<Uri<'_>>) {
        if let Some(target) = target {
            self.remote_target = target.to_text().into_owned();
        }
    }

    /// Starts a request within the dialog (§12.2.1.1), with the next CSeq. Not for ACK.
    pub fn request(&mut self, method: &Method, sender: Sender<'_>) -> RequestBuilder<'static> {
        self.local_cseq += 1;
        self.write(method, self.local_cseq, sender)
    }

    /// Starts the ACK for a 2xx to the INVITE with this CSeq (§13.2.2.4).
    pub fn ack(&self, cseq: u32, sender: Sender<'_>) -> RequestBuilder<'static> {
        self.write(&Method::Ack, cseq, sender)
    }

    /// The URI that says where requests go: the first route, or the remote target.
    pub fn next_hop(&self) -> &str {
        match self
            .route_set
            .first()
            .and_then(|route| NameAddr::parse(route.as_bytes()))
        {
            Some(_) => route_uri(&self.route_set[0]),
            None => &self.remote_target,
        }
    }

    fn write(&self, method: &Method, cseq: u32, sender: Sender<'_>) -> RequestBuilder<'static> {
        let strict = self.route_set.first().filter(|route| !is_loose(route));
        let uri = strict.map_or(self.remote_target.as_str(), |route| route_uri(route));
        let mut builder =
            RequestBuilder::new(method, uri).via(sender.transport, sender.sent_by, sender.branch);
        for route in self.route_set.iter().skip(usize::from(strict.is_some())) {
            builder = builder.header(HeaderName::Route, route);
        }
        if strict.is_some() {
            builder = builder.header(HeaderName::Route, format!("<{}>", self.remote_target));
        }
        builder
            .header(HeaderName::MaxForwards, "70")
            .header(
                HeaderName::From,
                format!("{};tag={}", self.local, self.id.local_tag),
            )
            .header(HeaderName::To, with_tag(&self.remote, &self.id.remote_tag))
            .header(HeaderName::CallId, &self.id.call_id)
            .cseq(cseq, method)
    }
}

/// Target refresh requests: INVITE, UPDATE (RFC 3311), SUBSCRIBE, NOTIFY and REFER (RFC 6665 §4.4.1).
fn refreshes_target(method: &Method) -> bool {
    use Method::{Invite, Notify, Refer, Subscribe, Update};
    matches!(method, Invite | Update | Subscribe | Notify | Refer)
}

fn addresses<'a>(
    values: impl Iterator<Item = Result<NameAddr<'a>, crate::wire::HeaderError>>,
) -> Option<Vec<String>> {
    values
        .map(|value| {
            value
                .ok()
                .map(|value| String::from_utf8_lossy(value.raw).into_owned())
        })
        .collect()
}

fn is_loose(route: &str) -> bool {
    NameAddr::parse(route.as_bytes()).is_some_and(|route| route.uri.is_loose())
}

fn route_uri(route: &str) -> &str {
    let inner = route
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(uri, _)| uri);
    inner.unwrap_or(route)
}

fn without_tag(address: &NameAddr<'_>) -> String {
    let display = String::from_utf8_lossy(address.display);
    let space = if display.is_empty() { "" } else { " " };
    format!("{display}{space}<{}>", address.uri)
}

fn with_tag(address: &str, tag: &str) -> String {
    if tag.is_empty() {
        address.to_owned()
    } else {
        format!("{address};tag={tag}")
    }
}

#[cfg(test)]
mod tests;
