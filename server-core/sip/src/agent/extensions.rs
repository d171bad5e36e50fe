//! What calls may do besides: requests within them, ringing that is acknowledged (RFC 3262), and calls that take the place
//! of others (RFC 3891).
//!
//! A ringing that is to be acknowledged is sent once: this agent's peers are tests and our own probe, and INVITE is repeated
//! by its transaction.

use std::time::Instant;

use super::call::Call;
use super::{Agent, Event, Handle};
use crate::dialog::{Dialog, DialogId};
use crate::transaction::ServerId;
use crate::wire::{HeaderName, Method, Request, Response, ResponseBuilder};

/// The option tag of RFC 3262.
pub(super) const RELIABLE: &str = "100rel";
/// The number of our only reliable provisional response.
const RSEQ: &str = "1";

impl Agent {
    /// Sends a request within a call, such as INFO or UPDATE.
    pub fn within(&mut self, now: Instant, call: Handle, method: &Method) -> Option<Handle> {
        let (contact, options) = (format!("<{}>", self.contact()), self.call_options());
        self.in_dialog(now, call, method, |builder| {
            builder
                .header(HeaderName::Contact, contact)
                .header(HeaderName::Supported, options)
        })
    }

    /// Lets the caller hear that it rings, and wants to be told that it was heard (183 with `100rel`).
    pub fn ring_reliably(&mut self, now: Instant, call: Handle) {
        let contact = format!("<{}>", self.contact());
        let Some(call) = self.calls.get_mut(&call) else {
            return;
        };
        let Some((id, request)) = call.invited.clone() else {
            return;
        };
        call.dialog = Dialog::from_request(&request, &call.tag);
        let response = ResponseBuilder::new(&request, 183)
            .to_tag(&call.tag)
            .with_record_route()
            .header(HeaderName::Contact, contact)
            .header(HeaderName::Require, RELIABLE)
            .header(HeaderName::RSeq, RSEQ);
        self.transactions.respond(now, id, 183, response.finish());
        self.run(now);
    }

    /// Acknowledges a provisional response that wants it: PRACK, in the dialog that it makes.
    pub(super) fn acknowledge_progress(
        &mut self,
        now: Instant,
        handle: Handle,
        invite: &Request,
        response: &Response,
    ) {
        let (Ok(Some(rseq)), Ok((cseq, _))) = (response.rseq(), invite.cseq_parts()) else {
            return;
        };
        let Some(call) = self.calls.get_mut(&handle) else {
            return;
        };
        if call.dialog.is_none() {
            call.dialog = Dialog::from_response(invite, response);
        }
        self.in_dialog(now, handle, &Method::Prack, |builder| {
            builder.header(HeaderName::RAck, format!("{rseq} {cseq} INVITE"))
        });
    }

    /// Calls an address in place of a call: who is called has that call, and ends it when taking this one (RFC 3891).
    pub fn invite_in_place(
        &mut self,
        now: Instant,
        address: &str,
        description: &[u8],
        replaced: &DialogId,
    ) -> Handle {
        let DialogId {
            call_id,
            local_tag,
            remote_tag,
        } = replaced;
        let replaces = format!("{call_id};to-tag={local_tag};from-tag={remote_tag}");
        let headers = vec![
            (HeaderName::Replaces, replaces),
            (HeaderName::Require, "replaces".to_owned()),
        ];
        self.invite_with(now, address, description, headers)
    }

    /// The dialog of a call, once it stands.
    pub fn dialog_of(&self, call: Handle) -> Option<&DialogId> {
        let dialog = self.calls.get(&call)?.dialog.as_ref()?;
        Some(&dialog.id)
    }

    /// An INVITE that takes the place of a call of ours is answered at once, and the call ended (RFC 3891 §3).
    pub(super) fn replace_call(&mut self, now: Instant, id: ServerId, request: &Request) -> bool {
        let Ok(Some(replaces)) = request.replaces() else {
            return false;
        };
        let is_named = |call: &Call| {
            call.dialog.as_ref().is_some_and(|dialog| {
                dialog.id.call_id == replaces.call_id
                    && dialog.id.local_tag == replaces.to_tag
                    && dialog.id.remote_tag == replaces.from_tag
            })
        };
        let replaced = self.calls.iter().find(|(_, call)| is_named(call));
        let Some((&replaced, description)) =
            replaced.map(|(handle, call)| (handle, call.description.clone()))
        else {
            return false;
        };
        let tag = self.token();
        let handle = self.handle();
        self.calls.insert(handle, Call::incoming(id, request, tag));
        self.answer(now, handle, &description);
        self.hang_up(now, replaced);
        self.tell(Event::Ended { handle: replaced });
        true
    }
}
