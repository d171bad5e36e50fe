//! What the wire layer costs, operation by operation. `examples/budgets.sh` runs it under callgrind and prints
//! instructions and allocations of each against its budget.
//!
//! `budgets OPERATION COUNT` does the operation COUNT times; `budgets list` names the operations.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use plenum_sip::proxy::{Branch, BranchMaker, Forward, check, prepare, preprocess};
use plenum_sip::transaction::{Event, Outgoing, Output, Timers, TransactionLayer};
use plenum_sip::wire::{HeaderName, Message, Method, Request, ResponseBuilder, Verdict, judge};
use plenum_sip::{Flow, Secret, Transport, testkit};

const REGISTER: &str = "REGISTER sip:contoso.example SIP/2.0\r\n\
Via: SIP/2.0/TLS 192.168.1.20:49152;branch=z9hG4bK87asdks7;rport\r\n\
Max-Forwards: 70\r\n\
From: \"Alice Smith\" <sip:alice.smith@contoso.example>;tag=a73kszlfl;epid=01010101\r\n\
To: <sip:alice.smith@contoso.example>\r\n\
Call-ID: 1j9FpLxk3uxtm8tn@contoso.example\r\n\
CSeq: 2 REGISTER\r\n\
Contact: <sip:192.168.1.20:49152;transport=tls>;+sip.instance=\"<urn:uuid:4C6B2F28-3F37-5A8F-9A9E-1F5C5C2D5C39>\";reg-id=1\r\n\
Supported: path, outbound, gruu\r\n\
Allow: INVITE, ACK, CANCEL, BYE, MESSAGE\r\n\
User-Agent: Phone/1.0\r\n\
Expires: 600\r\n\
Content-Length: 0\r\n\r\n";

const AUTHORIZATION: &str = "Authorization: Digest username=\"alice.smith\",realm=\"contoso.example\",\
nonce=\"0000000000f0000112a34b56c78d90e1f2a34b56c78d90e1\",uri=\"sip:contoso.example\",\
response=\"6629fae49393a05397450978507c4ef1\",algorithm=MD5,cnonce=\"0a4f113b\",qop=auth,nc=00000001\r\nExpires: 600\r\n";

fn register_with_digest() -> String {
    REGISTER.replace("Expires: 600\r\n", AUTHORIZATION)
}

fn invite() -> String {
    let sdp = "v=0\r\no=alice 2890844526 2890844526 IN IP4 192.168.1.20\r\ns=-\r\nc=IN IP4 192.168.1.20\r\nt=0 0\r\n\
        m=audio 49170 RTP/AVP 0 8 9 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:9 G722/8000\r\n\
        a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\nm=video 51372 RTP/AVP 99\r\n\
        a=rtpmap:99 H264/90000\r\na=fmtp:99 profile-level-id=42e01f\r\n";
    format!(
        "INVITE sip:bob@contoso.example SIP/2.0\r\nVia: SIP/2.0/TCP 192.168.1.20:49152;branch=z9hG4bKnashds8;rport\r\n\
         Max-Forwards: 70\r\nRoute: <sip:fe1.contoso.example:5060;transport=tcp;lr>\r\n\
         From: \"Alice Smith\" <sip:alice.smith@contoso.example>;tag=1928301774\r\nTo: Bob <sip:bob@contoso.example>\r\n\
         Call-ID: a84b4c76e66710@192.168.1.20\r\nCSeq: 314159 INVITE\r\n\
         Contact: <sip:alice.smith@192.168.1.20:49152;transport=tcp>\r\n\
         Allow: INVITE, ACK, CANCEL, BYE, MESSAGE, UPDATE\r\nSupported: replaces, timer, 100rel\r\n\
         Session-Expires: 1800\r\nMin-SE: 90\r\nUser-Agent: Phone/1.0\r\nContent-Type: application/sdp\r\n\
         Content-Length: {}\r\n\r\n{sdp}",
        sdp.len()
    )
}

fn notify() -> String {
    let body = format!(
        "<?xml version=\"1.0\"?>\r\n<presence>{}</presence>\r\n",
        "<tuple id=\"a1\">open</tuple>".repeat(130)
    );
    format!(
        "NOTIFY sip:alice.smith@192.168.1.20:49152;transport=tls SIP/2.0\r\n\
         Via: SIP/2.0/TLS fe2.contoso.example:5061;branch=z9hG4bK4711;rport\r\nVia: SIP/2.0/TLS 192.168.7.7;branch=z9hG4bK9\r\n\
         Max-Forwards: 69\r\nRoute: <sip:fe1.contoso.example:5061;transport=tls;lr>\r\n\
         Route: <sip:edge.contoso.example:5061;transport=tls;lr>\r\nFrom: <sip:bob@contoso.example>;tag=n1\r\n\
         To: <sip:alice.smith@contoso.example>;tag=s1\r\nCall-ID: 3c26700d9c1e@192.168.1.20\r\nCSeq: 12 NOTIFY\r\n\
         Contact: <sip:bob@192.168.7.7>\r\nEvent: presence\r\nSubscription-State: active;expires=3000\r\n\
         Content-Type: application/pidf+xml\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn parse(bytes: &Arc<[u8]>) -> Message {
    Message::parse(Arc::clone(bytes)).expect("the example is a message")
}

fn parse_request(bytes: &Arc<[u8]>) -> Request {
    match parse(bytes).arrived_from(([192, 168, 1, 20], 49152).into()) {
        Message::Request(request) => request,
        Message::Response(_) => unreachable!("the example is a request"),
    }
}

/// Everything that a registrar asks of a REGISTER.
fn typed(bytes: &Arc<[u8]>) -> u64 {
    let message = parse(bytes);
    let via = message.via().map(|via| via.branch().map_or(0, str::len));
    let to = message.to().map(|to| to.uri.host().len());
    let from = message.from().map(|from| from.tag().map_or(0, str::len));
    let contact = message.contact().map(|contact| {
        (
            contact.q(),
            contact.expires(),
            contact.instance().map(str::len),
            contact.reg_id(),
            contact.uri().port(),
        )
    });
    let digest = message
        .authorizations(HeaderName::Authorization)
        .next()
        .map(|it| it.digest());
    let outbound = message.has_token(HeaderName::Supported, "outbound");
    let rest = (
        message.call_id().map(str::len),
        message.cseq_parts().map(|cseq| cseq.0),
        message.expires(),
    );
    let _ = black_box((via, to, from, contact, digest, outbound, rest));
    1
}

/// One stateful hop without its transactions: parse, judge, check, route, branch, copy.
fn hop(bytes: &Arc<[u8]>, branches: &mut BranchMaker) -> Arc<[u8]> {
    let message = parse(bytes).arrived_from(([192, 168, 1, 20], 49152).into());
    assert_eq!(judge(&message), Verdict::Accept);
    let Message::Request(request) = message else {
        unreachable!("the example is a request")
    };
    let hash = check(&request, &[], branches).expect("the example is not refused");
    let routing =
        preprocess(&request, |uri| uri.host() == "fe1.contoso.example").expect("the route is whole");
    let branch = branches.forwarding(hash);
    let forward = Forward {
        routing: &routing,
        target: None,
        routes: &[],
        record_route: Some("<sip:fe1.contoso.example:5061;transport=tls;lr>"),
        transport: Transport::Tls,
        sent_by: "fe1.contoso.example:5061",
        branch: &branch,
    };
    prepare(&request, &forward).finish()
}

/// A MESSAGE through both transactions over TCP: request in, copy out, 200 in, 200 out.
fn relay_message(layer: &mut TransactionLayer, branches: &mut BranchMaker, number: u32, now: Instant) {
    let alice = testkit::flow_over(Transport::Tcp, "1:5060", "2:49152");
    let bob = testkit::flow_over(Transport::Tcp, "1:5060", "3:49153");
    let id = format!("m{number}");
    let text = testkit::request(
        &Method::Message,
        "sip:bob@contoso.example",
        "sip:alice@contoso.example",
        &id,
    );
    layer.receive(
        now,
        Message::parse(text.body("text/plain", b"hello").finish()).expect("it is whole"),
        alice,
    );
    let mut waiting = None;
    while let Some(output) = layer.poll() {
        match output {
            Output::Event(Event::Request { id, request, .. }) => {
                let branch = send_copy(layer, branches, &request, bob, now);
                waiting = Some((id, branch));
            }
            Output::Event(Event::Response { response, .. }) => {
                if let (Some((id, _)), Some(bytes)) = (waiting, plenum_sip::proxy::relay(&response)) {
                    layer.respond(now, id, response.status(), bytes);
                }
            }
            Output::Send { flow, bytes } if flow == bob => {
                let copy = Request::parse(bytes).expect("it is whole");
                let answer = ResponseBuilder::new(&copy, 200).to_tag("b").finish();
                layer.receive(now, Message::parse(answer).expect("it is whole"), bob);
            }
            _ => {}
        }
    }
}

fn send_copy(
    layer: &mut TransactionLayer,
    branches: &mut BranchMaker,
    request: &Request,
    flow: Flow,
    now: Instant,
) -> Branch {
    let hash = check(request, &[], branches).expect("the example is not refused");
    let routing = preprocess(request, |_| false).expect("there is no route");
    let branch = branches.forwarding(hash);
    let forward = Forward {
        routing: &routing,
        target: None,
        routes: &[],
        record_route: None,
        transport: Transport::Tcp,
        sent_by: "fe1.contoso.example:5060",
        branch: &branch,
    };
    let bytes = prepare(request, &forward).finish();
    let outgoing = Outgoing {
        bytes,
        method: request.method(),
        branch: branch.as_str(),
    };
    layer.request(now, outgoing, flow).expect("there is room");
    branch
}

/// A message of 64 kB that is as awkward as it can be, read in full.
fn hostile(bytes: &Arc<[u8]>) {
    let message = parse(bytes);
    black_box(judge(&message));
    black_box((
        message.contacts().is_ok(),
        message.vias().count(),
        message.routes().count(),
    ));
}

fn hostile_message(unit: &str, name: &str) -> String {
    let line = format!("{name}{}\r\n", unit.repeat(63_000 / unit.len()));
    REGISTER.replace("User-Agent: Phone/1.0\r\n", &line)
}

const OPERATIONS: &[&str] = &[
    "parse-register",
    "parse-invite",
    "typed-register",
    "judge-register",
    "hop-invite",
    "hop-notify",
    "relay-message",
    "hostile-headers",
    "hostile-contacts",
    "hostile-vias",
    "hostile-params",
    "hostile-quotes",
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let operation = arguments.get(1).map_or("list", String::as_str);
    let count: u32 = arguments.get(2).and_then(|count| count.parse().ok()).unwrap_or(1);
    let text = match operation {
        "parse-register" => REGISTER.to_owned(),
        "typed-register" | "judge-register" => register_with_digest(),
        "parse-invite" | "hop-invite" => invite(),
        "hop-notify" => notify(),
        "relay-message" => String::new(),
        "hostile-headers" => format!(
            "{}{}\r\n",
            REGISTER.trim_end_matches("\r\n"),
            "\r\na:".repeat(2000)
        ),
        "hostile-contacts" => hostile_message("<sip:a@b>,", "Contact: "),
        "hostile-vias" => hostile_message("SIP/2.0/UDP h;a,", "Via: "),
        "hostile-params" => hostile_message(";a", "Contact: <sip:a@b>"),
        "hostile-quotes" => hostile_message("\"\\\"", "Contact: "),
        _ => return println!("{}", OPERATIONS.join("\n")),
    };
    let bytes: Arc<[u8]> = text.into_bytes().into();
    let mut branches = BranchMaker::new(&Secret::new([9; 16]), 0);
    let mut layer = TransactionLayer::new(Timers::default(), 1000, &Secret::new([8; 16]));
    let now = testkit::origin();
    for number in 0..count {
        match operation {
            "typed-register" => _ = black_box(typed(&bytes)),
            "judge-register" => assert_eq!(judge(&parse(&bytes)), Verdict::Accept),
            "parse-register" | "parse-invite" => _ = black_box(parse_request(&bytes)),
            "hop-invite" | "hop-notify" => _ = black_box(hop(&bytes, &mut branches)),
            "relay-message" => relay_message(&mut layer, &mut branches, number, now),
            _ => hostile(&bytes),
        }
    }
    eprintln!("{} bytes", bytes.len());
}
