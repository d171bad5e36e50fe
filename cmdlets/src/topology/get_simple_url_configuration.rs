//! Get-CsSimpleUrlConfiguration: the deployment's simple URLs, and those of sites that have their own.

use std::sync::Arc;

use plenum_lang::cmdlet::Command;
use plenum_lang::value::Value;
use plenum_topology::model::SimpleUrl;

use super::listing::{Item, listing};
use crate::authoring::{Read, array, cmdlet, not_built, parameter, record, text};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let signature = cmdlet("Get-CsSimpleUrlConfiguration", "SkypeForBusiness")
        .synopsis("Returns the simple URLs: for meetings, dial-in pages and administration.")
        .switch(
            "LocalStore",
            "Reads the local replica; here it is the one store that is always read.",
        )
        .parameter(parameter("Tenant", "guid").help("Refused: there are no tenants."))
        .output("Microsoft.Rtc.Management.WritableConfig.Settings.SimpleUrl.SimpleUrlConfiguration")
        .example("Get-CsSimpleUrlConfiguration", "All of them.")
        .example(
            "(Get-CsSimpleUrlConfiguration -Identity Global).SimpleUrl",
            "The URLs of the deployment.",
        );
    listing(
        ports,
        signature,
        ("simple URL configuration", "site"),
        |topology, arguments| {
            if arguments.text("Tenant").is_some() {
                return Err(not_built("-Tenant").into());
            }
            let mut items = vec![Item::new("Global", view("Global", &topology.simple_urls()))];
            for site in topology.sites.iter().filter(|site| !site.simple_urls.is_empty()) {
                let identity = format!("Site:{}", site.name);
                items.push(Item::new(identity.clone(), view(&identity, &site.simple_urls)));
            }
            Ok(items)
        },
    )
}

fn view(identity: &str, urls: &[SimpleUrl]) -> Value {
    record(
        &["Microsoft.Rtc.Management.WritableConfig.Settings.SimpleUrl.SimpleUrlConfiguration"],
        identity,
        vec![
            ("Identity", text(identity)),
            ("SimpleUrl", array(urls.iter().map(url_view).collect())),
            ("UseBackendDatabase", Value::Bool(false)),
        ],
        Vec::new(),
    )
}

fn url_view(url: &SimpleUrl) -> Value {
    let entries: Vec<String> = std::iter::once(&url.url)
        .chain(&url.other_urls)
        .map(|url| format!("Url={url}"))
        .collect();
    let shown = format!(
        "Component={};Domain={};SimpleUrlEntry={};ActiveUrl={}",
        url.component,
        url.domain,
        entries.join(","),
        url.url
    );
    let entry = |url: &String| {
        record(
            &["Microsoft.Rtc.Management.WritableConfig.Settings.SimpleUrl.SimpleUrlEntry"],
            format!("Url={url}"),
            vec![("Url", text(url.clone()))],
            Vec::new(),
        )
    };
    record(
        &["Microsoft.Rtc.Management.WritableConfig.Settings.SimpleUrl.SimpleUrl"],
        shown,
        vec![
            ("Component", text(url.component.to_string())),
            ("Domain", text(url.domain.clone())),
            (
                "SimpleUrlEntry",
                array(
                    std::iter::once(&url.url)
                        .chain(&url.other_urls)
                        .map(entry)
                        .collect(),
                ),
            ),
            ("ActiveUrl", text(url.url.clone())),
        ],
        Vec::new(),
    )
}
