//! Dialog events (RFC 4235) and watcher information (RFC 3857): what a user's own clients are told.

use std::time::Duration;

use plenum_sip::agent::{Event, Handle};
use serde_json::json;

use super::lab::{AUDIO, Lab};

const DIALOGS: (&str, &str) = ("dialog", "application/dialog-info+xml");
const WATCHERS: (&str, &str) = ("presence.winfo", "application/watcherinfo+xml");

fn watch(lab: &mut Lab, phone: usize, whom: &str, package: (&str, &str)) -> (u16, String) {
    lab.ask(phone, |agent, now| {
        agent.watch(now, &format!("{whom}@contoso.example"), package, 600)
    })
}

/// What a phone was told: version, full or partial, and the states, each with the attributes that say why.
fn told(lab: &Lab, phone: usize) -> Vec<String> {
    let document = |event: &Event| match event {
        Event::Notified { body, .. } => Some(summary(&String::from_utf8_lossy(body))),
        _ => None,
    };
    lab.phones[phone].told.iter().filter_map(document).collect()
}

fn summary(document: &str) -> String {
    let between = |text: &str, start: &str, end: &str| {
        let (_, rest) = text.split_once(start)?;
        Some(rest.split_once(end)?.0.to_owned())
    };
    let version = between(document, "version=\"", "\"");
    // The first version is that of XML.
    let version = between(document.split_once("?>").unwrap().1, "version=\"", "\"")
        .or(version)
        .unwrap();
    let mut words = vec![version, between(document, " state=\"", "\"").unwrap()];
    for dialog in document.split("<dialog ").skip(1) {
        let state = between(dialog, "<state", "</state>").unwrap().replace('>', " ");
        let remote = between(dialog, "<remote><identity>", "<").unwrap();
        words.push(format!(
            "{} {}: {}",
            between(dialog, "direction=\"", "\"").unwrap(),
            remote,
            state.trim()
        ));
    }
    for watcher in document.split("<watcher ").skip(1) {
        let who = between(watcher, ">", "<").unwrap();
        let (status, event) = (
            between(watcher, "status=\"", "\""),
            between(watcher, "event=\"", "\""),
        );
        words.push(format!("{who}: {} {}", status.unwrap(), event.unwrap()));
    }
    words.join(", ")
}

fn call(lab: &mut Lab, from: usize, to: &str) -> Handle {
    let call = lab.start(from, |agent, now| {
        agent.invite(now, &format!("{to}@contoso.example"), AUDIO)
    });
    lab.run(Duration::from_secs(1));
    call
}

#[test]
fn both_parties_clients_are_told_of_a_call_from_its_beginning_to_its_end() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    assert_eq!(watch(&mut lab, alice, "alice", DIALOGS).0, 200);
    assert_eq!(watch(&mut lab, bob, "bob", DIALOGS).0, 200);
    let made = call(&mut lab, alice, "bob");
    let (invited, now) = (lab.invited(bob).unwrap(), lab.now());
    lab.phones[bob].agent.answer(now, invited, AUDIO);
    lab.run(Duration::from_secs(1));
    lab.ask(alice, |agent, now| agent.hang_up(now, made).unwrap());
    lab.run(Duration::from_secs(1));
    let [callers, callees] = [
        ("initiator sip:bob@contoso.example", "local-bye"),
        ("recipient sip:alice@contoso.example", "remote-bye"),
    ]
    .map(|(who, bye)| {
        let mut expected = vec!["0, full".to_owned()];
        for state in ["trying", "early", "confirmed"] {
            expected.push(format!("{}, partial, {who}: {state}", expected.len()));
        }
        expected.push(format!("4, partial, {who}: event=\"{bye}\" terminated"));
        expected
    });
    assert_eq!(told(&lab, alice), callers);
    assert_eq!(told(&lab, bob), callees);
}

#[test]
fn who_asks_later_is_told_of_the_calls_that_there_are() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    call(&mut lab, alice, "bob");
    watch(&mut lab, alice, "alice", DIALOGS);
    lab.run(Duration::from_secs(1));
    let ringing = "initiator sip:bob@contoso.example: early";
    let told_of = told(&lab, alice);
    assert!(told_of.last().unwrap().ends_with(ringing), "{told_of:?}");
    let (invited, now) = (lab.invited(bob).unwrap(), lab.now());
    lab.phones[bob].agent.reject(now, invited, 486);
    lab.run(Duration::from_secs(1));
    let rejected = "initiator sip:bob@contoso.example: event=\"rejected\" code=\"486\" terminated";
    assert!(
        told(&lab, alice).last().unwrap().ends_with(rejected),
        "{:?}",
        told(&lab, alice)
    );
}

#[test]
fn nobody_else_is_told_of_a_users_calls_or_watchers() {
    let mut lab = Lab::new(json!({}));
    lab.signed_in("alice");
    let bob = lab.signed_in("bob");
    for package in [DIALOGS, WATCHERS] {
        let (status, diagnostics) = watch(&mut lab, bob, "alice", package);
        assert_eq!(
            (status, diagnostics.starts_with("4004;")),
            (403, true),
            "{diagnostics}"
        );
    }
}

#[test]
fn a_user_sees_who_watches() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob, carol) = (
        lab.signed_in("alice"),
        lab.signed_in("bob"),
        lab.signed_in("carol"),
    );
    let subscribe = |lab: &mut Lab, phone: usize| {
        lab.start(phone, |agent, now| {
            agent.subscribe(now, "alice@contoso.example", 600)
        })
    };
    subscribe(&mut lab, bob);
    lab.run(Duration::from_secs(1));
    assert_eq!(watch(&mut lab, alice, "alice", WATCHERS).0, 200);
    let carols = subscribe(&mut lab, carol);
    lab.run(Duration::from_secs(1));
    let now = lab.now();
    lab.phones[carol].agent.refresh(now, carols, 0).unwrap();
    lab.run(Duration::from_secs(1));
    assert_eq!(
        told(&lab, alice),
        [
            "0, full, sip:bob@contoso.example: active subscribe",
            "1, partial, sip:carol@contoso.example: active subscribe",
            "2, partial, sip:carol@contoso.example: terminated timeout",
        ]
    );
}

#[test]
fn nothing_is_kept_of_calls_that_nobody_watches_any_more() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    let watching = lab.start(alice, |agent, now| {
        agent.watch(now, "alice@contoso.example", DIALOGS, 600)
    });
    lab.run(Duration::from_secs(1));
    let now = lab.now();
    lab.phones[alice].agent.refresh(now, watching, 0).unwrap();
    lab.run(Duration::from_secs(1));
    let before = told(&lab, alice).len();
    let made = call(&mut lab, alice, "bob");
    assert!(lab.invited(bob).is_some());
    let now = lab.now();
    lab.phones[alice].agent.cancel(now, made);
    lab.run(Duration::from_secs(1));
    assert_eq!(told(&lab, alice).len(), before);
}
