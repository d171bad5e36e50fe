//! System.Timers.Timer over the host's monotonic clock. It has no thread: who subscribed to `Elapsed` asks it between
//! statements what has elapsed since.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, Method, World, fault};
use crate::error::Result;
use crate::types::Type;
use crate::value::{Instance, Value};

/// A timer.
pub struct Timer(Mutex<State>);

struct State {
    /// In milliseconds.
    interval: f64,
    auto_reset: bool,
    /// When it elapses next, in nanoseconds; it stands without.
    next: Option<u64>,
}

impl State {
    fn span(&self) -> u64 {
        (self.interval * 1e6).clamp(1e6, 1e18) as u64
    }
}

/// `[System.Timers.Timer]::new()`, with an interval where one is given.
pub fn construct(interval: Option<f64>) -> Result<Value> {
    if let Some(interval) =
        interval.filter(|interval| interval.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater))
    {
        return Err(invalid(interval));
    }
    Ok(Value::instance(Timer(Mutex::new(State {
        interval: interval.unwrap_or(100.0),
        auto_reset: true,
        next: None,
    }))))
}

fn invalid(interval: f64) -> crate::error::Interrupt {
    fault::raised(
        "System.ArgumentException",
        format!("Invalid value '{interval}' for parameter 'interval'."),
    )
}

fn now(world: &dyn World) -> u64 {
    world.host().map_or(0, crate::host::Host::monotonic_nanos)
}

impl Timer {
    /// How often it has elapsed up to a moment and not been asked about; at most a thousand times.
    pub fn elapsed(&self, now: u64) -> usize {
        let mut state = self.0.lock();
        let Some(next) = state.next.filter(|next| *next <= now) else {
            return 0;
        };
        if !state.auto_reset {
            state.next = None;
            return 1;
        }
        let times = (now - next) / state.span() + 1;
        state.next = Some(next + times * state.span());
        times.min(1000) as usize
    }
}

impl Instance for Timer {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Timers.Timer")
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        [
            "System.Timers.Timer",
            "System.ComponentModel.Component",
            "System.MarshalByRefObject",
            "System.Object",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn to_text(&self) -> String {
        "System.Timers.Timer".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["AutoReset", "Enabled", "Interval"].map(Arc::from).to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let state = self.0.lock();
        Some(match name.to_ascii_lowercase().as_str() {
            "autoreset" => Value::Bool(state.auto_reset),
            "enabled" => Value::Bool(state.next.is_some()),
            "interval" => Value::Double(state.interval),
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        let now = now(world);
        let set = match name.to_ascii_lowercase().as_str() {
            "autoreset" => value
                .convert(&Type::BOOLEAN)
                .map(|flag| self.0.lock().auto_reset = flag.is_true()),
            "enabled" => value
                .convert(&Type::BOOLEAN)
                .map(|flag| self.run(flag.is_true(), now)),
            "interval" => value.convert(&Type::DOUBLE).and_then(|interval| match interval {
                Value::Double(interval) if interval > 0.0 => {
                    let mut state = self.0.lock();
                    state.interval = interval;
                    if state.next.is_some() {
                        state.next = Some(now + state.span());
                    }
                    Ok(())
                }
                Value::Double(interval) => Err(invalid(interval)),
                _ => Ok(()),
            }),
            _ => return None,
        };
        Some(set)
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

impl Timer {
    fn run(&self, runs: bool, now: u64) {
        let mut state = self.0.lock();
        state.next = runs.then(|| state.next.unwrap_or(now + state.span()));
    }
}

fn run(call: &Call<'_>, runs: bool) -> Result<Value> {
    call.expect(0, 0)?;
    if let Some(timer) = call.target.downcast::<Timer>() {
        timer.run(runs, now(call.world));
    }
    Ok(Value::Nothing)
}

static METHODS: &[Method] = &[
    Method::new("Close", "void Close()", |call| run(call, false)),
    Method::new("Dispose", "void Dispose()", |call| run(call, false)),
    Method::new("Start", "void Start()", |call| run(call, true)),
    Method::new("Stop", "void Stop()", |call| run(call, false)),
];
