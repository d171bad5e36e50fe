//! New-ADUser, of the directory's own module: makes accounts in the embedded directory.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::signature::{Impact, Validation};
use plenum_topology::change::Change;
use plenum_topology::directory::DirectoryObject;

use super::batch::Batch;
use super::find::port_error;
use super::{password, view};
use crate::authoring::{Read, cmdlet, parameter, with};
use crate::ports::Ports;

/// Parameter and attribute, for those that are simply written.
const WRITTEN: &[(&str, &str, &str)] = &[
    ("City", "l", "The town."),
    ("Company", "company", "The company."),
    ("Department", "department", "The department."),
    (
        "DisplayName",
        "displayName",
        "The name shown to others; by default the name.",
    ),
    ("EmailAddress", "mail", "The mail address."),
    ("GivenName", "givenName", "The first name."),
    ("MobilePhone", "mobile", "The mobile number."),
    ("Office", "physicalDeliveryOfficeName", "The office."),
    ("OfficePhone", "telephoneNumber", "The office number."),
    ("Surname", "sn", "The last name."),
    ("Title", "title", "The job title."),
    (
        "UserPrincipalName",
        "userPrincipalName",
        "The sign-in name: alice@contoso.example.",
    ),
];

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let ports = ports.clone();
    let mut signature = cmdlet("New-ADUser", "ActiveDirectory")
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
        .parameter(parameter("Enabled", "bool").by_property_name().help("Accepted for scripts; accounts of the embedded directory are always active."));
    for (name, _, help) in WRITTEN {
        signature = signature.parameter(parameter(*name, "string").by_property_name().help(*help));
    }
    let signature = signature
        .switch("PassThru", "Returns the user.")
        .should_process(Impact::Medium)
        .output("Microsoft.ActiveDirectory.Management.ADUser")
        .example(
            "New-ADUser -Name \"Alice Smith\" -SamAccountName alice -UserPrincipalName alice@contoso.example -AccountPassword (Read-Host -AsSecureString)",
            "Makes an account and asks for its password.",
        )
        .example("Import-Csv users.csv | New-ADUser", "Makes the accounts of a CSV file with the columns Name, GivenName, Surname, UserPrincipalName …")
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
        for (parameter, attribute, _) in WRITTEN {
            if let Some(value) = arguments.text(parameter).filter(|value| !value.is_empty()) {
                user.set(attribute, vec![value]);
            }
        }
        user.set("sAMAccountName", vec![account_name(&user, &name, arguments)?]);
        if !context.should_process(&user.dn, None)? {
            return Ok(());
        }
        let mut changes = vec![Change::Object {
            before: None,
            after: Some(Box::new(user.clone())),
        }];
        if let Some(secret) = password::given(arguments, "AccountPassword")? {
            changes.push(password::change(&self.ports, &user, &secret)?);
        }
        let output = arguments.switch("PassThru").then(|| view::directory_user(&user));
        self.batch.add(context, &self.ports, &user.dn, changes, output)
    }
}

fn account_name(user: &DirectoryObject, name: &str, arguments: &Arguments) -> Result<String> {
    let account = arguments.text("SamAccountName").unwrap_or_else(|| {
        let principal = user
            .first("userPrincipalName")
            .and_then(|name| name.split_once('@'))
            .map(|(local, _)| local.to_owned());
        principal.unwrap_or_else(|| name.chars().filter(|c| !c.is_whitespace()).collect())
    });
    let forbidden = |c: char| c.is_control() || "\"/\\[]:;|=,+*?<>@".contains(c);
    if account.is_empty() || account.chars().count() > 256 || account.contains(forbidden) {
        let message = format!("\"{account}\" cannot be an account name.");
        return Err(
            ErrorRecord::new("InvalidAccountName", Category::InvalidArgument, message)
                .hint("Account names have 1 to 256 characters and none of \" / \\ [ ] : ; | = , + * ? < > @.")
                .into(),
        );
    }
    Ok(account)
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
