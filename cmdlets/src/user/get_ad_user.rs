//! Get-CsAdUser, and Get-ADUser of the directory's own module.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Completion;

use super::attribute::{ACCOUNT_FACTS, ACCOUNT_TEXTS};
use super::filter::Vocabulary;
use super::find::{ACCOUNTS_HINT, UserNotFound};
use super::get_user::{PARAMETERS, Search, identity, search, search_parameters};
use super::view;
use crate::authoring::{ParameterBuilder, Read, cmdlet, parameter, simple, text};
use crate::ports::Ports;

/// Users, not contacts.
const USERS: &str = "(sAMAccountName=*)";

pub(super) fn cs_command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = search_parameters(cmdlet("Get-CsAdUser", "SkypeForBusiness"), "LDAPFilter")
        .synopsis("Returns the users of the directory, whether or not they have been enabled.")
        .description("Enabled is empty for an account that has never been enabled, False for one that is suspended.")
        .output(view::AD_USER)
        .output_members(view::ad_user_members())
        .example(
            "Get-CsAdUser -Filter {Enabled -ne $true} | Enable-CsUser -RegistrarPool fe1.contoso.example -SipAddressType UserPrincipalName",
            "Enables everybody who is not enabled.",
        )
        .link("Get-CsUser")
        .link("Enable-CsUser");
    simple(signature, move |context, arguments| {
        let people = Search {
            conditions: vec![USERS.to_owned()],
            vocabulary: Vocabulary::Product,
            parameters: ("LDAPFilter", PARAMETERS.1, PARAMETERS.2),
            missing: nobody,
        };
        search(&ports, context, arguments, people, view::ad_user)
    })
}

/// Nobody at all has the identity.
fn nobody(_: &Ports, identity: String) -> ErrorRecord {
    UserNotFound::Missing(identity)
        .record("Search for a part of the name: Get-CsAdUser -Identity \"*part*\", or -Filter {DisplayName -like \"*part*\"}.")
}

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("Get-ADUser", "ActiveDirectory")
        .synopsis("Returns users of the directory.")
        .description("-Filter takes the directory's own names of properties, such as GivenName and Surname, and the names of attributes.")
        .parameter(
            identity().help("The user: account name, distinguished name, GUID or user principal name."),
        )
        .parameter(parameter("Filter", "string").help("Conditions on properties; * returns every user."))
        .parameter(parameter("LDAPFilter", "string").help("An LDAP filter over directory attributes."))
        .parameter(
            parameter("Properties", "string[]")
                .alias("Property")
                .help("Properties to give out beyond the usual ones; * for all that there are."),
        )
        .parameter(parameter("SearchBase", "string").help("Only users below this distinguished name."))
        .parameter(parameter("ResultSetSize", "string").help("At most this many users."))
        .output(view::ACCOUNT)
        .example(
            "Get-ADUser -Filter * | Measure-Object",
            "Counts the users of the directory.",
        )
        .example(
            "Get-ADUser -Filter {Surname -like \"Sm*\"} -Properties Department, Title",
            "Some users with more of their properties.",
        )
        .link("New-ADUser");
    simple(signature, move |context, arguments| {
        get(&ports, context, arguments)
    })
}

fn get(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let more = asked_for(arguments)?;
    let accounts = Search {
        conditions: vec![USERS.to_owned()],
        vocabulary: Vocabulary::Directory,
        parameters: ("LDAPFilter", "SearchBase", "ResultSetSize"),
        missing: |_, identity| UserNotFound::Missing(identity).record(ACCOUNTS_HINT),
    };
    search(ports, context, arguments, accounts, |found| {
        view::account(found, &more)
    })
}

/// The properties of -Properties, in their own spelling.
fn asked_for(arguments: &Arguments) -> Result<Vec<&'static str>> {
    let texts = ACCOUNT_TEXTS.iter().map(|(name, _, _)| *name);
    let known: Vec<&'static str> = texts
        .chain(ACCOUNT_FACTS.iter().map(|(name, _, _)| *name))
        .chain(view::ACCOUNT_TIMES.iter().map(|(name, _)| *name))
        .collect();
    let mut asked = Vec::new();
    for name in arguments.list("Properties") {
        if name == "*" {
            asked.extend(&known);
            continue;
        }
        match known.iter().find(|known| known.eq_ignore_ascii_case(&name)) {
            Some(known) => asked.push(*known),
            None => {
                let message = format!("\"{name}\" is no property of an account.");
                return Err(
                    ErrorRecord::new("PropertyNotFound", Category::InvalidArgument, message)
                        .about(text(name))
                        .hint(format!("There are: {}.", known.join(", ")))
                        .into(),
                );
            }
        }
    }
    Ok(asked)
}

/// The identity of cmdlets that act on an account of the directory.
pub(super) fn account_identity() -> ParameterBuilder {
    parameter("Identity", "string")
        .mandatory()
        .position(0)
        .by_value()
        .by_property_name()
        .complete(Completion::Identity("aduser".into()))
        .help("The account: account name, user principal name, distinguished name, GUID.")
}
