//! Test-CsRegistration, Test-CsIM, Test-CsPresence and Test-CsP2PAV: one frame, a row for each.
//!
//! The result object is the product's: target, result, latency, error message, diagnosis. Without credentials a test
//! signs in as the test users that the health monitoring configuration names for the pool, with the keys that the
//! deployment keeps of their passwords: who may run these cmdlets may read the store, so nothing is gained by asking for
//! a password, and none has to stand in a script.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Completion;
use plenum_lang::value::{Value, reveal};
use plenum_settings::{HealthMonitoringConfiguration, Settings};
use plenum_topology::effective::written;
use plenum_topology::identity::SipAddress;

use crate::authoring::{Read, cmdlet, not_built, object, parameter, simple, text};
use crate::ports::{Ports, ProbeResult, ProbeUser, Transaction};
use crate::user::attribute::SIP_ADDRESS;
use crate::user::find::find_enabled;
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
        .default_set("ServerPlatform")
        .parameter(
            parameter("TargetFqdn", "string")
                .set("ServerPlatform")
                .set("ClientPlatform")
                .alias("t")
                .mandatory()
                .position(1)
                .complete(Completion::Identity("pool".into()))
                .help("The FQDN of the pool to test."),
        )
        .parameter(parameter("Authentication", "string").alias("Ath").one_of(&["Negotiate", "Digest", "TrustedServer", "Ntlm", "Kerberos", "ClientCertificate", "LiveID"]).help("How to authenticate: Negotiate and Digest with credentials, TrustedServer as the pool's test users; found out by itself when left out. The others are not built yet."))
        .switch("Force", "Accepted for scripts: these tests ask nothing and have no warnings to suppress.")
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
                    .help(
                        "The account's name and password; without credentials the pool's test users sign in.",
                    ),
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
        .example(example, "Tests the pool as a client would use it.")
        .example(
            format!("{} -TargetFqdn fe1.contoso.example", test.name),
            "Tests it with the pool's test users.",
        )
        .link("New-CsHealthMonitoringConfiguration");
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
    let target = arguments.required_text("TargetFqdn")?;
    let with_credentials = test.roles.iter().any(|role| arguments.has(&credential(role)));
    check_method(arguments, with_credentials)?;
    let users: Vec<ProbeUser> = if with_credentials {
        let users = test.roles.iter().map(|role| probe_user(ports, arguments, role));
        users.collect::<Result<_>>()?
    } else {
        test_users(test, ports, arguments, &target)?
    };
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

/// The name of a role's credential parameter.
fn credential(role: &str) -> String {
    format!("{role}Credential")
}

/// Whether the way to authenticate that was asked for is the one that there is.
fn check_method(arguments: &Arguments, with_credentials: bool) -> Result<()> {
    let Some(method) = arguments.text("Authentication") else {
        return Ok(());
    };
    let is = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(&method));
    if is(&["TrustedServer"]) && with_credentials {
        let message =
            "-Authentication TrustedServer signs in as the pool's test users; leave out the credentials.";
        return Err(
            ErrorRecord::new("CredentialNotUsed", Category::InvalidArgument, message)
                .about(text(method))
                .into(),
        );
    }
    if is(&["Digest", "Negotiate", "TrustedServer"]) {
        return Ok(());
    }
    Err(not_built(&format!("Signing in with {method}"))
        .hint("Leave out -Authentication: users sign in with Digest.")
        .into())
}

/// The test users of a pool, for as many roles as the test has.
fn test_users(test: &Test, ports: &Ports, arguments: &Arguments, target: &str) -> Result<Vec<ProbeUser>> {
    let snapshot = ports.store.snapshot().map_err(port_error)?;
    let named = written(
        &snapshot.settings,
        HealthMonitoringConfiguration::noun().name,
        target,
    )
    .and_then(|(_, value)| HealthMonitoringConfiguration::from_json(value).ok());
    let configured = named.map(|named| {
        [
            (named.first_test_user_sip_uri, named.first_test_sam_account_name),
            (named.second_test_user_sip_uri, named.second_test_sam_account_name),
        ]
    });
    let role_at = |(at, role): (usize, &&str)| {
        let given = arguments.text(&format!("{role}SipAddress"));
        let known = configured.as_ref().map(|users| users[at].clone());
        match (given, known) {
            (Some(address), _) => test_user(ports, &address, None),
            (None, Some((address, account))) => test_user(ports, &address, account),
            (None, None) => Err(no_test_users(target, test).into()),
        }
    };
    test.roles.iter().enumerate().map(role_at).collect()
}

fn no_test_users(target: &str, test: &Test) -> ErrorRecord {
    let credentials: Vec<String> = test
        .roles
        .iter()
        .map(|role| format!("-{role}Credential"))
        .collect();
    let message = format!("There are no test users for \"{target}\".");
    ErrorRecord::new("TestUsersMissing", Category::ObjectNotFound, message)
        .about(text(target))
        .hint(format!(
            "Name two with New-CsHealthMonitoringConfiguration -TargetFqdn {target}, or give {}.",
            credentials.join(" and ")
        ))
}

/// A test user with the keys of the password, under the first sign-in name that has some.
fn test_user(ports: &Ports, address: &str, account: Option<String>) -> Result<ProbeUser> {
    let user = find_enabled(&*ports.directory, address).map_err(ErrorRecord::from)?;
    let names = account.map_or_else(|| user.sign_in_names(), |account| vec![account]);
    for username in names {
        let keys = ports.directory.stored_keys(&username).map_err(port_error)?;
        if !keys.is_empty() {
            return Ok(ProbeUser {
                sip_address: without_scheme(address),
                username,
                password: String::new(),
                keys,
            });
        }
    }
    let message = format!("The test user \"{address}\" has no password.");
    Err(
        ErrorRecord::new("TestUserWithoutPassword", Category::InvalidOperation, message)
            .about(text(address))
            .hint("Set one with Set-ADAccountPassword; nobody has to know it.")
            .into(),
    )
}

fn without_scheme(address: &str) -> String {
    SipAddress::parse(address).map_or_else(|_| address.to_owned(), |address| address.without_scheme())
}

fn probe_user(ports: &Ports, arguments: &Arguments, role: &str) -> Result<ProbeUser> {
    let credential = arguments.get(&credential(role));
    let parts = credential.and_then(|credential| {
        Some((
            credential.property("UserName")?.to_text(),
            reveal(&credential.property("Password")?)?,
        ))
    });
    let Some((username, password)) = parts else {
        let message = format!("-{role}Credential is missing: give the credentials of all users, or of none.");
        return Err(ErrorRecord::new("CredentialMissing", Category::InvalidArgument, message).into());
    };
    let sip_address = match arguments.text(&format!("{role}SipAddress")) {
        Some(address) => address,
        None => address_of(ports, &username)?,
    };
    // DOMAIN\name signs in as name: Digest has no domains.
    let username = username
        .rsplit_once('\\')
        .map_or(username.clone(), |(_, name)| name.to_owned());
    Ok(ProbeUser {
        sip_address: without_scheme(&sip_address),
        username,
        password,
        keys: Vec::new(),
    })
}

fn address_of(ports: &Ports, username: &str) -> Result<String> {
    let user = find_one(&*ports.directory, username).map_err(ErrorRecord::from)?;
    user.first(SIP_ADDRESS).map(str::to_owned).ok_or_else(|| {
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
