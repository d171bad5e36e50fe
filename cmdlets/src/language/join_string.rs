//! Join-String: texts of the pipeline as one text.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;

use crate::authoring::{Read, cmdlet, current, parameter, stateful, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    stateful::<JoinString>(
        cmdlet("Join-String", super::UTILITY)
            .synopsis("Joins texts to one.")
            .default_set("default")
            .parameter(
                parameter("Property", "object")
                    .position(0)
                    .help("The property or script block that gives the text."),
            )
            .parameter(
                parameter("Separator", "string")
                    .position(1)
                    .help("What stands between; $OFS by default."),
            )
            .parameter(
                parameter("OutputPrefix", "string")
                    .alias("op")
                    .help("What stands before all."),
            )
            .parameter(
                parameter("OutputSuffix", "string")
                    .alias("os")
                    .help("What stands after all."),
            )
            .parameter(
                parameter("SingleQuote", "switch")
                    .set("SingleQuote")
                    .help("Puts each in single quotes."),
            )
            .parameter(
                parameter("DoubleQuote", "switch")
                    .set("DoubleQuote")
                    .help("Puts each in double quotes."),
            )
            .parameter(
                parameter("FormatString", "string")
                    .set("Format")
                    .help("The format of each, e.g. '<{0}>'."),
            )
            .switch("UseCulture", "Uses the culture's list separator.")
            .parameter(
                parameter("InputObject", "psobject[]")
                    .by_value()
                    .help("The texts."),
            )
            .example(
                "Get-CsUser | Join-String SipAddress -Separator ';'",
                "Gives addresses in one line.",
            ),
    )
}

#[derive(Default)]
struct JoinString {
    pieces: Vec<String>,
}

impl Invocation for JoinString {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let expression = arguments
            .get("Property")
            .map(PropertyExpression::parse)
            .transpose()?;
        for item in crate::authoring::items(&current(arguments)) {
            let value = match &expression {
                Some(expression) => expression.value(context, &item)?.unwrap_or_default(),
                None => item,
            };
            self.pieces.push(match arguments.text("FormatString") {
                Some(format) => inspect::formatted(&value, &format),
                None if arguments.switch("SingleQuote") => format!("'{}'", inspect::text(&value)),
                None if arguments.switch("DoubleQuote") => format!("\"{}\"", inspect::text(&value)),
                None => inspect::text(&value),
            });
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let separator = arguments.text("Separator").unwrap_or_else(|| {
            if arguments.switch("UseCulture") {
                return ",".to_owned();
            }
            context
                .variable("OFS")
                .map(|value| inspect::text(&value))
                .unwrap_or_default()
        });
        let (before, after) = (arguments.text("OutputPrefix"), arguments.text("OutputSuffix"));
        let joined = self.pieces.join(&separator);
        context.write(text(format!(
            "{}{joined}{}",
            before.unwrap_or_default(),
            after.unwrap_or_default()
        )))
    }
}
