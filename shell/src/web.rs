//! HTTP for the cmdlets: ureq over rustls, trusting what the computer trusts.
//!
//! An exchange runs on a thread of its own, so that Ctrl-C does not wait for a server; the thread ends with its
//! exchange.

use std::io;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use plenum_lang::host::{WebFailure, WebRequest, WebResponse};
use ureq::http;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Error};

/// How often a waiting exchange looks whether the pipeline was stopped.
const STOP_POLL: Duration = Duration::from_millis(20);

/// Does one exchange.
pub fn exchange(request: WebRequest, stopped: &dyn Fn() -> bool) -> Result<WebResponse, WebFailure> {
    let (sender, receiver) = mpsc::sync_channel(1);
    std::thread::Builder::new()
        .name("web".to_owned())
        .spawn(move || {
            let _ = sender.send(send(request));
        })
        .map_err(|error| WebFailure::Failed(error.to_string()))?;
    loop {
        match receiver.recv_timeout(STOP_POLL) {
            Ok(answer) => return answer,
            Err(mpsc::RecvTimeoutError::Timeout) if stopped() => return Err(WebFailure::Stopped),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(WebFailure::Failed(
                    "The exchange ended without an answer.".to_owned(),
                ));
            }
        }
    }
}

fn agent(request: &WebRequest) -> Agent {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::PlatformVerifier)
        .disable_verification(request.any_certificate)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let mut config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(request.timeout);
    if request.direct {
        config = config.proxy(None);
    }
    config.build().into()
}

fn send(request: WebRequest) -> Result<WebResponse, WebFailure> {
    let agent = agent(&request);
    let answer = match (request.body, request.method.as_str()) {
        (Some(body), "GET" | "HEAD" | "DELETE" | "OPTIONS" | "TRACE") => {
            // These have no content as a rule; whoever gives one means it.
            let builder = match request.method.as_str() {
                "GET" => agent.get(&request.uri),
                "HEAD" => agent.head(&request.uri),
                "DELETE" => agent.delete(&request.uri),
                "OPTIONS" => agent.options(&request.uri),
                _ => agent.trace(&request.uri),
            };
            let headers = request.headers.iter();
            headers
                .fold(builder, |builder, (name, value)| builder.header(name, value))
                .force_send_body()
                .send(&body[..])
        }
        (body, method) => {
            let builder = http::Request::builder().method(method).uri(&request.uri);
            let headers = request.headers.iter();
            let builder = headers.fold(builder, |builder, (name, value)| builder.header(name, value));
            let invalid = |error: http::Error| WebFailure::Invalid(error.to_string());
            match body {
                Some(body) => agent.run(builder.body(body).map_err(invalid)?),
                None => agent.run(builder.body(()).map_err(invalid)?),
            }
        }
    };
    answer.map(response).map_err(failure)
}

fn response(answer: http::Response<ureq::Body>) -> WebResponse {
    let (head, body) = answer.into_parts();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    WebResponse {
        status: head.status.as_u16(),
        reason: head.status.canonical_reason().unwrap_or(""),
        version: match head.version {
            http::Version::HTTP_10 => "HTTP/1.0",
            _ => "HTTP/1.1",
        },
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
        body: Box::new(body.into_with_config().limit(u64::MAX).reader()),
    }
}

fn failure(error: Error) -> WebFailure {
    match error {
        Error::Timeout(_) => WebFailure::TimedOut,
        Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => WebFailure::TimedOut,
        Error::BadUri(why) => WebFailure::Invalid(why),
        Error::Http(error) => WebFailure::Invalid(error.to_string()),
        Error::HostNotFound => WebFailure::Failed("Name or service not known".to_owned()),
        Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            WebFailure::Failed("Connection refused".to_owned())
        }
        // The C library's resolver has no error kind of its own.
        Error::Io(error) if error.to_string().contains("lookup address") => {
            WebFailure::Failed("Name or service not known".to_owned())
        }
        Error::Io(error) => WebFailure::Failed(error.to_string()),
        other => WebFailure::Failed(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers one request with what is given, and gives the request.
    fn serve(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://{}/users?page=2", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") {
                reader.read_line(&mut request).unwrap();
            }
            let length = request.to_ascii_lowercase();
            let length = length
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next()?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
            request + &String::from_utf8(body).unwrap()
        });
        (uri, served)
    }

    fn request(method: &str, uri: String, body: Option<&str>) -> WebRequest {
        WebRequest {
            method: method.to_owned(),
            uri,
            headers: vec![("X-Pool".to_owned(), "pool1".to_owned())],
            body: body.map(|body| body.as_bytes().to_vec()),
            timeout: Some(Duration::from_secs(30)),
            any_certificate: false,
            direct: true,
        }
    }

    #[test]
    fn a_request_goes_out_as_it_is_and_the_answer_comes_back_whatever_it_says() {
        for (method, body) in [
            ("POST", Some("a=1")),
            ("DELETE", Some("why")),
            ("MERGE", Some("x")),
            ("GET", None),
        ] {
            let (uri, served) = serve("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nX-A: b\r\n\r\nno");
            let mut answer =
                exchange(request(method, uri, body), &|| false).unwrap_or_else(|why| panic!("{why:?}"));
            let mut content = String::new();
            answer.body.read_to_string(&mut content).unwrap();
            assert_eq!(
                (answer.status, answer.reason, &*content),
                (404, "Not Found", "no")
            );
            assert!(answer.headers.contains(&("x-a".to_owned(), "b".to_owned())));
            let sent = served.join().unwrap();
            assert!(
                sent.starts_with(&format!("{method} /users?page=2 HTTP/1.1\r\n")),
                "{sent}"
            );
            assert!(sent.to_ascii_lowercase().contains("x-pool: pool1"), "{sent}");
            assert!(sent.ends_with(body.unwrap_or("\r\n\r\n")), "{sent}");
        }
    }

    #[test]
    fn a_redirection_is_an_answer() {
        let (uri, _served) = serve("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
        let answer = exchange(request("GET", uri, None), &|| false).unwrap_or_else(|why| panic!("{why:?}"));
        assert_eq!(answer.status, 302);
    }

    #[test]
    fn a_stop_does_not_wait_for_a_server_that_says_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://{}/", listener.local_addr().unwrap());
        let failure = exchange(request("GET", uri, None), &|| true).err();
        assert_eq!(failure, Some(WebFailure::Stopped));
    }

    #[test]
    fn nobody_there_is_said_as_such() {
        let failure = exchange(request("GET", "http://127.0.0.1:1/".to_owned(), None), &|| false).err();
        assert_eq!(failure, Some(WebFailure::Failed("Connection refused".to_owned())));
    }
}
