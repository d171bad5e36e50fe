//! What the project wants of its own files, checked like everything else.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Crates that do no I/O. `dev-dependencies` are not looked at.
const PURE: &[&str] = &[
    "plenum-schema",
    "plenum-schema-derive",
    "plenum-settings",
    "plenum-topology",
    "plenum-sip",
    "plenum-media",
    "plenum-admin",
    "plenum-services",
    "plenum-lang",
    "plenum-cmdlets",
];

/// What no pure crate may reach, however far away.
const FORBIDDEN: &[&str] = &[
    "tokio",
    "sqlx",
    "sqlx-core",
    "ldap3",
    "reedline",
    "rsip",
    "mio",
    "socket2",
];

/// Crates whose licence stands in a file only: what the file says.
const LICENCE_FILES: &[(&str, &str)] = &[("rsip", "MIT"), ("rsip-derives", "MIT")];

/// Who may import whom, straight from the design: `crate → crates of ours that it may name`.
const ARROWS: &[(&str, &[&str])] = &[
    ("plenum-schema-derive", &[]),
    ("plenum-schema", &["plenum-schema-derive"]),
    ("plenum-settings", &["plenum-schema"]),
    ("plenum-topology", &["plenum-settings", "plenum-schema"]),
    (
        "plenum-store",
        &["plenum-topology", "plenum-settings", "plenum-schema"],
    ),
    ("plenum-sip", &[]),
    ("plenum-media", &[]),
    ("plenum-admin", &["plenum-topology"]),
    (
        "plenum-services",
        &[
            "plenum-sip",
            "plenum-media",
            "plenum-topology",
            "plenum-settings",
            "plenum-schema",
            "plenum-admin",
        ],
    ),
    (
        "plenum-server-core",
        &[
            "plenum-services",
            "plenum-sip",
            "plenum-media",
            "plenum-admin",
            "plenum-topology",
            "plenum-settings",
            "plenum-store",
        ],
    ),
    ("plenum-lang", &[]),
    (
        "plenum-cmdlets",
        &[
            "plenum-lang",
            "plenum-topology",
            "plenum-settings",
            "plenum-schema",
            "plenum-admin",
        ],
    ),
    ("plenum-shell", &["plenum-lang"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the workspace is two folders up")
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--offline",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Names by package id, and for each id the ids of its normal and build dependencies.
fn graph(metadata: &Value) -> (BTreeMap<&str, &str>, BTreeMap<&str, Vec<&str>>) {
    let names = list(&metadata["packages"])
        .iter()
        .map(|package| (text(package, "id"), text(package, "name")))
        .collect();
    let edges = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| {
            let normal = |dependency: &&Value| {
                list(&dependency["dep_kinds"])
                    .iter()
                    .any(|kind| text(kind, "kind") != "dev")
            };
            (
                text(node, "id"),
                list(&node["deps"])
                    .iter()
                    .filter(normal)
                    .map(|dependency| text(dependency, "pkg"))
                    .collect(),
            )
        })
        .collect();
    (names, edges)
}

#[test]
fn pure_crates_reach_no_io() {
    let metadata = metadata();
    let (names, edges) = graph(&metadata);
    let mut problems = Vec::new();
    for (id, name) in names.iter().filter(|(_, name)| PURE.contains(name)) {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![*id];
        while let Some(next) = waiting.pop() {
            if reached.insert(next) {
                waiting.extend(edges.get(next).into_iter().flatten());
            }
        }
        let bad: Vec<&str> = reached
            .iter()
            .map(|id| names[id])
            .filter(|reached| FORBIDDEN.contains(reached))
            .collect();
        if !bad.is_empty() {
            problems.push(format!("{name} reaches {}", bad.join(", ")));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn crates_import_only_along_the_arrows() {
    let metadata = metadata();
    let (names, edges) = graph(&metadata);
    let mut problems = Vec::new();
    for (id, name) in &names {
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| from == name) else {
            continue;
        };
        for to in edges[id]
            .iter()
            .map(|id| names[id])
            .filter(|to| to.starts_with("plenum-"))
        {
            if !allowed.contains(&to) {
                problems.push(format!("{name} → {to}"));
            }
        }
    }
    assert!(
        problems.is_empty(),
        "arrows that the design does not have: {problems:#?}"
    );
}

#[test]
fn every_licence_is_one_that_deny_toml_allows() {
    let deny = fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let allowed: BTreeSet<&str> = deny
        .split_once("allow = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(list, _)| {
            list.lines()
                .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
                .collect()
        })
        .unwrap_or_default();
    let metadata = metadata();
    let linked: BTreeSet<&str> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| text(node, "id"))
        .collect();
    let acceptable = |expression: &str| {
        expression
            .replace(" AND ", " OR ")
            .split(['/', '(', ')'])
            .flat_map(|part| part.split(" OR "))
            .any(|part| allowed.contains(part.trim()))
    };
    let licence = |package: &Value| {
        let name = text(package, "name").to_owned();
        let in_file = LICENCE_FILES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, licence)| (*licence).to_owned());
        in_file.unwrap_or_else(|| text(package, "license").to_owned())
    };
    let problems: Vec<String> = list(&metadata["packages"])
        .iter()
        .filter(|package| linked.contains(text(package, "id")) && !acceptable(&licence(package)))
        .map(|package| format!("{}: {}", text(package, "name"), text(package, "license")))
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !matches!(name.as_str(), "target" | ".git" | ".plenum") {
            sources(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_file_opens_with_what_it_is_for_and_has_a_telling_name() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    assert!(files.len() > 100, "the sources were found");
    let mut problems = Vec::new();
    for file in files {
        let content = fs::read_to_string(&file).unwrap_or_default();
        if !content.starts_with("//!") {
            problems.push(format!("{}: no module documentation", file.display()));
        }
        let stem = file
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        if [
            "mod", "utils", "util", "common", "helpers", "helper", "manager", "misc",
        ]
        .contains(&stem.as_str())
        {
            problems.push(format!("{}: a name that says nothing", file.display()));
        }
        let sleeps = concat!("thread::", "sleep");
        if content.contains(sleeps)
            && file.components().any(|part| part.as_os_str() == "tests")
            && !file.ends_with("peers.rs")
        {
            problems.push(format!("{}: a test that sleeps", file.display()));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn completions_and_manual_pages_are_fresh() {
    use plenum_cli::args::CompletionShell::{Bash, Fish, Nushell, Powershell, Zsh};
    let folder = root().join("completions");
    let shells = [
        (Bash, "plenum.bash"),
        (Zsh, "_plenum"),
        (Fish, "plenum.fish"),
        (Powershell, "plenum.ps1"),
        (Nushell, "plenum.nu"),
    ];
    let scratch = std::env::temp_dir().join(format!("plenum-man-{}", std::process::id()));
    plenum_cli::completions::manual_pages(&scratch).expect("manual pages");
    let mut fresh: BTreeMap<PathBuf, Vec<u8>> = shells
        .into_iter()
        .map(|(shell, name)| (folder.join(name), plenum_cli::completions::completions(shell)))
        .collect();
    for entry in fs::read_dir(&scratch).expect("manual pages").flatten() {
        fresh.insert(
            folder.join("man").join(entry.file_name()),
            fs::read(entry.path()).expect("a manual page"),
        );
    }
    let _ = fs::remove_dir_all(&scratch);
    let mut stale = Vec::new();
    for (path, content) in fresh {
        if fs::read(&path).ok().as_ref() != Some(&content) {
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                fs::write(&path, content).expect("a file that can be written");
            } else {
                stale.push(path);
            }
        }
    }
    assert!(stale.is_empty(), "UPDATE_GOLDEN=1 makes these anew: {stale:#?}");
}
