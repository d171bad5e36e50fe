//! Calls of two endpoints of ours, and everything else that the server asks of them.
//!
//! The first device of the called user answers after 200 ms, the others ring until they are cancelled. The caller ends the
//! call after three minutes. How long the set-up took is measured to the first 180.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_sip::wire::{HeaderName, RequestBuilder, ResponseBuilder};
use plenum_sip::{Method, Request, Response, Transport};

use crate::exchange::{Act, Exchange, Kind, Ticket};
use crate::phones::Phones;

pub const DESCRIPTION: &[u8] = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
    m=audio 40000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n\
    a=fmtp:101 0-15\r\na=sendrecv\r\n";
/// How long a called phone rings.
const RINGING: Duration = Duration::from_millis(200);
/// How long a call stands.
const STANDING: Duration = Duration::from_secs(180);

/// A call that stands, as its caller knows it.
struct Call {
    endpoint: usize,
    call_id: String,
    from: String,
    to: String,
    /// The Contact of who answered.
    target: String,
    /// The Record-Route of the answer, in the order of the requests.
    route: Vec<String>,
}

/// What is to be done about calls at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// The INVITE of this branch is answered.
    Answer(String),
    /// The call of this number is ended.
    HangUp(u32),
}

/// The calls of both sides.
#[derive(Default)]
pub struct Calls {
    /// INVITEs that ring here, by the branch of their top Via.
    ringing: HashMap<String, Request>,
    standing: HashMap<u32, Call>,
    last: u32,
    due: BinaryHeap<Reverse<(Instant, Due)>>,
    /// Attempts whose first 180 was counted.
    rung: HashSet<Ticket>,
}

impl Calls {
    /// The BYE of a call.
    pub fn goodbye(&mut self, ticket: Ticket, act: Act, local: SocketAddr) -> Arc<[u8]> {
        let call = self
            .standing
            .remove(&act.target)
            .expect("a call is ended once, by its own timer");
        in_dialog(&call, ticket, local, &Method::Bye, 2).finish()
    }
}

/// A request inside the dialog of a call.
fn in_dialog<'a>(
    call: &Call,
    ticket: Ticket,
    local: SocketAddr,
    method: &Method,
    cseq: u32,
) -> RequestBuilder<'a> {
    let request = RequestBuilder::new(method, &call.target)
        .via(Transport::Udp, &local.to_string(), &ticket.branch())
        .header(HeaderName::MaxForwards, "70");
    call.route
        .iter()
        .fold(request, |request, route| request.header(HeaderName::Route, route))
        .header(HeaderName::From, &call.from)
        .header(HeaderName::To, &call.to)
        .header(HeaderName::CallId, &call.call_id)
        .cseq(cseq, method)
}

fn text(response: &Response, name: HeaderName) -> String {
    response.get_str(name).unwrap_or_default().to_owned()
}

impl Exchange {
    /// The called phone rings.
    pub fn rings(&mut self, ticket: Ticket) {
        let Some(sent) = self.find(ticket) else { return };
        let took = sent.began.elapsed();
        if sent.act.kind == Kind::Call && self.calls.rung.insert(ticket) {
            self.report.done(Kind::Call.name(), took);
        }
    }

    /// A final response to an INVITE of ours: it is acknowledged, and a 200 begins a call.
    pub fn call_answered(&mut self, ticket: Ticket, response: &Response) {
        self.calls.rung.remove(&ticket);
        let Some(sent) = self.find(ticket) else { return };
        let act = sent.act;
        let mut call = Call {
            endpoint: act.endpoint,
            call_id: text(response, HeaderName::CallId),
            from: text(response, HeaderName::From),
            to: text(response, HeaderName::To),
            target: crate::phones::address(act.target),
            route: Vec::new(),
        };
        if response.status() < 300 {
            call.target = response
                .contact()
                .map(|contact| contact.uri().to_text().into_owned())
                .unwrap_or_default();
            call.route = response
                .list(HeaderName::RecordRoute)
                .map(|route| String::from_utf8_lossy(route).into_owned())
                .collect();
            call.route.reverse();
            let own = Ticket::unanswered();
            let acknowledgement = in_dialog(&call, own, self.local, &Method::Ack, 1).finish();
            self.push(&acknowledgement);
            self.calls.last += 1;
            let number = self.calls.last;
            self.calls.standing.insert(number, call);
            let ends = Instant::now() + STANDING;
            self.calls.due.push(Reverse((ends, Due::HangUp(number))));
        } else {
            let acknowledgement = in_dialog(&call, ticket, self.local, &Method::Ack, 1).finish();
            self.push(&acknowledgement);
        }
    }

    /// What is due: phones that pick up, calls that end.
    pub fn wake_calls(&mut self, phones: &mut Phones) {
        let now = Instant::now();
        while self.calls.due.peek().is_some_and(|Reverse((due, _))| *due <= now) {
            match self.calls.due.pop() {
                Some(Reverse((_, Due::Answer(branch)))) => self.pick_up(&branch),
                Some(Reverse((_, Due::HangUp(number)))) => {
                    if let Some(call) = self.calls.standing.get(&number) {
                        let act = Act {
                            kind: Kind::HangUp,
                            endpoint: call.endpoint,
                            target: number,
                        };
                        phones.perform(self, act);
                    }
                }
                None => {}
            }
        }
    }

    fn pick_up(&mut self, branch: &str) {
        let Some(request) = self.calls.ringing.remove(branch) else {
            return;
        };
        let user = request.uri().and_then(|uri| Some(uri.user_text()?.into_owned()));
        let answer = ResponseBuilder::new(&request, 200)
            .to_tag(branch)
            .with_record_route()
            .header(
                HeaderName::Contact,
                format!("<sip:{}@{}>", user.unwrap_or_default(), self.local),
            )
            .body("application/sdp", DESCRIPTION)
            .finish();
        self.push(&answer);
    }

    /// A request of the server.
    pub fn asked(&mut self, phones: &Phones, request: &Request) {
        let branch = request
            .via()
            .ok()
            .and_then(|via| via.branch())
            .unwrap_or_default()
            .to_owned();
        match request.method() {
            Method::Ack => {}
            Method::Invite => self.invited(request, branch),
            Method::Cancel => {
                self.push(&ResponseBuilder::new(request, 200).to_tag(&branch).finish());
                if let Some(invite) = self.calls.ringing.remove(&branch) {
                    self.push(&ResponseBuilder::new(&invite, 487).to_tag(&branch).finish());
                }
            }
            method => {
                self.push(&ResponseBuilder::new(request, 200).to_tag("callee").finish());
                if *method == Method::Notify {
                    self.notified(phones, request);
                }
            }
        }
    }

    fn invited(&mut self, request: &Request, branch: String) {
        if self.calls.ringing.contains_key(&branch) {
            return;
        }
        self.push(
            &ResponseBuilder::new(request, 180)
                .to_tag(&branch)
                .with_record_route()
                .finish(),
        );
        let is_first = request
            .uri()
            .and_then(|uri| Some(uri.user_text()?.ends_with("-0")))
            .unwrap_or(false);
        if is_first {
            let answer = Due::Answer(branch.clone());
            self.calls.due.push(Reverse((Instant::now() + RINGING, answer)));
        }
        self.calls.ringing.insert(branch, request.clone());
    }

    /// A poll is done when its NOTIFY is here; of what stands, the age of the news counts.
    fn notified(&mut self, phones: &Phones, request: &Request) {
        let ticket = request.call_id().ok().and_then(Ticket::from_branch);
        match ticket.and_then(|ticket| Some((ticket, self.find(ticket)?.act.kind))) {
            Some((ticket, Kind::Poll)) => self.succeed(ticket),
            // The last word of a subscription that ends is no news.
            _ => {
                let state = request.get(HeaderName::SubscriptionState);
                let is_news = state.is_some_and(|state| state.starts_with(b"active"));
                if let Some(age) = phones.age(request.body()).filter(|_| is_news) {
                    self.report.done("notification", age);
                }
            }
        }
    }

    /// The 200 of an INVITE came again, because its ACK was lost.
    pub fn acknowledge_again(&mut self, response: &Response) {
        let is_answer =
            response.status() < 300 && response.cseq_parts().is_ok_and(|(_, method)| method == b"INVITE");
        let call_id = response.call_id().unwrap_or_default();
        let known = self.calls.standing.values().find(|call| call.call_id == call_id);
        if let Some(call) = known.filter(|_| is_answer) {
            let own = Ticket::unanswered();
            let acknowledgement = in_dialog(call, own, self.local, &Method::Ack, 1).finish();
            self.push(&acknowledgement);
        }
    }
}
