//! Answering a request: the one place where a reason becomes a status, a header and an entry in the journal.

use std::sync::Arc;

use plenum_sip::Method;
use plenum_sip::proxy::resource_priority;
use plenum_sip::wire::{HeaderName, ResponseBuilder};

use super::World;
use super::work::{Stop, Work};
use crate::boundary::{JournalEvent, Output};
use crate::diagnostics::Reason;

/// The event packages that this server is a notifier for. Without spaces: clients compare the pieces as they are.
pub(crate) const EVENT_PACKAGES: &str = "vnd-microsoft-provisioning-v2,presence,presence.winfo,dialog";

impl World {
    /// Sends a response to the request of a work.
    pub(crate) fn respond(
        &mut self,
        work: &Work,
        status: u16,
        build: impl FnOnce(ResponseBuilder<'_>) -> Arc<[u8]>,
    ) {
        let tag = self.token();
        let bytes = build(ResponseBuilder::new(&work.request, status).to_tag(&tag));
        self.respond_with(work, status, bytes);
    }

    /// Sends a response that says no more than its status.
    pub(crate) fn respond_plainly(&mut self, work: &Work, status: u16) {
        let tag = self.token();
        let bytes = ResponseBuilder::new(&work.request, status).to_tag(&tag).finish();
        self.respond_with(work, status, bytes);
    }

    /// Sends a response that is made already.
    pub(crate) fn respond_with(&mut self, work: &Work, status: u16, bytes: Arc<[u8]>) {
        let Some(server) = work.server else { return };
        if status >= 200 {
            let took = self.instant.saturating_duration_since(work.arrived);
            self.counters
                .response(work.request.method().as_str(), status, took);
        }
        self.transactions.respond(self.instant, server, status, bytes);
    }

    /// Ends a work as its stop says.
    pub(crate) fn stop(&mut self, work: &Work, stop: Stop) {
        if *work.request.method() == Method::Ack {
            return;
        }
        match stop {
            Stop::Wait(_) => {}
            Stop::Refuse(reason) => self.refuse(work, reason),
            Stop::Answer(status) => self.respond_plainly(work, status),
            Stop::Challenge { stale } => self.challenge(work, stale),
            Stop::Redirect { pool } => {
                let contact = format!("<sip:{pool}:5061;transport=tls>");
                let diagnostics = self.diagnostics(Reason::HomedElsewhere);
                self.respond(work, 301, |response| {
                    let response = response.header(HeaderName::Contact, contact);
                    response.header(HeaderName::MsDiagnostics, diagnostics).finish()
                });
            }
            Stop::TooBrief(seconds) => self.respond(work, 423, |response| {
                response
                    .header(HeaderName::MinExpires, seconds.to_string())
                    .finish()
            }),
            Stop::SessionTooBrief(seconds) => self.respond(work, 422, |response| {
                response.header(HeaderName::MinSe, seconds.to_string()).finish()
            }),
            Stop::BadExtension(tags) => {
                self.respond(work, 420, |response| {
                    response.header(HeaderName::Unsupported, tags).finish()
                });
            }
            Stop::Unsupported(accepted) => {
                let diagnostics = self.diagnostics(Reason::WrongContentType);
                self.respond(work, 415, |response| {
                    let response = response.header(HeaderName::Accept, accepted);
                    response.header(HeaderName::MsDiagnostics, diagnostics).finish()
                });
            }
            Stop::UnknownPriority => self.respond(work, 417, |response| {
                response
                    .header_named("Accept-Resource-Priority", resource_priority::accepted())
                    .finish()
            }),
            Stop::BadEvent => self.respond(work, 489, |response| {
                response.header(HeaderName::AllowEvents, EVENT_PACKAGES).finish()
            }),
        }
    }

    /// Refuses a request.
    pub(crate) fn refuse(&mut self, work: &Work, reason: Reason) {
        let diagnosis = reason.diagnosis();
        let diagnostics = self.diagnostics(reason);
        self.respond(work, diagnosis.status, |response| {
            let mut response = response
                .reason(diagnosis.phrase)
                .header(HeaderName::MsDiagnostics, diagnostics);
            if diagnosis.retry_after > 0 {
                response = response.header(HeaderName::RetryAfter, diagnosis.retry_after.to_string());
            }
            response.finish()
        });
        self.note_refusal(work, reason);
    }

    pub(crate) fn note_refusal(&mut self, work: &Work, reason: Reason) {
        let diagnosis = reason.diagnosis();
        self.counters.refused += 1;
        // Who is flooded writes no more than it has to; the counter says how much was shed.
        if reason == Reason::Overloaded {
            return;
        }
        let claimed = || {
            work.request
                .from()
                .map(|from| from.uri.to_text().into_owned())
                .unwrap_or_default()
        };
        let event = JournalEvent::Refused {
            method: work.request.method().as_str().to_owned(),
            from: work
                .sender
                .as_ref()
                .map_or_else(claimed, |sender| sender.address().to_owned()),
            to: work
                .request
                .uri()
                .map(|uri| uri.to_text().into_owned())
                .unwrap_or_default(),
            status: diagnosis.status,
            code: diagnosis.code,
            reason: diagnosis.text.to_owned(),
            call_id: work.request.call_id().unwrap_or_default().to_owned(),
        };
        self.push(Output::Journal(event));
    }

    /// The `ms-diagnostics` value for a reason.
    pub(crate) fn diagnostics(&self, reason: Reason) -> String {
        reason.header(self.published.deployment().computer())
    }
}
