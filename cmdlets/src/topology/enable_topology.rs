//! Enable-CsTopology: in the product it writes what publishing left undone (trusted services, permissions). Here
//! publishing leaves nothing undone; the cmdlet tells the servers to look for what is published, and checks it.

use std::sync::Arc;

use plenum_admin::Request;
use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::Impact;

use super::command::published;
use super::get_topology::view;
use super::listing::topology;
use super::publish_topology::DIRECTORY_PARAMETERS;
use crate::authoring::{cmdlet, not_built, parameter, simple};
use crate::ports::Ports;
use crate::user::port_error;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Enable-CsTopology", "SkypeForBusiness")
        .synopsis("Makes the servers take the published topology now.")
        .description("Publishing is complete by itself and servers follow it; this makes them look at once, and warns of those that cannot be reached.")
        .switch("Force", "Leaves out the warnings about servers that cannot be reached.")
        .parameter(parameter("GlobalCatalog", "string").help("Refused: the directory is part of the deployment."))
        .parameter(parameter("GlobalSettingsDomainController", "string").help("Refused: the directory is part of the deployment."))
        .parameter(parameter("Report", "string").help("Refused: reports are not built yet."))
        .parameter(parameter("SkipPrepareCheck", "bool").help("Refused: there is no directory preparation to check."))
        .should_process(Impact::Medium)
        .output("Microsoft.Rtc.Management.Deploy.Internal.DefaultTopology")
        .example("Enable-CsTopology", "After Publish-CsTopology, when it should be in force at once.")
        .link("Publish-CsTopology");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let refused = ["Report", "SkipPrepareCheck"];
    if let Some(name) = refused
        .iter()
        .chain(DIRECTORY_PARAMETERS)
        .find(|name| arguments.has(name))
    {
        return Err(not_built(&format!("-{name}")).into());
    }
    let topology = topology(ports)?;
    if !context.should_process("topology", None)? {
        return Ok(());
    }
    for (_, _, computer) in topology.computers() {
        if let Err(error) = ports.servers.request(computer.fqdn.as_str(), &Request::Refresh) {
            if arguments.switch("Force") {
                continue;
            }
            context.warning(&format!(
                "{}: {} It takes the topology when it runs.",
                computer.fqdn, error.message
            ))?;
        }
    }
    let revision = published(ports).map_err(port_error)?.revision;
    context.write(view(&topology, revision.0))
}
