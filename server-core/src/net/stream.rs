//! Connections: TCP and TLS, accepted and opened, framed into messages (RFC 3261 §18.3, RFC 5626 §4.4.1 keep-alive).
//!
//! A connection is one task. It reads and writes at the same time, answers keep-alives by itself, and ends when the
//! peer closes, sends what cannot be framed, or stays silent for too long. Limits stand here, named.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use plenum_services::{Flow, OpenId, Peer as Expected, Target, Transport};
use plenum_sip::wire::stream::{Frame, Framer, PONG};
use plenum_topology::model::RegistrarService;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use super::connection::{Connection, Next};
use super::websocket;
use crate::shard::Shared;
use crate::tls::Reception;

/// A connection to a peer that is not answered in this time has failed.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A message that has begun is whole within this time, and the first one of an accepted connection is there: who sends a
/// byte a minute, or connects and says nothing, holds a place for nothing.
pub(super) const MESSAGE_TIMEOUT: Duration = Duration::from_secs(32);
/// How long answers may still go to a peer that sends nothing more.
const HALF_CLOSED: Duration = Duration::from_secs(1);
/// Bytes that one read takes at most.
const READ_SIZE: usize = 16 * 1024;
/// The largest body; conferences and contact lists stay far below.
pub(super) const BODY_LIMIT: usize = 1024 * 1024;
/// A listener that cannot accept (no file descriptors left) tries again after this.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What the topology grants connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Accepted ones that one address may hold; a site behind one address translator is one address.
    pub per_address: usize,
    /// One on which nothing arrives for this long is closed; RFC 5626 §4.4.1 keep-alives come every two minutes.
    pub idle: Duration,
    /// A TLS or WebSocket handshake that takes longer is given up.
    pub handshake: Duration,
}

impl Limits {
    /// As the topology says, or as it would.
    pub fn of(registrar: &RegistrarService) -> Limits {
        Limits {
            per_address: registrar.connections_per_address as usize,
            idle: Duration::from_secs(registrar.idle_timeout.into()),
            handshake: Duration::from_secs(registrar.handshake_timeout.into()),
        }
    }
}

/// How connections that we open prove and check identities.
#[derive(Clone)]
pub struct Dialer {
    /// TLS trusting the deployment's authority.
    pub checked: TlsConnector,
    /// TLS trusting whoever answers.
    pub unchecked: TlsConnector,
    /// How long anything may take.
    pub limits: Limits,
}

/// Accepted connections by address, over all listeners of a server. A lock, since connections come seldom.
pub type Census = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Accepts connections for as long as the shard lives; with `tls`, each begins with a handshake.
pub async fn accept(
    shard: Shared,
    listener: TcpListener,
    local: SocketAddr,
    transport: Transport,
    tls: Option<Reception>,
    (census, limits): (Census, Limits),
) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%local, %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Some(seat) = Seat::take(&census, peer.ip(), limits.per_address) else {
            tracing::warn!(%local, address = %peer.ip(), "too many connections from one address");
            continue;
        };
        let shard = Rc::clone(&shard);
        let tls = tls.clone();
        tokio::task::spawn_local(async move {
            let _seat = seat;
            let _ = stream.set_nodelay(true);
            let peer = Peer {
                transport,
                local,
                address: peer,
                opened: None,
                names: Vec::new(),
                limits,
            };
            match tls {
                None => serve_accepted(shard, stream, peer).await,
                Some(tls) => match Box::pin(tokio::time::timeout(
                    limits.handshake,
                    tls.acceptor.accept(stream),
                ))
                .await
                {
                    Ok(Ok(stream)) => {
                        let names = tls.names(stream.get_ref().1);
                        serve_accepted(shard, stream, Peer { names, ..peer }).await;
                    }
                    Ok(Err(error)) => tracing::debug!(peer = %peer.address, %error, "TLS handshake failed"),
                    Err(_) => tracing::debug!(peer = %peer.address, "TLS handshake took too long"),
                },
            }
        });
    }
}

/// Each kind is in a box of its own, so that no connection has the size of the largest kind.
async fn serve_accepted<S: AsyncRead + AsyncWrite + Unpin>(shard: Shared, stream: S, peer: Peer) {
    match peer.transport {
        Transport::Ws | Transport::Wss => Box::pin(websocket::serve(shard, stream, peer)).await,
        _ => Box::pin(serve(shard, stream, peer)).await,
    }
}

/// One accepted connection's place in its address's allowance.
struct Seat {
    census: Census,
    address: IpAddr,
}

impl Seat {
    fn take(census: &Census, address: IpAddr, most: usize) -> Option<Seat> {
        let mut counts = census.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&address).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        counts.insert(address, count + 1);
        Some(Seat {
            census: Arc::clone(census),
            address,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut counts = self.census.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

/// Opens the connections that the world wants.
pub async fn run_opener(
    shard: Shared,
    dialer: Dialer,
    mut wanted: mpsc::UnboundedReceiver<(OpenId, Target)>,
) {
    while let Some((id, target)) = wanted.recv().await {
        tokio::task::spawn_local(open(Rc::clone(&shard), dialer.clone(), id, target));
    }
}

async fn open(shard: Shared, dialer: Dialer, id: OpenId, target: Target) {
    let connected = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(target.address)).await;
    let failed = match connected {
        Ok(Ok(stream)) => match handshake_and_serve(&shard, &dialer, id, &target, stream).await {
            Ok(()) => return,
            Err(error) => error.to_string(),
        },
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", CONNECT_TIMEOUT.as_secs()),
    };
    let mut shard = shard.borrow_mut();
    shard.open_failed(id, format!("{}: {failed}", target.address));
    shard.flush();
}

async fn handshake_and_serve(
    shard: &Shared,
    dialer: &Dialer,
    id: OpenId,
    target: &Target,
    stream: TcpStream,
) -> io::Result<()> {
    let _ = stream.set_nodelay(true);
    let local = stream.local_addr()?;
    let mut peer = Peer {
        transport: target.transport,
        local,
        address: target.address,
        opened: Some(id),
        names: Vec::new(),
        limits: dialer.limits,
    };
    match target.transport {
        Transport::Tcp => serve(Rc::clone(shard), stream, peer).await,
        Transport::Tls => {
            let address = target.address.ip().to_string();
            let (tls, name) = match &target.peer {
                Expected::Named(name) => (&dialer.checked, name.clone()),
                Expected::AtAddress => (&dialer.checked, address),
                Expected::Anybody => (&dialer.unchecked, address),
            };
            let server_name = name.clone().try_into().map_err(io::Error::other)?;
            let stream = tokio::time::timeout(dialer.limits.handshake, tls.connect(server_name, stream))
                .await
                .map_err(|_| io::Error::other("the TLS handshake took too long"))??;
            if target.peer != Expected::Anybody {
                peer.names = vec![name];
            }
            serve(Rc::clone(shard), stream, peer).await;
        }
        Transport::Udp | Transport::Ws | Transport::Wss => {
            return Err(io::Error::other(format!(
                "{:?} connections are not opened by this server",
                target.transport
            )));
        }
    }
    Ok(())
}

/// What is known of a connection before its first byte.
pub(super) struct Peer {
    transport: Transport,
    local: SocketAddr,
    pub(super) address: SocketAddr,
    opened: Option<OpenId>,
    names: Vec<String>,
    pub(super) limits: Limits,
}

impl Peer {
    /// Tells the shard that the connection stands.
    pub(super) fn stands(self, shard: &Shared) -> (Flow, Connection) {
        let connection = Connection::default();
        let mut shard = shard.borrow_mut();
        let flow = Flow {
            transport: self.transport,
            local: self.local,
            peer: self.address,
            connection: shard.connection_number(),
        };
        shard.opened(flow, connection.clone(), self.opened, self.names);
        shard.flush();
        (flow, connection)
    }
}

/// Tells the shard that a connection has ended.
pub(super) fn ends(shard: &Shared, flow: Flow, ended: io::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(peer = %flow.peer, %error, "connection ended");
    }
    let mut shard = shard.borrow_mut();
    shard.closed(flow);
    shard.flush();
}

async fn serve<S: AsyncRead + AsyncWrite>(shard: Shared, stream: S, peer: Peer) {
    let (accepted, idle) = (peer.opened.is_none(), peer.limits.idle);
    let framer = if accepted {
        Framer::accepted(BODY_LIMIT)
    } else {
        Framer::opened(BODY_LIMIT)
    };
    let (flow, connection) = peer.stands(&shard);
    let (reader, writer) = tokio::io::split(stream);
    let reading = async {
        let until = Instant::now() + if accepted { MESSAGE_TIMEOUT } else { idle };
        read(&shard, (flow, &connection), reader, framer, (until, idle)).await?;
        // A peer that has only closed its sending side still reads: answers that are being found go out.
        tokio::time::sleep(HALF_CLOSED).await;
        io::Result::Ok(())
    };
    let ended = tokio::select! {
        ended = reading => ended,
        ended = write(&connection, writer) => ended,
        ended = connection.overflows() => ended,
    };
    ends(&shard, flow, ended);
}

async fn read<R: AsyncRead>(
    shard: &Shared,
    (flow, connection): (Flow, &Connection),
    mut reader: tokio::io::ReadHalf<R>,
    mut framer: Framer,
    (mut until, idle): (Instant, Duration),
) -> io::Result<()> {
    loop {
        let begins = framer.pending() == 0;
        let count = tokio::time::timeout_at(until, fill(&mut reader, &mut framer))
            .await
            .map_err(|_| io::Error::other("nothing whole arrived for a long time"))??;
        if count == 0 {
            return Ok(());
        }
        let mut whole = false;
        let mut shard = shard.borrow_mut();
        loop {
            match framer.next() {
                Ok(Some(Frame::Message(bytes))) => {
                    whole = true;
                    shard.message(flow, bytes);
                    shard.flush();
                }
                Ok(Some(Frame::Ping)) => {
                    whole = true;
                    connection.send(Arc::from(PONG));
                }
                Ok(Some(Frame::Pong)) => whole = true,
                Ok(None) => break,
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        if framer.pending() == 0 {
            until = Instant::now() + idle;
        } else if begins || whole {
            until = Instant::now() + MESSAGE_TIMEOUT;
        }
    }
}

/// Reads once, through a buffer that all connections of a shard share: one that waits has none.
async fn fill<R: AsyncRead>(reader: &mut tokio::io::ReadHalf<R>, framer: &mut Framer) -> io::Result<usize> {
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_SIZE]);
    }
    std::future::poll_fn(|context| {
        BUFFER.with_borrow_mut(|buffer| {
            let mut buffer = ReadBuf::new(buffer);
            std::task::ready!(Pin::new(&mut *reader).poll_read(context, &mut buffer))?;
            framer.push(buffer.filled());
            Poll::Ready(Ok(buffer.filled().len()))
        })
    })
    .await
}

async fn write<W: AsyncWrite>(
    connection: &Connection,
    mut writer: tokio::io::WriteHalf<W>,
) -> io::Result<()> {
    loop {
        match connection.next().await {
            Next::Write(message) => writer.write_all(&message).await?,
            Next::Close => {
                let _ = writer.shutdown().await;
                return Ok(());
            }
        }
        // What else is queued goes out with the same flush: fewer TLS records, fewer system calls.
        while let Some(Next::Write(message)) = connection.try_next() {
            writer.write_all(&message).await?;
        }
        writer.flush().await?;
    }
}
