//! Get-Unique: leaves out items that are equal to the one before.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::value::Value;

use crate::authoring::{cmdlet, current, input_object, parameter, stateful};

/// The command.
pub fn command() -> Arc<dyn Command> {
    stateful::<GetUnique>(
        cmdlet("Get-Unique", super::UTILITY)
            .synopsis("Gives each of several equal neighbours once.")
            .description("Compares neighbours only, so sort first. Capitals make a difference.")
            .default_set("AsString")
            .parameter(input_object())
            .parameter(
                parameter("AsString", "switch")
                    .set("AsString")
                    .help("Compares as texts."),
            )
            .parameter(
                parameter("OnType", "switch")
                    .set("UniqueByType")
                    .help("Compares types only."),
            )
            .switch("CaseInsensitive", "Capitals make no difference.")
            .example(
                "Get-Content names.txt | Sort-Object | Get-Unique",
                "Gives each name once.",
            )
            .alias("gu"),
    )
}

#[derive(Default)]
struct GetUnique {
    last: Option<Value>,
}

impl Invocation for GetUnique {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let item = current(arguments);
        let same = self.last.as_ref().is_some_and(|last| {
            let by_text = arguments.switch("AsString");
            if arguments.switch("OnType") {
                inspect::type_name(last) == inspect::type_name(&item)
            } else {
                let is_plain = by_text || inspect::is_scalar(&item);
                is_plain && inspect::equals(last, &item, !arguments.switch("CaseInsensitive"))
            }
        });
        if same {
            return Ok(());
        }
        self.last = Some(item.clone());
        context.write(item)
    }
}
