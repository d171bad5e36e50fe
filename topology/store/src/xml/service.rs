//! Settings of one service from its element: ports by the table of the model, names that ports and elements carry.

use plenum_topology::identity::Fqdn;
use plenum_topology::model::port::HasPorts;
use plenum_topology::model::{EdgeService, WebService};
use plenum_topology::problem::Problem;

use super::draft::{DraftService, unknown_children};
use super::finding;
use super::tree::Element;

/// The settings that a service's ports say. What the table does not know is one finding a service.
pub(super) fn settings<T: HasPorts>(
    service: &DraftService<'_>,
    name: &str,
    findings: &mut Vec<Problem>,
) -> T {
    let mut settings = T::default();
    let mut known: Vec<&Element> = Vec::new();
    for row in T::PORTS {
        let found = service.ports().find(|port| {
            port.attribute("Owner") == Some(row.owner)
                && port.attribute("Usage") == Some(row.usage)
                && port.attribute("InterfaceSide") == Some(row.side.name())
                && port.attribute("Protocol") == Some(row.protocol.name())
                && port.attribute("UrlPath").unwrap_or("/") == row.path
        });
        (row.set)(
            &mut settings,
            found
                .and_then(|port| port.attribute("Port"))
                .and_then(|number| number.parse().ok()),
        );
        if let (Some(port), Some(count)) = (found, &row.count)
            && let Some(size) = port.attribute("Range").and_then(|range| range.parse().ok())
        {
            (count.set)(&mut settings, size);
        }
        known.extend(found);
    }
    let unknown: Vec<String> = service
        .ports()
        .filter(|port| !known.iter().any(|other| std::ptr::eq(*other, *port)))
        .map(|port| {
            let part = |attribute| port.attribute(attribute).unwrap_or("?");
            let owner = part("Owner")
                .trim_start_matches("urn:component:")
                .trim_start_matches("urn:application:");
            format!("{owner} {} {}", part("Usage"), part("Port"))
        })
        .collect();
    if !unknown.is_empty() {
        findings.push(finding(
            service.element,
            format!(
                "Ports of {} on {name} have no counterpart: {}.",
                service.role,
                unknown.join(", ")
            ),
        ));
    }
    settings
}

fn configured_fqdn(service: &DraftService<'_>, owner: &str, usage: &str) -> Option<Fqdn> {
    let mut external = service
        .ports()
        .filter(|port| port.attribute("InterfaceSide") == Some("External"));
    let port = external
        .find(|port| port.attribute("Owner") == Some(owner) && port.attribute("Usage") == Some(usage))?;
    Fqdn::parse(port.attribute("ConfiguredFqdn")?).ok()
}

/// The names of the three Edge services, which their external ports carry.
pub(super) fn edge_names(service: &DraftService<'_>, edge: &mut EdgeService, pool: &Fqdn) {
    let access = configured_fqdn(service, "urn:component:AccessEdge", "SipClient");
    let shared = access.clone().unwrap_or_else(|| pool.clone());
    let own = |name: Option<Fqdn>| name.filter(|name| *name != shared);
    edge.web_conferencing_fqdn = own(configured_fqdn(service, "urn:component:DataEdge", "PsomClient"));
    edge.audio_video_fqdn = own(configured_fqdn(
        service,
        "urn:component:MediaRelayEdge",
        "TURNServer",
    ));
    edge.access_fqdn = access.filter(|name| name != pool);
}

/// Names and published ports of web services.
pub(super) fn web_names(
    service: &DraftService<'_>,
    web: &mut WebService,
    pool: &Fqdn,
    findings: &mut Vec<Problem>,
) {
    for port in service
        .ports()
        .filter(|port| port.attribute("InterfaceSide") == Some("External"))
    {
        let Some(number) = port
            .attribute("ConfiguredPort")
            .and_then(|number| number.parse().ok())
        else {
            continue;
        };
        match port.attribute("Protocol") {
            Some("Http") => web.published_external_http_port = number,
            Some("Https") => web.published_external_https_port = number,
            _ => {}
        }
    }
    let Some(element) = service.element.child("WebService") else {
        return;
    };
    let mut host = |name: &str| {
        let settings = element.child(name)?;
        if settings
            .child("OverrideUrls")
            .is_some_and(|urls| !urls.children.is_empty())
        {
            findings.push(finding(
                settings,
                format!("Override URLs of the web services on {pool} are not carried over."),
            ));
        }
        Fqdn::parse(settings.attribute("Host")?)
            .ok()
            .filter(|name| name != pool)
    };
    web.internal_fqdn = host("InternalSettings");
    web.external_fqdn = host("ExternalSettings");
}

/// The lists of web components and conferencing servers that a service has: here they follow from the pool's type.
pub(super) fn component_lists(service: &DraftService<'_>, name: &str, findings: &mut Vec<Problem>) {
    for (holder, list) in [("WebService", "WebComponents"), ("ConfService", "MCUs")] {
        if let Some(list) = service
            .element
            .child(holder)
            .and_then(|holder| holder.child(list))
        {
            let count = list.children.len();
            findings.push(finding(list, format!("{} of {} on {name} ({count} of them) are not carried over: they follow from the pool's type.", list.name, service.role)));
        }
    }
    unknown_children(
        service.element,
        &[
            "ServiceId",
            "DependsOn",
            "InstalledOn",
            "Ports",
            "RegistrarService",
            "WebService",
            "ConfService",
            "ApplicationServerService",
            "FileStoreService",
            "WacService",
            "CentralMgmtService",
            "ExternalService",
            "PstnGatewayService",
        ],
        findings,
    );
}
