//! `[powershell]::Create()` and what it builds and runs.

use std::sync::Arc;

use parking_lot::Mutex;

use super::runspace::{Pool, Runspace, RunspacePool, slot_of};
use super::{Job, Run, Slot, Stage, Step, Streams, fresh, not_built};
use crate::error::{ErrorRecord, Interrupt, Result};
use crate::members::{Call, Method, World, fault};
use crate::value::{Instance, List, ListKind, Value};

/// System.Management.Automation.PowerShell.
struct PowerShell {
    statements: Statements,
    place: Mutex<Place>,
    streams: Streams,
    run: Mutex<Arc<Run>>,
    /// Whether any run of it ended in an error.
    failed: std::sync::atomic::AtomicBool,
}

/// Statements of piped commands.
type Statements = Arc<Mutex<Vec<Vec<Step>>>>;

/// Where it runs.
enum Place {
    /// In a session that is made when it is needed.
    Own,
    Session(Slot),
    Pool(Arc<Pool>),
}

/// The static methods.
pub(crate) static STATIC: &[Method] = &[Method::new("Create", "static powershell Create()", |call| {
    call.expect(0, 1)?;
    let place = match call.arguments.first() {
        None => Place::Own,
        Some(given) => match slot_of(given) {
            Some(slot) => Place::Session(slot),
            None if matches!(given.to_text().as_str(), "NewRunspace") => Place::Own,
            None if given.to_text().ends_with("InitialSessionState") => {
                let made = crate::members::static_call(
                    &crate::types::Type::RUNSPACEFACTORY,
                    "CreateRunspace",
                    std::slice::from_ref(given),
                    call.world,
                )?;
                slot_of(&made).map_or(Place::Own, Place::Session)
            }
            None => return Err(not_built("A nested pipeline of the current runspace")),
        },
    };
    Ok(Value::instance(PowerShell {
        statements: Arc::new(Mutex::new(vec![Vec::new()])),
        place: Mutex::new(place),
        streams: Streams::new(),
        run: Mutex::default(),
        failed: false.into(),
    }))
})];

impl PowerShell {
    fn slot(&self, world: &dyn World) -> Result<Option<Slot>> {
        let mut place = self.place.lock();
        if let Place::Own = &*place {
            *place = Place::Session(Arc::new(Mutex::new(fresh(world)?)));
        }
        Ok(match &*place {
            Place::Session(slot) => Some(Arc::clone(slot)),
            _ => None,
        })
    }

    /// Begins to run; gives the run and what it puts out.
    fn start(&self, input: Option<Vec<Value>>, output: Arc<List>, world: &dyn World) -> Result<Arc<Run>> {
        if self.statements.lock().iter().all(Vec::is_empty) {
            return Err(fault::raised(
                "System.InvalidOperationException",
                "No commands are specified.",
            ));
        }
        if matches!(*self.run.lock().stage.lock(), Stage::Running) {
            return Err(fault::raised(
                "System.Management.Automation.InvalidPowerShellStateException",
                "The state of the current PowerShell instance is not valid for this operation.",
            ));
        }
        let run = Arc::new(Run::default());
        *run.stage.lock() = Stage::Running;
        *self.run.lock() = Arc::clone(&run);
        let job = Job {
            statements: self.statements.lock().clone(),
            input,
            output,
            streams: self.streams.clone(),
            run: Arc::clone(&run),
        };
        let host = world
            .host()
            .ok_or_else(|| not_built("A session without an outside"))?;
        match self.slot(world)? {
            Some(slot) => {
                // Where there are no threads it runs here.
                let waiting = Arc::new(Mutex::new(Some(job)));
                let mine = Arc::clone(&waiting);
                let work = move || {
                    let job = mine.lock().take();
                    if let Some(job) = job {
                        job.work(&mut slot.lock());
                    }
                };
                let inline = work.clone();
                if host.start_thread(Box::new(work)).is_err() {
                    inline();
                }
            }
            None => {
                if let Place::Pool(pool) = &*self.place.lock() {
                    pool.take(job, world, host)?;
                }
            }
        }
        Ok(run)
    }

    /// Waits for a run's end; its error is raised.
    fn finish(&self, run: &Run, world: &dyn World) -> Result<()> {
        if let Err(stopped) = run.wait(world, None) {
            run.stop();
            return Err(stopped);
        }
        match run.stage.lock().clone() {
            Stage::Failed(record) => {
                self.failed.store(true, std::sync::atomic::Ordering::Relaxed);
                Err(raised(*record))
            }
            Stage::Stopped => Err(fault::raised(
                "System.Management.Automation.PipelineStoppedException",
                "The pipeline has been stopped.",
            )),
            _ => Ok(()),
        }
    }

    fn add(&self, text: String, is_script: bool, own_scope: bool) {
        let mut statements = self.statements.lock();
        if let Some(last) = statements.last_mut() {
            last.push(Step {
                text,
                is_script,
                own_scope,
                named: Vec::new(),
                positional: Vec::new(),
            });
        }
    }

    /// Changes the last command.
    fn with_last(&self, apply: impl FnOnce(&mut Step)) -> Result<()> {
        let mut statements = self.statements.lock();
        let last = statements.last_mut().and_then(|steps| steps.last_mut());
        let step = last.ok_or_else(|| {
            fault::raised(
                "System.InvalidOperationException",
                "A command is required to add a parameter. A command must be added to the PowerShell instance before adding a parameter.",
            )
        })?;
        apply(step);
        Ok(())
    }
}

/// An error that ended a pipeline, as the exception of a method.
fn raised(record: ErrorRecord) -> Interrupt {
    let type_name = record.exception_type.to_string();
    fault::raised(&type_name, record.message)
}

fn own<'c>(call: &Call<'c>) -> &'c PowerShell {
    let own = call.target.downcast::<PowerShell>();
    own.expect("the table of PowerShell is used for it only")
}

fn new_output() -> Arc<List> {
    Arc::new(List::new(
        ListKind::Collection,
        Some(crate::types::Type::PSOBJECT),
        Vec::new(),
    ))
}

fn add_parameters(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 1)?;
    match call.value(0)?.base() {
        Value::Hashtable(table) => {
            let pairs = table.pairs();
            own(call).with_last(|step| {
                step.named
                    .extend(pairs.into_iter().map(|(name, value)| (name.to_text(), value)));
            })?;
        }
        other => {
            let items: Vec<Value> = other.iter().collect();
            own(call).with_last(|step| step.positional.extend(items))?;
        }
    }
    Ok(call.target.clone())
}

static METHODS: &[Method] = &[
    Method::new(
        "AddArgument",
        "powershell AddArgument(System.Object value)",
        |call| {
            call.expect(1, 1)?;
            let value = call.value(0)?.clone();
            own(call).with_last(|step| step.positional.push(value))?;
            Ok(call.target.clone())
        },
    ),
    Method::new(
        "AddCommand",
        "powershell AddCommand(string cmdlet), powershell AddCommand(string cmdlet, bool useLocalScope)",
        |call| {
            call.expect(1, 2)?;
            let name = match call.value(0)?.property("Name") {
                Some(name) => name.to_text(),
                None => call.text(0)?.to_string(),
            };
            own(call).add(name, false, true);
            Ok(call.target.clone())
        },
    ),
    Method::new(
        "AddParameter",
        "powershell AddParameter(string parameterName, System.Object value), powershell AddParameter(string parameterName)",
        |call| {
            call.expect(1, 2)?;
            let name = call.text(0)?.trim_start_matches('-').to_owned();
            let value = call.arguments.get(1).cloned().unwrap_or(Value::Bool(true));
            own(call).with_last(|step| step.named.push((name, value)))?;
            Ok(call.target.clone())
        },
    ),
    Method::new(
        "AddParameters",
        "powershell AddParameters(System.Collections.IDictionary parameters)",
        add_parameters,
    ),
    Method::new(
        "AddScript",
        "powershell AddScript(string script), powershell AddScript(string script, bool useLocalScope)",
        |call| {
            call.expect(1, 2)?;
            let text = call.text(0)?.to_string();
            let own_scope = call.count() > 1 && call.flag(1)?;
            own(call).add(text, true, own_scope);
            Ok(call.target.clone())
        },
    ),
    Method::new("AddStatement", "powershell AddStatement()", |call| {
        call.expect(0, 0)?;
        own(call).statements.lock().push(Vec::new());
        Ok(call.target.clone())
    }),
    Method::new("BeginInvoke", "System.IAsyncResult BeginInvoke()", |call| {
        call.expect(0, 5)?;
        let input = call.arguments.first().filter(|input| !input.is_null());
        let input = input.map(|input| input.iter().collect());
        let output = match call.arguments.get(1).map(Value::base) {
            Some(Value::List(list)) => Arc::clone(list),
            _ => new_output(),
        };
        let run = own(call).start(input, Arc::clone(&output), call.world)?;
        Ok(Value::instance(AsyncResult { run, output }))
    }),
    Method::new("Dispose", "void Dispose(), void IDisposable.Dispose()", |call| {
        own(call).run.lock().stop();
        Ok(Value::Nothing)
    }),
    Method::new(
        "EndInvoke",
        "System.Management.Automation.PSDataCollection[psobject] EndInvoke(System.IAsyncResult asyncResult)",
        |call| {
            call.expect(1, 1)?;
            let Some(begun) = call.value(0)?.downcast::<AsyncResult>() else {
                return Err(call.no_overload());
            };
            own(call).finish(&begun.run, call.world)?;
            Ok(Value::List(Arc::clone(&begun.output)))
        },
    ),
    Method::new(
        "Invoke",
        "System.Collections.ObjectModel.Collection[psobject] Invoke(), System.Collections.ObjectModel.Collection[psobject] Invoke(System.Collections.IEnumerable input)",
        |call| {
            call.expect(0, 2)?;
            let input = call.arguments.first().filter(|input| !input.is_null());
            let input = input.map(|input| input.iter().collect());
            let output = match call.arguments.get(1).map(Value::base) {
                Some(Value::List(list)) => Arc::clone(list),
                _ => new_output(),
            };
            let run = own(call).start(input, Arc::clone(&output), call.world)?;
            own(call).finish(&run, call.world)?;
            Ok(Value::List(output))
        },
    ),
    Method::new("Stop", "void Stop()", |call| {
        let run = Arc::clone(&own(call).run.lock());
        run.stop();
        if !matches!(*run.stage.lock(), Stage::NotStarted) {
            run.wait(call.world, None)?;
        }
        Ok(Value::Nothing)
    }),
];

/// `$ps.Commands`, as far as it is emptied.
struct Commands(Statements);

impl Instance for Commands {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PSCommand")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Commands")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("Commands").then(|| {
            let statements = self.0.lock();
            Value::array(statements.iter().flatten().map(|step| {
                Value::typed(
                    &["System.Management.Automation.Runspaces.Command", "System.Object"],
                    [
                        ("CommandText", Value::str(&step.text)),
                        ("IsScript", Value::Bool(step.is_script)),
                        ("UseLocalScope", Value::Bool(step.own_scope)),
                    ],
                )
            }))
        })
    }

    fn call(&self, name: &str, arguments: &[Value], _: &mut dyn World) -> Option<Result<Value>> {
        (name.eq_ignore_ascii_case("Clear") && arguments.is_empty()).then(|| {
            *self.0.lock() = vec![Vec::new()];
            Ok(Value::Nothing)
        })
    }
}

/// `$ps.Streams`.
struct StreamsObject(Streams);

impl Instance for StreamsObject {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PSDataStreams")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Error", "Progress", "Verbose", "Debug", "Warning", "Information"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        self.0.get(name)
    }

    fn call(&self, name: &str, arguments: &[Value], _: &mut dyn World) -> Option<Result<Value>> {
        (name.eq_ignore_ascii_case("ClearStreams") && arguments.is_empty()).then(|| {
            self.0.clear();
            Ok(Value::Nothing)
        })
    }
}

impl Instance for PowerShell {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PowerShell")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Commands",
            "Streams",
            "InvocationStateInfo",
            "IsNested",
            "HadErrors",
            "Runspace",
            "RunspacePool",
            "IsRunspaceOwner",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "commands" => Value::instance(Commands(Arc::clone(&self.statements))),
            "streams" => Value::instance(StreamsObject(self.streams.clone())),
            "haderrors" => {
                let errors = self
                    .streams
                    .get("Error")
                    .is_some_and(|list| list.iter().next().is_some());
                Value::Bool(errors || self.failed.load(std::sync::atomic::Ordering::Relaxed))
            }
            "isnested" => Value::Bool(false),
            "isrunspaceowner" => Value::Bool(matches!(*self.place.lock(), Place::Own | Place::Session(_))),
            "invocationstateinfo" => {
                let run = Arc::clone(&self.run.lock());
                let stage = run.stage.lock().clone();
                let reason = match &stage {
                    Stage::Failed(record) => Value::from(record.message.clone()),
                    _ => Value::Null,
                };
                Value::typed(
                    &[
                        "System.Management.Automation.PSInvocationStateInfo",
                        "System.Object",
                    ],
                    [("State", Value::str(stage.name())), ("Reason", reason)],
                )
            }
            "runspacepool" => match &*self.place.lock() {
                Place::Pool(pool) => Value::instance(RunspacePool(Arc::clone(pool))),
                _ => Value::Null,
            },
            _ => return None,
        })
    }

    fn property_in(&self, name: &str, world: &dyn World) -> Option<Value> {
        if name.eq_ignore_ascii_case("Runspace") {
            let slot = self.slot(world).ok()?;
            return Some(slot.map_or(Value::Null, |slot| Value::instance(Runspace::open(&slot))));
        }
        self.property(name)
    }

    fn set_property(&self, name: &str, value: &Value, _: &mut dyn World) -> Option<Result<()>> {
        let place = match name.to_ascii_lowercase().as_str() {
            "runspace" => slot_of(value).map(Place::Session),
            "runspacepool" => value
                .downcast::<RunspacePool>()
                .map(|pool| Place::Pool(Arc::clone(&pool.0))),
            _ => return None,
        };
        Some(match place {
            Some(place) => {
                *self.place.lock() = place;
                Ok(())
            }
            None => Err(fault::argument_null("value")),
        })
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

/// What BeginInvoke gives.
struct AsyncResult {
    run: Arc<Run>,
    output: Arc<List>,
}

impl Instance for AsyncResult {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PowerShellAsyncResult")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "CompletedSynchronously",
            "IsCompleted",
            "AsyncState",
            "AsyncWaitHandle",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "iscompleted" => Value::Bool(self.run.stage.lock().is_over()),
            "completedsynchronously" => Value::Bool(false),
            "asyncstate" => Value::Null,
            "asyncwaithandle" => Value::instance(WaitHandle(Arc::clone(&self.run))),
            _ => return None,
        })
    }
}

/// `$async.AsyncWaitHandle`.
struct WaitHandle(Arc<Run>);

impl Instance for WaitHandle {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Threading.ManualResetEvent")
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "waitone" => {
                let limit = match arguments.first() {
                    None => Ok(None),
                    Some(limit) => crate::convert::to_int(limit).map(|limit| u64::try_from(limit).ok()),
                };
                Some(limit.and_then(|limit| self.0.wait(world, limit)).map(Value::Bool))
            }
            "close" | "dispose" => Some(Ok(Value::Nothing)),
            _ => None,
        }
    }
}
