//! Events: what was subscribed to, what has come, and the actions that it runs.
//!
//! There is no thread behind a subscription: what an object does is looked at between statements, in Wait-Event and in
//! Get-Event, and actions run there, in the order in which events came. A cmdlet that waits (Start-Sleep) holds them up,
//! as in PowerShell; at the prompt they run with the next line.

mod cmdlets;
mod source;
mod subscribe;

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::registry::Registry;
use plenum_lang::session::{BlockCall, Moment};
use plenum_lang::value::{DateTime, DateTimeKind, MemberKind, Value};

use super::job::{EventJob, Jobs};
use super::provider::session;
use crate::authoring::{array, object, optional_text, text};
use source::Source;

/// The event that comes when a session ends.
const EXITING: &str = "PowerShell.Exiting";

/// How many events wait at most; the oldest go first.
const WAITING: usize = 10_000;

/// How an action is run: with what it may look at as variables, and its arguments in $args.
const ACTION: &str = "param($Event, $EventSubscriber, $Sender, $EventArgs, $SourceEventArgs, $SourceArgs, ${Action to run}) \
                      & ${Action to run} @SourceArgs";

/// A subscription.
#[derive(Clone)]
struct Subscriber {
    id: i32,
    identifier: String,
    action: Option<(Value, EventJob)>,
    message: Value,
    /// How often it may come yet; no bound without.
    left: Option<i64>,
    support: bool,
    source: Option<Source>,
    /// What scripts see.
    value: Value,
}

/// Something that happened.
struct Happened {
    sender: Value,
    arguments: Vec<Value>,
    event_arguments: Value,
    message: Value,
}

#[derive(Default)]
struct State {
    subscribers: Vec<Subscriber>,
    next_subscription: i32,
    next_event: i32,
    /// Events that wait to be got, oldest first, with their numbers and sources.
    queue: VecDeque<(i32, String, Value)>,
    /// Actions that have not run yet: the subscription, its action and the event.
    pending: VecDeque<(Subscriber, Value)>,
}

/// The events of the cmdlets of one registry.
pub struct Events {
    state: Mutex<State>,
    jobs: Arc<Jobs>,
}

/// Registers the cmdlets.
pub fn register(registry: &mut Registry, jobs: &Arc<Jobs>) {
    let events = Arc::new(Events {
        state: Mutex::default(),
        jobs: Arc::clone(jobs),
    });
    subscribe::register(registry, &events);
    cmdlets::register(registry, &events);
    source::views(registry);
}

impl Events {
    /// Something has happened: who subscribed to it is told, and it waits for Get-Event where nobody has an action for it.
    fn raise(&self, context: &dyn Context, identifier: &str, happened: Happened) -> Value {
        let mut state = self.state.lock();
        state.next_event += 1;
        let number = state.next_event;
        let ticks = context.host().now_ticks();
        let offset = i64::from(context.host().utc_offset_minutes(ticks)) * 600_000_000;
        let moment = Value::DateTime(Arc::new(DateTime {
            ticks: ticks + offset,
            kind: DateTimeKind::Local,
        }));
        let make = |message: Value| {
            object(
                "System.Management.Automation.PSEventArgs",
                [
                    ("ComputerName", Value::Null),
                    ("RunspaceId", Value::Null),
                    ("EventIdentifier", Value::Int(number)),
                    ("Sender", happened.sender.clone()),
                    ("SourceEventArgs", happened.event_arguments.clone()),
                    ("SourceArgs", array(happened.arguments.clone())),
                    ("SourceIdentifier", text(identifier)),
                    ("TimeGenerated", moment.clone()),
                    ("MessageData", message),
                ],
            )
        };
        let plain = make(happened.message.clone());
        let mut waits = None;
        let mut acted = false;
        let mut pending = Vec::new();
        for subscriber in &mut state.subscribers {
            if !subscriber.identifier.eq_ignore_ascii_case(identifier) || subscriber.left == Some(0) {
                continue;
            }
            subscriber.left = subscriber.left.map(|left| left - 1);
            let event = match happened.message.is_null() {
                true => make(subscriber.message.clone()),
                false => plain.clone(),
            };
            match &subscriber.action {
                Some(_) => {
                    acted = true;
                    pending.push((subscriber.clone(), event));
                }
                None => waits = Some(event),
            }
        }
        if let Some(event) = waits.or_else(|| (!acted).then(|| plain.clone())) {
            state.queue.push_back((number, identifier.to_owned(), event));
            if state.queue.len() > WAITING {
                state.queue.pop_front();
            }
        }
        state.pending.extend(pending);
        plain
    }

    /// Looks at what was subscribed to, and runs the actions that are due.
    fn pump(&self, context: &mut dyn Context) -> Result<()> {
        let watched: Vec<(String, Source)> = {
            let state = self.state.lock();
            let watched = state.subscribers.iter().filter(|known| known.left != Some(0));
            let watched = watched.filter_map(|known| Some((known.identifier.clone(), known.source.clone()?)));
            watched.collect()
        };
        for (identifier, source) in watched {
            for happened in source.look(context) {
                self.raise(context, &identifier, happened);
            }
        }
        self.act(context)
    }

    /// Runs the actions that are due.
    fn act(&self, context: &mut dyn Context) -> Result<()> {
        loop {
            let due = self.state.lock().pending.pop_front();
            let Some((subscriber, event)) = due else { break };
            let Some((action, job)) = &subscriber.action else {
                continue;
            };
            job.runs();
            let part = |name: &str| event.property(name).unwrap_or_default();
            let call = BlockCall {
                arguments: vec![
                    event.clone(),
                    subscriber.value.clone(),
                    part("Sender"),
                    part("SourceEventArgs"),
                    part("SourceEventArgs"),
                    part("SourceArgs"),
                    action.clone(),
                ],
                new_scope: true,
                ..BlockCall::default()
            };
            let (objects, errors) = job.takes();
            let session = session(context)?;
            let block = session.parse_block(ACTION, None)?;
            match session.stream_block(&block, &call, objects, Arc::clone(&errors)) {
                Err(plenum_lang::error::Interrupt::Error(record)) => {
                    errors(plenum_lang::error::error_value(*record));
                }
                Err(stopped @ plenum_lang::error::Interrupt::Stopped) => return Err(stopped),
                _ => {}
            }
        }
        self.forget_spent(context)
    }

    /// Takes away subscriptions that have come as often as they may.
    fn forget_spent(&self, context: &mut dyn Context) -> Result<()> {
        let spent: Vec<i32> = {
            let state = self.state.lock();
            let spent = state.subscribers.iter().filter(|known| known.left == Some(0));
            spent.map(|known| known.id).collect()
        };
        match spent.is_empty() {
            true => Ok(()),
            false => self.unsubscribe(context, &spent),
        }
    }

    /// Takes subscriptions away; their jobs stop.
    fn unsubscribe(&self, context: &mut dyn Context, ids: &[i32]) -> Result<()> {
        let mut state = self.state.lock();
        for subscriber in state.subscribers.iter().filter(|known| ids.contains(&known.id)) {
            if let Some((_, job)) = &subscriber.action {
                job.ends();
            }
        }
        state.subscribers.retain(|known| !ids.contains(&known.id));
        let nobody = state.subscribers.is_empty();
        drop(state);
        if nobody {
            session(context)?.attend(None);
        }
        Ok(())
    }

    /// Adds a subscription: from here on the session looks between statements.
    fn subscribe(self: &Arc<Self>, context: &mut dyn Context, wanted: Wanted) -> Result<Option<Value>> {
        let job = match &wanted.action {
            Some(action) => Some(self.jobs.event(context, &wanted.identifier, action)?),
            None => None,
        };
        let mut state = self.state.lock();
        state.next_subscription += 1;
        let id = state.next_subscription;
        let value = object(
            "System.Management.Automation.PSEventSubscriber",
            [
                ("SubscriptionId", Value::Int(id)),
                ("SourceObject", wanted.object),
                ("EventName", optional_text(wanted.event_name)),
                ("SourceIdentifier", text(&wanted.identifier)),
                ("Action", job.as_ref().map_or(Value::Null, EventJob::value)),
                ("HandlerDelegate", Value::Null),
                ("SupportEvent", Value::Bool(wanted.support)),
                ("ForwardEvent", Value::Bool(false)),
            ],
        );
        if let Value::Object(object) = &value {
            object.set_member("MessageData", MemberKind::Hidden, wanted.message.clone());
        }
        state.subscribers.push(Subscriber {
            id,
            identifier: wanted.identifier,
            action: wanted.action.zip(job.clone()),
            message: wanted.message,
            left: wanted.times,
            support: wanted.support,
            source: wanted.source,
            value,
        });
        drop(state);
        let events = Arc::clone(self);
        session(context)?.attend(Some(Arc::new(move |context, moment| match moment {
            Moment::Between => events.pump(context),
            Moment::End => {
                let happened = Happened {
                    sender: Value::Null,
                    arguments: Vec::new(),
                    event_arguments: Value::Null,
                    message: Value::Null,
                };
                events.raise(context, EXITING, happened);
                events.act(context)
            }
        })));
        Ok(job.map(|job| job.value()))
    }
}

/// A subscription that is asked for.
struct Wanted {
    identifier: String,
    object: Value,
    event_name: Option<String>,
    source: Option<Source>,
    action: Option<Value>,
    message: Value,
    times: Option<i64>,
    support: bool,
}
