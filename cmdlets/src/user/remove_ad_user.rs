//! Remove-ADUser, of the directory's own module.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::signature::Impact;

use super::batch::Batch;
use super::find::{ACCOUNTS_HINT, find_one};
use super::get_ad_user::account_identity;
use crate::authoring::{Read, cmdlet, with};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Remove-ADUser", "ActiveDirectory")
        .synopsis("Removes an account from the embedded directory.")
        .description(
            "A user of the deployment is signed out and gone with the account. Asks before it removes.",
        )
        .parameter(account_identity())
        .should_process(Impact::High)
        .example("Remove-ADUser alice", "Removes one account after asking.")
        .example(
            "Get-ADUser -Filter {Department -eq \"Temps\"} | Remove-ADUser -Confirm:$false",
            "Removes the accounts of a department without asking.",
        )
        .link("Disable-CsUser")
        .link("New-ADUser");
    with(signature, move || Remove {
        ports: ports.clone(),
        batch: Batch::default(),
    })
}

struct Remove {
    ports: Ports,
    batch: Batch,
}

impl Invocation for Remove {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let identity = arguments.required_text("Identity")?;
        let user = match find_one(&*self.ports.directory, &identity) {
            Ok(user) => user,
            Err(reason) => return context.error(reason.record(ACCOUNTS_HINT)),
        };
        if self.batch.holds(&user.dn) || !context.should_process(&user.dn, Some("Remove"))? {
            return Ok(());
        }
        self.batch.remove(context, &self.ports, user)
    }

    fn end(&mut self, context: &mut dyn Context, _: &Arguments) -> Result<()> {
        self.batch.flush(context, &self.ports)
    }
}
