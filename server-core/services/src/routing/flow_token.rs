//! The flow of each side of a dialog, written into our own Record-Route (RFC 5626 §5.3).
//!
//! We record-route twice, once a side (RFC 5658): a request in the dialog carries both URIs back, and the one popped
//! last names the flow to its destination. So a dialog costs no memory, reaches phones behind NAT and on connections,
//! and survives a change of revision. The token is bound to the Call-ID with a keyed hash: a route that we did not
//! write for this very dialog is nobody's way around authentication. Its first digit says which world wrote it.

use std::net::{IpAddr, SocketAddr};

use plenum_sip::Secret;

use crate::boundary::{Flow, Transport};

const MAC: usize = 8;

/// Where a side of a dialog is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Reached by the Request-URI, as RFC 3261 §16.6 has it.
    Uri,
    /// Reached on this flow only.
    Flow(Flow),
}

/// Writes a token for a dialog, as the world with this index.
pub fn write(secret: &Secret, writer: u8, call_id: &[u8], side: Side) -> String {
    let mut bytes = Vec::with_capacity(64);
    let writer = writer << 4;
    match side {
        Side::Uri => bytes.push(writer),
        Side::Flow(flow) => {
            bytes.push(writer | (1 + flow.transport as u8));
            bytes.extend_from_slice(&flow.connection.to_be_bytes());
            put_address(&mut bytes, flow.local);
            put_address(&mut bytes, flow.peer);
        }
    }
    let mac = mac(secret, call_id, &bytes);
    bytes.extend_from_slice(&mac);
    hex(&bytes)
}

/// Reads a token; `None` when we did not write it for this dialog.
pub fn read(secret: &Secret, call_id: &[u8], token: &str) -> Option<Side> {
    let bytes = unhex(token)?;
    let (body, given) = bytes.split_at_checked(bytes.len().checked_sub(MAC)?)?;
    // A difference shows nothing that a forger could use: there is no second try within one Call-ID's 2^64.
    if mac(secret, call_id, body) != given {
        return None;
    }
    let (kind, mut rest) = body.split_first()?;
    let transport = match kind & 15 {
        0 => return Some(Side::Uri),
        1 => Transport::Udp,
        2 => Transport::Tcp,
        3 => Transport::Tls,
        4 => Transport::Ws,
        5 => Transport::Wss,
        _ => return None,
    };
    let connection = u64::from_be_bytes(take(&mut rest)?);
    let local = take_address(&mut rest)?;
    let peer = take_address(&mut rest)?;
    Some(Side::Flow(Flow {
        transport,
        local,
        peer,
        connection,
    }))
}

/// Which world wrote what may be a token; nobody vouches for it until it is read.
pub fn writer(token: &str) -> Option<u8> {
    let is_token = token.len() > 2 * MAC && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    token.bytes().next().filter(|_| is_token).and_then(digit)
}

fn mac(secret: &Secret, call_id: &[u8], body: &[u8]) -> [u8; MAC] {
    let hash = secret.hash(&[b"route", call_id, body]).to_le_bytes();
    std::array::from_fn(|index| hash[index])
}

fn put_address(bytes: &mut Vec<u8>, address: SocketAddr) {
    match address.ip() {
        IpAddr::V4(ip) => {
            bytes.push(4);
            bytes.extend_from_slice(&ip.octets());
        }
        IpAddr::V6(ip) => {
            bytes.push(6);
            bytes.extend_from_slice(&ip.octets());
        }
    }
    bytes.extend_from_slice(&address.port().to_be_bytes());
}

fn take_address(bytes: &mut &[u8]) -> Option<SocketAddr> {
    let ip = match take::<1>(bytes)? {
        [4] => IpAddr::from(take::<4>(bytes)?),
        [6] => IpAddr::from(take::<16>(bytes)?),
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::from_be_bytes(take(bytes)?)))
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)].into());
        text.push(DIGITS[usize::from(byte & 15)].into());
    }
    text
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Bytes of hexadecimal digits.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || text.len() > 256 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for pair in text.as_bytes().chunks_exact(2) {
        bytes.push(digit(pair[0])? << 4 | digit(pair[1])?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_in_its_own_dialog_only() {
        let secret = Secret::new([3; 16]);
        let peer = "[2001:db8::7]:5061".parse().unwrap();
        let flow = Flow {
            transport: Transport::Tls,
            local: "10.0.0.1:5061".parse().unwrap(),
            peer,
            connection: 9,
        };
        for side in [Side::Uri, Side::Flow(flow)] {
            let token = write(&secret, 11, b"call-1", side);
            assert_eq!(writer(&token), Some(11));
            assert_eq!(read(&secret, b"call-1", &token), Some(side));
            assert_eq!(read(&secret, b"call-2", &token), None);
            assert_eq!(read(&Secret::new([4; 16]), b"call-1", &token), None);
            assert_eq!(read(&secret, b"call-1", &token[2..]), None);
        }
        assert_eq!(read(&secret, b"call-1", ""), None);
        assert_eq!(writer("alice"), None);
        assert_eq!(read(&secret, b"call-1", "zz"), None);
    }
}
