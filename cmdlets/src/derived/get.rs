//! `Get-`: instances by identity, by a wildcard over identities, or all.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::value::Value;
use plenum_schema::{Key, Noun, Verb};
use plenum_topology::effective::GLOBAL;
use plenum_topology::snapshot::Snapshot;

use super::identity::Identity;
use super::instance::{Checked, missing, port_error, show, standing};
use super::parameters::{cloud, identity, refuse, sample_identity, signature};
use crate::authoring::{Read, parameter, simple};
use crate::ports::Ports;

/// The cmdlet of a noun.
pub fn command(noun: &'static Noun, ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let synopsis = format!(
        "Returns instances of {}: one, those whose identity matches a pattern, or all.",
        noun.name
    );
    let signature = signature(noun, Verb::Get, synopsis)
        .default_set("Identity")
        .output(noun.class)
        .output_members(std::iter::once("Identity").chain(noun.fields.iter().map(|field| field.name)))
        .parameter(identity(noun, noun.positions.get, "Which one, without wildcards.").set("Identity"))
        .parameter(
            parameter("Filter", "string")
                .set("Filter")
                .help("A pattern with * and ? that identities have to match, e.g. tag:* or *Redmond*."),
        )
        .switch(
            "LocalStore",
            "Reads the store of this computer; every computer of the deployment reads the same.",
        )
        .parameters(cloud(noun, Verb::Get))
        .example(format!("Get-{}", noun.name), "Returns all of them.")
        .example(
            format!("Get-{} -Identity {}", noun.name, sample_identity(noun)),
            "Returns one of them.",
        );
    simple(signature, move |context, arguments| {
        get(noun, &ports, context, arguments)
    })
}

fn get(noun: &'static Noun, ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(noun, Verb::Get, arguments)?;
    let snapshot = ports.store.snapshot().map_err(port_error)?;
    match (arguments.text("Identity"), arguments.text("Filter")) {
        (Some(typed), _) => match one(noun, &snapshot, &typed) {
            Ok(found) => context.write(found),
            Err(record) => context.error(*record),
        },
        (None, pattern) => {
            for (identity, found) in all(noun, &snapshot) {
                if pattern
                    .as_ref()
                    .is_none_or(|pattern| inspect::like(&identity, pattern))
                {
                    context.write(found)?;
                }
            }
            Ok(())
        }
    }
}

fn one(noun: &Noun, snapshot: &Snapshot, typed: &str) -> Checked<Value> {
    let identity = Identity::parse(noun, typed)?;
    let (spelling, members) =
        standing(noun, snapshot, &identity).ok_or_else(|| missing(noun, &identity.text))?;
    Ok(show(noun, &spelling, &members))
}

/// All instances with their identities: Global first, the others in order of identity.
fn all(noun: &'static Noun, snapshot: &Snapshot) -> Vec<(String, Value)> {
    let written = snapshot.settings.get(noun.name).into_iter().flatten();
    let mut found: Vec<(String, Value)> = written
        .map(|(identity, value)| (identity.clone(), show(noun, identity, &noun.complete(value))))
        .collect();
    let has_global = found
        .iter()
        .any(|(identity, _)| identity.eq_ignore_ascii_case(GLOBAL));
    if matches!(noun.key, Key::Scopes(_)) && !has_global {
        found.insert(0, (GLOBAL.to_owned(), show(noun, GLOBAL, &noun.defaults())));
    }
    found
}
