//! In-band provisioning: a client asks for its user's settings, gets them, and is told when they change.

use std::time::Duration;

use plenum_schema::{Field, Kind};
use plenum_services::{Flow, Input};
use plenum_settings::nouns;
use plenum_sip::wire::HeaderName;
use plenum_sip::{Message, Method};
use plenum_topology::directory::ObjectId;
use serde_json::{Map, Value, json};

use super::bench::{Bench, request, response, tcp, udp};

const TYPE: &str = "application/vnd-microsoft-roaming-provisioning-v2+xml";
const PIGGYBACK: &str =
    "Supported: ms-piggyback-first-notify\nSupported: ms-benotify\nProxy-Require: ms-benotify\n";

/// What alice's client sends; `more` are header lines, `groups` what it asks for.
fn subscribe(bench: &mut Bench, flow: Flow, id: u32, more: &str, groups: &[&str]) -> Vec<(Flow, Message)> {
    subscribe_to(bench, flow, "alice", id, more, groups)
}

fn subscribe_to(
    bench: &mut Bench,
    flow: Flow,
    user: &str,
    id: u32,
    more: &str,
    groups: &[&str],
) -> Vec<(Flow, Message)> {
    let names: String = groups
        .iter()
        .map(|name| format!("<provisioningGroup name=\"{name}\"/>"))
        .collect();
    let body = if groups.is_empty() {
        String::new()
    } else {
        format!(
            "<provisioningGroupList xmlns=\"http://schemas.microsoft.com/2006/09/sip/provisioninggrouplist\">{names}</provisioningGroupList>"
        )
    };
    let content = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Type: {TYPE}\n")
    };
    let head = format!(
        "SUBSCRIBE sip:{user}@contoso.example SIP/2.0
         Via: SIP/2.0/{} {};branch=z9hG4bKs{id}
         Max-Forwards: 70
         From: <sip:alice@contoso.example>;tag=1
         To: <sip:{user}@contoso.example>
         Call-ID: s{id}
         CSeq: 1 SUBSCRIBE
         Contact: <sip:alice@{}>
         Event: vnd-microsoft-provisioning-v2
         Accept: {TYPE}
         {more}{content}Content-Length: {}",
        flow.transport.via_name(),
        flow.peer,
        flow.peer,
        body.len(),
    );
    let head: Vec<&str> = head.lines().map(str::trim_start).collect();
    let bytes = format!("{}\r\n\r\n{body}", head.join("\r\n"));
    bench.input(Input::Message {
        flow,
        bytes: bytes.as_bytes(),
    });
    std::mem::take(&mut bench.sent)
}

fn text(body: &[u8]) -> String {
    String::from_utf8(body.to_vec()).unwrap()
}

/// Lets the world look at what is due.
fn wait(bench: &mut Bench) -> Vec<(Flow, Message)> {
    bench.now += Duration::from_secs(1);
    bench.input(Input::Wake);
    std::mem::take(&mut bench.sent)
}

#[test]
fn a_client_that_looks_once_finds_its_settings_in_the_answer() {
    let mut bench = Bench::with(json!({"CsClientPolicy": {"Tag:Quiet": {"DisableEmoticons": true}}}));
    bench
        .policies
        .insert("CsClientPolicy".to_owned(), "Quiet".to_owned());
    let alice = tcp("192.0.2.10:49152", 3);
    bench.connect(alice, None);
    let asked = [
        "ServerConfiguration",
        "endpointConfiguration",
        "meetingPolicy",
        "ucPolicy",
    ];
    let sent = subscribe(&mut bench, alice, 1, &format!("{PIGGYBACK}Expires: 0\n"), &asked);
    let response = response(&sent);
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.get_str(HeaderName::Event),
        Some("vnd-microsoft-provisioning-v2")
    );
    assert_eq!(response.get_str(HeaderName::Expires), Some("0"));
    assert!(
        response
            .get_str(HeaderName::SubscriptionState)
            .unwrap()
            .starts_with("terminated")
    );
    assert_eq!(response.get_str(HeaderName::ContentType), Some(TYPE));
    assert_eq!(response.named("ms-piggyback-cseq"), Some(&b"1"[..]));
    let body = text(response.body());
    for told in [
        "<provisionGroupList xmlns=\"http://schemas.microsoft.com/2006/09/sip/provisiongrouplist-notification\">",
        "<property name=\"DisableEmoticons\">true</property>",
        "<provisionGroup name=\"meetingPolicy\"><instance>",
        "<property name=\"AllowCallForwarding\">true</property>",
    ] {
        assert!(body.contains(told), "{told} in {body}");
    }
    assert!(wait(&mut bench).is_empty(), "nothing follows");
}

#[test]
fn a_phone_that_knows_no_piggyback_is_told_in_a_notify() {
    let mut bench = Bench::new();
    let alice = udp("192.0.2.10:5060");
    let sent = subscribe(&mut bench, alice, 1, "Expires: 600\n", &["ucPolicy"]);
    let [(_, Message::Response(answer)), (_, Message::Request(notify))] = &sent[..] else {
        panic!("not an answer and a NOTIFY: {sent:?}")
    };
    assert_eq!((answer.status(), answer.body().len()), (200, 0));
    assert_eq!(*notify.method(), Method::Notify);
    let body = text(notify.body());
    assert!(
        body.contains("ucPolicy") && !body.contains("meetingPolicy"),
        "{body}"
    );
}

#[test]
fn a_granted_policy_and_a_new_revision_are_told_and_what_changes_nothing_is_not() {
    let settings = |quiet: bool| json!({"CsClientPolicy": {"Tag:Quiet": {"DisableEmoticons": quiet}}});
    let mut bench = Bench::with(settings(true));
    let alice = tcp("192.0.2.10:49152", 3);
    bench.connect(alice, None);
    let more = format!("{PIGGYBACK}Expires: 3600\n");
    let first = text(response(&subscribe(&mut bench, alice, 1, &more, &[])).body());
    assert!(!first.contains("DisableEmoticons"), "nothing is granted: {first}");

    let granted = ObjectId("alice@contoso.example".to_owned());
    bench
        .policies
        .insert("CsClientPolicy".to_owned(), "Quiet".to_owned());
    bench.input(Input::UsersChanged(Some(vec![granted.clone()])));
    let (flow, told) = request(&wait(&mut bench));
    assert_eq!((flow, told.method()), (alice, &Method::BeNotify));
    assert_eq!(
        told.cseq_parts().unwrap().0,
        2,
        "the answer counted as the first NOTIFY"
    );
    assert!(text(told.body()).contains("<property name=\"DisableEmoticons\">true</property>"));

    bench.input(Input::UsersChanged(Some(vec![granted])));
    assert!(wait(&mut bench).is_empty(), "nothing is different");

    bench.input(Input::Published(super::lab::snapshot(2, settings(false))));
    let (_, told) = request(&wait(&mut bench));
    assert!(text(told.body()).contains("<property name=\"DisableEmoticons\">false</property>"));
    bench.input(Input::Published(super::lab::snapshot(3, settings(false))));
    assert!(
        wait(&mut bench).is_empty(),
        "the revision changes nothing for alice"
    );
}

#[test]
fn a_thousand_clients_are_told_a_few_at_a_time() {
    let mut bench = Bench::new();
    let flows: Vec<Flow> = (0..1_000u64)
        .map(|number| tcp(&format!("192.0.2.10:{}", 10_000 + number), number + 1))
        .collect();
    let more = format!("{PIGGYBACK}Expires: 3600\n");
    for (number, flow) in flows.iter().enumerate() {
        bench.connect(*flow, None);
        // Sixty-four of one user at most: each client is of a user of its own.
        let user = format!("user{number}");
        let request = format!("client{number}");
        let sent = own_settings(&mut bench, *flow, &user, &request, &more);
        assert_eq!(response(&sent).status(), 200);
    }
    bench.input(Input::Published(super::lab::snapshot(
        2,
        json!({"CsClientPolicy": {"Global": {"DisableEmoticons": true}}}),
    )));
    let first = std::mem::take(&mut bench.sent).len();
    let mut told = first;
    for _ in 0..200 {
        bench.now += Duration::from_millis(5);
        bench.input(Input::Wake);
        let few = std::mem::take(&mut bench.sent).len();
        assert!(few <= 64, "{few} at once");
        told += few;
    }
    assert_eq!((first, told), (0, 1_000));
}

fn own_settings(bench: &mut Bench, flow: Flow, user: &str, id: &str, more: &str) -> Vec<(Flow, Message)> {
    bench.send(
        flow,
        &format!(
            "SUBSCRIBE sip:{user}@contoso.example SIP/2.0
             Via: SIP/2.0/TCP {};branch=z9hG4bK{id}
             Max-Forwards: 70
             From: <sip:{user}@contoso.example>;tag=1
             To: <sip:{user}@contoso.example>
             Call-ID: {id}
             CSeq: 1 SUBSCRIBE
             Contact: <sip:{user}@{}>
             Event: vnd-microsoft-provisioning-v2
             {more}Content-Length: 0",
            flow.peer, flow.peer
        ),
    )
}

#[test]
fn nobody_is_told_the_settings_of_somebody_else_and_what_cannot_be_read_is_refused() {
    let mut bench = Bench::new();
    let alice = udp("192.0.2.10:5060");
    let others = subscribe_to(&mut bench, alice, "bob", 1, "Expires: 0\n", &["ucPolicy"]);
    assert_eq!(response(&others).status(), 403);
    let wrong = bench.send(
        alice,
        "SUBSCRIBE sip:alice@contoso.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKwrong
         Max-Forwards: 70
         From: <sip:alice@contoso.example>;tag=1
         To: <sip:alice@contoso.example>
         Call-ID: wrong
         CSeq: 1 SUBSCRIBE
         Contact: <sip:alice@192.0.2.10>
         Event: vnd-microsoft-provisioning-v2
         Accept: application/pidf+xml",
    );
    assert_eq!(response(&wrong).status(), 406);
}

/// A value for a field, so that there is something to hand out.
fn sample(field: &Field) -> Value {
    match field.kind {
        Kind::Bool => json!(true),
        Kind::Integer { .. } => {
            let range = field.allowed_range().unwrap();
            json!(i64::try_from(range.min.max(1)).unwrap())
        }
        Kind::Text => match field.allowed_values().first() {
            Some(value) => json!(value),
            None => json!("https://contoso.example/help"),
        },
        Kind::TimeSpan => json!("01:00:00"),
        Kind::Choice(choice) => json!(choice.values[0].0),
        Kind::List(_) => json!([{"Name": "PolicyEntry", "Value": "an entry"}]),
        Kind::Object(_) => unreachable!("no noun holds a single object"),
    }
}

#[test]
fn every_setting_that_is_for_clients_reaches_the_client_that_subscribes() {
    let (mut settings, mut expected) = (Map::new(), Vec::new());
    for noun in nouns() {
        let told: Vec<&Field> = noun
            .fields
            .iter()
            .filter(|field| field.provisioned().is_some())
            .collect();
        let values: Map<String, Value> = told
            .iter()
            .map(|field| (field.name.to_owned(), sample(field)))
            .collect();
        if !told.is_empty() {
            settings.insert(noun.name.to_owned(), json!({"Global": values}));
        }
        expected.extend(told.iter().map(|field| {
            let place = field.provisioned().unwrap();
            (noun.name, field.name, place.group, place.property)
        }));
    }
    assert!(expected.len() > 100, "{}", expected.len());
    let mut bench = Bench::with(Value::Object(settings));
    let more = format!("{PIGGYBACK}Expires: 0\n");
    let sent = subscribe(&mut bench, udp("192.0.2.10:5060"), 1, &more, &[]);
    let body = text(response(&sent).body());
    let mut missing = Vec::new();
    for (noun, field, group, property) in expected {
        let whole = body
            .split("<provisionGroup ")
            .find(|part| part.starts_with(&format!("name=\"{group}\"")));
        if !whole.is_some_and(|whole| whole.contains(&format!("<property name=\"{property}\">"))) {
            missing.push(format!("{noun} {field} ({group}/{property})"));
        }
    }
    assert!(missing.is_empty(), "for clients and not handed out: {missing:?}");
}
