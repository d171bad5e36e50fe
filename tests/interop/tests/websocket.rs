//! SIP over WebSocket (RFC 7118) on a real socket: the handshake, a message each way, and who is refused.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use plenum_interop::deployment::{Deployment, workspace};
use plenum_interop::peers::PATIENCE;

const PORT: u16 = 15080;

#[test]
fn a_browser_speaks_sip_in_websocket_messages() -> io::Result<()> {
    let example = fs::read_to_string(workspace().join("examples/contoso.yaml"))?;
    let port = format!("udpPort: 15060\n            webSocketPort: {PORT}\n");
    let topology = example.replace("udpPort: 15060\n", &port);
    let mut deployment = Deployment::from_topology("websocket", &topology)?;
    deployment.start()?;

    let (answer, _) = open(&deployment.address, "chat")?;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let (answer, mut socket) = open(&deployment.address, "sip")?;
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    assert!(
        answer
            .to_ascii_lowercase()
            .contains("sec-websocket-protocol: sip"),
        "{answer}"
    );

    let server = format!("{}:{PORT}", deployment.address);
    let request = format!(
        "OPTIONS sip:{server} SIP/2.0\r\nVia: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bKws\r\n\
         Max-Forwards: 70\r\nFrom: <sip:alice@contoso.example>;tag=1\r\nTo: <sip:{server}>\r\nCall-ID: ws\r\n\
         CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    );
    socket.write_all(&masked(request.as_bytes()))?;
    let response = message(&mut socket)?;
    assert!(response.starts_with("SIP/2.0 200 OK\r\n"), "{response}");
    assert!(response.contains("z9hG4bKws"), "{response}");
    socket.write_all(&masked(b"\r\n\r\n"))?;
    assert_eq!(message(&mut socket)?, "\r\n", "a keep-alive is answered");
    deployment.stop()
}

/// Asks for a WebSocket with a subprotocol; the head of the answer, and the connection.
fn open(address: &str, protocol: &str) -> io::Result<(String, TcpStream)> {
    let mut socket = TcpStream::connect((address, PORT))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    write!(
        socket,
        "GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {protocol}\r\n\
         Sec-WebSocket-Version: 13\r\n\r\n"
    )?;
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok((String::from_utf8_lossy(&head).into_owned(), socket))
}

/// One text frame as a client sends it (RFC 6455 §5.2), with a mask of zeros.
fn masked(text: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(text.len()) {
        Ok(short) if short < 126 => frame.push(0x80 | short),
        _ => {
            let length = u16::try_from(text.len()).expect("the request is short");
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text);
    frame
}

/// The text of one frame from the server.
fn message(socket: &mut TcpStream) -> io::Result<String> {
    let mut head = [0; 2];
    socket.read_exact(&mut head)?;
    let mut length = u16::from(head[1]);
    if length == 126 {
        let mut long = [0; 2];
        socket.read_exact(&mut long)?;
        length = u16::from_be_bytes(long);
    }
    let mut text = vec![0; usize::from(length)];
    socket.read_exact(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
