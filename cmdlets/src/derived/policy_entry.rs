//! `New-CsClientPolicyEntry`: a pair of a name and a value for the list PolicyEntry of client policies.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_schema::FieldValue;
use plenum_settings::ClientPolicyEntry;

use super::convert::to_value;
use crate::authoring::{Read, cmdlet, parameter, simple};

/// The cmdlet.
pub fn command() -> Arc<dyn Command> {
    let signature = cmdlet("New-CsClientPolicyEntry", super::MODULE)
        .synopsis("Makes an entry for the PolicyEntry list of a client policy.")
        .description("The entry is an object only; New-CsClientPolicy and Set-CsClientPolicy write it.")
        .output("ClientPolicyEntry")
        .parameter(
            parameter("Name", "string")
                .mandatory()
                .help("The setting's name, as the client knows it."),
        )
        .parameter(parameter("Value", "string").mandatory().help("Its value."))
        .example(
            "Set-CsClientPolicy -PolicyEntry @{Add=(New-CsClientPolicyEntry -Name OnlineFeedbackURL -Value \
             https://contoso.example)}",
            "Adds an entry to the global policy.",
        )
        .link("Set-CsClientPolicy");
    simple(signature, new)
}

fn new(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let entry = ClientPolicyEntry {
        name: arguments.required_text("Name")?,
        value: arguments.required_text("Value")?,
    };
    context.write(to_value(&ClientPolicyEntry::KIND, &entry.to_json()))
}
