//! Messages, and what keeps them from strangers.

use plenum_services::JournalEvent;
use plenum_sip::testkit::Conditions;
use serde_json::json;

use super::lab::Lab;

#[test]
fn a_message_goes_through_with_the_senders_proved_name() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.ladder();
    assert_eq!(
        lab.ask(alice, |agent, now| agent.message(
            now,
            "bob@contoso.example",
            "hello"
        ))
        .0,
        200
    );
    assert_eq!(
        lab.ladder(),
        "0 → MESSAGE bob\n0 ← 407\n0 → MESSAGE bob\n1 ← MESSAGE bob\n1 → 200\n0 ← 200"
    );
    assert_eq!(
        lab.messages(bob),
        [("alice@contoso.example".to_owned(), "hello".to_owned())]
    );
}

#[test]
fn a_message_reaches_every_endpoint() {
    let mut lab = Lab::new(json!({}));
    let (alice, desk, mobile) = (lab.signed_in("alice"), lab.signed_in("bob"), lab.signed_in("bob"));
    assert_eq!(
        lab.ask(alice, |agent, now| agent.message(
            now,
            "bob@contoso.example",
            "hello"
        ))
        .0,
        200
    );
    assert_eq!((lab.messages(desk).len(), lab.messages(mobile).len()), (1, 1));
}

#[test]
fn who_cannot_get_a_message_is_named() {
    let mut lab = Lab::new(json!({"CsBlockedDomain": {"evil.example": {"Domain": "evil.example"}}}));
    let alice = lab.signed_in("alice");
    for (to, status, code) in [
        ("bob@contoso.example", 480, "13004"),
        ("mallory@contoso.example", 404, "1003"),
        ("eve@evil.example", 403, "60010"),
        ("frank@fabrikam.example", 403, "1012"),
    ] {
        let (found, diagnostics) = lab.ask(alice, |agent, now| agent.message(now, to, "hello"));
        assert_eq!(found, status, "{to}");
        assert!(
            diagnostics.starts_with(&format!("{code};")),
            "{to}: {diagnostics}"
        );
    }
    assert!(
        lab.server
            .journal
            .iter()
            .any(|event| matches!(event, JournalEvent::Refused { code: 60010, .. }))
    );
}

#[test]
fn the_federation_gate_opens_in_three_steps() {
    let to = "frank@fabrikam.example";
    let edge = json!({"Global": {"AllowFederatedUsers": true}});
    let policy = json!({"Global": {"EnableFederationAccess": true}});
    let list = json!({"fabrikam.example": {"Domain": "fabrikam.example"}});
    for (settings, code) in [
        (json!({}), "1012"),
        (json!({"CsAccessEdgeConfiguration": edge}), "1002"),
        (
            json!({"CsAccessEdgeConfiguration": edge, "CsExternalAccessPolicy": policy}),
            "1005",
        ),
        (
            json!({"CsAccessEdgeConfiguration": edge, "CsExternalAccessPolicy": policy, "CsAllowedDomain": list}),
            "1005;source=\"fe1.contoso.example\";reason=\"Routing to federated domains is not built",
        ),
    ] {
        let mut lab = Lab::new(settings);
        let alice = lab.signed_in("alice");
        let (_, diagnostics) = lab.ask(alice, |agent, now| agent.message(now, to, "hello"));
        assert!(diagnostics.starts_with(code), "{diagnostics}");
    }
}

#[test]
fn nobody_sends_without_proof() {
    let mut lab = Lab::new(json!({}));
    let bob = lab.signed_in("bob");
    let thief = lab.phone_with("alice", "guess");
    assert_eq!(
        lab.ask(thief, |agent, now| agent.message(
            now,
            "bob@contoso.example",
            "hello"
        ))
        .0,
        407
    );
    assert!(lab.messages(bob).is_empty());
}

#[test]
fn a_number_is_its_owners_and_nobody_elses() {
    let mut lab = Lab::new(json!({}));
    lab.server.users.get_mut("bob@contoso.example").unwrap().line_uri = Some("tel:+14255550100".to_owned());
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    assert_eq!(
        lab.ask(alice, |agent, now| agent.message(
            now,
            "+14255550100@contoso.example",
            "hi"
        ))
        .0,
        200
    );
    assert_eq!(lab.messages(bob).len(), 1);
    let (status, diagnostics) = lab.ask(alice, |agent, now| {
        agent.message(now, "+14255550199@contoso.example", "hi")
    });
    assert_eq!(
        (status, diagnostics.starts_with("12001")),
        (403, true),
        "{diagnostics}"
    );
}

#[test]
fn on_a_bad_network_every_message_arrives_once() {
    for seed in 0..20 {
        let mut lab = Lab::on(json!({}), Conditions::GOOD, seed);
        let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
        lab.network.set_conditions(Conditions::BAD);
        for number in 0..5 {
            let text = number.to_string();
            assert_eq!(
                lab.ask(alice, |agent, now| agent.message(
                    now,
                    "bob@contoso.example",
                    &text
                ))
                .0,
                200,
                "{seed}"
            );
        }
        let texts: Vec<String> = lab.messages(bob).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["0", "1", "2", "3", "4"], "seed {seed}");
    }
}
