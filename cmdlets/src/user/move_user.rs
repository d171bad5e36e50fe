//! Move-CsUser.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::signature::{Completion, Impact};
use plenum_topology::directory::DirectoryObject;

use super::deployment::Deployment;
use super::edit::{Edit, editing, enabled_identity};
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
    "UserList",
];

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let mut signature = cmdlet("Move-CsUser", "SkypeForBusiness")
        .synopsis("Moves a user to another home pool.")
        .description(
            "The user's endpoints are signed out at the old pool and sign in at the new one by themselves. Policies and numbers stay.",
        )
        .default_set("Identity")
        .parameter(enabled_identity())
        .parameter(
            parameter("Target", "string")
                .mandatory()
                .position(1)
                .complete(Completion::Identity("pool".into()))
                .help("The FQDN of the new home pool."),
        )
        .switch("Force", "Does not ask; the move itself needs no server of the old pool.")
        .switch("PassThru", "Returns the user.")
        .should_process(Impact::High)
        .output(view::USER)
        .example("Move-CsUser -Identity \"Ken Myer\" -Target fe2.contoso.example", "Moves one user.")
        .example(
            "Get-CsUser -Filter {RegistrarPool -eq \"fe1.contoso.example\"} | Move-CsUser -Target fe2.contoso.example -Confirm:$false",
            "Moves everybody of a pool.",
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
    editing(
        signature,
        ports,
        Edit {
            refused: REFUSED,
            change,
            view: view::user,
        },
    )
}

fn change(
    _: &mut dyn Context,
    arguments: &Arguments,
    user: &mut DirectoryObject,
    ports: &Ports,
) -> Result<()> {
    if !view::is_enabled_object(user) {
        return Err(ErrorRecord::from(super::UserNotFound::Missing(user.dn.clone())).into());
    }
    let pool = Deployment::read(ports)?.home_pool(&arguments.required_text("Target")?)?;
    user.set(attribute::HOME_SERVER, vec![pool]);
    Ok(())
}
