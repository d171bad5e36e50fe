//! What the services write down, as structured log lines (target `journal`).
//!
//! The fields are the event's own; a body, a password or a key is in none of them. Durable call records and archives
//! read the same events.

use plenum_services::JournalEvent;

/// Writes one event.
pub fn log(event: &JournalEvent) {
    match event {
        JournalEvent::SignedIn {
            user,
            contact,
            user_agent,
            flow,
        } => {
            tracing::info!(target: "journal", event = "signed_in", user, contact, user_agent, source = %flow.peer, transport = ?flow.transport);
        }
        JournalEvent::SignedOut {
            user,
            contact,
            reason,
        } => {
            tracing::info!(target: "journal", event = "signed_out", user, contact, reason = ?reason);
        }
        JournalEvent::AuthenticationFailed { user, source } => {
            tracing::warn!(target: "journal", event = "authentication_failed", user, %source);
        }
        JournalEvent::LockedOut {
            user,
            source,
            seconds,
        } => {
            tracing::warn!(target: "journal", event = "locked_out", user, %source, seconds);
        }
        JournalEvent::Refused {
            method,
            from,
            to,
            status,
            code,
            reason,
            call_id,
        } => {
            tracing::info!(target: "journal", event = "refused", method, from, to, status, code, reason, call_id);
        }
        JournalEvent::CallStarted {
            call_id,
            from,
            to,
            media,
        } => {
            tracing::info!(target: "journal", event = "call_started", call_id, from, to, media);
        }
        JournalEvent::CallEnded {
            call_id,
            from,
            to,
            status,
            seconds,
        } => {
            tracing::info!(target: "journal", event = "call_ended", call_id, from, to, status, seconds);
        }
    }
}
