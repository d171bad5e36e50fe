//! `New-`: makes an instance, in the store or, with -InMemory, only as an object.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Impact;
use plenum_lang::value::Value;
use plenum_schema::{Key, Noun, Verb};
use plenum_topology::snapshot::Snapshot;
use serde_json::Value as Json;

use super::identity::Identity;
use super::instance::{Checked, Members, admit, on_newest, port_error, refusal, show, standing, write};
use super::parameters::{
    apply, cloud, force, identity, properties, refuse, sample_change, sample_identity, signature,
};
use super::place;
use crate::authoring::{ParameterBuilder, Read, parameter, simple};
use crate::ports::Ports;

/// The parameter set in which a list member is called by its key.
const BY_KEY: &str = "ParentAndRelativeKey";

/// The cmdlet of a noun.
pub fn command(noun: &'static Noun, ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let named = identity(noun, noun.positions.new, "Where the new one stands.").mandatory();
    let named = if noun.key == Key::GlobalList {
        named.set("Identity")
    } else {
        named
    };
    let signature = signature(noun, Verb::New, format!("Makes an instance of {}.", noun.name))
        .should_process(Impact::Medium)
        .output(noun.class)
        .parameter(named)
        .parameters(key_parameter(noun))
        .parameters(properties(noun, Verb::New))
        .switch(
            "InMemory",
            "Makes the object only; Set- with -Instance writes it.",
        )
        .parameter(force("Suppresses warnings."))
        .parameters(cloud(noun, Verb::New))
        .example(
            format!(
                "New-{} -Identity {}{}",
                noun.name,
                sample_identity(noun),
                sample_change(noun)
            ),
            "Makes one; what is not said has its default.",
        );
    let signature = if noun.key == Key::GlobalList {
        signature.default_set("Identity")
    } else {
        signature
    };
    simple(signature, move |context, arguments| {
        new(noun, &ports, context, arguments)
    })
}

fn key_parameter(noun: &'static Noun) -> Option<ParameterBuilder> {
    let field = noun.key_field()?;
    Some(
        parameter(field.name, "string")
            .mandatory()
            .set(BY_KEY)
            .help(field.doc),
    )
}

fn new(noun: &'static Noun, ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(noun, Verb::New, arguments)?;
    let (identity, members) = match made(noun, arguments) {
        Ok(made) => made,
        Err(record) => return context.error(*record),
    };
    let made = show(noun, &identity.text, &members);
    if arguments.switch("InMemory") {
        return context.write(made);
    }
    let newest = ports.store.snapshot().map_err(port_error)?;
    if let Err(record) = may_stand(noun, &newest, &identity) {
        return context.error(*record);
    }
    if !context.should_process(&identity.text, None)? {
        return Ok(());
    }
    let command = context.command_name().to_owned();
    let stored = on_newest(ports, |newest| {
        may_stand(noun, newest, &identity)?;
        Ok(write(
            ports,
            &command,
            newest,
            noun,
            &identity.text,
            Some(&members),
        ))
    });
    match stored {
        Ok(()) => context.write(made),
        Err(record) => context.error(*record),
    }
}

/// The identity and the members that the arguments ask for.
fn made(noun: &'static Noun, arguments: &Arguments) -> Checked<(Identity, Members)> {
    let key = noun.key_field().and_then(|field| arguments.text(field.name));
    let typed = arguments.text("Identity").or(key).unwrap_or_default();
    let identity = Identity::parse(noun, &typed)?;
    let mut members = noun.defaults();
    if let Some(field) = noun.key_field() {
        members.insert(field.name.to_owned(), Json::from(identity.text.clone()));
    }
    let problems = apply(noun, arguments, &mut members);
    if !problems.is_empty() {
        return Err(refusal(noun, &identity.text, &problems).into());
    }
    admit(noun, &identity.text, &noun.defaults(), &members)?;
    Ok((identity, members))
}

/// Whether the identity is free and the place that it names exists.
fn may_stand(noun: &Noun, snapshot: &Snapshot, identity: &Identity) -> Checked<()> {
    if standing(noun, snapshot, identity).is_some() {
        let message = format!("{} \"{}\" already exists.", noun.type_name, identity.text);
        let record = ErrorRecord::new("ItemAlreadyExists", Category::ResourceExists, message);
        return Err(record
            .about(Value::str(&*identity.text))
            .hint(format!("Change it with Set-{}.", noun.name))
            .into());
    }
    place::check(noun, snapshot, identity)
}
