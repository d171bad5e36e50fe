//! Secrets: ConvertTo- and ConvertFrom-SecureString, Get-Credential, Read-Host, and the values that they give.
//!
//! A secure text never shows itself: not as text, not in a list, not in errors. Only GetNetworkCredential and
//! ConvertFrom-SecureString -AsPlainText give it away, as scripts expect.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::value::{Credential, SecureString, Value};

use crate::authoring::{Read, cmdlet, invalid_argument, parameter, refuse, simple, text};

/// ConvertTo-SecureString.
pub fn convert_to() -> Arc<dyn Command> {
    simple(
        cmdlet("ConvertTo-SecureString", super::SECURITY)
            .synopsis("Hides a text.")
            .parameter(
                parameter("String", "string")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The text."),
            )
            .parameter(
                parameter("AsPlainText", "switch")
                    .position(1)
                    .help("The text is plain, not encrypted."),
            )
            .switch("Force", "Kept for scripts of Windows PowerShell.")
            .parameter(
                parameter("SecureKey", "securestring").help("The key of an encrypted text: not built."),
            )
            .parameter(parameter("Key", "byte[]").help("The key of an encrypted text: not built."))
            .example(
                "$password = Read-Host -AsSecureString",
                "Asks for a password without showing it.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            refuse(arguments, &["Key", "SecureKey"])?;
            if !arguments.switch("AsPlainText") {
                let message = "Cannot read an encrypted text: only -AsPlainText is supported.";
                let record = ErrorRecord::new(
                    "ImportSecureString_InvalidArgument",
                    Category::InvalidArgument,
                    message,
                );
                return context
                    .error(record.hint("Add -AsPlainText, or ask with Read-Host -AsSecureString."));
            }
            context.write(Value::instance(SecureString::new(
                &arguments.required_text("String")?,
            )))
        },
    )
}

/// ConvertFrom-SecureString.
pub fn convert_from() -> Arc<dyn Command> {
    simple(
        cmdlet("ConvertFrom-SecureString", super::SECURITY)
            .synopsis("Shows a hidden text again.")
            .parameter(
                parameter("SecureString", "securestring")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The hidden text."),
            )
            .switch("AsPlainText", "Gives the text itself.")
            .parameter(parameter("SecureKey", "securestring").help("A key to encrypt with: not built."))
            .parameter(parameter("Key", "byte[]").help("A key to encrypt with: not built."))
            .example(
                "ConvertFrom-SecureString $password -AsPlainText",
                "Gives a password as text.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            refuse(arguments, &["Key", "SecureKey"])?;
            let Some(secret) = arguments
                .get("SecureString")
                .and_then(|value| value.downcast::<SecureString>())
            else {
                return Err(invalid_argument("InvalidArgument", Value::Null, "Not a secure string.").into());
            };
            if !arguments.switch("AsPlainText") {
                return Err(crate::authoring::not_built("Encrypting a secure string")
                    .hint("Use -AsPlainText.")
                    .into());
            }
            context.write(text(secret.reveal()))
        },
    )
}

fn non_interactive() -> ErrorRecord {
    let message = "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.";
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
            .parameter(
                parameter("Credential", "object")
                    .position(0)
                    .set("CredentialSet")
                    .help("A user name, or a credential that is given back."),
            )
            .parameter(
                parameter("Message", "string")
                    .set("MessageSet")
                    .help("What the question says."),
            )
            .parameter(
                parameter("UserName", "string")
                    .position(0)
                    .set("MessageSet")
                    .help("The user name."),
            )
            .parameter(
                parameter("Title", "string")
                    .set("MessageSet")
                    .help("The question's title."),
            )
            .example(
                "$credential = Get-Credential CONTOSO\\administrator",
                "Asks for a password.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            if let Some(known) = arguments
                .get("Credential")
                .filter(|value| value.downcast::<Credential>().is_some())
            {
                return context.write(known.clone());
            }
            let title = arguments
                .text("Title")
                .unwrap_or_else(|| "PowerShell credential request".to_owned());
            let message = arguments
                .text("Message")
                .unwrap_or_else(|| "Enter your credentials.".to_owned());
            context.host().write(
                plenum_lang::host::Stream::Output,
                &format!("\n{title}\n{message}\n"),
            );
            let user = match arguments
                .text("UserName")
                .or_else(|| arguments.text("Credential"))
            {
                Some(user) => user,
                None => context
                    .host()
                    .read_line("User: ", false)
                    .ok_or_else(non_interactive)?,
            };
            let secret = context
                .host()
                .read_line(&format!("Password for user {user}: "), true)
                .ok_or_else(non_interactive)?;
            context.write(Value::instance(Credential {
                user_name: user,
                password: Value::instance(SecureString::new(&secret)),
            }))
        },
    )
}

/// Read-Host.
pub fn read_host() -> Arc<dyn Command> {
    simple(
        cmdlet("Read-Host", super::UTILITY)
            .synopsis("Asks the person in front for a line.")
            .parameter(
                parameter("Prompt", "object")
                    .position(0)
                    .remaining()
                    .help("The question."),
            )
            .switch("AsSecureString", "Hides what is typed and gives a secure string.")
            .switch("MaskInput", "Hides what is typed and gives a text.")
            .example("$pool = Read-Host 'Which pool'", "Asks for a name."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let prompt = arguments
                .text("Prompt")
                .map_or_else(String::new, |prompt| format!("{prompt}: "));
            let secure = arguments.switch("AsSecureString");
            let line = context
                .host()
                .read_line(&prompt, secure || arguments.switch("MaskInput"))
                .ok_or_else(non_interactive)?;
            context.write(if secure {
                Value::instance(SecureString::new(&line))
            } else {
                text(line)
            })
        },
    )
}
