//! The endpoints: what they send, and what they do with what comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_sip::auth::{Attempt, algorithm_of, answer, strongest};
use plenum_sip::wire::{Challenge, HeaderName, RequestBuilder};
use plenum_sip::{Method, Response, Transport};

use crate::calls::DESCRIPTION;
use crate::exchange::{Act, Exchange, Kind, Ticket};

/// The SIP domain and realm.
const DOMAIN: &str = "lab.test";
/// What stands in a published note before the time in microseconds.
const STAMP: &str = "at ";
/// What a message says.
const TEXT: &[u8] = b"Are we still meeting at three? I have the numbers for the quarter with me.";

/// One endpoint of a user.
struct Endpoint {
    user: u32,
    device: u8,
    cseq: u32,
    /// The challenge that was answered last, and how often.
    challenge: Option<(Box<str>, u32)>,
}

/// All endpoints.
pub struct Phones {
    endpoints: Vec<Endpoint>,
    /// The entity-tag of each publisher's presence.
    tags: Vec<Option<Box<str>>>,
    random: u64,
    began: Instant,
}

fn user_name(user: u32) -> String {
    format!("u{user:06}")
}

pub fn address(user: u32) -> String {
    format!("sip:{}@{DOMAIN}", user_name(user))
}

impl Phones {
    pub fn new(users: u32, online: f64, second: f64) -> Self {
        let online = (f64::from(users) * online) as u32;
        let mut endpoints = Vec::new();
        for user in 0..online {
            let devices = if f64::from(user % 100) < second * 100.0 {
                2
            } else {
                1
            };
            endpoints.extend((0..devices).map(|device| Endpoint {
                user,
                device,
                cseq: 0,
                challenge: None,
            }));
        }
        Self {
            endpoints,
            tags: vec![None; online as usize],
            random: 0x9e37_79b9_7f4a_7c15,
            began: Instant::now(),
        }
    }

    pub fn len(&self) -> usize {
        self.endpoints.len()
    }

    /// xorshift64*: the load is the same in every run.
    fn below(&mut self, end: usize) -> usize {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        (self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }

    fn anybody(&mut self) -> usize {
        self.below(self.endpoints.len())
    }

    fn somebody_else(&mut self) -> u32 {
        let endpoint = self.anybody();
        self.endpoints[endpoint].user
    }

    /// Does one thing of a kind, with phones drawn at random.
    pub fn act(&mut self, exchange: &mut Exchange, kind: Kind, publishers: u32) {
        let endpoint = self.anybody();
        let act = match kind {
            Kind::Publish => {
                let publisher = self.below(publishers.max(1) as usize) as u32;
                self.publication(publisher)
            }
            // Publishers stay: news of who signs in would count as old news.
            Kind::SignOut => Act {
                kind,
                endpoint: self.first_of(publishers) + self.below(self.len() - self.first_of(publishers)),
                target: 0,
            },
            kind => Act {
                kind,
                endpoint,
                target: self.somebody_else(),
            },
        };
        self.perform(exchange, act);
    }

    /// What the first endpoint of a publisher does.
    fn publication(&self, publisher: u32) -> Act {
        Act {
            kind: Kind::Publish,
            endpoint: self.first_of(publisher),
            target: publisher,
        }
    }

    /// The first endpoint of a user.
    fn first_of(&self, user: u32) -> usize {
        self.endpoints.partition_point(|endpoint| endpoint.user < user)
    }

    /// Somebody, it does not matter who, watches a publisher from now on.
    pub fn watch(&mut self, exchange: &mut Exchange, publisher: u32) {
        let endpoint = self.anybody();
        let act = Act {
            kind: Kind::Watch,
            endpoint,
            target: publisher,
        };
        self.perform(exchange, act);
    }

    /// Does something for the first time: a sign-in begins without credentials.
    pub fn perform(&mut self, exchange: &mut Exchange, act: Act) {
        if act.kind == Kind::SignIn {
            self.endpoints[act.endpoint].challenge = None;
        }
        let (ticket, bytes) = self.write(exchange, act);
        exchange.send(ticket, act, bytes, None);
    }

    fn write(&mut self, exchange: &mut Exchange, act: Act) -> (Ticket, Arc<[u8]>) {
        let ticket = exchange.ticket();
        let bytes = match act.kind {
            Kind::SignIn | Kind::SignOut | Kind::Refresh => self.register(exchange, ticket, act),
            Kind::Poll | Kind::Watch => self.subscribe(exchange, ticket, act),
            Kind::Publish => self.publish(exchange, ticket, act),
            Kind::Message => self
                .request(exchange, ticket, act, &Method::Message)
                .body("text/plain", TEXT)
                .finish(),
            Kind::Call => self
                .request(exchange, ticket, act, &Method::Invite)
                .header(HeaderName::Contact, self.contact(exchange, act.endpoint))
                .body("application/sdp", DESCRIPTION)
                .finish(),
            Kind::HangUp => exchange.calls.goodbye(ticket, act, exchange.local),
        };
        (ticket, bytes)
    }

    fn register(&mut self, exchange: &Exchange, ticket: Ticket, act: Act) -> Arc<[u8]> {
        let contact = self.contact(exchange, act.endpoint);
        let phone = &mut self.endpoints[act.endpoint];
        phone.cseq += 1;
        let (user, device, cseq) = (phone.user, phone.device, phone.cseq);
        let own = address(user);
        let uri = format!("sip:{DOMAIN}");
        let instance = format!("urn:uuid:00000000-0000-0000-{device:04}-{user:012}");
        let expires = if act.kind == Kind::SignOut { "0" } else { "600" };
        let request = RequestBuilder::new(&Method::Register, &uri)
            .via(Transport::Udp, &exchange.local.to_string(), &ticket.branch())
            .header(HeaderName::MaxForwards, "70")
            .header(HeaderName::From, format!("<{own}>;tag=r{}", act.endpoint))
            .header(HeaderName::To, format!("<{own}>"))
            .header(HeaderName::CallId, format!("reg-{user}-{device}"))
            .cseq(cseq, &Method::Register)
            .header(
                HeaderName::Contact,
                format!("{contact};+sip.instance=\"<{instance}>\""),
            )
            .header(HeaderName::Expires, expires);
        match self.credentials(act.endpoint, &Method::Register, &uri) {
            Some(value) => request.header(HeaderName::Authorization, value).finish(),
            None => request.finish(),
        }
    }

    /// Looks at somebody's presence once, or stays.
    fn subscribe(&mut self, exchange: &Exchange, ticket: Ticket, act: Act) -> Arc<[u8]> {
        let expires = if act.kind == Kind::Poll { "0" } else { "7200" };
        let contact = self.contact(exchange, act.endpoint);
        self.request(exchange, ticket, act, &Method::Subscribe)
            .header(HeaderName::Contact, contact)
            .header(HeaderName::Event, "presence")
            .header(HeaderName::Accept, "application/pidf+xml")
            .header(HeaderName::Expires, expires)
            .finish()
    }

    /// Publishes a document of about 600 bytes that says when it was published.
    fn publish(&mut self, exchange: &Exchange, ticket: Ticket, act: Act) -> Arc<[u8]> {
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" \
             xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" \
             entity=\"{}\"><tuple id=\"t1\"><status><basic>open</basic></status><note>{STAMP}{} us</note></tuple>\
             <dm:person id=\"p1\"><rpid:activities><rpid:meeting/></rpid:activities><dm:note>In a meeting until the \
             afternoon, reachable by message</dm:note></dm:person></presence>",
            address(act.target),
            self.began.elapsed().as_micros()
        );
        let tag = self.tags[act.target as usize].clone();
        let mut request = self
            .request(exchange, ticket, act, &Method::Publish)
            .header(HeaderName::Event, "presence")
            .header(HeaderName::Expires, "3600");
        if let Some(tag) = tag {
            request = request.header(HeaderName::SipIfMatch, tag.as_bytes());
        }
        request.body("application/pidf+xml", document.as_bytes()).finish()
    }

    /// A request outside a dialog, with credentials when there was a challenge before.
    fn request<'a>(
        &mut self,
        exchange: &Exchange,
        ticket: Ticket,
        act: Act,
        method: &Method,
    ) -> RequestBuilder<'a> {
        let own = address(self.endpoints[act.endpoint].user);
        let uri = address(act.target);
        let branch = ticket.branch();
        let request = RequestBuilder::new(method, &uri)
            .via(Transport::Udp, &exchange.local.to_string(), &branch)
            .header(HeaderName::MaxForwards, "70")
            .header(HeaderName::From, format!("<{own}>;tag={branch}"))
            .header(HeaderName::To, format!("<{uri}>"))
            .header(HeaderName::CallId, &branch)
            .cseq(1, method);
        match self.credentials(act.endpoint, method, &uri) {
            Some(value) => request.header(HeaderName::ProxyAuthorization, value),
            None => request,
        }
    }

    fn contact(&self, exchange: &Exchange, endpoint: usize) -> String {
        let Endpoint { user, device, .. } = self.endpoints[endpoint];
        format!("<sip:{}-{device}@{}>", user_name(user), exchange.local)
    }

    fn credentials(&mut self, endpoint: usize, method: &Method, uri: &str) -> Option<String> {
        let phone = &mut self.endpoints[endpoint];
        let (challenge, count) = phone.challenge.as_mut()?;
        *count += 1;
        let attempt = Attempt {
            method,
            uri,
            count: *count,
            cnonce: "c0ffee",
        };
        let challenge = Challenge::parse(challenge.as_bytes())?;
        let name = user_name(phone.user);
        answer(&challenge, &name, &format!("pw{:06}", phone.user), attempt)
    }

    /// A final response to a request of ours.
    pub fn answered(&mut self, exchange: &mut Exchange, ticket: Ticket, response: &Response) {
        let Some(sent) = exchange.find(ticket) else {
            return;
        };
        let (act, began, challenged) = (sent.act, sent.began, sent.challenged);
        if act.kind == Kind::Call {
            exchange.call_answered(ticket, response);
        }
        match response.status() {
            401 | 407 if !challenged => {
                self.remember_challenge(act.endpoint, response);
                exchange.end(ticket);
                let (ticket, bytes) = self.write(exchange, act);
                exchange.send(ticket, act, bytes, Some(began));
            }
            200..=299 => self.succeeded(exchange, ticket, act, response),
            status => {
                let diagnostics = response
                    .named("ms-diagnostics")
                    .map(String::from_utf8_lossy)
                    .unwrap_or_default();
                exchange.fail(ticket, format!("{status} {diagnostics}"));
                // A publication whose tag has ended starts anew.
                if act.kind == Kind::Publish {
                    self.tags[act.target as usize] = None;
                }
            }
        }
    }

    fn remember_challenge(&mut self, endpoint: usize, response: &Response) {
        let header = if response.status() == 401 {
            HeaderName::WwwAuthenticate
        } else {
            HeaderName::ProxyAuthenticate
        };
        let wanted = strongest(response, header).map(|(_, algorithm)| algorithm);
        let raw = response
            .all(header)
            .find(|raw| Challenge::parse(raw).is_some_and(|value| algorithm_of(&value.digest()) == wanted));
        self.endpoints[endpoint].challenge = raw.map(|raw| (String::from_utf8_lossy(raw).into(), 0));
    }

    fn succeeded(&mut self, exchange: &mut Exchange, ticket: Ticket, act: Act, response: &Response) {
        match act.kind {
            // Done when its NOTIFY is there.
            Kind::Poll => {}
            // Done when the phone rang.
            Kind::Call => exchange.end(ticket),
            Kind::SignOut => {
                exchange.succeed(ticket);
                let kind = Kind::SignIn;
                self.perform(exchange, Act { kind, ..act });
            }
            Kind::Publish => {
                self.tags[act.target as usize] = response.sip_etag().map(Box::from);
                exchange.succeed(ticket);
            }
            _ => exchange.succeed(ticket),
        }
    }

    /// A document arrived: how old is what it says?
    pub fn age(&self, document: &[u8]) -> Option<Duration> {
        let text = std::str::from_utf8(document).ok()?;
        let at = text.find(STAMP)? + STAMP.len();
        let published = text[at..].split(' ').next()?.parse().ok()?;
        self.began.elapsed().checked_sub(Duration::from_micros(published))
    }
}
