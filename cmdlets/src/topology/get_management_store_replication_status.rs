//! Get-CsManagementStoreReplicationStatus: which revision each computer runs, and why one is behind; and
//! Invoke-CsManagementStoreReplication, which makes computers look for a newer one now.

use std::sync::Arc;

use plenum_admin::{Answer, Request};
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::Completion;
use plenum_lang::value::{DateTime, DateTimeKind, Value};
use plenum_topology::drift::{Running, State, compare};
use plenum_topology::identity::Fqdn;
use plenum_topology::model::Topology;

use super::command::{ask_computer, published};
use super::listing::topology;
use crate::authoring::{
    ParameterBuilder, Read, cmdlet, not_built, not_found, object, optional_text, parameter, simple, text,
    text_array, ticks_of_unix,
};
use crate::ports::Ports;
use crate::user::port_error;

fn replica_parameter() -> ParameterBuilder {
    parameter("ReplicaFqdn", "string")
        .position(1)
        .by_property_name()
        .complete(Completion::Identity("computer".into()))
        .help("Only this computer; by default all of the topology.")
}

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Get-CsManagementStoreReplicationStatus", "SkypeForBusiness")
        .synopsis("Returns which revision of the configuration each computer runs, and why one is behind.")
        .description("Beyond the product it says the revision that a computer runs, the one that is published, and the reason when they differ.")
        .parameter(parameter("CentralManagementStoreStatus", "switch").by_property_name().help("The store itself instead of the computers."))
        .parameter(replica_parameter())
        .output("Microsoft.Rtc.Management.Xds.ReplicaState")
        .example("Get-CsManagementStoreReplicationStatus", "All computers.")
        .example("Get-CsManagementStoreReplicationStatus | Where-Object { -not $_.UpToDate }", "Those that are behind, or cannot be asked.")
        .link("Invoke-CsManagementStoreReplication");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let topology = topology(ports)?;
    if arguments.switch("CentralManagementStoreStatus") {
        return context.write(store_status(ports, &topology)?);
    }
    let revision = published(ports).map_err(port_error)?.revision;
    let written = committed_at(ports)?;
    for computer in computers(context, &topology, arguments)? {
        let running = ask_computer(ports, &computer);
        let drift = compare(revision, &computer, &running);
        let (applied, version) = match &running {
            Running::Reported {
                applied_at, version, ..
            } => (moment(*applied_at), text(version.clone())),
            Running::Unreachable { .. } => (Value::Null, Value::Null),
        };
        context.write(object(
            "Microsoft.Rtc.Management.Xds.ReplicaState",
            [
                ("UpToDate", Value::Bool(drift.state == State::UpToDate)),
                ("ReplicaFqdn", text(computer.as_str())),
                ("LastStatusReport", applied),
                ("LastUpdateCreation", written.clone()),
                ("ProductVersion", version),
                (
                    "Revision",
                    drift.revision.map_or(Value::Null, |revision| long(revision.0)),
                ),
                ("PublishedRevision", long(revision.0)),
                (
                    "Reason",
                    optional_text(Some(drift.reason).filter(|reason| !reason.is_empty())),
                ),
            ],
        ))?;
    }
    Ok(())
}

fn long(number: u64) -> Value {
    Value::Long(i64::try_from(number).unwrap_or(i64::MAX))
}

fn moment(milliseconds: i64) -> Value {
    let ticks = ticks_of_unix(milliseconds);
    Value::DateTime(Arc::new(DateTime {
        ticks,
        kind: DateTimeKind::Utc,
    }))
}

/// When the newest revision was committed.
fn committed_at(ports: &Ports) -> Result<Value> {
    let newest = ports.store.history(1).map_err(port_error)?;
    Ok(newest.first().map_or(Value::Null, |info| moment(info.when)))
}

fn store_status(ports: &Ports, topology: &Topology) -> Result<Value> {
    let master = topology
        .central_management_pool()
        .and_then(|(_, pool)| pool.computers().first().map(|computer| computer.fqdn.to_string()));
    let replicas = topology
        .computers()
        .iter()
        .map(|(_, _, computer)| computer.fqdn.to_string())
        .collect::<Vec<_>>();
    Ok(object(
        "Microsoft.Rtc.Management.Xds.CentralManagementStoreStatusResult",
        [
            ("LastUpdatedOn", committed_at(ports)?),
            ("ActiveMasterFqdn", optional_text(master)),
            ("Revision", long(published(ports).map_err(port_error)?.revision.0)),
            ("ActiveReplicas", text_array(replicas)),
            ("DeletedReplicas", text_array(Vec::<String>::new())),
        ],
    ))
}

/// The computer that is named, or all.
fn computers(context: &mut dyn Context, topology: &Topology, arguments: &Arguments) -> Result<Vec<Fqdn>> {
    let all = topology
        .computers()
        .into_iter()
        .map(|(_, _, computer)| computer.fqdn);
    let Some(wanted) = arguments.text("ReplicaFqdn") else {
        return Ok(all.collect());
    };
    let found: Vec<Fqdn> = all
        .filter(|computer| computer.as_str().eq_ignore_ascii_case(&wanted))
        .collect();
    if found.is_empty() {
        let message = format!("Cannot find computer \"{wanted}\" because it does not exist.");
        context.error(
            not_found("ItemNotFound", text(wanted), message).hint("Get-CsComputer lists the computers."),
        )?;
    }
    Ok(found)
}

pub(super) fn invoke_command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Invoke-CsManagementStoreReplication", "SkypeForBusiness")
        .synopsis("Makes computers look for a newer configuration now instead of at their next look.")
        .switch(
            "Force",
            "Refused: a computer always takes the whole of a revision, so there is nothing to force.",
        )
        .parameter(replica_parameter())
        .example("Invoke-CsManagementStoreReplication", "All computers.")
        .link("Get-CsManagementStoreReplicationStatus");
    simple(signature, move |context, arguments| {
        if arguments.switch("Force") {
            return Err(not_built("-Force").into());
        }
        let topology = topology(&ports)?;
        for computer in computers(context, &topology, arguments)? {
            match ports.servers.request(computer.as_str(), &Request::Refresh) {
                Ok(Answer::Failed { id, message, hint }) => context.error(
                    port_error(crate::ports::PortError { id, message, hint }).about(text(computer.as_str())),
                )?,
                Ok(_) => {}
                Err(error) => context.error(port_error(error).about(text(computer.as_str())))?,
            }
        }
        Ok(())
    })
}
