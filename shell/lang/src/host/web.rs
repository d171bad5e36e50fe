//! One exchange over HTTP: a request goes out, an answer comes back. Redirections, cookies and credentials are decided
//! by whoever asks.

use std::io;
use std::time::Duration;

/// What is asked.
#[derive(Clone, Debug)]
pub struct WebRequest {
    /// The method, as it goes out.
    pub method: String,
    /// The whole address, `http` or `https`.
    pub uri: String,
    /// Names and values in order.
    pub headers: Vec<(String, String)>,
    /// The content, where there is one.
    pub body: Option<Vec<u8>>,
    /// How long the whole exchange may take.
    pub timeout: Option<Duration>,
    /// The server's certificate is not looked at.
    pub any_certificate: bool,
    /// No proxy of the environment is used.
    pub direct: bool,
}

/// What came back.
pub struct WebResponse {
    /// The status, e.g. 200.
    pub status: u16,
    /// Its usual name, e.g. `Not Found`.
    pub reason: &'static str,
    /// The protocol, e.g. `HTTP/1.1`.
    pub version: &'static str,
    /// Names and values in order.
    pub headers: Vec<(String, String)>,
    /// The content, as it arrives.
    pub body: Box<dyn io::Read + Send>,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebFailure {
    /// It took too long.
    TimedOut,
    /// The pipeline was stopped.
    Stopped,
    /// The address or a header is none.
    Invalid(String),
    /// The server cannot be reached, or says what is no answer.
    Failed(String),
}
