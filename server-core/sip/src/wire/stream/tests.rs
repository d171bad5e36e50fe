//! Streams cut in odd places.

use super::*;

const MESSAGE: &[u8] = b"OPTIONS sip:a SIP/2.0\r\nl\r\n : 3\r\nX: y\r\n\r\nabc";
const GOOD: &[u8] = b"OPTIONS sip:a SIP/2.0\r\nl : 3\r\nX: y\r\n\r\nabc";

/// All frames of a stream that comes in pieces of one size.
fn frames(mut framer: Framer, bytes: &[u8], piece: usize) -> Vec<String> {
    let mut seen = Vec::new();
    for part in bytes.chunks(piece) {
        framer.push(part);
        loop {
            match framer.next() {
                Ok(Some(Frame::Message(message))) => seen.push(format!("{} bytes", message.len())),
                Ok(Some(other)) => seen.push(format!("{other:?}").to_lowercase()),
                Ok(None) => break,
                Err(error) => {
                    seen.push(error.to_string());
                    return seen;
                }
            }
        }
    }
    seen
}

#[test]
fn messages_and_keep_alives_are_told_apart_in_pieces_of_any_size() {
    let stream = [PING, GOOD, b"\r\n", GOOD, PING, PING, GOOD].concat();
    let whole = format!("{} bytes", GOOD.len());
    for piece in 1..=stream.len() {
        let seen = frames(Framer::accepted(100), &stream, piece);
        assert_eq!(
            seen,
            ["ping", &whole, &whole, "ping", "ping", &whole],
            "by {piece}"
        );
    }
}

#[test]
fn who_opened_the_connection_gets_pongs() {
    let seen = frames(Framer::opened(100), &[PONG, GOOD, PONG].concat(), 1);
    assert_eq!(
        seen,
        [
            "pong".to_owned(),
            format!("{} bytes", GOOD.len()),
            "pong".to_owned()
        ]
    );
}

#[test]
fn a_name_is_not_folded() {
    assert_eq!(
        frames(Framer::accepted(100), MESSAGE, 1000)[0],
        format!("{} bytes", MESSAGE.len() - 3)
    );
}

#[test]
fn a_length_that_cannot_be_used_ends_the_stream_after_its_head() {
    for length in ["-1", "x", "4294967296", "101", "1\r\nContent-Length: 2", ""] {
        let head = format!("OPTIONS sip:a SIP/2.0\r\nContent-Length: {length}\r\n\r\n");
        let seen = frames(Framer::accepted(100), format!("{head}abc").as_bytes(), 7);
        assert_eq!(
            seen,
            [
                format!("{} bytes", head.len()),
                FrameError::LengthUnusable.to_string()
            ],
            "{length}"
        );
    }
}

#[test]
fn a_head_without_end_ends_the_stream() {
    let endless = vec![b'x'; MAX_HEAD + 10];
    assert_eq!(
        frames(Framer::accepted(100), &endless, 4096),
        [FrameError::HeadTooLong.to_string()]
    );
}
