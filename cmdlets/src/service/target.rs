//! Which servers a cmdlet talks to, and what it makes of their answers.

use plenum_admin::{Answer, Request};
use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::value::Value;
use plenum_topology::model::Topology;

use crate::authoring::{Read, text};
use crate::ports::Ports;
use crate::user::port_error;

/// The computers that the arguments mean: `-ComputerName`, that of a piped service, else all of the topology.
pub fn computers(ports: &Ports, arguments: &Arguments) -> Result<Vec<String>> {
    let piped = arguments
        .get("InputObject")
        .and_then(|service| property(service, "ComputerName"));
    let snapshot = ports.store.snapshot().map_err(port_error)?;
    let topology = Topology::from_json(&snapshot.topology).map_err(|error| {
        ErrorRecord::new(
            "TopologyDamaged",
            Category::InvalidData,
            format!("The published topology cannot be read: {error}"),
        )
    })?;
    let known: Vec<String> = topology
        .computers()
        .into_iter()
        .map(|(_, _, computer)| computer.fqdn.to_string())
        .collect();
    let Some(named) = arguments.text("ComputerName").or(piped) else {
        return Ok(known);
    };
    match known
        .iter()
        .find(|computer| computer.eq_ignore_ascii_case(&named))
    {
        Some(computer) => Ok(vec![computer.clone()]),
        None => Err(ErrorRecord::new(
            "ComputerNotFound",
            Category::ObjectNotFound,
            format!("There is no computer \"{named}\" in the topology."),
        )
        .about(text(named))
        .hint(format!("Its computers are: {}.", known.join(", ")))
        .into()),
    }
}

/// The name of the service that the arguments mean: `-Name`, or that of a piped service.
pub fn service_name(arguments: &Arguments) -> Option<String> {
    let piped = arguments
        .get("InputObject")
        .and_then(|service| property(service, "Name"));
    arguments.text("Name").or(piped)
}

fn property(value: &Value, name: &str) -> Option<String> {
    value.property(name).map(|value| value.to_text())
}

/// Asks a server. What it refuses, or that it does not run, becomes an error of the cmdlet, and `None` comes back.
pub fn ask(
    ports: &Ports,
    context: &mut dyn Context,
    computer: &str,
    request: &Request,
) -> Result<Option<Answer>> {
    match ports.servers.request(computer, request) {
        Ok(Answer::Failed { id, message, hint }) => {
            let record = ErrorRecord::new(id, Category::InvalidOperation, format!("{computer}: {message}"))
                .about(text(computer));
            context.error(match hint {
                Some(hint) => record.hint(hint),
                None => record,
            })?;
            Ok(None)
        }
        Ok(answer) => Ok(Some(answer)),
        Err(error) => {
            context.error(port_error(error).about(text(computer)))?;
            Ok(None)
        }
    }
}
