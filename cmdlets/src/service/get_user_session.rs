//! Get-CsUserSession: who is signed in, with which client, from where.

use std::sync::Arc;

use plenum_admin::{Answer, Request, Session};
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::signature::Completion;
use plenum_lang::value::{DateTime, DateTimeKind, Value};
use plenum_topology::identity::SipAddress;

use super::target::{ask, computers};
use crate::authoring::{Read, cmdlet, object, optional_text, parameter, simple, text, ticks_of_unix};
use crate::ports::Ports;
use crate::user::UserNotFound;
use crate::user::attribute::SIP_ADDRESS;
use crate::user::find::find_enabled;

/// The type name of what it gives.
const SESSION: &str = "Plenum.UserSession";

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
        .output(SESSION)
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
        Some(identity) => match find_enabled(&*ports.directory, &identity) {
            Ok(user) => match user.first(SIP_ADDRESS).map(SipAddress::parse) {
                Some(Ok(address)) => Some(address.without_scheme()),
                _ => return context.error(UserNotFound::NotEnabled(identity).into()),
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

/// Who is connected with what: the rest is in the objects.
pub(super) fn sessions() -> View {
    let columns = ["User", "Client", "Transport", "Source", "Since", "Availability"];
    View::table(SESSION, columns.map(ViewColumn::new).to_vec())
}

fn view(computer: &str, session: &Session) -> Value {
    let since = DateTime {
        ticks: ticks_of_unix(session.since),
        kind: DateTimeKind::Utc,
    };
    object(
        SESSION,
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
