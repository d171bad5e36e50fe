//! Requests that come to the agent.

use std::sync::Arc;
use std::time::Instant;

use super::call::Call;
use super::{Agent, Event, Handle};
use crate::dialog::DialogId;
use crate::transaction::ServerId;
use crate::wire::{HeaderName, Method, Request, ResponseBuilder};

impl Agent {
    pub(super) fn incoming(&mut self, now: Instant, id: ServerId, request: &Request) {
        match request.method() {
            Method::Invite => self.incoming_invite(now, id, request),
            Method::Message => {
                self.reply(now, id, request, 200);
                let content_type = request
                    .get_str(HeaderName::ContentType)
                    .unwrap_or_default()
                    .to_owned();
                let (from, body) = (sender_of(request), request.body().to_vec());
                self.tell(Event::Message {
                    from,
                    content_type,
                    body,
                });
            }
            Method::Notify => self.incoming_notify(now, id, request),
            Method::Bye => match self.call_of(request) {
                Some(handle) => {
                    self.calls.remove(&handle);
                    self.reply(now, id, request, 200);
                    self.tell(Event::Ended { handle });
                }
                None => self.reply(now, id, request, 481),
            },
            Method::Refer => match (self.call_of(request), request.refer_to()) {
                (Some(handle), Ok(Some(to))) => {
                    let to = to.uri.to_text().into_owned();
                    self.reply(now, id, request, 202);
                    self.tell(Event::Referred { handle, to });
                }
                (None, _) => self.reply(now, id, request, 481),
                _ => self.reply(now, id, request, 400),
            },
            Method::Options => self.reply(now, id, request, 200),
            Method::Info | Method::Update | Method::Prack if self.call_of(request).is_some() => {
                self.reply(now, id, request, 200);
            }
            Method::Cancel => self.reply(now, id, request, 481),
            _ => self.reply(now, id, request, 405),
        }
    }

    fn incoming_invite(&mut self, now: Instant, id: ServerId, request: &Request) {
        if request.to().is_ok_and(|to| to.tag().is_some()) {
            self.incoming_reinvite(now, id, request);
            return;
        }
        if self.replace_call(now, id, request) {
            return;
        }
        let tag = self.token();
        let handle = self.handle();
        self.calls.insert(handle, Call::incoming(id, request, tag));
        match self.auto_answer.clone() {
            Some(description) => {
                self.ring(now, handle);
                self.answer(now, handle, &description);
            }
            None => self.ring(now, handle),
        }
        self.tell(Event::Invited {
            handle,
            from: sender_of(request),
            body: request.body().to_vec(),
        });
    }

    fn incoming_reinvite(&mut self, now: Instant, id: ServerId, request: &Request) {
        let Some(handle) = self.call_of(request) else {
            self.reply(now, id, request, 481);
            return;
        };
        let contact = format!("<{}>", self.contact());
        let Some(call) = self.calls.get_mut(&handle) else {
            return;
        };
        let in_order = call
            .dialog
            .as_mut()
            .is_none_or(|dialog| dialog.receive_request(request).is_ok());
        let description = call.description.clone();
        if !in_order {
            self.reply(now, id, request, 500);
            return;
        }
        let mut response = ResponseBuilder::new(request, 200).header(HeaderName::Contact, contact);
        if !description.is_empty() {
            response = response.body("application/sdp", &description);
        }
        let bytes = response.finish();
        self.repeat_answer(now, handle, id, Arc::clone(&bytes));
        self.transactions.respond(now, id, 200, bytes);
        self.run(now);
        self.tell(Event::Reinvited {
            handle,
            body: request.body().to_vec(),
        });
    }

    fn incoming_notify(&mut self, now: Instant, id: ServerId, request: &Request) {
        let Some(handle) = self.watched(request) else {
            self.reply(now, id, request, 481);
            return;
        };
        self.reply(now, id, request, 200);
        let state = request
            .get_str(HeaderName::SubscriptionState)
            .unwrap_or_default()
            .to_owned();
        let body = request.body().to_vec();
        self.tell(Event::Notified { handle, state, body });
    }

    /// The first NOTIFY may overtake the 200 that names the notifier's tag (RFC 6665 §4.4.1), so our own tag decides.
    fn watched(&self, request: &Request) -> Option<Handle> {
        let id = DialogId {
            remote_tag: String::new(),
            ..DialogId::of_request(request)?
        };
        self.subscriptions.get(&id).copied()
    }

    fn reply(&mut self, now: Instant, id: ServerId, request: &Request, status: u16) {
        let tag = self.token();
        let bytes = ResponseBuilder::new(request, status).to_tag(&tag).finish();
        self.transactions.respond(now, id, status, bytes);
        self.run(now);
    }
}

/// Who sent a request: whom the server asserts (RFC 3325), otherwise whom From claims.
fn sender_of(request: &Request) -> String {
    let asserted = request.addresses(HeaderName::PAssertedIdentity).flatten().next();
    let uri = asserted
        .map(|identity| identity.uri)
        .or_else(|| request.from().ok().map(|from| from.uri));
    uri.and_then(|uri| uri.address_of_record())
        .map(|record| record.address().to_owned())
        .unwrap_or_default()
}
