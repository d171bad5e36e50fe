//! The non-INVITE server transaction: RFC 3261 §17.2.2 figure 8, with the 100 of RFC 4320 §4.1.
//!
//! | timer | when | unreliable | reliable |
//! |---|---|---|---|
//! | trying | 100 is sent if nothing else was | when the peer's Timer E reaches T2: 3.5 s | the same |
//! | J | requests are absorbed after the final response | 64·T1 | 0 |
//!
//! The machine ends with the final response; what Timer J is for is done in `completed`.

use std::time::Instant;

use super::{Pending, ResponseClass, Timers};

/// Where the machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The request came.
    Trying,
    /// A 100 was sent.
    Proceeding,
    /// The final response was sent; nothing more.
    Completed,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The request came again.
    Request,
    /// The transaction user answers.
    Respond(ResponseClass),
    /// The deadline passed.
    Wake,
}

/// What it wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send a 100.
    SendTrying,
    /// Send the last response of the transaction user (again).
    SendResponse,
    /// Forget the transaction.
    Ended,
}

/// The machine.
#[derive(Clone, Debug)]
pub struct NonInviteServer {
    state: State,
    timers: Timers,
    is_reliable: bool,
    trying: Option<Instant>,
    timer_j: Option<Instant>,
    pending: Pending<Output>,
}

impl NonInviteServer {
    /// Starts when the request came; the layer passes it up.
    pub fn new(now: Instant, timers: Timers, is_reliable: bool) -> Self {
        Self {
            state: State::Trying,
            timers,
            is_reliable,
            trying: Some(now + timers.non_invite_trying()),
            timer_j: None,
            pending: Pending::new(),
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Instant, input: Input) {
        match (self.state, input) {
            (State::Trying, Input::Wake) if self.trying.is_some_and(|at| at <= now) => {
                self.trying = None;
                self.state = State::Proceeding;
                self.pending.push(Output::SendTrying);
            }
            // RFC 4320 §4.1: the transaction user sends no provisional response to a non-INVITE request.
            (_, Input::Respond(ResponseClass::Provisional)) => {}
            (State::Proceeding, Input::Request) => self.pending.push(Output::SendResponse),
            (State::Trying | State::Proceeding, Input::Respond(_)) => {
                self.trying = None;
                self.state = State::Completed;
                self.timer_j = (!self.is_reliable).then(|| now + self.timers.lifetime());
                self.pending.push(Output::SendResponse);
                self.pending.push(Output::Ended);
            }
            _ => {}
        }
    }

    /// The next output.
    pub fn poll(&mut self) -> Option<Output> {
        self.pending.pop()
    }

    /// When [`Input::Wake`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.trying
    }

    /// Until when the final response is to be repeated; `None` before it, and over a reliable transport.
    pub fn timer_j(&self) -> Option<Instant> {
        self.timer_j
    }

    /// Where the machine is.
    pub fn state(&self) -> State {
        self.state
    }
}
