//! System.Uri.

use std::sync::Arc;

use super::Method;
use crate::value::{Instance, Value};

/// A URI, absolute or relative.
pub struct Uri {
    original: String,
    parts: Option<Parts>,
}

struct Parts {
    scheme: String,
    user: String,
    host: String,
    port: i32,
    path: String,
    query: String,
    fragment: String,
    authority: bool,
}

fn default_port(scheme: &str) -> i32 {
    match scheme {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "ftp" => 21,
        "ldap" => 389,
        "mailto" => 25,
        _ => -1,
    }
}

/// Reads a URI; what has no scheme is relative.
pub fn parse(text: &str) -> Result<Value, String> {
    let trimmed = text.trim();
    let parts = split(trimmed)?;
    Ok(Value::instance(Uri {
        original: text.to_owned(),
        parts,
    }))
}

fn split(text: &str) -> Result<Option<Parts>, String> {
    if text.starts_with('/') && !text.starts_with("//") && text.len() > 1 {
        return Ok(Some(Parts {
            scheme: "file".to_owned(),
            user: String::new(),
            host: String::new(),
            port: -1,
            path: text.to_owned(),
            query: String::new(),
            fragment: String::new(),
            authority: true,
        }));
    }
    let Some((scheme, rest)) = text.split_once(':') else {
        return Ok(None);
    };
    let letters = scheme
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character));
    if !letters || !scheme.starts_with(|character: char| character.is_ascii_alphabetic()) {
        return Ok(None);
    }
    let scheme = scheme.to_ascii_lowercase();
    let (rest, fragment) = cut(rest, '#');
    let (rest, query) = cut(rest, '?');
    let Some(after) = rest.strip_prefix("//") else {
        let port = default_port(&scheme);
        return Ok(Some(Parts {
            scheme,
            user: String::new(),
            host: String::new(),
            port,
            path: rest.to_owned(),
            query,
            fragment,
            authority: false,
        }));
    };
    let (authority, path) = after.find('/').map_or((after, "/"), |at| after.split_at(at));
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !place.ends_with(']') => {
            let number = if port.is_empty() {
                Some(default_port(&scheme))
            } else {
                port.parse::<u16>().ok().map(i32::from)
            };
            (host, number.ok_or("Invalid URI: Invalid port specified.")?)
        }
        _ => (place, default_port(&scheme)),
    };
    if host.is_empty() && scheme != "file" {
        return Err("Invalid URI: The hostname could not be parsed.".to_owned());
    }
    Ok(Some(Parts {
        scheme,
        user: user.to_owned(),
        host: host.to_ascii_lowercase(),
        port,
        path: path.to_owned(),
        query,
        fragment,
        authority: true,
    }))
}

/// Cuts at a mark, which stays with what follows.
fn cut(text: &str, mark: char) -> (&str, String) {
    text.find(mark)
        .map_or((text, String::new()), |at| (&text[..at], text[at..].to_owned()))
}

impl Parts {
    fn authority(&self) -> String {
        if self.port == default_port(&self.scheme) || self.port < 0 {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    fn absolute(&self) -> String {
        let marks = if self.authority { "//" } else { "" };
        let user = if self.user.is_empty() {
            String::new()
        } else {
            format!("{}@", self.user)
        };
        let authority = self.authority();
        format!(
            "{}:{marks}{user}{authority}{}{}{}",
            self.scheme,
            self.path.replace(' ', "%20"),
            self.query,
            self.fragment
        )
    }
}

impl Instance for Uri {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Uri")
    }

    fn to_text(&self) -> String {
        self.parts
            .as_ref()
            .filter(|parts| parts.authority && parts.scheme != "file")
            .map_or_else(|| self.original.clone(), Parts::absolute)
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "AbsolutePath",
            "AbsoluteUri",
            "LocalPath",
            "Authority",
            "HostNameType",
            "IsDefaultPort",
            "IsFile",
            "IsLoopback",
            "PathAndQuery",
            "Segments",
            "IsUnc",
            "Host",
            "Port",
            "Query",
            "Fragment",
            "Scheme",
            "OriginalString",
            "DnsSafeHost",
            "IdnHost",
            "IsAbsoluteUri",
            "UserEscaped",
            "UserInfo",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "originalstring" => return Some(Value::from(self.original.as_str())),
            "isabsoluteuri" => return Some(Value::Bool(self.parts.is_some())),
            "userescaped" => return Some(Value::Bool(false)),
            _ => {}
        }
        let parts = self.parts.as_ref()?;
        Some(match lower.as_str() {
            "absolutepath" => Value::from(parts.path.as_str()),
            "localpath" => Value::from(super::environment::percent_decoded(&parts.path)),
            "absoluteuri" => Value::from(parts.absolute()),
            "authority" => Value::from(parts.authority()),
            "host" | "dnssafehost" | "idnhost" => Value::from(parts.host.as_str()),
            "port" => Value::Int(parts.port),
            "query" => Value::from(parts.query.as_str()),
            "fragment" => Value::from(parts.fragment.as_str()),
            "scheme" => Value::from(parts.scheme.as_str()),
            "userinfo" => Value::from(parts.user.as_str()),
            "pathandquery" => Value::from(format!("{}{}", parts.path, parts.query)),
            "isdefaultport" => Value::Bool(parts.port == default_port(&parts.scheme)),
            "isfile" => Value::Bool(parts.scheme == "file"),
            "isloopback" => Value::Bool(matches!(parts.host.as_str(), "localhost" | "127.0.0.1" | "[::1]")),
            "isunc" => Value::Bool(false),
            "hostnametype" => {
                let of = crate::types::resolve("System.UriHostNameType")?;
                Value::enumeration(of, host_kind(&parts.host))
            }
            "segments" => {
                let mut segments: Vec<String> = parts.path.split_inclusive('/').map(str::to_owned).collect();
                segments.retain(|segment| !segment.is_empty());
                Value::strings(segments)
            }
            _ => return None,
        })
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other
            .downcast::<Uri>()
            .map(|other| self.to_text() == other.to_text())
    }

    fn methods(&self) -> &'static [Method] {
        &[]
    }
}

/// The static methods of Uri.
pub static STATIC: &[Method] = &[
    Method::new(
        "EscapeDataString",
        "static string EscapeDataString(string stringToEscape)",
        |call| {
            Ok(Value::from(super::environment::percent_encoded(
                &call.text(0)?,
                "-_.~",
            )))
        },
    ),
    Method::new(
        "UnescapeDataString",
        "static string UnescapeDataString(string stringToUnescape)",
        |call| Ok(Value::from(super::environment::percent_decoded(&call.text(0)?))),
    ),
    Method::new(
        "EscapeUriString",
        "static string EscapeUriString(string stringToEscape)",
        |call| {
            Ok(Value::from(super::environment::percent_encoded(
                &call.text(0)?,
                "-_.~!*'();:@&=+$,/?#[]",
            )))
        },
    ),
    Method::new(
        "IsWellFormedUriString",
        "static bool IsWellFormedUriString(string uriString, System.UriKind uriKind)",
        |call| {
            let text = call.text(0)?;
            let absolute = matches!(split(&text), Ok(Some(_)));
            let kind = call.enumeration(1, "System.UriKind")?;
            Ok(Value::Bool(
                !text.contains(' ') && (kind == 0 || (kind == 1) == absolute),
            ))
        },
    ),
    Method::new(
        "TryCreate",
        "static bool TryCreate(string uriString, System.UriKind uriKind, [ref] uri result)",
        |call| {
            let text = call.text(0)?;
            let kind = call.enumeration(1, "System.UriKind")?;
            let absolute = matches!(split(&text), Ok(Some(_)));
            let made = if kind == 0 || (kind == 1) == absolute {
                parse(&text).ok()
            } else {
                None
            };
            let success = made.is_some();
            super::numbers::set_reference(call.arguments.last(), made.unwrap_or_default());
            Ok(Value::Bool(success))
        },
    ),
];

/// The number of System.UriHostNameType for a host: nothing, a name, an address of version 4 or 6.
fn host_kind(host: &str) -> i64 {
    match host {
        "" => 1,
        host if host.starts_with('[') => 4,
        host if host.parse::<std::net::Ipv4Addr>().is_ok() => 3,
        _ => 2,
    }
}
