//! The cmdlets that follow from settings declarations: one file a verb, knowing no noun.
//!
//! For every noun of `plenum-settings`, each verb that it has becomes a cmdlet: its parameters are projected from the
//! fields, its identities from the scopes, its checks and help from the declaration. What a noun needs beyond that is
//! an action, and written by hand elsewhere. `Get-CsEffectivePolicy` is here because it too reads declarations only.
//!
//! Absent on purpose: a local replica that could be stale (-LocalStore reads the one store there is), and tenants: the
//! parameters of the vendor's cloud exist, so that scripts are read, and are refused when they are given.

mod convert;
mod effective;
mod get;
mod grant;
mod identity;
mod instance;
mod new;
mod parameters;
mod place;
mod policy_entry;
mod remove;
mod set;

use std::sync::Arc;

use plenum_lang::cmdlet::Command;
use plenum_lang::registry::Registry;
use plenum_schema::{Noun, Verb};

use crate::ports::Ports;

/// The module that `Get-Command` shows.
pub(crate) const MODULE: &str = "SkypeForBusiness";

/// Registers the cmdlets of every noun.
pub fn register(registry: &mut Registry, ports: &Ports) {
    for noun in plenum_settings::nouns() {
        for verb in noun.verbs {
            registry.add(command(noun, *verb, ports));
        }
    }
    registry.add(effective::command(ports));
    registry.add(policy_entry::command());
}

fn command(noun: &'static Noun, verb: Verb, ports: &Ports) -> Arc<dyn Command> {
    match verb {
        Verb::Get => get::command(noun, ports),
        Verb::New => new::command(noun, ports),
        Verb::Set => set::command(noun, ports),
        Verb::Remove => remove::command(noun, ports),
        Verb::Grant => grant::command(noun, ports),
    }
}
