//! WebRequestSession: what several requests have in common, cookies above all (RFC 6265).
//!
//! The object that scripts hold is a property bag; its cookies are rows that scripts can read. Cookies without a date
//! last as long as the session, those whose date has passed are taken out.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::Result;
use plenum_lang::value::Value;
use url::Url;

use super::pairs;
use crate::authoring::{Read, array, invalid_argument, items, text, to_text, typed_object};

const TYPE: &str = "Microsoft.PowerShell.Commands.WebRequestSession";

/// A cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    pub name: String,
    pub value: String,
    pub domain: String,
    /// Whether only the very host that set it gets it.
    pub host_only: bool,
    pub path: String,
    pub secure: bool,
    pub http_only: bool,
}

/// What a session holds.
#[derive(Default)]
pub struct Session {
    /// The object that a script has of it, which learns of new cookies.
    object: Option<Value>,
    pub headers: Vec<(String, String)>,
    pub user_agent: Option<String>,
    pub credentials: Option<Value>,
    cookies: Vec<Cookie>,
}

impl Session {
    /// The session that the arguments name or begin.
    pub fn of(context: &mut dyn Context, arguments: &Arguments) -> Result<Session> {
        if let Some(name) = arguments.text("SessionVariable") {
            let session = Session {
                user_agent: arguments.text("UserAgent"),
                credentials: arguments.get("Credential").cloned(),
                headers: header_pairs(arguments.get("Headers")),
                ..Session::default()
            };
            let object = session.new_object();
            context.set_variable(&name, object.clone())?;
            return Ok(Session {
                object: Some(object),
                ..session
            });
        }
        let Some(object) = arguments
            .get("WebSession")
            .filter(|given| !matches!(given, Value::Null))
        else {
            return Ok(Session::default());
        };
        let is_one = plenum_lang::inspect::type_names(object)
            .iter()
            .any(|name| &**name == TYPE);
        if !is_one {
            let message = "-WebSession takes the object that -SessionVariable made.";
            return Err(invalid_argument("InvalidWebSession", object.clone(), message).into());
        }
        let property = |name: &str| {
            object
                .property(name)
                .filter(|value| !matches!(value, Value::Null))
        };
        Ok(Session {
            headers: header_pairs(property("Headers").as_ref()),
            user_agent: property("UserAgent").map(|agent| to_text(&agent)),
            credentials: property("Credentials"),
            cookies: property("Cookies")
                .map(|cookies| items(&cookies).iter().filter_map(read).collect())
                .unwrap_or_default(),
            object: Some(object.clone()),
        })
    }

    fn new_object(&self) -> Value {
        let headers = self.headers.iter().map(|(name, value)| (text(name), text(value)));
        typed_object(
            &[TYPE, "System.Object"],
            [
                ("Headers", plenum_lang::inspect::hashtable(false, headers)),
                ("Cookies", array(Vec::new())),
                ("Credentials", self.credentials.clone().unwrap_or_default()),
                ("UserAgent", self.user_agent.as_deref().map_or(Value::Null, text)),
            ],
        )
    }

    /// Takes the cookies that an answer sets.
    pub fn remember(&mut self, context: &dyn Context, from: &Url, headers: &[(String, String)]) {
        let set = headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        for (cookie, lasts) in set.filter_map(|(_, value)| parse(value, from, context.host().now_ticks())) {
            self.cookies.retain(|known| {
                (&known.name, &known.domain, &known.path) != (&cookie.name, &cookie.domain, &cookie.path)
            });
            if lasts {
                self.cookies.push(cookie);
            }
        }
        if let Some(Value::Object(object)) = &self.object {
            object.set("Cookies", array(self.cookies.iter().map(shown).collect()));
        }
    }

    /// The `Cookie` header for an address.
    pub fn cookie_header(&self, uri: &Url) -> Option<String> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|cookie| cookie.goes_to(uri))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        (!cookies.is_empty()).then(|| cookies.join("; "))
    }
}

fn header_pairs(table: Option<&Value>) -> Vec<(String, String)> {
    let pairs = table.map(pairs).unwrap_or_default();
    pairs
        .into_iter()
        .map(|(name, value)| (name, to_text(&value)))
        .collect()
}

impl Cookie {
    fn goes_to(&self, uri: &Url) -> bool {
        let host = uri.host_str().unwrap_or_default();
        let domain = match self.host_only {
            true => host == self.domain,
            false => {
                host == self.domain
                    || host
                        .strip_suffix(&*self.domain)
                        .is_some_and(|rest| rest.ends_with('.'))
            }
        };
        let path = uri.path();
        let below = path
            .strip_prefix(&*self.path)
            .is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'));
        domain && below && (!self.secure || uri.scheme() == "https")
    }
}

/// A `Set-Cookie`, and whether it lasts. One for a domain that the sender is not in is not taken.
fn parse(header: &str, from: &Url, now_ticks: i64) -> Option<(Cookie, bool)> {
    let host = from.host_str()?;
    let mut parts = header.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let directory = from.path().rsplit_once('/').map_or("/", |(folder, _)| folder);
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        domain: host.to_owned(),
        host_only: true,
        path: if directory.is_empty() { "/" } else { directory }.to_owned(),
        secure: false,
        http_only: false,
    };
    let (mut age, mut until) = (None, None);
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "domain" if !value.is_empty() => {
                cookie.domain = value.trim_start_matches('.').to_ascii_lowercase();
                cookie.host_only = false;
            }
            "path" if value.starts_with('/') => cookie.path = value.to_owned(),
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
            "max-age" => age = value.parse::<i64>().ok(),
            "expires" => until = plenum_lang::inspect::converted(&text(value), "datetimeoffset").ok(),
            _ => {}
        }
    }
    let from_there = host == cookie.domain
        || host
            .strip_suffix(&*cookie.domain)
            .is_some_and(|rest| rest.ends_with('.'));
    let has_dot = cookie.host_only || cookie.domain.contains('.');
    if cookie.name.is_empty() || !from_there || !has_dot {
        return None;
    }
    let until = until
        .and_then(|until| until.property("UtcTicks"))
        .and_then(|ticks| crate::authoring::to_int(&ticks));
    let lasts = match (age, until) {
        (Some(age), _) => age > 0,
        (None, Some(until)) => until > now_ticks,
        (None, None) => true,
    };
    Some((cookie, lasts))
}

/// A cookie as scripts see it.
fn shown(cookie: &Cookie) -> Value {
    typed_object(
        &["System.Net.Cookie", "System.Object"],
        [
            ("Name", text(&cookie.name)),
            ("Value", text(&cookie.value)),
            ("Domain", text(&cookie.domain)),
            ("Path", text(&cookie.path)),
            ("Secure", Value::Bool(cookie.secure)),
            ("HttpOnly", Value::Bool(cookie.http_only)),
            ("HostOnly", Value::Bool(cookie.host_only)),
        ],
    )
}

fn read(row: &Value) -> Option<Cookie> {
    let string = |name: &str| row.property(name).map(|value| to_text(&value));
    let flag = |name: &str| matches!(row.property(name), Some(Value::Bool(true)));
    Some(Cookie {
        name: string("Name")?,
        value: string("Value")?,
        domain: string("Domain")?,
        host_only: flag("HostOnly"),
        path: string("Path")?,
        secure: flag("Secure"),
        http_only: flag("HttpOnly"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(header: &str) -> Option<(Cookie, bool)> {
        parse(
            header,
            &Url::parse("https://www.contoso.example/app/login").unwrap(),
            0,
        )
    }

    #[test]
    fn a_cookie_goes_back_to_where_it_came_from_and_below() {
        for (header, to, goes) in [
            ("a=1", "https://www.contoso.example/app/x", true),
            ("a=1", "https://www.contoso.example/other", false),
            ("a=1; Path=/", "https://www.contoso.example/other", true),
            ("a=1; Path=/", "https://contoso.example/", false),
            (
                "a=1; Path=/; Domain=contoso.example",
                "http://mail.contoso.example/",
                true,
            ),
            (
                "a=1; Path=/; Domain=contoso.example; Secure",
                "http://mail.contoso.example/",
                false,
            ),
            (
                "a=1; Path=/; Domain=contoso.example",
                "https://notcontoso.example/",
                false,
            ),
        ] {
            let (cookie, _) = cookie(header).unwrap();
            assert_eq!(cookie.goes_to(&Url::parse(to).unwrap()), goes, "{header} to {to}");
        }
    }

    #[test]
    fn a_cookie_for_somebody_else_is_not_taken_and_an_old_one_goes() {
        assert_eq!(cookie("a=1; Domain=fabrikam.example"), None);
        assert_eq!(cookie("a=1; Domain=example"), None);
        assert!(!cookie("a=1; Max-Age=0").unwrap().1);
        assert!(cookie("a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT").unwrap().1);
    }
}
