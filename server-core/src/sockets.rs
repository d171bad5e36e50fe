//! The sockets of a computer: what its topology says, opened before anything is started.

use std::io;
use std::net::SocketAddr;

use plenum_services::{Listener, Transport};
use plenum_topology::identity::Role;
use plenum_topology::model::port::Protocol;
use plenum_topology::model::{Computer, Pool};
use socket2::{Domain, Socket, Type};
use tokio::net::TcpListener;

use crate::server::ServerError;

/// The receive buffer of UDP sockets: a burst of a few thousand messages waits there while a shard works.
const UDP_BUFFER: usize = 8 * 1024 * 1024;
/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;

/// Every socket of the computer, opened before anything is started: all of them or an error that names each that failed.
pub(crate) struct Sockets {
    /// What is listened on.
    pub(crate) listeners: Vec<Listener>,
    /// What each shard serves.
    pub(crate) shards: Vec<OfShard>,
    /// Health and metrics.
    pub(crate) health: Option<TcpListener>,
}

/// A shard's own sockets: the kernel spreads datagrams over the shards by where they come from, and whichever shard is
/// free accepts a connection.
#[derive(Default)]
pub(crate) struct OfShard {
    pub(crate) udp: Vec<(std::net::UdpSocket, SocketAddr)>,
    pub(crate) streams: Vec<(std::net::TcpListener, SocketAddr, Transport)>,
}

impl OfShard {
    fn add(&mut self, place: SocketAddr, transport: Transport, socket: Socket) {
        match transport {
            Transport::Udp => self.udp.push((socket.into(), place)),
            _ => self.streams.push((socket.into(), place, transport)),
        }
    }
}

impl Sockets {
    pub(crate) fn open(pool: &Pool, computer: &Computer, shards: u8) -> Result<Sockets, ServerError> {
        let address = computer.listen_address();
        let mut sockets = Sockets {
            listeners: Vec::new(),
            shards: (0..shards).map(|_| OfShard::default()).collect(),
            health: None,
        };
        let mut problems = Vec::new();
        for (transport, port) in sip_ports(pool) {
            let place = SocketAddr::new(address, port);
            let opened = match transport {
                Transport::Udp => open_datagrams(place, shards),
                _ => open_stream(place).and_then(|socket| copies(socket, shards)),
            };
            match opened {
                Ok(opened) => {
                    for (shard, socket) in sockets.shards.iter_mut().zip(opened) {
                        shard.add(place, transport, socket);
                    }
                    sockets.listeners.push(Listener {
                        transport,
                        address: place,
                    });
                }
                Err(error) => {
                    problems.push(listen_problem(&format!("SIP over {transport:?}"), place, &error));
                }
            }
        }
        if let Some(port) = pool.health_port {
            let place = SocketAddr::new(address, port);
            match open_stream(place).and_then(|socket| TcpListener::from_std(socket.into())) {
                Ok(listener) => sockets.health = Some(listener),
                Err(error) => problems.push(listen_problem("health", place, &error)),
            }
        }
        if problems.is_empty() {
            Ok(sockets)
        } else {
            Err(ServerError::Listen(problems))
        }
    }
}

fn sip_ports(pool: &Pool) -> Vec<(Transport, u16)> {
    let transport = |protocol| match protocol {
        Protocol::Mtls | Protocol::Tls => Some(Transport::Tls),
        Protocol::Tcp => Some(Transport::Tcp),
        Protocol::Udp => Some(Transport::Udp),
        Protocol::WebSocket => Some(Transport::Ws),
        Protocol::WebSocketTls => Some(Transport::Wss),
        Protocol::TcpOrUdp | Protocol::Http | Protocol::Https => None,
    };
    let ports = pool.ports_of(Role::Registrar);
    let sip = ports.iter().filter(|port| port.usage == "SipServer");
    // One listener serves clients and servers, which the topology names apart.
    let mut listeners: Vec<(Transport, u16)> = Vec::new();
    for listener in sip.filter_map(|port| Some((transport(port.protocol)?, port.number))) {
        if !listeners.contains(&listener) {
            listeners.push(listener);
        }
    }
    listeners
}

/// A socket for each shard. Several share the address, which any other program of this account could then join: so the
/// address is taken alone first, to see that nobody has it.
fn open_datagrams(place: SocketAddr, shards: u8) -> io::Result<Vec<Socket>> {
    let alone = open_datagram(place, false)?;
    if shards == 1 {
        return Ok(vec![alone]);
    }
    drop(alone);
    (0..shards).map(|_| open_datagram(place, true)).collect()
}

fn open_datagram(place: SocketAddr, shared: bool) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(place), Type::DGRAM, None)?;
    socket.set_nonblocking(true)?;
    socket.set_reuse_port(shared)?;
    // The kernel gives what it allows; less only means that bursts are lost sooner.
    let _ = socket.set_recv_buffer_size(UDP_BUFFER);
    let _ = socket.set_send_buffer_size(UDP_BUFFER);
    socket.bind(&place.into())?;
    Ok(socket)
}

fn open_stream(place: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(place), Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    // Connections of a server that ended a moment ago do not keep the port (TIME_WAIT); a live listener does.
    socket.set_reuse_address(true)?;
    socket.bind(&place.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket)
}

fn copies(socket: Socket, shards: u8) -> io::Result<Vec<Socket>> {
    let mut copies = (1..shards)
        .map(|_| socket.try_clone())
        .collect::<io::Result<Vec<_>>>()?;
    copies.push(socket);
    Ok(copies)
}

fn listen_problem(what: &str, place: SocketAddr, error: &io::Error) -> String {
    let next = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there; stop it, or change the port in the topology"
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need the right to bind them (CAP_NET_BIND_SERVICE), or choose a higher one in the topology"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have that address; change the computer's address in the topology"
        }
        _ => "look at the address and the port in the topology",
    };
    format!("{what} cannot listen on {place}: {error}: {next}")
}
