//! Resource-Priority (RFC 4412): requests that matter more than others when there is not enough of something.
//!
//! The namespaces are those of RFC 4412 §12.6 and RFC 7135, each with its priorities from the lowest to the highest.
//! What a priority is worth is the caller's decision; here is only which values are known, and that a request which
//! insists on one that is not is refused with 417 (§4.6.2).

use crate::wire::{HeaderName, Request};

/// The option tag (§9).
pub const OPTION: &str = "resource-priority";

const NAMESPACES: [(&str, &[&str]); 6] = [
    (
        "dsn",
        &["routine", "priority", "immediate", "flash", "flash-override"],
    ),
    (
        "drsn",
        &[
            "routine",
            "priority",
            "immediate",
            "flash",
            "flash-override",
            "flash-override-override",
        ],
    ),
    ("q735", &["4", "3", "2", "1", "0"]),
    ("ets", &["4", "3", "2", "1", "0"]),
    ("wps", &["4", "3", "2", "1", "0"]),
    ("esnet", &["0", "1", "2", "3", "4"]),
];

/// What Resource-Priority says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Nothing, or nothing that is known here: the request is like any other (§4.6.1).
    None,
    /// It names a known value.
    Known,
    /// It names none that is known, and insists on it: 417.
    Refused,
}

impl Priority {
    /// Reads it.
    pub fn of(request: &Request) -> Self {
        if !request.has(HeaderName::ResourcePriority) {
            return Self::None;
        }
        if request.tokens(HeaderName::ResourcePriority).any(is_known) {
            return Self::Known;
        }
        let insists = [HeaderName::Require, HeaderName::ProxyRequire];
        if insists.into_iter().any(|name| request.has_token(name, OPTION)) {
            Self::Refused
        } else {
            Self::None
        }
    }
}

fn is_known(value: &str) -> bool {
    let Some((namespace, priority)) = value.split_once('.') else {
        return false;
    };
    NAMESPACES.iter().any(|(known, priorities)| {
        known.eq_ignore_ascii_case(namespace) && priorities.iter().any(|it| it.eq_ignore_ascii_case(priority))
    })
}

/// The value of Accept-Resource-Priority (§3.2): all that is known.
pub fn accepted() -> String {
    let all = NAMESPACES.iter().flat_map(|(namespace, priorities)| {
        priorities
            .iter()
            .map(move |priority| format!("{namespace}.{priority}"))
    });
    all.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Message;

    #[test]
    fn a_priority_is_known_passed_over_or_refused() {
        for (headers, expected) in [
            ("", Priority::None),
            ("Resource-Priority: dsn.flash\r\n", Priority::Known),
            ("Resource-Priority: x.1, ETS.0\r\n", Priority::Known),
            ("Resource-Priority: ets.9\r\n", Priority::None),
            (
                "Resource-Priority: ets.9\r\nRequire: Resource-Priority\r\n",
                Priority::Refused,
            ),
            (
                "Resource-Priority: x\r\nProxy-Require: a, resource-priority\r\n",
                Priority::Refused,
            ),
            (
                "Resource-Priority: wps.3\r\nRequire: resource-priority\r\n",
                Priority::Known,
            ),
        ] {
            let text = format!(
                "INVITE sip:b@b.example SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\n\
                 From: <sip:a@a.example>;tag=1\r\nTo: <sip:b@b.example>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n{headers}\r\n"
            );
            let Ok(Message::Request(request)) = Message::parse(text.as_bytes()) else {
                panic!("a request");
            };
            assert_eq!(Priority::of(&request), expected, "{headers}");
        }
        assert!(accepted().starts_with("dsn.routine, dsn.priority"));
    }
}
