//! Calls of the agent, on both sides (RFC 3261 §13, §15; RFC 3515 for transfer).

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::extensions::RELIABLE;
use super::{Agent, Event, Handle, Output};
use crate::dialog::{Dialog, Sender};
use crate::transaction::{ClientId, ServerId};
use crate::wire::{HeaderName, Method, Request, RequestBuilder, Response, ResponseBuilder};

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    /// The dialog, once it stands.
    pub(super) dialog: Option<Dialog>,
    /// Our INVITE, until it is answered.
    pub(super) client: Option<ClientId>,
    /// Their INVITE, until it is answered.
    pub(super) invited: Option<(ServerId, Request)>,
    /// The tag that we answer with.
    pub(super) tag: String,
    /// What we offered or answered last.
    pub(super) description: Vec<u8>,
    /// Our 2xx, until its ACK comes.
    repeat: Option<Repeat>,
}

/// A 2xx that is repeated until it is acknowledged (§13.3.1.4): T1, doubled up to T2, for 64·T1.
#[derive(Debug)]
struct Repeat {
    id: ServerId,
    bytes: Arc<[u8]>,
    interval: Duration,
    next: Instant,
    until: Instant,
}

const T1: Duration = Duration::from_millis(500);
const T2: Duration = Duration::from_secs(4);

impl Call {
    pub(super) fn incoming(id: ServerId, request: &Request, tag: String) -> Self {
        let invited = Some((id, request.clone()));
        Self {
            dialog: None,
            client: None,
            invited,
            tag,
            description: Vec::new(),
            repeat: None,
        }
    }
}

impl Agent {
    /// Calls an address with an offer; without one the other side makes it.
    pub fn invite(&mut self, now: Instant, address: &str, description: &[u8]) -> Handle {
        self.invite_with(now, address, description, Vec::new())
    }

    /// The same with headers of its own.
    pub(super) fn invite_with(
        &mut self,
        now: Instant,
        address: &str,
        description: &[u8],
        headers: Vec<(HeaderName, String)>,
    ) -> Handle {
        let handle = self.start_invite(now, address, description, headers);
        let client = self.sent_for(handle);
        let (tag, description) = (String::new(), description.to_vec());
        self.calls.insert(
            handle,
            Call {
                dialog: None,
                client,
                invited: None,
                tag,
                description,
                repeat: None,
            },
        );
        handle
    }

    fn sent_for(&self, handle: Handle) -> Option<ClientId> {
        self.sent
            .iter()
            .find(|(_, sent)| sent.handle() == handle)
            .map(|(id, _)| *id)
    }

    /// Gives up a call of ours that is not answered yet.
    pub fn cancel(&mut self, now: Instant, call: Handle) {
        if let Some(client) = self.calls.get(&call).and_then(|call| call.client) {
            self.transactions.cancel(now, client, &[]);
            self.run(now);
        }
    }

    /// Lets the caller hear that it rings.
    pub fn ring(&mut self, now: Instant, call: Handle) {
        self.respond_call(now, call, 180, &[]);
    }

    /// Takes a call.
    pub fn answer(&mut self, now: Instant, call: Handle, description: &[u8]) {
        if let Some(call) = self.calls.get_mut(&call) {
            call.description = description.to_vec();
        }
        self.respond_call(now, call, 200, description);
    }

    /// Does not take a call.
    pub fn reject(&mut self, now: Instant, call: Handle, status: u16) {
        self.respond_call(now, call, status, &[]);
        self.calls.remove(&call);
    }

    /// Sends the caller elsewhere (302).
    pub fn redirect(&mut self, now: Instant, call: Handle, address: &str) {
        let Some((id, request)) = self.calls.remove(&call).and_then(|call| call.invited) else {
            return;
        };
        let tag = self.token();
        let response = ResponseBuilder::new(&request, 302).to_tag(&tag);
        let bytes = response
            .header(HeaderName::Contact, format!("<sip:{address}>"))
            .finish();
        self.transactions.respond(now, id, 302, bytes);
        self.run(now);
    }

    fn respond_call(&mut self, now: Instant, handle: Handle, status: u16, description: &[u8]) {
        let contact = format!("<{}>", self.contact());
        let Some(call) = self.calls.get_mut(&handle) else {
            return;
        };
        let Some((id, request)) = call.invited.clone() else {
            return;
        };
        let mut response = ResponseBuilder::new(&request, status)
            .to_tag(&call.tag)
            .with_record_route();
        if status < 300 {
            response = response.header(HeaderName::Contact, contact);
        }
        if !description.is_empty() {
            response = response.body("application/sdp", description);
        }
        let bytes = response.finish();
        if (200..300).contains(&status) {
            call.dialog = Dialog::from_request(&request, &call.tag);
            call.invited = None;
        }
        if (200..300).contains(&status) {
            self.repeat_answer(now, handle, id, Arc::clone(&bytes));
        }
        self.transactions.respond(now, id, status, bytes);
        self.run(now);
    }

    /// Ends a call.
    pub fn hang_up(&mut self, now: Instant, call: Handle) -> Option<Handle> {
        let handle = self.in_dialog(now, call, &Method::Bye, |builder| builder);
        self.calls.remove(&call);
        handle
    }

    /// Offers another session within a call.
    pub fn reinvite(&mut self, now: Instant, call: Handle, description: &[u8]) -> Option<Handle> {
        let contact = format!("<{}>", self.contact());
        let description = description.to_vec();
        self.in_dialog_with(now, call, &Method::Invite, &description, |builder| {
            builder.header(HeaderName::Contact, contact)
        })
    }

    /// Asks the other side of a call to call somebody else.
    pub fn refer(&mut self, now: Instant, call: Handle, address: &str) -> Option<Handle> {
        let contact = format!("<{}>", self.contact());
        let to = format!("<sip:{address}>");
        self.in_dialog(now, call, &Method::Refer, |builder| {
            builder
                .header(HeaderName::Contact, contact)
                .header(HeaderName::ReferTo, to)
        })
    }

    pub(super) fn in_dialog(
        &mut self,
        now: Instant,
        call: Handle,
        method: &Method,
        more: impl FnOnce(RequestBuilder<'static>) -> RequestBuilder<'static>,
    ) -> Option<Handle> {
        self.in_dialog_with(now, call, method, &[], more)
    }

    fn in_dialog_with(
        &mut self,
        now: Instant,
        call: Handle,
        method: &Method,
        description: &[u8],
        more: impl FnOnce(RequestBuilder<'static>) -> RequestBuilder<'static>,
    ) -> Option<Handle> {
        let sent_by = self.flow.local.to_string();
        let branch = self.branches.own();
        let sender = Sender {
            transport: self.flow.transport,
            sent_by: &sent_by,
            branch: branch.as_str(),
        };
        let dialog = self.calls.get_mut(&call)?.dialog.as_mut()?;
        let builder = more(dialog.request(method, sender));
        let bytes = if description.is_empty() {
            builder.finish()
        } else {
            builder.body("application/sdp", description).finish()
        };
        let handle = if *method == Method::Invite {
            call
        } else {
            self.handle()
        };
        self.send(now, handle, bytes, method.clone(), branch.as_str());
        Some(handle)
    }

    /// A response to an INVITE: 2xx are acknowledged, each time they come.
    pub(super) fn invite_response(
        &mut self,
        now: Instant,
        handle: Handle,
        invite: &Arc<[u8]>,
        response: &Response,
    ) {
        let status = response.status();
        if status >= 300 {
            let stands = |call: &Call| call.dialog.as_ref().is_some_and(|it| !it.is_early());
            let standing = self.calls.get(&handle).is_some_and(stands);
            if !standing && !matches!(status, 401 | 407) {
                self.calls.remove(&handle);
            }
            return;
        }
        let Some(call) = self.calls.get_mut(&handle) else {
            return;
        };
        let Ok(request) = Request::parse(Arc::clone(invite)) else {
            return;
        };
        if status < 200 {
            if response.has_token(HeaderName::Require, RELIABLE) {
                self.acknowledge_progress(now, handle, &request, response);
            }
            return;
        }
        match &mut call.dialog {
            None => call.dialog = Dialog::from_response(&request, response),
            Some(dialog) => dialog.receive_response(&Method::Invite, response),
        }
        call.client = None;
        let cseq = request.cseq_parts().map_or(1, |(number, _)| number);
        self.acknowledge(handle, cseq);
        self.run(now);
    }

    fn acknowledge(&mut self, handle: Handle, cseq: u32) {
        let sent_by = self.flow.local.to_string();
        let branch = self.branches.own();
        let sender = Sender {
            transport: self.flow.transport,
            sent_by: &sent_by,
            branch: branch.as_str(),
        };
        let Some(dialog) = self.calls.get(&handle).and_then(|call| call.dialog.as_ref()) else {
            return;
        };
        let bytes = dialog.ack(cseq, sender).finish();
        self.outputs.push_back(Output::Send {
            flow: self.flow,
            bytes,
        });
    }

    pub(super) fn acknowledged(&mut self, request: &Request) {
        let Some(handle) = self.call_of(request) else {
            return;
        };
        // An ACK comes as often as the 2xx; the first one counts.
        if self
            .calls
            .get_mut(&handle)
            .and_then(|call| call.repeat.take())
            .is_some()
        {
            self.tell(Event::Confirmed { handle });
        }
    }

    /// Repeats a 2xx until its ACK comes.
    pub(super) fn repeat_answer(&mut self, now: Instant, handle: Handle, id: ServerId, bytes: Arc<[u8]>) {
        if let Some(call) = self.calls.get_mut(&handle) {
            let (next, until) = (now + T1, now + T1 * 64);
            call.repeat = Some(Repeat {
                id,
                bytes,
                interval: T1,
                next,
                until,
            });
        }
    }

    /// When the next 2xx is due again.
    pub(super) fn next_repeat(&self) -> Option<Instant> {
        self.calls
            .values()
            .filter_map(|call| call.repeat.as_ref())
            .map(|repeat| repeat.next)
            .min()
    }

    /// Repeats what was not acknowledged; a call whose ACK never comes is ended (§13.3.1.4).
    pub(super) fn repeat_answers(&mut self, now: Instant) {
        let mut given_up = Vec::new();
        for (handle, call) in &mut self.calls {
            let Some(repeat) = call.repeat.as_mut().filter(|repeat| repeat.next <= now) else {
                continue;
            };
            if repeat.until <= now {
                given_up.push(*handle);
                continue;
            }
            repeat.interval = (repeat.interval * 2).min(T2);
            repeat.next = now + repeat.interval;
            self.transactions
                .respond(now, repeat.id, 200, Arc::clone(&repeat.bytes));
        }
        for handle in given_up {
            self.hang_up(now, handle);
            self.tell(Event::Ended { handle });
        }
    }

    pub(super) fn cancelled(&mut self, now: Instant, id: ServerId) {
        let rings = |call: &Call| call.invited.as_ref().is_some_and(|(invited, _)| *invited == id);
        let Some(handle) = self
            .calls
            .iter()
            .find(|(_, call)| rings(call))
            .map(|(handle, _)| *handle)
        else {
            return;
        };
        self.reject(now, handle, 487);
        self.tell(Event::Ended { handle });
    }

    /// The call that a request belongs to.
    pub(super) fn call_of(&self, request: &Request) -> Option<Handle> {
        let id = crate::dialog::DialogId::of_request(request)?;
        let same = |call: &Call| call.dialog.as_ref().is_some_and(|dialog| dialog.id == id);
        self.calls
            .iter()
            .find(|(_, call)| same(call))
            .map(|(handle, _)| *handle)
    }
}
