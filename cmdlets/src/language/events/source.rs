//! The objects that have events here, and what is looked at to know that one has come.

use std::sync::Arc;

use parking_lot::Mutex;
use plenum_lang::cmdlet::Context;
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::inspect;
use plenum_lang::members::timer::Timer;
use plenum_lang::registry::Registry;
use plenum_lang::value::{DateTime, DateTimeKind, Value};

use super::super::job::Jobs;
use super::Happened;
use crate::authoring::object;

/// The object of a subscription.
#[derive(Clone)]
pub struct Source {
    object: Value,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    /// System.Timers.Timer: Elapsed.
    Timer,
    /// A job: StateChanged; the state that was seen last.
    Job(Arc<Mutex<String>>),
    /// A process: Exited; whether it has been seen.
    Process(Arc<Mutex<bool>>),
}

impl Source {
    /// The source of an object's event; `None` when it has no such event here.
    pub fn of(object: &Value, event: &str) -> Option<Source> {
        let event = event.to_ascii_lowercase();
        let types = inspect::type_names(object);
        let is = |name: &str| types.iter().any(|known| &**known == name);
        let kind = match event.as_str() {
            "elapsed" if object.downcast::<Timer>().is_some() => Kind::Timer,
            "statechanged" => Kind::Job(Arc::new(Mutex::new(Jobs::state_of(object)?))),
            "exited" if is("System.Diagnostics.Process") => Kind::Process(Arc::default()),
            _ => return None,
        };
        Some(Source {
            object: object.clone(),
            kind,
        })
    }

    /// What has happened since it was looked at.
    pub fn look(&self, context: &mut dyn Context) -> Vec<Happened> {
        match &self.kind {
            Kind::Timer => {
                let now = context.host().monotonic_nanos();
                let times = self
                    .object
                    .downcast::<Timer>()
                    .map_or(0, |timer| timer.elapsed(now));
                (0..times).map(|_| self.elapsed(context)).collect()
            }
            Kind::Job(seen) => {
                let Some(now) = Jobs::state_of(&self.object) else {
                    return Vec::new();
                };
                let before = std::mem::replace(&mut *seen.lock(), now.clone());
                if before == now {
                    return Vec::new();
                }
                let info = |state: String| {
                    object(
                        "System.Management.Automation.JobStateInfo",
                        [("State", Value::from(state))],
                    )
                };
                let arguments = object(
                    "System.Management.Automation.JobStateEventArgs",
                    [
                        ("JobStateInfo", info(now)),
                        ("PreviousJobStateInfo", info(before)),
                    ],
                );
                vec![self.happened(arguments)]
            }
            Kind::Process(seen) => {
                let exited = inspect::property_in(context, &self.object, "HasExited");
                let exited = exited.ok().flatten().is_some_and(|exited| exited.is_true());
                if !exited || std::mem::replace(&mut *seen.lock(), true) {
                    return Vec::new();
                }
                vec![self.happened(object("System.EventArgs", []))]
            }
        }
    }

    fn elapsed(&self, context: &dyn Context) -> Happened {
        let ticks = context.host().now_ticks();
        let offset = i64::from(context.host().utc_offset_minutes(ticks)) * 600_000_000;
        let moment = DateTime {
            ticks: ticks + offset,
            kind: DateTimeKind::Local,
        };
        self.happened(object(
            "System.Timers.ElapsedEventArgs",
            [("SignalTime", Value::DateTime(Arc::new(moment)))],
        ))
    }

    fn happened(&self, arguments: Value) -> Happened {
        Happened {
            sender: self.object.clone(),
            arguments: vec![self.object.clone(), arguments.clone()],
            event_arguments: arguments,
            message: Value::Null,
        }
    }
}

/// How the job of an action is shown: as any job.
pub fn views(registry: &Registry) {
    let column = |label: &'static str, width| ViewColumn::new(label).width(width);
    registry.add_view(View::table(
        "System.Management.Automation.PSEventJob",
        vec![
            column("Id", 6),
            column("Name", 15),
            column("PSJobTypeName", 15),
            column("State", 13),
            column("HasMoreData", 15),
            column("Location", 20),
            column("Command", 25),
        ],
    ));
}
