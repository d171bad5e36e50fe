//! The timers of the running server: what is not acknowledged comes again (RFC 3261 §17.2.1, timer G).

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::io;
use std::time::Instant;

use plenum_interop::deployment::{Deployment, SIP_PORT};
use plenum_interop::hand::{Hand, proof};
use plenum_interop::peers::PATIENCE;
use plenum_sip::wire::Method;

/// Nobody's address.
const NOBODY: &str = "sip:nobody@contoso.example";

#[test]
fn a_refusal_that_nobody_acknowledges_is_sent_again_after_t1() -> io::Result<()> {
    let mut deployment = Deployment::new("timers")?;
    deployment.users(&["alice"])?;
    deployment.start()?;
    let mut phone = Hand::new("alice", &deployment.address, (&deployment.address, SIP_PORT))?;
    let invite = phone.request("INVITE", NOBODY, "")?;
    let challenged = phone.ask(&invite)?;
    let proof = proof(&challenged, &Method::Invite, NOBODY, "alice", "alice-Passw0rd", 1);
    let invite = phone.request("INVITE", NOBODY, &proof)?;
    phone.send(invite.as_bytes())?;
    let (mut times, mut answers) = (Vec::new(), Vec::new());
    while answers.len() < 2 {
        let answer = phone.hear(PATIENCE)?.ok_or(io::ErrorKind::TimedOut)?;
        if !answer.starts_with(b"SIP/2.0 100") {
            times.push(Instant::now());
            answers.push(answer);
        }
    }
    let text = String::from_utf8_lossy(&answers[0]);
    assert!(text.starts_with("SIP/2.0 404"), "{text}");
    assert_eq!(answers[0], answers[1]);
    let apart = times[1] - times[0];
    assert!(apart.as_millis() >= 450, "again after {apart:?}");
    deployment.stop()
}
