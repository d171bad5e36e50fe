//! Via (RFC 3261 §20.42, §18.2, RFC 3581).

use std::net::{IpAddr, SocketAddr};

use super::chars;
use super::params::{Params, skip_space};
use super::uri::{Host, split_hostport};
use crate::flow::Transport;

/// What every branch begins with since RFC 3261 §8.1.1.7.
pub const MAGIC_COOKIE: &str = "z9hG4bK";

/// One Via value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Via<'a> {
    /// The whole value as written.
    pub raw: &'a [u8],
    /// The transport as written: any token.
    pub(super) transport: &'a [u8],
    /// `sent-by`: the host as written, ASCII.
    pub(super) host: &'a [u8],
    /// `sent-by`: the port, when written.
    pub port: Option<u16>,
    /// The parameters.
    pub params: Params<'a>,
    /// Whether the version is SIP/2.0.
    pub is_version_2: bool,
}

impl<'a> Via<'a> {
    /// Reads one value to the end of the bytes.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let (protocol, at) = token(raw, 0)?;
        let (version, at) = token(raw, slash(raw, at)?)?;
        let (transport, at) = token(raw, slash(raw, at)?)?;
        let host_at = skip_space(raw, at);
        if host_at == at {
            return None;
        }
        let (host, port, rest) = hostport(&raw[host_at..])?;
        let params = Params::parse(rest)?;
        let is_version_2 = protocol.eq_ignore_ascii_case(b"SIP") && version == b"2.0";
        Some(Self {
            raw,
            transport,
            host,
            port,
            params,
            is_version_2,
        })
    }

    /// The transport as written: any token.
    pub fn transport(&self) -> &'a str {
        chars::text(self.transport).unwrap_or_default()
    }

    /// `sent-by`: the host as written.
    pub fn host(&self) -> &'a str {
        chars::text(self.host).unwrap_or_default()
    }

    /// `sent-by`: the bytes of the host as written.
    pub fn host_bytes(&self) -> &'a [u8] {
        self.host
    }

    /// The transport, when it is one that this crate knows.
    pub fn known_transport(&self) -> Option<Transport> {
        Transport::from_name(self.transport())
    }

    /// The branch.
    pub fn branch(&self) -> Option<&'a str> {
        self.params.get("branch")
    }

    /// The branch, when it is one that RFC 3261 calls unique: the magic cookie and something after it.
    pub fn unique_branch(&self) -> Option<&'a [u8]> {
        self.params.get_bytes("branch").filter(|branch| {
            let cookie = branch.get(..MAGIC_COOKIE.len());
            branch.len() > MAGIC_COOKIE.len()
                && cookie.is_some_and(|cookie| cookie.eq_ignore_ascii_case(MAGIC_COOKIE.as_bytes()))
        })
    }

    /// The `received` address.
    pub fn received(&self) -> Option<IpAddr> {
        let text = self.params.get("received")?;
        text.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// `rport`: `None` when absent, `Some(None)` when asked for, `Some(Some(port))` when answered (RFC 3581 §3).
    pub fn rport(&self) -> Option<Option<u16>> {
        self.params
            .has("rport")
            .then(|| self.params.get("rport").and_then(|port| port.parse().ok()))
    }

    /// The `maddr` parameter.
    pub fn maddr(&self) -> Option<&'a str> {
        self.params.get("maddr")
    }

    /// Whether the message came from another address than `sent-by` says, so that `received` is due (RFC 3261 §18.2.1);
    /// with `rport` it is always due (RFC 3581 §4).
    pub fn needs_received(&self, source: SocketAddr) -> bool {
        self.params.has("rport") || self.is_from_elsewhere(source)
    }

    pub(crate) fn is_from_elsewhere(&self, source: SocketAddr) -> bool {
        Host::parse(self.host()) != Some(Host::Address(source.ip()))
    }

    /// Where a response goes over an unreliable transport when the request came from `source` (RFC 3261 §18.2.2,
    /// RFC 3581 §4). A `maddr` that is no address is ignored, and so is every multicast or broadcast one: a response is
    /// sent to the one that asked.
    pub fn response_address(&self, source: SocketAddr) -> SocketAddr {
        if self.params.has("rport") {
            return source;
        }
        // The request came by UDP, whatever the Via says of it.
        let port = self.port.unwrap_or_else(|| Transport::Udp.default_port());
        SocketAddr::new(source.ip(), port)
    }
}

fn token(raw: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let end = chars::token_end(raw, at);
    (end > at).then(|| (&raw[at..end], end))
}

fn slash(raw: &[u8], at: usize) -> Option<usize> {
    let at = skip_space(raw, at);
    (raw.get(at) == Some(&b'/')).then(|| skip_space(raw, at + 1))
}

/// `host [COLON port]`, with the white space that §25.1 allows around the colon.
fn hostport(raw: &[u8]) -> Option<(&[u8], Option<u16>, &[u8])> {
    let (host, port, rest) = split_hostport(raw)?;
    let colon = skip_space(rest, 0);
    if port.is_some() || rest.get(colon) != Some(&b':') {
        return Some((host, port, rest));
    }
    let at = skip_space(rest, colon + 1);
    let digits = rest[at..]
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(rest.len() - at);
    Some((
        host,
        Some(chars::number(&rest[at..at + digits])?),
        &rest[at + digits..],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_white_space_and_parameters() {
        let via =
            Via::parse(b"SIP  / 2.0\r\n /UDP\r\n    192.0.2.2 ;branch=390skdjuw; rport;received=192.0.2.9")
                .unwrap();
        assert_eq!(
            (via.transport(), via.host(), via.port),
            ("UDP", "192.0.2.2", None)
        );
        assert_eq!((via.branch(), via.unique_branch()), (Some("390skdjuw"), None));
        assert_eq!(via.rport(), Some(None));
        assert_eq!(via.received(), Some("192.0.2.9".parse().unwrap()));
        let via = Via::parse(b"SIP/2.0/TLS [2001:db8::9]:5061;branch=z9hG4bKx;rport=1025").unwrap();
        assert_eq!(
            (via.host(), via.port, via.rport()),
            ("[2001:db8::9]", Some(5061), Some(Some(1025)))
        );
        assert_eq!(via.unique_branch(), Some(&b"z9hG4bKx"[..]));
    }

    #[test]
    fn a_bare_cookie_is_not_unique() {
        assert_eq!(
            Via::parse(b"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK")
                .unwrap()
                .unique_branch(),
            None
        );
    }

    #[test]
    fn misplaced_separators_are_refused() {
        for raw in [
            "SIP/2.0/UDP 192.0.2.15;;,;,,",
            "SIP/2.0/UDP",
            "SIP/2.0 h",
            "SIP/2.0/UDP h:",
            "SIP/2.0/UDP h:70000",
            "",
        ] {
            assert_eq!(Via::parse(raw.as_bytes()), None, "{raw}");
        }
    }

    #[test]
    fn responses_go_back_to_who_asked() {
        let source: SocketAddr = "127.0.0.1:40000".parse().unwrap();
        let to = |raw: &str| {
            Via::parse(raw.as_bytes())
                .unwrap()
                .response_address(source)
                .to_string()
        };
        assert_eq!(to("SIP/2.0/UDP host5.example.com"), "127.0.0.1:5060");
        assert_eq!(to("SIP/2.0/UDP host5.example.com:5070"), "127.0.0.1:5070");
        assert_eq!(to("SIP/2.0/UDP host5.example.com:5070;rport"), "127.0.0.1:40000");
        assert_eq!(to("SIP/2.0/UDP h;maddr=255.255.255.255"), "127.0.0.1:5060");
    }
}
