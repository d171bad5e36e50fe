//! The search of RFC 3263 against small zones.

use super::*;

const ALL: &[Transport] = &[Transport::Tls, Transport::Tcp, Transport::Udp];

fn srv(priority: u16, weight: u16, port: u16, target: &str) -> Srv {
    Srv {
        priority,
        weight,
        port,
        target: target.to_owned(),
    }
}

fn naptr(order: u16, service: &str, replacement: &str) -> Naptr {
    Naptr {
        order,
        preference: 0,
        service: service.to_owned(),
        flags: "s".to_owned(),
        replacement: replacement.to_owned(),
    }
}

/// Searches in a zone; what it does not hold has no records.
fn search(query: &Query<'_>, zone: &[(Ask, Answer)]) -> (Vec<Ask>, Vec<String>) {
    let mut locate = Locate::new(query);
    let mut asked = Vec::new();
    while let Some(ask) = locate.poll() {
        let known = zone
            .iter()
            .find(|(name, _)| *name == ask)
            .map(|(_, answer)| answer.clone());
        let answer = known.unwrap_or_else(|| match ask {
            Ask::Naptr(_) => Answer::Naptr(vec![]),
            Ask::Srv(_) => Answer::Srv(vec![]),
            Ask::Address(_) => Answer::Address(vec![]),
        });
        asked.push(ask);
        locate.handle(answer, &mut |_| 0);
    }
    let targets = locate.targets().expect("the search has ended");
    (
        asked,
        targets
            .iter()
            .map(|it| format!("{} {}", it.transport.via_name(), it.address))
            .collect(),
    )
}

fn query(host: &str) -> Query<'_> {
    Query {
        host,
        port: None,
        transport: None,
        is_secure: false,
        supported: ALL,
    }
}

fn address(text: &str) -> Answer {
    Answer::Address(vec![text.parse().unwrap()])
}

#[test]
fn an_address_needs_no_question() {
    assert_eq!(
        search(&query("192.0.2.7"), &[]),
        (vec![], vec!["UDP 192.0.2.7:5060".to_owned()])
    );
    let secure = Query {
        is_secure: true,
        ..query("[2001:db8::1]")
    };
    assert_eq!(
        search(&secure, &[]),
        (vec![], vec!["TLS [2001:db8::1]:5061".to_owned()])
    );
}

#[test]
fn a_port_skips_naptr_and_srv() {
    let with_port = Query {
        port: Some(5070),
        transport: Some(Transport::Tcp),
        ..query("contoso.example")
    };
    let zone = [(Ask::Address("contoso.example".into()), address("192.0.2.1"))];
    let (asked, targets) = search(&with_port, &zone);
    assert_eq!((asked.len(), targets), (1, vec!["TCP 192.0.2.1:5070".to_owned()]));
}

#[test]
fn naptr_chooses_the_transport_and_srv_the_host() {
    let zone = [
        (
            Ask::Naptr("contoso.example".into()),
            Answer::Naptr(vec![
                naptr(90, "SIP+D2T", "_sip._tcp.contoso.example"),
                naptr(50, "SIPS+D2T", "_sips._tcp.contoso.example"),
            ]),
        ),
        (
            Ask::Srv("_sips._tcp.contoso.example".into()),
            Answer::Srv(vec![
                srv(2, 0, 5061, "b.contoso.example"),
                srv(1, 0, 5061, "a.contoso.example"),
            ]),
        ),
        (
            Ask::Srv("_sip._tcp.contoso.example".into()),
            Answer::Srv(vec![srv(0, 0, 5060, "a.contoso.example")]),
        ),
        (Ask::Address("a.contoso.example".into()), address("192.0.2.1")),
        (Ask::Address("b.contoso.example".into()), address("192.0.2.2")),
    ];
    let (_, targets) = search(&query("contoso.example"), &zone);
    assert_eq!(
        targets,
        ["TLS 192.0.2.1:5061", "TLS 192.0.2.2:5061", "TCP 192.0.2.1:5060"]
    );
    let (_, targets) = search(
        &Query {
            is_secure: true,
            ..query("contoso.example")
        },
        &zone,
    );
    assert_eq!(targets, ["TLS 192.0.2.1:5061", "TLS 192.0.2.2:5061"]);
}

#[test]
fn without_naptr_the_first_srv_name_counts() {
    let zone = [
        (
            Ask::Srv("_sip._tcp.contoso.example".into()),
            Answer::Srv(vec![srv(0, 0, 5062, "a.contoso.example")]),
        ),
        (
            Ask::Srv("_sip._udp.contoso.example".into()),
            Answer::Srv(vec![srv(0, 0, 5063, "a.contoso.example")]),
        ),
        (Ask::Address("a.contoso.example".into()), address("192.0.2.1")),
    ];
    let (asked, targets) = search(&query("contoso.example"), &zone);
    assert_eq!(targets, ["TCP 192.0.2.1:5062"]);
    assert_eq!(asked.len(), 4, "NAPTR, SRV for TLS, SRV for TCP, address");
}

#[test]
fn with_nothing_else_the_addresses_of_the_name_are_taken() {
    let zone = [(Ask::Address("contoso.example".into()), address("192.0.2.1"))];
    assert_eq!(search(&query("contoso.example"), &zone).1, ["UDP 192.0.2.1:5060"]);
    assert!(search(&query("nowhere.example"), &zone).1.is_empty());
}

#[test]
fn weights_are_drawn() {
    let records = || vec![srv(1, 10, 1, "a"), srv(1, 30, 2, "b"), srv(0, 0, 3, "c")];
    let order = |draws: &[u32]| {
        let mut draws = draws.iter().copied();
        let ordered = order_srv(records(), &mut |_| draws.next().unwrap_or(0));
        ordered
            .into_iter()
            .map(|record| record.target)
            .collect::<String>()
    };
    assert_eq!(order(&[0, 10, 0]), "cab");
    assert_eq!(order(&[0, 11, 0]), "cba");
}
