//! The values by which a directory object is looked up without reading all of them: one table for the index, its
//! uniqueness, the filter's plan and the errors.
//!
//! Values are kept in lower case. SIP addresses are kept without scheme, numbers with theirs: a line is unique by its
//! whole URI (`tel:+14255550100` and `tel:+14255550100;ext=1` are two numbers), as primary or private line of anybody.

use plenum_topology::directory::DirectoryObject;

use super::filter;

/// A kind of look-up value.
pub(crate) struct KeyKind {
    /// As the database has it.
    pub name: &'static str,
    /// The attributes that hold such values; empty for the distinguished name.
    pub attributes: &'static [&'static str],
    /// What an administrator calls it when it is taken; `None` when several objects may share a value.
    pub unique: Option<&'static str>,
}

/// Every kind. The migrations' unique index lists the unique ones.
pub(crate) const KINDS: &[KeyKind] = &[
    KeyKind {
        name: "sip",
        attributes: &["msRTCSIP-PrimaryUserAddress"],
        unique: Some("SIP address"),
    },
    KeyKind {
        name: "line",
        attributes: &["msRTCSIP-Line", "msRTCSIP-PrivateLine"],
        unique: Some("LineURI"),
    },
    KeyKind {
        name: "sam",
        attributes: &["sAMAccountName"],
        unique: Some("account name"),
    },
    KeyKind {
        name: "upn",
        attributes: &["userPrincipalName"],
        unique: Some("user principal name"),
    },
    KeyKind {
        name: "dn",
        attributes: &[],
        unique: Some("distinguished name"),
    },
    KeyKind {
        name: "pool",
        attributes: &["msRTCSIP-PrimaryHomeServer"],
        unique: None,
    },
    KeyKind {
        name: "display",
        attributes: &["displayName"],
        unique: None,
    },
    KeyKind {
        name: "cn",
        attributes: &["cn", "name"],
        unique: None,
    },
];

/// One look-up value of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    /// The kind's name.
    pub kind: &'static str,
    /// As it is compared.
    pub value: String,
}

/// All look-up values of an object, each once.
pub(crate) fn keys_of(object: &DirectoryObject) -> Vec<Key> {
    let mut keys = vec![Key {
        kind: "dn",
        value: dn_key(&object.dn),
    }];
    for kind in KINDS {
        for attribute in kind.attributes {
            let values = object
                .values(attribute)
                .iter()
                .filter(|value| !value.trim().is_empty());
            keys.extend(values.map(|value| Key {
                kind: kind.name,
                value: normal(kind.name, value),
            }));
        }
    }
    keys.sort();
    keys.dedup();
    keys
}

/// The kind that indexes an attribute.
pub(crate) fn kind_of(attribute: &str) -> Option<&'static KeyKind> {
    KINDS.iter().find(|kind| {
        kind.attributes
            .iter()
            .any(|known| known.eq_ignore_ascii_case(attribute))
    })
}

/// A value as its kind compares it.
pub(crate) fn normal(kind: &str, value: &str) -> String {
    let value = filter::normal(value);
    match kind {
        "sip" => value.strip_prefix("sip:").map(str::to_owned).unwrap_or(value),
        _ => value,
    }
}

/// A distinguished name as it is compared: lower case, no blanks around the separators.
pub(crate) fn dn_key(dn: &str) -> String {
    dn.to_lowercase()
        .split(',')
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(",")
}

/// Whether two objects cannot share a value of the kind.
pub(crate) fn is_unique(kind: &str) -> bool {
    KINDS
        .iter()
        .any(|known| known.name == kind && known.unique.is_some())
}

/// What an administrator calls a unique kind.
pub(crate) fn label(kind: &str) -> &'static str {
    KINDS
        .iter()
        .find(|known| known.name == kind)
        .and_then(|kind| kind.unique)
        .unwrap_or("value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_enforces_exactly_the_unique_kinds() {
        let unique: Vec<String> = KINDS
            .iter()
            .filter(|kind| kind.unique.is_some())
            .map(|kind| format!("'{}'", kind.name))
            .collect();
        let migration = include_str!("../sql/migrations/0001_store.sql");
        assert!(migration.contains(&format!("WHERE kind IN ({})", unique.join(", "))));
    }

    #[test]
    fn a_number_is_one_key_whether_it_is_a_primary_or_a_private_line() {
        let mut object = DirectoryObject {
            dn: "CN=A, DC=contoso".to_owned(),
            ..DirectoryObject::default()
        };
        object.set("msRTCSIP-PrivateLine", vec!["TEL:+1425".to_owned()]);
        let keys = keys_of(&object);
        assert!(keys.contains(&Key {
            kind: "line",
            value: "tel:+1425".to_owned()
        }));
        assert!(keys.contains(&Key {
            kind: "dn",
            value: "cn=a,dc=contoso".to_owned()
        }));
    }
}
