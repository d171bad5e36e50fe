//! `plenum server run`.

use plenum_server_core::server::{self, Options};

use crate::args::StateOption;
use crate::compose::Deployment;
use crate::deployment::StateFolder;
use crate::{Failure, logging, pages};

/// Runs the services of a computer until the server is told to stop.
pub fn run(
    computer: Option<&str>,
    until_input_ends: bool,
    unauthenticated_domains: Vec<String>,
    state: &StateOption,
) -> Result<i32, Failure> {
    pages::use_huge(true);
    logging::start();
    let folder = StateFolder::find(state.state.as_deref());
    folder.description()?;
    folder.prepare()?;
    let deployment = Deployment::of_server(folder.clone());
    let store = deployment.opened()?.clone();
    let options = Options {
        computer: computer.map(str::to_owned),
        certificates: folder.certificates(),
        control_socket: {
            let folder = folder.clone();
            Box::new(move |computer| folder.control_socket(computer))
        },
        registrations: Box::new(move |computer| folder.registrations(computer)),
        until_input_ends,
        unauthenticated_domains,
    };
    let ran = deployment.block_on(server::run(store, options));
    logging::finish();
    ran?;
    Ok(0)
}
