//! `plenum directory import FILE`: users from CSV or LDIF into the embedded directory, whole or not at all.

use plenum_store::import;
use plenum_topology::change::{Change, ChangeSet};

use crate::Failure;
use crate::args::Directory;
use crate::compose::{self, Deployment};
use crate::deployment::StateFolder;

/// Runs a subcommand.
pub fn run(command: Directory) -> Result<i32, Failure> {
    let Directory::Import { file, state } = command;
    let name = file.display().to_string();
    let bytes = std::fs::read(&file).map_err(|error| format!("{name}: {error}"))?;
    let text = plenum_shell::repl::decode(&bytes);
    let deployment = Deployment::new(StateFolder::find(state.state.as_deref()));
    let store = deployment.store().map_err(|error| error.message)?;
    let is_ldif = file
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("ldif"));
    let mut new_id = || store.new_id();
    let read = if is_ldif {
        import::ldif::read(&text, &mut new_id)
    } else {
        import::csv::read(
            &text,
            &plenum_cmdlets::user::default_container(store.realm()),
            &mut new_id,
        )
    };
    let accounts = read.map_err(|problems| {
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| format!("{name}:{problem}"))
            .collect();
        format!("nothing was imported:\n{}", lines.join("\n"))
    })?;
    let count = accounts.len();
    let now = plenum_server_core::clock::now();
    let mut changes: Vec<Change> = accounts
        .into_iter()
        .flat_map(|account| account.into_changes(|password, usernames| store.keys_for(password, usernames)))
        .collect();
    for change in &mut changes {
        if let Change::Object {
            after: Some(account), ..
        } = change
        {
            plenum_cmdlets::user::stamp(account, plenum_cmdlets::authoring::ticks_of_unix(now));
        }
    }
    let set = ChangeSet {
        who: compose::account(),
        command: "plenum directory import".to_owned(),
        message: Some(name),
        changes,
    };
    let revision = deployment.block_on(store.commit(None, set, now))?;
    println!("Imported {count} accounts as revision {revision}.");
    Ok(0)
}
