//! The INVITE client transaction: RFC 3261 §17.1.1 figure 5, with the Accepted state of RFC 6026 §7.2.
//!
//! | timer | when | unreliable | reliable |
//! |---|---|---|---|
//! | A | retransmission of the INVITE | T1, doubled each time | none |
//! | B | the INVITE is given up | 64·T1 | 64·T1 |
//! | D | responses are absorbed after a failure | 32 s | 0 |
//! | M | 2xx are passed up after the first | 64·T1 | 64·T1 |

use std::time::{Duration, Instant};

use super::{Pending, ResponseClass, Timers};

/// Timer D over an unreliable transport: at least 32 s (§17.1.1.2).
const TIMER_D: Duration = Duration::from_secs(32);

/// Where the machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The INVITE was sent.
    Calling,
    /// A provisional response came.
    Proceeding,
    /// A failure came and was acknowledged.
    Completed,
    /// A 2xx came; the transaction user acknowledges it.
    Accepted,
    /// Nothing more.
    Terminated,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A response came.
    Response(ResponseClass),
    /// A CANCEL was sent for it.
    Cancelled,
    /// The transport cannot send.
    TransportError,
    /// The deadline passed.
    Wake,
}

/// What it wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send the INVITE (again).
    SendRequest,
    /// Send the ACK for the failure (again).
    SendAck,
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
pub struct InviteClient {
    state: State,
    timers: Timers,
    is_reliable: bool,
    timer_a: Option<Instant>,
    interval_a: Duration,
    /// Timer B, D or M: the one that the state has.
    end: Option<Instant>,
    pending: Pending<Output>,
}

impl InviteClient {
    /// Starts by sending the INVITE.
    pub fn new(now: Instant, timers: Timers, is_reliable: bool) -> Self {
        let mut pending = Pending::new();
        pending.push(Output::SendRequest);
        Self {
            state: State::Calling,
            timers,
            is_reliable,
            timer_a: (!is_reliable).then(|| now + timers.t1),
            interval_a: timers.t1,
            end: Some(now + timers.lifetime()),
            pending,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Instant, input: Input) {
        use ResponseClass::{Failure, Provisional, Success};
        match (self.state, input) {
            (State::Calling, Input::Wake) => self.wake_calling(now),
            (State::Calling | State::Proceeding, Input::Response(Provisional)) => {
                self.timer_a = None;
                if self.state == State::Calling {
                    self.end = None;
                }
                self.state = State::Proceeding;
                self.pending.push(Output::PassUp);
            }
            // RFC 6026 §7.2: Accepted, Timer M.
            // §9.1: a peer that does not answer for 64·T1 after the CANCEL never will.
            (State::Proceeding, Input::Cancelled) => self.end = Some(now + self.timers.lifetime()),
            (State::Proceeding, Input::Wake) if self.is_due(now) => {
                self.pending.push(Output::Timeout);
                self.terminate();
            }
            (State::Calling | State::Proceeding, Input::Response(Success)) => {
                self.timer_a = None;
                self.end = Some(now + self.timers.lifetime());
                self.state = State::Accepted;
                self.pending.push(Output::PassUp);
            }
            // §17.1.1.2: pass up once, acknowledge, Timer D.
            (State::Calling | State::Proceeding, Input::Response(Failure)) => {
                self.timer_a = None;
                self.pending.push(Output::PassUp);
                self.pending.push(Output::SendAck);
                if self.is_reliable {
                    self.terminate();
                } else {
                    self.end = Some(now + TIMER_D);
                    self.state = State::Completed;
                }
            }
            (State::Completed, Input::Response(Failure)) => self.pending.push(Output::SendAck),
            (State::Accepted, Input::Response(Success)) => self.pending.push(Output::PassUp),
            (State::Completed | State::Accepted, Input::Wake) if self.is_due(now) => self.terminate(),
            // §17.1.4; RFC 6026 §7.2: an Accepted transaction is left alone.
            (State::Calling | State::Completed, Input::TransportError) => {
                self.pending.push(Output::TransportFailed);
                self.terminate();
            }
            _ => {}
        }
    }

    fn wake_calling(&mut self, now: Instant) {
        if self.is_due(now) {
            self.pending.push(Output::Timeout);
            self.terminate();
        } else if self.timer_a.is_some_and(|at| at <= now) {
            self.interval_a *= 2;
            self.timer_a = Some(now + self.interval_a);
            self.pending.push(Output::SendRequest);
        }
    }

    fn is_due(&self, now: Instant) -> bool {
        self.end.is_some_and(|at| at <= now)
    }

    fn terminate(&mut self) {
        self.state = State::Terminated;
        self.timer_a = None;
        self.end = None;
        self.pending.push(Output::Ended);
    }

    /// The next output.
    pub fn poll(&mut self) -> Option<Output> {
        self.pending.pop()
    }

    /// When [`Input::Wake`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.timer_a.into_iter().chain(self.end).min()
    }

    /// Where the machine is.
    pub fn state(&self) -> State {
        self.state
    }
}
