//! `plenum directory`: users from CSV or LDIF into the embedded directory, or from an LDAP directory.
//!
//! An LDAP directory is attached only after its accounts were read once: what is written down works.

use std::path::Path;
use std::sync::Arc;

use plenum_server_core::clock;
use plenum_store::directory::replicate::Synchronized;
use plenum_store::{LdapDirectory, import};
use plenum_topology::change::{Change, ChangeSet};
use plenum_topology::directory::DirectoryQuery;

use crate::args::{Attach, Directory, StateOption};
use crate::compose::{self, Deployment};
use crate::deployment::{Description, DirectoryDescription, StateFolder};
use crate::{Failure, say};

/// Runs a subcommand.
pub fn run(command: Directory) -> Result<i32, Failure> {
    match command {
        Directory::Import { file, state } => import(&file, &state),
        Directory::Attach(attach) => self::attach(&attach),
        Directory::Synchronize { state } => {
            let deployment = Deployment::new(StateFolder::find(state.state.as_deref()));
            let outcome = deployment.block_on(deployment.opened()?.synchronize_directory(clock::now()))?;
            report(&outcome);
            Ok(0)
        }
        Directory::Detach { state } => detach(&StateFolder::find(state.state.as_deref())),
    }
}

fn attach(attach: &Attach) -> Result<i32, Failure> {
    let folder = StateFolder::find(attach.state.state.as_deref());
    let description = folder.description()?;
    if let Some(directory) = &description.directory {
        return Err(format!(
            "accounts come from {} already; leave it first with `plenum directory detach`",
            directory.url
        )
        .into());
    }
    let directory = DirectoryDescription {
        url: attach.url.clone(),
        start_tls: attach.start_tls,
        authorities: attach
            .authorities
            .as_deref()
            .map(std::path::absolute)
            .transpose()?,
        bind_dn: attach.bind_dn.clone(),
        base: attach.base.clone(),
        filter: attach.filter.clone(),
    };
    let password = first_line(&attach.password_file)?;
    let deployment = Deployment::new(folder.clone());
    let store = deployment.opened()?;
    let own = deployment
        .block_on(store.search(&DirectoryQuery::default()))?
        .len();
    if own > 0 && !attach.replace {
        return Err(format!(
            "the embedded directory has {own} account(s), and those that {} does not have would be removed; \
             say --replace if they may be",
            attach.url
        )
        .into());
    }
    store.attach_directory(Arc::new(LdapDirectory::new(directory.options(password.clone()))?));
    let outcome = deployment.block_on(store.synchronize_directory(clock::now()))?;
    folder.keep_directory_password(Some(&password))?;
    folder.describe(&Description {
        directory: Some(directory),
        ..description
    })?;
    report(&outcome);
    say(&format!(
        "Servers that run already take accounts from {} when they are started again.\n",
        attach.url
    ));
    Ok(0)
}

fn detach(folder: &StateFolder) -> Result<i32, Failure> {
    let description = folder.description()?;
    let Some(directory) = description.directory else {
        return Err("this deployment keeps its accounts itself; there is no directory to leave".into());
    };
    folder.describe(&Description {
        directory: None,
        ..description
    })?;
    folder.keep_directory_password(None)?;
    say(&format!(
        "Left {}; the accounts stay as they are.\n",
        directory.url
    ));
    Ok(0)
}

fn report(outcome: &Synchronized) {
    match outcome.revision {
        Some(revision) => say(&format!(
            "Revision {revision}: {} accounts created, {} changed, {} removed.\n",
            outcome.created, outcome.changed, outcome.removed
        )),
        None => say("The accounts are as in the directory.\n"),
    }
    for reason in &outcome.left_out {
        eprintln!("Left out: {reason}");
    }
}

/// The first line of a password file.
fn first_line(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(format!(
            "{}: the first line is empty; it is to be the password",
            file.display()
        )
        .into()),
    }
}

fn import(file: &Path, state: &StateOption) -> Result<i32, Failure> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| format!("{name}: {error}"))?;
    let text = plenum_shell::repl::decode(&bytes);
    let deployment = Deployment::new(StateFolder::find(state.state.as_deref()));
    let store = deployment.opened()?;
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
    let now = clock::now();
    let mut changes = import::into_changes(accounts, |password, usernames| {
        store.keys_for(password, usernames)
    });
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
    say(&format!("Imported {count} accounts as revision {revision}.\n"));
    Ok(0)
}
