//! Datagrams (RFC 3261 §18, RFC 3581): one message each, read until the socket is empty before the outputs go out.

use std::net::SocketAddr;
use std::rc::Rc;

use plenum_services::{Flow, Transport};
use tokio::net::UdpSocket;

use crate::shard::Shared;

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
        {
            let mut shard = shard.borrow_mut();
            for _ in 0..BATCH {
                // An ICMP error of an earlier send shows here as an error of one read; the next read goes on.
                let Ok((length, peer)) = socket.try_recv_from(&mut buffer) else {
                    break;
                };
                let flow = Flow {
                    transport: Transport::Udp,
                    local,
                    peer,
                    connection: 0,
                };
                shard.message(flow, &buffer[..length]);
                shard.flush();
            }
        }
        tokio::task::yield_now().await;
    }
}
