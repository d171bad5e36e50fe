//! Session timers at a proxy (RFC 4028 §8): how long a session lasts that nobody refreshes.
//!
//! A proxy may shorten the interval of a session refresh request (INVITE or UPDATE), ask for one where there is none,
//! and refuses one that is too short with 422 as long as the caller knows how to go on from there (§8.1). When the
//! callee does not know session timers and the caller does, the proxy answers in the callee's place (§8.2). It never
//! ends a session; it only forgets it.

use crate::wire::{Editor, HeaderName, Headers, Method, Request, Response};

/// The shortest interval that anybody has to take, in seconds (§4), and what a missing Min-SE means (§5).
pub const SHORTEST: u32 = 90;

/// What a proxy wants of the sessions that pass through it, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The shortest interval that it takes.
    pub minimum: u32,
    /// The interval that it asks for; `None` leaves that to the endpoints.
    pub interval: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            minimum: SHORTEST,
            interval: None,
        }
    }
}

/// What becomes of a session refresh request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The interval that it asks for when it leaves us, in seconds.
    interval: Option<u32>,
    /// Session-Expires, when it is not as it came.
    set: Option<String>,
    /// Min-SE, when it is not as it came.
    minimum: Option<u32>,
    /// Whether the caller knows session timers.
    supported: bool,
}

/// The interval was too short: 422 with this Min-SE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSmall(pub u32);

impl Session {
    /// Judges a request (§8.1). What is no session refresh request passes as it is, and so does a damaged header, which
    /// the endpoints refuse.
    pub fn of(request: &Request, limits: Limits) -> Result<Self, TooSmall> {
        let mut session = Self::default();
        if !is_refresh(request.method()) {
            return Ok(session);
        }
        let Ok(asked) = request.session_expires() else {
            return Ok(session);
        };
        session.supported = knows(request, HeaderName::Supported) || knows(request, HeaderName::Require);
        let least = request.min_se().unwrap_or(SHORTEST);
        match asked {
            Some(asked) if asked.seconds < limits.minimum && session.supported => {
                return Err(TooSmall(limits.minimum.max(least)));
            }
            Some(asked) => {
                let raised = (asked.seconds < limits.minimum).then(|| limits.minimum.max(least));
                let lowered = limits
                    .interval
                    .map(|wanted| wanted.max(least).max(limits.minimum));
                let lowered = lowered.filter(|wanted| *wanted < asked.seconds);
                session.minimum = raised;
                session.interval = raised.or(lowered).or(Some(asked.seconds));
                session.set = raised.or(lowered).map(|seconds| match asked.refresher {
                    Some(refresher) => format!("{seconds};refresher={refresher}"),
                    None => seconds.to_string(),
                });
            }
            None => {
                session.interval = limits
                    .interval
                    .map(|wanted| wanted.max(least).max(limits.minimum));
                session.set = session.interval.map(|seconds| seconds.to_string());
            }
        }
        Ok(session)
    }

    /// Writes it into the copy of the request.
    pub fn write(&self, editor: &mut Editor<'_>) {
        if let Some(value) = &self.set {
            editor.set(HeaderName::SessionExpires, value.as_bytes());
        }
        if let Some(minimum) = self.minimum {
            editor.set(HeaderName::MinSe, minimum.to_string().as_bytes());
        }
    }

    /// Writes into a 2xx on its way back what a callee without session timers could not (§8.2). Returns how long the
    /// session lasts without a refresh, in seconds; `None` for ever.
    pub fn answer(&self, response: &Response, editor: &mut Editor<'_>) -> Option<u32> {
        if response.has(HeaderName::SessionExpires) {
            return response
                .session_expires()
                .ok()
                .flatten()
                .map(|agreed| agreed.seconds);
        }
        let interval = self.interval.filter(|_| self.supported)?;
        editor.append(
            HeaderName::SessionExpires,
            format!("{interval};refresher=uac").as_bytes(),
        );
        editor.append(HeaderName::Require, b"timer");
        Some(interval)
    }
}

/// Whether a method refreshes sessions (§3).
pub fn is_refresh(method: &Method) -> bool {
    matches!(method, Method::Invite | Method::Update)
}

fn knows(headers: &Headers, name: HeaderName) -> bool {
    headers.has_token(name, "timer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Message;

    fn request(method: &str, more: &str) -> Request {
        let text = format!(
            "{method} sip:bob@b.example SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\n\
             From: <sip:a@a.example>;tag=1\r\nTo: <sip:bob@b.example>\r\nCall-ID: 1\r\nCSeq: 1 {method}\r\n{more}\r\n"
        );
        match Message::parse(text.as_bytes()).unwrap() {
            Message::Request(request) => request,
            Message::Response(_) => panic!("a request"),
        }
    }

    #[test]
    fn an_interval_is_refused_raised_lowered_or_asked_for() {
        let quiet = Limits::default();
        let strict = Limits {
            minimum: 300,
            interval: Some(1_200),
        };
        let (timer, none) = ("Supported: timer\r\n", "");
        for (limits, support, headers, expected) in [
            (quiet, timer, "", "- -"),
            (quiet, timer, "Session-Expires: 1800;refresher=uas\r\n", "- -"),
            (quiet, timer, "Session-Expires: 60\r\n", "422 90"),
            (quiet, none, "Session-Expires: 60\r\n", "90 90"),
            (quiet, timer, "Session-Expires: x\r\n", "- -"),
            (strict, timer, "", "1200 -"),
            (strict, none, "", "1200 -"),
            (strict, timer, "Min-SE: 1500\r\n", "1500 -"),
            (strict, timer, "Session-Expires: 200\r\n", "422 300"),
            (
                strict,
                timer,
                "Session-Expires: 200\r\nMin-SE: 400\r\n",
                "422 400",
            ),
            (strict, none, "Session-Expires: 200\r\nMin-SE: 400\r\n", "400 400"),
            (strict, timer, "Session-Expires: 300\r\n", "- -"),
            (strict, timer, "x: 3600;refresher=uac\r\n", "1200;refresher=uac -"),
            (
                strict,
                timer,
                "Session-Expires: 3600\r\nMin-SE: 1800\r\n",
                "1800 -",
            ),
        ] {
            for method in ["INVITE", "UPDATE"] {
                let found = match Session::of(&request(method, &format!("{support}{headers}")), limits) {
                    Err(TooSmall(minimum)) => format!("422 {minimum}"),
                    Ok(session) => {
                        let minimum = session.minimum.map_or("-".to_owned(), |it| it.to_string());
                        format!("{} {minimum}", session.set.as_deref().unwrap_or("-"))
                    }
                };
                assert_eq!(found, expected, "{method} {support}{headers}");
            }
            let other = Session::of(&request("MESSAGE", &format!("{support}{headers}")), limits);
            assert_eq!(other, Ok(Session::default()));
        }
    }
}
