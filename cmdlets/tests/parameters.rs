//! Every parameter of every Cs and AD cmdlet is read by the cmdlet when it is given: one that nothing asks for would do
//! nothing without a word.
//!
//! Each parameter is given once in each of its parameter sets, together with what is mandatory there, to the cmdlet over
//! a deployment in memory. What the cmdlet asks its arguments for is written down. The few parameters that have nothing
//! to do in this product are listed with the reason; a line whose parameter is read, or is gone, fails too.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

#[path = "derived/memory.rs"]
mod memory;

use std::collections::BTreeSet;

use memory::{Deployment, Runner, user};
use plenum_lang::inspect::like;
use plenum_lang::signature::{Parameter, Signature, Validation};
use plenum_lang::value::{Credential, SecureString, Value};
use serde_json::json;

/// A pattern of cmdlets, the parameter, and why nothing reads it.
const NOTHING_TO_DO: &[(&str, &str, &str)] = &[
    (
        "Get-Cs*",
        "LocalStore",
        "there is one store, and every computer reads it",
    ),
    ("New-Cs*", "Force", "there is no warning to suppress"),
    ("Set-Cs*", "Force", "there is no warning to suppress"),
    ("Test-Cs*", "Force", "there is no warning to suppress"),
    (
        "Start-CsWindowsService",
        "NoWait",
        "starting takes no time that could be waited for",
    ),
    (
        "Stop-CsWindowsService",
        "LeaveClsAgentRunning",
        "there is no logging agent apart from the server",
    ),
    (
        "Stop-CsWindowsService",
        "LeaveWebServerRunning",
        "health and metrics always go on",
    ),
];

/// What is usually given along, so that the cmdlet comes to the parameter in question.
const ALONG: &[(&str, &str)] = &[
    ("Enable-CsUser", "RegistrarPool"),
    ("Enable-CsUser", "SipAddress"),
    ("Grant-Cs*", "PolicyName"),
    ("Stop-CsWindowsService", "Graceful"),
];

fn deployment() -> Deployment {
    let topology = json!({
        "apiVersion": "plenum/v1",
        "sipDomains": ["contoso.example"],
        "sites": [{
            "name": "Redmond",
            "pools": [
                { "fqdn": "pool.contoso.example", "type": "StandardEdition" },
                {
                    "fqdn": "apps.contoso.example",
                    "type": "TrustedApplication",
                    "nextHop": "pool.contoso.example",
                    "applications": [{ "id": "urn:application:reception", "port": 6100 }],
                },
                { "fqdn": "video.contoso.example", "type": "VideoInterop", "nextHop": "pool.contoso.example" },
            ],
            "gateways": [{
                "host": "gateway.contoso.example",
                "trunks": [{ "mediationPool": "pool.contoso.example" }],
            }],
            "videoGateways": [{
                "host": "vision.contoso.example",
                "trunks": [{ "videoInteropPool": "video.contoso.example" }],
            }],
        }],
    });
    Deployment::new(
        topology,
        vec![user("Alice", true), user("Bob", true), user("Carol", false)],
    )
}

#[test]
fn every_parameter_is_read_or_refused() {
    let mut unread = Vec::new();
    let mut idle = BTreeSet::new();
    let mut read = 0;
    let names: Vec<String> = {
        let all = Runner::all(&deployment());
        let commands = all.registry().commands().map(|command| command.signature());
        let ours = commands
            .filter(|signature| ["SkypeForBusiness", "ActiveDirectory"].contains(&signature.module.as_ref()));
        ours.map(|signature| signature.name.to_string()).collect()
    };
    assert!(names.len() > 50, "the cmdlets are there: {names:?}");
    for name in names {
        let all = Runner::all(&deployment());
        let signature = all.registry().command(&name).expect("it was listed").signature();
        for parameter in &signature.parameters {
            let Some(errors) = unread_because(signature, parameter) else {
                read += 1;
                continue;
            };
            if let Some(line) = NOTHING_TO_DO
                .iter()
                .position(|(command, idle, _)| like(&name, command) && *idle == parameter.name)
            {
                idle.insert(line);
            } else {
                unread.push(format!("{name} -{} ({})", parameter.name, errors.join("; ")));
            }
        }
    }
    println!("{read} parameters are read");
    assert!(unread.is_empty(), "given and not read: {unread:#?}");
    let stale: Vec<_> = (0..NOTHING_TO_DO.len())
        .filter(|line| !idle.contains(line))
        .map(|line| NOTHING_TO_DO[line])
        .collect();
    assert!(stale.is_empty(), "read, or gone: {stale:?}");
}

/// `None` when the cmdlet asks for a parameter in one of its sets; otherwise what it said instead.
fn unread_because(signature: &Signature, parameter: &Parameter) -> Option<Vec<String>> {
    let mut sets: Vec<Option<&str>> = parameter.sets.iter().map(|set| set.set.as_deref()).collect();
    if sets.iter().all(Option::is_none) {
        sets = signature
            .parameters
            .iter()
            .flat_map(|parameter| &parameter.sets)
            .map(|set| set.set.as_deref())
            .collect();
    }
    if sets.is_empty() {
        sets.push(None);
    }
    sets.sort_unstable();
    sets.dedup();
    let ways = sets.into_iter().flat_map(|set| [(set, true), (set, false)]);
    let mut errors = Vec::new();
    for (set, identified) in ways {
        let mut given = needed(signature, set, identified);
        if !given.iter().any(|(name, _)| *name == parameter.name) {
            given.push((parameter.name.to_string(), sample(signature, parameter)));
        }
        let deployment = deployment();
        let runner = Runner::all(&deployment);
        prepare(&runner, signature);
        let given: Vec<(&str, Value)> = given
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let ran = runner.run(&signature.name, &given);
        if ran.asked.contains(&parameter.name.to_ascii_lowercase()) {
            return None;
        }
        errors.extend(ran.errors);
    }
    errors.dedup();
    Some(errors)
}

/// What has to be given in a set, and an identity where one can be and is wanted.
fn needed(signature: &Signature, set: Option<&str>, identified: bool) -> Vec<(String, Value)> {
    let along = |parameter: &Parameter| {
        ALONG
            .iter()
            .any(|(command, along)| like(&signature.name, command) && *along == parameter.name)
    };
    let belongs = |parameter: &&Parameter| {
        parameter.sets.iter().any(|member| {
            let here = member.set.is_none() || member.set.as_deref() == set;
            here && (member.mandatory || identified && parameter.name == "Identity")
        }) || along(parameter)
    };
    let needed = signature.parameters.iter().filter(belongs);
    needed
        .map(|parameter| (parameter.name.to_string(), sample(signature, parameter)))
        .collect()
}

/// Makes what the cmdlet's identity names.
fn prepare(runner: &Runner, signature: &Signature) {
    let (verb, noun) = signature.name.split_once('-').unwrap_or_default();
    let make = format!("New-{noun}");
    if verb == "New" || !noun.starts_with("Cs") {
        return;
    }
    if let Some(command) = runner.registry().command(&make) {
        let made = command.signature();
        let given = needed(made, Some("Identity"), true);
        let given: Vec<(&str, Value)> = given
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        runner.run(&make, &given);
    }
}

/// A value that the parameter takes.
fn sample(signature: &Signature, parameter: &Parameter) -> Value {
    let words = parameter
        .validation
        .iter()
        .find_map(|validation| match validation {
            Validation::Set(words) => words.first(),
            _ => None,
        });
    if let Some(word) = words {
        return Value::str(word);
    }
    if let Some(text) = known_text(signature, &parameter.name) {
        return Value::str(text);
    }
    match parameter
        .type_name
        .trim_start_matches("Nullable[")
        .trim_end_matches(']')
    {
        "switch" | "bool" => Value::Bool(true),
        "int" | "long" | "uint16" | "uint32" | "uint64" => Value::Int(1),
        "timespan" => Value::TimeSpan(600_000_000),
        "securestring" => Value::instance(SecureString::new("secret")),
        "pscredential" => Value::instance(Credential {
            user_name: "alice@contoso.example".to_owned(),
            password: Value::instance(SecureString::new("secret")),
        }),
        _ => Value::str("alice@contoso.example"),
    }
}

fn known_text(signature: &Signature, parameter: &str) -> Option<&'static str> {
    let (verb, noun) = signature.name.split_once('-').unwrap_or_default();
    let list = ["CsAllowedDomain", "CsBlockedDomain"].contains(&noun);
    Some(match parameter {
        "Identity" if noun == "CsHealthMonitoringConfiguration" => "pool.contoso.example",
        "Identity" if list => "fabrikam.example",
        "Identity" if signature.name == "Enable-CsUser" => "carol@contoso.example",
        "Identity" if plenum_settings::noun(noun).is_some() && verb != "Grant" => "site:Redmond",
        "Identity" if noun.starts_with("CsTopology") || verb == "Get" && !noun.contains("User") => {
            return None;
        }
        "TargetFqdn" | "Target" | "RegistrarPool" => "pool.contoso.example",
        "SipAddress" if signature.name == "Enable-CsUser" => "sip:carol@contoso.example",
        "FirstTestUserSipUri" => "sip:alice@contoso.example",
        "SecondTestUserSipUri" => "sip:bob@contoso.example",
        "PolicyName" => "",
        "Name" if signature.name == "New-ADUser" => "Dave",
        "Domain" => "fabrikam.example",
        "Filter" | "ResultSize" | "ResultSetSize" => "*",
        _ => return None,
    })
}
