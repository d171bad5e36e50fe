//! What passes within dialogs and is the endpoints' own: reliable provisional responses (RFC 3262), UPDATE (RFC 3311).

use plenum_sip::wire::HeaderName;

use super::bench::Bench;
use super::pair::{Pair, header};

#[test]
fn a_call_with_reliable_provisional_responses_passes() {
    let mut pair = Pair::new(Bench::new());
    let invite = pair.to_bob("INVITE", "Supported: 100rel\nRequire: 100rel");
    assert_eq!(header(&invite, HeaderName::Require), "100rel");

    let progress = pair.answer(&invite, 183, "Require: 100rel\nRSeq: 988789");
    assert_eq!((progress.status(), progress.rseq()), (183, Ok(Some(988_789))));

    let prack = pair.within(&progress, "PRACK", "RAck: 988789 1 INVITE");
    let acknowledged = prack.rack().unwrap().unwrap();
    assert_eq!((acknowledged.response, acknowledged.request.number), (988_789, 1));
    assert_eq!(prack.uri_bytes(), b"sip:bob@192.0.2.20");
    assert_eq!(pair.answer(&prack, 200, "").status(), 200);

    // The media change before the call is answered (RFC 3311 §5.1).
    let update = pair.within(&progress, "UPDATE", "");
    assert_eq!(pair.answer(&update, 200, "").status(), 200);

    let answered = pair.answer(&invite, 200, "");
    assert_eq!(answered.status(), 200);
    pair.within(&answered, "ACK", "");
    let bye = pair.within(&answered, "BYE", "");
    assert_eq!(pair.answer(&bye, 200, "").status(), 200);
    assert!(pair.wait(40).is_empty());
}

#[test]
fn an_extension_that_a_proxy_must_know_is_refused_and_one_that_the_phone_must_know_is_not() {
    let mut pair = Pair::new(Bench::new());
    let refused = super::bench::response(&pair.ask("MESSAGE", "Proxy-Require: precondition"));
    assert_eq!(
        (refused.status(), header(&refused, HeaderName::Unsupported)),
        (420, "precondition")
    );
    let copy = pair.to_bob("MESSAGE", "Require: precondition");
    assert_eq!(header(&copy, HeaderName::Require), "precondition");
}
