//! What may go wrong on a real machine: killed processes, full disks, damaged files, ports that are taken. After each,
//! the program says what to do next, and nothing is half-applied or lost.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::unwrap_used,
    reason = "a test drives the outside world"
)]

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use plenum_interop::deployment::{Deployment, SIP_PORT, example, program};
use plenum_interop::peers::let_it_go_on;

/// How often a process is killed in each test.
const KILLS: u64 = 25;

/// The program in a deployment's folder, with its errors apart.
fn plenum(deployment: &Deployment, arguments: &[&str]) -> io::Result<(bool, String, String)> {
    let output = Command::new(program()?)
        .args(arguments)
        .current_dir(&deployment.folder)
        .env("PLENUM_STATE", deployment.state())
        .stdin(Stdio::null())
        .output()?;
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    ))
}

fn revision(deployment: &Deployment) -> io::Result<u64> {
    let history = deployment.run(&["topology", "history", "--limit", "1", "--json"], "")?;
    let history: serde_json::Value = serde_json::from_str(&history)?;
    Ok(history[0]["revision"].as_u64().unwrap())
}

/// A deterministic draw: SplitMix64.
fn draw(seed: u64, end: u64) -> u64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % end
}

#[test]
fn an_apply_that_is_killed_at_any_moment_has_happened_or_has_not() -> io::Result<()> {
    let deployment = Deployment::new("kill-apply")?;
    let with = |domain: &str| -> io::Result<String> {
        let text = fs::read_to_string(deployment.folder.join("topology.yaml"))?;
        Ok(text.replace(
            "  - contoso.example\n",
            &format!("  - contoso.example\n  - {domain}\n"),
        ))
    };
    fs::write(deployment.folder.join("a.yaml"), with("a.example")?)?;
    fs::write(deployment.folder.join("b.yaml"), with("b.example")?)?;
    let apply = |file: &str| {
        let mut command = Command::new(program().unwrap());
        command
            .args(["topology", "apply", file, "--yes"])
            .current_dir(&deployment.folder)
            .env("PLENUM_STATE", deployment.state())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let begun = Instant::now();
    assert!(apply("a.yaml").status()?.success());
    let whole = u64::try_from(begun.elapsed().as_micros()).unwrap();

    let (mut happened, mut before) = (0, revision(&deployment)?);
    let mut stands = "a.example";
    for seed in 0..KILLS {
        let (file, wanted) = if stands == "a.example" {
            ("b.yaml", "b.example")
        } else {
            ("a.yaml", "a.example")
        };
        let mut process = apply(file).spawn()?;
        let_it_go_on(Duration::from_micros(draw(seed, whole)));
        process.kill()?;
        process.wait()?;

        let after = revision(&deployment)?;
        let shown = deployment.run(&["topology", "show"], "")?;
        if after == before {
            assert!(shown.contains(stands), "revision {after}:\n{shown}");
        } else {
            assert_eq!(after, before + 1);
            assert!(
                shown.contains(wanted) && !shown.contains(stands),
                "revision {after}:\n{shown}"
            );
            (stands, before, happened) = (wanted, after, happened + 1);
        }
    }
    // Whoever comes next is not hindered by what the killed ones left.
    assert!(apply("topology.yaml").status()?.success());
    println!("{happened} of {KILLS} killed applies had happened");
    Ok(())
}

#[test]
fn users_whose_creation_was_acknowledged_survive_the_shell_that_made_them() -> io::Result<()> {
    let deployment = Deployment::new("kill-shell")?;
    let mut acknowledged = Vec::new();
    for round in 0..5_u64 {
        let mut shell = Command::new(program()?)
            .args(["-NoProfile", "-NonInteractive", "-Command", "-"])
            .env("PLENUM_STATE", deployment.state())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let script = format!(
            "foreach ($n in 1..500) {{ New-ADUser -Name \"u{round}-$n\" -SamAccountName \"u{round}-$n\"; \"u{round}-$n\" }}"
        );
        shell.stdin.take().unwrap().write_all(script.as_bytes())?;
        let lines = BufReader::new(shell.stdout.take().unwrap()).lines();
        let wanted = usize::try_from(3 + draw(round, 30)).unwrap();
        acknowledged.extend(lines.take(wanted).map_while(Result::ok));
        shell.kill()?;
        shell.wait()?;
    }
    let found = deployment.script("Get-CsAdUser -ResultSize Unlimited | ForEach-Object Name")?;
    let found: Vec<&str> = found.lines().collect();
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|name| !found.contains(&name.as_str()))
        .collect();
    assert!(lost.is_empty(), "{lost:?} of {}", acknowledged.len());
    assert!(acknowledged.len() >= 15);
    Ok(())
}

#[test]
fn a_damaged_file_is_named_with_what_to_do_about_it() -> io::Result<()> {
    type Harm = fn(&mut Vec<u8>);
    let database: &[(&str, Harm)] = &[
        ("cut in half", |bytes| bytes.truncate(bytes.len() / 2)),
        ("empty", Vec::clear),
        ("of something else", |bytes| bytes.fill(b'x')),
        ("with a page overwritten", |bytes| {
            let middle = bytes.len() / 8192 * 4096;
            bytes[4096..middle].fill(0xa5);
        }),
    ];
    for (what, harm) in database {
        let deployment = Deployment::new("damage")?;
        let file = deployment.state().join("plenum.db");
        let mut bytes = fs::read(&file)?;
        harm(&mut bytes);
        fs::write(&file, &bytes)?;
        let (went_well, shown, said) = plenum(&deployment, &["topology", "show"])?;
        assert!(!went_well, "a database {what}: {shown}");
        assert!(
            said.contains("plenum.db") && said.to_lowercase().contains("backup"),
            "a database {what}: {said}"
        );
        let kept = fs::read(&file)?.starts_with(&bytes);
        assert!(kept, "a database {what} is left as it is, for who repairs it");
    }
    for (name, text) in [("deployment.json", "{"), ("credential.key", "short")] {
        let deployment = Deployment::new("damage")?;
        fs::write(deployment.state().join(name), text)?;
        let (went_well, _, said) = plenum(&deployment, &["topology", "show"])?;
        assert!(!went_well && said.contains(name), "{name}: {said}");
    }
    Ok(())
}

#[test]
fn a_port_that_is_taken_is_named_and_the_deployment_stays() -> io::Result<()> {
    let deployment = Deployment::new("ports")?;
    let _other = UdpSocket::bind((deployment.address.as_str(), SIP_PORT))?;
    let (went_well, _, said) = plenum(&deployment, &["up", "topology.yaml"])?;
    assert!(!went_well);
    assert!(
        said.contains(&format!("{}:{SIP_PORT}", deployment.address)) && said.contains("another program"),
        "{said}"
    );
    assert_eq!(revision(&deployment)?, 1);
    Ok(())
}

#[test]
fn on_a_full_disk_nothing_is_lost() -> io::Result<()> {
    let deployment = Deployment::new("disk")?;
    // Files that may not grow are a disk that is full: writes fail, what is there stays.
    let blocks = fs::metadata(deployment.state().join("plenum.db"))?.len() / 512;
    let script = "1..400 | ForEach-Object { New-ADUser -Name \"u$_\" -SamAccountName \"u$_\" }";
    let limited = Command::new("sh")
        .args([
            "-c",
            &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""),
        ])
        .arg(program()?)
        .args([
            "-NoProfile",
            "-NonInteractive",
            "-Command",
            &format!("$ErrorActionPreference = 'Stop'; {script}"),
        ])
        .env("PLENUM_STATE", deployment.state())
        .output()?;
    let said = String::from_utf8_lossy(&limited.stderr);
    assert!(!limited.status.success(), "{said}");
    assert!(said.contains("plenum.db") && said.contains("space"), "{said}");

    // With room again, everything that was acknowledged is there and the next write goes well.
    let before = revision(&deployment)?;
    deployment.script("New-ADUser -Name later -SamAccountName later")?;
    assert_eq!(revision(&deployment)?, before + 1);
    let users = deployment.script("(Get-CsAdUser -ResultSize Unlimited | Measure-Object).Count")?;
    assert_eq!(users.trim().parse::<u64>().unwrap(), before);
    Ok(())
}

#[test]
fn a_wrong_file_changes_nothing_and_every_problem_of_it_is_said() -> io::Result<()> {
    let deployment = Deployment::new("wrong-file")?;
    let wrong = example()?.replace(
        "type: StandardEdition",
        "typ: StandardEdition\n        colour: blue",
    );
    fs::write(deployment.folder.join("wrong.yaml"), wrong)?;
    let (went_well, _, said) = plenum(&deployment, &["topology", "apply", "wrong.yaml", "--yes"])?;
    assert!(!went_well);
    assert!(said.contains("'typ'") && said.contains("'colour'"), "{said}");
    assert_eq!(revision(&deployment)?, 1);
    Ok(())
}
