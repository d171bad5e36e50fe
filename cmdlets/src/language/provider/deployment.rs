//! `Cs:`, the deployment as folders. What is in a folder is what a Get- cmdlet gives, so that items are the very objects
//! that the other cmdlets take from the pipeline. It is read-only: the cmdlets of the noun write.

use plenum_lang::cmdlet::Context;
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::session::BlockCall;
use plenum_lang::value::Value;

use super::super::path::{Drive, leaf, parent};
use super::{Kind, Node, session};
use crate::authoring::{record, text};

/// Folders whose cmdlets do not say by their name where they belong.
const FOLDERS: [(&str, &str); 13] = [
    ("Computers", "Get-CsComputer"),
    ("Federation/AllowedDomains", "Get-CsAllowedDomain"),
    ("Federation/BlockedDomains", "Get-CsBlockedDomain"),
    ("Network/Regions", "Get-CsNetworkRegion"),
    ("Network/Sites", "Get-CsNetworkSite"),
    ("Network/Subnets", "Get-CsNetworkSubnet"),
    ("Pools", "Get-CsPool"),
    ("Services", "Get-CsService"),
    ("SipDomains", "Get-CsSipDomain"),
    ("Sites", "Get-CsSite"),
    ("Trunks", "Get-CsTrunk"),
    ("TrustedApplications", "Get-CsTrustedApplication"),
    ("Users", "Get-CsUser"),
];

/// The folders with items, and the cmdlets that give these: `Policies/Voice`, `Get-CsVoicePolicy`.
fn shelves(context: &dyn Context) -> Vec<(String, String)> {
    let mut shelves: Vec<(String, String)> = FOLDERS
        .iter()
        .map(|(place, cmdlet)| ((*place).to_owned(), (*cmdlet).to_owned()))
        .collect();
    for command in context.registry().commands() {
        let name = command.signature().name.as_ref();
        let Some(noun) = name
            .strip_prefix("Get-Cs")
            .filter(|noun| *noun != "EffectivePolicy")
        else {
            continue;
        };
        for (ending, folder) in [("Policy", "Policies"), ("Configuration", "Configuration")] {
            if let Some(short) = noun.strip_suffix(ending) {
                shelves.push((format!("{folder}/{short}"), name.to_owned()));
            }
        }
    }
    shelves.retain(|(_, cmdlet)| context.registry().command(cmdlet).is_some());
    shelves.sort_by_key(|(place, _)| place.to_lowercase());
    shelves
}

/// What is at a place, or at the places that a wildcard means.
pub fn nodes(context: &mut dyn Context, place: &str) -> Result<Vec<Node>> {
    let mut found = vec![folder("", None)];
    for part in place.split('/').filter(|part| !part.is_empty()) {
        let mut next = Vec::new();
        for node in found {
            if has_wildcard(part) {
                let inside = inside(context, &node)?;
                next.extend(
                    inside
                        .into_iter()
                        .filter(|node| inspect::like(leaf(&node.place), part)),
                );
            } else {
                next.extend(one(context, &node, part)?);
            }
        }
        found = next;
    }
    Ok(found)
}

/// What is in a folder.
pub fn inside(context: &mut dyn Context, node: &Node) -> Result<Vec<Node>> {
    match &node.kind {
        Kind::Branch => Ok(folders(context, &node.place)),
        Kind::Shelf(cmdlet) => {
            let given = session(context)?.call_command(cmdlet, BlockCall::default())?;
            Ok(given.into_iter().map(|value| item(&node.place, value)).collect())
        }
        Kind::Leaf | Kind::Flat(_) => Ok(Vec::new()),
    }
}

/// The folders in a folder, each once.
fn folders(context: &dyn Context, place: &str) -> Vec<Node> {
    let mut found: Vec<Node> = Vec::new();
    for (shelf, cmdlet) in shelves(context) {
        let within = if place.is_empty() {
            Some(shelf.as_str())
        } else {
            shelf.strip_prefix(place).and_then(|rest| rest.strip_prefix('/'))
        };
        let Some(within) = within else { continue };
        let node = match within.split_once('/') {
            Some((name, _)) => folder(&joined(place, name), None),
            None => folder(&joined(place, within), Some(cmdlet)),
        };
        if found.last().is_none_or(|last| last.place != node.place) {
            found.push(node);
        }
    }
    found
}

/// A folder or an item by its name; an item is asked for by identity.
fn one(context: &mut dyn Context, node: &Node, name: &str) -> Result<Option<Node>> {
    match &node.kind {
        Kind::Branch => Ok(folders(context, &node.place)
            .into_iter()
            .find(|folder| leaf(&folder.place).eq_ignore_ascii_case(name))),
        Kind::Shelf(cmdlet) => {
            let call = BlockCall {
                named: vec![
                    ("Identity".into(), text(name)),
                    ("ErrorAction".into(), text("Ignore")),
                ],
                ..BlockCall::default()
            };
            // An identity that cannot be is not there either.
            let given = session(context)?.call_command(cmdlet, call).unwrap_or_default();
            Ok(given.into_iter().next().map(|value| item(&node.place, value)))
        }
        Kind::Leaf | Kind::Flat(_) => Ok(None),
    }
}

fn joined(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.to_owned()
    } else {
        format!("{place}/{name}")
    }
}

fn folder(place: &str, cmdlet: Option<String>) -> Node {
    let name = if place.is_empty() { "Cs:\\" } else { leaf(place) };
    let value = record(
        &["Plenum.DeploymentFolder", "System.Object"],
        Drive::Deployment.full(place),
        vec![
            ("Name", text(name)),
            ("Cmdlet", text(cmdlet.clone().unwrap_or_default())),
        ],
        vec![
            ("PSPath", text(Drive::Deployment.full(place))),
            ("PSParentPath", text(Drive::Deployment.full(parent(place)))),
            ("PSChildName", text(name)),
            ("PSIsContainer", Value::Bool(true)),
        ],
    );
    Node {
        place: place.to_owned(),
        value,
        kind: cmdlet.map_or(Kind::Branch, Kind::Shelf),
    }
}

/// A user goes by the SIP address, a site by its name, everything else by its identity.
fn item(shelf: &str, value: Value) -> Node {
    let read = |name: &str| value.property(name).map(|found| inspect::text(&found));
    let address = read("SipAddress").filter(|address| shelf == "Users" && !address.is_empty());
    let name = address.or_else(|| read("Identity")).unwrap_or_default();
    let name = name.strip_prefix("sip:").unwrap_or(&name);
    let name = name
        .strip_prefix("Site:")
        .filter(|_| shelf == "Sites")
        .unwrap_or(name);
    Node {
        place: joined(shelf, &name.replace(['/', '\\'], "_")),
        value,
        kind: Kind::Leaf,
    }
}

/// The error of a write: it names the cmdlets that write what is there.
pub fn read_only(context: &mut dyn Context, place: &str) -> ErrorRecord {
    let shelf = shelves(context)
        .into_iter()
        .find(|(shelf, _)| place.to_lowercase().starts_with(&shelf.to_lowercase()));
    let known: Vec<String> = ["New", "Set", "Remove"]
        .iter()
        .filter_map(|verb| {
            let (_, cmdlet) = shelf.as_ref()?;
            let name = cmdlet.replacen("Get", verb, 1);
            context.registry().command(&name).map(|_| name)
        })
        .collect();
    let hint = if known.is_empty() {
        "It follows from the topology: plenum topology apply changes that.".to_owned()
    } else {
        format!("Use {}.", known.join(", "))
    };
    let message = format!(
        "'{}' cannot be written: the drive Cs: is read-only.",
        Drive::Deployment.full(place)
    );
    ErrorRecord::new("ReadOnlyDrive", Category::PermissionDenied, message)
        .exception("System.Management.Automation.PSNotSupportedException")
        .about(text(Drive::Deployment.full(place)))
        .hint(hint)
}
