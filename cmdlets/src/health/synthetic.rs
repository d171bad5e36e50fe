//! Test-CsRegistration, Test-CsIM, Test-CsPresence and Test-CsP2PAV: one frame, a row for each.
//!
//! The result object is the product's (DOMAIN §12): target, result, latency, error message, diagnosis. The parameter set
//! without credentials signs in as test users that the health monitoring configuration keeps; that is not built, so it
//! answers so.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Completion;
use plenum_lang::value::{Value, reveal};

use crate::authoring::{Read, cmdlet, not_built, object, parameter, simple, text};
use crate::ports::{Ports, ProbeResult, ProbeUser, Transaction};
use crate::user::{find_one, port_error};

/// One test: its name, what it does, its users, and parameters of the product that are refused.
struct Test {
    name: &'static str,
    synopsis: &'static str,
    transaction: Transaction,
    /// The prefixes of the credential and address parameters, in the order in which the users act.
    roles: &'static [&'static str],
    refused: &'static [(&'static str, &'static str)],
}

const TESTS: &[Test] = &[
    Test {
        name: "Test-CsRegistration",
        synopsis: "Signs a user in and out, as a client would.",
        transaction: Transaction::Registration,
        roles: &["User"],
        refused: &[],
    },
    Test {
        name: "Test-CsIM",
        synopsis: "Signs two users in and sends a message from one to the other.",
        transaction: Transaction::InstantMessage,
        roles: &["Sender", "Receiver"],
        refused: &[
            ("EmailHost", "string"),
            ("IsSsl", "bool"),
            ("Password", "string"),
            ("Port", "int"),
            ("TestLegalIntercept", "switch"),
            ("Username", "string"),
            ("WaitSeconds", "int"),
        ],
    },
    Test {
        name: "Test-CsPresence",
        synopsis: "Signs two users in, publishes the presence of one and reads it as the other.",
        transaction: Transaction::Presence,
        roles: &["Subscriber", "Publisher"],
        refused: &[("TimeoutInSeconds", "int")],
    },
    Test {
        name: "Test-CsP2PAV",
        synopsis: "Signs two users in and sets up and ends an audio call between them (signalling, no sound).",
        transaction: Transaction::PeerToPeerAudioVideo,
        roles: &["Sender", "Receiver"],
        refused: &[],
    },
];

const COMMON_REFUSED: &[(&str, &str)] = &[("OutLoggerVariable", "string")];

/// The commands.
pub fn commands(ports: &Ports) -> Vec<Arc<dyn Command>> {
    TESTS.iter().map(|test| command(test, ports)).collect()
}

fn command(test: &'static Test, ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let mut signature = cmdlet(test.name, "SkypeForBusiness")
        .synopsis(test.synopsis)
        .description(
            "Speaks SIP over TLS to the registrar of the target pool, with certificates checked. -Verbose shows each step. Latency \
             runs from the first request to the last answer; on failure Diagnosis holds what the server said (ms-diagnostics) or what \
             the client noticed.",
        )
        .default_set("ClientPlatform")
        .parameter(
            parameter("TargetFqdn", "string")
                .alias("t")
                .mandatory()
                .position(1)
                .complete(Completion::Identity("pool".into()))
                .help("The FQDN of the pool to test."),
        )
        .parameter(parameter("Authentication", "string").alias("Ath").one_of(&["Negotiate", "Digest", "TrustedServer", "Ntlm", "Kerberos", "ClientCertificate"]).help("How to authenticate: Digest, also when left out. The others are not built yet."))
        .switch("Force", "Does not ask; nothing is asked here.")
        .parameter(parameter("OutVerboseVariable", "string").alias("ovv").help("The name of a variable that receives the steps."))
        .parameter(parameter("RegistrarPort", "int").alias("rp").range(1.0, 65535.0).help("The port of the registrar; by default the topology's."));
    for role in test.roles {
        let initial = role[..1].to_ascii_lowercase();
        signature = signature
            .parameter(
                parameter(format!("{role}Credential"), "pscredential")
                    .alias(format!("{initial}c"))
                    .set("ClientPlatform")
                    .mandatory()
                    .help("The account's name and password."),
            )
            .parameter(
                parameter(format!("{role}SipAddress"), "string")
                    .alias(format!("{initial}a"))
                    .complete(Completion::Identity("user".into()))
                    .help("The user's SIP address; by default that of the account."),
            );
    }
    for (name, kind) in COMMON_REFUSED.iter().chain(test.refused) {
        signature = signature.parameter(parameter(*name, *kind).help("Refused: not built yet."));
    }
    let example = test.roles.iter().fold(
        format!("{} -TargetFqdn fe1.contoso.example", test.name),
        |line, role| format!("{line} -{role}Credential (Get-Credential)"),
    );
    let signature = signature
        .output("Microsoft.Rtc.SyntheticTransactions.TaskOutput")
        .example(example, "Tests the pool as a client would use it.");
    simple(signature, move |context, arguments| {
        run(test, &ports, context, arguments)
    })
}

fn run(test: &Test, ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    if let Some((refused, _)) = COMMON_REFUSED
        .iter()
        .chain(test.refused)
        .find(|(name, _)| arguments.has(name))
    {
        return Err(not_built(&format!("-{refused}")).into());
    }
    if let Some(method) = arguments
        .text("Authentication")
        .filter(|method| !matches!(method.as_str(), "Digest" | "Negotiate"))
    {
        return Err(not_built(&format!("Signing in with {method}")).into());
    }
    let users: Vec<ProbeUser> = test
        .roles
        .iter()
        .map(|role| probe_user(ports, arguments, role))
        .collect::<Result<_>>()?;
    let target = arguments.required_text("TargetFqdn")?;
    let port = arguments
        .int("RegistrarPort")
        .and_then(|port| u16::try_from(port).ok());
    let result = ports
        .probe
        .run(test.transaction.clone(), &target, port, &users)
        .map_err(port_error)?;
    for step in &result.steps {
        context.verbose(step)?;
    }
    if let Some(name) = arguments.text("OutVerboseVariable") {
        context.set_variable(&name, text(result.steps.join("\n")))?;
    }
    context.write(view(&result))
}

fn probe_user(ports: &Ports, arguments: &Arguments, role: &str) -> Result<ProbeUser> {
    let credential = arguments.get(&format!("{role}Credential"));
    let parts = credential.and_then(|credential| {
        Some((
            credential.property("UserName")?.to_text(),
            reveal(&credential.property("Password")?)?,
        ))
    });
    let Some((username, password)) = parts else {
        return Err(not_built(&format!(
            "Signing in without -{role}Credential, as a test user of the health monitoring configuration,"
        ))
        .into());
    };
    let sip_address = match arguments.text(&format!("{role}SipAddress")) {
        Some(address) => address,
        None => address_of(ports, &username)?,
    };
    let sip_address = sip_address
        .strip_prefix("sip:")
        .unwrap_or(&sip_address)
        .to_owned();
    // DOMAIN\name signs in as name: Digest has no domains.
    let username = username
        .rsplit_once('\\')
        .map_or(username.clone(), |(_, name)| name.to_owned());
    Ok(ProbeUser {
        sip_address,
        username,
        password,
    })
}

fn address_of(ports: &Ports, username: &str) -> Result<String> {
    let user = find_one(&*ports.directory, username).map_err(ErrorRecord::from)?;
    user.first("msRTCSIP-PrimaryUserAddress")
        .map(str::to_owned)
        .ok_or_else(|| {
            ErrorRecord::new(
                "UserNotEnabled",
                Category::InvalidArgument,
                format!("\"{username}\" is not enabled, so has no SIP address."),
            )
            .about(text(username))
            .hint("Enable-CsUser enables it.")
            .into()
        })
}

fn view(result: &ProbeResult) -> Value {
    let ticks = i64::try_from(result.latency.as_nanos() / 100).unwrap_or(i64::MAX);
    object(
        "Microsoft.Rtc.SyntheticTransactions.TaskOutput",
        [
            ("Target Fqdn", text(&*result.target_fqdn)),
            ("Target Uri", text(&*result.target_uri)),
            ("Result", text(if result.success { "Success" } else { "Failure" })),
            ("Latency", Value::TimeSpan(ticks)),
            ("Error Message", text(&*result.error_message)),
            ("Diagnosis", text(&*result.diagnosis)),
        ],
    )
}
