//! The response context of a forked request (RFC 3261 §16.7 to §16.10; RFC 4320 §4.2 for non-INVITE).
//!
//! Targets come in groups: all of a group ring together, the next group when nobody of the last one took the request
//! (§16.6: sequential search by q). The context knows no bytes: it says which branch to start, which to cancel, what to
//! send upstream.
//!
//! | timer | when | value |
//! |---|---|---|
//! | C | a branch of an INVITE rings for too long | more than 3 minutes, restarted by each 101 to 199 (§16.6 step 11, §16.8) |
//! | cancel | a cancelled branch does not end | 64·T1 = 32 s (§9.1) |

use std::collections::VecDeque;
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::wire::{HeaderName, Response};

/// Timer C by default: larger than 3 minutes.
pub const TIMER_C: Duration = Duration::from_secs(181);
/// How long a cancelled branch may take to end.
pub const CANCEL_PATIENCE: Duration = Duration::from_secs(32);

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Input {
    /// A response came on a branch.
    Response {
        /// The branch.
        branch: usize,
        /// The response.
        response: Response,
    },
    /// Nobody answered on a branch (Timer B or F).
    Timeout {
        /// The branch.
        branch: usize,
    },
    /// The branch could not be sent: no address, or the transport failed.
    Unreachable {
        /// The branch.
        branch: usize,
    },
    /// The request was cancelled upstream (§16.10).
    Cancelled,
    /// The deadline passed.
    Wake,
}

/// What it wants done.
#[derive(Clone, Debug)]
pub enum Output<T> {
    /// Send a copy of the request to this target.
    Forward {
        /// The branch: 0, 1, …
        branch: usize,
        /// The target.
        target: T,
    },
    /// Send this response upstream at once: a provisional one, or a 2xx.
    Relay {
        /// The response as it came.
        response: Response,
    },
    /// Cancel this branch.
    Cancel {
        /// The branch.
        branch: usize,
    },
    /// Send this upstream; the search is over.
    Final(Final),
}

/// What the search ended with.
#[derive(Clone, Debug)]
pub enum Final {
    /// The best response (§16.7 step 6), with the challenges of the others to be added to it (step 7).
    Best {
        /// The response as it came.
        response: Response,
        /// Challenges of other branches: header and value.
        challenges: Vec<(HeaderName, Vec<u8>)>,
        /// Another status to send it with: a 503 goes upstream as 500 (§16.7 step 6).
        status: u16,
    },
    /// No branch had a response worth sending: this status is ours to make (408, 480, 487, 500, 503).
    Local(u16),
    /// Nothing is sent: a non-INVITE request that nobody answered (RFC 4320 §4.2).
    Nothing,
}

#[derive(Debug)]
struct BranchState {
    /// `None` while it is open.
    outcome: Option<Outcome>,
    timer_c: Option<Instant>,
    cancelled_at: Option<Instant>,
}

#[derive(Debug)]
enum Outcome {
    Answered(Response),
    /// 408 or 503 of our own making.
    Local(u16),
    /// A redirection whose targets became branches.
    Followed,
}

impl Outcome {
    fn status(&self) -> u16 {
        match self {
            Self::Answered(response) => response.status(),
            Self::Local(status) => *status,
            Self::Followed => 300,
        }
    }
}

/// The context of one request.
#[derive(Debug)]
pub struct ResponseContext<T> {
    is_invite: bool,
    timer_c: Duration,
    groups: VecDeque<Vec<T>>,
    branches: Vec<BranchState>,
    is_cancelled: bool,
    is_over: bool,
    /// Whether an answer leaves the other branches ringing.
    keeps_ringing: bool,
    outputs: VecDeque<Output<T>>,
}

impl<T> ResponseContext<T> {
    /// Starts with the first group. Groups are tried in order, their targets all at once.
    pub fn new(now: Instant, is_invite: bool, timer_c: Duration, groups: Vec<Vec<T>>) -> Self {
        let mut context = Self {
            is_invite,
            timer_c,
            groups: groups.into(),
            branches: Vec::new(),
            is_cancelled: false,
            is_over: false,
            keeps_ringing: false,
            outputs: VecDeque::new(),
        };
        context.advance(now);
        context
    }

    /// Adds a group after all others: targets of a 3xx, a forwarding address, voice mail.
    pub fn add_group(&mut self, now: Instant, targets: Vec<T>) {
        self.groups.push_back(targets);
        if !self.is_over && self.open().next().is_none() {
            self.advance(now);
        }
    }

    /// Follows a redirection (§16.5, §16.7 step 4): its targets ring at once, and the branch that it came on has ended.
    /// What is left of the response when not all of it was followed stays a candidate for the best one. Returns the new
    /// branches; none when the search is over.
    pub fn follow(
        &mut self,
        now: Instant,
        branch: usize,
        rest: Option<Response>,
        targets: Vec<T>,
    ) -> Range<usize> {
        let first = self.branches.len();
        let open = self
            .branches
            .get(branch)
            .is_some_and(|state| state.outcome.is_none());
        if open && !self.is_over && !self.is_cancelled {
            self.start(now, targets);
        }
        let outcome = rest.map_or(Outcome::Followed, Outcome::Answered);
        let started = first..self.branches.len();
        self.close(now, branch, outcome);
        started
    }

    /// The caller wants no branch cancelled when another one answers (RFC 3841 §9.1, `no-cancel`).
    pub fn keep_ringing(&mut self) {
        self.keeps_ringing = true;
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Response { branch, response } => self.receive(now, branch, response),
            Input::Timeout { branch } => self.close(now, branch, Outcome::Local(408)),
            // §16.9: as if a 503 had come.
            Input::Unreachable { branch } => self.close(now, branch, Outcome::Local(503)),
            Input::Cancelled => self.cancel_all(now),
            Input::Wake => self.wake(now),
        }
    }

    /// The next output.
    pub fn poll(&mut self) -> Option<Output<T>> {
        let next = self.outputs.pop_front();
        if next.is_none() && self.is_over {
            self.outputs = VecDeque::new();
        }
        next
    }

    /// When [`Input::Wake`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.branches.iter().filter_map(BranchState::deadline).min()
    }

    /// Whether the final response went upstream. 2xx of other branches are still relayed.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    fn receive(&mut self, now: Instant, branch: usize, response: Response) {
        let Some(state) = self.branches.get_mut(branch) else {
            return;
        };
        match response.status() {
            // §16.7 step 2 and 5: 100 is for one hop only.
            100 => {}
            101..200 => {
                if state.outcome.is_none() && state.timer_c.is_some() {
                    state.timer_c = Some(now + self.timer_c);
                }
                if !self.is_over {
                    self.outputs.push_back(Output::Relay { response });
                }
            }
            200..300 => self.succeed(now, branch, response),
            status => {
                self.close(now, branch, Outcome::Answered(response));
                // §16.7 step 5: a 6xx ends the search, but goes upstream only when all branches have ended.
                if status >= 600 && !self.is_over {
                    self.cancel_all(now);
                }
            }
        }
    }

    fn succeed(&mut self, now: Instant, branch: usize, response: Response) {
        let state = &mut self.branches[branch];
        state.end(Outcome::Local(200));
        // Every 2xx to an INVITE goes upstream (§16.7 step 5); to others only the first final response.
        if self.is_invite || !self.is_over {
            self.outputs.push_back(Output::Relay { response });
        }
        self.is_over = true;
        self.groups.clear();
        if !self.keeps_ringing {
            self.cancel_open(now);
        }
    }

    fn close(&mut self, now: Instant, branch: usize, outcome: Outcome) {
        let Some(state) = self
            .branches
            .get_mut(branch)
            .filter(|state| state.outcome.is_none())
        else {
            return;
        };
        state.end(outcome);
        if !self.is_over {
            let decline = self.branches[branch]
                .outcome
                .as_ref()
                .is_some_and(|outcome| outcome.status() >= 600);
            if decline {
                self.groups.clear();
            }
            self.advance(now);
        }
    }

    /// Starts the next group when no branch is open, or ends the search when there is none.
    fn advance(&mut self, now: Instant) {
        while self.open().next().is_none() {
            let Some(group) = self.groups.pop_front().filter(|_| !self.is_cancelled) else {
                self.finish();
                return;
            };
            self.start(now, group);
        }
    }

    fn start(&mut self, now: Instant, targets: Vec<T>) {
        // Most requests go to one place or two; what grows by itself keeps room for four, for 32 s after a call began.
        self.branches.reserve_exact(targets.len());
        self.outputs.reserve_exact(targets.len());
        for target in targets {
            let branch = self.branches.len();
            let timer_c = self.is_invite.then(|| now + self.timer_c);
            self.branches.push(BranchState {
                outcome: None,
                timer_c,
                cancelled_at: None,
            });
            self.outputs.push_back(Output::Forward { branch, target });
        }
    }

    fn open(&self) -> impl Iterator<Item = usize> {
        self.branches
            .iter()
            .enumerate()
            .filter(|(_, state)| state.outcome.is_none())
            .map(|(index, _)| index)
    }

    fn cancel_all(&mut self, now: Instant) {
        self.is_cancelled = true;
        self.groups.clear();
        self.cancel_open(now);
        if !self.is_over && self.open().next().is_none() {
            self.finish();
        }
    }

    fn cancel_open(&mut self, now: Instant) {
        if !self.is_invite {
            return;
        }
        for (branch, state) in self.branches.iter_mut().enumerate() {
            state.cancel(now, branch, &mut self.outputs);
        }
    }

    fn wake(&mut self, now: Instant) {
        for branch in 0..self.branches.len() {
            let state = &mut self.branches[branch];
            if state.outcome.is_some() {
                continue;
            }
            if state.cancelled_at.is_some_and(|at| at + CANCEL_PATIENCE <= now) {
                self.close(now, branch, Outcome::Local(408));
            } else if state.timer_c.is_some_and(|at| at <= now) {
                // §16.8: cancelled if it rang; a branch that never rang is over by Timer B long before.
                state.cancel(now, branch, &mut self.outputs);
            }
        }
    }

    /// Chooses the best response (§16.7 step 6).
    fn finish(&mut self) {
        self.is_over = true;
        let best = (0..self.branches.len())
            .filter_map(|branch| {
                let outcome = self.branches[branch].outcome.as_ref();
                let outcome = outcome.filter(|it| !matches!(it, Outcome::Followed));
                outcome.map(|it| (rank(it.status()), branch))
            })
            .min();
        let last = match best {
            None if self.is_cancelled => Final::Local(487),
            None => Final::Local(480),
            Some((_, branch)) => self.best(branch),
        };
        self.outputs.push_back(Output::Final(last));
    }

    fn best(&mut self, branch: usize) -> Final {
        match self.branches[branch].outcome.take() {
            Some(Outcome::Answered(response)) => {
                // RFC 4320 §4.2: a 408 to a non-INVITE request is of no use to anybody.
                if response.status() == 408 && !self.is_invite {
                    return Final::Nothing;
                }
                let status = if response.status() == 503 {
                    500
                } else {
                    response.status()
                };
                let challenges = if matches!(status, 401 | 407) {
                    self.challenges()
                } else {
                    Vec::new()
                };
                self.branches[branch].outcome = Some(Outcome::Local(status));
                Final::Best {
                    response,
                    challenges,
                    status,
                }
            }
            Some(Outcome::Local(408)) if !self.is_invite => Final::Nothing,
            Some(Outcome::Local(408)) if self.is_cancelled => Final::Local(487),
            Some(Outcome::Local(status)) => Final::Local(status),
            Some(Outcome::Followed) | None => Final::Local(500),
        }
    }

    /// §16.7 step 7: the challenges of all other 401 and 407 responses.
    fn challenges(&self) -> Vec<(HeaderName, Vec<u8>)> {
        let mut challenges = Vec::new();
        for state in &self.branches {
            let Some(Outcome::Answered(response)) = &state.outcome else {
                continue;
            };
            if !matches!(response.status(), 401 | 407) {
                continue;
            }
            for name in [HeaderName::WwwAuthenticate, HeaderName::ProxyAuthenticate] {
                challenges.extend(response.all(name).map(|value| (name, value.to_vec())));
            }
        }
        challenges
    }
}

/// The order of preference: 6xx, then the lowest class. Within 4xx first those that tell the caller how to try again,
/// then what a person's device said (486, 488 …), then that nobody is there, then that nobody answered. 503 after other
/// 5xx.
fn rank(status: u16) -> (u16, u16) {
    match status {
        600.. => (0, status),
        401 | 407 | 415 | 420 | 484 => (4, 0),
        404 | 410 | 480 => (4, 2),
        408 | 430 => (4, 3),
        400..500 => (4, 1),
        503 => (5, 1),
        _ => (status / 100, 0),
    }
}

impl BranchState {
    fn end(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
        self.timer_c = None;
        self.cancelled_at = None;
    }

    fn cancel<T>(&mut self, now: Instant, branch: usize, outputs: &mut VecDeque<Output<T>>) {
        if self.outcome.is_none() && self.cancelled_at.is_none() {
            self.timer_c = None;
            self.cancelled_at = Some(now);
            outputs.push_back(Output::Cancel { branch });
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.timer_c.or(self.cancelled_at.map(|at| at + CANCEL_PATIENCE))
    }
}

#[cfg(test)]
mod tests;
