//! Disable-CsUser.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::error::Result;
use plenum_lang::signature::Impact;
use plenum_topology::directory::DirectoryObject;

use super::edit::{Edit, Place, editing, enabled_identity, enabled_user};
use super::view;
use crate::authoring::{cmdlet, parameter};
use crate::ports::Ports;

/// What makes a directory user a user of the deployment carries this prefix.
const PREFIX: &str = "msRTCSIP-";

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let signature = cmdlet("Disable-CsUser", "SkypeForBusiness")
        .synopsis("Takes a user out of the deployment; the directory account stays.")
        .description(
            "Removes the user's SIP address, number, home pool and policy grants. The user is signed out at once. What was removed \
             stands in the history, so `plenum topology history` and the store's revisions can tell it; Set-CsUser -Enabled $false \
             suspends a user and keeps everything.",
        )
        .parameter(enabled_identity())
        .parameter(parameter("DomainController", "string").help("Refused: the directory is named by the deployment."))
        .switch("PassThru", "Returns the directory user as it is afterwards.")
        .should_process(Impact::Medium)
        .output(view::USER)
        .example("Disable-CsUser -Identity \"Ken Myer\"", "Disables one user.")
        .link("Enable-CsUser")
        .link("Set-CsUser");
    let edit = Edit {
        refused: &["DomainController"],
        find: enabled_user,
        change: disable,
        view: view::ad_user,
    };
    editing(signature, ports, edit)
}

fn disable(_: &mut Place<'_>, _: &Arguments, user: &mut DirectoryObject) -> Result<()> {
    let is_ours = |name: &str| {
        name.get(..PREFIX.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
    };
    user.attributes.retain(|name, _| !is_ours(name));
    Ok(())
}
