//! Two baresip phones, one over TLS and one over UDP: they sign in, see each other, write and talk.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::io;
use std::time::Duration;

use plenum_interop::deployment::Deployment;
use plenum_interop::peers::{let_it_go_on, until};
use plenum_interop::phone::{Phone, Via};
use plenum_interop::tone::{read_wav, share};

/// What Alice's phone plays, in hertz.
const ALICE_TONE: u32 = 440;
/// What Bob's phone plays.
const BOB_TONE: u32 = 660;
/// How long they talk.
const TALK: Duration = Duration::from_secs(3);
/// The least share of what is heard that must be the other's tone; µ-law and the first moments cost a little.
const AUDIBLE: f64 = 0.6;

#[test]
fn two_phones_sign_in_see_each_other_write_and_talk() -> io::Result<()> {
    let mut deployment = Deployment::new("phones")?;
    deployment.users(&["alice", "bob"])?;
    deployment.start()?;

    let mut alice = Phone::start(&deployment, "alice", Via::Tls, 14001, ALICE_TONE, &["bob"])?;
    alice.prints("200 OK")?;
    let mut bob = Phone::start(&deployment, "bob", Via::Udp, 14002, BOB_TONE, &["alice"])?;
    bob.prints("200 OK")?;
    let sessions = deployment
        .script("Get-CsUserSession | Sort-Object User | ForEach-Object { \"$($_.User) $($_.Transport)\" }")?;
    assert_eq!(
        sessions.lines().collect::<Vec<_>>(),
        ["sip:alice@contoso.example TLS", "sip:bob@contoso.example UDP"]
    );

    // Presence: each has the other as a contact; what one publishes the other is notified of.
    alice.prints("entity=\"sip:bob@contoso.example\"")?;
    bob.command("presence_offline", "")?;
    alice.prints("<basic>closed</basic>")?;

    alice.command("message", "sip:bob@contoso.example lunch?")?;
    bob.prints("lunch?")?;

    alice.command("dial", "sip:bob@contoso.example")?;
    bob.event("CALL_INCOMING")?;
    bob.command("accept", "")?;
    alice.event("CALL_ESTABLISHED")?;
    bob.event("CALL_ESTABLISHED")?;
    let_it_go_on(TALK);
    alice.command("hangup", "")?;
    bob.event("CALL_CLOSED")?;

    hears(&alice, BOB_TONE)?;
    hears(&bob, ALICE_TONE)?;
    deployment.stop()
}

fn hears(phone: &Phone, frequency: u32) -> io::Result<()> {
    let recording = until("the phone has written what it heard", || Ok(phone.heard()?.pop()))?;
    let (samples, rate) = read_wav(&recording)?;
    let found = share(&samples, rate, f64::from(frequency));
    assert!(
        samples.len() > 8000,
        "more than a second of sound: {} samples",
        samples.len()
    );
    assert!(
        found > AUDIBLE,
        "{frequency} Hz is {found:.2} of what {} holds",
        recording.display()
    );
    Ok(())
}
