//! Finding directory objects: the identity forms that user cmdlets take, and what is said when there is none.
//!
//! SIP address (with or without `sip:`), user principal name, `DOMAIN\name`, display name or distinguished name; beyond
//! the product the object's GUID and, since scripts carry it, the plain account name.

use plenum_lang::error::{Category, ErrorRecord};
use plenum_topology::directory::DirectoryObject;

use super::view::is_enabled_object;
use crate::authoring::text;
use crate::ports::{Directory, DirectoryQuery, PortError};

/// Why an identity does not name one object.
#[derive(Debug)]
pub enum UserNotFound {
    /// Nothing has it.
    Missing(String),
    /// An account has it that is no user of the deployment.
    NotEnabled(String),
    /// Several have it; their distinguished names.
    Ambiguous(String, Vec<String>),
    /// The directory did not answer.
    Directory(PortError),
}

/// What to do next when an account was not found.
pub const ACCOUNTS_HINT: &str = "Get-ADUser -Filter * lists the accounts of the directory.";
/// The same among the users of the product's cmdlets.
pub const USERS_HINT: &str = "Get-CsAdUser lists the users of the directory.";

impl From<UserNotFound> for ErrorRecord {
    fn from(reason: UserNotFound) -> ErrorRecord {
        reason.record(USERS_HINT)
    }
}

impl UserNotFound {
    /// The error; `hint` is what to do when nothing has the identity.
    pub fn record(self, hint: &'static str) -> ErrorRecord {
        match self {
            UserNotFound::Missing(identity) => ErrorRecord::new(
                "ManagementObjectNotFound",
                Category::ObjectNotFound,
                format!("Management object not found for identity \"{identity}\"."),
            )
            .about(text(identity))
            .hint(hint),
            UserNotFound::NotEnabled(identity) => ErrorRecord::new(
                "ManagementObjectNotFound",
                Category::ObjectNotFound,
                format!("Management object not found for identity \"{identity}\"."),
            )
            .about(text(identity))
            .hint("The account is in the directory but not enabled: Enable-CsUser does that."),
            UserNotFound::Ambiguous(identity, names) => ErrorRecord::new(
                "IdentityAmbiguous",
                Category::InvalidArgument,
                format!(
                    "The identity \"{identity}\" stands for several objects: {}.",
                    names.join("; ")
                ),
            )
            .about(text(identity))
            .hint("Name one of them by its SIP address, user principal name or distinguished name."),
            UserNotFound::Directory(error) => port_error(error),
        }
    }
}

/// A port's error as an error record.
pub fn port_error(error: PortError) -> ErrorRecord {
    let category = match error.id.as_str() {
        id if id.contains("NotFound") || id.contains("Missing") => Category::ObjectNotFound,
        id if id.contains("Exists") || id.contains("InUse") || id.contains("Taken") => {
            Category::ResourceExists
        }
        id if id.contains("Invalid") => Category::InvalidArgument,
        id if id.contains("NotRunning") || id.contains("Unreachable") => Category::ConnectionError,
        _ => Category::InvalidOperation,
    };
    let record = ErrorRecord::new(error.id, category, error.message);
    match error.hint {
        Some(hint) => record.hint(hint),
        None => record,
    }
}

/// The filter for an identity; `wildcards` lets `*` in a display name match.
fn identity_filter(identity: &str, wildcards: bool) -> String {
    let value = escape(identity, wildcards);
    let lower = identity.to_ascii_lowercase();
    if let Some((_, account)) = identity.split_once('\\') {
        format!("(sAMAccountName={})", escape(account, false))
    } else if lower.starts_with("sip:") {
        format!("(msRTCSIP-PrimaryUserAddress={value})")
    } else if lower.starts_with("cn=") {
        format!("(distinguishedName={})", escape(identity, false))
    } else if identity.contains('@') {
        format!("(|(msRTCSIP-PrimaryUserAddress=sip:{value})(userPrincipalName={value}))")
    } else if is_guid(identity) {
        format!("(objectGUID={})", escape(identity, false).to_ascii_lowercase())
    } else {
        format!("(|(displayName={value})(name={value})(sAMAccountName={value}))")
    }
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Escapes a value for an LDAP filter (RFC 4515 §3); with `wildcards` an asterisk stays one.
pub fn escape(value: &str, wildcards: bool) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '*' if wildcards => escaped.push('*'),
            '*' => escaped.push_str("\\2a"),
            '(' => escaped.push_str("\\28"),
            ')' => escaped.push_str("\\29"),
            '\\' => escaped.push_str("\\5c"),
            '\0' => escaped.push_str("\\00"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The one object that an identity names.
pub fn find_one(directory: &dyn Directory, identity: &str) -> Result<DirectoryObject, UserNotFound> {
    let query = DirectoryQuery {
        filter: Some(identity_filter(identity, false)),
        base: None,
        limit: Some(10),
    };
    let mut found = directory.search(&query).map_err(UserNotFound::Directory)?;
    match found.len() {
        0 => Err(UserNotFound::Missing(identity.to_owned())),
        1 => Ok(found.remove(0)),
        _ => Err(UserNotFound::Ambiguous(
            identity.to_owned(),
            found.into_iter().map(|object| object.dn).collect(),
        )),
    }
}

/// The one enabled user that an identity names.
pub fn find_enabled(directory: &dyn Directory, identity: &str) -> Result<DirectoryObject, UserNotFound> {
    let found = find_one(directory, identity)?;
    if is_enabled_object(&found) {
        Ok(found)
    } else {
        Err(UserNotFound::NotEnabled(identity.to_owned()))
    }
}

/// The filter of a Get- cmdlet's identity, where display names may hold `*`.
pub fn search_filter(identity: &str) -> String {
    identity_filter(identity, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_identity_form_asks_for_its_own_attributes() {
        let cases = [
            (
                "sip:a@contoso.example",
                "(msRTCSIP-PrimaryUserAddress=sip:a@contoso.example)",
            ),
            (
                "a@x.example",
                "(|(msRTCSIP-PrimaryUserAddress=sip:a@x.example)(userPrincipalName=a@x.example))",
            ),
            ("CONTOSO\\alice", "(sAMAccountName=alice)"),
            ("CN=A (B),DC=x", "(distinguishedName=CN=A \\28B\\29,DC=x)"),
            (
                "Ken*",
                "(|(displayName=Ken\\2a)(name=Ken\\2a)(sAMAccountName=Ken\\2a))",
            ),
        ];
        for (identity, filter) in cases {
            assert_eq!(identity_filter(identity, false), filter);
        }
        assert_eq!(
            search_filter("Ken*"),
            "(|(displayName=Ken*)(name=Ken*)(sAMAccountName=Ken*))"
        );
    }
}
