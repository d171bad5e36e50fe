//! The messages of RFC 4475 against the real server, over UDP and TCP: the driver of ../shared/torture sends each one,
//! judges the answer by what the RFC says, and looks whether the server is still there.
//!
//! Left out, and said so, where ../shared is not beside the clone. The driver needs UDP ports 5050, 5060, 5070 and 5080
//! of 127.0.0.1, which the messages name.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use plenum_interop::deployment::{Deployment, SIP_PORT, workspace};
use serde_json::Value;

/// Messages of RFC 4475 that the driver has.
const MESSAGES: usize = 49;

#[test]
fn the_torture_messages_are_answered_as_the_rfc_says_and_none_harms_the_server() -> io::Result<()> {
    let driver = workspace().join("../shared/torture/torture.py");
    if !driver.exists() {
        println!("left out: {} is not there", driver.display());
        return Ok(());
    }
    let mut deployment = Deployment::new("torture")?;
    deployment.start()?;
    let list = fs::read_to_string(driver.with_file_name("expected.tsv"))?;
    let (responses, requests): (Vec<&str>, Vec<&str>) = list
        .lines()
        .skip(1)
        .partition(|line| line.split('\t').nth(2) == Some("response"));
    // Nothing may come back for a response. The driver acknowledges no INVITE, so answers to those are sent again for
    // half a minute (timer G), and it would take them for answers to what it sent next: responses go first.
    let judged = judge(&deployment, &driver, &responses)? + judge(&deployment, &driver, &requests)?;
    assert_eq!(judged, MESSAGES);
    deployment.stop()
}

/// Sends the messages of these lines of `expected.tsv`; all have to be answered right over both transports.
fn judge(deployment: &Deployment, driver: &Path, lines: &[&str]) -> io::Result<usize> {
    let names: Vec<&str> = lines.iter().filter_map(|line| line.split('\t').next()).collect();
    let verdicts = deployment.folder.join("torture.json");
    let output = Command::new("python3")
        .arg(driver)
        .args([&deployment.address, &SIP_PORT.to_string()])
        .args([
            "--wait",
            "0.3",
            "--gap",
            "0",
            "--only",
            &names.join(","),
            "--json",
        ])
        .arg(&verdicts)
        .output()?;
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let verdicts: Vec<Value> = serde_json::from_slice(&fs::read(&verdicts)?)?;
    for transport in ["udp_verdict", "tcp_verdict"] {
        let right = |verdict: &Value| matches!(verdict[transport].as_str(), Some("ok" | "liberal"));
        assert!(verdicts.iter().all(right), "{said}");
    }
    Ok(verdicts.len())
}
