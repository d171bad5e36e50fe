//! Disable-CsUser.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::signature::Impact;
use plenum_lang::value::Value;
use plenum_topology::directory::DirectoryObject;

use super::edit::{Edit, editing, enabled_identity};
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
    editing(
        signature,
        ports,
        Edit {
            refused: &["DomainController"],
            change: disable,
            view: disabled_view,
        },
    )
}

fn disable(_: &mut dyn Context, _: &Arguments, user: &mut DirectoryObject, _: &Ports) -> Result<()> {
    if !view::is_enabled_object(user) {
        return Err(ErrorRecord::from(super::UserNotFound::Missing(user.dn.clone())).into());
    }
    user.attributes.retain(|name, _| {
        !name
            .get(..PREFIX.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
    });
    Ok(())
}

fn disabled_view(user: &DirectoryObject) -> Value {
    view::ad_user(user)
}
