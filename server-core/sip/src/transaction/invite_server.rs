//! The INVITE server transaction: RFC 3261 §17.2.1 figure 7, with the Accepted state of RFC 6026 §7.1.
//!
//! | timer | when | unreliable | reliable |
//! |---|---|---|---|
//! | trying | 100 is sent if nothing else was | at most 200 ms | the same |
//! | G | retransmission of the failure | min(T1·2ⁿ, T2) | none |
//! | H | waiting for the ACK is given up | 64·T1 | 64·T1 |
//! | I | ACKs are absorbed | T4 | 0 |
//! | L | INVITEs are absorbed after a 2xx | 64·T1 | 64·T1 |

use std::time::{Duration, Instant};

use super::{Pending, ResponseClass, Timers};

/// Where the machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The INVITE came.
    Proceeding,
    /// A failure was sent.
    Completed,
    /// Its ACK came.
    Confirmed,
    /// A 2xx was sent.
    Accepted,
    /// Nothing more.
    Terminated,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The INVITE came again.
    Request,
    /// An ACK came that matches.
    Ack,
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
    /// Give the ACK to the transaction user.
    PassUpAck,
    /// Tell the transaction user that no ACK came.
    AckTimeout,
    /// Forget the transaction.
    Ended,
}

/// The machine.
#[derive(Clone, Debug)]
pub struct InviteServer {
    state: State,
    timers: Timers,
    is_reliable: bool,
    has_responded: bool,
    /// The trying timer or Timer G.
    next: Option<Instant>,
    interval_g: Duration,
    /// Timer H, I or L: the one that the state has.
    end: Option<Instant>,
    pending: Pending<Output>,
}

impl InviteServer {
    /// Starts when the INVITE came; the layer passes it up.
    pub fn new(now: Instant, timers: Timers, is_reliable: bool) -> Self {
        let mut machine = Self {
            state: State::Proceeding,
            timers,
            is_reliable,
            has_responded: false,
            next: Some(now + timers.trying),
            interval_g: timers.t1,
            end: None,
            pending: Pending::new(),
        };
        if timers.trying.is_zero() {
            machine.handle(now, Input::Wake);
        }
        machine
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Instant, input: Input) {
        use ResponseClass::{Failure, Provisional, Success};
        match (self.state, input) {
            (State::Proceeding, Input::Wake) if self.is_next_due(now) => {
                self.next = None;
                self.has_responded = true;
                self.pending.push(Output::SendTrying);
            }
            (State::Proceeding, Input::Request) if self.has_responded => {
                self.pending.push(Output::SendResponse);
            }
            (State::Proceeding, Input::Respond(Provisional)) => {
                self.next = None;
                self.has_responded = true;
                self.pending.push(Output::SendResponse);
            }
            // RFC 6026 §7.1: Accepted, Timer L.
            (State::Proceeding, Input::Respond(Success)) => {
                self.next = None;
                self.end = Some(now + self.timers.lifetime());
                self.state = State::Accepted;
                self.pending.push(Output::SendResponse);
            }
            // §17.2.1: Completed, Timers G and H.
            (State::Proceeding, Input::Respond(Failure)) => {
                self.next = (!self.is_reliable).then(|| now + self.timers.t1);
                self.end = Some(now + self.timers.lifetime());
                self.state = State::Completed;
                self.pending.push(Output::SendResponse);
            }
            (State::Completed, Input::Request) => self.pending.push(Output::SendResponse),
            (State::Completed, Input::Ack) => self.confirm(now),
            (State::Completed, Input::Wake) => self.wake_completed(now),
            (State::Confirmed, Input::Wake) if self.is_due(now) => self.terminate(),
            // RFC 6026 §7.1: 2xx retransmissions of the transaction user pass, INVITEs are absorbed, ACKs go up.
            (State::Accepted, Input::Respond(Success)) => self.pending.push(Output::SendResponse),
            (State::Accepted, Input::Ack) => self.pending.push(Output::PassUpAck),
            (State::Accepted, Input::Wake) if self.is_due(now) => self.terminate(),
            _ => {}
        }
    }

    fn confirm(&mut self, now: Instant) {
        self.next = None;
        if self.is_reliable {
            self.terminate();
        } else {
            self.end = Some(now + self.timers.t4);
            self.state = State::Confirmed;
        }
    }

    fn wake_completed(&mut self, now: Instant) {
        if self.is_due(now) {
            self.pending.push(Output::AckTimeout);
            self.terminate();
        } else if self.is_next_due(now) {
            self.interval_g = (self.interval_g * 2).min(self.timers.t2);
            self.next = Some(now + self.interval_g);
            self.pending.push(Output::SendResponse);
        }
    }

    fn is_next_due(&self, now: Instant) -> bool {
        self.next.is_some_and(|at| at <= now)
    }

    fn is_due(&self, now: Instant) -> bool {
        self.end.is_some_and(|at| at <= now)
    }

    fn terminate(&mut self) {
        self.state = State::Terminated;
        self.next = None;
        self.end = None;
        self.pending.push(Output::Ended);
    }

    /// The next output.
    pub fn poll(&mut self) -> Option<Output> {
        self.pending.pop()
    }

    /// When [`Input::Wake`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.next.into_iter().chain(self.end).min()
    }

    /// Where the machine is.
    pub fn state(&self) -> State {
        self.state
    }
}
