//! Whether somebody reads what is declared: a field that is enforced has to occur in the services' source, as a member
//! of the typed value; a field for clients has to be handed out. The number of those that are not yet is pinned; it may
//! only fall.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::path::Path;

use plenum_schema::{Effect, Service};
use plenum_settings::nouns;

/// Fields for clients that no service hands out: all of them until a service answers subscriptions to
/// `vnd-microsoft-provisioning-v2` with `plenum_topology::effective::provisioning`.
const NOT_HANDED_OUT: usize = 131;

/// The source of every file below a folder, one after the other.
fn source(folder: &Path, text: &mut String) {
    let entries = std::fs::read_dir(folder)
        .expect("the folder is there")
        .filter_map(Result::ok);
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            source(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("the file can be read"));
        }
    }
}

/// Whether `.member` occurs as a whole word.
fn reads(text: &str, member: &str) -> bool {
    text.match_indices(&format!(".{member}")).any(|(at, found)| {
        let next = text[at + found.len()..].chars().next();
        !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
    })
}

fn services() -> String {
    let mut text = String::new();
    source(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server-core/services/src"),
        &mut text,
    );
    text
}

/// The tests that speak to the server are cmdlets.
fn synthetic_transactions() -> String {
    let mut text = String::new();
    source(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cmdlets/src/health"),
        &mut text,
    );
    text
}

#[test]
fn what_is_enforced_is_read_by_a_service() {
    let (services, tests) = (services(), synthetic_transactions());
    let mut unread = Vec::new();
    for noun in nouns() {
        // The key of a list member is read by looking the member up.
        for field in noun
            .fields
            .iter()
            .filter(|field| matches!(field.effect, Effect::Enforced(_)) && !field.key)
        {
            let text = match field.effect {
                Effect::Enforced(Service::SyntheticTransactions) => &tests,
                _ => &services,
            };
            if !reads(text, field.member) {
                unread.push(format!("{} {}", noun.name, field.name));
            }
        }
    }
    assert!(unread.is_empty(), "enforced and not read: {unread:?}");
}

#[test]
fn what_clients_act_on_is_handed_out_by_a_service() {
    let fields = nouns().into_iter().flat_map(|noun| noun.fields);
    let for_clients = fields.filter(|field| field.provisioned().is_some()).count();
    let not_handed_out = if services().contains("provisioning::") {
        0
    } else {
        for_clients
    };
    println!("for clients and not handed out: {not_handed_out}");
    assert!(not_handed_out <= NOT_HANDED_OUT, "the number may only fall");
}
