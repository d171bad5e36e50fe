//! Get-CsUser.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Completion;
use plenum_topology::directory::DirectoryObject;

use super::filter::{Vocabulary, to_ldap};
use super::find::{UserNotFound, find_enabled, port_error, search_filter};
use super::{attribute, view};
use crate::authoring::{
    ParameterBuilder, Read, SignatureBuilder, cmdlet, not_built, parameter, simple, text,
};
use crate::ports::{DirectoryQuery, Ports};

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = search_parameters(cmdlet("Get-CsUser", "SkypeForBusiness"), "LdapFilter")
        .synopsis("Returns the users of the deployment.")
        .description(
            "Returns users that have been enabled, with their addresses, home pool and granted policies. A policy that is \
             not granted to the user is empty here; Get-CsEffectivePolicy says which one applies instead. -Filter and \
             -LdapFilter search in the directory, which is much quicker than Where-Object over all users.",
        )
        .switch("OnLyncServer", "Only users with a home pool of this deployment.")
        .switch("OnModernServer", "The same as -OnLyncServer.")
        .switch("OnOfficeCommunicationServer", "Only users of the product before Lync: this deployment has none.")
        .switch("UnAssignedUser", "Only users that are enabled but have no home pool.")
        .output(view::USER)
        .output_members(view::user_members())
        .example("Get-CsUser -Identity \"Ken Myer\"", "One user, by display name.")
        .example(
            "Get-CsUser -Filter {EnterpriseVoiceEnabled -eq $true} | Format-Table DisplayName, LineURI",
            "Everybody with Enterprise Voice.",
        )
        .link("Get-CsAdUser")
        .link("Get-CsEffectivePolicy");
    simple(signature, move |context, arguments| {
        run(&ports, context, arguments)
    })
}

/// The parameters that both searching cmdlets have.
pub(super) fn search_parameters(signature: SignatureBuilder, ldap_filter: &'static str) -> SignatureBuilder {
    signature
        .parameter(identity().help(
            "The user: SIP address, user principal name, DOMAIN\\name, display name (* matches) or distinguished name.",
        ))
        .parameter(
            parameter("Filter", "string")
                .help("Conditions on user properties: {Enabled -eq $true -and LineURI -like \"tel:+1425*\"}."),
        )
        .parameter(parameter(ldap_filter, "string").help("An LDAP filter over directory attributes: Department=IT."))
        .parameter(parameter("OU", "string").help("Only users below this distinguished name."))
        .parameter(parameter("ResultSize", "string").help("At most this many users; Unlimited means all.").default("Unlimited"))
        .parameter(parameter("DomainController", "string").help("Refused: the directory is named by the deployment."))
        .parameter(parameter("Credential", "pscredential").help("Refused: the deployment's own account reads the directory."))
}

/// The identity parameter of a searching cmdlet.
pub(super) fn identity() -> ParameterBuilder {
    parameter("Identity", "string")
        .position(0)
        .by_value()
        .by_property_name()
        .complete(Completion::Identity("user".into()))
}

fn run(ports: &Ports, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    if arguments.switch("OnOfficeCommunicationServer") {
        return Ok(());
    }
    let mut conditions = vec![format!("({}=*)", attribute::ENABLED)];
    if arguments.switch("OnLyncServer") || arguments.switch("OnModernServer") {
        conditions.push(format!("({}=*)", attribute::HOME_SERVER));
    }
    if arguments.switch("UnAssignedUser") {
        conditions.push(format!("(!({}=*))", attribute::HOME_SERVER));
    }
    let all = Search {
        conditions,
        vocabulary: Vocabulary::Product,
        parameters: PARAMETERS,
        missing,
    };
    search(ports, context, arguments, all, view::user)
}

/// What a searching cmdlet searches, and how it shows what it finds.
pub(super) struct Search {
    /// LDAP filters that hold for everything that it gives out.
    pub conditions: Vec<String>,
    /// Whose names of properties -Filter uses.
    pub vocabulary: Vocabulary,
    /// The names of the parameters for an LDAP filter, the container and the number of results.
    pub parameters: (&'static str, &'static str, &'static str),
    /// What is said when an identity finds nothing.
    pub missing: fn(&Ports, String) -> ErrorRecord,
}

/// The parameter names of the product's searching cmdlets.
pub(super) const PARAMETERS: (&str, &str, &str) = ("LdapFilter", "OU", "ResultSize");

/// Searches by the common parameters and writes what is found.
pub(super) fn search(
    ports: &Ports,
    context: &mut dyn Context,
    arguments: &Arguments,
    search: Search,
    view: impl Fn(&DirectoryObject) -> plenum_lang::value::Value,
) -> Result<()> {
    for refused in ["DomainController", "Credential"] {
        if arguments.has(refused) {
            return Err(not_built(&format!("-{refused}: choosing how the directory is reached")).into());
        }
    }
    let (ldap_filter, base, limit_name) = search.parameters;
    if arguments.has("Filter") && arguments.has(ldap_filter) {
        let message = format!("-Filter and -{ldap_filter} cannot be used together.");
        return Err(
            ErrorRecord::new("FiltersConflict", Category::InvalidArgument, message)
                .hint("Write all conditions in one of them.")
                .into(),
        );
    }
    let identity = arguments.text("Identity");
    let mut conditions = search.conditions;
    conditions.extend(identity.as_deref().map(search_filter));
    // -Filter * means everybody.
    if let Some(filter) = arguments.text("Filter").filter(|filter| filter.trim() != "*") {
        conditions.push(to_ldap(&filter, search.vocabulary, &|name| {
            context.variable(name)
        })?);
    }
    conditions.extend(arguments.text(ldap_filter).map(parenthesized));
    let query = DirectoryQuery {
        filter: Some(if conditions.len() == 1 {
            conditions.concat()
        } else {
            format!("(&{})", conditions.concat())
        }),
        base: arguments.text(base),
        limit: limit(arguments, limit_name)?,
    };
    let found = ports.directory.search(&query).map_err(port_error)?;
    if let (true, Some(identity)) = (
        found.is_empty(),
        identity.filter(|identity| !identity.contains('*')),
    ) {
        return context.error((search.missing)(ports, identity));
    }
    for object in &found {
        context.check_stop()?;
        context.write(view(object))?;
    }
    Ok(())
}

/// Nobody who is enabled has an identity: perhaps an account has it.
fn missing(ports: &Ports, identity: String) -> ErrorRecord {
    match find_enabled(&*ports.directory, &identity) {
        Err(reason @ UserNotFound::NotEnabled(_)) => reason.into(),
        _ => UserNotFound::Missing(identity).into(),
    }
}

fn parenthesized(filter: String) -> String {
    if filter.trim_start().starts_with('(') {
        filter
    } else {
        format!("({filter})")
    }
}

fn limit(arguments: &Arguments, name: &str) -> Result<Option<usize>> {
    let Some(size) = arguments.text(name) else {
        return Ok(None);
    };
    if size.eq_ignore_ascii_case("Unlimited") {
        return Ok(None);
    }
    size.parse().map(Some).map_err(|_| {
        ErrorRecord::new(
            "InvalidResultSize",
            Category::InvalidArgument,
            format!("-{name} takes a whole number or Unlimited, not \"{size}\"."),
        )
        .about(text(size.clone()))
        .into()
    })
}
