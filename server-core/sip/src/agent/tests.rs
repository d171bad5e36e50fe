//! Two agents, back to back: each takes the other for its server.

use std::time::Duration;

use super::*;
use crate::testkit::{flow, origin};

fn agent(name: &str, flow: Flow, seed: u8) -> Agent {
    let account = Account {
        address: format!("{name}@contoso.example"),
        username: name.to_owned(),
        password: "secret".to_owned(),
        user_agent: "test".to_owned(),
        instance: None,
    };
    Agent::new(account, flow, &Secret::new([seed; 16]))
}

/// Carries messages between the two until both are quiet; returns what each was told.
fn settle(now: Instant, alice: &mut Agent, bob: &mut Agent) -> (Vec<Event>, Vec<Event>) {
    let (mut told_alice, mut told_bob) = (Vec::new(), Vec::new());
    loop {
        let (from_alice, from_bob) = (alice.poll(), bob.poll());
        if from_alice.is_none() && from_bob.is_none() {
            return (told_alice, told_bob);
        }
        match from_alice {
            Some(Output::Send { bytes, .. }) => bob.receive(now, bob.flow, &bytes),
            Some(Output::Event(event)) => told_alice.push(event),
            None => {}
        }
        match from_bob {
            Some(Output::Send { bytes, .. }) => alice.receive(now, alice.flow, &bytes),
            Some(Output::Event(event)) => told_bob.push(event),
            None => {}
        }
    }
}

fn pair() -> (Instant, Agent, Agent) {
    let alice = agent("alice", flow("1:5060", "2:5060"), 1);
    let bob = agent("bob", flow("2:5060", "1:5060"), 2);
    (origin(), alice, bob)
}

#[test]
fn a_call_is_set_up_changed_and_ended() {
    let (now, mut alice, mut bob) = pair();
    bob.set_auto_answer(Some(b"v=0\r\n".to_vec()));
    let call = alice.invite(now, "bob@contoso.example", b"v=0\r\n");
    let (told_alice, told_bob) = settle(now, &mut alice, &mut bob);
    assert!(
        told_alice
            .iter()
            .any(|event| matches!(event, Event::Answered { handle, status: 200, .. } if *handle == call))
    );
    assert!(
        told_bob
            .iter()
            .any(|event| matches!(event, Event::Confirmed { .. }))
    );
    alice.reinvite(now, call, b"v=0\r\ns=x\r\n").unwrap();
    let (_, told_bob) = settle(now, &mut alice, &mut bob);
    assert!(
        told_bob
            .iter()
            .any(|event| matches!(event, Event::Reinvited { .. }))
    );
    let bye = alice.hang_up(now, call).unwrap();
    let (told_alice, told_bob) = settle(now, &mut alice, &mut bob);
    assert!(
        told_alice
            .iter()
            .any(|event| matches!(event, Event::Answered { handle, status: 200, .. } if *handle == bye))
    );
    assert!(told_bob.iter().any(|event| matches!(event, Event::Ended { .. })));
}

#[test]
fn a_call_that_rings_is_cancelled() {
    let (now, mut alice, mut bob) = pair();
    let call = alice.invite(now, "bob@contoso.example", b"v=0\r\n");
    settle(now, &mut alice, &mut bob);
    alice.cancel(now, call);
    let (told_alice, told_bob) = settle(now, &mut alice, &mut bob);
    assert!(
        told_alice
            .iter()
            .any(|event| matches!(event, Event::Answered { status: 487, .. }))
    );
    assert!(told_bob.iter().any(|event| matches!(event, Event::Ended { .. })));
}

#[test]
fn nobody_there_is_a_timeout() {
    let (now, mut alice, _) = pair();
    let handle = alice.message(now, "bob@contoso.example", "hello");
    while let Some(deadline) = alice.deadline().filter(|at| *at < now + Duration::from_secs(60)) {
        alice.wake(deadline);
    }
    let mut told = std::iter::from_fn(|| alice.poll());
    assert!(told.any(|output| matches!(output, Output::Event(Event::Answered { handle: it, status: 408, .. }) if it == handle)));
}
