//! Test-CsTopology: whether what is published keeps the rules, and whether the services that it asks for run.

use std::sync::Arc;

use plenum_admin::{Answer, Request};
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::value::Value;
use plenum_topology::identity::ServiceId;
use plenum_topology::model::Topology;
use plenum_topology::validate::validate;

use super::listing::topology;
use super::publish_topology::DIRECTORY_PARAMETERS;
use crate::authoring::{Read, cmdlet, not_built, object, parameter, simple, text};
use crate::ports::Ports;

const NANOSECONDS_PER_TICK: u64 = 100;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Test-CsTopology", "SkypeForBusiness")
        .synopsis("Tests whether the published topology keeps the rules and whether its servers run.")
        .parameter(
            parameter("GlobalCatalog", "string").help("Refused: the directory is part of the deployment."),
        )
        .parameter(
            parameter("GlobalSettingsDomainController", "string")
                .help("Refused: the directory is part of the deployment."),
        )
        .parameter(parameter("Report", "string").help("Refused: reports are not built yet."))
        .parameter(
            parameter("Service", "string")
                .complete(plenum_lang::signature::Completion::Identity("service".into()))
                .help("Only this service, e.g. Registrar:pool01.contoso.example."),
        )
        .output("Microsoft.Rtc.SyntheticTransactions.TaskOutput")
        .example("Test-CsTopology", "The whole deployment.")
        .example(
            "Test-CsTopology -Service Registrar:pool01.contoso.example -Verbose",
            "One service, step by step.",
        );
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    if let Some(name) = ["Report"]
        .iter()
        .chain(DIRECTORY_PARAMETERS)
        .find(|name| arguments.has(name))
    {
        return Err(not_built(&format!("-{name}")).into());
    }
    let began = context.host().monotonic_nanos();
    let topology = topology(ports)?;
    let wanted = arguments
        .text("Service")
        .map(|text| service(&topology, &text))
        .transpose()?;
    let mut faults: Vec<String> = Vec::new();
    if wanted.is_none() {
        faults.extend(
            validate(&topology)
                .iter()
                .filter(|problem| problem.is_error())
                .map(|problem| format!("[{}] {}", problem.rule, problem.message)),
        );
        context.verbose(&format!("The published document breaks {} rules.", faults.len()))?;
    }
    for (_, pool, computer) in topology.computers() {
        if wanted
            .as_ref()
            .is_some_and(|id| id.host.fqdn() != Some(&pool.fqdn))
        {
            continue;
        }
        let fault = computer_fault(ports, computer.fqdn.as_str(), wanted.as_ref());
        context.verbose(&format!(
            "{}: {}",
            computer.fqdn,
            fault.as_deref().unwrap_or("its services run.")
        ))?;
        faults.extend(fault.map(|fault| format!("{}: {fault}", computer.fqdn)));
    }
    let ticks = context.host().monotonic_nanos().saturating_sub(began) / NANOSECONDS_PER_TICK;
    let target = wanted.map_or_else(String::new, |id| id.host.to_string());
    context.write(object(
        "Microsoft.Rtc.SyntheticTransactions.TaskOutput",
        [
            ("Target Fqdn", text(target)),
            (
                "Result",
                text(if faults.is_empty() { "Success" } else { "Failure" }),
            ),
            (
                "Latency",
                Value::TimeSpan(i64::try_from(ticks).unwrap_or(i64::MAX)),
            ),
            ("Error Message", text(faults.join("; "))),
            ("Diagnosis", text("")),
        ],
    ))
}

fn service(topology: &Topology, wanted: &str) -> Result<ServiceId> {
    let id = ServiceId::parse(wanted).map_err(|error| {
        ErrorRecord::new("ServiceInvalid", Category::InvalidArgument, error.message)
            .about(text(wanted))
            .hint(error.hint)
    })?;
    if topology.service(&id).is_none() {
        return Err(ErrorRecord::new(
            "ItemNotFound",
            Category::ObjectNotFound,
            format!("Cannot find service \"{wanted}\" because it does not exist."),
        )
        .about(text(wanted))
        .hint("Get-CsService lists the services.")
        .into());
    }
    Ok(id)
}

/// What is wrong with a computer: it does not answer, or a service that it has does not run.
fn computer_fault(ports: &Ports, computer: &str, wanted: Option<&ServiceId>) -> Option<String> {
    match ports.servers.request(computer, &Request::Services) {
        Ok(Answer::Services(services)) => {
            let down: Vec<String> = services
                .iter()
                .filter(|service| wanted.is_none_or(|id| service.role.eq_ignore_ascii_case(id.role.name())))
                .filter(|service| service.state != "Running")
                .map(|service| format!("{} is {}", service.name, service.state))
                .collect();
            (!down.is_empty()).then(|| down.join(", "))
        }
        Ok(Answer::Failed { message, .. }) => Some(message),
        Ok(_) => Some("it answered something else than was asked".to_owned()),
        Err(error) => Some(error.message),
    }
}
