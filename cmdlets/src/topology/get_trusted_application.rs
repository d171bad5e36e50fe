//! Get-CsTrustedApplication, Get-CsTrustedApplicationPool, Get-CsTrustedApplicationComputer.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::value::Value;
use plenum_topology::identity::Role;
use plenum_topology::model::{Pool, PoolType, Topology, TrustedApplication};

use super::get_computer;
use super::listing::{Item, listing};
use super::service_properties::{number, service_view};
use crate::authoring::{Read, cmdlet, not_built, object, parameter, text, text_array};
use crate::ports::Ports;

fn is_application_pool(pool: &Pool) -> bool {
    pool.pool_type == PoolType::TrustedApplication
}

fn matches(arguments: &Arguments, parameter: &str, value: &str) -> bool {
    arguments
        .text(parameter)
        .is_none_or(|wanted| value.eq_ignore_ascii_case(&wanted))
}

/// The id as the product shows it.
fn urn(application: &TrustedApplication) -> String {
    if application
        .id
        .to_ascii_lowercase()
        .starts_with("urn:application:")
    {
        application.id.to_ascii_lowercase()
    } else {
        format!("urn:application:{}", application.id.to_ascii_lowercase())
    }
}

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    const TYPE: &str = "Microsoft.Rtc.Management.Xds.DisplayTrustedApplication";
    let signature = cmdlet("Get-CsTrustedApplication", "SkypeForBusiness")
        .synopsis("Returns the trusted applications of the topology.")
        .parameter(
            parameter("ApplicationId", "string")
                .set("ParentAndRelativeKey")
                .help("Only this application."),
        )
        .parameter(
            parameter("TrustedApplicationPoolFqdn", "string")
                .set("ParentAndRelativeKey")
                .help("Only applications of this pool."),
        )
        .output(TYPE)
        .example("Get-CsTrustedApplication", "All of them.");
    listing(
        ports,
        signature,
        ("trusted application", "trustedapplication"),
        |topology, arguments| {
            let mut items = Vec::new();
            for (_, pool) in topology.pools().filter(|(_, pool)| is_application_pool(pool)) {
                for application in &pool.applications {
                    let id = urn(application);
                    let short = id.trim_start_matches("urn:application:").to_owned();
                    let asked = matches(arguments, "ApplicationId", &id)
                        || matches(arguments, "ApplicationId", &short);
                    if asked && matches(arguments, "TrustedApplicationPoolFqdn", pool.fqdn.as_str()) {
                        let identity = format!("{}/{id}", pool.fqdn);
                        items.push(Item::new(
                            identity.clone(),
                            view(topology, pool, application, &identity),
                        ));
                    }
                }
            }
            Ok(items)
        },
    )
}

fn view(topology: &Topology, pool: &Pool, application: &TrustedApplication, identity: &str) -> Value {
    let domain = topology
        .default_sip_domain()
        .map(ToString::to_string)
        .unwrap_or_default();
    let short = urn(application).trim_start_matches("urn:application:").to_owned();
    let gruu = |host: &str| format!("sip:{host}@{domain};gruu;opaque=srvr:{short}");
    object(
        "Microsoft.Rtc.Management.Xds.DisplayTrustedApplication",
        [
            ("Identity", text(identity)),
            (
                "ComputerGruus",
                text_array(
                    pool.computers()
                        .iter()
                        .map(|computer| format!("{} {}", computer.fqdn, gruu(computer.fqdn.as_str()))),
                ),
            ),
            ("ServiceGruu", text(gruu(pool.fqdn.as_str()))),
            (
                "Protocol",
                text(if application.enable_tcp { "Tcp" } else { "Mtls" }),
            ),
            ("ApplicationId", text(urn(application))),
            ("TrustedApplicationPoolFqdn", text(pool.fqdn.as_str())),
            ("Port", number(Some(application.port))),
            ("LegacyApplicationName", text(short)),
        ],
    )
}

pub(super) fn pool_command(ports: &Ports) -> Arc<dyn Command> {
    let signature = cmdlet("Get-CsTrustedApplicationPool", "SkypeForBusiness")
        .synopsis("Returns the pools of trusted applications.")
        .parameter(parameter("PoolFqdn", "string").help("Only this pool."))
        .output("Microsoft.Rtc.Management.Xds.DisplayExternalServer")
        .example("Get-CsTrustedApplicationPool", "All of them.");
    listing(
        ports,
        signature,
        ("trusted application pool", "pool"),
        |topology, arguments| {
            let all = topology.services();
            Ok(all
                .iter()
                .filter(|service| service.id.role == Role::ExternalServer)
                .filter(|service| matches(arguments, "PoolFqdn", &service.id.host.to_string()))
                .map(|service| {
                    Item::new(
                        format!("TrustedApplicationPool:{}", service.id.host),
                        service_view(topology, &all, service),
                    )
                    .also(service.id.host.to_string())
                })
                .collect())
        },
    )
}

pub(super) fn computer_command(ports: &Ports) -> Arc<dyn Command> {
    let signature = cmdlet("Get-CsTrustedApplicationComputer", "SkypeForBusiness")
        .synopsis("Returns the computers of pools of trusted applications.")
        .switch(
            "Local",
            "Refused: the shell may run on a computer that is none of the topology.",
        )
        .parameter(parameter("Pool", "string").help("Only computers of this pool."))
        .output("Microsoft.Rtc.Management.Xds.DisplayComputer")
        .example("Get-CsTrustedApplicationComputer", "All of them.");
    listing(
        ports,
        signature,
        ("trusted application computer", "computer"),
        |topology, arguments| {
            if arguments.switch("Local") {
                return Err(not_built("-Local").into());
            }
            Ok(topology
                .computers()
                .iter()
                .filter(|(_, pool, _)| {
                    is_application_pool(pool) && matches(arguments, "Pool", pool.fqdn.as_str())
                })
                .map(|(_, pool, computer)| {
                    Item::new(computer.fqdn.as_str(), get_computer::view(pool, computer))
                })
                .collect())
        },
    )
}
