//! Stop-CsWindowsService.

use std::sync::Arc;

use plenum_admin::{Answer, Request};
use plenum_lang::cmdlet::{Arguments, Command, Context, Progress};
use plenum_lang::error::Result;
use plenum_lang::signature::Impact;

use super::get_windows_service::SERVICE;
use super::start_windows_service::{parameters, switch};
use super::target::{ask, service_name};
use crate::authoring::{cmdlet, simple};
use crate::ports::Ports;

/// How often a graceful stop is looked at.
const POLL_MILLISECONDS: u64 = 200;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = parameters(cmdlet("Stop-CsWindowsService", "SkypeForBusiness"))
        .synopsis("Stops services of the deployment's servers.")
        .description(
            "With -Graceful a service takes no new work and stops when calls and sessions in progress have ended; the command waits \
             for that unless -NoWait is given. The server process itself goes on, so that Start-CsWindowsService can start the \
             services again.",
        )
        .switch("Graceful", "Lets calls and sessions in progress end first.")
        .switch("LeaveClsAgentRunning", "Accepted: there is no logging agent apart from the server.")
        .switch("LeaveWebServerRunning", "Accepted: the health and metrics endpoints always go on.")
        .should_process(Impact::Medium)
        .output(SERVICE)
        .example("Stop-CsWindowsService -Name RTCSRV -Graceful", "Drains and stops the front end service.")
        .link("Get-CsWindowsService")
        .link("Start-CsWindowsService");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let graceful = arguments.switch("Graceful");
    let stopping = switch(ports, context, arguments, |name| Request::Stop { name, graceful })?;
    if graceful && !arguments.switch("NoWait") {
        for computer in stopping {
            wait(ports, context, &computer, service_name(arguments).as_deref())?;
        }
    }
    Ok(())
}

/// Waits until nothing of what was stopped is draining any more.
fn wait(ports: &Ports, context: &mut dyn Context, computer: &str, name: Option<&str>) -> Result<()> {
    let activity = format!("Stopping services on {computer}");
    loop {
        context.check_stop()?;
        let Some(Answer::Services(services)) = ask(ports, context, computer, &Request::Services)? else {
            return Ok(());
        };
        let draining: Vec<&str> = services
            .iter()
            .filter(|service| {
                service.state == "StopPending"
                    && name.is_none_or(|name| name.eq_ignore_ascii_case(&service.name))
            })
            .map(|service| service.name.as_str())
            .collect();
        let completed = draining.is_empty();
        let status = format!("waiting for {}", draining.join(", "));
        context.progress(&Progress {
            id: 0,
            activity: activity.clone(),
            status,
            completed,
            ..Progress::default()
        })?;
        if completed {
            return Ok(());
        }
        context.host().sleep(POLL_MILLISECONDS);
    }
}
