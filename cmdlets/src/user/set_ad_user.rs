//! Set-ADUser, Enable-ADAccount and Disable-ADAccount, of the directory's own module.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::signature::Impact;
use plenum_topology::directory::DirectoryObject;

use super::edit::{Edit, Place, editing};
use super::find::{ACCOUNTS_HINT, UserNotFound, find_one};
use super::get_ad_user::account_identity;
use super::new_ad_user::{account_name, text_parameters, write_texts};
use super::{attribute, view};
use crate::authoring::{Read, SignatureBuilder, cmdlet, parameter};
use crate::ports::{Directory, Ports};

/// The three commands.
pub(super) fn commands(ports: &Ports) -> [Arc<dyn Command>; 3] {
    let set = cmdlet("Set-ADUser", "ActiveDirectory")
        .synopsis("Changes an account of the embedded directory.")
        .description("Changes only what is given; $null or an empty text takes a property away. A user of the deployment keeps the SIP address: Set-CsUser changes that.")
        .parameter(account_identity())
        .parameter(parameter("Enabled", "bool").help("Whether the account is active: nobody signs in with a disabled one."))
        .parameter(parameter("SamAccountName", "string").help("The account name. Set the password anew after it is changed: the keys of a password hold for the names of its time."))
        .parameters(text_parameters())
        .example("Set-ADUser alice -Department Sales -Title Manager", "Changes two properties.")
        .link("Get-ADUser");
    let enable = cmdlet("Enable-ADAccount", "ActiveDirectory")
        .synopsis("Makes an account of the embedded directory active again.")
        .parameter(account_identity())
        .example("Enable-ADAccount alice", "Lets alice sign in again.")
        .link("Disable-ADAccount");
    let disable = cmdlet("Disable-ADAccount", "ActiveDirectory")
        .synopsis("Disables an account of the embedded directory: nobody signs in with it.")
        .description("Everything that the account has in the deployment stays. Its endpoints are signed out.")
        .parameter(account_identity())
        .example("Disable-ADAccount alice", "Keeps alice from signing in.")
        .link("Enable-ADAccount")
        .link("Set-CsUser");
    [
        account_command(set, ports, set_user),
        account_command(enable, ports, |_, _, account| {
            attribute::set_active(account, true);
            Ok(())
        }),
        account_command(disable, ports, |_, _, account| {
            attribute::set_active(account, false);
            Ok(())
        }),
    ]
}

fn account_command(
    signature: SignatureBuilder,
    ports: &Ports,
    change: fn(&mut Place<'_>, &Arguments, &mut DirectoryObject) -> Result<()>,
) -> Arc<dyn Command> {
    let signature = signature
        .switch("PassThru", "Returns the account.")
        .should_process(Impact::Medium)
        .output(view::ACCOUNT);
    let edit = Edit {
        refused: &[],
        find: account,
        change,
        view: view::directory_user,
    };
    editing(signature, ports, edit)
}

fn account(directory: &dyn Directory, identity: &str) -> std::result::Result<DirectoryObject, ErrorRecord> {
    find_one(directory, identity).map_err(|reason: UserNotFound| reason.record(ACCOUNTS_HINT))
}

fn set_user(_: &mut Place<'_>, arguments: &Arguments, account: &mut DirectoryObject) -> Result<()> {
    write_texts(arguments, account);
    if let Some(name) = arguments.text("SamAccountName") {
        account.set("sAMAccountName", vec![account_name(&name)?]);
    }
    if let Some(active) = arguments.bool("Enabled") {
        attribute::set_active(account, active);
    }
    Ok(())
}
