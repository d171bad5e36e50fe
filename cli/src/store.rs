//! `plenum store`.

use crate::args::Store;
use crate::compose::Deployment;
use crate::deployment::StateFolder;
use crate::{Failure, say};

/// Runs a subcommand.
pub fn run(command: Store) -> Result<i32, Failure> {
    let Store::Verify { state } = command;
    let deployment = Deployment::new(StateFolder::find(state.state.as_deref()));
    let store = deployment.opened()?;
    deployment.block_on(store.verify())?;
    let revision = deployment.block_on(store.latest_revision())?;
    let place = store.place();
    say(&format!("The store {place} is whole, at revision {revision}.\n"));
    Ok(0)
}
