//! One UDP socket, the requests under way on it (RFC 3261 §17.1: sent again after T1, 2·T1 …, given up after 64·T1) and
//! the answers that are matched to them by the branch, which says where in the table the request stands.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_sip::Message;

use crate::calls::Calls;
use crate::phones::Phones;
use crate::report::Report;

const T1: Duration = Duration::from_millis(500);
const T2: Duration = Duration::from_secs(4);
/// Datagrams that are read before the clock is looked at again.
const BATCH: usize = 256;

/// The activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    SignIn,
    SignOut,
    Refresh,
    Poll,
    Watch,
    Publish,
    Message,
    Call,
    HangUp,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignOut => "sign-out",
            Self::Refresh => "refresh",
            Self::Poll => "presence poll",
            Self::Watch => "subscription",
            Self::Publish => "publication",
            Self::Message => "message",
            Self::Call => "call attempt",
            Self::HangUp => "hang-up",
        }
    }
}

/// Something that an endpoint does.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    pub kind: Kind,
    /// Who does it.
    pub endpoint: usize,
    /// To whom: a user's number; of a hang-up, the number of the call.
    pub target: u32,
}

/// A request under way.
pub struct Sent {
    pub act: Act,
    /// When it was first sent, before any challenge.
    pub began: Instant,
    bytes: Arc<[u8]>,
    pub challenged: bool,
    /// A provisional response came: it is not sent again.
    proceeding: bool,
    generation: u32,
    open: bool,
    interval: Duration,
}

/// Names a request under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    index: u32,
    generation: u32,
}

impl Ticket {
    /// The branch of the request; also good as a Call-ID.
    pub fn branch(self) -> String {
        format!("z9hG4bK{:08x}{:08x}", self.index, self.generation)
    }

    /// For an ACK of a 200, which is a transaction of its own that nobody answers; the call tells them apart.
    pub fn unanswered() -> Self {
        Self {
            index: u32::MAX,
            generation: 0,
        }
    }

    pub fn from_branch(branch: &str) -> Option<Self> {
        let hex = branch.strip_prefix("z9hG4bK")?;
        Some(Self {
            index: u32::from_str_radix(hex.get(..8)?, 16).ok()?,
            generation: u32::from_str_radix(hex.get(8..16)?, 16).ok()?,
        })
    }
}

/// The socket and the table.
pub struct Exchange {
    socket: UdpSocket,
    pub local: SocketAddr,
    sent: Vec<Sent>,
    free: Vec<u32>,
    again: BinaryHeap<Reverse<(Instant, Ticket)>>,
    pub calls: Calls,
    pub report: Report,
    buffer: Box<[u8; 65_536]>,
}

impl Exchange {
    pub fn connect(server: SocketAddr) -> std::io::Result<Self> {
        let socket = UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0))?;
        socket2::SockRef::from(&socket).set_recv_buffer_size(32 << 20)?;
        socket.connect(server)?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            local: socket.local_addr()?,
            socket,
            sent: Vec::new(),
            free: Vec::new(),
            again: BinaryHeap::new(),
            calls: Calls::default(),
            report: Report::default(),
            buffer: Box::new([0; 65_536]),
        })
    }

    pub fn under_way(&self) -> usize {
        self.sent.len() - self.free.len()
    }

    /// A place in the table for a request that is written next.
    pub fn ticket(&mut self) -> Ticket {
        let index = self.free.pop().unwrap_or_else(|| {
            let now = Instant::now();
            self.sent.push(Sent {
                act: Act {
                    kind: Kind::Poll,
                    endpoint: 0,
                    target: 0,
                },
                began: now,
                bytes: Arc::from([]),
                challenged: false,
                proceeding: false,
                generation: 0,
                open: false,
                interval: T1,
            });
            self.sent.len() as u32 - 1
        });
        let place = &mut self.sent[index as usize];
        place.generation += 1;
        Ticket {
            index,
            generation: place.generation,
        }
    }

    /// Sends a request, and again until it is answered. The second try after a challenge says when the first began.
    pub fn send(&mut self, ticket: Ticket, act: Act, bytes: Arc<[u8]>, began: Option<Instant>) {
        let now = Instant::now();
        self.push(&bytes);
        self.sent[ticket.index as usize] = Sent {
            act,
            began: began.unwrap_or(now),
            bytes,
            challenged: began.is_some(),
            proceeding: false,
            generation: ticket.generation,
            open: true,
            interval: T1,
        };
        self.again.push(Reverse((now + T1, ticket)));
    }

    /// Bytes that nobody answers: an ACK or a response.
    pub fn push(&mut self, bytes: &[u8]) {
        // A full buffer is a lost datagram; the timers see to it.
        let _ = self.socket.send(bytes);
    }

    pub fn find(&self, ticket: Ticket) -> Option<&Sent> {
        self.sent
            .get(ticket.index as usize)
            .filter(|sent| sent.open && sent.generation == ticket.generation)
    }

    /// Takes a request out of the table.
    pub fn end(&mut self, ticket: Ticket) {
        let sent = &mut self.sent[ticket.index as usize];
        if sent.open && sent.generation == ticket.generation {
            sent.open = false;
            self.free.push(ticket.index);
        }
    }

    /// Ends a request that went well.
    pub fn succeed(&mut self, ticket: Ticket) {
        if let Some(sent) = self.find(ticket) {
            let (kind, began) = (sent.act.kind, sent.began);
            self.report.done(kind.name(), began.elapsed());
            self.end(ticket);
        }
    }

    pub fn fail(&mut self, ticket: Ticket, why: String) {
        if let Some(sent) = self.find(ticket) {
            let kind = sent.act.kind;
            self.report.failed(kind.name(), why);
            self.end(ticket);
        }
    }

    /// Runs until at most so many requests are under way.
    pub fn settle(&mut self, phones: &mut Phones, most: usize) -> std::io::Result<()> {
        while self.under_way() > most {
            self.turn(phones)?;
        }
        Ok(())
    }

    /// Reads what arrived and sends what is due; sleeps a moment when there was nothing.
    pub fn turn(&mut self, phones: &mut Phones) -> std::io::Result<()> {
        let mut idle = true;
        for _ in 0..BATCH {
            match self.socket.recv(&mut self.buffer[..]) {
                Ok(length) => {
                    idle = false;
                    let bytes: Arc<[u8]> = Arc::from(&self.buffer[..length]);
                    self.receive(phones, bytes);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                // The server's port was closed for a moment.
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
                Err(error) => return Err(error),
            }
        }
        self.send_again();
        self.wake_calls(phones);
        if idle {
            std::thread::sleep(Duration::from_micros(100));
        }
        Ok(())
    }

    fn receive(&mut self, phones: &mut Phones, bytes: Arc<[u8]>) {
        match Message::parse(bytes) {
            Ok(Message::Request(request)) => self.asked(phones, &request),
            Ok(Message::Response(response)) => {
                let ticket = response
                    .via()
                    .ok()
                    .and_then(|via| Ticket::from_branch(via.branch()?));
                let Some(ticket) = ticket.filter(|ticket| self.find(*ticket).is_some()) else {
                    self.acknowledge_again(&response);
                    return;
                };
                if response.status() < 200 {
                    self.sent[ticket.index as usize].proceeding = true;
                    if response.status() == 180 {
                        self.rings(ticket);
                    }
                } else {
                    phones.answered(self, ticket, &response);
                }
            }
            Err(error) => self.report.failed("reading", error.to_string()),
        }
    }

    fn send_again(&mut self) {
        let now = Instant::now();
        while let Some(Reverse((due, ticket))) = self.again.peek().copied() {
            if due > now {
                return;
            }
            self.again.pop();
            let Some(sent) = self.find(ticket) else { continue };
            if now - sent.began > 64 * T1 {
                self.fail(ticket, "no answer".to_owned());
                continue;
            }
            let (bytes, proceeding) = (Arc::clone(&sent.bytes), sent.proceeding);
            let interval = (sent.interval * 2).min(T2);
            self.sent[ticket.index as usize].interval = interval;
            self.again.push(Reverse((now + interval, ticket)));
            if !proceeding {
                self.report.repeated += 1;
                self.push(&bytes);
            }
        }
    }
}
