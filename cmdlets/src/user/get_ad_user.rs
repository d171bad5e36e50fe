//! Get-CsAdUser, and Get-ADUser of the directory's own module.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;

use super::get_user::{identity, search, search_parameters};
use super::view;
use crate::authoring::{cmdlet, parameter, simple};
use crate::ports::Ports;

/// Users, not contacts.
const USERS: &str = "(sAMAccountName=*)";

pub(super) fn cs_command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = search_parameters(cmdlet("Get-CsAdUser", "SkypeForBusiness"), "LDAPFilter")
        .synopsis("Returns the users of the directory, whether or not they have been enabled.")
        .description("Enabled is empty for an account that has never been enabled, False for one that is suspended.")
        .output("Microsoft.Rtc.Management.ADConnect.Schema.CSADUser")
        .example(
            "Get-CsAdUser -Filter {Enabled -ne $true} | Enable-CsUser -RegistrarPool fe1.contoso.example -SipAddressType UserPrincipalName",
            "Enables everybody who is not enabled.",
        )
        .link("Get-CsUser")
        .link("Enable-CsUser");
    simple(signature, move |context, arguments| {
        search(
            &ports,
            context,
            arguments,
            vec![USERS.to_owned()],
            "LDAPFilter",
            view::ad_user,
        )
    })
}

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Get-ADUser", "ActiveDirectory")
        .synopsis("Returns users of the directory.")
        .parameter(
            identity().help("The user: account name, distinguished name, GUID or user principal name."),
        )
        .parameter(parameter("Filter", "string").help("Conditions on properties; * returns every user."))
        .parameter(parameter("LDAPFilter", "string").help("An LDAP filter over directory attributes."))
        .parameter(parameter("SearchBase", "string").help("Only users below this distinguished name."))
        .parameter(parameter("ResultSetSize", "string").help("At most this many users."))
        .output("Microsoft.ActiveDirectory.Management.ADUser")
        .example(
            "Get-ADUser -Filter * | Measure-Object",
            "Counts the users of the directory.",
        )
        .link("New-ADUser");
    simple(signature, move |context, arguments| {
        get(&ports, context, arguments)
    })
}

fn get(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let mut renamed = Arguments {
        input: arguments.input.clone(),
        ..Arguments::default()
    };
    for (name, value) in &arguments.bound {
        let name = match name.as_ref() {
            "SearchBase" => "OU",
            "ResultSetSize" => "ResultSize",
            other => other,
        };
        // -Filter * means every user here.
        if !(name == "Filter" && crate::authoring::Read::text(arguments, "Filter").as_deref() == Some("*")) {
            renamed.bound.push((Arc::from(name), value.clone()));
        }
    }
    search(
        ports,
        context,
        &renamed,
        vec![USERS.to_owned()],
        "LDAPFilter",
        view::directory_user,
    )
}
