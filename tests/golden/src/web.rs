//! The service that pages ask over HTTP: `api.contoso.example` answers from here, nobody else is there.

use std::io::Cursor;

use plenum_lang::host::{WebFailure, WebRequest, WebResponse};

const USERS: &str =
    r#"[{"name":"Ken Myer","line":"tel:+14255550100"},{"name":"Pilar Ackerman","line":"tel:+14255550101"}]"#;

/// Answers a request.
pub fn answer(request: &WebRequest) -> Result<WebResponse, WebFailure> {
    let place = ["https://api.contoso.example", "http://api.contoso.example"]
        .into_iter()
        .find_map(|service| request.uri.strip_prefix(service))
        .ok_or_else(|| WebFailure::Failed("Name or service not known".to_owned()))?;
    let sent = |wanted: &str| {
        let header = request
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        header.map_or("", |(_, value)| value.as_str())
    };
    let body = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default());
    let (path, query) = place.split_once('?').unwrap_or((place, ""));
    Ok(match (request.method.as_str(), path) {
        ("GET", "/users") if query == "page=2" => json(200, r#"[{"name":"Kim Akers","line":null}]"#),
        ("GET", "/users") => {
            let mut answer = json(200, USERS);
            let link = ("link".to_owned(), "</users?page=2>; rel=\"next\"".to_owned());
            answer.headers.push(link);
            answer
        }
        ("POST", "/users") => json(
            201,
            &format!(r#"{{"type":"{}","got":{body}}}"#, sent("content-type")),
        ),
        ("GET", "/who") => json(
            200,
            &format!(
                r#"{{"authorization":"{}","cookie":"{}"}}"#,
                sent("authorization"),
                sent("cookie")
            ),
        ),
        ("POST", "/login") => {
            let mut answer = text(303, "");
            answer.headers.push(("location".to_owned(), "/who".to_owned()));
            answer
                .headers
                .push(("set-cookie".to_owned(), "session=42; Path=/; HttpOnly".to_owned()));
            answer
        }
        ("GET", "/health") => text(200, "<html><body><a href=\"/users\">Users</a></body></html>"),
        ("GET", "/busy") => text(503, "Come back later."),
        _ => json(404, &format!(r#"{{"error":"there is no {path}"}}"#)),
    })
}

fn json(status: u16, content: &str) -> WebResponse {
    let mut answer = text(status, content);
    answer.headers[0].1 = "application/json".to_owned();
    answer
}

fn text(status: u16, content: &str) -> WebResponse {
    WebResponse {
        status,
        reason: match status {
            200 => "OK",
            201 => "Created",
            303 => "See Other",
            503 => "Service Unavailable",
            _ => "Not Found",
        },
        version: "HTTP/1.1",
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        body: Box::new(Cursor::new(content.as_bytes().to_vec())),
    }
}
