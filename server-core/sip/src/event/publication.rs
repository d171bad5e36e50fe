//! What a PUBLISH asks for (RFC 3903 §4.1 table 1, §6).

use crate::wire::{HeaderName, Request};

/// One of the four operations. `etag` is the entity-tag of the publication that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation<'a> {
    /// New state.
    Initial,
    /// The state stays, for longer.
    Refresh {
        /// Which publication.
        etag: &'a str,
    },
    /// Other state.
    Modify {
        /// Which publication.
        etag: &'a str,
    },
    /// No state any more.
    Remove {
        /// Which publication.
        etag: &'a str,
    },
}

/// The operation, or the status of the refusal: 400 for state that is neither in the body nor in an earlier one.
/// An etag that is not known is for the caller to answer with 412.
pub fn classify(request: &Request) -> Result<Operation<'_>, u16> {
    let removes = request.expires() == Some(0);
    let has_body = !request.body().is_empty();
    let etag = match (request.sip_if_match(), request.has(HeaderName::SipIfMatch)) {
        (None, true) => return Err(400),
        (etag, _) => etag,
    };
    match (etag, has_body) {
        (Some(etag), _) if removes => Ok(Operation::Remove { etag }),
        (Some(etag), false) => Ok(Operation::Refresh { etag }),
        (Some(etag), true) => Ok(Operation::Modify { etag }),
        (None, true) => Ok(Operation::Initial),
        (None, false) => Err(400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_operations_are_told_apart() {
        let cases = [
            ("", "x", Ok(Operation::Initial)),
            ("", "", Err(400)),
            ("SIP-If-Match: a1\r\n", "", Ok(Operation::Refresh { etag: "a1" })),
            ("SIP-If-Match: a1\r\n", "x", Ok(Operation::Modify { etag: "a1" })),
            (
                "SIP-If-Match: a1\r\nExpires: 0\r\n",
                "",
                Ok(Operation::Remove { etag: "a1" }),
            ),
        ];
        for (headers, body, expected) in cases {
            let text = format!("PUBLISH sip:alice@contoso.example SIP/2.0\r\n{headers}\r\n{body}");
            let request = Request::parse(text.into_bytes()).unwrap();
            assert_eq!(classify(&request), expected, "{headers}{body}");
        }
    }
}
