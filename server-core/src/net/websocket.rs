//! SIP over WebSocket (RFC 7118): a handshake that agrees on the subprotocol `sip`, then one SIP message in each
//! WebSocket message, so there is nothing to frame. Connections are accepted only: a browser cannot be called up.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{SinkExt, Stream, StreamExt};
use plenum_services::Flow;
use plenum_sip::wire::stream::PONG;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};

use super::connection::{Connection, Next};
use super::stream::{BODY_LIMIT, MESSAGE_TIMEOUT, Peer, ends};
use crate::shard::Shared;

/// The header that names the subprotocol, and its value (RFC 7118 §4.1).
const PROTOCOL: &str = "sec-websocket-protocol";
const SIP: &str = "sip";
/// A keep-alive inside the WebSocket (RFC 5626 §3.5.1).
const PING: &[u8] = b"\r\n\r\n";
/// The largest message: a body and the headers before it.
const MESSAGE_LIMIT: usize = BODY_LIMIT + 64 * 1024;

/// Bytes that one read takes at most. Each connection holds so many, and SIP messages are mostly shorter.
const READ_SIZE: usize = 4 * 1024;

/// Serves one accepted connection until it ends.
pub(super) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(shard: Shared, stream: S, peer: Peer) {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_SIZE)
        .write_buffer_size(0)
        .max_message_size(Some(MESSAGE_LIMIT))
        .max_frame_size(Some(MESSAGE_LIMIT));
    let begun = Begun::default();
    let stream = Watched {
        stream,
        begun: Rc::clone(&begun),
    };
    let handshake = accept_hdr_async_with_config(stream, agree, Some(config));
    let socket = match timeout(peer.limits.handshake, handshake).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(error)) => {
            tracing::debug!(peer = %peer.address, %error, "WebSocket handshake failed");
            return;
        }
        Err(_) => {
            tracing::debug!(peer = %peer.address, "WebSocket handshake took too long");
            return;
        }
    };
    let idle = peer.limits.idle;
    let (flow, connection) = peer.stands(&shard);
    let (mut sink, source) = socket.split();
    let writing = async {
        loop {
            match connection.next().await {
                Next::Write(message) => sink.send(wrap(&message)).await.map_err(io::Error::other)?,
                Next::Close => return sink.close().await.map_err(io::Error::other),
            }
        }
    };
    let ended = tokio::select! {
        ended = read(&shard, (flow, &connection), source, (&begun, idle)) => ended,
        ended = writing => ended,
        ended = connection.overflows() => ended,
    };
    ends(&shard, flow, ended);
}

/// RFC 7118 §4.2: who does not speak `sip` is refused.
fn agree(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let offered = request.headers().get_all(PROTOCOL).iter();
    let mut offered = offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    if offered.any(|name| name.trim().eq_ignore_ascii_case(SIP)) {
        response
            .headers_mut()
            .insert(PROTOCOL, HeaderValue::from_static(SIP));
        return Ok(response);
    }
    let mut refusal = ErrorResponse::new(Some("The subprotocol has to be sip (RFC 7118)".to_owned()));
    *refusal.status_mut() = StatusCode::BAD_REQUEST;
    Err(refusal)
}

async fn read(
    shard: &Shared,
    (flow, connection): (Flow, &Connection),
    mut source: impl Stream<Item = Result<Message, tungstenite::Error>> + Unpin,
    (begun, idle): (&Begun, Duration),
) -> io::Result<()> {
    let mut until = Instant::now() + MESSAGE_TIMEOUT;
    begun.set(None);
    loop {
        // What has begun is looked at now and then: nobody tells when a message begins.
        let look = until.min(Instant::now() + MESSAGE_TIMEOUT);
        let Ok(next) = timeout_at(look, source.next()).await else {
            let whole_by = begun.get().map_or(until, |begun| begun + MESSAGE_TIMEOUT);
            if whole_by.min(until) <= Instant::now() {
                return Err(io::Error::other("nothing whole arrived for a long time"));
            }
            continue;
        };
        let Some(message) = next else { return Ok(()) };
        begun.set(None);
        match message.map_err(io::Error::other)? {
            Message::Text(text) => take(shard, flow, connection, text.as_bytes()),
            Message::Binary(bytes) => take(shard, flow, connection, &bytes),
            Message::Close(_) => return Ok(()),
            // The crate answers pings by itself.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
        until = Instant::now() + idle;
    }
}

fn take(shard: &Shared, flow: Flow, connection: &Connection, bytes: &[u8]) {
    if bytes == PING {
        connection.send(PONG.into());
        return;
    }
    let mut shard = shard.borrow_mut();
    shard.message(flow, bytes);
    shard.flush();
}

/// Text where it is text, which browsers like better; a body may be anything.
fn wrap(message: &[u8]) -> Message {
    match std::str::from_utf8(message) {
        Ok(text) => Message::text(text),
        Err(_) => Message::binary(message.to_vec()),
    }
}

/// When the first byte came of a message that is not whole yet.
type Begun = Rc<Cell<Option<Instant>>>;

/// A stream that tells when something arrives.
struct Watched<S> {
    stream: S,
    begun: Begun,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            let begun = self.begun.get().unwrap_or_else(Instant::now);
            self.begun.set(Some(begun));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
