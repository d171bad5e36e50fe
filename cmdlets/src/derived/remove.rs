//! `Remove-`: removes an instance; the global one goes back to its defaults.
//!
//! A per-user policy that is still granted is taken from its users in the same change set, so that a later policy of
//! the same name does not come over them unasked.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::Impact;
use plenum_schema::{Noun, Verb};
use plenum_topology::change::Change;
use plenum_topology::directory::{DirectoryObject, DirectoryQuery};
use plenum_topology::effective::written;
use plenum_topology::snapshot::Snapshot;

use super::identity::Identity;
use super::instance::{Checked, commit, missing, on_newest, port_error};
use super::parameters::{cloud, force, identity, refuse, sample_identity, signature};

use crate::authoring::{Read, simple};
use crate::ports::{PortError, Ports};
use crate::user::attribute::{USER_POLICIES, set_grant, stamp};
use crate::user::find::escape;

/// The cmdlet of a noun.
pub fn command(noun: &'static Noun, ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let synopsis = format!(
        "Removes an instance of {}; the global one goes back to its defaults.",
        noun.name
    );
    let signature = signature(noun, Verb::Remove, synopsis)
        .should_process(Impact::Medium)
        .parameter(
            identity(noun, noun.positions.remove, "Which one.")
                .mandatory()
                .by_property_name(),
        )
        .parameter(force("Suppresses the warning that the policy is still granted."))
        .parameters(cloud(noun, Verb::Remove))
        .example(
            format!("Remove-{} -Identity {}", noun.name, sample_identity(noun)),
            "Removes one of them.",
        );
    simple(signature, move |context, arguments| {
        remove(noun, &ports, context, arguments)
    })
}

fn remove(
    noun: &'static Noun,
    ports: &Ports,
    context: &mut dyn Context,
    arguments: &Arguments,
) -> Result<()> {
    refuse(noun, Verb::Remove, arguments)?;
    let identity = match Identity::parse(noun, &arguments.required_text("Identity")?) {
        Ok(identity) => identity,
        Err(record) => return context.error(*record),
    };
    let newest = ports.store.snapshot().map_err(port_error)?;
    if written(&newest.settings, noun.name, &identity.text).is_none() {
        if identity.is_global() {
            return context.verbose(&format!(
                "The global {} has its defaults already.",
                noun.type_name
            ));
        }
        return context.error(missing(noun, &identity.text));
    }
    let holders = match holders(noun, ports, &identity) {
        Ok(holders) => holders,
        Err(error) => return context.error(port_error(error)),
    };
    if !arguments.switch("Force") && !holders.is_empty() {
        context.warning(&still_granted(noun, &identity, &holders))?;
    }
    if !context.should_process(&identity.text, None)? {
        return Ok(());
    }
    let command = context.command_name().to_owned();
    let now = context.host().now_ticks();
    match on_newest(ports, |newest| {
        act(noun, ports, (&command, now), newest, &identity)
    }) {
        Ok(()) => Ok(()),
        Err(record) => context.error(*record),
    }
}

fn act(
    noun: &Noun,
    ports: &Ports,
    (command, now): (&str, i64),
    newest: &Snapshot,
    identity: &Identity,
) -> Checked<std::result::Result<(), PortError>> {
    let Some((spelling, before)) = written(&newest.settings, noun.name, &identity.text) else {
        return Ok(Ok(()));
    };
    let mut changes = vec![Change::Setting {
        noun: noun.name.to_owned(),
        identity: spelling.to_owned(),
        before: Some(before.clone()),
        after: None,
    }];
    for user in holders(noun, ports, identity).map_err(port_error)? {
        let mut after = user.clone();
        set_grant(&mut after, noun.name, None);
        stamp(&mut after, now);
        changes.push(Change::Object {
            before: Some(Box::new(user)),
            after: Some(Box::new(after)),
        });
    }
    Ok(commit(ports, command, newest, changes))
}

/// The users that a per-user policy is granted to.
fn holders(
    noun: &Noun,
    ports: &Ports,
    identity: &Identity,
) -> std::result::Result<Vec<DirectoryObject>, PortError> {
    let Some(tag) = identity.tag().filter(|_| noun.has(Verb::Grant)) else {
        return Ok(Vec::new());
    };
    let filter = format!("({USER_POLICIES}={}={})", noun.name, escape(tag, false));
    ports.directory.search(&DirectoryQuery {
        filter: Some(filter),
        base: None,
        limit: None,
    })
}

fn still_granted(noun: &Noun, identity: &Identity, holders: &[DirectoryObject]) -> String {
    let names: Vec<&str> = holders.iter().take(3).map(|user| user.dn.as_str()).collect();
    let more = if holders.len() > names.len() {
        " and others"
    } else {
        ""
    };
    format!(
        "{} \"{}\" is granted to {} user(s): {}{more}. It is taken from them; the policy of their site, or the global \
         one, then applies.",
        noun.type_name,
        identity.text,
        holders.len(),
        names.join("; ")
    )
}
