//! Topologies as flat lists of entities with settings, and the difference of two such lists.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;

use super::{Action, EntityChange, FieldChange};
use crate::identity::Role;
use crate::model::resolve::POOL_ROLES;
use crate::model::{Pool, Site, Topology};

/// An entity: where it stands and its settings as text, in the order of the model.
struct Entity {
    kind: &'static str,
    name: String,
    site: Option<String>,
    fields: IndexMap<String, String>,
}

pub(super) fn changes(before: Option<&Topology>, after: &Topology) -> Vec<EntityChange> {
    let old = before.map(entities).unwrap_or_default();
    let new = entities(after);
    let mut changes = Vec::new();
    for (key, entity) in &new {
        match old.get(key) {
            None => changes.push(change(Action::Add, entity, all_fields(entity, false))),
            Some(standing) => {
                let fields = differences(standing, entity);
                if !fields.is_empty() {
                    changes.push(change(Action::Change, entity, fields));
                }
            }
        }
    }
    for (key, entity) in &old {
        if !new.contains_key(key) {
            changes.push(change(Action::Remove, entity, all_fields(entity, true)));
        }
    }
    changes
}

fn change(action: Action, entity: &Entity, fields: Vec<FieldChange>) -> EntityChange {
    EntityChange {
        action,
        kind: entity.kind,
        name: entity.name.clone(),
        site: entity.site.clone(),
        fields,
    }
}

fn all_fields(entity: &Entity, removed: bool) -> Vec<FieldChange> {
    let field = |(field, text): (&String, &String)| {
        let text = Some(text.clone());
        let (before, after) = if removed { (text, None) } else { (None, text) };
        FieldChange {
            field: field.clone(),
            before,
            after,
        }
    };
    // The settings of services are their defaults in most cases: a new pool's type says what it runs.
    entity
        .fields
        .iter()
        .filter(|(name, _)| !name.starts_with("services."))
        .map(field)
        .collect()
}

fn differences(old: &Entity, new: &Entity) -> Vec<FieldChange> {
    let mut fields: Vec<FieldChange> = Vec::new();
    let mut push = |field: &str, before: Option<&String>, after: Option<&String>| {
        if before != after {
            fields.push(FieldChange {
                field: field.to_owned(),
                before: before.cloned(),
                after: after.cloned(),
            });
        }
    };
    push("site", old.site.as_ref(), new.site.as_ref());
    for (field, after) in &new.fields {
        push(field, old.fields.get(field), Some(after));
    }
    for (field, before) in old
        .fields
        .iter()
        .filter(|(field, _)| !new.fields.contains_key(*field))
    {
        push(field, Some(before), None);
    }
    fields
}

type Entities = IndexMap<(&'static str, String), Entity>;

fn entities(topology: &Topology) -> Entities {
    let mut all = Entities::new();
    let deployment = serde_json::json!({
        "name": topology.name,
        "defaultSipDomain": topology.default_sip_domain(),
        "centralManagementPool": topology.central_management_pool().map(|(_, pool)| &pool.fqdn),
    });
    add(&mut all, "deployment", "the deployment", None, &deployment, &[]);
    for domain in &topology.sip_domains {
        add(&mut all, "SIP domain", domain.as_str(), None, &Value::Null, &[]);
    }
    for url in topology.simple_urls() {
        add(
            &mut all,
            "simple URL",
            &format!("{} for {}", url.component, url.domain),
            None,
            &json(&url),
            &["component", "domain"],
        );
    }
    let numbers = topology.site_ids();
    for (site, (_, number)) in topology.sites.iter().zip(numbers) {
        self::site(&mut all, site, number);
    }
    for region in &topology.network.regions {
        add(
            &mut all,
            "network region",
            &region.name,
            None,
            &json(region),
            &["name"],
        );
    }
    for site in &topology.network.sites {
        add(&mut all, "network site", &site.name, None, &json(site), &["name"]);
    }
    for subnet in &topology.network.subnets {
        add(
            &mut all,
            "subnet",
            &subnet.subnet.to_string(),
            None,
            &json(subnet),
            &["subnet"],
        );
    }
    all
}

fn site(all: &mut Entities, site: &Site, number: u32) {
    let mut settings = json(site);
    settings["id"] = number.into();
    let nested = [
        "name",
        "simpleUrls",
        "pools",
        "sqlServers",
        "fileStores",
        "officeWebApps",
        "gateways",
        "videoGateways",
    ];
    add(all, "site", &site.name, None, &settings, &nested);
    let here = Some(site.name.as_str());
    for url in &site.simple_urls {
        let name = format!("{} for {} in {}", url.component, url.domain, site.name);
        add(
            all,
            "simple URL",
            &name,
            here,
            &json(url),
            &["component", "domain"],
        );
    }
    for pool in &site.pools {
        self::pool(all, pool, here);
    }
    for server in &site.sql_servers {
        add(
            all,
            "SQL server",
            server.fqdn.as_str(),
            here,
            &json(server),
            &["fqdn"],
        );
    }
    for store in &site.file_stores {
        add(
            all,
            "file share",
            &store.share.to_string(),
            here,
            &Value::Null,
            &[],
        );
    }
    for office in &site.office_web_apps {
        add(
            all,
            "Office Web Apps server",
            office.fqdn.as_str(),
            here,
            &json(office),
            &["fqdn"],
        );
    }
    for gateway in &site.gateways {
        add(
            all,
            "gateway",
            &gateway.host.to_string(),
            here,
            &json(gateway),
            &["host", "trunks"],
        );
        for trunk in &gateway.trunks {
            let mut settings = json(trunk);
            settings["gatewayPort"] = trunk.gateway_port().into();
            settings["gateway"] = gateway.host.to_string().into();
            add(all, "trunk", &trunk.name(gateway), here, &settings, &["name"]);
        }
    }
    for gateway in &site.video_gateways {
        add(
            all,
            "video gateway",
            &gateway.host.to_string(),
            here,
            &json(gateway),
            &["host"],
        );
    }
}

fn pool(all: &mut Entities, pool: &Pool, site: Option<&str>) {
    let mut settings = json(pool);
    settings["services"] = services(pool);
    add(
        all,
        "pool",
        pool.fqdn.as_str(),
        site,
        &settings,
        &["fqdn", "computers"],
    );
    for computer in pool.computers() {
        let mut settings = json(&computer);
        settings["pool"] = pool.fqdn.to_string().into();
        add(
            all,
            "computer",
            computer.fqdn.as_str(),
            site,
            &settings,
            &["fqdn"],
        );
    }
}

/// The settings of every service that the pool runs, defaults filled in.
fn services(pool: &Pool) -> Value {
    let mut services = serde_json::Map::new();
    for &role in POOL_ROLES {
        let (name, settings) = match role {
            Role::Registrar => ("registrar", pool.registrar().map(|s| json(&s))),
            Role::UserServer => ("userServices", pool.user_services().map(|s| json(&s))),
            Role::ConferencingServer => ("conferencing", pool.conferencing().map(|s| json(&s))),
            Role::WebServer => ("web", pool.web().map(|s| json(&s))),
            Role::ApplicationServer => ("applications", pool.application_services().map(|s| json(&s))),
            Role::MediationServer => ("mediation", pool.mediation().map(|s| json(&s))),
            Role::EdgeServer => ("edge", pool.edge().map(|s| json(&s))),
            Role::PersistentChatServer => ("persistentChat", pool.persistent_chat().map(|s| json(&s))),
            Role::ExternalServer => ("trustedApplication", pool.trusted_application().map(|s| json(&s))),
            _ => ("videoInterop", pool.video_interop().map(|s| json(&s))),
        };
        if let Some(settings) = settings {
            services.insert(name.to_owned(), settings);
        }
    }
    Value::Object(services)
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("the model has text keys only")
}

fn add(
    all: &mut Entities,
    kind: &'static str,
    name: &str,
    site: Option<&str>,
    settings: &Value,
    skip: &[&str],
) {
    let mut fields = IndexMap::new();
    if let Value::Object(members) = settings {
        for (key, value) in members.iter().filter(|(key, _)| !skip.contains(&key.as_str())) {
            flatten(key, value, &mut fields);
        }
    }
    let entity = Entity {
        kind,
        name: name.to_owned(),
        site: site.map(str::to_owned),
        fields,
    };
    all.insert((kind, name.to_lowercase()), entity);
}

/// Members as `outer.inner`, single values as text; what is not set is left out.
fn flatten(key: &str, value: &Value, fields: &mut IndexMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, value) in members {
                flatten(&format!("{key}.{name}"), value, fields);
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(plain).collect();
            fields.insert(key.to_owned(), texts.join(", "));
        }
        single => drop(fields.insert(key.to_owned(), plain(single))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(members) => {
            let inner: Vec<String> = members
                .iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| format!("{k} {}", plain(v)))
                .collect();
            inner.join(" ")
        }
        other => other.to_string(),
    }
}
