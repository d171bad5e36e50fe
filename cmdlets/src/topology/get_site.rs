//! Get-CsSite.

use std::sync::Arc;

use plenum_lang::cmdlet::Command;
use plenum_lang::value::Value;
use plenum_topology::identity::{Role, ServiceId};
use plenum_topology::model::resolve::Service;
use plenum_topology::model::{Site, SiteType};

use super::listing::{Item, listing};
use crate::authoring::{cmdlet, object, optional_text, text, text_array};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let signature = cmdlet("Get-CsSite", "SkypeForBusiness")
        .synopsis("Returns the sites of the topology.")
        .output("Microsoft.Rtc.Management.Deploy.Internal.Site+CentralSite")
        .example("Get-CsSite", "All sites.")
        .example("Get-CsSite -Identity Redmond", "One site.");
    listing(ports, signature, ("site", "site"), |topology, _| {
        let all = topology.services();
        Ok(topology
            .sites
            .iter()
            .map(|site| Item::new(format!("Site:{}", site.name), view(&all, site)).also(site.name.clone()))
            .collect())
    })
}

fn view(all: &[Service<'_>], site: &Site) -> Value {
    let services: Vec<String> = all
        .iter()
        .filter(|service| service.site.name == site.name)
        .map(|service| service.id.to_string())
        .collect();
    let route = |pool: &Option<plenum_topology::identity::Fqdn>, role| {
        optional_text(
            pool.as_ref()
                .map(|pool| ServiceId::new(role, pool.clone()).to_string()),
        )
    };
    let (type_name, kind) = match site.site_type {
        SiteType::Central => (
            "Microsoft.Rtc.Management.Deploy.Internal.Site+CentralSite",
            "CentralSite",
        ),
        SiteType::Branch => (
            "Microsoft.Rtc.Management.Deploy.Internal.Site+BranchSite",
            "BranchSite",
        ),
    };
    object(
        type_name,
        [
            ("Identity", text(format!("Site:{}", site.name))),
            ("SiteId", text(format!("Site:{}", site.name))),
            ("Services", text_array(services)),
            (
                "Pools",
                text_array(site.pools.iter().map(|pool| pool.fqdn.to_string())),
            ),
            ("FederationRoute", route(&site.federation_route, Role::EdgeServer)),
            (
                "XmppFederationRoute",
                route(&site.xmpp_federation_route, Role::EdgeServer),
            ),
            (
                "DefaultPersistentChatPool",
                route(&site.default_persistent_chat_pool, Role::PersistentChatServer),
            ),
            ("Description", optional_text(site.description.clone())),
            ("DisplayName", text(site.name.clone())),
            ("SiteType", text(kind)),
            (
                "ParentSite",
                optional_text(site.parent.as_ref().map(|parent| format!("Site:{parent}"))),
            ),
        ],
    )
}
