//! A request on its way through proxies: checks, routes, loops and spirals.

use super::*;
use crate::flow::Transport;
use crate::keyed_hash::Secret;
use crate::testkit::messages::read_request;
use crate::wire::{HeaderName, Request, Response, ResponseBuilder, Uri};

const US: &str = "fe1.contoso.example";

fn request(uri: &str, headers: &str) -> Request {
    let text = format!(
        "INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP phone.example;branch=z9hG4bKp\r\nMax-Forwards: 70\r\n{headers}\
         From: <sip:alice@contoso.example>;tag=1\r\nTo: <sip:bob@contoso.example>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\
         Content-Length: 0\r\n\r\n"
    );
    read_request(text.into_bytes().into())
}

fn is_us(uri: &Uri<'_>) -> bool {
    uri.host() == US
}

fn branches() -> BranchMaker {
    BranchMaker::new(&Secret::new([5; 16]), 0)
}

/// One hop: what goes out, and where to.
fn hop(request: &Request, target: Option<&str>, routes: &[&str]) -> (Request, String) {
    let mut branches = branches();
    let hash = branches.loop_hash(request);
    let routing = preprocess(request, is_us).unwrap();
    let forward = Forward {
        routing: &routing,
        target: target.map(|target| Uri::from_text(target).unwrap()),
        routes,
        record_route: Some("<sip:fe1.contoso.example;lr>"),
        transport: Transport::Tcp,
        sent_by: US,
        branch: &branches.forwarding(hash),
    };
    let next = next_hop(&forward).to_text().into_owned();
    (read_request(prepare(request, &forward).finish()), next)
}

fn routes(request: &Request) -> Vec<String> {
    request
        .routes()
        .map(|route| route.unwrap().uri.to_text().into_owned())
        .collect()
}

fn text(request: &Request) -> String {
    String::from_utf8_lossy(request.uri_bytes()).into_owned()
}

#[test]
fn a_request_for_our_user_goes_to_its_contact() {
    let (out, next) = hop(
        &request("sip:bob@contoso.example", ""),
        Some("sip:bob@192.0.2.7"),
        &[],
    );
    assert_eq!(
        (text(&out), next),
        ("sip:bob@192.0.2.7".to_owned(), "sip:bob@192.0.2.7".to_owned())
    );
    assert_eq!(out.max_forwards(), Ok(Some(69)));
    assert_eq!(out.vias().count(), 2);
    assert_eq!(out.record_routes().count(), 1);
    let response = Response::parse(ResponseBuilder::new(&out, 200).finish()).unwrap();
    let back = Response::parse(relay(&response).unwrap()).unwrap();
    assert_eq!(back.via().unwrap().branch(), Some("z9hG4bKp"));
    assert!(relay(&back).is_none(), "a response with one Via is for us");
}

#[test]
fn a_path_becomes_the_route() {
    let path = ["<sip:edge.contoso.example;lr>", "<sip:fe2.contoso.example;lr>"];
    let (out, next) = hop(
        &request("sip:bob@contoso.example", ""),
        Some("sip:bob@192.0.2.7"),
        &path,
    );
    assert_eq!(
        routes(&out),
        ["sip:edge.contoso.example;lr", "sip:fe2.contoso.example;lr"]
    );
    assert_eq!(next, "sip:edge.contoso.example;lr");
}

#[test]
fn our_own_routes_are_taken_off() {
    let headers = format!("Route: <sip:{US};lr>,\r\n <sip:{US};lr;transport=tcp>, <sip:next.example;lr>\r\n");
    let request = request("sip:bob@192.0.2.7", &headers);
    let routing = preprocess(&request, is_us).unwrap();
    assert_eq!((routing.ours, routing.is_routed()), (2, true));
    let (out, next) = hop(&request, None, &[]);
    assert_eq!(
        (routes(&out), next),
        (
            vec!["sip:next.example;lr".to_owned()],
            "sip:next.example;lr".to_owned()
        )
    );
}

#[test]
fn a_strict_router_before_us_is_undone() {
    let request = request(
        &format!("sip:{US};lr"),
        "Route: <sip:p2.example;lr>, <sip:bob@192.0.2.7>\r\n",
    );
    let (out, next) = hop(&request, None, &[]);
    assert_eq!(text(&out), "sip:bob@192.0.2.7");
    assert_eq!(
        (routes(&out), next),
        (
            vec!["sip:p2.example;lr".to_owned()],
            "sip:p2.example;lr".to_owned()
        )
    );
}

#[test]
fn a_strict_router_after_us_gets_what_it_expects() {
    let headers = format!("Route: <sip:{US};lr>, <sip:strict.example>, <sip:p3.example;lr>\r\n");
    let (out, next) = hop(&request("sip:bob@192.0.2.7", &headers), None, &[]);
    assert_eq!(
        (text(&out), next),
        ("sip:strict.example".to_owned(), "sip:strict.example".to_owned())
    );
    assert_eq!(routes(&out), ["sip:p3.example;lr", "sip:bob@192.0.2.7"]);
}

#[test]
fn a_loop_is_found_and_a_spiral_is_not_one() {
    let first = request("sip:bob@contoso.example", "");
    let maker = branches();
    assert!(check(&first, &[], &maker).is_ok());
    let (same, _) = hop(&first, None, &[]);
    assert_eq!(check(&same, &[], &maker), Err(Refusal::Loop));
    let (spiral, _) = hop(&first, Some("sip:carol@contoso.example"), &[]);
    assert!(check(&spiral, &[], &maker).is_ok());
    let other = BranchMaker::new(&Secret::new([6; 16]), 0);
    assert!(
        check(&same, &[], &other).is_ok(),
        "another proxy's hash means nothing to us"
    );
}

#[test]
fn hops_and_extensions_are_checked() {
    let refusal = |request: &Request| check(request, &["privacy"], &branches()).unwrap_err();
    let spent = read_request(
        String::from_utf8(request("sip:b@contoso.example", "").bytes().to_vec())
            .unwrap()
            .replace("Forwards: 70", "Forwards: 0")
            .into_bytes()
            .into(),
    );
    assert_eq!(refusal(&spent).status(), 483);
    let strange = request("sip:b@contoso.example", "Proxy-Require: privacy, none, such\r\n");
    let refusal = refusal(&strange);
    assert_eq!(refusal, Refusal::BadExtension("none, such".to_owned()));
    let answer = Response::parse(refusal.response(&strange, "t")).unwrap();
    assert_eq!(
        (answer.status(), answer.get_str(HeaderName::Unsupported)),
        (420, Some("none, such"))
    );
}

#[test]
fn branches_are_unique_and_well_formed() {
    let mut maker = branches();
    let (one, two) = (maker.own(), maker.own());
    assert_ne!(one, two);
    assert!(one.as_str().starts_with("z9hG4bK"));
}
