//! The control channel's vocabulary: what cmdlets ask of a running server, and what it answers.
//!
//! One JSON object a line, over a local socket or an authenticated connection. Cmdlets and server share nothing else.

use plenum_topology::change::Revision;
use serde::{Deserialize, Serialize};

/// A request to one server process (one computer of the topology).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Which services run, since when, at which activity.
    Services,
    /// Starts a service by its Windows-service name (`RTCSRV` …); `None` means all.
    Start {
        /// The service.
        name: Option<String>,
    },
    /// Stops a service; graceful waits for calls and sessions to end.
    Stop {
        /// The service.
        name: Option<String>,
        /// Whether sessions in progress may end first.
        graceful: bool,
    },
    /// Which revision the server runs.
    Status,
    /// Looks for a newer revision now instead of at the next poll.
    Refresh,
    /// Who is signed in: endpoints of one user (address without scheme), or of everybody.
    Sessions {
        /// The user.
        user: Option<String>,
    },
    /// Calls that began a while ago or now, the newest first.
    Calls {
        /// Of one user (address without scheme), or of everybody.
        user: Option<String>,
        /// How many at the most.
        most: u32,
        /// Whether users are named.
        unredacted: bool,
    },
    /// The messages of a call.
    Trace {
        /// Its Call-ID.
        call_id: String,
        /// Whether users, addresses and the messages' texts are told; credentials never are.
        unredacted: bool,
    },
    /// Ends the server in order.
    Shutdown,
}

/// An answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The request was carried out.
    Done,
    /// To [`Request::Services`].
    Services(Vec<ServiceStatus>),
    /// To [`Request::Status`].
    Status(ServerStatus),
    /// To [`Request::Sessions`].
    Sessions(Vec<Session>),
    /// To [`Request::Calls`].
    Calls(Vec<TracedCall>),
    /// To [`Request::Trace`].
    Trace(Vec<TracedMessage>),
    /// The request could not be carried out.
    Failed {
        /// A stable id in PascalCase.
        id: String,
        /// What went wrong.
        message: String,
        /// What to do next.
        hint: Option<String>,
    },
}

impl Answer {
    /// What several parts of a server answered to one request, as one answer: lists joined, figures added up. The first
    /// part's failure is everybody's. `None` without any answer.
    pub fn together(answers: impl IntoIterator<Item = Answer>) -> Option<Answer> {
        answers.into_iter().reduce(Answer::and)
    }

    fn and(self, other: Answer) -> Answer {
        match (self, other) {
            (failed @ Answer::Failed { .. }, _) | (_, failed @ Answer::Failed { .. }) => failed,
            (Answer::Sessions(mut all), Answer::Sessions(more)) => {
                all.extend(more);
                Answer::Sessions(all)
            }
            (Answer::Calls(mut all), Answer::Calls(more)) => {
                all.extend(more);
                Answer::Calls(all)
            }
            (Answer::Trace(mut all), Answer::Trace(more)) => {
                all.extend(more);
                Answer::Trace(all)
            }
            (Answer::Services(all), Answer::Services(more)) => Answer::Services(
                all.into_iter()
                    .zip(more)
                    .map(|(one, other)| one.and(other))
                    .collect(),
            ),
            (first, _) => first,
        }
    }
}

impl ServiceStatus {
    /// The same service in another part of the server: it has stopped when it has stopped everywhere.
    fn and(mut self, other: ServiceStatus) -> ServiceStatus {
        for ((_, figure), (_, more)) in self.activity.iter_mut().zip(other.activity) {
            *figure += more;
        }
        if self.state == "Stopped" {
            self.state = other.state;
        }
        self
    }
}

/// One service of a server process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceStatus {
    /// The service's name, e.g. `RTCSRV`.
    pub name: String,
    /// Its role in the topology, e.g. `Registrar`.
    pub role: String,
    /// `Running`, `Stopped`, `StartPending`, `StopPending` (draining).
    pub state: String,
    /// Figures that `Get-CsWindowsService` shows, e.g. `Incoming Requests per Second=0`.
    pub activity: Vec<(String, f64)>,
}

/// What a server process says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerStatus {
    /// The computer of the topology that it is.
    pub computer: String,
    /// The product's version.
    pub version: String,
    /// The revision that it runs.
    pub revision: Revision,
    /// When it took that revision, in milliseconds since 1970-01-01 UTC.
    pub applied_at: i64,
    /// Why it does not run a newer one, when it knows of one.
    pub behind: Option<String>,
    /// When it was started, in milliseconds since 1970-01-01 UTC.
    pub started_at: i64,
}

/// A call of which messages are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TracedCall {
    /// When it began, in milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// Its Call-ID.
    pub call_id: String,
    /// Who called, without scheme.
    pub from: String,
    /// Who was called, without scheme.
    pub to: String,
}

/// A message of a call, as it passed a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TracedMessage {
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// Whether the server sent it; otherwise it came in.
    pub is_sent: bool,
    /// Tells the other end from those of other messages.
    pub peer: u64,
    /// The other end's address; only its network when redacted.
    pub peer_address: String,
    /// `UDP`, `TCP`, `TLS`, `WS`, `WSS`.
    pub transport: String,
    /// The method, of a response that of its request.
    pub method: String,
    /// The status of a response.
    pub status: Option<u16>,
    /// The reason phrase of a response.
    pub reason: Option<String>,
    /// CSeq.
    pub cseq: String,
    /// Who is in From, without scheme.
    pub from: String,
    /// Who is in To, without scheme.
    pub to: String,
    /// The Reason header (RFC 3326).
    pub cause: Option<String>,
    /// `ms-diagnostics`.
    pub diagnostics: Option<String>,
    /// The whole message, credentials left out; `None` when redacted.
    pub text: Option<String>,
}

/// A signed-in endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The user's address without scheme.
    pub user: String,
    /// The contact URI.
    pub contact: String,
    /// The client, as its User-Agent says.
    pub user_agent: String,
    /// `UDP`, `TCP`, `TLS`, `WS`, `WSS`.
    pub transport: String,
    /// The source address and port.
    pub source: String,
    /// When it signed in, in milliseconds since 1970-01-01 UTC.
    pub since: i64,
    /// Seconds until the registration ends unless it is refreshed.
    pub expires_in: u32,
    /// The availability it publishes, when it does.
    pub availability: Option<String>,
}
