//! Get-CsService: services by identity, pool or role.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::error::Result;
use plenum_topology::identity::Role;
use plenum_topology::model::PoolType;
use plenum_topology::model::resolve::Service;

use super::listing::{Item, listing};
use super::service_properties::service_view;
use crate::authoring::{Read, cmdlet, invalid_argument, parameter, text};
use crate::ports::Ports;

/// The switches, in the order of the manual page, and what each selects. Roles that the product dropped before its
/// 2015 generation select nothing: no topology can have them.
const SWITCHES: &[(&str, &[&str], Selection)] = &[
    (
        "ApplicationDatabase",
        &[],
        Selection::Role(Role::ApplicationDatabase),
    ),
    ("ApplicationServer", &[], Selection::Role(Role::ApplicationServer)),
    ("ArchivingDatabase", &[], Selection::Role(Role::ArchivingDatabase)),
    ("ArchivingServer", &[], Selection::Gone),
    ("BackupServer", &[], Selection::Gone),
    ("CentralManagement", &[], Selection::Role(Role::CentralManagement)),
    (
        "CentralManagementDatabase",
        &[],
        Selection::Role(Role::ManagementDatabase),
    ),
    (
        "ConferencingServer",
        &["ConferenceServer"],
        Selection::Role(Role::ConferencingServer),
    ),
    ("Director", &[], Selection::Director),
    ("EdgeServer", &[], Selection::Role(Role::EdgeServer)),
    ("FileStore", &[], Selection::Role(Role::FileStore)),
    ("LegalInterceptServer", &[], Selection::Gone),
    ("ManagementServer", &[], Selection::Role(Role::CentralManagement)),
    ("MediationServer", &[], Selection::Role(Role::MediationServer)),
    (
        "MonitoringDatabase",
        &[],
        Selection::Role(Role::MonitoringDatabase),
    ),
    ("MonitoringServer", &[], Selection::Gone),
    (
        "PersistentChatComplianceDatabase",
        &[],
        Selection::Role(Role::PersistentChatComplianceStore),
    ),
    (
        "PersistentChatDatabase",
        &[],
        Selection::Role(Role::PersistentChatStore),
    ),
    (
        "PersistentChatServer",
        &[],
        Selection::Role(Role::PersistentChatServer),
    ),
    ("ProvisionDatabase", &[], Selection::Gone),
    ("ProvisionServer", &[], Selection::Gone),
    ("PstnGateway", &[], Selection::Role(Role::PstnGateway)),
    ("Registrar", &[], Selection::Role(Role::Registrar)),
    (
        "TrustedApplicationPool",
        &["ExternalServer"],
        Selection::Role(Role::ExternalServer),
    ),
    ("UserDatabase", &[], Selection::Role(Role::UserDatabase)),
    ("UserServer", &[], Selection::Role(Role::UserServer)),
    ("VideoGateway", &[], Selection::Role(Role::VideoGateway)),
    (
        "VideoInteropServer",
        &[],
        Selection::Role(Role::VideoInteropServer),
    ),
    ("WacServer", &[], Selection::Role(Role::WacService)),
    ("WebServer", &[], Selection::Role(Role::WebServer)),
];

#[derive(Clone, Copy)]
enum Selection {
    Role(Role),
    /// A registrar that homes nobody.
    Director,
    /// A role that no topology has any more.
    Gone,
}

impl Selection {
    fn selects(self, service: &Service<'_>) -> bool {
        match self {
            Selection::Role(role) => service.id.role == role,
            Selection::Director => {
                service.id.role == Role::Registrar
                    && service
                        .pool
                        .is_some_and(|pool| pool.pool_type == PoolType::Director)
            }
            Selection::Gone => false,
        }
    }
}

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let mut signature = cmdlet("Get-CsService", "SkypeForBusiness")
        .synopsis("Returns the services of the topology: pools, peers and stores, with their ports and dependencies.")
        .output("Microsoft.Rtc.Management.Xds.DisplayRegistrar")
        .example("Get-CsService -Registrar", "All registrars.")
        .example("Get-CsService -PoolFqdn pool01.contoso.example", "Everything that a pool runs.");
    for (name, aliases, selection) in SWITCHES {
        let help = match selection {
            Selection::Gone => "Only this role; the product dropped it before 2015, so there is none.",
            _ => "Only services of this role.",
        };
        signature = signature.parameter(parameter(*name, "switch").set(*name).aliases(aliases).help(help));
    }
    let signature = signature.parameter(
        parameter("PoolFqdn", "string")
            .complete(plenum_lang::signature::Completion::Identity("pool".into()))
            .help("Only services of this pool."),
    );
    listing(ports, signature, ("service", "service"), |topology, arguments| {
        let pool = arguments.text("PoolFqdn");
        let selections = selections(arguments)?;
        let wanted = |service: &Service<'_>| {
            pool.as_ref()
                .is_none_or(|pool| service.id.host.to_string().eq_ignore_ascii_case(pool))
                && (selections.is_empty() || selections.iter().any(|selection| selection.selects(service)))
        };
        let all = topology.services();
        Ok(all
            .iter()
            .filter(|service| wanted(service))
            .map(|service| {
                Item::new(service.id.to_string(), service_view(topology, &all, service))
                    .also(format!("Service:{}", service.id))
            })
            .collect())
    })
}

fn selections(arguments: &Arguments) -> Result<Vec<Selection>> {
    let given: Vec<&(&str, &[&str], Selection)> = SWITCHES
        .iter()
        .filter(|(name, _, _)| arguments.switch(name))
        .collect();
    if given.len() > 1 {
        let names: Vec<String> = given.iter().map(|(name, _, _)| format!("-{name}")).collect();
        return Err(
            invalid_argument("SeveralRoles", text(names.join(" ")), "Name one role at a time.").into(),
        );
    }
    Ok(given.into_iter().map(|(_, _, selection)| *selection).collect())
}
