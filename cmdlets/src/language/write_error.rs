//! Write-Error: a non-terminating error.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::signature::{Membership, Validation};

use crate::authoring::{Read, cmdlet, parameter, simple};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let (no, with, record) = ("NoException", "WithException", "ErrorRecord");
    simple(
        cmdlet("Write-Error", super::UTILITY)
            .synopsis("Writes an error; the script goes on unless -ErrorAction says otherwise.")
            .default_set(no)
            .parameter(
                parameter("Message", "string")
                    .alias("Msg")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .set(no)
                    .member(Membership {
                        set: Some(with.into()),
                        ..Membership::default()
                    })
                    .validate(Validation::AllowEmptyString)
                    .validate(Validation::AllowNull)
                    .help("What went wrong."),
            )
            .parameter(
                parameter("Exception", "object")
                    .mandatory()
                    .position(0)
                    .set(with)
                    .help("The exception that happened."),
            )
            .parameter(
                parameter("ErrorRecord", "object")
                    .mandatory()
                    .position(0)
                    .set(record)
                    .help("An error to write again."),
            )
            .parameter(
                parameter("Category", "System.Management.Automation.ErrorCategory")
                    .set(no)
                    .set(with)
                    .help("The kind of error."),
            )
            .parameter(
                parameter("ErrorId", "string")
                    .set(no)
                    .set(with)
                    .help("An id to find it by."),
            )
            .parameter(
                parameter("TargetObject", "object")
                    .set(no)
                    .set(with)
                    .help("What the error is about."),
            )
            .parameter(parameter("RecommendedAction", "string").help("What to do next."))
            .parameter(
                parameter("CategoryActivity", "string")
                    .alias("Activity")
                    .help("The command that the category names."),
            )
            .parameter(
                parameter("CategoryReason", "string")
                    .alias("Reason")
                    .help("The reason that the category names."),
            )
            .parameter(
                parameter("CategoryTargetName", "string")
                    .alias("TargetName")
                    .help("The target that the category names."),
            )
            .parameter(
                parameter("CategoryTargetType", "string")
                    .alias("TargetType")
                    .help("The target's type in the category."),
            )
            .example(
                "Write-Error 'No such pool.' -ErrorId NoPool -Category ObjectNotFound",
                "Writes an error with an id.",
            ),
        write_error,
    )
}

fn write_error(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    if let Some(known) = arguments.get("ErrorRecord").and_then(inspect::error_record) {
        return context.error(known);
    }
    let id = arguments.text("ErrorId");
    let exception = arguments.get("Exception").cloned();
    let message = match &exception {
        Some(exception) => inspect::property(exception, "Message").map(|text| inspect::text(&text)),
        None => arguments.text("Message"),
    };
    let message = message.unwrap_or_default();
    let category = arguments
        .text("Category")
        .and_then(|name| category(&name))
        .unwrap_or_default();
    let type_name = match &exception {
        Some(exception) => inspect::type_name(exception),
        None => "Microsoft.PowerShell.Commands.WriteErrorException".to_owned(),
    };
    let mut record = ErrorRecord::new(id.unwrap_or_else(|| type_name.clone()), category, message)
        .exception(&type_name)
        .about(arguments.get("TargetObject").cloned().unwrap_or_default());
    record.hint = arguments.text("RecommendedAction");
    record.details = exception.as_ref().and_then(|_| arguments.text("Message"));
    record.exception = exception;
    let category_part = |name: &str| arguments.text(name).map(std::sync::Arc::from);
    record.category_info = [
        category_part("CategoryActivity"),
        category_part("CategoryReason"),
        category_part("CategoryTargetName"),
        category_part("CategoryTargetType"),
    ];
    context.error(record)
}

/// A category by its name.
fn category(name: &str) -> Option<Category> {
    use Category as C;
    let all = [
        C::NotSpecified,
        C::OpenError,
        C::CloseError,
        C::DeviceError,
        C::DeadlockDetected,
        C::InvalidArgument,
        C::InvalidData,
        C::InvalidOperation,
        C::InvalidResult,
        C::InvalidType,
        C::MetadataError,
        C::NotImplemented,
        C::NotInstalled,
        C::ObjectNotFound,
        C::OperationStopped,
        C::OperationTimeout,
        C::SyntaxError,
        C::ParserError,
        C::PermissionDenied,
        C::ResourceBusy,
        C::ResourceExists,
        C::ResourceUnavailable,
        C::ReadError,
        C::WriteError,
        C::FromStdErr,
        C::SecurityError,
        C::ProtocolError,
        C::ConnectionError,
        C::AuthenticationError,
        C::LimitsExceeded,
        C::QuotaExceeded,
        C::NotEnabled,
    ];
    all.into_iter()
        .find(|category| format!("{category:?}").eq_ignore_ascii_case(name))
}
