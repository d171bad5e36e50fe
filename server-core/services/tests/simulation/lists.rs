//! Presence of many with one subscription (RFC 4662, RFC 5367).

use std::time::Duration;

use plenum_sip::agent::Event;
use plenum_sip::wire::HeaderName;
use serde_json::json;

use super::bench::{Bench, response};
use super::lab::Lab;
use super::pair::{Pair, header};

/// What a phone was told: version, whether all of it, and for each entry its state, with the note of its document.
fn told(lab: &Lab, phone: usize) -> Vec<String> {
    let document = |event: &Event| match event {
        Event::Notified { body, .. } => Some(summary(&String::from_utf8_lossy(body))),
        _ => None,
    };
    lab.phones[phone].told.iter().filter_map(document).collect()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}

fn summary(body: &str) -> String {
    let list = between(body, "<list ", "</list>").unwrap();
    let mut words = vec![format!(
        "{} {}",
        between(list, " version=\"", "\"").unwrap(),
        between(list, "fullState=\"", "\"").unwrap()
    )];
    for resource in list.split("<resource ").skip(1) {
        let user = between(resource, "sip:", "@").unwrap();
        let state = between(resource, "state=\"", "\"").unwrap_or("later");
        let part = between(resource, "cid=\"", "\"");
        let document = part.map(|id| between(body, &format!("Content-ID: <{id}>"), "</presence>").unwrap());
        let note = document.map(|text| between(text, "<note>", "</note>").unwrap_or("closed"));
        words.push(format!("{user} {}", note.unwrap_or(state)));
    }
    words.join(", ")
}

fn publish(lab: &mut Lab, phone: usize, name: &str, note: &str) {
    let document = format!(
        "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:{name}@contoso.example\"><tuple id=\"a\">\
         <status><basic>open</basic></status></tuple><note>{note}</note></presence>"
    );
    let (status, diagnostics) = lab.ask(phone, |agent, now| agent.publish(now, &document, 600));
    assert_eq!(status, 200, "{diagnostics}");
    lab.run(Duration::from_secs(1));
}

/// What the last notifications say together, entry by entry.
fn latest(told: &[String]) -> Vec<String> {
    let mut entries = std::collections::BTreeMap::new();
    for notification in told {
        for entry in notification.split(", ").skip(1) {
            let (user, state) = entry.split_once(' ').unwrap();
            entries.insert(user.to_owned(), state.to_owned());
        }
    }
    entries
        .into_iter()
        .map(|(user, state)| format!("{user} {state}"))
        .collect()
}

#[test]
fn one_subscription_tells_of_all_and_then_of_who_changed() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob, carol) = (
        lab.signed_in("alice"),
        lab.signed_in("bob"),
        lab.signed_in("carol"),
    );
    publish(&mut lab, bob, "bob", "busy");
    let everybody = [
        "bob@contoso.example",
        "carol@contoso.example",
        "nobody@contoso.example",
        "eve@fabrikam.example",
    ];
    assert_eq!(
        lab.ask(alice, |agent, now| agent.watch_list(now, &everybody, 600))
            .0,
        200
    );
    lab.run(Duration::from_secs(1));
    let first = ["bob busy", "carol closed", "eve terminated", "nobody terminated"];
    assert_eq!(latest(&told(&lab, alice)), first);
    assert!(
        told(&lab, alice)[0].starts_with("0 true, bob "),
        "{:?}",
        told(&lab, alice)
    );

    publish(&mut lab, carol, "carol", "at lunch");
    let last = told(&lab, alice).pop().unwrap();
    assert!(last.ends_with(" false, carol at lunch"), "{last}");
    assert_eq!(lab.server.figure("plenum_subscriptions"), 1.0);
}

#[test]
fn a_list_that_is_not_watched_any_more_is_told_of_no_more() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    let list = lab.start(alice, |agent, now| {
        agent.watch_list(now, &["bob@contoso.example"], 600)
    });
    lab.run(Duration::from_secs(1));
    let now = lab.now();
    lab.phones[alice].agent.refresh(now, list, 0).unwrap();
    lab.run(Duration::from_secs(1));
    let before = told(&lab, alice).len();
    publish(&mut lab, bob, "bob", "back");
    assert_eq!(told(&lab, alice).len(), before);
    assert_eq!(lab.server.figure("plenum_subscriptions"), 0.0);
}

const LIST: &str = "Content-Type: application/resource-lists+xml

    <resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"><list><entry uri=\"sip:x@contoso.example\"/></list></resource-lists>";

#[test]
fn what_cannot_be_a_list_here_is_refused_with_the_reason() {
    for (more, status, name, value) in [
        ("", 421, HeaderName::Require, "eventlist"),
        (
            "Supported: eventlist\nAccept: application/pidf+xml\n",
            406,
            HeaderName::Require,
            "",
        ),
        ("Supported: eventlist\n", 403, HeaderName::Require, ""),
        (
            "Supported: eventlist\nRequire: recipient-list-subscribe, x\n",
            420,
            HeaderName::Unsupported,
            "x",
        ),
    ] {
        let mut pair = Pair::new(Bench::new());
        let refused = response(&pair.ask("SUBSCRIBE", &format!("Event: presence\n{more}{LIST}")));
        assert_eq!(
            (refused.status(), header(&refused, name)),
            (status, value),
            "{more}"
        );
    }
}

#[test]
fn a_long_list_is_told_in_pieces_that_fit_into_datagrams() {
    let mut lab = Lab::new(json!({"CsPresencePolicy": {"Global": {"MaxCategorySubscription": 300}}}));
    let alice = lab.signed_in("alice");
    let names: Vec<String> = (0..200)
        .map(|number| format!("user{number:03}@contoso.example"))
        .collect();
    for name in &names {
        lab.server.add_user(name.split('@').next().unwrap());
    }
    let list: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(
        lab.ask(alice, |agent, now| agent.watch_list(now, &list, 600)).0,
        200
    );
    lab.run(Duration::from_secs(5));
    let told = told(&lab, alice);
    assert!(told.len() > 1, "{}", told.len());
    let latest = latest(&told);
    assert_eq!((latest.len(), &*latest[199]), (200, "user199 closed"));
    assert!(latest.iter().all(|entry| entry.ends_with("closed")), "{latest:?}");
    for event in &lab.phones[alice].told {
        if let Event::Notified { body, .. } = event {
            assert!(body.len() < 60_000, "{}", body.len());
        }
    }
}
