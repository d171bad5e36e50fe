//! The non-INVITE client transaction: RFC 3261 §17.1.2 figure 6.
//!
//! | timer | when | unreliable | reliable |
//! |---|---|---|---|
//! | E | retransmission of the request | min(T1·2ⁿ, T2); T2 in Proceeding | none |
//! | F | the request is given up | 64·T1 | 64·T1 |
//!
//! There is no state Completed and no Timer K: what it would absorb, a final response that comes again, meets no
//! transaction and is dropped (RFC 6026 §8.9).

use std::time::{Duration, Instant};

use super::{Pending, ResponseClass, Timers};

/// Where the machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The request was sent.
    Trying,
    /// A provisional response came.
    Proceeding,
    /// Nothing more.
    Terminated,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A response came.
    Response(ResponseClass),
    /// The transport cannot send.
    TransportError,
    /// The deadline passed.
    Wake,
}

/// What it wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send the request (again).
    SendRequest,
    /// Give the response to the transaction user.
    PassUp,
    /// Tell the transaction user that nobody answered.
    Timeout,
    /// Tell the transaction user that the transport failed.
    TransportFailed,
    /// Forget the transaction.
    Ended,
}

/// The machine.
#[derive(Clone, Debug)]
pub struct NonInviteClient {
    state: State,
    timers: Timers,
    timer_e: Option<Instant>,
    interval_e: Duration,
    /// Timer F.
    end: Option<Instant>,
    pending: Pending<Output>,
}

impl NonInviteClient {
    /// Starts by sending the request.
    pub fn new(now: Instant, timers: Timers, is_reliable: bool) -> Self {
        let mut pending = Pending::new();
        pending.push(Output::SendRequest);
        Self {
            state: State::Trying,
            timers,
            timer_e: (!is_reliable).then(|| now + timers.t1),
            interval_e: timers.t1,
            end: Some(now + timers.lifetime()),
            pending,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Instant, input: Input) {
        match (self.state, input) {
            (State::Trying | State::Proceeding, Input::Wake) => self.wake_open(now),
            (State::Trying | State::Proceeding, Input::Response(ResponseClass::Provisional)) => {
                self.state = State::Proceeding;
                self.pending.push(Output::PassUp);
            }
            (State::Trying | State::Proceeding, Input::Response(_)) => {
                self.pending.push(Output::PassUp);
                self.terminate();
            }
            (State::Trying | State::Proceeding, Input::TransportError) => {
                self.pending.push(Output::TransportFailed);
                self.terminate();
            }
            _ => {}
        }
    }

    fn wake_open(&mut self, now: Instant) {
        if self.is_due(now) {
            self.pending.push(Output::Timeout);
            self.terminate();
        } else if self.timer_e.is_some_and(|at| at <= now) {
            // §17.1.2.2: in Proceeding the interval is T2 from the next firing on.
            let doubled = if self.state == State::Proceeding {
                self.timers.t2
            } else {
                self.interval_e * 2
            };
            self.interval_e = doubled.min(self.timers.t2);
            self.timer_e = Some(now + self.interval_e);
            self.pending.push(Output::SendRequest);
        }
    }

    fn is_due(&self, now: Instant) -> bool {
        self.end.is_some_and(|at| at <= now)
    }

    fn terminate(&mut self) {
        self.state = State::Terminated;
        self.timer_e = None;
        self.end = None;
        self.pending.push(Output::Ended);
    }

    /// The next output.
    pub fn poll(&mut self) -> Option<Output> {
        self.pending.pop()
    }

    /// When [`Input::Wake`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.timer_e.into_iter().chain(self.end).min()
    }

    /// Where the machine is.
    pub fn state(&self) -> State {
        self.state
    }
}
