//! What is sent over UDP to who has not proved anything: nobody can have the server send more to a third party than it
//! was sent.

use std::time::Duration;

use plenum_services::{Flow, Input};
use plenum_sip::Message;

use super::bench::{Bench, udp};

const METHODS: [&str; 15] = [
    "REGISTER",
    "INVITE",
    "MESSAGE",
    "SUBSCRIBE",
    "PUBLISH",
    "OPTIONS",
    "NOTIFY",
    "REFER",
    "INFO",
    "UPDATE",
    "PRACK",
    "BYE",
    "CANCEL",
    "SERVICE",
    "JUMP",
];
/// Half a line of headers that phones send with each request.
const USUAL: &str = "
    Max-Forwards: 70
    Contact: <sip:alice@192.0.2.66:5060;transport=udp>;+sip.instance=\"<urn:uuid:00000000-0000-0000-0000-000000000001>\"
    User-Agent: Simulated Phone 3.1
    Allow: INVITE, ACK, CANCEL, BYE, MESSAGE, NOTIFY
    Content-Length: 0";

/// What clients say besides.
const MORE: &str = "
    Supported: path, outbound, gruu, replaces, timer, 100rel
    Accept: application/sdp, application/pidf+xml, text/plain
    Allow-Events: presence, dialog, message-summary, refer";

/// A request of a user whose password is wanted.
fn request(method: &str, number: usize, more: &str) -> String {
    let text = format!(
        "{method} sip:secret.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.66:5060;branch=z9hG4bK{method}{number}
         From: <sip:a@secret.example>;tag=1
         To: <sip:a@secret.example>
         Call-ID: {number}
         CSeq: 1 {method}{more}"
    );
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    lines.join("\r\n") + "\r\n\r\n"
}

/// All that is sent because of a request, for a minute in which nobody acknowledges it.
fn answers(bench: &mut Bench, flow: Flow, request: &str) -> Vec<Message> {
    bench.input(Input::Message {
        flow,
        bytes: request.as_bytes(),
    });
    for _ in 0..120 {
        bench.now += Duration::from_millis(500);
        bench.input(Input::Wake);
    }
    std::mem::take(&mut bench.sent)
        .into_iter()
        .map(|(_, message)| message)
        .collect()
}

#[test]
fn no_answer_to_a_stranger_is_longer_than_a_usual_request() {
    let mut bench = Bench::new();
    for (number, method) in METHODS.iter().enumerate() {
        for (host, damage) in [("to nobody", ""), ("damaged", "\r\nDate: yesterday")] {
            let request = request(method, number, &(USUAL.to_owned() + damage));
            let sent = answers(&mut bench, udp("192.0.2.66:5060"), &request);
            let bytes: usize = sent.iter().map(|message| message.bytes().len()).sum();
            assert_eq!(sent.len(), 1, "{method} {host}: {sent:?}");
            assert!(bytes <= request.len(), "{method}: {bytes} for {}", request.len());
        }
    }
}

#[test]
fn the_shortest_first_register_is_challenged() {
    let request = request("REGISTER", 1, "");
    let mut bench = Bench::new();
    let sent = answers(&mut bench, udp("192.0.2.66:5060"), &request);
    let [Message::Response(challenge)] = &sent[..] else {
        panic!("not one answer: {sent:?}");
    };
    assert_eq!(challenge.status(), 401);
    let text = String::from_utf8_lossy(challenge.bytes());
    assert!(
        text.contains("algorithm=MD5") && !text.contains("SHA-256"),
        "{text}"
    );
    let surplus = challenge.bytes().len() - request.len();
    assert!(surplus < 128, "{surplus} bytes more:\n{text}");
    // Who asks as phones do is offered everything.
    let usual = answers(
        &mut bench,
        udp("192.0.2.66:5060"),
        &self::request("REGISTER", 2, &(USUAL.to_owned() + MORE)),
    );
    let text = String::from_utf8_lossy(usual[0].bytes()).into_owned();
    assert!(text.contains("algorithm=SHA-256"), "{text}");
}

#[test]
fn who_asks_again_is_answered_again_with_the_same_tag() {
    let mut bench = Bench::new();
    let invite = request("INVITE", 1, USUAL);
    let mut tags = (0..2).map(|_| {
        let sent = answers(&mut bench, udp("192.0.2.66:5060"), &invite);
        let Message::Response(response) = &sent[0] else {
            panic!("{sent:?}")
        };
        assert_eq!((sent.len(), response.status()), (1, 407));
        response.to().unwrap().tag().map(str::to_owned)
    });
    assert_eq!(tags.next(), tags.next());
}

#[test]
fn a_flood_of_short_requests_is_not_worth_it_and_others_notice_nothing() {
    let mut bench = Bench::new();
    let (mut received, mut sent) = (0, 0);
    for number in 0..10_000 {
        let request = request(METHODS[number % METHODS.len()], number, "");
        received += request.len();
        bench.input(Input::Message {
            flow: udp("192.0.2.66:5060"),
            bytes: request.as_bytes(),
        });
        sent += std::mem::take(&mut bench.sent)
            .iter()
            .map(|(_, message)| message.bytes().len())
            .sum::<usize>();
    }
    assert!(sent <= received + 8 * 1024, "{sent} for {received}");
    let shortest = request("REGISTER", 1, "");
    assert_eq!(answers(&mut bench, udp("192.0.2.67:5060"), &shortest).len(), 1);
    // A minute has passed, and the flood is forgotten.
    assert_eq!(answers(&mut bench, udp("192.0.2.66:5060"), &shortest).len(), 1);
}
