//! A request until its last answer: redirections, the server's question for credentials, attempts after a failure.

use std::io::Read as _;
use std::time::Duration;

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::host::{WebFailure, WebRequest, WebResponse};
use url::Url;

use super::request::{self, Content};
use super::response::{self, Answer};
use super::session::Session;
use crate::authoring::{Read, invalid_argument, text};

/// How much content is kept in memory; more goes to a file with -OutFile.
const MOST: u64 = 1 << 30;

/// A request that may be asked several times.
pub struct Exchange {
    method: String,
    uri: Url,
    headers: Vec<(String, String)>,
    content: Option<Content>,
    session: Session,
    /// `Authorization` for the host that the script named.
    authorization: Option<String>,
    /// The user and the password for a server that asks.
    on_demand: Option<String>,
    rules: Rules,
}

/// What the script says of answers that are not the last.
struct Rules {
    takes_failure: bool,
    redirections: i64,
    insecure_redirections: bool,
    keeps_method: bool,
    keeps_authorization: bool,
    attempts: i64,
    seconds_between: u64,
    timeout: Option<Duration>,
    any_certificate: bool,
    direct: bool,
}

impl Rules {
    fn of(arguments: &Arguments) -> Rules {
        let seconds = |name: &str| {
            arguments
                .int(name)
                .and_then(|seconds| u64::try_from(seconds).ok())
        };
        Rules {
            takes_failure: arguments.switch("SkipHttpErrorCheck"),
            redirections: arguments.int("MaximumRedirection").unwrap_or(5),
            insecure_redirections: arguments.switch("AllowInsecureRedirect"),
            keeps_method: arguments.switch("PreserveHttpMethodOnRedirect"),
            keeps_authorization: arguments.switch("PreserveAuthorizationOnRedirect"),
            attempts: arguments.int("MaximumRetryCount").unwrap_or(0),
            seconds_between: seconds("RetryIntervalSec").unwrap_or(5),
            timeout: seconds("TimeoutSec")
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs),
            any_certificate: arguments.switch("SkipCertificateCheck"),
            direct: arguments.switch("NoProxy"),
        }
    }
}

impl Exchange {
    /// Reads what is asked for.
    pub fn begin(context: &mut dyn Context, arguments: &Arguments) -> Result<Exchange> {
        let session = Session::of(context, arguments)?;
        let method = arguments
            .text("CustomMethod")
            .or_else(|| {
                arguments
                    .text("Method")
                    .filter(|method| !method.eq_ignore_ascii_case("Default"))
            })
            .unwrap_or_else(|| "GET".to_owned())
            .to_ascii_uppercase();
        let mut uri = request::uri(&arguments.required_text("Uri")?)?;
        let content = request::content(context, arguments, &method, &mut uri)?;
        let headers = request::headers(arguments, &session, content.as_ref());
        let (authorization, on_demand) = request::authorization(arguments, &session, &uri)?;
        Ok(Exchange {
            method,
            uri,
            headers,
            content,
            session,
            authorization,
            on_demand,
            rules: Rules::of(arguments),
        })
    }

    /// Goes on at another address, without content.
    pub fn continue_at(&mut self, uri: Url) {
        if self.uri.origin() != uri.origin() {
            self.authorization = None;
            self.on_demand = None;
        }
        self.uri = uri;
    }

    /// Asks until there is an answer to give; one that says failure is an error, unless that is wanted.
    pub fn perform(&mut self, context: &mut dyn Context) -> Result<Answer> {
        let mut attempts = self.rules.attempts;
        loop {
            let answer = self.follow(context)?;
            let failed = !(200..300).contains(&answer.status);
            if !failed || self.rules.takes_failure && attempts == 0 {
                return Ok(answer);
            }
            if attempts == 0 {
                return Err(response::failed(context.command_name(), &self.request(None), &answer).into());
            }
            attempts -= 1;
            let seconds = self.rules.seconds_between;
            context.verbose(&format!(
                "Received HTTP/{} response, retrying in {seconds} seconds.",
                answer.status
            ))?;
            context.host().sleep(seconds.saturating_mul(1000));
            context.check_stop()?;
        }
    }

    fn follow(&mut self, context: &mut dyn Context) -> Result<Answer> {
        let mut redirections = self.rules.redirections;
        let mut asked_for_credentials = false;
        loop {
            let request = self.request(self.authorization.clone());
            let size = self.content.as_ref().map_or(0, |content| content.bytes.len());
            context.verbose(&format!(
                "Requested HTTP/1.1 {} with {size}-byte payload",
                self.method
            ))?;
            let answer = context
                .host()
                .web(request.clone())
                .map_err(|failure| unreachable(failure, &request))?;
            self.session.remember(context, &self.uri, &answer.headers);
            if answer.status == 401
                && !asked_for_credentials
                && asks_basic(&answer)
                && self.on_demand.is_some()
            {
                asked_for_credentials = true;
                self.authorization = self.on_demand.clone();
                continue;
            }
            let answer = self.received(context, answer)?;
            match self.redirection(&answer) {
                Some(next) if redirections > 0 => {
                    redirections -= 1;
                    self.redirect(answer.status, next);
                }
                _ => return Ok(answer),
            }
        }
    }

    /// The whole answer, in memory.
    fn received(&self, context: &mut dyn Context, mut answer: WebResponse) -> Result<Answer> {
        let mut content = Vec::new();
        let mut piece = vec![0; 64 << 10];
        loop {
            context.check_stop()?;
            let read = answer.body.read(&mut piece).map_err(|error| {
                ErrorRecord::new(
                    "WebCmdletWebResponseException",
                    Category::ReadError,
                    error.to_string(),
                )
                .exception("System.IO.IOException")
            })?;
            if read == 0 {
                break;
            }
            content.extend_from_slice(&piece[..read]);
            if content.len() as u64 > MOST {
                let message = format!("The answer of {} has more than {MOST} bytes.", self.uri);
                return Err(
                    ErrorRecord::new("WebResponseTooLarge", Category::LimitsExceeded, message).into(),
                );
            }
        }
        Ok(Answer {
            uri: self.uri.clone(),
            status: answer.status,
            reason: answer.reason,
            version: answer.version,
            headers: answer.headers,
            content,
        })
    }

    /// Where an answer leads, when it may be followed.
    fn redirection(&self, answer: &Answer) -> Option<Url> {
        if !matches!(answer.status, 300..=303 | 307 | 308) {
            return None;
        }
        let next = self.uri.join(answer.header("location")?).ok()?;
        let allowed = match next.scheme() {
            "https" => true,
            "http" => self.uri.scheme() == "http" || self.rules.insecure_redirections,
            _ => false,
        };
        allowed.then_some(next)
    }

    fn redirect(&mut self, status: u16, next: Url) {
        let keeps = matches!(status, 307 | 308) || self.rules.keeps_method;
        if !keeps && self.method != "GET" && self.method != "HEAD" {
            self.method = "GET".to_owned();
            self.content = None;
            self.headers
                .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        }
        if !self.rules.keeps_authorization {
            self.authorization = None;
            self.headers
                .retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        }
        self.continue_at(next);
    }

    fn request(&self, authorization: Option<String>) -> WebRequest {
        let mut headers = self.headers.clone();
        headers.extend(authorization.map(|value| ("Authorization".to_owned(), value)));
        headers.extend(
            self.session
                .cookie_header(&self.uri)
                .map(|value| ("Cookie".to_owned(), value)),
        );
        let mut uri = self.uri.clone();
        uri.set_fragment(None);
        WebRequest {
            method: self.method.clone(),
            uri: uri.into(),
            headers,
            body: self.content.as_ref().map(|content| content.bytes.clone()),
            timeout: self.rules.timeout,
            any_certificate: self.rules.any_certificate,
            direct: self.rules.direct,
        }
    }
}

/// Whether a server asks for a user and a password.
fn asks_basic(answer: &WebResponse) -> bool {
    answer.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("www-authenticate")
            && value
                .get(..5)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"))
    })
}

fn unreachable(failure: WebFailure, request: &WebRequest) -> Interrupt {
    let about = text(response::described(request));
    match failure {
        WebFailure::Stopped => Interrupt::Stopped,
        WebFailure::TimedOut => {
            let seconds = request.timeout.map_or(0, |timeout| timeout.as_secs());
            let message = format!(
                "The request was canceled due to the configured HttpClient.Timeout of {seconds} seconds elapsing."
            );
            ErrorRecord::new("OperationTimeoutReached", Category::OperationTimeout, message)
                .exception("System.TimeoutException")
                .about(about)
                .into()
        }
        WebFailure::Invalid(why) => invalid_argument("InvalidWebRequest", about, why)
            .exception("System.FormatException")
            .into(),
        WebFailure::Failed(why) => {
            let at = Url::parse(&request.uri)
                .ok()
                .and_then(|uri| Some(format!(" ({}:{})", uri.host_str()?, uri.port_or_known_default()?)));
            let message = format!("{why}{}", at.unwrap_or_default());
            ErrorRecord::new(
                "WebCmdletWebResponseException",
                Category::InvalidOperation,
                message,
            )
            .exception("System.Net.Http.HttpRequestException")
            .about(about)
            .into()
        }
    }
}
