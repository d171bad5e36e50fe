//! System.Threading.Monitor and Mutex: locks that sessions on several threads share.
//!
//! One table holds what is locked, by whom and how often, since a thread may lock again what it has. A named Mutex is
//! known within this process only.

use std::sync::Arc;
use std::thread::ThreadId;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::{Call, Method, World, fault, numbers};
use crate::error::{Interrupt, Result};
use crate::host::Host;
use crate::value::{Instance, Value};

/// How often a wait looks whether Ctrl-C was pressed.
const STOP_POLL: Duration = Duration::from_millis(20);

struct Lock {
    of: Value,
    owner: ThreadId,
    depth: u32,
}

static LOCKS: Mutex<Vec<Lock>> = Mutex::new(Vec::new());
static FREED: Condvar = Condvar::new();

fn me() -> ThreadId {
    std::thread::current().id()
}

/// Locks, waiting at most so many milliseconds; whether it is locked now.
fn lock(of: &Value, milliseconds: Option<u64>, world: &dyn World) -> Result<bool> {
    let mut left = milliseconds.map(Duration::from_millis);
    let mut locks = LOCKS.lock();
    loop {
        match locks.iter_mut().find(|lock| lock.of.same_value(of)) {
            None => {
                let (of, owner, depth) = (of.clone(), me(), 1);
                locks.push(Lock { of, owner, depth });
                return Ok(true);
            }
            Some(lock) if lock.owner == me() => {
                lock.depth += 1;
                return Ok(true);
            }
            Some(_) => {}
        }
        let step = left.map_or(STOP_POLL, |left| left.min(STOP_POLL));
        if step.is_zero() {
            return Ok(false);
        }
        FREED.wait_for(&mut locks, step);
        left = left.map(|left| left.saturating_sub(step));
        if world.host().is_some_and(Host::stop_requested) {
            return Err(Interrupt::Stopped);
        }
    }
}

fn unlock(of: &Value) -> Result<()> {
    let mut locks = LOCKS.lock();
    let own = locks
        .iter()
        .position(|lock| lock.of.same_value(of) && lock.owner == me());
    let Some(at) = own else {
        return Err(fault::raised(
            "System.Threading.SynchronizationLockException",
            "Object synchronization method was called from an unsynchronized block of code.",
        ));
    };
    locks[at].depth -= 1;
    if locks[at].depth == 0 {
        locks.swap_remove(at);
        FREED.notify_all();
    }
    Ok(())
}

/// A time limit: -1 is none.
fn limit(call: &mut Call<'_>, at: usize) -> Result<Option<u64>> {
    match call.arguments.get(at).map(Value::base) {
        Some(Value::TimeSpan(ticks)) => Ok(u64::try_from(ticks / 10_000).ok()),
        _ => Ok(u64::try_from(call.int(at)?).ok()),
    }
}

fn object(call: &Call<'_>) -> Result<Value> {
    let of = call.value(0)?;
    match of.is_null() {
        true => Err(fault::argument_null("obj")),
        false => Ok(of.clone()),
    }
}

/// The static methods of Monitor.
pub static MONITOR: &[Method] = &[
    Method::new("Enter", "static void Enter(System.Object obj)", |call| {
        call.expect(1, 2)?;
        lock(&object(call)?, None, call.world)?;
        numbers::set_reference(call.arguments.get(1), Value::Bool(true));
        Ok(Value::Nothing)
    }),
    Method::new("Exit", "static void Exit(System.Object obj)", |call| {
        call.expect(1, 1)?;
        unlock(&object(call)?)?;
        Ok(Value::Nothing)
    }),
    Method::new("IsEntered", "static bool IsEntered(System.Object obj)", |call| {
        call.expect(1, 1)?;
        let of = object(call)?;
        let locks = LOCKS.lock();
        let mine = |lock: &Lock| lock.of.same_value(&of) && lock.owner == me();
        Ok(Value::Bool(locks.iter().any(mine)))
    }),
    Method::new(
        "TryEnter",
        "static bool TryEnter(System.Object obj), static bool TryEnter(System.Object obj, int millisecondsTimeout)",
        |call| {
            call.expect(1, 2)?;
            let limit = if call.count() > 1 {
                limit(call, 1)?
            } else {
                Some(0)
            };
            lock(&object(call)?, limit, call.world).map(Value::Bool)
        },
    ),
];

/// A Mutex: by name, or one that nobody else has.
struct SharedMutex {
    of: Value,
}

/// `[System.Threading.Mutex]::new(initiallyOwned, name)`.
pub fn construct(call: &mut Call<'_>) -> Result<Value> {
    call.expect(0, 3)?;
    let of = match call.arguments.get(1).filter(|name| !name.is_null()) {
        Some(name) => Value::from(format!("mutex {}", name.to_text())),
        None => Value::object([]),
    };
    let owned = call.count() > 0 && call.flag(0)?;
    let taken = owned && lock(&of, Some(0), call.world)?;
    numbers::set_reference(call.arguments.get(2), Value::Bool(taken));
    Ok(Value::instance(SharedMutex { of }))
}

impl Instance for SharedMutex {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Threading.Mutex")
    }

    fn methods(&self) -> &'static [Method] {
        MUTEX
    }
}

fn own<'c>(call: &Call<'c>) -> &'c SharedMutex {
    let own = call.target.downcast::<SharedMutex>();
    own.expect("the table of mutexes is used for them only")
}

static MUTEX: &[Method] = &[
    Method::new("Close", "void Close()", |_| Ok(Value::Nothing)),
    Method::new("Dispose", "void Dispose()", |_| Ok(Value::Nothing)),
    Method::new("ReleaseMutex", "void ReleaseMutex()", |call| {
        unlock(&own(call).of).map_err(|_| {
            fault::raised(
                "System.ApplicationException",
                "Object synchronization method was called from an unsynchronized block of code.",
            )
        })?;
        Ok(Value::Nothing)
    }),
    Method::new(
        "WaitOne",
        "bool WaitOne(), bool WaitOne(int millisecondsTimeout)",
        |call| {
            call.expect(0, 2)?;
            let limit = if call.count() > 0 { limit(call, 0)? } else { None };
            lock(&own(call).of, limit, call.world).map(Value::Bool)
        },
    ),
];
