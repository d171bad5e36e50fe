//! Requests written by hand, from any address of the loopback net: what no lawful phone sends.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use plenum_sip::Message;
use plenum_sip::auth::client::{Attempt, answer};
use plenum_sip::wire::{HeaderName, Method, Response};

use crate::peers::PATIENCE;

/// T1: who hears nothing asks again.
const AGAIN: Duration = Duration::from_millis(500);
/// The largest datagram.
const LARGEST: usize = 65_536;

/// A request of a user, its lines without ends; `more` are further lines.
pub fn request(method: &str, uri: &str, via: &str, user: &str, id: &str, more: &str) -> String {
    let lines = format!(
        "{method} {uri} SIP/2.0\n\
         Via: SIP/2.0/{via};branch=z9hG4bK{id}\n\
         Max-Forwards: 70\n\
         From: <sip:{user}@contoso.example>;tag=1\n\
         To: <sip:{user}@contoso.example>\n\
         Call-ID: {id}\n\
         CSeq: 1 {method}\n\
         {more}Content-Length: 0\n\n"
    );
    lines.replace('\n', "\r\n")
}

/// The Authorization line of a request to `uri` for the first challenge of a response.
pub fn proof(
    challenged: &Response,
    method: &Method,
    uri: &str,
    user: &str,
    password: &str,
    count: u32,
) -> String {
    let (challenges, name) = if challenged.status() == 401 {
        (HeaderName::WwwAuthenticate, "Authorization")
    } else {
        (HeaderName::ProxyAuthenticate, "Proxy-Authorization")
    };
    let attempt = Attempt {
        method,
        uri,
        count,
        cnonce: "0a4f113b",
    };
    let challenge = challenged.authorizations(challenges).next();
    let value = challenge.and_then(|challenge| answer(&challenge, user, password, attempt));
    format!("{name}: {}\n", value.unwrap_or_default())
}

/// A socket of one address.
pub struct Hand {
    socket: UdpSocket,
    user: String,
    number: u32,
}

impl Hand {
    /// Of a user, who sends from this address to the server.
    pub fn new(user: &str, from: &str, server: (&str, u16)) -> io::Result<Hand> {
        let socket = UdpSocket::bind((from, 0))?;
        socket.connect(server)?;
        let user = user.to_owned();
        Ok(Hand {
            socket,
            user,
            number: 0,
        })
    }

    /// Where it is.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// A request that was not sent yet.
    pub fn request(&mut self, method: &str, uri: &str, more: &str) -> io::Result<String> {
        self.number += 1;
        let local = self.socket.local_addr()?;
        let id = format!("{}{}x{}", self.user, local.port(), self.number);
        Ok(request(
            method,
            uri,
            &format!("UDP {local};rport"),
            &self.user,
            &id,
            more,
        ))
    }

    /// Sends bytes and does not wait.
    pub fn send(&self, bytes: &[u8]) -> io::Result<()> {
        self.socket.send(bytes).map(drop)
    }

    /// What comes within a time; nothing is no error.
    pub fn hear(&self, within: Duration) -> io::Result<Option<Vec<u8>>> {
        self.socket.set_read_timeout(Some(within))?;
        let mut bytes = vec![0; LARGEST];
        match self.socket.recv(&mut bytes) {
            Ok(length) => Ok(Some(bytes[..length].to_vec())),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The final answer to a request, which is sent again until it comes.
    pub fn ask(&self, request: &str) -> io::Result<Response> {
        let branch = request.lines().nth(1).unwrap_or_default();
        let branch = branch.rsplit("branch=").next().unwrap_or_default().to_owned();
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            self.send(request.as_bytes())?;
            while let Some(bytes) = self.hear(AGAIN)? {
                if let Ok(Message::Response(response)) = Message::parse(&bytes[..])
                    && response.status() >= 200
                    && response.via().is_ok_and(|via| via.branch() == Some(&branch))
                {
                    return Ok(response);
                }
            }
        }
        Err(io::Error::other(format!("no answer to:\n{request}")))
    }
}
