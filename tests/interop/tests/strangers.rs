//! Who sends datagrams to the running server and means no good: amplification, replayed credentials, guessed passwords,
//! floods.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::io;
use std::time::Duration;

use plenum_interop::deployment::{Deployment, SIP_PORT};
use plenum_interop::hand::{Hand, proof};
use plenum_interop::peers::until;
use plenum_sip::wire::{HeaderName, Method, Response};

const DOMAIN: &str = "sip:contoso.example";
const METHODS: [&str; 14] = [
    "REGISTER",
    "INVITE",
    "MESSAGE",
    "SUBSCRIBE",
    "PUBLISH",
    "OPTIONS",
    "NOTIFY",
    "REFER",
    "INFO",
    "UPDATE",
    "PRACK",
    "BYE",
    "CANCEL",
    "JUMP",
];
/// What a usual phone says besides.
const USUAL: &str = "User-Agent: Interop Phone 1.0\nAllow: INVITE, ACK, CANCEL, BYE, MESSAGE, NOTIFY\nSupported: path, gruu\n";
/// Longer than T1: whatever is sent again would be here.
const A_WHILE: Duration = Duration::from_millis(700);
/// Wrong passwords of a user from an address before the pair waits.
const GUESSES: usize = 8;

fn deployment(name: &str, users: &[&str]) -> io::Result<Deployment> {
    let mut deployment = Deployment::new(name)?;
    deployment.users(users)?;
    deployment.start()?;
    Ok(deployment)
}

/// An address of the loopback net that nobody else has.
fn another(deployment: &Deployment, number: u8) -> String {
    let (net, _) = deployment.address.rsplit_once('.').unwrap_or_default();
    format!("{net}.{number}")
}

fn hand(deployment: &Deployment, user: &str, from: &str) -> io::Result<Hand> {
    Hand::new(user, from, (&deployment.address, SIP_PORT))
}

fn register(hand: &mut Hand, more: &str) -> io::Result<Response> {
    let contact = format!("Contact: <sip:phone@{}>\n", hand.address()?);
    let request = hand.request("REGISTER", DOMAIN, &(contact + more))?;
    hand.ask(&request)
}

/// The Authorization for a challenge of REGISTER.
fn credentials(challenged: &Response, user: &str, password: &str, count: u32) -> String {
    proof(challenged, &Method::Register, DOMAIN, user, password, count)
}

fn is_stale(response: &Response) -> bool {
    let challenge = response.get_str(HeaderName::WwwAuthenticate);
    response.status() == 401 && challenge.is_some_and(|challenge| challenge.contains("stale=true"))
}

#[test]
fn no_stranger_is_answered_with_more_than_was_sent_nor_twice() -> io::Result<()> {
    let mut deployment = deployment("amplification", &["alice"])?;
    let mut hand = hand(&deployment, "alice", &another(&deployment, 200))?;
    let contact = format!("Contact: <sip:alice@{}>\n", hand.address()?);
    println!("bytes sent and answered:");
    for method in METHODS {
        let request = hand.request(method, DOMAIN, &format!("{contact}{USUAL}"))?;
        hand.send(request.as_bytes())?;
        let answer = hand
            .hear(Duration::from_secs(30))?
            .ok_or(io::ErrorKind::TimedOut)?;
        println!("  {method}: {} {}", request.len(), answer.len());
        assert!(
            answer.len() <= request.len(),
            "{}",
            String::from_utf8_lossy(&answer)
        );
        if method == "INVITE" {
            assert_eq!(hand.hear(A_WHILE)?, None, "an answer to a stranger is sent once");
        }
    }
    deployment.stop()
}

#[test]
fn credentials_are_good_once() -> io::Result<()> {
    let mut deployment = deployment("replay", &["alice"])?;
    let mut phone = hand(&deployment, "alice", &deployment.address)?;
    let challenged = register(&mut phone, "")?;
    assert_eq!(challenged.status(), 401);
    let first = credentials(&challenged, "alice", "alice-Passw0rd", 1);
    assert_eq!(register(&mut phone, &first)?.status(), 200);
    // Somebody has heard it and says the same.
    let mut thief = hand(&deployment, "alice", &another(&deployment, 201))?;
    assert!(is_stale(&register(&mut thief, &first)?));
    let second = credentials(&challenged, "alice", "alice-Passw0rd", 2);
    assert_eq!(register(&mut phone, &second)?.status(), 200);
    // A nonce is of one life of the server.
    deployment.stop()?;
    deployment.start()?;
    let third = credentials(&challenged, "alice", "alice-Passw0rd", 3);
    let mut phone = hand(&deployment, "alice", &deployment.address)?;
    let answer = register(&mut phone, &third)?;
    assert!(is_stale(&answer));
    let fresh = credentials(&answer, "alice", "alice-Passw0rd", 1);
    assert_eq!(register(&mut phone, &fresh)?.status(), 200);
    deployment.stop()
}

/// Guesses a password; the status.
fn guess(hand: &mut Hand, user: &str, password: &str) -> io::Result<u16> {
    let challenged = register(hand, "")?;
    if challenged.status() != 401 {
        return Ok(challenged.status());
    }
    let guess = credentials(&challenged, user, password, 1);
    Ok(register(hand, &guess)?.status())
}

#[test]
fn who_guesses_passwords_waits_alone_and_is_written_down() -> io::Result<()> {
    let mut deployment = deployment("guess", &["alice", "bob"])?;
    let thief_at = another(&deployment, 202);
    let mut thief = hand(&deployment, "alice", &thief_at)?;
    for number in 0..GUESSES {
        assert_eq!(guess(&mut thief, "alice", &format!("guess{number}"))?, 401);
    }
    // Even the right password does not help any more; at home it does.
    assert_eq!(guess(&mut thief, "alice", "alice-Passw0rd")?, 403);
    let mut alice = hand(&deployment, "alice", &deployment.address)?;
    assert_eq!(guess(&mut alice, "alice", "alice-Passw0rd")?, 200);
    // From where one guesses for many users, nobody signs in.
    for number in 0..60 - GUESSES {
        let user = format!("nobody{number}");
        let mut thief = hand(&deployment, &user, &thief_at)?;
        assert_ne!(guess(&mut thief, &user, "guess")?, 200);
    }
    let mut bob = hand(&deployment, "bob", &thief_at)?;
    assert_eq!(guess(&mut bob, "bob", "bob-Passw0rd")?, 403);
    let mut bob = hand(&deployment, "bob", &deployment.address)?;
    assert_eq!(guess(&mut bob, "bob", "bob-Passw0rd")?, 200);
    until("the journal to be written", || {
        let log = deployment.log();
        let lines = |event: &str| {
            log.lines()
                .filter(|line| line.contains(event) && line.contains(&thief_at))
                .count()
        };
        Ok((lines("authentication_failed") >= 60 && lines("locked_out") == 2).then_some(()))
    })?;
    deployment.stop()
}

#[test]
fn a_flood_of_datagrams_does_not_keep_phones_from_being_answered() -> io::Result<()> {
    const FLOOD: usize = 60_000;
    const MOST_KILOBYTES: u64 = 64 * 1024;
    let mut deployment = deployment("flood", &["alice"])?;
    let mut alice = hand(&deployment, "alice", &deployment.address)?;
    let challenged = register(&mut alice, "")?;
    let before = deployment.memory()?;
    let flooder = another(&deployment, 203);
    let (mut most, mut answered, mut count) = (0, 0, 0);
    std::thread::scope(|scope| -> io::Result<()> {
        let flood = scope.spawn(|| flood(hand(&deployment, "mallory", &flooder)?, FLOOD));
        while !flood.is_finished() || answered == 0 {
            count += 1;
            let refresh = credentials(&challenged, "alice", "alice-Passw0rd", count);
            // When an answer is lost, the same count comes again and is refused.
            answered += u32::from(register(&mut alice, &refresh)?.status() == 200);
            most = most.max(deployment.memory()?);
        }
        flood
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the flood broke off")))
    })?;
    println!(
        "{FLOOD} datagrams of a flood, {answered} of {count} refreshes answered meanwhile; memory {before} KiB before, {most} KiB at the most"
    );
    assert!(most < before + MOST_KILOBYTES, "{before} KiB before, {most} KiB");
    deployment.stop()
}

/// Noise, and requests of somebody who has no password.
fn flood(mut hand: Hand, datagrams: usize) -> io::Result<()> {
    let guess = "Authorization: Digest realm=\"contoso.example\"\n";
    for number in 0..datagrams {
        let method = METHODS[number % METHODS.len()];
        let datagram = match number % 3 {
            0 => "x".repeat(600),
            1 => hand.request(method, DOMAIN, "")?,
            _ => hand.request(method, "sip:alice@contoso.example", guess)?,
        };
        // A full buffer is what a flood leads to.
        let _ = hand.send(datagram.as_bytes());
    }
    Ok(())
}
