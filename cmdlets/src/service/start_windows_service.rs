//! Start-CsWindowsService.

use std::sync::Arc;

use plenum_admin::Request;
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::{Completion, Impact};

use super::get_windows_service::SERVICE;
use super::target::{ask, computers, service_name};
use crate::authoring::{SignatureBuilder, cmdlet, not_built, parameter, simple};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = parameters(cmdlet("Start-CsWindowsService", "SkypeForBusiness"))
        .synopsis("Starts services of the deployment's servers.")
        .should_process(Impact::Medium)
        .output(SERVICE)
        .example("Start-CsWindowsService", "Starts everything that is stopped.")
        .example(
            "Start-CsWindowsService -Name RTCSRV",
            "Starts the front end service.",
        )
        .link("Get-CsWindowsService")
        .link("Stop-CsWindowsService");
    simple(signature, move |context, arguments| {
        switch(&ports, context, arguments, |name| Request::Start { name }).map(drop)
    })
}

/// The parameters that both switching cmdlets have.
pub(super) fn parameters(signature: SignatureBuilder) -> SignatureBuilder {
    signature
        .default_set("Name")
        .parameter(
            parameter("ComputerName", "string")
                .set("Name")
                .complete(Completion::Identity("computer".into()))
                .help("Only this computer's services; by default those of all computers."),
        )
        .switch("Force", "Does not ask.")
        .parameter(
            parameter("InputObject", "psobject")
                .set("InputObject")
                .by_value()
                .help("A service, from Get-CsWindowsService."),
        )
        .parameter(
            parameter("Name", "string")
                .set("Name")
                .position(1)
                .complete(Completion::Identity("windowsservice".into()))
                .help("Only this service: RTCSRV."),
        )
        .switch(
            "NoWait",
            "Returns at once; a graceful stop goes on by itself. Starting and other stops have no delay.",
        )
        .parameter(parameter("Report", "string").help("Refused: reports are not built yet."))
}

/// Sends a request for the named service to every computer that is meant; gives those that carried it out.
pub(super) fn switch(
    ports: &Ports,
    context: &mut dyn Context,
    arguments: &Arguments,
    request: impl Fn(Option<String>) -> Request,
) -> Result<Vec<String>> {
    if arguments.has("Report") {
        return Err(not_built("-Report").into());
    }
    let name = service_name(arguments);
    let mut carried_out = Vec::new();
    for computer in computers(ports, arguments)? {
        let target = name
            .as_ref()
            .map_or_else(|| computer.clone(), |name| format!("{name} on {computer}"));
        let go = if arguments.switch("Force") {
            context.should_process_forced(&target, None)?
        } else {
            context.should_process(&target, None)?
        };
        if go && ask(ports, context, &computer, &request(name.clone()))?.is_some() {
            carried_out.push(computer);
        }
    }
    Ok(carried_out)
}
