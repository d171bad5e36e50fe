//! The derived cmdlets against the product's: which parameters are missing, more, or different.
//!
//! The oracle is `reference/cmdlets.json` of the shared facts. Where that is not at hand the comparison is left out,
//! and says so. There is no difference; a new noun brings none.
//!
//! Compared: names, types, positions, mandatory, pipeline binding, aliases; not the parameters that every cmdlet has.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

#[path = "derived/memory.rs"]
mod memory;

use std::collections::BTreeMap;
use std::path::Path;

use plenum_lang::registry::Registry;
use plenum_lang::signature::{Parameter, Signature};
use plenum_schema::Noun;
use serde_json::Value;

#[test]
fn derived_cmdlets_have_the_parameters_of_the_products() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/cmdlets.json");
    let Ok(oracle) = std::fs::read_to_string(&path) else {
        eprintln!("left out: {} is not at hand", path.display());
        return;
    };
    let oracle: Vec<Value> = serde_json::from_str(&oracle).expect("the oracle is JSON");
    let mut registry = Registry::default();
    plenum_cmdlets::derived::register(&mut registry, &memory::Deployment::empty().ports());
    let mut differences = Vec::new();
    let mut compared = 0;
    for noun in plenum_settings::nouns() {
        for product in oracle.iter().filter(|cmdlet| same(&cmdlet["noun"], noun.name)) {
            let verb = product["verb"].as_str().unwrap_or_default();
            if !noun.verbs.iter().any(|ours| ours.name() == verb) {
                continue;
            }
            compared += 1;
            let name = format!("{verb}-{}", noun.name);
            let ours = registry.command(&name).expect("every verb of a noun is a cmdlet");
            compare(noun, ours.signature(), product, &mut differences);
        }
        let verbs = oracle
            .iter()
            .filter(|cmdlet| same(&cmdlet["noun"], noun.name))
            .filter_map(|cmdlet| cmdlet["verb"].as_str());
        let acts = ["Copy", "Test"];
        for missing in
            verbs.filter(|verb| !acts.contains(verb) && !noun.verbs.iter().any(|ours| ours.name() == *verb))
        {
            differences.push(format!("{missing}-{}: missing", noun.name));
        }
    }
    println!("{compared} cmdlets compared, {} differences", differences.len());
    for difference in &differences {
        println!("  {difference}");
    }
    assert!(compared > 0, "no cmdlet was compared");
    assert!(differences.is_empty(), "{differences:#?}");
}

fn same(value: &Value, name: &str) -> bool {
    value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(name))
}

fn compare(noun: &Noun, ours: &Signature, product: &Value, differences: &mut Vec<String>) {
    let theirs: BTreeMap<String, &Value> = product["params"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|parameter| Some((parameter["name"].as_str()?.to_owned(), parameter)))
        .filter(|(name, _)| !["Confirm", "WhatIf"].contains(&name.as_str()))
        .collect();
    for name in theirs.keys().filter(|name| {
        !ours
            .parameters
            .iter()
            .any(|parameter| parameter.name == name.as_str())
    }) {
        differences.push(format!("{} -{name}: missing", ours.name));
    }
    for parameter in &ours.parameters {
        match theirs.get(parameter.name.as_ref()) {
            None => differences.push(format!("{} -{}: more", ours.name, parameter.name)),
            Some(theirs) => differences.extend(
                differing(noun, parameter, theirs)
                    .into_iter()
                    .map(|difference| format!("{} -{}: {difference}", ours.name, parameter.name)),
            ),
        }
    }
}

/// What is different about one parameter.
fn differing(noun: &Noun, ours: &Parameter, theirs: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let expected = theirs["type"].as_str().unwrap_or_default();
    let found = type_name(noun, ours);
    if !found.contains(&expected) {
        differences.push(format!("type {} for {expected}", ours.type_name));
    }
    let position = theirs["position"].as_u64();
    let our_position = ours.sets.iter().find_map(|set| set.position).map(u64::from);
    if position != our_position {
        differences.push(format!("position {our_position:?} for {position:?}"));
    }
    let mandatory = theirs["required"].as_bool().unwrap_or_default();
    if mandatory != ours.sets.iter().any(|set| set.mandatory) {
        differences.push(format!("mandatory for {mandatory}"));
    }
    let pipeline: Vec<&str> = theirs["pipeline"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let by_value = ours.sets.iter().any(|set| set.by_value);
    let by_property_name = ours.sets.iter().any(|set| set.by_property_name);
    if pipeline.contains(&"ByValue") != by_value || pipeline.contains(&"ByPropertyName") != by_property_name {
        differences.push(format!("pipeline binding for {pipeline:?}"));
    }
    let mut aliases: Vec<&str> = theirs["aliases"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    aliases.retain(|alias| !ours.aliases.iter().any(|ours| ours == alias));
    if !aliases.is_empty() {
        differences.push(format!("aliases {aliases:?} missing"));
    }
    differences
}

/// The product's type names that a parameter of ours stands for.
fn type_name(noun: &Noun, ours: &Parameter) -> Vec<&'static str> {
    if let Some(field) = noun.field(&ours.name) {
        return vec![field.kind.type_name()];
    }
    match ours.type_name.as_ref() {
        "switch" => vec!["SwitchParameter"],
        "int" => vec!["Int32"],
        "psobject" => vec!["PSObject"],
        "string" => vec![
            "String",
            "XdsIdentity",
            "XdsGlobalRelativeIdentity",
            "UserIdParameter",
            "Fqdn",
        ],
        // Refused whatever is given.
        "object" => vec!["Guid", "PolicyFilter", "UserIdParameter", "String", "Int32"],
        _ => Vec::new(),
    }
}
