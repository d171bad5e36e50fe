//! `plenum directory import FILE`: users from CSV or LDIF into the embedded directory, whole or not at all.

use plenum_store::import;
use plenum_topology::change::{Change, ChangeSet};

use crate::args::Directory;
use crate::compose::{self, Deployment};
use crate::deployment::StateFolder;
use crate::Failure;

/// Runs a subcommand.
pub fn run(command: Directory) -> Result<i32, Failure> {
    let Directory::Import { file, state } = command;
    let name = file.display().to_string();
    let bytes = std::fs::read(&file).map_err(|error| format!("{name}: {error}"))?;
    let text = plenum_shell::repl::decode(&bytes);
    let deployment = Deployment::new(StateFolder::find(state.state.as_deref()));
    let store = deployment.store().map_err(|error| error.message)?;
    let is_ldif = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ldif"));
    let read = if is_ldif { import::ldif::read(&text) } else { import::csv::read(&text, store.realm()) };
    let accounts = read.map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| format!("{name}:{problem}")).collect();
        format!("nothing was imported:\n{}", lines.join("\n"))
    })?;
    let count = accounts.len();
    let mut changes = Vec::with_capacity(count * 2);
    for account in accounts {
        let mut object = account.object;
        if object.id.0.is_empty() {
            object.id = store.new_id();
        }
        if let Some(password) = &account.password {
            let keys = store.keys_for(password, &plenum_cmdlets::user::sign_in_names(&object));
            changes.push(Change::Credential { object: object.id.clone(), keys });
        }
        // Keys belong to an object that stands: the object goes first.
        let at = changes.len() - usize::from(account.password.is_some());
        changes.insert(at, Change::Object { before: None, after: Some(Box::new(object)) });
    }
    let set = ChangeSet {
        who: compose::account(),
        command: "plenum directory import".to_owned(),
        message: Some(name),
        changes,
    };
    let revision = deployment.block_on(store.commit(None, set, plenum_server_core::clock::now()))?;
    println!("Imported {count} accounts as revision {revision}.");
    Ok(0)
}
