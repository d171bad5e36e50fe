//! The 49 messages of RFC 4475, as datagrams and as streams: what each must come to.
//!
//! `tests/torture/*.sip` are the messages as the RFC prints them, with CRLF line ends.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use plenum_sip::wire::{Frame, Framer, Message, Verdict, judge};

/// What a message comes to.
#[derive(Debug, PartialEq)]
enum Fate {
    Accept,
    Status(u16),
    Drop,
}

use Fate::{Accept, Drop, Status};

const EXPECTED: [(&str, &str, Fate); 49] = [
    ("wsinv", "3.1.1.1", Accept),
    ("intmeth", "3.1.1.2", Accept),
    ("esc01", "3.1.1.3", Accept),
    ("escnull", "3.1.1.4", Accept),
    ("esc02", "3.1.1.5", Accept),
    ("lwsdisp", "3.1.1.6", Accept),
    ("longreq", "3.1.1.7", Accept),
    ("dblreq", "3.1.1.8", Accept),
    ("semiuri", "3.1.1.9", Accept),
    ("transports", "3.1.1.10", Accept),
    ("mpart01", "3.1.1.11", Accept),
    ("unreason", "3.1.1.12", Accept),
    ("noreason", "3.1.1.13", Accept),
    ("badinv01", "3.1.2.1", Status(400)),
    ("clerr", "3.1.2.2", Status(400)),
    ("ncl", "3.1.2.3", Status(400)),
    ("scalar02", "3.1.2.4", Status(400)),
    ("scalarlg", "3.1.2.5", Drop),
    ("quotbal", "3.1.2.6", Status(400)),
    ("ltgtruri", "3.1.2.7", Status(400)),
    ("lwsruri", "3.1.2.8", Status(400)),
    ("lwsstart", "3.1.2.9", Status(400)),
    ("trws", "3.1.2.10", Status(400)),
    ("escruri", "3.1.2.11", Status(400)),
    ("baddate", "3.1.2.12", Status(400)),
    ("regbadct", "3.1.2.13", Status(400)),
    ("badaspec", "3.1.2.14", Status(400)),
    ("baddn", "3.1.2.15", Status(400)),
    ("badvers", "3.1.2.16", Status(505)),
    ("mismatch01", "3.1.2.17", Status(400)),
    ("mismatch02", "3.1.2.18", Status(400)),
    ("bigcode", "3.1.2.19", Drop),
    ("badbranch", "3.2.1", Accept),
    ("insuf", "3.3.1", Status(400)),
    ("unkscm", "3.3.2", Status(416)),
    ("novelsc", "3.3.3", Status(416)),
    ("unksm2", "3.3.4", Accept),
    ("bext01", "3.3.5", Accept),
    ("invut", "3.3.6", Accept),
    ("regaut01", "3.3.7", Accept),
    ("multi01", "3.3.8", Status(400)),
    ("mcl01", "3.3.9", Status(400)),
    ("bcast", "3.3.10", Accept),
    ("zeromf", "3.3.11", Accept),
    ("cparam01", "3.3.12", Accept),
    ("cparam02", "3.3.13", Accept),
    ("regescrt", "3.3.14", Accept),
    ("sdp01", "3.3.15", Accept),
    ("inv2543", "3.4.1", Accept),
];

fn read(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/torture/{name}.sip", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn fate(bytes: &[u8]) -> Fate {
    let Ok(message) = Message::parse(bytes) else {
        return Drop;
    };
    match judge(&message) {
        Verdict::Accept => Accept,
        Verdict::Refuse(refusal) => Status(refusal.status),
        Verdict::Drop { .. } => Drop,
    }
}

fn parse(name: &str) -> Message {
    Message::parse(read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn each_datagram_gets_what_the_rfc_says() {
    for (name, section, expected) in EXPECTED {
        assert_eq!(fate(&read(name)), expected, "{name}, section {section}");
    }
}

#[test]
fn each_refusal_is_a_response_that_is_itself_accepted() {
    for (name, _, expected) in EXPECTED {
        let (Status(status), Message::Request(request)) = (&expected, parse(name)) else {
            continue;
        };
        let Verdict::Refuse(refusal) = judge(&Message::Request(request.clone())) else {
            panic!("{name}")
        };
        let answer = Message::parse(refusal.response(&request, "t", "1", usize::MAX)).unwrap();
        let Message::Response(answer) = answer else {
            panic!("{name}: not a response")
        };
        assert_eq!(answer.status(), *status, "{name}");
        assert_eq!(answer.fault(), None, "{name}");
    }
}

/// The first message of a stream that comes in pieces, and what the stream does afterwards.
fn stream(bytes: &[u8], piece: usize) -> (Option<Vec<u8>>, bool) {
    let mut framer = Framer::accepted(65_536);
    let mut first = None;
    for part in bytes.chunks(piece) {
        framer.push(part);
        loop {
            match framer.next() {
                Ok(Some(Frame::Message(message))) => {
                    first.get_or_insert_with(|| message.to_vec());
                }
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return (first, false),
            }
        }
    }
    (first, true)
}

#[test]
fn each_stream_gets_the_same_in_pieces_of_any_size() {
    for (name, section, expected) in EXPECTED {
        let bytes = read(name);
        for piece in [1, 3, 1000, bytes.len()] {
            let (message, is_open) = stream(&bytes, piece);
            // clerr waits for bytes that never come; the connection's idle limit ends that.
            let wanted = if name == "clerr" { None } else { Some(&expected) };
            assert_eq!(
                message.as_deref().map(fate).as_ref(),
                wanted,
                "{name}, section {section}, by {piece}"
            );
            let ends = matches!(name, "ncl" | "mcl01");
            assert_eq!(
                is_open, !ends,
                "{name}: nobody can tell where the next message would start"
            );
        }
    }
}

#[test]
fn a_second_message_in_a_datagram_is_noise_and_in_a_stream_a_message() {
    let bytes = read("dblreq");
    assert!(matches!(parse("dblreq"), Message::Request(request) if request.method().as_str() == "REGISTER"));
    let mut framer = Framer::accepted(65_536);
    framer.push(&bytes);
    let mut messages = 0;
    while let Ok(Some(frame)) = framer.next() {
        messages += usize::from(matches!(frame, Frame::Message(_)));
    }
    assert_eq!(messages, 2);
}

#[test]
fn details_that_the_rfc_points_out() {
    let message = parse("wsinv");
    assert_eq!(message.cseq().unwrap().number, 9);
    assert_eq!(message.max_forwards(), Ok(Some(68)));
    assert_eq!(message.vias().count(), 3);
    assert_eq!(message.to().unwrap().tag(), Some("1918181833n"));
    assert_eq!(
        message.from().unwrap().display_text().as_deref(),
        Some("J Rosenberg \\\"")
    );
    assert_eq!(message.contact().unwrap().q(), 330);
    assert_eq!(message.body().len(), 150);
    assert_eq!(
        message.named("newfangledheader"),
        Some(&b"newfangled value\r\n continued newfangled value"[..])
    );

    let Message::Request(request) = parse("intmeth") else {
        panic!()
    };
    assert_eq!(request.uri().unwrap().host(), "example.com");
    assert!(request.uri().unwrap().password().is_some());

    let Message::Request(request) = parse("esc01") else {
        panic!()
    };
    assert_eq!(
        request.uri().unwrap().user_text().as_deref(),
        Some("sips:user@example.com")
    );

    let Message::Request(request) = parse("esc02") else {
        panic!()
    };
    assert_eq!(request.method().as_str(), "RE%47IST%45R");

    assert_eq!(parse("longreq").vias().filter(Result::is_ok).count(), 34);
    assert!(
        parse("longreq")
            .call_id()
            .unwrap()
            .starts_with("longreq.onereallyreally")
    );

    let Message::Request(request) = parse("semiuri") else {
        panic!()
    };
    assert_eq!(
        request.uri().unwrap().user_text().as_deref(),
        Some("user;par=u@example.net")
    );

    assert_eq!(parse("badbranch").via().unwrap().unique_branch(), None);
    assert!(
        parse("cparam01")
            .contact()
            .unwrap()
            .address
            .params
            .has("unknownparam")
    );
    assert!(
        parse("cparam02")
            .contact()
            .unwrap()
            .uri()
            .has_param("unknownparam")
    );
    assert!(parse("regescrt").contact().unwrap().uri().has_headers());
    assert_eq!(parse("mpart01").content_type().unwrap().unwrap().subtype, "mixed");
    assert!(!parse("sdp01").accepts("application", "sdp", true));
}
