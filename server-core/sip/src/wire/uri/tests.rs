//! URI reading and comparison, with the examples of RFC 3261 §19.1.

use super::*;

fn uri(text: &str) -> Uri<'_> {
    Uri::from_text(text).unwrap_or_else(|| panic!("{text} is a URI"))
}

#[test]
fn parts_are_found() {
    let it = uri(
        "sips:alice;day=tuesday:secret@[2001:db8::1]:5061;transport=tls;lr?subject=project%20x&priority=urgent",
    );
    assert_eq!(it.scheme(), Scheme::Sips);
    assert_eq!(it.user(), Some(&b"alice;day=tuesday"[..]));
    assert_eq!(it.password(), Some(&b"secret"[..]));
    assert_eq!((it.host(), it.port()), ("[2001:db8::1]", Some(5061)));
    assert_eq!(it.param("Transport"), Some("tls"));
    assert!(it.is_loose() && it.has_headers());
    assert_eq!(it.headers().count(), 2);
    assert_eq!(
        it.without_params(),
        b"sips:alice;day=tuesday:secret@[2001:db8::1]:5061"
    );
}

#[test]
fn uc_forms_are_read() {
    let endpoint = uri("sip:alice.smith@contoso.example;opaque=user:epid:8Zp0Ek7jz1yKEUlY;gruu");
    assert_eq!(endpoint.user_text().as_deref(), Some("alice.smith"));
    assert_eq!(endpoint.param("opaque"), Some("user:epid:8Zp0Ek7jz1yKEUlY"));
    assert!(endpoint.is_gruu());
    assert_eq!(
        uri("sip:server.contoso.example:5061;transport=Tls;ms-fe=fe1.contoso.example").user(),
        None
    );
    assert_eq!(
        uri("tel:+1-201-555-0123;ext=7").user(),
        Some(&b"+1-201-555-0123"[..])
    );
    assert_eq!(uri("im:bob@fabrikam.example").scheme(), Scheme::Other);
}

#[test]
fn what_is_no_uri_is_refused() {
    for text in [
        "",
        "sip",
        "sip:",
        "sip:@host",
        "sip:a@",
        "sip:a@b c",
        "sip:a@b:99999",
        "sip:a@b:x",
        "sip:a@[::g]",
        "sip:a%4@b",
        "sip:a@b;;x",
        "sip:a@b;",
        "sip:a@b;=x",
        "<sip:a@b>",
        "sip:a@b>",
        "tel:",
        "tel:abcx",
        ":x",
        "1x:y",
        "sip:a b@c",
    ] {
        assert!(Uri::from_text(text).is_none(), "{text}");
    }
}

#[test]
fn equivalent_by_rfc_3261_19_1_4() {
    for (left, right) in [
        (
            "sip:%61lice@atlanta.com;transport=TCP",
            "sip:alice@AtLanTa.CoM;Transport=tcp",
        ),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        (
            "sip:carol@chicago.com;newparam=5",
            "sip:carol@chicago.com;security=on",
        ),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        ),
        ("tel:+1-201-555-0123", "tel:+12015550123"),
    ] {
        assert!(uri(left).is_equivalent(&uri(right)), "{left} {right}");
        assert!(uri(right).is_equivalent(&uri(left)), "{right} {left}");
    }
}

#[test]
fn different_by_rfc_3261_19_1_4() {
    for (left, right) in [
        (
            "sip:ALICE@AtLanTa.CoM;Transport=udp",
            "sip:alice@AtLanTa.CoM;Transport=UDP",
        ),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        (
            "sip:carol@chicago.com",
            "sip:carol@chicago.com?Subject=next%20meeting",
        ),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        (
            "sip:carol@chicago.com;security=on",
            "sip:carol@chicago.com;security=off",
        ),
        ("sip:bob@biloxi.com", "sips:bob@biloxi.com"),
        ("sip:bob@biloxi.com", "sip:biloxi.com"),
    ] {
        assert!(!uri(left).is_equivalent(&uri(right)), "{left} {right}");
        assert!(!uri(right).is_equivalent(&uri(left)), "{right} {left}");
    }
}

#[test]
fn addresses_of_record_are_canonical() {
    let cases = [
        (
            "sip:%61lice@Contoso.Example:5060;transport=tcp?x=y",
            "sip:alice@contoso.example",
        ),
        ("sip:a%20b@contoso.example", "sip:a%20b@contoso.example"),
        (
            "sip:null-%00-null@contoso.example",
            "sip:null-%00-null@contoso.example",
        ),
        ("sip:a%c3%bc@contoso.example", "sip:a%C3%BC@contoso.example"),
        ("sip:a\u{fc}@contoso.example", "sip:a%C3%BC@contoso.example"),
        ("sips:contoso.example", "sips:contoso.example"),
    ];
    for (text, canonical) in cases {
        assert_eq!(uri(text).address_of_record().unwrap().as_str(), canonical);
    }
    let alice = uri("sip:Alice@contoso.example").address_of_record().unwrap();
    assert_eq!(
        (alice.user(), alice.host(), alice.address()),
        (Some("Alice"), "contoso.example", "Alice@contoso.example")
    );
    assert_eq!(alice.folded().address(), "alice@contoso.example");
    assert!(uri("tel:+12015550123").address_of_record().is_none());
}
