//! Time inside a world: milliseconds since it began, and what the wall clock says then.

use std::time::{Duration, Instant};

use crate::registrar::location::Tick;

/// Turns instants into ticks, and ticks into wall-clock time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    wall_at_start: i64,
}

impl Clock {
    /// A clock that starts now, when the wall clock says this many milliseconds since 1970-01-01 UTC.
    pub fn new(now: Instant, wall_clock: i64) -> Self {
        Self {
            start: now,
            wall_at_start: wall_clock,
        }
    }

    /// Sets the wall clock.
    pub fn set(&mut self, now: Instant, wall_clock: i64) {
        self.wall_at_start = wall_clock - signed(self.tick(now));
    }

    /// Milliseconds since the start.
    pub fn tick(&self, now: Instant) -> Tick {
        Tick::try_from(now.saturating_duration_since(self.start).as_millis()).unwrap_or(Tick::MAX)
    }

    /// The first instant at which [`tick`](Self::tick) says this.
    pub fn instant(&self, tick: Tick) -> Instant {
        self.start + Duration::from_millis(tick)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub fn wall(&self, tick: Tick) -> i64 {
        self.wall_at_start.saturating_add(signed(tick))
    }
}

fn signed(tick: Tick) -> i64 {
    i64::try_from(tick).unwrap_or(i64::MAX)
}
