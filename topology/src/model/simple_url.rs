//! Simple URLs: addresses that people can read, for meetings, dial-in pages and administration.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a simple URL leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum SimpleUrlComponent {
    /// Joining meetings.
    Meet,
    /// Dial-in numbers and PINs.
    Dialin,
    /// The control panel.
    Admin,
}

impl std::fmt::Display for SimpleUrlComponent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SimpleUrlComponent::Meet => "Meet",
            SimpleUrlComponent::Dialin => "Dialin",
            SimpleUrlComponent::Admin => "Admin",
        })
    }
}

/// A simple URL of one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SimpleUrl {
    /// What it leads to.
    pub component: SimpleUrlComponent,
    /// The SIP domain that it is for; `*` stands for all of them.
    #[serde(default = "all_domains")]
    pub domain: String,
    /// The active URL: https, without a port.
    pub url: String,
    /// URLs that still work but are not given out any more.
    #[serde(default)]
    pub other_urls: Vec<String>,
}

fn all_domains() -> String {
    "*".to_owned()
}

/// The host of an `https://host/path` URL; `None` when it is none.
pub(crate) fn url_host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://")?;
    Some(rest.split('/').next().unwrap_or(rest))
}
