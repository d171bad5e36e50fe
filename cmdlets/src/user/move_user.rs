//! Move-CsUser.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::error::Result;
use plenum_lang::signature::{Completion, Impact};
use plenum_topology::directory::DirectoryObject;

use super::edit::{Edit, Place, editing, enabled_identity, enabled_user};
use super::{attribute, view};
use crate::authoring::{Read, cmdlet, parameter};
use crate::ports::Ports;

/// Parameters for moves to and from the cloud, which an on-premises deployment does not make, and of what is not built.
const REFUSED: &[&str] = &[
    "AccessTokens",
    "BypassAudioConferencingCheck",
    "BypassEnterpriseVoiceCheck",
    "Credential",
    "DomainController",
    "HostedMigrationOverrideUrl",
    "IgnoreBackendStoreException",
    "MoveConferenceData",
    "MoveToTeams",
    "ProxyPool",
    "Report",
    "TenantAdminUserName",
    "UseLegacyMode",
];

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let mut signature = cmdlet("Move-CsUser", "SkypeForBusiness")
        .synopsis("Moves a user to another home pool.")
        .description(
            "The user's endpoints are signed out at the old pool and sign in at the new one by themselves. Policies and numbers stay.",
        )
        .default_set("Identity")
        .parameter(enabled_identity().set("Identity"))
        .parameter(
            parameter("UserList", "string")
                .mandatory()
                .set("Users")
                .help("A text file that names the users to move, an identity a line."),
        )
        .parameter(
            parameter("Target", "string")
                .mandatory()
                .position(1)
                .complete(Completion::Identity("pool".into()))
                .help("The FQDN of the new home pool."),
        )
        .switch("Force", "Does not ask, unless -Confirm is given. Contacts are not lost by it: the move needs no server of the old pool.")
        .switch("PassThru", "Returns the user.")
        .should_process(Impact::High)
        .output(view::USER)
        .example("Move-CsUser -Identity \"Ken Myer\" -Target fe2.contoso.example", "Moves one user.")
        .example(
            "Get-CsUser -Filter {RegistrarPool -eq \"fe1.contoso.example\"} | Move-CsUser -Target fe2.contoso.example -Confirm:$false",
            "Moves everybody of a pool.",
        )
        .example(
            "Move-CsUser -UserList leavers.txt -Target fe2.contoso.example -Force",
            "Moves the users of a file.",
        )
        .link("Get-CsUser");
    for refused in REFUSED {
        let kind = if refused.starts_with("Bypass")
            || matches!(
                *refused,
                "IgnoreBackendStoreException" | "MoveConferenceData" | "MoveToTeams" | "UseLegacyMode"
            ) {
            "switch"
        } else {
            "object"
        };
        signature = signature.parameter(parameter(*refused, kind).help("Refused: not built."));
    }
    let edit = Edit {
        refused: REFUSED,
        find: enabled_user,
        change,
        view: view::user,
    };
    editing(signature, ports, edit)
}

fn change(place: &mut Place<'_>, arguments: &Arguments, user: &mut DirectoryObject) -> Result<()> {
    let pool = place
        .deployment()?
        .home_pool(&arguments.required_text("Target")?)?;
    user.set(attribute::HOME_SERVER, vec![pool]);
    Ok(())
}
