//! Get-CsWindowsService.

use std::sync::Arc;

use plenum_admin::{Answer, Request, ServiceStatus};
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;

use super::target::{ask, computers, service_name};
use crate::authoring::{cmdlet, not_built, object, parameter, simple, text};
use crate::ports::Ports;

/// The type name of what the service cmdlets give.
pub const SERVICE: &str = "Microsoft.Rtc.Management.Deployment.Core.NTService";

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Get-CsWindowsService", "SkypeForBusiness")
        .synopsis("Returns the services of the deployment's servers: whether they run and how busy they are.")
        .parameter(
            parameter("ComputerName", "string")
                .complete(Completion::Identity("computer".into()))
                .help("Only this computer's services; by default those of all computers."),
        )
        .switch("ExcludeActivityLevel", "Leaves out how busy the services are.")
        .parameter(
            parameter("Name", "string")
                .position(1)
                .complete(Completion::Identity("windowsservice".into()))
                .help("Only this service: RTCSRV."),
        )
        .parameter(parameter("Report", "string").help("Refused: reports are not built yet."))
        .output(SERVICE)
        .example("Get-CsWindowsService", "All services.")
        .example(
            "Get-CsWindowsService -Name RTCSRV | Stop-CsWindowsService -Graceful",
            "Drains the front end service.",
        )
        .link("Start-CsWindowsService")
        .link("Stop-CsWindowsService");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    if arguments.has("Report") {
        return Err(not_built("-Report").into());
    }
    let wanted = service_name(arguments);
    let mut found = false;
    for computer in computers(ports, arguments)? {
        let Some(Answer::Services(services)) = ask(ports, context, &computer, &Request::Services)? else {
            continue;
        };
        for service in services {
            if wanted
                .as_ref()
                .is_none_or(|name| name.eq_ignore_ascii_case(&service.name))
            {
                found = true;
                context.write(view(
                    &computer,
                    &service,
                    !arguments.switch("ExcludeActivityLevel"),
                ))?;
            }
        }
    }
    match wanted {
        Some(name) if !found => context.error(
            ErrorRecord::new(
                "ServiceNotFound",
                Category::ObjectNotFound,
                format!("There is no running server with a service \"{name}\"."),
            )
            .about(text(name))
            .hint("Get-CsWindowsService without a name lists them."),
        ),
        _ => Ok(()),
    }
}

/// The product's table.
pub fn services() -> View {
    let columns = ["Status", "Name", "ActivityLevel"];
    View::table(SERVICE, columns.map(ViewColumn::new).to_vec())
}

/// A service as the service cmdlets show it: a table of Status, Name and ActivityLevel.
pub fn view(computer: &str, service: &ServiceStatus, activity: bool) -> Value {
    let level: Vec<String> = service
        .activity
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    object(
        SERVICE,
        [
            ("Status", text(&*service.state)),
            ("Name", text(&*service.name)),
            (
                "ActivityLevel",
                text(if activity { level.join(", ") } else { String::new() }),
            ),
            ("ComputerName", text(computer)),
            ("Role", text(&*service.role)),
        ],
    )
}
