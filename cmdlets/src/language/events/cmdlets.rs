//! New-, Get-, Remove- and Wait-Event, Get-EventSubscriber, Unregister-Event.

use std::sync::Arc;
use std::time::Duration;

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::registry::Registry;
use plenum_lang::signature::Impact;
use plenum_lang::value::Value;

use super::{Events, Happened};
use crate::authoring::{Read, SignatureBuilder, cmdlet, invalid_argument, parameter, simple, text};
use crate::language::UTILITY;

/// How long a waiting cmdlet rests between two looks, in milliseconds.
const REST: u64 = 20;

type Act = fn(&Arc<Events>, &mut dyn Context, &Arguments) -> Result<()>;

pub fn register(registry: &mut Registry, events: &Arc<Events>) {
    let mut add = |signature: SignatureBuilder, act: Act| {
        let events = Arc::clone(events);
        registry.add(simple(
            signature,
            move |context: &mut dyn Context, arguments: &Arguments| act(&events, context, arguments),
        ));
    };
    let by_source = || {
        parameter("SourceIdentifier", "string")
            .position(0)
            .set("BySource")
            .help("Those of a source; wildcards are allowed.")
    };
    let by_number = |name: &'static str, alias: &'static str| {
        let number = parameter(name, "int")
            .mandatory()
            .by_property_name()
            .set("ByIdentifier");
        let number = if alias.is_empty() {
            number
        } else {
            number.alias(alias)
        };
        number.position(0).help("The one of a number.")
    };
    add(
        cmdlet("New-Event", UTILITY)
            .synopsis("Makes an event.")
            .parameter(
                parameter("SourceIdentifier", "string")
                    .mandatory()
                    .position(0)
                    .help("Its name."),
            )
            .parameter(parameter("Sender", "psobject").position(1).help("Who made it."))
            .parameter(
                parameter("EventArguments", "psobject[]")
                    .position(2)
                    .help("What an action finds in $args and $Event.SourceArgs."),
            )
            .parameter(
                parameter("MessageData", "psobject")
                    .position(3)
                    .help("What is said with it."),
            )
            .example(
                "New-Event UserMoved -MessageData ken",
                "Says that something was done.",
            ),
        make,
    );
    add(
        cmdlet("Get-Event", UTILITY)
            .synopsis("Shows the events that wait.")
            .default_set("BySource")
            .parameter(by_source())
            .parameter(by_number("EventIdentifier", "Id"))
            .example("Get-Event UserMoved", "Shows the events of one source."),
        |events, context, arguments| {
            events.pump(context)?;
            for (_, event) in chosen(events, context, arguments)? {
                context.write(event)?;
            }
            Ok(())
        },
    );
    add(
        cmdlet("Remove-Event", UTILITY)
            .synopsis("Takes events away that wait.")
            .parameter(by_source().mandatory())
            .parameter(by_number("EventIdentifier", ""))
            .should_process(Impact::Medium)
            .example("Get-Event | Remove-Event", "Takes all away."),
        |events, context, arguments| {
            for (number, event) in chosen(events, context, arguments)? {
                let source = event
                    .property("SourceIdentifier")
                    .map(|name| inspect::text(&name));
                let target = format!("Event '{}'", source.unwrap_or_default());
                if context.should_process(&target, Some("Remove"))? {
                    events.state.lock().queue.retain(|(known, _, _)| *known != number);
                }
            }
            Ok(())
        },
    );
    add(
        cmdlet("Wait-Event", UTILITY)
            .synopsis("Waits until an event has come; actions run meanwhile.")
            .parameter(
                parameter("SourceIdentifier", "string")
                    .position(0)
                    .by_property_name()
                    .help("One of this source; wildcards are allowed."),
            )
            .parameter(
                parameter("Timeout", "int")
                    .alias("TimeoutSec")
                    .default("-1")
                    .range(-1.0, f64::from(i32::MAX))
                    .help("How many seconds at most."),
            )
            .example("Wait-Event UserMoved -Timeout 60", "Waits at most a minute."),
        wait,
    );
    add(
        cmdlet("Get-EventSubscriber", UTILITY)
            .synopsis("Shows what was subscribed to.")
            .default_set("BySource")
            .parameter(by_source())
            .parameter(by_number("SubscriptionId", "Id"))
            .switch("Force", "Those registered with -SupportEvent too.")
            .example("Get-EventSubscriber", "Shows all."),
        |events, context, arguments| {
            for (_, subscriber) in subscribers(events, context, arguments)? {
                context.write(subscriber)?;
            }
            Ok(())
        },
    );
    add(
        cmdlet("Unregister-Event", UTILITY)
            .synopsis("Ends subscriptions.")
            .parameter(by_source().mandatory())
            .parameter(by_number("SubscriptionId", ""))
            .switch("Force", "Those registered with -SupportEvent too.")
            .should_process(Impact::Medium)
            .example("Get-EventSubscriber | Unregister-Event", "Ends all."),
        |events, context, arguments| {
            for (id, subscriber) in subscribers(events, context, arguments)? {
                let source = subscriber
                    .property("SourceIdentifier")
                    .map(|name| inspect::text(&name));
                let target = format!("Event subscription '{}'", source.unwrap_or_default());
                if context.should_process(&target, Some("Unsubscribe"))? {
                    events.unsubscribe(context, &[id])?;
                }
            }
            Ok(())
        },
    );
}

fn make(events: &Arc<Events>, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let all = arguments.values("EventArguments");
    let happened = Happened {
        sender: arguments.get("Sender").cloned().unwrap_or_default(),
        event_arguments: Value::Null,
        arguments: all,
        message: arguments.get("MessageData").cloned().unwrap_or_default(),
    };
    let event = events.raise(context, &arguments.required_text("SourceIdentifier")?, happened);
    events.act(context)?;
    context.write(event)
}

fn wait(events: &Arc<Events>, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let wanted = arguments.text("SourceIdentifier");
    let seconds = arguments
        .int("Timeout")
        .and_then(|seconds| u64::try_from(seconds).ok());
    let until = seconds.map(|seconds| {
        let span = u64::try_from(Duration::from_secs(seconds).as_nanos()).unwrap_or(u64::MAX);
        context.host().monotonic_nanos().saturating_add(span)
    });
    loop {
        events.pump(context)?;
        let found = events.state.lock().queue.iter().find_map(|(_, source, event)| {
            let fits = wanted.as_ref().is_none_or(|wanted| inspect::like(source, wanted));
            fits.then(|| event.clone())
        });
        if let Some(event) = found {
            return context.write(event);
        }
        if until.is_some_and(|until| context.host().monotonic_nanos() >= until) {
            return Ok(());
        }
        context.check_stop()?;
        context.host().sleep(REST);
    }
}

/// The events that the arguments mean.
fn chosen(events: &Events, context: &mut dyn Context, arguments: &Arguments) -> Result<Vec<(i32, Value)>> {
    let all: Vec<(i32, String, Value)> = events.state.lock().queue.iter().cloned().collect();
    let known = all
        .into_iter()
        .map(|(id, source, event)| (id, source, event, false))
        .collect();
    select(
        context,
        arguments,
        known,
        "EventIdentifier",
        ("Event with", "identifier", "INVALID_EVENT_IDENTIFIER"),
    )
}

/// The subscriptions that the arguments mean.
fn subscribers(
    events: &Events,
    context: &mut dyn Context,
    arguments: &Arguments,
) -> Result<Vec<(i32, Value)>> {
    let force = arguments.switch("Force");
    let known = events.state.lock().subscribers.clone();
    let known = known
        .into_iter()
        .map(|known| (known.id, known.identifier, known.value, known.support && !force))
        .collect();
    let words = (
        "Event subscription with",
        "identifier",
        "INVALID_SUBSCRIPTION_IDENTIFIER",
    );
    select(context, arguments, known, "SubscriptionId", words)
}

fn select(
    context: &mut dyn Context,
    arguments: &Arguments,
    known: Vec<(i32, String, Value, bool)>,
    number: &str,
    (what, by, id): (&str, &str, &str),
) -> Result<Vec<(i32, Value)>> {
    let source = arguments.text("SourceIdentifier");
    let wanted = arguments.int(number).filter(|_| source.is_none());
    let found: Vec<(i32, Value)> = known
        .into_iter()
        .filter(|(id, name, _, hidden)| {
            !hidden
                && source.as_ref().is_none_or(|source| inspect::like(name, source))
                && wanted.is_none_or(|wanted| wanted == i64::from(*id))
        })
        .map(|(id, _, value, _)| (id, value))
        .collect();
    if found.is_empty() {
        let missing: Option<ErrorRecord> = match (&source, wanted) {
            (Some(source), _) if !has_wildcard(source) => {
                let message = format!("{what} source {by} '{source}' does not exist.");
                Some(invalid_argument(
                    "INVALID_SOURCE_IDENTIFIER",
                    text(source),
                    message,
                ))
            }
            (None, Some(wanted)) => {
                let message = format!("{what} {by} '{wanted}' does not exist.");
                Some(invalid_argument(id, Value::Long(wanted), message))
            }
            _ => None,
        };
        if let Some(record) = missing {
            context.error(record.exception("System.ArgumentException"))?;
        }
    }
    Ok(found)
}
