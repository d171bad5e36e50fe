//! System.Diagnostics.Stopwatch over the host's monotonic clock. Its ticks are nanoseconds (Frequency), as .NET's
//! are on Linux; a TimeSpan's are 100 ns.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, Method, World};
use crate::error::Result;
use crate::value::{Instance, Value};

/// A watch: what ran before the last start, and that start while it runs.
#[derive(Default)]
pub struct Stopwatch {
    state: Mutex<(u64, Option<u64>)>,
}

/// `[System.Diagnostics.Stopwatch]::new()`: it stands.
pub fn construct() -> Value {
    Value::instance(Stopwatch::default())
}

fn now(world: &dyn World) -> u64 {
    world.host().map_or(0, crate::host::Host::monotonic_nanos)
}

impl Stopwatch {
    fn elapsed(&self, now: u64) -> u64 {
        let (before, started) = *self.state.lock();
        before + started.map_or(0, |started| now.saturating_sub(started))
    }
}

impl Instance for Stopwatch {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Diagnostics.Stopwatch")
    }

    fn to_text(&self) -> String {
        "System.Diagnostics.Stopwatch".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["IsRunning", "Elapsed", "ElapsedMilliseconds", "ElapsedTicks"]
            .map(Arc::from)
            .to_vec()
    }

    /// Without a clock: what it showed when it was last stopped.
    fn property(&self, name: &str) -> Option<Value> {
        let (before, started) = *self.state.lock();
        reading(name, before, started.is_some())
    }

    fn property_in(&self, name: &str, world: &dyn World) -> Option<Value> {
        let running = self.state.lock().1.is_some();
        reading(name, self.elapsed(now(world)), running)
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

fn reading(name: &str, nanos: u64, running: bool) -> Option<Value> {
    Some(match name.to_ascii_lowercase().as_str() {
        "isrunning" => Value::Bool(running),
        "elapsed" => Value::TimeSpan((nanos / 100) as i64),
        "elapsedmilliseconds" => Value::Long((nanos / 1_000_000) as i64),
        "elapsedticks" => Value::Long(nanos as i64),
        _ => return None,
    })
}

fn change(call: &Call<'_>, new: impl FnOnce(u64, &mut (u64, Option<u64>))) -> Result<Value> {
    call.expect(0, 0)?;
    let now = now(call.world);
    if let Some(watch) = call.target.downcast::<Stopwatch>() {
        new(now, &mut watch.state.lock());
    }
    Ok(Value::Nothing)
}

static METHODS: &[Method] = &[
    Method::new("Start", "void Start()", |call| {
        change(call, |now, state| {
            state.1.get_or_insert(now);
        })
    }),
    Method::new("Stop", "void Stop()", |call| {
        change(call, |now, state| {
            if let Some(started) = state.1.take() {
                state.0 += now.saturating_sub(started);
            }
        })
    }),
    Method::new("Reset", "void Reset()", |call| {
        change(call, |_, state| *state = (0, None))
    }),
    Method::new("Restart", "void Restart()", |call| {
        change(call, |now, state| *state = (0, Some(now)))
    }),
];

/// The static methods.
pub static STATIC: &[Method] = &[
    Method::new(
        "StartNew",
        "static System.Diagnostics.Stopwatch StartNew()",
        |call| {
            call.expect(0, 0)?;
            Ok(Value::instance(Stopwatch {
                state: Mutex::new((0, Some(now(call.world)))),
            }))
        },
    ),
    Method::new("GetTimestamp", "static long GetTimestamp()", |call| {
        Ok(Value::Long(now(call.world) as i64))
    }),
    Method::new(
        "GetElapsedTime",
        "static timespan GetElapsedTime(long startingTimestamp), static timespan GetElapsedTime(long startingTimestamp, long endingTimestamp)",
        |call| {
            call.expect(1, 2)?;
            let start = call.long(0)?;
            let end = if call.count() > 1 {
                call.long(1)?
            } else {
                now(call.world) as i64
            };
            Ok(Value::TimeSpan(end.wrapping_sub(start) / 100))
        },
    ),
];

/// Static properties.
pub fn constant(name: &str) -> Option<Value> {
    match name.to_ascii_lowercase().as_str() {
        "frequency" => Some(Value::Long(1_000_000_000)),
        "ishighresolution" => Some(Value::Bool(true)),
        _ => None,
    }
}
