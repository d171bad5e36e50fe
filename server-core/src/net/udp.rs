//! Datagrams (RFC 3261 §18, RFC 3581): one message each, read until the socket is empty before the outputs go out, and
//! those together: every system call that wakes a peer may cost this thread its turn.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use plenum_services::{Flow, Transport};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use self::room::Room;
use crate::shard::{Shard, Shared};

/// The largest datagram there is.
const LARGEST: usize = 65_535;

/// How many datagrams one turn takes before timers and connections get theirs.
const BATCH: usize = 64;

/// The datagrams of one socket that wait to go out.
pub struct Outbox {
    local: SocketAddr,
    socket: Rc<UdpSocket>,
    waiting: Vec<(SocketAddr, Arc<[u8]>)>,
}

impl Outbox {
    /// Of a socket bound to `local`.
    pub fn new(local: SocketAddr, socket: Rc<UdpSocket>) -> Self {
        Self {
            local,
            socket,
            waiting: Vec::new(),
        }
    }

    /// Where the socket is bound.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Puts a datagram behind those that wait. Whether they are enough for one system call.
    pub fn put(&mut self, peer: SocketAddr, bytes: Arc<[u8]>) -> bool {
        self.waiting.push((peer, bytes));
        self.waiting.len() >= post::SLOTS
    }

    /// Sends all that wait. Returns how many are lost: a full socket buffer loses a datagram, as the network may, and
    /// SIP's timers repeat it.
    pub fn flush(&mut self) -> usize {
        let mut lost = 0;
        let mut rest = &self.waiting[..];
        while !rest.is_empty() {
            let sent = post::send(&self.socket, rest);
            // The one that was not taken is lost, and those behind it have their turn.
            let refused = usize::from(sent < rest.len().min(post::SLOTS));
            lost += refused;
            rest = &rest[sent + refused..];
        }
        self.waiting.clear();
        lost
    }
}

/// Reads a socket for as long as the shard lives.
pub async fn run(shard: Shared, socket: Rc<UdpSocket>, local: SocketAddr) {
    let mut room = Room::new();
    loop {
        if socket.readable().await.is_err() {
            continue;
        }
        // Given back to the runtime only when there is more: a turn of its own costs a system call.
        if take_batch(&mut shard.borrow_mut(), &socket, local, &mut room) >= BATCH {
            tokio::task::yield_now().await;
        }
    }
}

/// Takes what has arrived, about [`BATCH`] datagrams at most, and carries out what they lead to. Returns how many it took.
fn take_batch(shard: &mut Shard, socket: &UdpSocket, local: SocketAddr, room: &mut Room) -> usize {
    let mut taken = 0;
    let mut message = |peer: SocketAddr, bytes: &[u8]| {
        let flow = Flow {
            transport: Transport::Udp,
            local,
            peer,
            connection: 0,
        };
        shard.message(flow, bytes);
        taken += 1;
    };
    let mut left = BATCH;
    // An ICMP error of an earlier send shows here as an error of one read; the next read goes on.
    while left > 0
        && socket
            .try_io(Interest::READABLE, || room.receive(socket, &mut message))
            .is_ok()
    {
        left = left.saturating_sub(room::SLOTS);
    }
    shard.flush();
    taken
}

/// Several datagrams to several peers in one system call.
#[cfg(target_os = "linux")]
mod post {
    use std::io::IoSlice;

    use rustix::net::{MMsgHdr, SendAncillaryBuffer, SendFlags, SocketAddrAny, sendmmsg};

    use super::{Arc, SocketAddr, UdpSocket};

    /// How many datagrams one call takes.
    pub(super) const SLOTS: usize = 8;

    /// Sends the first of them, at most [`SLOTS`]. Returns how many went out.
    pub(super) fn send(socket: &UdpSocket, datagrams: &[(SocketAddr, Arc<[u8]>)]) -> usize {
        let count = datagrams.len().min(SLOTS);
        if let [(peer, bytes)] = datagrams {
            return usize::from(socket.try_send_to(bytes, *peer).is_ok());
        }
        // Slots that are not used repeat the last datagram and are not given to the system.
        let datagram = |slot: usize| &datagrams[slot.min(count - 1)];
        let peers: [SocketAddrAny; SLOTS] = std::array::from_fn(|slot| datagram(slot).0.into());
        let slices: [_; SLOTS] = std::array::from_fn(|slot| [IoSlice::new(&datagram(slot).1)]);
        let mut controls: [_; SLOTS] = std::array::from_fn(|_| SendAncillaryBuffer::default());
        let mut control = controls.iter_mut();
        let mut headers: [_; SLOTS] = std::array::from_fn(|slot| {
            let control = control.next().expect("there is one for each slot");
            MMsgHdr::new_with_addr(&peers[slot], &slices[slot], control)
        });
        sendmmsg(socket, &mut headers[..count], SendFlags::DONTWAIT).unwrap_or(0)
    }
}

#[cfg(not(target_os = "linux"))]
mod post {
    use super::{Arc, SocketAddr, UdpSocket};

    /// How many datagrams one call takes.
    pub(super) const SLOTS: usize = 1;

    /// Sends the first of them. Returns how many went out.
    pub(super) fn send(socket: &UdpSocket, datagrams: &[(SocketAddr, Arc<[u8]>)]) -> usize {
        let first = datagrams.first();
        usize::from(first.is_some_and(|(peer, bytes)| socket.try_send_to(bytes, *peer).is_ok()))
    }
}

/// Several datagrams in one system call, which also tells that there are no more.
#[cfg(target_os = "linux")]
mod room {
    use std::io::IoSliceMut;
    use std::os::fd::AsRawFd;

    use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg};

    use super::{LARGEST, SocketAddr, UdpSocket, io};

    /// How many datagrams one call takes.
    pub(super) const SLOTS: usize = 8;

    /// Where datagrams are put.
    pub(super) struct Room {
        bytes: Vec<u8>,
        headers: MultiHeaders<SockaddrStorage>,
    }

    impl Room {
        pub(super) fn new() -> Self {
            Self {
                bytes: vec![0; SLOTS * LARGEST],
                headers: MultiHeaders::preallocate(SLOTS, None),
            }
        }

        /// Gives each datagram that is there to `message`. [`io::ErrorKind::WouldBlock`] when it took the last one.
        pub(super) fn receive(
            &mut self,
            socket: &UdpSocket,
            message: &mut impl FnMut(SocketAddr, &[u8]),
        ) -> io::Result<()> {
            let mut parts = self.bytes.chunks_exact_mut(LARGEST);
            let mut slices: [_; SLOTS] =
                std::array::from_fn(|_| [IoSliceMut::new(parts.next().unwrap_or_default())]);
            let received = recvmmsg(
                socket.as_raw_fd(),
                &mut self.headers,
                slices.iter_mut(),
                MsgFlags::MSG_DONTWAIT,
                None,
            )?;
            let mut taken = 0;
            for datagram in received {
                taken += 1;
                let Some(peer) = datagram.address.as_ref().and_then(peer_of) else {
                    continue;
                };
                message(peer, datagram.iovs().next().unwrap_or_default());
            }
            if taken < SLOTS {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Ok(())
        }
    }

    fn peer_of(address: &SockaddrStorage) -> Option<SocketAddr> {
        let v4 = address.as_sockaddr_in().map(|address| (*address).into());
        v4.or_else(|| address.as_sockaddr_in6().map(|address| (*address).into()))
    }
}

#[cfg(not(target_os = "linux"))]
mod room {
    use super::{LARGEST, SocketAddr, UdpSocket, io};

    /// How many datagrams one call takes.
    pub(super) const SLOTS: usize = 1;

    /// Where a datagram is put.
    pub(super) struct Room(Vec<u8>);

    impl Room {
        pub(super) fn new() -> Self {
            Self(vec![0; LARGEST])
        }

        /// Gives the next datagram to `message`. [`io::ErrorKind::WouldBlock`] when there is none.
        pub(super) fn receive(
            &mut self,
            socket: &UdpSocket,
            message: &mut impl FnMut(SocketAddr, &[u8]),
        ) -> io::Result<()> {
            let (length, peer) = socket.try_recv_from(&mut self.0)?;
            message(peer, &self.0[..length]);
            Ok(())
        }
    }
}
