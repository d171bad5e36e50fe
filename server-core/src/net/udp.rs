//! Datagrams (RFC 3261 §18, RFC 3581): one message each, read until the socket is empty before the outputs go out.

use std::net::SocketAddr;
use std::rc::Rc;

use plenum_services::{Flow, Transport};
use tokio::net::UdpSocket;

use crate::shard::{Shard, Shared};

/// The largest datagram there is.
const LARGEST: usize = 65_535;

/// How many datagrams one turn takes before timers and connections get theirs.
const BATCH: usize = 64;

/// Reads a socket for as long as the shard lives.
pub async fn run(shard: Shared, socket: Rc<UdpSocket>, local: SocketAddr) {
    let mut buffer = vec![0; LARGEST];
    loop {
        if socket.readable().await.is_err() {
            continue;
        }
        // Given back to the runtime only when there is more: a turn of its own costs a system call.
        if take_batch(&mut shard.borrow_mut(), &socket, local, &mut buffer) == BATCH {
            tokio::task::yield_now().await;
        }
    }
}

/// Takes what has arrived, at most [`BATCH`] datagrams, and carries out what they lead to. Returns how many it took.
fn take_batch(shard: &mut Shard, socket: &UdpSocket, local: SocketAddr, buffer: &mut [u8]) -> usize {
    let mut taken = 0;
    while taken < BATCH {
        // An ICMP error of an earlier send shows here as an error of one read; the next read goes on.
        let Ok((length, peer)) = socket.try_recv_from(buffer) else {
            break;
        };
        let flow = Flow {
            transport: Transport::Udp,
            local,
            peer,
            connection: 0,
        };
        shard.message(flow, &buffer[..length]);
        taken += 1;
    }
    shard.flush();
    taken
}
