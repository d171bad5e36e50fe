//! Challenge, answer and check together.

use std::time::{Duration, Instant};

use super::*;
use crate::auth::client::{Attempt, answer};
use crate::testkit::origin;

const REALM: &str = "contoso.example";

struct Exchange {
    now: Instant,
    server: Authenticator,
}

impl Exchange {
    fn new() -> Self {
        let now = origin();
        let server = Authenticator::new(now, &Secret::new([1; 16]), Duration::from_secs(300), 1024);
        Self { now, server }
    }

    fn challenge(&mut self, algorithm: Algorithm) -> String {
        let challenges =
            self.server
                .challenge(self.now, (REALM, b"flow 1"), &Algorithm::OFFERED, ("auth", false));
        challenges
            .into_iter()
            .find(|challenge| challenge.contains(algorithm.name()))
            .unwrap()
    }

    fn answer(challenge: &str, password: &str, count: u32) -> String {
        let challenge = Challenge::parse(challenge.as_bytes()).unwrap();
        let attempt = Attempt {
            method: &Method::Register,
            uri: "sip:contoso.example",
            count,
            cnonce: "abc",
        };
        answer(&challenge, "alice", password, attempt).unwrap()
    }

    fn verify(&mut self, credentials: &str, method: &Method, context: &[u8]) -> Result<(), Denial> {
        let credentials = Challenge::parse(credentials.as_bytes()).unwrap();
        let algorithm = algorithm_of(&credentials.digest()).unwrap();
        let ha1 = Ha1::from_password(algorithm, "alice", REALM, "secret");
        self.server.verify(
            self.now,
            &credentials.digest(),
            (method, b""),
            (REALM, context),
            &ha1,
        )
    }
}

#[test]
fn the_right_password_is_right_once_per_count() {
    for algorithm in [Algorithm::Md5, Algorithm::Sha256] {
        let mut exchange = Exchange::new();
        let challenge = exchange.challenge(algorithm);
        for count in [1, 2, 3] {
            let credentials = Exchange::answer(&challenge, "secret", count);
            assert_eq!(
                exchange.verify(&credentials, &Method::Register, b"flow 1"),
                Ok(())
            );
            assert_eq!(
                exchange.verify(&credentials, &Method::Register, b"flow 1"),
                Err(Denial::Replayed)
            );
        }
    }
}

#[test]
fn wrong_passwords_methods_and_places_are_told_apart() {
    let mut exchange = Exchange::new();
    let challenge = exchange.challenge(Algorithm::Sha256);
    let wrong = Exchange::answer(&challenge, "Secret", 1);
    assert_eq!(
        exchange.verify(&wrong, &Method::Register, b"flow 1"),
        Err(Denial::Wrong)
    );
    let right = Exchange::answer(&challenge, "secret", 1);
    assert_eq!(
        exchange.verify(&right, &Method::Invite, b"flow 1"),
        Err(Denial::Wrong)
    );
    assert_eq!(
        exchange.verify(&right, &Method::Register, b"flow 2"),
        Err(Denial::Stale)
    );
    assert_eq!(exchange.verify(&right, &Method::Register, b"flow 1"), Ok(()));
}

#[test]
fn an_old_nonce_is_stale_and_a_forged_one_too() {
    let mut exchange = Exchange::new();
    let challenge = exchange.challenge(Algorithm::Md5);
    let credentials = Exchange::answer(&challenge, "secret", 1);
    exchange.now += Duration::from_secs(301);
    assert_eq!(
        exchange.verify(&credentials, &Method::Register, b"flow 1"),
        Err(Denial::Stale)
    );
    let forged = "Digest realm=\"contoso.example\",nonce=\"000001000000000100000000000000000000000000000000\",qop=\"auth\"";
    let credentials = Exchange::answer(forged, "secret", 1);
    assert_eq!(
        exchange.verify(&credentials, &Method::Register, b"flow 1"),
        Err(Denial::Stale)
    );
}

#[test]
fn credentials_without_qop_or_with_a_decimal_count_of_nine_digits_are_malformed() {
    let mut exchange = Exchange::new();
    let challenge = exchange.challenge(Algorithm::Md5);
    let credentials = Exchange::answer(&challenge, "secret", 1);
    let without = credentials.replace(",qop=auth", "");
    assert_eq!(
        exchange.verify(&without, &Method::Register, b"flow 1"),
        Err(Denial::Malformed("qop"))
    );
    let odd = credentials.replace("nc=00000001", "nc=000000001");
    assert_eq!(
        exchange.verify(&odd, &Method::Register, b"flow 1"),
        Err(Denial::Malformed("nc"))
    );
    let zero = credentials.replace("nc=00000001", "nc=00000000");
    assert_eq!(
        exchange.verify(&zero, &Method::Register, b"flow 1"),
        Err(Denial::Malformed("nc"))
    );
}

#[test]
fn two_challenges_in_one_instant_differ() {
    let mut exchange = Exchange::new();
    assert_ne!(
        exchange.challenge(Algorithm::Md5),
        exchange.challenge(Algorithm::Md5)
    );
}

#[test]
fn who_signs_the_body_is_right_for_this_body_only() {
    let mut exchange = Exchange::new();
    for algorithm in [Algorithm::Md5, Algorithm::Sha256] {
        let challenge = exchange.challenge(algorithm);
        let challenge = Challenge::parse(challenge.as_bytes()).unwrap();
        let key = Ha1::from_password(algorithm, "alice", REALM, "secret");
        let nonce = challenge.get("nonce").unwrap();
        let work = Work {
            method: b"MESSAGE",
            uri: b"sip:bob@contoso.example",
            nonce: nonce.as_bytes(),
            nc: b"00000001",
            cnonce: b"abc",
            body: Some(b"hello"),
        };
        let response = key.response(&work);
        let text = format!(
            "Digest username=\"alice\",realm=\"{REALM}\",nonce=\"{nonce}\",uri=\"sip:bob@contoso.example\",cnonce=\"abc\",\
             nc=00000001,qop=auth-int,algorithm={},response=\"{}\"",
            algorithm.name(),
            response.as_str()
        );
        let credentials = Challenge::parse(text.as_bytes()).unwrap();
        let mut verify = |body: &[u8]| {
            let request = (&Method::Message, body);
            exchange.server.verify(
                exchange.now,
                &credentials.digest(),
                request,
                (REALM, b"flow 1"),
                &key,
            )
        };
        assert_eq!(verify(b"goodbye"), Err(Denial::Wrong));
        assert_eq!(verify(b"hello"), Ok(()));
    }
}
