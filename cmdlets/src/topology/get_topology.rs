//! Get-CsTopology: the published topology, as an object or as the vendor's document.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::value::Value;
use plenum_topology::model::{SiteType, Topology};

use super::command::published;
use super::listing::topology;
use crate::authoring::{cmdlet, object, optional_text, simple, text, text_array};
use crate::ports::Ports;
use crate::user::port_error;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Get-CsTopology", "SkypeForBusiness")
        .synopsis("Returns the published topology.")
        .description(
            "With -AsXml it is the vendor's published document, for tools that read that; what it cannot hold is said \
             as warnings. plenum topology export writes the file that people edit.",
        )
        .switch("AsXml", "As the text of the vendor's published topology document.")
        .switch("LocalStore", "Reads the local replica; here it is the one store that is always read.")
        .output("Microsoft.Rtc.Management.Deploy.Internal.DefaultTopology")
        .example("Get-CsTopology", "What the deployment consists of.")
        .example("Get-CsTopology -AsXml | Out-File topology.xml", "Saves the vendor's document.")
        .link("Publish-CsTopology");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let topology = topology(ports)?;
    if !arguments.switch("AsXml") {
        let revision = published(ports).map_err(port_error)?.revision;
        return context.write(view(&topology, revision.0));
    }
    let (document, findings) = ports.documents.write_xml(&topology);
    for finding in findings {
        context.warning(&finding.message)?;
    }
    context.write(text(document))
}

/// The topology as an object; also what Publish- and Enable-CsTopology write.
pub(super) fn view(topology: &Topology, revision: u64) -> Value {
    let sites = |kind| {
        topology
            .sites
            .iter()
            .filter(move |site| site.site_type == kind)
            .map(|site| format!("Site:{}", site.name))
    };
    object(
        "Microsoft.Rtc.Management.Deploy.Internal.DefaultTopology",
        [
            ("Name", optional_text(topology.name.clone())),
            (
                "Revision",
                Value::Long(i64::try_from(revision).unwrap_or(i64::MAX)),
            ),
            (
                "DefaultSipDomain",
                optional_text(topology.default_sip_domain().map(ToString::to_string)),
            ),
            (
                "SipDomains",
                text_array(topology.sip_domains.iter().map(ToString::to_string)),
            ),
            ("CentralSites", text_array(sites(SiteType::Central))),
            ("BranchSites", text_array(sites(SiteType::Branch))),
            (
                "Clusters",
                text_array(topology.pools().map(|(_, pool)| pool.fqdn.to_string())),
            ),
            (
                "Machines",
                text_array(
                    topology
                        .computers()
                        .iter()
                        .map(|(_, _, computer)| computer.fqdn.to_string()),
                ),
            ),
            (
                "Services",
                text_array(topology.services().iter().map(|service| service.id.to_string())),
            ),
        ],
    )
}
