//! Set-ADAccountPassword, of the directory's own module.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Impact;

use super::batch::Batch;
use super::find::{ACCOUNTS_HINT, find_one};
use super::get_ad_user::account_identity;
use super::{password, view};
use crate::authoring::{Read, cmdlet, not_built, parameter, with};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Set-ADAccountPassword", "ActiveDirectory")
        .synopsis("Sets the password of an account of the embedded directory.")
        .description("The password is turned into the keys that sign-in needs; neither it nor they are written to any history.")
        .parameter(account_identity())
        .parameter(parameter("NewPassword", "securestring").help("The new password; asked for when it is left out, once for all accounts that are piped in."))
        .parameter(parameter("OldPassword", "securestring").help("Refused: an administrator resets passwords, see -Reset."))
        .switch("Reset", "An administrator sets the password without knowing the old one; this is what happens anyway. -Reset:$false is refused.")
        .switch("PassThru", "Returns the user.")
        .should_process(Impact::Medium)
        .example("Set-ADAccountPassword alice -Reset -NewPassword (Read-Host -AsSecureString \"New password\")", "Asks for a password and sets it.")
        .link("New-ADUser");
    with(signature, move || SetPassword {
        ports: ports.clone(),
        batch: Batch::default(),
        typed: None,
    })
}

struct SetPassword {
    ports: Ports,
    batch: Batch,
    /// What was typed when it was asked for.
    typed: Option<String>,
}

impl Invocation for SetPassword {
    fn begin(&mut self, _: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if arguments.has("OldPassword") || arguments.bool("Reset") == Some(false) {
            return Err(not_built("Changing a password as its owner, who knows the old one,").into());
        }
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let identity = arguments.required_text("Identity")?;
        let user = match find_one(&*self.ports.directory, &identity) {
            Ok(user) => user,
            Err(reason) => return context.error(reason.record(ACCOUNTS_HINT)),
        };
        if !context.should_process(&user.dn, None)? {
            return Ok(());
        }
        let secret = self.secret(context, arguments)?;
        if self.batch.holds(&user.dn) {
            self.batch.flush(context, &self.ports)?;
        }
        let change = password::change(&self.ports, &user, &secret)?;
        let output = arguments.switch("PassThru").then(|| view::directory_user(&user));
        self.batch
            .add(context, &self.ports, user.dn, vec![change], output)
    }

    fn end(&mut self, context: &mut dyn Context, _: &Arguments) -> Result<()> {
        self.batch.flush(context, &self.ports)
    }
}

impl SetPassword {
    fn secret(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<String> {
        let secret = match (password::given(arguments, "NewPassword")?, &self.typed) {
            (Some(given), _) => given,
            (None, Some(typed)) => typed.clone(),
            (None, None) => {
                let typed = context.host().read_line("New password: ", true);
                self.typed.insert(typed.unwrap_or_default()).clone()
            }
        };
        if secret.is_empty() {
            let message = "The new password is empty.";
            return Err(
                ErrorRecord::new("PasswordEmpty", Category::InvalidArgument, message)
                    .hint("Give one with -NewPassword.")
                    .into(),
            );
        }
        Ok(secret)
    }
}
