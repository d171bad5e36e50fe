//! Matching, and whole transactions over a wire that loses.

use std::net::SocketAddr;
use std::time::Duration;

use super::*;
use crate::flow::Transport;
use crate::testkit::messages::read_request;
use crate::testkit::{Conditions, Endpoint, Network, flow, flow_over, invite, origin, request};

fn layer() -> TransactionLayer {
    TransactionLayer::new(Timers::default(), 1000, &Secret::new([3; 16]))
}

fn receive(layer: &mut TransactionLayer, now: Instant, bytes: Arc<[u8]>, flow: Flow) -> Vec<Output> {
    layer.receive(now, Message::parse(bytes).unwrap(), flow);
    drain(layer)
}

fn drain(layer: &mut TransactionLayer) -> Vec<Output> {
    std::iter::from_fn(|| layer.poll()).collect()
}

/// What came out, in a few words.
fn words(outputs: &[Output]) -> Vec<String> {
    outputs
        .iter()
        .map(|output| match output {
            Output::Send { bytes, flow } => match Message::parse(Arc::clone(bytes)).unwrap() {
                Message::Request(request) => format!("send {} to {}", request.method(), flow.peer),
                Message::Response(response) => format!("send {} to {}", response.status(), flow.peer),
            },
            Output::Event(Event::Request { request, .. }) => format!("request {}", request.method()),
            Output::Event(Event::Response { response, .. }) => format!("response {}", response.status()),
            Output::Event(Event::Cancelled { .. }) => "cancelled".to_owned(),
            Output::Event(Event::Ack { .. }) => "ack".to_owned(),
            Output::Event(Event::Repeated { .. }) => "repeated".to_owned(),
            Output::Event(Event::Stray { .. }) => "stray".to_owned(),
            Output::Event(Event::Timeout { .. }) => "timeout".to_owned(),
            Output::Event(Event::TransportFailed { .. }) => "transport failed".to_owned(),
            Output::Event(Event::AckTimeout { .. }) => "no ack".to_owned(),
            Output::Event(Event::ClientEnded { .. } | Event::ServerEnded { .. }) => "ended".to_owned(),
        })
        .collect()
}

fn server_id(outputs: &[Output]) -> ServerId {
    outputs
        .iter()
        .find_map(|output| match output {
            Output::Event(Event::Request { id, .. }) => Some(*id),
            _ => None,
        })
        .expect("a request came")
}

fn answer(request: &Request, status: u16) -> Arc<[u8]> {
    ResponseBuilder::new(request, status).to_tag("uas").finish()
}

fn bye(id: &str) -> Arc<[u8]> {
    request(
        &Method::Bye,
        "sip:bob@contoso.example",
        "sip:alice@contoso.example",
        id,
    )
    .finish()
}

fn call(id: &str) -> Arc<[u8]> {
    invite("sip:bob@contoso.example", "sip:alice@contoso.example", id).finish()
}

#[test]
fn a_retransmission_gets_the_same_answer_and_is_not_passed_up() {
    let (mut layer, now, wire) = (layer(), origin(), flow("2:5060", "1:5060"));
    let outputs = receive(&mut layer, now, bye("a"), wire);
    assert_eq!(words(&outputs), ["request BYE"]);
    assert!(receive(&mut layer, now, bye("a"), wire).is_empty());
    layer.respond(
        now,
        server_id(&outputs),
        200,
        answer(&read_request(bye("a")), 200),
    );
    assert_eq!(words(&drain(&mut layer)), ["send 200 to 192.0.2.1:5060", "ended"]);
    assert_eq!(
        words(&receive(&mut layer, now, bye("a"), wire)),
        ["send 200 to 192.0.2.1:5060"]
    );
    let timer_j = now + Duration::from_secs(32);
    assert_eq!((layer.deadline(), layer.len()), (Some(timer_j), 1));
    layer.wake(timer_j);
    assert_eq!((layer.deadline(), layer.len()), (None, 0));
}

#[test]
fn an_answer_that_is_not_kept_is_asked_for_again_until_timer_j() {
    let (mut layer, now, wire) = (layer(), origin(), flow("2:5060", "1:5060"));
    let id = server_id(&receive(&mut layer, now, bye("a"), wire));
    let bytes = answer(&read_request(bye("a")), 200);
    layer.respond_afresh(now, id, 200, bytes);
    assert_eq!(words(&drain(&mut layer)), ["send 200 to 192.0.2.1:5060", "ended"]);
    assert_eq!(words(&receive(&mut layer, now, bye("a"), wire)), ["repeated"]);
    let timer_j = now + Duration::from_secs(32);
    layer.wake(timer_j);
    assert_eq!((layer.deadline(), layer.len()), (None, 0));
    assert_eq!(
        words(&receive(&mut layer, timer_j, bye("a"), wire)),
        ["request BYE"]
    );
}

#[test]
fn a_request_that_is_never_answered_is_forgotten() {
    let (mut layer, now, wire) = (layer(), origin(), flow("2:5060", "1:5060"));
    let id = server_id(&receive(&mut layer, now, bye("a"), wire));
    layer.abandon(id);
    assert_eq!(words(&drain(&mut layer)), ["ended"]);
    assert!(layer.is_empty() && layer.deadline().is_none());
}

#[test]
fn the_same_branch_from_another_sent_by_is_another_transaction() {
    let (mut layer, now, wire) = (layer(), origin(), flow("2:5060", "1:5060"));
    receive(&mut layer, now, bye("a"), wire);
    let other = String::from_utf8(bye("a").to_vec())
        .unwrap()
        .replace("UDP 192.0.2.1:5060", "UDP 192.0.2.9:5060");
    assert_eq!(
        words(&receive(&mut layer, now, other.into_bytes().into(), wire)),
        ["request BYE"]
    );
}

#[test]
fn the_same_branch_by_another_transport_is_another_transaction_answered_where_it_came_from() {
    let (mut layer, now) = (layer(), origin());
    let datagrams = flow("2:5060", "1:5060");
    let stream = flow_over(Transport::Tcp, "2:5060", "1:40001");
    let first = receive(&mut layer, now, bye("a"), datagrams);
    let second = receive(&mut layer, now, bye("a"), stream);
    assert_eq!(
        (words(&first), words(&second)),
        (vec!["request BYE".to_owned()], vec!["request BYE".to_owned()])
    );
    for (outputs, expected) in [(first, datagrams), (second, stream)] {
        let answer = answer(&read_request(bye("a")), 200);
        layer.respond(now, server_id(&outputs), 200, answer);
        let flows: Vec<Flow> = drain(&mut layer)
            .iter()
            .filter_map(|output| match output {
                Output::Send { flow, .. } => Some(*flow),
                Output::Event(_) => None,
            })
            .collect();
        assert_eq!(flows, [expected]);
    }
}

#[test]
fn a_request_repeated_on_a_new_connection_is_answered_there_if_the_peer_is_the_same() {
    let now = origin();
    let old = flow_over(Transport::Tcp, "2:5060", "1:40001");
    for (peer, answered_to) in [("1:40002", "192.0.2.1:40002"), ("9:40002", "192.0.2.1:40001")] {
        let mut layer = layer();
        let outputs = receive(&mut layer, now, bye("a"), old);
        let repeated = receive(
            &mut layer,
            now,
            bye("a"),
            flow_over(Transport::Tcp, "2:5060", peer),
        );
        assert!(repeated.is_empty(), "it is not passed up again");
        let answer = answer(&read_request(bye("a")), 200);
        layer.respond(now, server_id(&outputs), 200, answer);
        assert_eq!(words(&drain(&mut layer))[0], format!("send 200 to {answered_to}"));
    }
}

#[test]
fn requests_without_a_unique_branch_are_matched_as_rfc_2543_did() {
    let (mut layer, now, wire) = (layer(), origin(), flow("2:5060", "1:5060"));
    let old = |bytes: Arc<[u8]>| -> Arc<[u8]> {
        String::from_utf8(bytes.to_vec())
            .unwrap()
            .replace(";branch=z9hG4bKa", ";branch=z9hG4bK")
            .into_bytes()
            .into()
    };
    let outputs = receive(&mut layer, now, old(call("a")), wire);
    assert_eq!(words(&outputs), ["request INVITE"]);
    assert!(receive(&mut layer, now, old(call("a")), wire).is_empty());
    layer.respond(
        now,
        server_id(&outputs),
        486,
        answer(&read_request(old(call("a"))), 486),
    );
    drain(&mut layer);
    let ack = String::from_utf8(old(call("a")).to_vec()).unwrap();
    let ack = ack
        .replace("INVITE sip", "ACK sip")
        .replace("1 INVITE", "1 ACK")
        .replace(
            "To: <sip:bob@contoso.example>",
            "To: <sip:bob@contoso.example>;tag=uas",
        );
    assert!(
        receive(&mut layer, now, ack.into_bytes().into(), wire).is_empty(),
        "the ACK is absorbed"
    );
    layer.wake(now + Duration::from_millis(600));
    assert!(drain(&mut layer).is_empty(), "nothing is repeated after the ACK");
}

#[test]
fn a_cancel_is_answered_and_told_and_one_that_matches_nothing_is_a_request() {
    let (mut layer, now, wire) = (layer(), origin(), flow("2:5060", "1:5060"));
    let cancel = |id: &str| -> Arc<[u8]> {
        request(
            &Method::Cancel,
            "sip:bob@contoso.example",
            "sip:alice@contoso.example",
            id,
        )
        .finish()
    };
    receive(&mut layer, now, call("a"), wire);
    assert_eq!(
        words(&receive(&mut layer, now, cancel("a"), wire)),
        ["send 200 to 192.0.2.1:5060", "ended", "cancelled"]
    );
    assert_eq!(
        words(&receive(&mut layer, now, cancel("b"), wire)),
        ["request CANCEL"]
    );
}

#[test]
fn a_cancel_waits_for_the_first_provisional_response() {
    let (mut layer, now, wire) = (layer(), origin(), flow("1:5060", "2:5060"));
    let bytes = call("a");
    let outgoing = Outgoing {
        bytes: Arc::clone(&bytes),
        method: &Method::Invite,
        branch: "z9hG4bKa",
    };
    let id = layer.request(now, outgoing, wire).unwrap();
    layer.cancel(
        now,
        id,
        &[(
            HeaderName::Reason,
            "SIP;cause=200;text=\"Call completed elsewhere\"",
        )],
    );
    assert_eq!(words(&drain(&mut layer)), ["send INVITE to 192.0.2.2:5060"]);
    let ringing = answer(&read_request(bytes), 180);
    let outputs = receive(&mut layer, now, ringing, wire);
    assert_eq!(words(&outputs), ["send CANCEL to 192.0.2.2:5060", "response 180"]);
    let Output::Send { bytes, .. } = &outputs[0] else {
        panic!()
    };
    let cancel = read_request(Arc::clone(bytes));
    assert_eq!(cancel.via().unwrap().branch(), Some("z9hG4bKa"));
    assert!(cancel.has(HeaderName::Reason) && cancel.to().unwrap().tag().is_none());
}

#[test]
fn a_failure_is_acknowledged_on_the_same_hop_with_the_tag_of_the_answer() {
    let (mut layer, now, wire) = (layer(), origin(), flow("1:5060", "2:5060"));
    let bytes = call("a");
    layer.request(
        now,
        Outgoing {
            bytes: Arc::clone(&bytes),
            method: &Method::Invite,
            branch: "z9hG4bKa",
        },
        wire,
    );
    drain(&mut layer);
    let busy = answer(&read_request(bytes), 486);
    let outputs = receive(&mut layer, now, Arc::clone(&busy), wire);
    assert_eq!(words(&outputs), ["response 486", "send ACK to 192.0.2.2:5060"]);
    let Output::Send { bytes, .. } = &outputs[1] else {
        panic!()
    };
    let ack = read_request(Arc::clone(bytes));
    assert_eq!(
        (ack.via().unwrap().branch(), ack.to().unwrap().tag()),
        (Some("z9hG4bKa"), Some("uas"))
    );
    assert_eq!(
        words(&receive(&mut layer, now, busy, wire)),
        ["send ACK to 192.0.2.2:5060"]
    );
}

#[test]
fn a_response_that_matches_nothing_is_a_stray() {
    let (mut layer, now) = (layer(), origin());
    let response = answer(&read_request(call("a")), 200);
    assert_eq!(
        words(&receive(&mut layer, now, response, flow("1:5060", "2:5060"))),
        ["stray"]
    );
}

#[test]
fn responses_go_where_via_says_and_over_tcp_back_on_the_connection() {
    let (mut layer, now) = (layer(), origin());
    for (wire, expected) in [
        (flow("2:5060", "1:40000"), "send 200 to 192.0.2.1:5060"),
        (
            flow_over(Transport::Tcp, "2:5060", "1:40001"),
            "send 200 to 192.0.2.1:40001",
        ),
    ] {
        let id = wire.transport.via_name();
        let outputs = receive(&mut layer, now, bye(id), wire);
        layer.respond(now, server_id(&outputs), 200, answer(&read_request(bye(id)), 200));
        assert_eq!(words(&drain(&mut layer))[0], expected);
    }
}

#[test]
fn a_closed_connection_fails_what_waits_on_it_and_nothing_else() {
    let (mut layer, now) = (layer(), origin());
    let one = flow_over(Transport::Tcp, "1:5060", "2:5060");
    let other = flow_over(Transport::Tcp, "1:5060", "3:5099");
    for (id, wire) in [("a", one), ("b", one), ("c", other)] {
        let branch = format!("z9hG4bK{id}");
        layer
            .request(
                now,
                Outgoing {
                    bytes: bye(id),
                    method: &Method::Bye,
                    branch: &branch,
                },
                wire,
            )
            .unwrap();
    }
    drain(&mut layer);
    layer.flow_closed(now, one.connection);
    let told = words(&drain(&mut layer));
    assert_eq!(told, ["transport failed", "ended", "transport failed", "ended"]);
    assert_eq!(layer.len(), 1);
}

#[test]
fn beyond_the_limit_new_requests_get_503_and_known_ones_go_on() {
    let now = origin();
    let wire = flow("2:5060", "1:5060");
    let mut layer = TransactionLayer::new(Timers::default(), 2, &Secret::new([3; 16]));
    let first = receive(&mut layer, now, bye("a"), wire);
    receive(&mut layer, now, bye("b"), wire);
    assert_eq!(
        words(&receive(&mut layer, now, bye("c"), wire)),
        ["send 503 to 192.0.2.1:5060"]
    );
    layer.respond(now, server_id(&first), 200, answer(&read_request(bye("a")), 200));
    assert_eq!(words(&drain(&mut layer)), ["send 200 to 192.0.2.1:5060", "ended"]);
    assert!(
        layer
            .request(
                now,
                Outgoing {
                    bytes: bye("d"),
                    method: &Method::Bye,
                    branch: "z9hG4bKd"
                },
                wire
            )
            .is_none()
    );
}

/// A user agent that asks, answers and counts.
struct Agent {
    address: SocketAddr,
    layer: TransactionLayer,
    to_send: VecDeque<(Flow, Arc<[u8]>)>,
    /// Statuses of final responses by transaction; 0 for a timeout.
    outcomes: Vec<(ClientId, u16)>,
    asked: u32,
}

impl Agent {
    fn new(address: &str, seed: u8) -> Self {
        let layer = TransactionLayer::new(Timers::default(), 10_000, &Secret::new([seed; 16]));
        let address = address.parse().unwrap();
        Self {
            address,
            layer,
            to_send: VecDeque::new(),
            outcomes: Vec::new(),
            asked: 0,
        }
    }

    fn ask(&mut self, now: Instant, method: &Method, id: &str, to: Flow) {
        let uri = "sip:bob@contoso.example";
        let bytes = request(method, uri, "sip:alice@contoso.example", id).finish();
        let branch = format!("z9hG4bK{id}");
        self.layer
            .request(
                now,
                Outgoing {
                    bytes,
                    method,
                    branch: &branch,
                },
                to,
            )
            .unwrap();
        self.settle(now);
    }

    fn settle(&mut self, now: Instant) {
        while let Some(output) = self.layer.poll() {
            match output {
                Output::Send { flow, bytes } => self.to_send.push_back((flow, bytes)),
                Output::Event(Event::Request { id, request, .. }) => {
                    self.asked += 1;
                    let status = if self.asked.is_multiple_of(3) { 486 } else { 200 };
                    self.layer.respond(now, id, status, answer(&request, status));
                }
                Output::Event(Event::Response { id, response, .. }) if response.status() >= 200 => {
                    self.outcomes.push((id, response.status()));
                }
                Output::Event(Event::Timeout { id }) => self.outcomes.push((id, 0)),
                Output::Event(_) => {}
            }
        }
    }
}

impl Endpoint for Agent {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn receive(&mut self, now: Instant, flow: Flow, bytes: &[u8]) {
        self.layer.receive(now, Message::parse(bytes).unwrap(), flow);
        self.settle(now);
    }

    fn wake(&mut self, now: Instant) {
        self.layer.wake(now);
        self.settle(now);
    }

    fn poll(&mut self) -> Option<(Flow, Arc<[u8]>)> {
        self.to_send.pop_front()
    }

    fn deadline(&self) -> Option<Instant> {
        self.layer.deadline()
    }
}

#[test]
fn over_any_bad_wire_each_request_ends_once_and_nothing_is_left() {
    for seed in 0..200 {
        let now = origin();
        let mut network = Network::new(now, seed, Conditions::BAD);
        let mut alice = Agent::new("192.0.2.1:5060", 1);
        let mut bob = Agent::new("192.0.2.2:5060", 2);
        for number in 0..10 {
            let method = if number % 2 == 0 {
                Method::Invite
            } else {
                Method::Message
            };
            alice.ask(
                now,
                &method,
                &format!("{seed}x{number}"),
                flow("1:5060", "2:5060"),
            );
        }
        assert!(
            network.run(&mut [&mut alice, &mut bob], now + Duration::from_secs(3600)),
            "seed {seed} comes to rest"
        );
        let mut ids: Vec<ClientId> = alice
            .outcomes
            .iter()
            .filter(|it| it.1 != 200)
            .map(|it| it.0)
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "seed {seed}: no failure is told twice");
        let mut ids: Vec<ClientId> = alice.outcomes.iter().map(|it| it.0).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 10, "seed {seed}: each request has an outcome");
        assert!(bob.asked <= 10, "seed {seed}: retransmissions are not passed up");
        assert!(
            alice.layer.is_empty() && bob.layer.is_empty(),
            "seed {seed}: no transaction is left"
        );
    }
}

#[test]
fn a_partition_ends_in_timeouts() {
    let now = origin();
    let mut network = Network::new(
        now,
        1,
        Conditions {
            loss: 1000,
            ..Conditions::GOOD
        },
    );
    let mut alice = Agent::new("192.0.2.1:5060", 1);
    alice.ask(now, &Method::Message, "a", flow("1:5060", "2:5060"));
    assert!(network.run(&mut [&mut alice], now + Duration::from_secs(60)));
    assert_eq!(alice.outcomes.iter().map(|it| it.1).collect::<Vec<_>>(), [0]);
    assert_eq!(network.sent(), 11);
    assert_eq!(network.now() - now, Duration::from_secs(32));
}
