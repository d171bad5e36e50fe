//! `Set-`: changes an instance, or replaces it with an object.
//!
//! An object that is piped in is the instance as it will stand, with the parameters put over it: `Get-… | Set-… -X v`
//! is the usual way to edit several. An object given with -Instance is written as it is, and takes no parameters.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Impact;
use plenum_lang::value::Value;
use plenum_schema::{Key, Noun, Verb};
use plenum_topology::snapshot::Snapshot;
use serde_json::Value as Json;

use super::identity::Identity;
use super::instance::{
    Checked, Members, admit, missing, on_newest, port_error, read_back, refusal, standing, write,
};
use super::parameters::{
    IDENTITY, INSTANCE, any_given, apply, cloud, force, identity, properties, refuse, sample_change,
    sample_identity, signature,
};
use super::place;
use crate::authoring::{Read, parameter, simple};
use crate::ports::Ports;

/// The cmdlet of a noun.
pub fn command(noun: &'static Noun, ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = signature(noun, Verb::Set, format!("Changes an instance of {}.", noun.name))
        .default_set(IDENTITY)
        .should_process(Impact::Medium)
        .parameter(
            identity(
                noun,
                noun.positions.set,
                "Which one; the global one when left out.",
            )
            .set(IDENTITY),
        )
        .parameter(
            parameter("Instance", "psobject")
                .by_value()
                .set(INSTANCE)
                .help("The whole instance as an object, from Get- or from New- with -InMemory."),
        )
        .parameters(properties(noun, Verb::Set))
        .parameter(force("Suppresses warnings."))
        .parameters(cloud(noun, Verb::Set))
        .example(
            format!(
                "Set-{} -Identity {}{}",
                noun.name,
                sample_identity(noun),
                sample_change(noun)
            ),
            "Changes one of them.",
        )
        .example(
            format!("Get-{0} | Set-{0}{1}", noun.name, sample_change(noun)),
            "Changes all of them.",
        );
    simple(signature, move |context, arguments| {
        set(noun, &ports, context, arguments)
    })
}

fn set(noun: &'static Noun, ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(noun, Verb::Set, arguments)?;
    let identity = match asked(noun, arguments) {
        Ok(identity) => identity,
        Err(record) => return context.error(*record),
    };
    let newest = ports.store.snapshot().map_err(port_error)?;
    match plan(noun, &newest, &identity, arguments) {
        Err(record) => return context.error(*record),
        Ok(Plan {
            changed: false,
            spelling,
            ..
        }) => {
            return context.verbose(&format!(
                "{} \"{spelling}\" stands as asked; nothing is written.",
                noun.type_name
            ));
        }
        Ok(_) => {}
    }
    if !context.should_process(&identity.text, None)? {
        return Ok(());
    }
    let command = context.command_name().to_owned();
    let stored = on_newest(ports, |newest| {
        let Plan { spelling, after, .. } = plan(noun, newest, &identity, arguments)?;
        Ok(write(ports, &command, newest, noun, &spelling, Some(&after)))
    });
    match stored {
        Ok(()) => Ok(()),
        Err(record) => context.error(*record),
    }
}

/// Which instance is meant.
fn asked(noun: &'static Noun, arguments: &Arguments) -> Checked<Identity> {
    if let Some(object) = arguments.get("Instance") {
        if arguments.input.is_none() && any_given(noun, arguments) {
            let message = "-Instance is the whole object; other parameters cannot change it as well.";
            let record = ErrorRecord::new("InstanceAndProperties", Category::InvalidArgument, message);
            return Err(record
                .hint("Change the object's properties, or pipe the object in.")
                .into());
        }
        return read_back(noun, object).map(|(identity, _)| identity);
    }
    match (arguments.text("Identity"), noun.key) {
        (Some(typed), _) => Identity::parse(noun, &typed),
        (None, Key::Scopes(_)) => Ok(Identity::global()),
        (None, Key::GlobalList) => {
            let message = format!("Say which {} to change with -Identity.", noun.type_name);
            Err(ErrorRecord::new("IdentityMissing", Category::InvalidArgument, message).into())
        }
    }
}

/// What would be written.
struct Plan {
    /// The identity as it is spelt in the store.
    spelling: String,
    after: Members,
    /// Whether that differs from what stands.
    changed: bool,
}

fn plan(
    noun: &'static Noun,
    snapshot: &Snapshot,
    identity: &Identity,
    arguments: &Arguments,
) -> Checked<Plan> {
    let stands = standing(noun, snapshot, identity);
    let instance: Option<&Value> = arguments.get("Instance");
    if stands.is_none() {
        if instance.is_none() {
            return Err(missing(noun, &identity.text).into());
        }
        place::check(noun, snapshot, identity)?;
    }
    let is_new = stands.is_none();
    let (spelling, before) = stands.unwrap_or_else(|| (identity.text.clone(), noun.defaults()));
    let mut after = match instance {
        Some(object) => read_back(noun, object)?.1,
        None => before.clone(),
    };
    if let Some(field) = noun.key_field() {
        after.insert(field.name.to_owned(), Json::from(spelling.clone()));
    }
    let problems = apply(noun, arguments, &mut after);
    if !problems.is_empty() {
        return Err(refusal(noun, &spelling, &problems).into());
    }
    admit(noun, &spelling, &before, &after)?;
    let changed = is_new || after != before;
    Ok(Plan {
        spelling,
        after,
        changed,
    })
}
