//! Get-CsSipDomain.

use std::sync::Arc;

use plenum_lang::cmdlet::Command;
use plenum_lang::value::Value;

use super::listing::{Item, listing};
use crate::authoring::{cmdlet, object, text};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let signature = cmdlet("Get-CsSipDomain", "SkypeForBusiness")
        .synopsis("Returns the SIP domains of the deployment; one of them is the default.")
        .output("Microsoft.Rtc.Management.Xds.SipDomain")
        .example("Get-CsSipDomain", "All SIP domains.")
        .example("Get-CsSipDomain | Where-Object IsDefault", "The default one.");
    listing(ports, signature, ("SIP domain", "sipdomain"), |topology, _| {
        let default = topology.default_sip_domain();
        let domains = topology.sip_domains.iter().map(|domain| {
            let name = domain.to_string();
            let value = object(
                "Microsoft.Rtc.Management.Xds.SipDomain",
                [
                    ("Identity", text(name.clone())),
                    ("Name", text(name.clone())),
                    ("IsDefault", Value::Bool(default == Some(domain))),
                ],
            );
            Item::new(name, value)
        });
        Ok(domains.collect())
    })
}
