//! The timers of the running server: what is not acknowledged comes again (RFC 3261 §17.2.1, timer G).

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::io;
use std::net::UdpSocket;
use std::time::Instant;

use plenum_interop::deployment::{Deployment, SIP_PORT};
use plenum_interop::peers::PATIENCE;

#[test]
fn a_refusal_that_nobody_acknowledges_is_sent_again_after_t1() -> io::Result<()> {
    let mut deployment = Deployment::new("timers")?;
    deployment.start()?;
    let phone = UdpSocket::bind((deployment.address.as_str(), 0))?;
    phone.connect((deployment.address.as_str(), SIP_PORT))?;
    phone.set_read_timeout(Some(PATIENCE))?;
    let invite = format!(
        "INVITE sip:nobody@elsewhere.example SIP/2.0\r\nVia: SIP/2.0/UDP {};rport;branch=z9hG4bKtimer\r\n\
         Max-Forwards: 70\r\nFrom: <sip:alice@elsewhere.example>;tag=a\r\nTo: <sip:nobody@elsewhere.example>\r\n\
         Call-ID: timer\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
        phone.local_addr()?
    );
    phone.send(invite.as_bytes())?;
    let mut times = Vec::new();
    let mut answers = Vec::new();
    for _ in 0..2 {
        let mut buffer = [0; 4096];
        let length = phone.recv(&mut buffer)?;
        times.push(Instant::now());
        answers.push(buffer[..length].to_vec());
    }
    assert!(
        answers[0].starts_with(b"SIP/2.0 4"),
        "{}",
        String::from_utf8_lossy(&answers[0])
    );
    assert_eq!(answers[0], answers[1]);
    let apart = times[1] - times[0];
    assert!(apart.as_millis() >= 450, "again after {apart:?}");
    Ok(())
}
