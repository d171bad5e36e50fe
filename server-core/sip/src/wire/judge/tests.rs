//! Single defects of an otherwise good request; the whole of RFC 4475 is in `tests/torture.rs`.

use super::*;

const GOOD: &str = "INVITE sip:bob@contoso.example SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
    From: <sip:a@b>;tag=1\r\nTo: <sip:bob@contoso.example>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nContact: <sip:a@h>\r\n\r\n";

fn verdict(text: &str) -> String {
    match judge(&Message::parse(text.as_bytes()).unwrap()) {
        Verdict::Accept => "accept".to_owned(),
        Verdict::Refuse(refusal) => format!("{} {}", refusal.status, refusal.reason),
        Verdict::Drop { reason } => format!("drop: {reason}"),
    }
}

#[test]
fn each_defect_is_named() {
    for (good, bad, expected) in [
        ("", "", "accept"),
        ("Call-ID: c\r\n", "", "400 Missing Call-ID"),
        ("Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n", "", "400 Missing Via"),
        ("From: <sip:a@b>;tag=1", "From: <sip:a@b", "400 Malformed From"),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 256",
            "400 Malformed Max-Forwards",
        ),
        ("1 INVITE", "1 BYE", "400 CSeq method does not match the request"),
        ("1 INVITE", "4294967296 INVITE", "400 Malformed CSeq"),
        ("INVITE sip:bob", "INVITE xmpp:bob", "416 Unsupported URI Scheme"),
        ("SIP/2.0\r\nVia", "SIP/3.0\r\nVia", "505 Version Not Supported"),
        ("\r\nContact", "\nContact", "400 Lines must end with CRLF"),
        ("\r\nContact: ", "\r\nContact ", "400 Malformed header line"),
        (
            "Call-ID: c\r\n",
            "Call-ID: c\r\ni: c\r\n",
            "400 More than one Call-ID",
        ),
        (
            "<sip:a@h>\r\n\r\n",
            "<sip:a@h>\r\n",
            "400 No empty line after the headers",
        ),
    ] {
        assert_eq!(verdict(&GOOD.replacen(good, bad, 1)), expected, "{bad}");
    }
}

#[test]
fn an_ack_is_never_answered() {
    let ack = GOOD.replace("INVITE", "ACK").replace("Call-ID: c\r\n", "");
    assert_eq!(verdict(&ack), "drop: Missing Call-ID");
}
