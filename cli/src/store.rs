//! `plenum store`.

use crate::Failure;
use crate::args::Store;
use crate::compose::Deployment;
use crate::deployment::StateFolder;

/// Runs a subcommand.
pub fn run(command: Store) -> Result<i32, Failure> {
    let Store::Verify { state } = command;
    let deployment = Deployment::new(StateFolder::find(state.state.as_deref()));
    let store = deployment.opened()?;
    deployment.block_on(store.verify())?;
    let revision = deployment.block_on(store.latest_revision())?;
    println!("The store {} is whole, at revision {revision}.", store.place());
    Ok(0)
}
