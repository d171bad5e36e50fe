//! Remove-ADUser, of the directory's own module.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::{Completion, Impact};
use plenum_topology::change::{Change, ChangeSet};

use super::find::{find_one, port_error};
use crate::authoring::{Read, cmdlet, parameter, simple};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Remove-ADUser", "ActiveDirectory")
        .synopsis("Removes an account from the embedded directory.")
        .description(
            "A user of the deployment is signed out and gone with the account. Asks before it removes.",
        )
        .parameter(
            parameter("Identity", "string")
                .mandatory()
                .position(0)
                .by_value()
                .by_property_name()
                .complete(Completion::Identity("aduser".into()))
                .help("The account: account name, user principal name, distinguished name."),
        )
        .should_process(Impact::High)
        .example("Remove-ADUser alice", "Removes one account after asking.")
        .link("Disable-CsUser")
        .link("New-ADUser");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let identity = arguments.required_text("Identity")?;
    let user = match find_one(&*ports.directory, &identity) {
        Ok(user) => user,
        Err(reason) => return context.error(reason.into()),
    };
    if !context.should_process(&user.dn, Some("Remove"))? {
        return Ok(());
    }
    let command = context.command_name().to_owned();
    let changes = vec![Change::Object {
        before: Some(Box::new(user)),
        after: None,
    }];
    ports
        .store
        .commit(
            None,
            ChangeSet {
                who: ports.who.to_string(),
                command,
                message: None,
                changes,
            },
        )
        .map(drop)
        .map_err(|error| port_error(error).into())
}
