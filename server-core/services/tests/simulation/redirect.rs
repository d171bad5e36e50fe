//! Redirections that the server follows (RFC 3261 §16.5).

use std::time::Duration;

use plenum_services::JournalEvent;
use plenum_sip::agent::{Event, Handle};
use serde_json::json;

use super::lab::{AUDIO, Lab, snapshot_with};

fn lab(settings: serde_json::Value) -> (Lab, usize, usize, usize) {
    let mut lab = Lab::new(json!({}));
    let now = lab.now();
    let follows = json!({"followRedirections": true});
    lab.server.publish(now, &snapshot_with(2, settings, follows));
    let phones = ["alice", "bob", "carol"].map(|name| lab.signed_in(name));
    (lab, phones[0], phones[1], phones[2])
}

fn call_bob(lab: &mut Lab, alice: usize, bob: usize, to: &str) -> Handle {
    let call = lab.start(alice, |agent, now| {
        agent.invite(now, "bob@contoso.example", AUDIO)
    });
    lab.run(Duration::from_secs(1));
    let (invited, now) = (lab.invited(bob).unwrap(), lab.now());
    lab.phones[bob].agent.redirect(now, invited, to);
    lab.run(Duration::from_secs(1));
    call
}

#[test]
fn a_call_is_sent_on_and_goes_on_like_any_other() {
    let (mut lab, alice, bob, carol) = lab(json!({}));
    lab.phones[carol].agent.set_auto_answer(Some(AUDIO.to_vec()));
    let call = call_bob(&mut lab, alice, bob, "carol@contoso.example");
    assert_eq!(lab.answer_to(alice, call).unwrap().0, 200);
    lab.run(Duration::from_secs(1));
    assert_eq!(
        lab.ask(alice, |agent, now| agent.hang_up(now, call).unwrap()).0,
        200
    );
    assert!(lab.was_told(carol, |event| matches!(event, Event::Ended { .. })));
    let with_carol = |event: &JournalEvent| matches!(event, JournalEvent::CallEnded { to, status: 200, .. } if to == "carol@contoso.example");
    assert!(
        lab.server.journal.iter().any(with_carol),
        "{:?}",
        lab.server.journal
    );
}

#[test]
fn what_leads_elsewhere_or_to_nobody_is_passed_back() {
    for to in [
        "dave@fabrikam.example",
        "nobody@contoso.example",
        "bob@contoso.example",
    ] {
        let (mut lab, alice, bob, _) = lab(json!({}));
        let call = call_bob(&mut lab, alice, bob, to);
        assert_eq!(lab.answer_to(alice, call).unwrap().0, 302, "{to}");
    }
}

#[test]
fn the_policies_of_whom_a_call_is_sent_to_apply() {
    let no_audio = json!({});
    let (mut lab, alice, bob, carol) = lab(no_audio);
    lab.change_user("carol", |user| user.audio_video_disabled = true);
    let call = call_bob(&mut lab, alice, bob, "carol@contoso.example");
    assert_eq!(lab.answer_to(alice, call).unwrap().0, 302);
    assert!(lab.invited(carol).is_none());
}

#[test]
fn two_phones_that_redirect_to_each_other_come_to_an_end() {
    let (mut lab, alice, bob, carol) = lab(json!({}));
    let call = call_bob(&mut lab, alice, bob, "carol@contoso.example");
    let (invited, now) = (lab.invited(carol).unwrap(), lab.now());
    lab.phones[carol]
        .agent
        .redirect(now, invited, "bob@contoso.example");
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.answer_to(alice, call).unwrap().0, 302);
}

#[test]
fn a_call_is_sent_on_to_one_endpoint_alone() {
    let (mut lab, alice, bob, carol) = lab(json!({}));
    let other = lab.signed_in("carol");
    let endpoint = "carol@contoso.example;gr=urn:uuid:00000000-0000-0000-0000-000000000002";
    lab.phones[carol].agent.set_auto_answer(Some(AUDIO.to_vec()));
    let call = call_bob(&mut lab, alice, bob, endpoint);
    assert_eq!(lab.answer_to(alice, call).unwrap().0, 200);
    assert!(lab.invited(carol).is_some() && lab.invited(other).is_none());
}
