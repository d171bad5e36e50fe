//! Signing in and out.

use std::time::Duration;

use plenum_services::{JournalEvent, SignOutReason};
use plenum_sip::Method;
use serde_json::json;

use super::lab::Lab;

#[test]
fn a_phone_signs_in_with_digest_and_out_again() {
    let mut lab = Lab::new(json!({}));
    let alice = lab.phone("alice");
    assert_eq!(lab.ask(alice, |agent, now| agent.register(now, 600)).0, 200);
    assert_eq!(
        lab.ladder(),
        "0 → REGISTER alice\n0 ← 401\n0 → REGISTER alice\n0 ← 200"
    );
    let plenum_admin::Answer::Sessions(sessions) = lab.admin(plenum_admin::Request::Sessions { user: None })
    else {
        panic!("not sessions");
    };
    assert_eq!(
        (sessions.len(), &*sessions[0].user, sessions[0].expires_in),
        (1, "alice@contoso.example", 600)
    );
    assert_eq!(sessions[0].user_agent, "Simulated/1.0");

    assert_eq!(lab.ask(alice, |agent, now| agent.register(now, 0)).0, 200);
    let plenum_admin::Answer::Sessions(sessions) = lab.admin(plenum_admin::Request::Sessions { user: None })
    else {
        panic!("not sessions");
    };
    assert!(sessions.is_empty());
}

#[test]
fn a_wrong_password_is_challenged_again_and_then_locked_out() {
    let mut lab = Lab::new(json!({}));
    let thief = lab.phone_with("alice", "guess");
    for _ in 0..8 {
        assert_eq!(lab.ask(thief, |agent, now| agent.register(now, 600)).0, 401);
    }
    let (status, diagnostics) = lab.ask(thief, |agent, now| agent.register(now, 600));
    assert_eq!(status, 403, "{diagnostics}");
    assert!(
        lab.server
            .journal
            .iter()
            .any(|event| matches!(event, JournalEvent::LockedOut { .. }))
    );
    // From elsewhere the user still gets in.
    lab.signed_in("alice");
}

#[test]
fn who_may_not_sign_in_is_told_why() {
    let mut lab = Lab::new(json!({}));
    lab.server.users.get_mut("bob@contoso.example").unwrap().enabled = false;
    lab.server
        .users
        .get_mut("carol@contoso.example")
        .unwrap()
        .registrar_pool = "fe2.contoso.example".to_owned();
    for (name, status, code) in [
        ("mallory", 404, "1003"),
        ("bob", 403, "4005"),
        ("carol", 301, "4006"),
    ] {
        let phone = lab.phone(name);
        let (found, diagnostics) = lab.ask(phone, |agent, now| agent.register(now, 600));
        assert_eq!(found, status, "{name}");
        assert!(
            diagnostics.starts_with(&format!("{code};source=\"fe1.contoso.example\";reason=")),
            "{diagnostics}"
        );
    }
}

#[test]
fn nobody_signs_in_as_somebody_else() {
    let mut lab = Lab::new(json!({}));
    let phone = lab.phone("alice");
    lab.server
        .passwords
        .insert("alice".to_owned(), "other".to_owned());
    assert_eq!(lab.ask(phone, |agent, now| agent.register(now, 600)).0, 401);
    // The right password of another account does not help.
    lab.server.passwords.remove("alice");
    let (status, diagnostics) = lab.ask(phone, |agent, now| agent.register(now, 600));
    assert!(
        status == 401 || (status == 403 && diagnostics.starts_with("4004")),
        "{status} {diagnostics}"
    );
}

#[test]
fn a_registration_that_is_not_refreshed_ends() {
    let mut lab = Lab::new(json!({}));
    let alice = lab.signed_in("alice");
    lab.phones[alice].is_on = false;
    lab.run(Duration::from_secs(599));
    assert!(
        !lab.server
            .journal
            .iter()
            .any(|event| matches!(event, JournalEvent::SignedOut { .. }))
    );
    lab.run(Duration::from_secs(2));
    let expired = |event: &JournalEvent| matches!(event, JournalEvent::SignedOut { reason: SignOutReason::Expired, user, .. } if user == "alice@contoso.example");
    assert!(lab.server.journal.iter().any(expired));
}

#[test]
fn limits_of_the_registrar_configuration_hold() {
    let mut lab = Lab::new(json!({
        "CsRegistrarConfiguration": {"Global": {"MinEndpointExpiration": 300, "MaxEndpointsPerUser": 1}}
    }));
    let first = lab.phone("alice");
    assert_eq!(lab.ask(first, |agent, now| agent.register(now, 60)).0, 423);
    assert_eq!(lab.ask(first, |agent, now| agent.register(now, 600)).0, 200);
    // The second endpoint takes the place of the first.
    lab.signed_in("alice");
    let replaced = |event: &JournalEvent| {
        matches!(
            event,
            JournalEvent::SignedOut {
                reason: SignOutReason::Replaced,
                ..
            }
        )
    };
    assert!(lab.server.journal.iter().any(replaced));
}

#[test]
fn a_user_who_is_disabled_is_signed_out_at_once() {
    let mut lab = Lab::new(json!({}));
    lab.signed_in("alice");
    lab.change_user("alice", |user| user.enabled = false);
    let ended = |event: &JournalEvent| {
        matches!(
            event,
            JournalEvent::SignedOut {
                reason: SignOutReason::UserChanged,
                ..
            }
        )
    };
    assert!(lab.server.journal.iter().any(ended));
}

#[test]
fn a_store_that_does_not_answer_is_not_the_users_fault() {
    let mut lab = Lab::new(json!({}));
    lab.server.store_is_up = false;
    let alice = lab.phone("alice");
    let (status, diagnostics) = lab.ask(alice, |agent, now| agent.register(now, 600));
    assert_eq!((status, diagnostics.starts_with("1007")), (503, true));
    lab.server.store_is_up = true;
    lab.run(Duration::from_secs(3));
    assert_eq!(lab.ask(alice, |agent, now| agent.register(now, 600)).0, 200);
}

#[test]
fn keys_and_records_are_asked_once_until_they_change() {
    let mut lab = Lab::new(json!({}));
    let alice = lab.signed_in("alice");
    let asked = lab.server.asked.len();
    assert_eq!(lab.ask(alice, |agent, now| agent.register(now, 600)).0, 200);
    assert_eq!(lab.server.asked.len(), asked);
    let now = lab.now();
    lab.server.users_changed(now, None);
    assert_eq!(lab.ask(alice, |agent, now| agent.register(now, 600)).0, 200);
    assert!(lab.server.asked.len() > asked);
}

#[test]
fn a_liveness_probe_needs_no_user() {
    let mut lab = Lab::new(json!({}));
    let anybody = lab.phone("nobody");
    assert_eq!(
        lab.ask(anybody, |agent, now| agent.request(
            now,
            Method::Options,
            "sip:contoso.example"
        ))
        .0,
        200
    );
}
