//! Connections that mean no good, against the running server: half messages and half handshakes, too many of one address,
//! silence, and peers that do not read. And what a connection costs.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use plenum_interop::deployment::{Deployment, SIP_PORT, TLS_PORT, example};
use plenum_interop::hand::request;
use plenum_interop::peers::{PATIENCE, until, until_within};
use socket2::{Domain, Socket, Type};

const WEB_SOCKET_PORT: u16 = 15080;
/// A message that has begun must be whole in 32 s; the server looks a little later.
const CUT_OFF: Duration = Duration::from_secs(75);
/// How often a slow peer sends a byte.
const DRIP: Duration = Duration::from_millis(700);
/// The first bytes of a TLS ClientHello.
const HELLO: &[u8] = &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
const UPGRADE: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n";
/// The head of a masked frame of 60,000 bytes.
const FRAME: &[u8] = &[0x81, 0x80 | 126, 0xea, 0x60, 0, 0, 0, 0];

fn deployment(name: &str, registrar: &str) -> io::Result<Deployment> {
    let port = format!("udpPort: 15060\n            webSocketPort: {WEB_SOCKET_PORT}\n{registrar}");
    let mut deployment = Deployment::from_topology(name, &example()?.replace("udpPort: 15060\n", &port))?;
    deployment.start()?;
    Ok(deployment)
}

/// A connection from an address of the loopback net.
fn connect(deployment: &Deployment, from: &str, port: u16) -> io::Result<TcpStream> {
    let ip = |text: &str| text.parse::<IpAddr>().map_err(io::Error::other);
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::new(ip(from)?, 0).into())?;
    socket.connect(&SocketAddr::new(ip(&deployment.address)?, port).into())?;
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Another address than the server's.
fn elsewhere(deployment: &Deployment) -> String {
    let (net, _) = deployment.address.rsplit_once('.').unwrap_or_default();
    format!("{net}.199")
}

fn options(deployment: &Deployment, id: &str) -> String {
    let server = format!("sip:{}:{SIP_PORT}", deployment.address);
    request("OPTIONS", &server, "TCP 192.0.2.1", "alice", id, "")
}

/// Has the server answer a request.
fn exchange(deployment: &Deployment, stream: &mut TcpStream, id: &str) -> io::Result<()> {
    stream.write_all(options(deployment, id).as_bytes())?;
    let mut answer = [0; 4096];
    let length = stream.read(&mut answer)?;
    assert!(
        answer[..length].starts_with(b"SIP/2.0 200"),
        "{:?}",
        String::from_utf8_lossy(&answer[..length])
    );
    Ok(())
}

/// Whether the server has ended a connection that does not block. What it wrote before is passed over.
fn has_ended(stream: &mut TcpStream) -> bool {
    let mut bytes = [0; 4096];
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != io::ErrorKind::WouldBlock,
        }
    }
}

/// Connections that begin with something and go on a byte at a time.
struct Slow {
    what: &'static str,
    streams: Vec<TcpStream>,
}

impl Slow {
    fn begin(deployment: &Deployment, what: &'static str, port: u16, first: &[&[u8]]) -> io::Result<Slow> {
        let begin = |_| {
            let mut stream = connect(deployment, &deployment.address, port)?;
            for bytes in first {
                stream.write_all(bytes)?;
            }
            stream.set_nonblocking(true)?;
            Ok(stream)
        };
        let streams = (0..100).map(begin).collect::<io::Result<Vec<_>>>()?;
        Ok(Slow { what, streams })
    }

    fn drip(&mut self) {
        for stream in &mut self.streams {
            let _ = stream.write(b"x");
        }
    }
}

#[test]
fn who_begins_and_does_not_end_is_cut_off_and_holds_little_memory() -> io::Result<()> {
    const MOST_KILOBYTES: u64 = 64;
    let mut deployment = deployment("slow", "            handshakeTimeout: 5\n")?;
    let before = deployment.memory()?;
    let sip = options(&deployment, "slow");
    let whole = [
        sip.as_bytes(),
        b"MESSAGE sip:alice@contoso.example SIP/2.0\r\nX: ",
    ]
    .concat();
    let body = sip.replace("Content-Length: 0", "Content-Length: 60000");
    let begin = |what, port, first: &[&[u8]]| Slow::begin(&deployment, what, port, first);
    let mut slow = [
        begin("silence", SIP_PORT, &[])?,
        begin("half a head", SIP_PORT, &[b"OPTIONS sip:"])?,
        begin("half a body", SIP_PORT, &[body.as_bytes()])?,
        begin("a message and half another", SIP_PORT, &[&whole])?,
        begin("TLS, silence", TLS_PORT, &[])?,
        begin("half a TLS handshake", TLS_PORT, &[HELLO])?,
        begin(
            "half a WebSocket handshake",
            WEB_SOCKET_PORT,
            &[b"GET / HTTP/1.1\r\nX: "],
        )?,
        begin("WebSocket, half a frame", WEB_SOCKET_PORT, &[UPGRADE, FRAME])?,
    ];
    let (mut most, count) = (0, slow.len() as u64 * 100);
    let mut dripped = Instant::now();
    until_within(CUT_OFF, "every slow peer to be cut off", || {
        if dripped.elapsed() > DRIP {
            // Silence stays silent.
            slow.iter_mut()
                .filter(|slow| !slow.what.ends_with("silence"))
                .for_each(Slow::drip);
            dripped = Instant::now();
        }
        for slow in &mut slow {
            slow.streams.retain_mut(|stream| !has_ended(stream));
        }
        most = most.max(deployment.memory()?);
        Ok(slow.iter().all(|slow| slow.streams.is_empty()).then_some(()))
    })
    .map_err(|error| {
        let left = slow
            .iter()
            .map(|slow| format!("{}: {}", slow.what, slow.streams.len()));
        io::Error::other(format!("{error}; left: {}", left.collect::<Vec<_>>().join(", ")))
    })?;
    let each = (most - before) / count;
    println!("{count} slow peers: {each} KiB each at the most");
    assert!(each < MOST_KILOBYTES, "{each} KiB each");
    let mut stream = connect(&deployment, &deployment.address, SIP_PORT)?;
    exchange(&deployment, &mut stream, "afterwards")?;
    deployment.stop()
}

#[test]
fn an_address_holds_as_many_connections_as_the_topology_grants() -> io::Result<()> {
    let mut deployment = deployment("census", "            connectionsPerAddress: 20\n")?;
    let elsewhere = elsewhere(&deployment);
    let mut held = Vec::new();
    for number in 0..20 {
        let mut stream = connect(&deployment, &elsewhere, SIP_PORT)?;
        exchange(&deployment, &mut stream, &format!("held{number}"))?;
        held.push(stream);
    }
    for port in [SIP_PORT, TLS_PORT, WEB_SOCKET_PORT] {
        let mut more = connect(&deployment, &elsewhere, port)?;
        let ended = more.read(&mut [0]);
        assert!(!matches!(ended, Ok(1)), "one too many is closed");
    }
    let mut other = connect(&deployment, &deployment.address, SIP_PORT)?;
    exchange(&deployment, &mut other, "other")?;
    drop(held.pop());
    until("a place to be free", || {
        let mut stream = connect(&deployment, &elsewhere, SIP_PORT)?;
        let _ = stream.write_all(options(&deployment, "free").as_bytes());
        Ok(matches!(stream.read(&mut [0; 64]), Ok(length) if length > 0).then_some(()))
    })?;
    deployment.stop()
}

#[test]
fn a_connection_on_which_nothing_comes_is_closed_and_one_that_is_kept_alive_is_not() -> io::Result<()> {
    let mut deployment = deployment("idle", "            idleTimeout: 2\n")?;
    let mut idle = connect(&deployment, &deployment.address, SIP_PORT)?;
    exchange(&deployment, &mut idle, "idle")?;
    let mut alive = connect(&deployment, &deployment.address, SIP_PORT)?;
    exchange(&deployment, &mut alive, "alive")?;
    idle.set_nonblocking(true)?;
    until("the idle one to be closed", || {
        // RFC 5626 §4.4.1: a ping, and its pong.
        alive.write_all(b"\r\n\r\n")?;
        let mut pong = [0; 2];
        alive.read_exact(&mut pong)?;
        Ok(has_ended(&mut idle).then_some(()))
    })?;
    exchange(&deployment, &mut alive, "still")?;
    deployment.stop()
}

#[test]
fn a_peer_that_does_not_read_is_dropped_and_holds_bounded_memory() -> io::Result<()> {
    const MOST_KILOBYTES: u64 = 32 * 1024;
    let mut deployment = deployment("unread", "")?;
    let before = deployment.memory()?;
    let mut stream = connect(&deployment, &deployment.address, SIP_PORT)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let (mut number, mut most) = (0, 0);
    let dropped = loop {
        let batch: String = (0..500)
            .map(|index| options(&deployment, &format!("unread{}", number + index)))
            .collect();
        number += 500;
        most = most.max(deployment.memory()?);
        match stream.write_all(batch.as_bytes()) {
            Ok(()) if number < 500_000 => {}
            ended => break ended,
        }
    };
    println!(
        "dropped after {number} requests: {} KiB at the most",
        most - before
    );
    let dropped = dropped.err().map(|error| error.kind());
    assert!(
        matches!(
            dropped,
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
        ),
        "{dropped:?}"
    );
    assert!(most < before + MOST_KILOBYTES, "{before} KiB before, {most} KiB");
    deployment.stop()
}

#[test]
fn thousands_of_connections_cost_a_few_kilobytes_each() -> io::Result<()> {
    const CONNECTIONS: u64 = 5_000;
    const MOST_KILOBYTES: u64 = 12;
    let mut deployment = deployment("thousands", "")?;
    let before = deployment.memory()?;
    let mut held = Vec::new();
    for number in 0..CONNECTIONS {
        let mut stream = connect(&deployment, &deployment.address, SIP_PORT)?;
        exchange(&deployment, &mut stream, &format!("held{number}"))?;
        held.push(stream);
    }
    let bytes = (deployment.memory()? - before) * 1024 / CONNECTIONS;
    println!("{CONNECTIONS} TCP connections: {bytes} bytes each");
    assert!(bytes < MOST_KILOBYTES * 1024, "{bytes} bytes each");
    deployment.stop()
}
