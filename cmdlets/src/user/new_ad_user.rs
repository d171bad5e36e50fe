//! New-ADUser, of the directory's own module: makes accounts in the embedded directory.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::signature::{Impact, Validation};
use plenum_topology::directory::DirectoryObject;

use super::attribute::{self, ACCOUNT_TEXTS};
use super::batch::Batch;
use super::find::port_error;
use super::{password, view};
use crate::authoring::{ParameterBuilder, Read, cmdlet, parameter, with};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let signature = cmdlet("New-ADUser", "ActiveDirectory")
        .synopsis("Makes a user account in the embedded directory.")
        .description(
            "The account can sign in once it has a password (-AccountPassword or Set-ADAccountPassword) and has been enabled with \
             Enable-CsUser. A deployment that reads its users from LDAP makes them there.",
        )
        .parameter(
            parameter("Name", "string")
                .mandatory()
                .position(0)
                .by_property_name()
                .validate(Validation::NotNullOrEmpty)
                .help("The account's common name, unique in its container."),
        )
        .parameter(parameter("SamAccountName", "string").by_property_name().help("The account name; by default the part of the user principal name before the @, else the name without blanks."))
        .parameter(parameter("AccountPassword", "securestring").by_property_name().help("The password, as a secure string."))
        .parameter(parameter("Path", "string").by_property_name().help("The container's distinguished name; by default CN=Users below the domain."))
        .parameter(parameter("Enabled", "bool").by_property_name().default("True").help("Whether the account is active: nobody signs in with a disabled one. Active Directory makes disabled accounts unless this says $true; here accounts are active unless it says $false."))
        .parameters(text_parameters());
    let signature = signature
        .switch("PassThru", "Returns the user.")
        .should_process(Impact::Medium)
        .output("Microsoft.ActiveDirectory.Management.ADUser")
        .example(
            "New-ADUser -Name \"Alice Smith\" -SamAccountName alice -UserPrincipalName alice@contoso.example -AccountPassword (Read-Host -AsSecureString)",
            "Makes an account and asks for its password.",
        )
        .example("Import-Csv users.csv | New-ADUser", "Makes the accounts of a CSV file with the columns Name, GivenName, Surname, UserPrincipalName …")
        .link("Set-ADUser")
        .link("Set-ADAccountPassword")
        .link("Enable-CsUser");
    with(signature, move || New {
        ports: ports.clone(),
        batch: Batch::default(),
    })
}

struct New {
    ports: Ports,
    batch: Batch,
}

impl Invocation for New {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        match self.create(context, arguments) {
            Err(Interrupt::Error(record)) => context.error(*record),
            other => other,
        }
    }

    fn end(&mut self, context: &mut dyn Context, _: &Arguments) -> Result<()> {
        self.batch.flush(context, &self.ports)
    }
}

impl New {
    fn create(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let name = arguments.required_text("Name")?;
        let container = match arguments.text("Path") {
            Some(path) => path,
            None => super::default_container(&self.ports.store.snapshot().map_err(port_error)?.realm),
        };
        let mut user = DirectoryObject {
            id: self.ports.directory.new_id().map_err(port_error)?,
            dn: format!("CN={},{container}", escape(&name)),
            ..DirectoryObject::default()
        };
        user.set("objectClass", vec!["user".to_owned()]);
        user.set("name", vec![name.clone()]);
        user.set("displayName", vec![name.clone()]);
        write_texts(arguments, &mut user);
        attribute::set_active(&mut user, arguments.bool("Enabled").unwrap_or(true));
        user.set("sAMAccountName", vec![name_of_account(&user, &name, arguments)?]);
        if !context.should_process(&user.dn, Some("New"))? {
            return Ok(());
        }
        let secret = password::given(arguments, "AccountPassword")?;
        let keys = secret
            .map(|secret| password::change(&self.ports, &user, &secret))
            .transpose()?;
        let view = arguments
            .switch("PassThru")
            .then_some(view::directory_user as fn(&_) -> _);
        self.batch.put(context, &self.ports, (None, user), keys, view)
    }
}

/// The parameters for the texts of an account.
pub(super) fn text_parameters() -> impl Iterator<Item = ParameterBuilder> {
    let texts = ACCOUNT_TEXTS.iter();
    texts.map(|(name, _, help)| parameter(*name, "string").by_property_name().help(*help))
}

/// Writes the texts that were given; an empty one is taken away.
pub(super) fn write_texts(arguments: &Arguments, account: &mut DirectoryObject) {
    for (name, attribute, _) in ACCOUNT_TEXTS {
        if arguments.has(name) {
            let value = arguments.text(name).filter(|value| !value.is_empty());
            account.set(attribute, value.into_iter().collect());
        }
    }
}

fn name_of_account(user: &DirectoryObject, name: &str, arguments: &Arguments) -> Result<String> {
    account_name(&arguments.text("SamAccountName").unwrap_or_else(|| {
        let principal = user
            .first("userPrincipalName")
            .and_then(|name| name.split_once('@'))
            .map(|(local, _)| local.to_owned());
        principal.unwrap_or_else(|| name.chars().filter(|c| !c.is_whitespace()).collect())
    }))
}

/// An account name, when it can be one.
pub(super) fn account_name(name: &str) -> Result<String> {
    let forbidden = |c: char| c.is_control() || "\"/\\[]:;|=,+*?<>@".contains(c);
    if name.is_empty() || name.chars().count() > 256 || name.contains(forbidden) {
        let message = format!("\"{name}\" cannot be an account name.");
        return Err(
            ErrorRecord::new("InvalidAccountName", Category::InvalidArgument, message)
                .hint("Account names have 1 to 256 characters and none of \" / \\ [ ] : ; | = , + * ? < > @.")
                .into(),
        );
    }
    Ok(name.to_owned())
}

/// A value inside a distinguished name (RFC 4514 §2.4).
fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for (at, character) in value.char_indices() {
        let edge_blank = character == ' ' && (at == 0 || at == value.len() - 1);
        if edge_blank || "\"+,;<>\\=".contains(character) || (at == 0 && character == '#') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
