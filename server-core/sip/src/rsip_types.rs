//! Conversions to and from the message types of the `rsip` crate, for code that speaks them.
//!
//! By way of the bytes: rsip refuses much that networks send (folding, compact names, non-UTF-8, unknown methods), so
//! the way to its types can fail. It is never on the path of a message that somebody sent us.

use crate::wire::{ParseError, Request, Response};

impl TryFrom<&Request> for rsip::Request {
    type Error = rsip::Error;

    fn try_from(request: &Request) -> Result<Self, Self::Error> {
        Self::try_from(&request.bytes()[..])
    }
}

impl TryFrom<&Response> for rsip::Response {
    type Error = rsip::Error;

    fn try_from(response: &Response) -> Result<Self, Self::Error> {
        Self::try_from(&response.bytes()[..])
    }
}

impl TryFrom<&rsip::Request> for Request {
    type Error = ParseError;

    fn try_from(request: &rsip::Request) -> Result<Self, Self::Error> {
        Self::parse(request.to_string().into_bytes())
    }
}

impl TryFrom<&rsip::Response> for Response {
    type Error = ParseError;

    fn try_from(response: &rsip::Response) -> Result<Self, Self::Error> {
        Self::parse(response.to_string().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;
    use crate::wire::Method;

    #[test]
    fn a_plain_request_goes_both_ways() {
        let bytes = testkit::register("alice@contoso.example", "sip:alice@192.0.2.1", "a").finish();
        let request = Request::parse(bytes).unwrap();
        let theirs = rsip::Request::try_from(&request).unwrap();
        assert_eq!(theirs.method, rsip::Method::Register);
        assert_eq!(Request::try_from(&theirs).unwrap().call_id(), request.call_id());
    }

    #[test]
    fn what_rsip_cannot_say_is_an_error() {
        let strange = testkit::request(
            &Method::Service,
            "sip:a@contoso.example",
            "sip:b@contoso.example",
            "a",
        );
        assert!(rsip::Request::try_from(&Request::parse(strange.finish()).unwrap()).is_err());
    }
}
