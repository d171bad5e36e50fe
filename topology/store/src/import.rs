//! Reading users from files: CSV as spreadsheets write it, LDIF as directories export it.
//!
//! Pure: text comes in, objects and passwords go out, and nothing is written. All problems of a file are reported
//! together, each with line and column. Ids come from the caller, so that the same file can be read twice. A password
//! leaves beside its object, never in it; the caller makes keys of it.

pub mod csv;
pub mod ldif;

use std::collections::HashMap;

use plenum_topology::change::Change;
use plenum_topology::directory::{CredentialKey, DirectoryObject, ObjectId};

/// More than this is not read: 80,000 users are a tenth of it.
pub const MAX_BYTES: usize = 256 * 1024 * 1024;

/// A user or contact of a file.
#[derive(Clone, PartialEq)]
pub struct Imported {
    /// The object, without its password.
    pub object: DirectoryObject,
    /// The password in the file, when there is one.
    pub password: Option<String>,
    /// The line on which it begins, from 1.
    pub line: usize,
}

impl std::fmt::Debug for Imported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let password = if self.password.is_some() {
            "password hidden"
        } else {
            "no password"
        };
        write!(f, "Imported({:?}, {password}, line {})", self.object, self.line)
    }
}

/// The changes that make the objects and their keys; `keys_for` makes keys of a password for user names.
///
/// A short name that several accounts of the file could use, as the same name before the `@` in two domains, is
/// nobody's, unless it is somebody's account name: they sign in with a whole one.
pub fn into_changes(
    imported: Vec<Imported>,
    keys_for: impl Fn(&str, &[String]) -> Vec<CredentialKey>,
) -> Vec<Change> {
    let mut claims: HashMap<String, usize> = HashMap::new();
    for name in imported.iter().flat_map(|entry| entry.object.sign_in_names()) {
        *claims.entry(name).or_default() += 1;
    }
    let mut changes = Vec::with_capacity(2 * imported.len());
    for Imported { object, password, .. } in imported {
        let id = object.id.clone();
        let keys = password.map(|password| {
            let mut names = object.sign_in_names();
            let account = object.first("sAMAccountName");
            names.retain(|name| claims[name] == 1 || name.contains('@') || account == Some(name));
            keys_for(&password, &names)
        });
        changes.push(Change::Object {
            before: None,
            after: Some(Box::new(object)),
        });
        changes.extend(keys.map(|keys| Change::Credential { object: id, keys }));
    }
    changes
}

/// One thing that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What a right one looks like.
    pub hint: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {} {}", self.line, self.column, self.message, self.hint)
    }
}

fn problem(line: usize, column: usize, message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem {
        line,
        column,
        message: message.into(),
        hint: hint.into(),
    }
}

fn too_large(text: &str) -> Option<Problem> {
    let message = format!("The file has {} bytes, more than {MAX_BYTES}.", text.len());
    (text.len() > MAX_BYTES).then(|| problem(1, 1, message, "Split it."))
}

/// A value inside a distinguished name (RFC 4514 §2.4).
fn escape_dn(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let last = value.char_indices().next_back().map_or(0, |(at, _)| at);
    for (at, character) in value.char_indices() {
        let edge = character == ' ' && (at == 0 || at == last);
        if edge || (at == 0 && character == '#') || "\"+,;<>\\=".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Reports names that two entries of a file share, since the directory would refuse the second.
fn refuse_twins(imported: &[Imported], problems: &mut Vec<Problem>) {
    let mut seen = std::collections::HashMap::new();
    for entry in imported {
        for key in crate::directory::key::keys_of(&entry.object) {
            if !crate::directory::key::is_unique(key.kind) {
                continue;
            }
            let label = crate::directory::key::label(key.kind);
            let value = key.value.clone();
            if let Some(line) = seen.insert(key, entry.line) {
                let message = format!("The {label} {value} is that of line {line} too.");
                problems.push(problem(entry.line, 1, message, "Give one of them another."));
            }
        }
    }
}

/// The id of an entry: the file's own when it has one, else a new one.
fn id_of(object: &DirectoryObject, new_id: &mut dyn FnMut() -> ObjectId) -> ObjectId {
    match object
        .first("objectGUID")
        .and_then(|id| uuid::Uuid::parse_str(id).ok())
    {
        Some(id) => ObjectId(id.hyphenated().to_string()),
        None => new_id(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(address: &str, account_name: Option<&str>) -> Imported {
        let mut object = DirectoryObject::default();
        object.set("msRTCSIP-PrimaryUserAddress", vec![format!("sip:{address}")]);
        object.set(
            "sAMAccountName",
            account_name.map(str::to_owned).into_iter().collect(),
        );
        Imported {
            object,
            password: Some("secret".to_owned()),
            line: 1,
        }
    }

    #[test]
    fn a_short_name_that_two_accounts_could_use_is_only_that_of_the_account_with_this_name() {
        let keys_for = |_: &str, names: &[String]| {
            let key = |name: &String| CredentialKey {
                username: name.clone(),
                realm: String::new(),
                algorithm: String::new(),
                key: String::new(),
            };
            names.iter().map(key).collect()
        };
        let accounts = vec![
            account("alice@contoso.example", None),
            account("alice@fabrikam.example", Some("alice")),
            account("bob@contoso.example", None),
        ];
        let names: Vec<Vec<String>> = into_changes(accounts, keys_for)
            .into_iter()
            .filter_map(|change| match change {
                Change::Credential { keys, .. } => Some(keys.into_iter().map(|key| key.username).collect()),
                _ => None,
            })
            .collect();
        assert_eq!(
            names,
            [
                vec!["alice@contoso.example"],
                vec!["alice", "alice@fabrikam.example"],
                vec!["bob@contoso.example", "bob"]
            ]
        );
    }
}
