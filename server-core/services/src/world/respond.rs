//! Answering a request: the one place where a reason becomes a status, a header and an entry in the journal.

use std::sync::Arc;

use plenum_sip::Method;
use plenum_sip::proxy::resource_priority;
use plenum_sip::wire::{HeaderName, ResponseBuilder};

use super::World;
use super::work::{Stop, Work};
use crate::boundary::{JournalEvent, Output};
use crate::diagnostics::{self, Reason};

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
        if work.is_of_stranger() && !self.is_within_dialog(&work.request) {
            self.respond_to_stranger(work, status, build);
            return;
        }
        let tag = self.token();
        let bytes = build(ResponseBuilder::new(&work.request, status).to_tag(&tag));
        self.respond_with(work, status, bytes);
    }

    /// Sends a response that says no more than its status.
    pub(crate) fn respond_plainly(&mut self, work: &Work, status: u16) {
        let diagnostics = (status >= 400 && status != 487).then(|| self.diagnostics_of(status));
        self.respond(work, status, |response| match diagnostics {
            Some(diagnostics) => response.optional(HeaderName::MsDiagnostics, diagnostics).finish(),
            None => response.finish(),
        });
    }

    /// Sends a response that is made already.
    pub(crate) fn respond_with(&mut self, work: &Work, status: u16, bytes: Arc<[u8]>) {
        let Some(server) = work.server else { return };
        self.count_response(work, status);
        self.transactions.respond(self.instant, server, status, bytes);
    }

    pub(crate) fn count_response(&mut self, work: &Work, status: u16) {
        if status >= 200 {
            let took = self.instant.saturating_duration_since(work.arrived);
            self.counters
                .response(work.request.method().as_str(), status, took);
        }
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
                let port = self.published.deployment().tls_port_of(&pool);
                let contact = format!("<sip:{pool}:{port};transport=tls>");
                let diagnostics = self.diagnostics(Reason::HomedElsewhere);
                self.respond(work, 301, |response| {
                    let response = response.header(HeaderName::Contact, contact);
                    response.optional(HeaderName::MsDiagnostics, diagnostics).finish()
                });
            }
            Stop::TooBrief(seconds) => {
                self.respond_saying(work, 423, HeaderName::MinExpires.as_str(), &seconds.to_string());
            }
            Stop::SessionTooBrief(seconds) => {
                self.respond_saying(work, 422, HeaderName::MinSe.as_str(), &seconds.to_string());
            }
            Stop::ExtensionRequired(option) => {
                self.respond_saying(work, 421, HeaderName::Require.as_str(), option);
            }
            Stop::BadExtension(tags) => {
                self.respond_saying(work, 420, HeaderName::Unsupported.as_str(), &tags);
            }
            Stop::Unsupported(accepted) => {
                let diagnostics = self.diagnostics(Reason::WrongContentType);
                self.respond(work, 415, |response| {
                    let response = response.header(HeaderName::Accept, accepted);
                    response.optional(HeaderName::MsDiagnostics, diagnostics).finish()
                });
            }
            Stop::UnknownPriority => {
                let accepted = resource_priority::accepted();
                self.respond_saying(work, 417, "Accept-Resource-Priority", &accepted);
            }
            Stop::BadEvent => {
                self.respond_saying(work, 489, HeaderName::AllowEvents.as_str(), EVENT_PACKAGES);
            }
        }
    }

    /// Refuses with the header that says what would be taken.
    fn respond_saying(&mut self, work: &Work, status: u16, name: &str, value: &str) {
        let diagnostics = self.diagnostics_of(status);
        self.respond(work, status, |response| {
            let response = response.header_named(name, value);
            response.optional(HeaderName::MsDiagnostics, diagnostics).finish()
        });
    }

    /// Refuses a request.
    pub(crate) fn refuse(&mut self, work: &Work, reason: Reason) {
        let diagnosis = reason.diagnosis();
        let diagnostics = self.diagnostics(reason);
        self.respond(work, diagnosis.status, |response| {
            let mut response = response
                .reason(diagnosis.phrase)
                .optional(HeaderName::MsDiagnostics, diagnostics);
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

    /// The same where the status says all there is to say.
    pub(crate) fn diagnostics_of(&self, status: u16) -> String {
        diagnostics::of_status(status, self.published.deployment().computer())
    }
}
