//! System.Net: IPAddress, IPEndPoint; System.Net.Mail.MailAddress.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::{Method, fault};
use crate::error::Result;
use crate::types::resolve;
use crate::value::{Instance, Value};

/// System.Net.IPAddress.
pub struct Address(pub IpAddr);

/// From the number that the constructor takes: the first byte is the lowest.
pub fn address_of_number(number: i128) -> Option<Value> {
    let number = u32::try_from(number).ok()?;
    Some(Value::instance(Address(IpAddr::V4(Ipv4Addr::from(
        number.to_le_bytes(),
    )))))
}

/// Reads an address: IPv6, or IPv4 with one to four parts in decimal, octal or hexadecimal.
pub fn parse_address(text: &str) -> Option<Value> {
    if text.contains(':') {
        let plain = text.trim_start_matches('[').trim_end_matches(']');
        let plain = plain.split('%').next().unwrap_or(plain);
        return plain
            .parse::<Ipv6Addr>()
            .ok()
            .map(|address| Value::instance(Address(IpAddr::V6(address))));
    }
    let parts: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, front) = parts.split_last()?;
    let bytes = 4usize.checked_sub(front.len())?;
    if bytes == 0 || front.iter().any(|part| *part > 255) || *last >> (8 * bytes as u32) != 0 {
        return None;
    }
    let mut whole = *last;
    for (at, part) in front.iter().enumerate() {
        whole |= part << (24 - 8 * at);
    }
    Some(Value::instance(Address(IpAddr::V4(Ipv4Addr::from(whole as u32)))))
}

fn number(part: &str) -> Option<u64> {
    if let Some(digits) = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        return u64::from_str_radix(digits, 16).ok();
    }
    let octal = part.len() > 1 && part.starts_with('0');
    u64::from_str_radix(part, if octal { 8 } else { 10 })
        .ok()
        .filter(|_| !part.starts_with(['+', '-']))
}

impl Instance for Address {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Net.IPAddress")
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "AddressFamily",
            "ScopeId",
            "IsIPv6Multicast",
            "IsIPv6LinkLocal",
            "IsIPv6SiteLocal",
            "IsIPv6Teredo",
            "IsIPv6UniqueLocal",
            "IsIPv4MappedToIPv6",
            "Address",
            "IPAddressToString",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "ipaddresstostring" => Some(Value::from(self.to_text())),
            "addressfamily" => {
                let bits = if self.0.is_ipv4() { 2 } else { 23 };
                resolve("System.Net.Sockets.AddressFamily").map(|of| Value::enumeration(of, bits))
            }
            "address" => match self.0 {
                IpAddr::V4(address) => Some(Value::Long(i64::from(u32::from_le_bytes(address.octets())))),
                IpAddr::V6(_) => None,
            },
            // An IPv4 address has none, which shows as nothing.
            "scopeid" => Some(match self.0 {
                IpAddr::V4(_) => Value::Null,
                IpAddr::V6(_) => Value::Long(0),
            }),
            "isipv4mappedtoipv6" => Some(Value::Bool(
                matches!(self.0, IpAddr::V6(address) if address.to_ipv4_mapped().is_some()),
            )),
            "isipv6linklocal" => Some(Value::Bool(
                matches!(self.0, IpAddr::V6(address) if address.segments()[0] & 0xFFC0 == 0xFE80),
            )),
            "isipv6sitelocal" => Some(Value::Bool(
                matches!(self.0, IpAddr::V6(address) if address.segments()[0] & 0xFFC0 == 0xFEC0),
            )),
            "isipv6teredo" => Some(Value::Bool(
                matches!(self.0, IpAddr::V6(address) if address.segments()[..2] == [0x2001, 0]),
            )),
            "isipv6uniquelocal" => Some(Value::Bool(
                matches!(self.0, IpAddr::V6(address) if address.is_unique_local()),
            )),
            "isipv6multicast" => Some(Value::Bool(
                matches!(self.0, IpAddr::V6(address) if address.is_multicast()),
            )),
            _ => None,
        }
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Address>().map(|other| self.0 == other.0)
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

static METHODS: &[Method] = &[Method::new(
    "GetAddressBytes",
    "byte[] GetAddressBytes()",
    |call| {
        Ok(match call.target.downcast::<Address>().map(|address| address.0) {
            Some(IpAddr::V4(address)) => Value::bytes(&address.octets()),
            Some(IpAddr::V6(address)) => Value::bytes(&address.octets()),
            None => Value::Null,
        })
    },
)];

/// The static methods of IPAddress.
pub static STATIC: &[Method] = &[
    Method::new("Parse", "static ipaddress Parse(string ipString)", |call| {
        let text = call.text(0)?;
        parse_address(&text)
            .ok_or_else(|| fault::raised("System.FormatException", "An invalid IP address was specified."))
    }),
    Method::new(
        "TryParse",
        "static bool TryParse(string ipString, [ref] ipaddress address)",
        |call| {
            let text = call.text(0)?;
            let found = parse_address(&text);
            let success = found.is_some();
            super::numbers::set_reference(call.arguments.last(), found.unwrap_or_default());
            Ok(Value::Bool(success))
        },
    ),
    Method::new(
        "IsLoopback",
        "static bool IsLoopback(ipaddress address)",
        |call| {
            let value = call.to(0, &crate::types::Type::IPADDRESS)?;
            Ok(Value::Bool(
                value
                    .downcast::<Address>()
                    .is_some_and(|address| address.0.is_loopback()),
            ))
        },
    ),
];

/// Any, Loopback and their kin.
pub fn constant(name: &str) -> Option<Value> {
    let address = match name.to_ascii_lowercase().as_str() {
        "any" => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        "loopback" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        "broadcast" | "none" => IpAddr::V4(Ipv4Addr::BROADCAST),
        "ipv6any" | "ipv6none" => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        "ipv6loopback" => IpAddr::V6(Ipv6Addr::LOCALHOST),
        _ => return None,
    };
    Some(Value::instance(Address(address)))
}

/// System.Net.IPEndPoint.
pub struct EndPoint(std::net::SocketAddr);

/// Reads `address[:port]`.
pub fn parse_endpoint(text: &str) -> Option<Value> {
    let socket = text.parse().ok().or_else(|| {
        text.parse::<IpAddr>()
            .ok()
            .map(|address| std::net::SocketAddr::new(address, 0))
    })?;
    Some(Value::instance(EndPoint(socket)))
}

impl Instance for EndPoint {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Net.IPEndPoint")
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["AddressFamily", "Address", "Port"].map(Arc::from).to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "address" => Some(Value::instance(Address(self.0.ip()))),
            "port" => Some(Value::Int(i32::from(self.0.port()))),
            "addressfamily" => Address(self.0.ip()).property("AddressFamily"),
            _ => None,
        }
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<EndPoint>().map(|other| self.0 == other.0)
    }
}

/// System.Net.Mail.MailAddress.
pub struct MailAddress {
    address: String,
    display: String,
}

/// Reads `user@host` or `"Name" <user@host>`.
pub fn mail_address(text: &str, display: Option<&str>) -> Result<Value> {
    let wrong = || {
        fault::raised(
            "System.FormatException",
            "The specified string is not in the form required for an e-mail address.",
        )
    };
    let trimmed = text.trim();
    let (name, address) = match trimmed.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"'), address),
        None => ("", trimmed),
    };
    let (user, host) = address.rsplit_once('@').ok_or_else(wrong)?;
    let fits = |part: &str| {
        !part.is_empty()
            && !part.contains(|character: char| character.is_whitespace() || "<>(),;:\"".contains(character))
    };
    if !fits(user) || !fits(host) || host.starts_with('.') || host.ends_with('.') || user.contains("..") {
        return Err(wrong());
    }
    Ok(Value::instance(MailAddress {
        address: address.to_owned(),
        display: display.unwrap_or(name).to_owned(),
    }))
}

impl Instance for MailAddress {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Net.Mail.MailAddress")
    }

    fn to_text(&self) -> String {
        if self.display.is_empty() {
            self.address.clone()
        } else {
            format!("\"{}\" <{}>", self.display, self.address)
        }
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["DisplayName", "User", "Host", "Address"].map(Arc::from).to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let (user, host) = self.address.rsplit_once('@')?;
        Some(Value::from(match name.to_ascii_lowercase().as_str() {
            "displayname" => self.display.as_str(),
            "user" => user,
            "host" => host,
            "address" => self.address.as_str(),
            _ => return None,
        }))
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other
            .downcast::<MailAddress>()
            .map(|other| self.address.eq_ignore_ascii_case(&other.address))
    }
}
