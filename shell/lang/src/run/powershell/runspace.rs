//! Runspaces and pools of them, and what they begin with.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Apart, Job, Slot, fresh, not_built};
use crate::engine::Engine;
use crate::error::Result;
use crate::host::Host;
use crate::members::{Call, Method, World, fault};
use crate::session::BlockCall;
use crate::types::Type;
use crate::value::{Instance, List, ListKind, Value};

/// `[initialsessionstate]::CreateDefault()`: variables, functions and modules that a session begins with.
pub(super) struct InitialState {
    variables: Arc<List>,
    commands: Arc<List>,
    modules: Mutex<Vec<String>>,
}

impl InitialState {
    fn new() -> InitialState {
        let list = || Arc::new(List::new(ListKind::Collection, None, Vec::new()));
        InitialState {
            variables: list(),
            commands: list(),
            modules: Mutex::default(),
        }
    }

    fn prepare(&self, engine: &mut Engine) -> Result<()> {
        for entry in self.variables.to_vec() {
            if let Some(entry) = entry.downcast::<Entry>() {
                engine.set_variable(&entry.name, entry.value.clone());
            }
        }
        for entry in self.commands.to_vec() {
            if let Some(entry) = entry.downcast::<Entry>() {
                let block = engine.session().parse_block(&entry.value.to_text(), None)?;
                engine.session().set_function(&entry.name, block)?;
            }
        }
        for module in self.modules.lock().iter() {
            let call = BlockCall {
                arguments: vec![Value::str(module)],
                ..BlockCall::default()
            };
            engine.session().call_command("Import-Module", call)?;
        }
        Ok(())
    }
}

/// A SessionStateVariableEntry or SessionStateFunctionEntry.
struct Entry {
    type_name: Arc<str>,
    name: String,
    value: Value,
}

/// `[SessionStateVariableEntry]::new(name, value, description)`, `[SessionStateFunctionEntry]::new(name, definition)`.
pub(crate) fn construct_entry(target: &Type, call: &mut Call<'_>) -> Result<Value> {
    call.expect(2, 4)?;
    Ok(Value::instance(Entry {
        type_name: Arc::from(target.full_name()),
        name: call.text(0)?.to_string(),
        value: call.value(1)?.clone(),
    }))
}

impl Instance for Entry {
    fn type_name(&self) -> Arc<str> {
        Arc::clone(&self.type_name)
    }

    fn to_text(&self) -> String {
        self.type_name.to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Name"), Arc::from(self.value_name())]
    }

    fn property(&self, name: &str) -> Option<Value> {
        if name.eq_ignore_ascii_case("Name") {
            return Some(Value::str(&self.name));
        }
        name.eq_ignore_ascii_case(self.value_name())
            .then(|| self.value.clone())
    }
}

impl Entry {
    fn value_name(&self) -> &'static str {
        match self.type_name.ends_with("VariableEntry") {
            true => "Value",
            false => "Definition",
        }
    }
}

impl Instance for InitialState {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.Runspaces.InitialSessionState")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Commands", "Variables", "Modules"].map(Arc::from).to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "variables" => Value::List(Arc::clone(&self.variables)),
            "commands" => Value::List(Arc::clone(&self.commands)),
            "modules" => Value::strings(self.modules.lock().iter()),
            _ => return None,
        })
    }

    fn call(&self, name: &str, arguments: &[Value], _world: &mut dyn World) -> Option<Result<Value>> {
        (name.eq_ignore_ascii_case("ImportPSModule") && arguments.len() == 1).then(|| {
            let names = arguments[0].iter().map(|name| name.to_text());
            self.modules.lock().extend(names);
            Ok(Value::Nothing)
        })
    }
}

/// The static methods of InitialSessionState.
pub(crate) static INITIAL_STATE: &[Method] = &[
    Method::new(
        "CreateDefault",
        "static System.Management.Automation.Runspaces.InitialSessionState CreateDefault()",
        |_| Ok(Value::instance(InitialState::new())),
    ),
    Method::new(
        "CreateDefault2",
        "static System.Management.Automation.Runspaces.InitialSessionState CreateDefault2()",
        |_| Ok(Value::instance(InitialState::new())),
    ),
    Method::new(
        "Create",
        "static System.Management.Automation.Runspaces.InitialSessionState Create()",
        |_| Err(not_built("A session without commands")),
    ),
];

/// The static methods of RunspaceFactory.
pub(crate) static FACTORY: &[Method] = &[
    Method::new(
        "CreateRunspace",
        "static runspace CreateRunspace(), static runspace CreateRunspace(initialsessionstate initialSessionState)",
        |call| {
            call.expect(0, 2)?;
            let session = begun(call)?;
            Ok(Value::instance(Runspace {
                slot: Arc::new(Mutex::new(session)),
                state: Mutex::new("BeforeOpen"),
            }))
        },
    ),
    Method::new(
        "CreateRunspacePool",
        "static System.Management.Automation.Runspaces.RunspacePool CreateRunspacePool(int minRunspaces, int maxRunspaces)",
        |call| {
            call.expect(0, 4)?;
            let number = |call: &mut Call<'_>, at: usize| match call.arguments.get(at).map(Value::base) {
                Some(Value::Int(_)) => call.int(at).map(Some),
                _ => Ok(None),
            };
            let most = number(call, 1)?.or(number(call, 0)?).unwrap_or(1);
            if most < 1 {
                return Err(fault::out_of_range(
                    "maxRunspaces",
                    "The number must be greater than zero.",
                ));
            }
            // The first session is made now, so that what it begins with is checked by whoever made it.
            let first = begun(call)?;
            let states = call
                .arguments
                .iter()
                .find(|value| value.downcast::<InitialState>().is_some());
            Ok(Value::instance(RunspacePool(Arc::new(Pool {
                most: most as usize,
                state: Mutex::new("BeforeOpen"),
                initial: states.cloned(),
                inside: Mutex::new(Inside {
                    idle: vec![first],
                    waiting: VecDeque::new(),
                    workers: 0,
                }),
            }))))
        },
    ),
];

/// A session with the initial state among some arguments.
fn begun(call: &mut Call<'_>) -> Result<Apart> {
    let mut session = fresh(call.world)?;
    for argument in call.arguments {
        if let Some(initial) = argument.downcast::<InitialState>() {
            initial.prepare(&mut session.engine)?;
        }
    }
    Ok(session)
}

/// A session as an object.
pub(super) struct Runspace {
    pub(super) slot: Slot,
    state: Mutex<&'static str>,
}

impl Runspace {
    /// A session that is open already.
    pub(super) fn open(slot: &Slot) -> Runspace {
        Runspace {
            slot: Arc::clone(slot),
            state: Mutex::new("Opened"),
        }
    }
}

fn state_info(type_name: &str, state: &str) -> Value {
    Value::typed(
        &[type_name, "System.Object"],
        [("State", Value::str(state)), ("Reason", Value::Null)],
    )
}

/// What both kinds do when they are opened and closed.
fn lifecycle(state: &Mutex<&'static str>, name: &str) -> Option<Result<Value>> {
    *state.lock() = match name.to_ascii_lowercase().as_str() {
        "open" | "openasync" => "Opened",
        "close" | "dispose" => "Closed",
        _ => return None,
    };
    Some(Ok(Value::Nothing))
}

impl Instance for Runspace {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.Runspaces.LocalRunspace")
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        let above = ["System.Management.Automation.Runspaces.Runspace", "System.Object"];
        std::iter::once(self.type_name())
            .chain(above.map(Arc::from))
            .collect()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["RunspaceStateInfo", "RunspaceAvailability", "SessionStateProxy"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "runspacestateinfo" => state_info(
                "System.Management.Automation.Runspaces.RunspaceStateInfo",
                *self.state.lock(),
            ),
            "runspaceavailability" => Value::str(match (*self.state.lock(), self.slot.is_locked()) {
                ("Opened", false) => "Available",
                ("Opened", true) => "Busy",
                _ => "None",
            }),
            "sessionstateproxy" => Value::instance(Proxy(Arc::clone(&self.slot))),
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, _: &Value, _: &mut dyn World) -> Option<Result<()>> {
        is_threading(name).then_some(Ok(()))
    }

    fn call(&self, name: &str, arguments: &[Value], _: &mut dyn World) -> Option<Result<Value>> {
        arguments
            .is_empty()
            .then(|| lifecycle(&self.state, name))
            .flatten()
    }
}

/// Settings about Windows threads, which have no meaning here and do no harm.
fn is_threading(name: &str) -> bool {
    name.eq_ignore_ascii_case("ApartmentState") || name.eq_ignore_ascii_case("ThreadOptions")
}

/// `$runspace.SessionStateProxy`.
struct Proxy(Slot);

impl Instance for Proxy {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.Runspaces.SessionStateProxy")
    }

    fn call(&self, name: &str, arguments: &[Value], _: &mut dyn World) -> Option<Result<Value>> {
        let mut session = self.0.lock();
        let engine = &mut session.engine;
        Some(Ok(match (name.to_ascii_lowercase().as_str(), arguments) {
            ("setvariable", [name, value]) => {
                engine.set_variable(&name.to_text(), value.clone());
                Value::Nothing
            }
            ("getvariable", [name]) => engine.variable(&name.to_text()).unwrap_or_default(),
            _ => return None,
        }))
    }
}

/// Sessions that pipelines share: at most so many run at a time, the others wait.
pub(super) struct Pool {
    most: usize,
    state: Mutex<&'static str>,
    initial: Option<Value>,
    inside: Mutex<Inside>,
}

struct Inside {
    idle: Vec<Apart>,
    waiting: VecDeque<Job>,
    workers: usize,
}

/// A pool as an object.
pub(super) struct RunspacePool(pub(super) Arc<Pool>);

impl Pool {
    /// Runs a job as soon as a session is free.
    pub(super) fn take(self: &Arc<Pool>, job: Job, world: &dyn World, host: &dyn Host) -> Result<()> {
        if *self.state.lock() != "Opened" {
            return Err(fault::raised(
                "System.Management.Automation.Runspaces.InvalidRunspacePoolStateException",
                "Cannot perform the operation because the runspace pool is not in the 'Opened' state.",
            ));
        }
        let mut inside = self.inside.lock();
        inside.waiting.push_back(job);
        if inside.workers >= self.most {
            return Ok(());
        }
        let session = match inside.idle.pop() {
            Some(session) => session,
            None => {
                let mut session = fresh(world)?;
                if let Some(initial) = self
                    .initial
                    .as_ref()
                    .and_then(|initial| initial.downcast::<InitialState>())
                {
                    initial.prepare(&mut session.engine)?;
                }
                session
            }
        };
        inside.workers += 1;
        drop(inside);
        let pool = Arc::clone(self);
        let work = move || pool.work(session);
        let started = host.start_thread(Box::new(work));
        started.map_err(|error| {
            self.inside.lock().workers -= 1;
            fault::raised(
                "System.OutOfMemoryException",
                format!("The system gives no further thread: {error}"),
            )
        })
    }

    /// Runs what waits until nothing does.
    fn work(&self, mut session: Apart) {
        loop {
            let mut inside = self.inside.lock();
            let Some(job) = inside.waiting.pop_front() else {
                inside.workers -= 1;
                inside.idle.push(session);
                return;
            };
            drop(inside);
            job.work(&mut session);
        }
    }
}

impl Instance for RunspacePool {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.Runspaces.RunspacePool")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "RunspacePoolStateInfo",
            "InitialSessionState",
            "RunspacePoolAvailability",
            "IsDisposed",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let state = *self.0.state.lock();
        Some(match name.to_ascii_lowercase().as_str() {
            "runspacepoolstateinfo" => {
                state_info("System.Management.Automation.RunspacePoolStateInfo", state)
            }
            "initialsessionstate" => self.0.initial.clone().unwrap_or_default(),
            "runspacepoolavailability" => Value::str(if state == "Opened" { "Available" } else { "None" }),
            "isdisposed" => Value::Bool(state == "Closed"),
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, _: &Value, _: &mut dyn World) -> Option<Result<()>> {
        is_threading(name).then_some(Ok(()))
    }

    fn call(&self, name: &str, arguments: &[Value], _: &mut dyn World) -> Option<Result<Value>> {
        if !arguments.is_empty() {
            return None;
        }
        match name.to_ascii_lowercase().as_str() {
            "getmaxrunspaces" => Some(Ok(Value::count(self.0.most))),
            "getminrunspaces" => Some(Ok(Value::Int(1))),
            "getavailablerunspaces" => {
                let workers = self.0.inside.lock().workers;
                Some(Ok(Value::count(self.0.most.saturating_sub(workers))))
            }
            _ => lifecycle(&self.0.state, name),
        }
    }
}

/// Which of the two a value is.
pub(super) fn slot_of(value: &Value) -> Option<Slot> {
    value
        .downcast::<Runspace>()
        .map(|runspace| Arc::clone(&runspace.slot))
}
