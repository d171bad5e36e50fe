//! Get-CsUserPoolInfo.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::value::Value;

use super::attribute;
use super::deployment::Deployment;
use super::edit::enabled_identity;
use super::find::find_enabled;
use crate::authoring::{Read, array, cmdlet, object, optional_text, simple, text, text_array};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Get-CsUserPoolInfo", "SkypeForBusiness")
        .synopsis("Says which pool and which of its computers a user signs in to, and which pool stands by.")
        .parameter(enabled_identity())
        .switch(
            "LocalStore",
            "Reads the local replica; here it is the one that is always read.",
        )
        .output("Microsoft.Rtc.Management.Xds.GetOCsUserPoolInfoCmdlet+UserInformation")
        .example(
            "Get-CsUserPoolInfo sip:ken@contoso.example",
            "The home of one user.",
        )
        .link("Get-CsUser");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let user = match find_enabled(&*ports.directory, &arguments.required_text("Identity")?) {
        Ok(user) => user,
        Err(reason) => return context.error(reason.into()),
    };
    let Some(pool) = user.first(attribute::HOME_SERVER) else {
        let message = format!("User \"{}\" has no home pool.", user.dn);
        return context.error(
            ErrorRecord::new("NoHomePool", Category::ObjectNotFound, message)
                .about(text(&*user.dn))
                .hint("Give the user one with Move-CsUser -Target."),
        );
    };
    let deployment = Deployment::read(ports)?;
    let in_order = |computers: Vec<String>| {
        let numbered = computers.iter().enumerate();
        text_array(numbered.map(|(index, computer)| format!("{}:{computer}", index + 1)))
    };
    let backup = deployment.backup_pool(pool);
    let registrar = text(format!("Registrar:{pool}"));
    let backups = |role: &str| {
        array(
            backup
                .iter()
                .map(|pool| text(format!("{role}:{pool}")))
                .collect::<Vec<Value>>(),
        )
    };
    context.write(object(
        "Microsoft.Rtc.Management.Xds.GetOCsUserPoolInfoCmdlet+UserInformation",
        [
            ("PrimaryPoolFqdn", text(pool)),
            (
                "PrimaryPoolMachinesInPreferredOrder",
                in_order(deployment.computers(pool)),
            ),
            ("PrimaryPoolPrimaryRegistrar", registrar),
            ("PrimaryPoolBackupRegistrars", backups("Registrar")),
            (
                "PrimaryPoolPrimaryUserService",
                text(format!("UserServer:{pool}")),
            ),
            ("PrimaryPoolBackupUserServices", backups("UserServer")),
            ("BackupPoolFqdn", optional_text(backup.clone())),
            (
                "BackupPoolMachinesInPreferredOrder",
                in_order(
                    backup
                        .iter()
                        .flat_map(|pool| deployment.computers(pool))
                        .collect(),
                ),
            ),
            ("UserServicesPoolFqdn", text(pool)),
        ],
    ))
}
