//! Get-CsUserSession: who is signed in, with which client, from where.

use std::sync::Arc;

use plenum_admin::{Answer, Request, Session};
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::signature::Completion;
use plenum_lang::value::{DateTime, DateTimeKind, Value};

use super::target::{ask, computers};
use crate::authoring::{Read, cmdlet, object, optional_text, parameter, simple, text};
use crate::ports::Ports;
use crate::user::{UserNotFound, find_one};

/// Ticks of 100 ns between 0001-01-01 and 1970-01-01.
const UNIX_EPOCH_TICKS: i64 = 621_355_968_000_000_000;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Get-CsUserSession", "SkypeForBusiness")
        .alias("Get-CsConnections")
        .synopsis("Returns the endpoints that are signed in: user, client, transport, address, since when.")
        .description("Asks every server of the deployment. The product has no such cmdlet; scripts that read its databases do this.")
        .parameter(
            parameter("Identity", "string")
                .position(0)
                .by_value()
                .by_property_name()
                .complete(Completion::Identity("user".into()))
                .help("Only this user; by default everybody who is signed in."),
        )
        .parameter(parameter("ComputerName", "string").complete(Completion::Identity("computer".into())).help("Only endpoints of this computer."))
        .output("Plenum.UserSession")
        .example("Get-CsUserSession sip:ken@contoso.example", "The endpoints of one user.")
        .example("Get-CsUserSession | Group-Object Client | Sort-Object Count -Descending", "Which clients are used.")
        .link("Get-CsUserPoolInfo");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let user = match arguments.text("Identity") {
        None => None,
        Some(identity) => match find_one(&*ports.directory, &identity) {
            Ok(user) => match user.first("msRTCSIP-PrimaryUserAddress") {
                Some(address) => Some(address.trim_start_matches("sip:").to_owned()),
                None => return context.error(UserNotFound::Missing(identity).into()),
            },
            Err(reason) => return context.error(ErrorRecord::from(reason)),
        },
    };
    for computer in computers(ports, arguments)? {
        let request = Request::Sessions { user: user.clone() };
        let Some(Answer::Sessions(sessions)) = ask(ports, context, &computer, &request)? else {
            continue;
        };
        for session in &sessions {
            context.write(view(&computer, session))?;
        }
    }
    Ok(())
}

fn view(computer: &str, session: &Session) -> Value {
    let since = DateTime {
        ticks: UNIX_EPOCH_TICKS + session.since * 10_000,
        kind: DateTimeKind::Utc,
    };
    object(
        "Plenum.UserSession",
        [
            ("User", text(format!("sip:{}", session.user))),
            ("Client", text(&*session.user_agent)),
            ("Transport", text(&*session.transport)),
            ("Source", text(&*session.source)),
            ("Since", Value::DateTime(Arc::new(since))),
            (
                "ExpiresIn",
                Value::TimeSpan(i64::from(session.expires_in) * 10_000_000),
            ),
            ("Availability", optional_text(session.availability.clone())),
            ("Contact", text(&*session.contact)),
            ("ComputerName", text(computer)),
        ],
    )
}
