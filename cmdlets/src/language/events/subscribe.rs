//! Register-EngineEvent and Register-ObjectEvent.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::Result;
use plenum_lang::registry::Registry;
use plenum_lang::value::Value;

use super::source::Source;
use super::{Events, Wanted};
use crate::authoring::{Read, SignatureBuilder, cmdlet, invalid_argument, parameter, refuse, simple, text};
use crate::language::UTILITY;

pub fn register(registry: &mut Registry, events: &Arc<Events>) {
    let known = Arc::clone(events);
    registry.add(simple(
        common(
            cmdlet("Register-EngineEvent", UTILITY)
                .synopsis("Subscribes to the end of the session, or to events that scripts make.")
                .description(
                    "PowerShell.Exiting comes when the session ends; every other name is one that New-Event gives. Actions run \
                     between statements.",
                )
                .parameter(
                    parameter("SourceIdentifier", "string")
                        .mandatory()
                        .position(100)
                        .by_property_name()
                        .help("The event's name."),
                ),
        )
        .example(
            "Register-EngineEvent PowerShell.Exiting -Action { Stop-Transcript }",
            "Does something when the session ends.",
        ),
        move |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let identifier = arguments.required_text("SourceIdentifier")?;
            add(&known, context, arguments, identifier, Value::Null, None, None)
        },
    ));
    let known = Arc::clone(events);
    registry.add(simple(
        common(
            cmdlet("Register-ObjectEvent", UTILITY)
                .synopsis("Subscribes to the events of an object.")
                .description(
                    "These objects have events: System.Timers.Timer (Elapsed), jobs (StateChanged), processes (Exited). What \
                     they do is looked at between statements and in Wait-Event.",
                )
                .parameter(
                    parameter("InputObject", "psobject")
                        .mandatory()
                        .position(0)
                        .help("The object."),
                )
                .parameter(
                    parameter("EventName", "string")
                        .mandatory()
                        .position(1)
                        .help("Its event."),
                )
                .parameter(
                    parameter("SourceIdentifier", "string")
                        .position(100)
                        .by_property_name()
                        .help("A name for the subscription; a GUID by default."),
                ),
        )
        .example(
            "Register-ObjectEvent $timer Elapsed -SourceIdentifier Minute -Action { Get-CsUserSession }",
            "Does something again and again.",
        ),
        move |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let object = arguments.get("InputObject").cloned().unwrap_or_default();
            let event = arguments.required_text("EventName")?;
            let Some(source) = Source::of(&object, &event) else {
                let message =
                    format!("Cannot register for the specified event. An event with the name '{event}' does not exist.");
                return Err(invalid_argument("INVALID_REGISTRATION", object, message)
                    .exception("System.ArgumentException")
                    .into());
            };
            let identifier = match arguments.text("SourceIdentifier") {
                Some(identifier) => identifier,
                None => {
                    let made = context.invoke_script("[guid]::NewGuid().ToString()")?;
                    made.first().map(crate::authoring::to_text).unwrap_or_default()
                }
            };
            add(&known, context, arguments, identifier, object, Some(event), Some(source))
        },
    ));
}

fn common(signature: SignatureBuilder) -> SignatureBuilder {
    signature
        .parameter(
            parameter("Action", "scriptblock")
                .position(101)
                .help("What runs for each event; else events wait for Get-Event."),
        )
        .parameter(parameter("MessageData", "psobject").help("What the action finds in $Event.MessageData."))
        .switch(
            "SupportEvent",
            "Hides the subscription from Get-EventSubscriber without -Force.",
        )
        .switch("Forward", "Sends events to another session: there is none.")
        .parameter(
            parameter("MaxTriggerCount", "int")
                .default("0")
                .help("Ends the subscription after so many events; 0 is never."),
        )
}

fn add(
    events: &Arc<Events>,
    context: &mut dyn Context,
    arguments: &Arguments,
    identifier: String,
    object: Value,
    event_name: Option<String>,
    source: Option<Source>,
) -> Result<()> {
    refuse(arguments, &["Forward"])?;
    let taken = events
        .state
        .lock()
        .subscribers
        .iter()
        .any(|known| known.identifier.eq_ignore_ascii_case(&identifier));
    if taken {
        let message = format!(
            "Cannot subscribe to the specified event. A subscriber with the source identifier '{identifier}' already exists."
        );
        return Err(invalid_argument("SUBSCRIBER_EXISTS", text(identifier), message)
            .exception("System.ArgumentException")
            .into());
    }
    let job = events.subscribe(
        context,
        Wanted {
            identifier,
            object,
            event_name,
            source,
            action: arguments.block("Action"),
            message: arguments.get("MessageData").cloned().unwrap_or_default(),
            times: arguments.int("MaxTriggerCount").filter(|times| *times > 0),
            support: arguments.switch("SupportEvent"),
        },
    )?;
    match job {
        Some(job) if !arguments.switch("SupportEvent") => context.write(job),
        _ => Ok(()),
    }
}
