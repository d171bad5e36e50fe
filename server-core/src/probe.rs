//! Synthetic transactions: real user agents on real connections, run through one scenario and timed.
//!
//! The agents are [`plenum_sip::agent`]; this file gives them TLS connections whose certificates are checked against
//! the deployment's authority, a clock, and the scenarios. Latency runs from the first request to the last answer, so
//! it leaves out the connection's own setup.

mod stage;

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use plenum_sip::agent::{Event, Handle};
use plenum_topology::directory::CredentialKey;
use stage::{Fault, Stage};

/// How long the server is asked to keep what a probe registers or publishes, in seconds.
const LIFETIME: u32 = 600;

/// What a probe does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Sign in and out.
    Registration,
    /// The first user sends the second a message.
    InstantMessage,
    /// The first user watches the second, who publishes.
    Presence,
    /// The first user calls the second (signalling).
    Call,
}

/// The registrar under test.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it listens for TLS.
    pub address: SocketAddr,
    /// The name that its certificate must carry.
    pub server_name: String,
}

/// A user to sign in as.
#[derive(Clone)]
pub struct User {
    /// `alice@contoso.example`.
    pub sip_address: String,
    /// The name to authenticate with.
    pub username: String,
    /// The password; never printed.
    pub password: String,
    /// Keys that stand for the password, when it is not known.
    pub keys: Vec<CredentialKey>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What went wrong; `None` when everything did what it should.
    pub error: Option<String>,
    /// The server's `ms-diagnostics`, or our own reading of the failure; empty on success.
    pub diagnosis: String,
    /// From the first request to the last answer.
    pub latency: Duration,
    /// What was done, step by step.
    pub steps: Vec<String>,
}

/// Runs a scenario with its users (one for a registration, two for the others).
pub async fn run(scenario: Scenario, target: &Target, authority_file: &Path, users: &[User]) -> Outcome {
    let mut outcome = Outcome::default();
    let mut stage = match Stage::connect(target, authority_file, users, &mut outcome.steps).await {
        Ok(stage) => stage,
        Err(fault) => return failed(outcome, fault),
    };
    let begun = Instant::now();
    let played = play(scenario, &mut stage, users, &mut outcome.steps).await;
    outcome.latency = begun.elapsed();
    match played {
        Ok(()) => outcome,
        Err(fault) => failed(outcome, fault),
    }
}

fn failed(mut outcome: Outcome, fault: Fault) -> Outcome {
    outcome.steps.push(format!("Failed: {}", fault.message));
    outcome.error = Some(fault.message);
    outcome.diagnosis = fault.diagnosis;
    outcome
}

async fn play(
    scenario: Scenario,
    stage: &mut Stage,
    users: &[User],
    steps: &mut Vec<String>,
) -> Result<(), Fault> {
    for (index, user) in users.iter().enumerate() {
        steps.push(format!("Signing in {}.", user.sip_address));
        stage.sign_in(index, user, LIFETIME, steps).await?;
    }
    match (scenario, users) {
        (Scenario::InstantMessage, [from, to, ..]) => message(stage, from, to, steps).await?,
        (Scenario::Presence, [watcher, publisher, ..]) => presence(stage, watcher, publisher, steps).await?,
        (Scenario::Call, [caller, callee, ..]) => call(stage, caller, callee, steps).await?,
        _ => {}
    }
    for (index, user) in users.iter().enumerate() {
        steps.push(format!("Signing out {}.", user.sip_address));
        let handle = stage.act(index, |agent, now| agent.register(now, 0));
        stage
            .succeeds(index, handle, &format!("the sign-out of {}", user.sip_address))
            .await?;
    }
    Ok(())
}

async fn message(stage: &mut Stage, from: &User, to: &User, steps: &mut Vec<String>) -> Result<(), Fault> {
    let text = "Plenum test message";
    steps.push(format!(
        "Sending a message from {} to {}.",
        from.sip_address, to.sip_address
    ));
    let handle = stage.act(0, |agent, now| agent.message(now, &to.sip_address, text));
    stage.succeeds(0, handle, "the message").await?;
    let arrived =
        |event: &Event| matches!(event, Event::Message { body, .. } if body == text.as_bytes()).then_some(());
    stage.wait(1, "the message arrives", arrived).await?;
    steps.push("The message arrived.".to_owned());
    Ok(())
}

async fn presence(
    stage: &mut Stage,
    watcher: &User,
    publisher: &User,
    steps: &mut Vec<String>,
) -> Result<(), Fault> {
    steps.push(format!(
        "{} watches {}.",
        watcher.sip_address, publisher.sip_address
    ));
    let watch = stage.act(0, |agent, now| {
        agent.subscribe(now, &publisher.sip_address, LIFETIME)
    });
    stage.succeeds(0, watch, "the subscription").await?;
    let note = format!("plenum-test-{}", stage.token());
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:{}\"><tuple id=\"probe\"><status><basic>open</basic></status><note>{note}</note></tuple></presence>\r\n",
        publisher.sip_address
    );
    steps.push(format!("{} publishes its presence.", publisher.sip_address));
    let publication = stage.act(1, |agent, now| agent.publish(now, &document, LIFETIME));
    stage.succeeds(1, publication, "the publication").await?;
    let seen = |event: &Event| match event {
        Event::Notified { handle, body, .. } => {
            (*handle == watch && contains(body, note.as_bytes())).then_some(())
        }
        _ => None,
    };
    stage
        .wait(0, "a notification of what was published", seen)
        .await?;
    steps.push("The notification holds what was published.".to_owned());
    let withdrawn = stage.act(1, |agent, now| agent.publish(now, "", 0));
    stage
        .succeeds(1, withdrawn, "the withdrawal of the publication")
        .await?;
    if let Some(ended) = stage.act(0, |agent, now| agent.refresh(now, watch, 0)) {
        stage.succeeds(0, ended, "the end of the subscription").await?;
    }
    Ok(())
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

async fn call(stage: &mut Stage, caller: &User, callee: &User, steps: &mut Vec<String>) -> Result<(), Fault> {
    steps.push(format!("{} calls {}.", caller.sip_address, callee.sip_address));
    let (offer, answer) = (stage.description(0), stage.description(1));
    stage.act(1, |agent, _| agent.set_auto_answer(Some(answer)));
    let call = stage.act(0, |agent, now| agent.invite(now, &callee.sip_address, &offer));
    stage.succeeds(0, call, "the call").await?;
    let confirmed: fn(&Event) -> Option<Handle> = |event| match event {
        Event::Confirmed { handle } => Some(*handle),
        _ => None,
    };
    stage.wait(1, "the call is confirmed", confirmed).await?;
    steps.push("The call stands; hanging up.".to_owned());
    let Some(bye) = stage.act(0, |agent, now| agent.hang_up(now, call)) else {
        return Err(Fault::ours("the call was gone before it was hung up"));
    };
    stage.succeeds(0, bye, "hanging up").await?;
    stage
        .wait(1, "the other side learns of the end", |event| {
            matches!(event, Event::Ended { .. }).then_some(())
        })
        .await
}
