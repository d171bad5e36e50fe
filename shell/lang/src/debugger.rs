//! What a session's debugger knows: breakpoints, tracing, stepping. `run/debug` is what it does while code runs.
//!
//! A breakpoint is the object that Set-PSBreakpoint gives out: `Enabled` and `HitCount` live in it, so that scripts see
//! them change. Variables are found in the text of a statement that is about to run; what a command changes by a
//! variable's name (Set-Variable) stops nothing.

use std::sync::Arc;

use crate::value::{Object, Value};

/// When a breakpoint on a variable counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// When it is written.
    Write,
    /// When it is read.
    Read,
    /// Both.
    ReadWrite,
}

/// What makes a breakpoint count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A statement that begins on a line, and in a column where that is given; both from 1.
    Line(u32, Option<u32>),
    /// A command, with wildcards.
    Command(Arc<str>),
    /// A variable.
    Variable(Arc<str>, Access),
}

/// A breakpoint.
#[derive(Clone)]
pub struct Breakpoint {
    /// From 0.
    pub id: i32,
    /// What makes it count.
    pub trigger: Trigger,
    /// The script file that it is for; any text without one.
    pub script: Option<Arc<str>>,
    /// What runs instead of a stop, unless it does `break`.
    pub action: Option<Value>,
    /// What scripts see: `Enabled`, `HitCount`.
    pub object: Arc<Object>,
}

impl Breakpoint {
    /// Whether it counts at all.
    pub fn is_enabled(&self) -> bool {
        Value::Object(Arc::clone(&self.object))
            .property("Enabled")
            .is_some_and(|enabled| enabled.is_true())
    }
}

/// How far code runs before the debugger stops it without a breakpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stepping {
    /// It does not.
    #[default]
    Off,
    /// The next statement.
    Into,
    /// The next statement at most so many calls deep.
    Over(u32),
}

/// A session's debugger.
#[derive(Default)]
pub struct Debugger {
    /// Whether statements are looked at before they run: the only thing that is read while nothing is debugged.
    pub watching: bool,
    /// Whether somebody is called between statements ([`crate::session::Session::attend`]).
    pub(crate) attended: bool,
    /// `Set-PSDebug -Trace`.
    pub trace: u8,
    /// `Set-PSDebug -Step`.
    pub confirms: bool,
    /// Where it stops next without a breakpoint.
    pub stepping: Stepping,
    pub(crate) breakpoints: Vec<Breakpoint>,
    next: i32,
    /// Whether its own prompt or an action runs, which it does not stop.
    pub(crate) busy: bool,
    /// Whether its greeting has been shown.
    pub(crate) greeted: bool,
    /// The stepping command that an empty line says again.
    pub(crate) again: String,
    /// The line that `list` goes on from.
    pub(crate) listed: u32,
}

impl Debugger {
    /// Looks at statements from here on, if there is a reason to.
    pub fn refresh(&mut self) {
        self.watching = !self.busy
            && (self.attended
                || self.trace > 0
                || self.confirms
                || self.stepping != Stepping::Off
                || self.breakpoints.iter().any(Breakpoint::is_enabled));
    }

    /// The number of the next breakpoint.
    pub fn next_id(&mut self) -> i32 {
        self.next += 1;
        self.next - 1
    }

    /// Adds a breakpoint.
    pub fn add(&mut self, breakpoint: Breakpoint) {
        self.breakpoints.push(breakpoint);
        self.refresh();
    }

    /// Takes a breakpoint away; whether there was one.
    pub fn remove(&mut self, id: i32) -> bool {
        let before = self.breakpoints.len();
        self.breakpoints.retain(|known| known.id != id);
        self.refresh();
        self.breakpoints.len() < before
    }

    /// The breakpoints in their order.
    pub fn breakpoints(&self) -> &[Breakpoint] {
        &self.breakpoints
    }
}
