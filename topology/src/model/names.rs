//! Small texts with a form of their own: SQL instances, file shares, intervals.

use std::fmt;

use plenum_schema::TimeSpan;

use crate::identity::{Fqdn, IdentityError, compares_without_case, is_text};

/// An SQL Server instance: `sql01.contoso.example` or `sql01.contoso.example\RTC`.
#[derive(Clone, Debug)]
pub struct SqlInstanceName {
    /// The server.
    pub server: Fqdn,
    /// The named instance; `None` is the server's default one.
    pub instance: Option<String>,
}

impl SqlInstanceName {
    /// Reads `server` or `server\instance`.
    ///
    /// # Errors
    /// When the server is no FQDN, or the instance's name is empty or longer than SQL Server allows (16).
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let (server, instance) = match text.split_once('\\') {
            Some((server, instance)) => (server, Some(instance)),
            None => (text, None),
        };
        let valid = |name: &str| {
            (1..=16).contains(&name.len())
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_$#".contains(c))
        };
        if instance.is_some_and(|name| !valid(name)) {
            return Err(IdentityError::new(
                format!("'{text}' does not name an SQL instance."),
                "Write the server and, after a backslash, the instance: sql01.contoso.example\\RTC.",
            ));
        }
        Ok(SqlInstanceName {
            server: Fqdn::parse(server)?,
            instance: instance.map(str::to_owned),
        })
    }

    /// The text in lower case, for comparison and look-up.
    pub fn key(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

impl fmt::Display for SqlInstanceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.instance {
            Some(instance) => write!(f, "{}\\{instance}", self.server),
            None => self.server.fmt(f),
        }
    }
}

compares_without_case!(SqlInstanceName);
is_text!(SqlInstanceName);

/// A file share: `\\file01.contoso.example\Share`.
#[derive(Clone, Debug)]
pub struct ShareName {
    /// The server.
    pub server: Fqdn,
    /// The share's name.
    pub share: String,
}

impl ShareName {
    /// Reads `\\server\share`.
    ///
    /// # Errors
    /// When the form, the server or the share's name is wrong.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let parts = text.strip_prefix("\\\\").and_then(|rest| rest.split_once('\\'));
        match parts {
            Some((server, share))
                if !share.is_empty() && !share.contains(['\\', '/', ':', '*', '?', '"']) =>
            {
                Ok(ShareName {
                    server: Fqdn::parse(server)?,
                    share: share.to_owned(),
                })
            }
            _ => Err(IdentityError::new(
                format!("'{text}' does not name a file share."),
                "Write \\\\file01.contoso.example\\Share.",
            )),
        }
    }

    /// The text in lower case, for comparison and look-up.
    pub fn key(&self) -> String {
        self.to_string().to_lowercase()
    }
}

impl fmt::Display for ShareName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\\\\{}\\{}", self.server, self.share)
    }
}

compares_without_case!(ShareName);
is_text!(ShareName);

/// A span of time as `hh:mm:ss`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval(pub TimeSpan);

impl Interval {
    /// Reads `[d.]hh:mm:ss`; not negative.
    ///
    /// # Errors
    /// When the text is no such span.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        match TimeSpan::parse(text) {
            Some(span) if text.contains(':') && span.0 >= 0 => Ok(Interval(span)),
            _ => Err(IdentityError::new(
                format!("'{text}' is not a span of time."),
                "Write hh:mm:ss, e.g. 00:05:00.",
            )),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

is_text!(Interval);
