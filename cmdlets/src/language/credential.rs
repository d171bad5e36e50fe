//! Secrets: ConvertTo- and ConvertFrom-SecureString, Get-Credential, Read-Host, and the values that they give.
//!
//! A secure text never shows itself: not as text, not in a list, not in errors. Only GetNetworkCredential and
//! ConvertFrom-SecureString -AsPlainText give it away, as scripts expect.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::members::World;
use plenum_lang::value::{Instance, Value};

use crate::authoring::{Read, cmdlet, count, invalid_argument, object, parameter, simple, text};

/// System.Security.SecureString.
pub struct SecureString(String);

impl SecureString {
    /// Hides a text.
    pub fn new(secret: impl Into<String>) -> SecureString {
        SecureString(secret.into())
    }

    /// The text, for whoever has to use it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Instance for SecureString {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Security.SecureString")
    }

    fn to_text(&self) -> String {
        "System.Security.SecureString".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Length")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("Length").then(|| count(self.0.encode_utf16().count()))
    }
}

/// System.Management.Automation.PSCredential.
pub struct Credential {
    user_name: String,
    password: Value,
}

impl Credential {
    /// A user's name and password (a [`SecureString`] value).
    pub fn new(user_name: impl Into<String>, password: Value) -> Credential {
        Credential { user_name: user_name.into(), password }
    }

    /// The user's name as it was given.
    pub fn user_name(&self) -> &str {
        &self.user_name
    }

    /// The password, for whoever has to use it.
    pub fn password(&self) -> &str {
        self.password.downcast::<SecureString>().map_or("", SecureString::reveal)
    }
}

impl Instance for Credential {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PSCredential")
    }

    fn to_text(&self) -> String {
        "System.Management.Automation.PSCredential".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("UserName"), Arc::from("Password")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        if name.eq_ignore_ascii_case("UserName") {
            return Some(text(&self.user_name));
        }
        name.eq_ignore_ascii_case("Password").then(|| self.password.clone())
    }

    fn call(&self, name: &str, arguments: &[Value], _world: &mut dyn World) -> Option<Result<Value>> {
        if !name.eq_ignore_ascii_case("GetNetworkCredential") || !arguments.is_empty() {
            return None;
        }
        let (domain, user) = match (self.user_name.split_once('\\'), self.user_name.split_once('@')) {
            (Some((domain, user)), _) => (domain, user),
            (None, Some((user, domain))) => (domain, user),
            (None, None) => ("", self.user_name.as_str()),
        };
        Some(Ok(object(
            "System.Net.NetworkCredential",
            [("UserName", text(user)), ("Domain", text(domain)), ("Password", text(self.password()))],
        )))
    }
}

/// A credential of constructor arguments, for `New-Object PSCredential`.
pub fn construct(arguments: &[Value]) -> Option<Value> {
    let [user, password] = arguments else { return None };
    password.downcast::<SecureString>()?;
    Some(Value::instance(Credential::new(user.to_text(), password.clone())))
}

/// ConvertTo-SecureString.
pub fn convert_to() -> Arc<dyn Command> {
    simple(
        cmdlet("ConvertTo-SecureString", super::SECURITY)
            .synopsis("Hides a text.")
            .parameter(parameter("String", "string").mandatory().position(0).by_value().help("The text."))
            .parameter(parameter("AsPlainText", "switch").position(1).help("The text is plain, not encrypted."))
            .switch("Force", "Kept for scripts of Windows PowerShell.")
            .parameter(parameter("SecureKey", "securestring").help("The key of an encrypted text: not built."))
            .parameter(parameter("Key", "byte[]").help("The key of an encrypted text: not built."))
            .example("$password = Read-Host -AsSecureString", "Asks for a password without showing it."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            if !arguments.switch("AsPlainText") {
                let message = "Cannot read an encrypted text: only -AsPlainText is supported.";
                let record = ErrorRecord::new("ImportSecureString_InvalidArgument", Category::InvalidArgument, message);
                return context.error(record.hint("Add -AsPlainText, or ask with Read-Host -AsSecureString."));
            }
            context.write(Value::instance(SecureString::new(arguments.required_text("String")?)))
        },
    )
}

/// ConvertFrom-SecureString.
pub fn convert_from() -> Arc<dyn Command> {
    simple(
        cmdlet("ConvertFrom-SecureString", super::SECURITY)
            .synopsis("Shows a hidden text again.")
            .parameter(parameter("SecureString", "securestring").mandatory().position(0).by_value().help("The hidden text."))
            .switch("AsPlainText", "Gives the text itself.")
            .parameter(parameter("SecureKey", "securestring").help("A key to encrypt with: not built."))
            .parameter(parameter("Key", "byte[]").help("A key to encrypt with: not built."))
            .example("ConvertFrom-SecureString $password -AsPlainText", "Gives a password as text."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let Some(secret) = arguments.get("SecureString").and_then(|value| value.downcast::<SecureString>()) else {
                return Err(invalid_argument("InvalidArgument", Value::Null, "Not a secure string.").into());
            };
            if !arguments.switch("AsPlainText") {
                return Err(crate::authoring::not_built("Encrypting a secure string").hint("Use -AsPlainText.").into());
            }
            context.write(text(secret.reveal()))
        },
    )
}

fn non_interactive() -> ErrorRecord {
    let message =
        "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.";
    ErrorRecord::new("InvalidOperation", Category::InvalidOperation, message)
        .exception("System.Management.Automation.PSInvalidOperationException")
        .hint("Run the shell without -NonInteractive, or give the value as a parameter.")
}

/// Get-Credential.
pub fn get() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-Credential", super::SECURITY)
            .synopsis("Asks for a user name and password.")
            .default_set("CredentialSet")
            .parameter(parameter("Credential", "object").position(0).set("CredentialSet").help("A user name, or a credential that is given back."))
            .parameter(parameter("Message", "string").set("MessageSet").help("What the question says."))
            .parameter(parameter("UserName", "string").position(0).set("MessageSet").help("The user name."))
            .parameter(parameter("Title", "string").set("MessageSet").help("The question's title."))
            .example("$credential = Get-Credential CONTOSO\\administrator", "Asks for a password."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            if let Some(known) = arguments.get("Credential").filter(|value| value.downcast::<Credential>().is_some()) {
                return context.write(known.clone());
            }
            if !context.host().interactive() {
                return Err(non_interactive().into());
            }
            let title = arguments.text("Title").unwrap_or_else(|| "PowerShell credential request".to_owned());
            let message = arguments.text("Message").unwrap_or_else(|| "Enter your credentials.".to_owned());
            context.host().write(plenum_lang::host::Stream::Output, &format!("\n{title}\n{message}\n"));
            let user = match arguments.text("UserName").or_else(|| arguments.text("Credential")) {
                Some(user) => user,
                None => context.host().read_line("User: ", false).ok_or_else(non_interactive)?,
            };
            let secret =
                context.host().read_line(&format!("Password for user {user}: "), true).ok_or_else(non_interactive)?;
            context.write(Value::instance(Credential::new(user, Value::instance(SecureString::new(secret)))))
        },
    )
}

/// Read-Host.
pub fn read_host() -> Arc<dyn Command> {
    simple(
        cmdlet("Read-Host", super::UTILITY)
            .synopsis("Asks the person in front for a line.")
            .parameter(parameter("Prompt", "object").position(0).remaining().help("The question."))
            .switch("AsSecureString", "Hides what is typed and gives a secure string.")
            .switch("MaskInput", "Hides what is typed and gives a text.")
            .example("$pool = Read-Host 'Which pool'", "Asks for a name."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            if !context.host().interactive() {
                return Err(non_interactive().into());
            }
            let prompt = arguments.text("Prompt").map_or_else(String::new, |prompt| format!("{prompt}: "));
            let secure = arguments.switch("AsSecureString");
            let line = context
                .host()
                .read_line(&prompt, secure || arguments.switch("MaskInput"))
                .ok_or_else(non_interactive)?;
            context.write(if secure { Value::instance(SecureString::new(line)) } else { text(line) })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secure_string_never_shows_itself() {
        let secret = Value::instance(SecureString::new("hunter2"));
        assert_eq!(secret.to_text(), "System.Security.SecureString");
        let credential = Value::instance(Credential::new("CONTOSO\\ken", secret));
        assert!(!credential.to_text().contains("hunter2"));
    }
}
