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
