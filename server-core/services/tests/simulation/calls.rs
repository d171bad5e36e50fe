//! Calls of two parties, and what policies make of them.

use std::time::Duration;

use plenum_services::JournalEvent;
use plenum_sip::agent::Event;
use plenum_sip::testkit::Conditions;
use serde_json::json;

use super::lab::{AUDIO, FILE, Lab, SHARING, VIDEO};

#[test]
fn a_call_is_set_up_and_ended_through_the_server() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
    lab.ladder();
    let call = lab.start(alice, |agent, now| {
        agent.invite(now, "bob@contoso.example", AUDIO)
    });
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.answer_to(alice, call).unwrap().0, 200);
    lab.run(Duration::from_secs(30));
    assert_eq!(
        lab.ask(alice, |agent, now| agent.hang_up(now, call).unwrap()).0,
        200
    );
    assert_eq!(
        lab.ladder(),
        "0 → INVITE bob\n0 ← 407\n0 → ACK bob\n0 → INVITE bob\n1 ← INVITE bob\n1 → 180\n1 → 200\n0 ← 180\n0 ← 200\n\
         0 → ACK bob\n1 ← ACK bob\n0 → BYE bob\n1 ← BYE bob\n1 → 200\n0 ← 200"
    );
    let ended = |event: &JournalEvent| {
        matches!(
            event,
            JournalEvent::CallEnded {
                status: 200,
                seconds: 30..=31,
                ..
            }
        )
    };
    assert!(lab.server.journal.iter().any(ended), "{:?}", lab.server.journal);
}

#[test]
fn who_registered_is_called_and_a_call_goes_on_when_the_server_starts_again() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
    let invite = |lab: &mut Lab| {
        lab.start(alice, |agent, now| {
            agent.invite(now, "bob@contoso.example", AUDIO)
        })
    };
    let before = invite(&mut lab);
    lab.run(Duration::from_secs(40));
    assert_eq!(lab.answer_to(alice, before).unwrap().0, 200);
    lab.restart();
    lab.ladder();
    assert_eq!(
        lab.ask(alice, |agent, now| agent.hang_up(now, before).unwrap()).0,
        200
    );
    assert_eq!(lab.ladder(), "0 → BYE bob\n1 ← BYE bob\n1 → 200\n0 ← 200");
    let after = invite(&mut lab);
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.answer_to(alice, after).unwrap().0, 200);
}

#[test]
fn a_registration_ends_in_time_although_the_server_was_down() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
    for (down, status) in [(60, 200), (3600, 480)] {
        lab.restart_after(Duration::from_secs(down));
        let called = lab.ask(alice, |agent, now| {
            agent.invite(now, "bob@contoso.example", AUDIO)
        });
        assert_eq!(called.0, status);
    }
    assert_eq!(lab.kept(), 0, "what ended meanwhile is not kept any longer");
}

#[test]
fn the_called_party_can_end_it_as_well() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
    lab.start(alice, |agent, now| {
        agent.invite(now, "bob@contoso.example", AUDIO)
    });
    lab.run(Duration::from_secs(1));
    let call = lab.invited(bob).unwrap();
    assert_eq!(
        lab.ask(bob, |agent, now| agent.hang_up(now, call).unwrap()).0,
        200
    );
    assert!(lab.was_told(alice, |event| matches!(event, Event::Ended { .. })));
}

#[test]
fn all_phones_ring_and_the_first_to_answer_has_the_call() {
    let mut lab = Lab::new(json!({}));
    let (alice, desk, mobile) = (lab.signed_in("alice"), lab.signed_in("bob"), lab.signed_in("bob"));
    let call = lab.start(alice, |agent, now| {
        agent.invite(now, "bob@contoso.example", AUDIO)
    });
    lab.run(Duration::from_secs(2));
    let at_mobile = lab.invited(mobile).unwrap();
    assert!(lab.invited(desk).is_some());
    let now = lab.now();
    lab.phones[mobile].agent.answer(now, at_mobile, AUDIO);
    lab.run(Duration::from_secs(2));
    assert_eq!(lab.answer_to(alice, call).unwrap().0, 200);
    assert!(lab.was_told(desk, |event| matches!(event, Event::Ended { .. })));
    assert!(lab.was_told(mobile, |event| matches!(event, Event::Confirmed { .. })));
}

#[test]
fn a_call_that_is_given_up_stops_ringing() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    let call = lab.start(alice, |agent, now| {
        agent.invite(now, "bob@contoso.example", AUDIO)
    });
    lab.run(Duration::from_secs(2));
    let now = lab.now();
    lab.phones[alice].agent.cancel(now, call);
    lab.run(Duration::from_secs(2));
    assert_eq!(lab.answer_to(alice, call).unwrap().0, 487);
    assert!(lab.was_told(bob, |event| matches!(event, Event::Ended { .. })));
}

#[test]
fn a_busy_phone_is_busy_and_a_dead_one_does_not_answer() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    let call = lab.start(alice, |agent, now| {
        agent.invite(now, "bob@contoso.example", AUDIO)
    });
    lab.run(Duration::from_secs(1));
    let (now, at_bob) = (lab.now(), lab.invited(bob).unwrap());
    lab.phones[bob].agent.reject(now, at_bob, 486);
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.answer_to(alice, call).unwrap().0, 486);
    lab.phones[bob].is_on = false;
    let (status, diagnostics) = lab.ask(alice, |agent, now| {
        agent.invite(now, "bob@contoso.example", AUDIO)
    });
    assert_eq!(
        (status, diagnostics.contains("do not answer")),
        (480, true),
        "{diagnostics}"
    );
}

#[test]
fn what_a_policy_does_not_grant_is_refused_with_a_reason() {
    let no_video = json!({"CsConferencingPolicy": {"Tag:Sound": {"EnableP2PVideo": false}}});
    for (restricted, offer, status, code) in [
        ("alice", VIDEO, 403, "60022"),
        ("bob", VIDEO, 403, "60023"),
        ("alice", AUDIO, 200, ""),
        ("alice", b"".as_slice(), 488, "60029"),
    ] {
        let mut lab = Lab::new(no_video.clone());
        let user = lab
            .server
            .users
            .get_mut(&format!("{restricted}@contoso.example"))
            .unwrap();
        user.policies
            .insert("CsConferencingPolicy".to_owned(), "Sound".to_owned());
        let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
        lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
        let (found, diagnostics) = lab.ask(alice, |agent, now| {
            agent.invite(now, "bob@contoso.example", offer)
        });
        assert_eq!(found, status, "{restricted}: {diagnostics}");
        assert!(diagnostics.starts_with(code), "{restricted}: {diagnostics}");
        assert_eq!(lab.invited(bob).is_some(), status == 200);
    }
}

#[test]
fn a_file_passes_the_filter_or_is_refused() {
    let named = |name: &str| format!("v=0\r\nm=message 7 TCP/MSRP *\r\na=file-selector:name:\"{name}\"\r\n");
    for (filter, file, status, code) in [
        (json!({}), "report.pdf", 200, ""),
        (json!({}), "setup.exe", 403, "60040"),
        (json!({ "Enabled": false }), "setup.exe", 200, ""),
        (json!({ "Extensions": [".pdf"] }), "report.pdf", 403, "60040"),
        (json!({ "Action": "BlockAll" }), "report.txt", 403, "60040"),
    ] {
        let mut lab = Lab::new(json!({"CsFileTransferFilterConfiguration": {"Global": filter.clone()}}));
        let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
        lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
        let offer = named(file);
        let (found, diagnostics) = lab.ask(alice, |agent, now| {
            agent.invite(now, "bob@contoso.example", offer.as_bytes())
        });
        assert_eq!(
            (found, diagnostics.starts_with(code)),
            (status, true),
            "{filter} {file}: {diagnostics}"
        );
    }
}

#[test]
fn files_and_screens_need_their_policies() {
    let policy = json!({"CsConferencingPolicy": {"Tag:Plain": {
        "EnableP2PFileTransfer": false, "EnableAppDesktopSharing": "None"
    }}});
    for (restricted, offer, status, code) in [
        ("alice", FILE, 403, "60024"),
        ("bob", FILE, 403, "60025"),
        ("alice", SHARING, 403, "60026"),
        // Who only looks at a screen needs no right to share one.
        ("bob", SHARING, 200, ""),
    ] {
        let mut lab = Lab::new(policy.clone());
        let user = lab
            .server
            .users
            .get_mut(&format!("{restricted}@contoso.example"))
            .unwrap();
        user.policies
            .insert("CsConferencingPolicy".to_owned(), "Plain".to_owned());
        let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
        lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
        let (found, diagnostics) = lab.ask(alice, |agent, now| {
            agent.invite(now, "bob@contoso.example", offer)
        });
        assert_eq!(
            (found, diagnostics.starts_with(code)),
            (status, true),
            "{restricted}: {diagnostics}"
        );
    }
}

#[test]
fn an_account_without_audio_and_video_neither_calls_nor_is_called() {
    for (disabled, code) in [("alice", "60020"), ("bob", "60021")] {
        let mut lab = Lab::new(json!({}));
        lab.server
            .users
            .get_mut(&format!("{disabled}@contoso.example"))
            .unwrap()
            .audio_video_disabled = true;
        let (alice, _) = (lab.signed_in("alice"), lab.signed_in("bob"));
        let (status, diagnostics) = lab.ask(alice, |agent, now| {
            agent.invite(now, "bob@contoso.example", AUDIO)
        });
        assert_eq!(
            (status, diagnostics.starts_with(code)),
            (403, true),
            "{diagnostics}"
        );
    }
}

#[test]
fn a_new_revision_reaches_a_call_that_goes_on() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
    let call = lab.start(alice, |agent, now| {
        agent.invite(now, "bob@contoso.example", AUDIO)
    });
    lab.run(Duration::from_secs(1));

    let no_video = json!({"CsConferencingPolicy": {"Global": {"EnableP2PVideo": false}}});
    let now = lab.now();
    lab.server.publish(now, &super::lab::snapshot(2, no_video));
    lab.phones[alice].agent.reinvite(now, call, VIDEO).unwrap();
    lab.run(Duration::from_secs(1));
    assert_eq!(
        lab.answer_to(alice, call).unwrap().0,
        403,
        "video is not allowed any more"
    );
    let now = lab.now();
    lab.phones[alice].agent.reinvite(now, call, AUDIO).unwrap();
    lab.run(Duration::from_secs(1));
    assert_eq!(
        lab.answer_to(alice, call).unwrap().0,
        200,
        "the call itself goes on"
    );
    assert_eq!(
        lab.ask(alice, |agent, now| agent.hang_up(now, call).unwrap()).0,
        200
    );
}

#[test]
fn a_transfer_needs_the_voice_policy() {
    for (settings, status) in [
        (json!({}), 202),
        (
            json!({"CsVoicePolicy": {"Global": {"EnableCallTransfer": false}}}),
            403,
        ),
    ] {
        let mut lab = Lab::new(settings);
        let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
        lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
        let call = lab.start(alice, |agent, now| {
            agent.invite(now, "bob@contoso.example", AUDIO)
        });
        lab.run(Duration::from_secs(1));
        let found = lab.ask(alice, |agent, now| {
            agent.refer(now, call, "carol@contoso.example").unwrap()
        });
        assert_eq!(found.0, status, "{}", found.1);
    }
}

#[test]
fn a_redirection_needs_the_voice_policy_of_who_redirects() {
    for (settings, status) in [
        (json!({}), 302),
        (
            json!({"CsVoicePolicy": {"Global": {"AllowCallForwarding": false}}}),
            480,
        ),
    ] {
        let mut lab = Lab::new(settings);
        let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
        let call = lab.start(alice, |agent, now| {
            agent.invite(now, "bob@contoso.example", AUDIO)
        });
        lab.run(Duration::from_secs(1));
        let (now, at_bob) = (lab.now(), lab.invited(bob).unwrap());
        lab.phones[bob]
            .agent
            .redirect(now, at_bob, "carol@contoso.example");
        lab.run(Duration::from_secs(1));
        assert_eq!(lab.answer_to(alice, call).unwrap().0, status);
    }
}

#[test]
fn on_a_bad_network_every_call_stands_and_ends() {
    for seed in 0..20 {
        let mut lab = Lab::on(json!({}), Conditions::GOOD, seed);
        let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
        lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
        lab.network.set_conditions(Conditions::BAD);
        let (status, _) = lab.ask(alice, |agent, now| {
            agent.invite(now, "bob@contoso.example", AUDIO)
        });
        assert_eq!(status, 200, "seed {seed}");
    }
}
