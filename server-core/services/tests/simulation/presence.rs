//! Presence: published, watched, ended.

use std::time::Duration;

use serde_json::json;

use super::lab::Lab;

const OPEN: &str = "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:alice@contoso.example\"><tuple id=\"a\">\
                    <status><basic>open</basic></status><note>At my desk</note></tuple></presence>";

#[test]
fn a_watcher_sees_offline_then_what_is_published_then_offline_again() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.ladder();
    let watch = lab.start(bob, |agent, now| {
        agent.subscribe(now, "alice@contoso.example", 600)
    });
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.answer_to(bob, watch).unwrap().0, 200);
    assert_eq!(
        lab.ladder(),
        "1 → SUBSCRIBE alice\n1 ← 407\n1 → SUBSCRIBE alice\n1 ← 200\n1 ← NOTIFY bob\n1 → 200"
    );
    let (state, body) = lab.notified(bob).unwrap();
    assert!(
        state.starts_with("active;expires=") && body.contains("<basic>closed</basic>"),
        "{state} {body}"
    );

    assert_eq!(lab.ask(alice, |agent, now| agent.publish(now, OPEN, 600)).0, 200);
    lab.run(Duration::from_secs(1));
    assert!(lab.notified(bob).unwrap().1.contains("At my desk"));

    lab.run(Duration::from_secs(500));
    lab.start(bob, |agent, now| agent.refresh(now, watch, 600).unwrap());
    lab.run(Duration::from_secs(101));
    assert!(
        lab.notified(bob).unwrap().1.contains("<basic>closed</basic>"),
        "the publication has ended"
    );

    lab.start(bob, |agent, now| agent.refresh(now, watch, 0).unwrap());
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.notified(bob).unwrap().0, "terminated;reason=timeout");
}

#[test]
fn a_subscription_that_is_not_refreshed_ends_with_a_word() {
    let mut lab = Lab::new(json!({}));
    let bob = lab.signed_in("bob");
    lab.start(bob, |agent, now| {
        agent.subscribe(now, "alice@contoso.example", 60)
    });
    lab.run(Duration::from_secs(62));
    assert_eq!(lab.notified(bob).unwrap().0, "terminated;reason=timeout");
}

#[test]
fn nobody_publishes_for_somebody_else_or_with_an_old_tag() {
    let mut lab = Lab::new(json!({}));
    let alice = lab.signed_in("alice");
    assert_eq!(
        lab.ask(alice, |agent, now| agent.publish(now, "no xml", 600)).0,
        400
    );
    assert_eq!(lab.ask(alice, |agent, now| agent.publish(now, OPEN, 600)).0, 200);
    lab.run(Duration::from_secs(700));
    assert_eq!(lab.ask(alice, |agent, now| agent.publish(now, OPEN, 600)).0, 412);
}

#[test]
fn sessions_show_the_availability() {
    let mut lab = Lab::new(json!({}));
    let alice = lab.signed_in("alice");
    lab.ask(alice, |agent, now| agent.publish(now, OPEN, 600));
    let request = plenum_admin::Request::Sessions {
        user: Some("sip:Alice@contoso.example".to_owned()),
    };
    let plenum_admin::Answer::Sessions(sessions) = lab.admin(request) else {
        panic!("not sessions")
    };
    assert_eq!(sessions[0].availability.as_deref(), Some("Available"));
}

#[test]
fn a_user_who_is_deleted_is_no_longer_there_to_watch() {
    let mut lab = Lab::new(json!({}));
    let (_, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.start(bob, |agent, now| {
        agent.subscribe(now, "alice@contoso.example", 600)
    });
    lab.run(Duration::from_secs(1));
    lab.change_user("alice", |user| user.enabled = false);
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.notified(bob).unwrap().0, "terminated;reason=noresource");
}

#[test]
fn a_watch_and_a_publication_outlive_the_server() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.ask(alice, |agent, now| agent.publish(now, OPEN, 3600));
    let watch = lab.start(bob, |agent, now| {
        agent.subscribe(now, "alice@contoso.example", 3600)
    });
    lab.run(Duration::from_secs(1));
    for (round, place) in ["At lunch", "In the train"].into_iter().enumerate() {
        lab.restart_after(Duration::from_secs(60));
        lab.ladder();
        let moved = OPEN.replace("At my desk", place);
        let answer = lab.ask(alice, |agent, now| agent.publish(now, &moved, 3600));
        assert_eq!(answer.0, 200, "the entity-tag is still good, round {round}");
        lab.run(Duration::from_secs(1));
        assert_eq!(
            lab.ladder(),
            "0 → PUBLISH alice\n0 ← 407\n0 → PUBLISH alice\n0 ← 200\n1 ← NOTIFY bob\n1 → 200",
            "in the old dialog, above its last CSeq"
        );
        assert!(lab.notified(bob).unwrap().1.contains(place));
    }
    let again = lab.start(bob, |agent, now| agent.refresh(now, watch, 3600).unwrap());
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.answer_to(bob, again).unwrap().0, 200);
}

#[test]
fn what_ends_while_the_server_is_down_has_ended_when_it_starts() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.ask(alice, |agent, now| agent.publish(now, OPEN, 600));
    lab.start(bob, |agent, now| {
        agent.subscribe(now, "alice@contoso.example", 3600)
    });
    lab.run(Duration::from_secs(1));
    lab.restart_after(Duration::from_secs(700));
    lab.run(Duration::from_secs(1));
    let (state, body) = lab.notified(bob).unwrap();
    assert!(
        state.starts_with("active;") && body.contains("<basic>closed</basic>"),
        "{state} {body}"
    );
    assert_eq!(lab.kept_presence(), (1, 0));
    lab.restart_after(Duration::from_secs(3600));
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.kept_presence(), (0, 0));
}

#[test]
fn who_watches_the_watchers_is_told_all_of_them_after_a_restart() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    let package = ("presence.winfo", "application/watcherinfo+xml");
    lab.start(alice, |agent, now| {
        agent.watch(now, "alice@contoso.example", package, 3600)
    });
    lab.start(bob, |agent, now| {
        agent.subscribe(now, "alice@contoso.example", 3600)
    });
    lab.run(Duration::from_secs(1));
    let version = |lab: &mut Lab| {
        let body = lab.notified(alice).unwrap().1;
        assert!(body.contains(">sip:bob@contoso.example<"), "{body}");
        let (_, rest) = body.split_once("watcherinfo\" version=\"").unwrap();
        rest.split('"').next().unwrap().parse::<u32>().unwrap()
    };
    let before = version(&mut lab);
    lab.restart();
    lab.run(Duration::from_secs(1));
    assert!(version(&mut lab) > before);
}
