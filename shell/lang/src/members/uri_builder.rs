//! System.UriBuilder: the parts of a URI, changed one by one.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, World, fault, plain_property, uri};
use crate::convert;
use crate::error::Result;
use crate::value::{Instance, Value};

#[derive(Clone)]
struct Parts {
    scheme: String,
    user: String,
    password: String,
    host: String,
    /// -1 where the scheme's own is meant.
    port: i32,
    path: String,
    /// With its mark, as the fragment.
    query: String,
    fragment: String,
}

/// A URI in the making.
pub struct UriBuilder(Mutex<Parts>);

/// `[UriBuilder]::new()`, `new(uri)`, `new(scheme, host, port, path, extra)`.
pub fn construct(call: &mut Call<'_>) -> Result<Value> {
    call.expect(0, 5)?;
    let mut parts = Parts {
        scheme: "http".to_owned(),
        user: String::new(),
        password: String::new(),
        host: "localhost".to_owned(),
        port: -1,
        path: "/".to_owned(),
        query: String::new(),
        fragment: String::new(),
    };
    match call.count() {
        0 => {}
        1 => parts = of_uri(&call.text(0)?)?,
        count => {
            parts.scheme = call.text(0)?.to_ascii_lowercase();
            parts.host = call.text(1)?.to_string();
            if count > 2 {
                parts.port = call.int(2)?;
            }
            if count > 3 {
                parts.path = rooted(&call.text(3)?);
            }
            if count > 4 {
                let extra = call.text(4)?;
                let (query, fragment) = extra.split_once('#').unwrap_or((&extra, ""));
                parts.query = marked(query, '?');
                parts.fragment = marked(fragment, '#');
            }
        }
    }
    Ok(Value::instance(UriBuilder(Mutex::new(parts))))
}

fn of_uri(text: &str) -> Result<Parts> {
    let absolute = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let uri = uri::parse(&absolute).map_err(|why| fault::raised("System.UriFormatException", why))?;
    let part = |name: &str| plain_property(&uri, name).unwrap_or_default();
    let user_info = part("UserInfo").to_text();
    let (user, password) = user_info.split_once(':').unwrap_or((&user_info, ""));
    Ok(Parts {
        scheme: part("Scheme").to_text(),
        user: user.to_owned(),
        password: password.to_owned(),
        host: part("Host").to_text(),
        port: convert::to_int(&part("Port"))?,
        path: part("AbsolutePath").to_text(),
        query: part("Query").to_text(),
        fragment: part("Fragment").to_text(),
    })
}

fn rooted(path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    }
}

/// A query or fragment with its mark; nothing where it is empty.
fn marked(text: &str, mark: char) -> String {
    match text.strip_prefix(mark).unwrap_or(text) {
        "" => String::new(),
        rest => format!("{mark}{rest}"),
    }
}

impl Parts {
    fn text(&self) -> String {
        let user = match (self.user.as_str(), self.password.as_str()) {
            ("", _) => String::new(),
            (user, "") => format!("{user}@"),
            (user, password) => format!("{user}:{password}@"),
        };
        let port = if self.port < 0 {
            String::new()
        } else {
            format!(":{}", self.port)
        };
        format!(
            "{}://{user}{}{port}{}{}{}",
            self.scheme, self.host, self.path, self.query, self.fragment
        )
    }
}

impl Instance for UriBuilder {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.UriBuilder")
    }

    fn to_text(&self) -> String {
        self.0.lock().text()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Scheme", "UserName", "Password", "Host", "Port", "Path", "Query", "Fragment", "Uri",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let parts = self.0.lock();
        Some(match name.to_ascii_lowercase().as_str() {
            "scheme" => Value::str(&parts.scheme),
            "username" => Value::str(&parts.user),
            "password" => Value::str(&parts.password),
            "host" => Value::str(&parts.host),
            "port" => Value::Int(parts.port),
            "path" => Value::str(&parts.path),
            "query" => Value::str(&parts.query),
            "fragment" => Value::str(&parts.fragment),
            "uri" => uri::parse(&parts.text()).unwrap_or_default(),
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, value: &Value, _world: &mut dyn World) -> Option<Result<()>> {
        let text = value.to_text();
        let mut parts = self.0.lock();
        match name.to_ascii_lowercase().as_str() {
            "scheme" => parts.scheme = text.split(':').next().unwrap_or_default().to_ascii_lowercase(),
            "username" => parts.user = text,
            "password" => parts.password = text,
            "host" => parts.host = text,
            "path" => parts.path = rooted(&text.replace('\\', "/").replace(' ', "%20")),
            "query" => parts.query = marked(&text, '?'),
            "fragment" => parts.fragment = marked(&text, '#'),
            "port" => {
                let port = match convert::to_int(value) {
                    Ok(port) if (-1..=65_535).contains(&port) => port,
                    Ok(_) => {
                        return Some(Err(fault::out_of_range(
                            "value",
                            "Specified argument was out of the range of valid values.",
                        )));
                    }
                    Err(failed) => return Some(Err(failed)),
                };
                parts.port = port;
            }
            _ => return None,
        }
        Some(Ok(()))
    }
}
