//! Set-ADAccountPassword, of the directory's own module.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::{Completion, Impact};
use plenum_topology::change::ChangeSet;

use super::find::{find_one, port_error};
use super::{password, view};
use crate::authoring::{Read, cmdlet, not_built, parameter, simple};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Set-ADAccountPassword", "ActiveDirectory")
        .synopsis("Sets the password of an account of the embedded directory.")
        .description("The password is turned into the keys that sign-in needs; neither it nor they are written to any history.")
        .parameter(
            parameter("Identity", "string")
                .mandatory()
                .position(0)
                .by_value()
                .by_property_name()
                .complete(Completion::Identity("aduser".into()))
                .help("The account: account name, user principal name, distinguished name."),
        )
        .parameter(parameter("NewPassword", "securestring").help("The new password; asked for when it is left out."))
        .parameter(parameter("OldPassword", "securestring").help("Refused: an administrator resets passwords, see -Reset."))
        .switch("Reset", "An administrator sets the password without knowing the old one; this is what happens anyway.")
        .switch("PassThru", "Returns the user.")
        .should_process(Impact::Medium)
        .example("Set-ADAccountPassword alice -Reset -NewPassword (Read-Host -AsSecureString \"New password\")", "Asks for a password and sets it.")
        .link("New-ADUser");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    if arguments.has("OldPassword") {
        return Err(not_built("-OldPassword: changing a password as its owner").into());
    }
    let identity = arguments.required_text("Identity")?;
    let user = match find_one(&*ports.directory, &identity) {
        Ok(user) => user,
        Err(reason) => return context.error(reason.into()),
    };
    let secret = match password::given(arguments, "NewPassword")? {
        Some(secret) => secret,
        None => context
            .host()
            .read_line("New password: ", true)
            .unwrap_or_default(),
    };
    if secret.is_empty() {
        return Err(ErrorRecord::new(
            "PasswordEmpty",
            Category::InvalidArgument,
            "The new password is empty.",
        )
        .hint("Give one with -NewPassword.")
        .into());
    }
    if !context.should_process(&user.dn, None)? {
        return Ok(());
    }
    let changes = vec![password::change(ports, &user, &secret)?];
    let command = context.command_name().to_owned();
    let change_set = ChangeSet {
        who: ports.who.to_string(),
        command,
        message: None,
        changes,
    };
    ports.store.commit(None, change_set).map_err(port_error)?;
    if arguments.switch("PassThru") {
        context.write(view::directory_user(&user))
    } else {
        Ok(())
    }
}
