//! Reading the directory from the repository: the accounts of the embedded directory, and the replica of an LDAP one.
//!
//! A search takes from the filter what the look-up values can answer, so that the database gives few candidates, and
//! then decides on each candidate with the whole filter. The database's part may only be too wide, never too narrow.

use std::collections::BTreeMap;

use plenum_topology::directory::{DirectoryObject, DirectoryQuery, ObjectId, UserRecord};
use plenum_topology::identity::UserIdentity;

use super::filter::Filter;
use super::key::{dn_key, kind_of, normal};
use crate::credential::belongs_to;
use crate::error::{StoreError, damaged};
use crate::sql::{Row, Value, fixed, statement};
use crate::store::Store;

/// How many objects are read at a time.
const PAGE: u64 = 2000;
/// A condition with more terms than this is not handed to the database, whose own limits are near.
const TERMS: usize = 200;

/// A key of an authentication protocol, and whose it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The owner.
    pub object: ObjectId,
    /// The key in lower-case hexadecimal; never printed.
    pub key: String,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credential of {} (key hidden)", self.object.0)
    }
}

impl Store {
    /// Objects that match, in order of distinguished name.
    ///
    /// # Errors
    /// `FilterInvalid`, and the store's.
    pub async fn search(&self, query: &DirectoryQuery) -> Result<Vec<DirectoryObject>, StoreError> {
        let filter = query.filter.as_deref().map(Filter::parse).transpose()?;
        let base = query.base.as_deref().map(dn_key);
        let mut conditions = Conditions::default();
        let mut parts: Vec<String> = filter
            .as_ref()
            .and_then(|filter| conditions.of(filter))
            .into_iter()
            .collect();
        if conditions.terms > TERMS {
            (conditions, parts) = (Conditions::default(), Vec::new());
        }
        parts.extend(base.as_deref().map(|base| conditions.below(base)));
        let matches = |object: &DirectoryObject| filter.as_ref().is_none_or(|filter| filter.matches(object));
        self.select(&parts.join(" AND "), conditions.values, matches, query.limit)
            .await
    }

    async fn select(
        &self,
        condition: &str,
        values: Vec<Value>,
        matches: impl Fn(&DirectoryObject) -> bool + Send,
        limit: Option<usize>,
    ) -> Result<Vec<DirectoryObject>, StoreError> {
        let condition = if condition.is_empty() { "1 = 1" } else { condition };
        let last = values.len() + 1;
        let sql = format!(
            "SELECT id, body FROM directory_object WHERE ({condition}) AND id > ${last} ORDER BY id LIMIT {PAGE}"
        );
        let page = |after: &str| {
            let mut page_values = values.clone();
            page_values.push(after.into());
            page_values
        };
        // Most searches are look-ups: one statement is a consistent reading, and needs no transaction around it.
        let mut rows = self.repository().query(statement(sql.clone()), page("")).await?;
        let mut found = Vec::new();
        if rows.len() as u64 == PAGE {
            let mut transaction = self.repository().read().await?;
            rows = transaction.rows(statement(sql.clone()), page("")).await?;
            while rows.len() as u64 == PAGE {
                let after = self.keep(rows, &matches, &mut found)?;
                rows = transaction.rows(statement(sql.clone()), page(&after)).await?;
            }
            transaction.commit().await?;
        }
        self.keep(rows, &matches, &mut found)?;
        found.sort_by_cached_key(|object| dn_key(&object.dn));
        found.truncate(limit.unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Keeps the objects of a page that match; gives the last id.
    fn keep(
        &self,
        rows: Vec<Row>,
        matches: &(impl Fn(&DirectoryObject) -> bool + Send),
        found: &mut Vec<DirectoryObject>,
    ) -> Result<String, StoreError> {
        let mut last = String::new();
        for mut row in rows {
            last = row.text(0);
            let object = self.object(&row.text(1))?;
            if matches(&object) {
                found.push(object);
            }
        }
        Ok(last)
    }

    /// One object by its objectGUID.
    ///
    /// # Errors
    /// The store's.
    pub async fn get(&self, id: &ObjectId) -> Result<Option<DirectoryObject>, StoreError> {
        let sql = fixed("SELECT body FROM directory_object WHERE id = $1");
        let mut rows = self.repository().query(sql, vec![id.0.as_str().into()]).await?;
        rows.first_mut().map(|row| self.object(&row.text(0))).transpose()
    }

    /// The objects that an identity names, in order of distinguished name: usually one, several when names are
    /// ambiguous or the identity is a pattern.
    ///
    /// # Errors
    /// The store's.
    pub async fn find_user(&self, identity: &UserIdentity) -> Result<Vec<DirectoryObject>, StoreError> {
        let mut conditions = Conditions::default();
        let condition = match identity {
            UserIdentity::Id(id) => return Ok(self.get(&ObjectId(id.clone())).await?.into_iter().collect()),
            UserIdentity::DistinguishedName(dn) => Some(conditions.key("dn", dn_key(dn))),
            other => match other.ldap_filter() {
                Some(filter) => conditions.of(&Filter::parse(&filter)?),
                None => None,
            },
        };
        let condition = condition.unwrap_or_default();
        self.select(
            &condition,
            conditions.values,
            |object| identity.matches(object),
            None,
        )
        .await
    }

    /// The user with a SIP address (with or without `sip:`, any case): one look-up in one index.
    ///
    /// # Errors
    /// The store's.
    pub async fn user_by_sip_address(&self, address: &str) -> Result<Option<UserRecord>, StoreError> {
        self.user_by_key("sip", address).await
    }

    /// The user whose primary or private line is this URI, compared whole: `tel:+14255550100;ext=7`.
    ///
    /// # Errors
    /// The store's.
    pub async fn user_by_line_uri(&self, uri: &str) -> Result<Option<UserRecord>, StoreError> {
        self.user_by_key("line", uri).await
    }

    async fn user_by_key(&self, kind: &'static str, value: &str) -> Result<Option<UserRecord>, StoreError> {
        let mut found = self.users_by_keys(kind, &[value.to_owned()]).await?;
        Ok(found.pop().flatten())
    }

    /// How many users are homed on each pool, by its FQDN in lower case.
    ///
    /// # Errors
    /// The store's.
    pub async fn users_by_pool(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let sql = fixed("SELECT value, COUNT(*) FROM directory_key WHERE kind = 'pool' GROUP BY value");
        let rows = self.repository().query(sql, Vec::new()).await?;
        Ok(rows
            .into_iter()
            .map(|mut row| (row.text(0), u64::try_from(row.number(1)).unwrap_or(0)))
            .collect())
    }

    /// The key that proves a user name, exactly as the client sends it; `None` when there is none.
    ///
    /// # Errors
    /// `StoreDamaged` when the key does not open, and the store's.
    pub async fn credential(
        &self,
        username: &str,
        realm: &str,
        algorithm: &str,
    ) -> Result<Option<Credential>, StoreError> {
        let mut found = self.credentials(&[username.to_owned()], realm, algorithm).await?;
        Ok(found.pop().flatten())
    }

    /// The key behind a sealed one.
    pub(super) fn opened(
        &self,
        object: ObjectId,
        sealed: &str,
        username: &str,
        realm: &str,
        algorithm: &str,
    ) -> Result<Credential, StoreError> {
        let belongs = belongs_to(&object, username, realm, algorithm);
        let key = self.seal().open(sealed, &belongs);
        let key = key.ok_or_else(|| {
            damaged(
                self.place(),
                format!("a key of object {} does not open", object.0),
            )
        })?;
        Ok(Credential { object, key })
    }

    pub(super) fn object(&self, body: &str) -> Result<DirectoryObject, StoreError> {
        serde_json::from_str(body).map_err(|error| {
            damaged(
                self.place(),
                format!("a directory object cannot be read ({error})"),
            )
        })
    }
}

/// A condition on `directory_object` and the values in it.
#[derive(Default)]
struct Conditions {
    values: Vec<Value>,
    terms: usize,
}

impl Conditions {
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn key(&mut self, kind: &'static str, value: String) -> String {
        let value = self.value(value);
        format!("id IN (SELECT object FROM directory_key WHERE kind = '{kind}' AND value = {value})")
    }

    fn below(&mut self, base: &str) -> String {
        let escaped = base.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let same = self.value(base);
        let below = self.value(format!("%,{escaped}"));
        format!("(dn_key = {same} OR dn_key LIKE {below} ESCAPE '\\')")
    }

    /// A condition that every object matching the filter fulfils; `None` when the look-up values cannot tell.
    fn of(&mut self, filter: &Filter) -> Option<String> {
        self.terms += 1;
        match filter {
            Filter::And(parts) => {
                let known: Vec<String> = parts.iter().filter_map(|part| self.of(part)).collect();
                (!known.is_empty()).then(|| format!("({})", known.join(" AND ")))
            }
            Filter::Or(parts) if parts.is_empty() => Some("1 = 0".to_owned()),
            Filter::Or(parts) => {
                let before = self.values.len();
                let known: Option<Vec<String>> = parts.iter().map(|part| self.of(part)).collect();
                if known.is_none() {
                    self.values.truncate(before);
                }
                known.map(|known| format!("({})", known.join(" OR ")))
            }
            Filter::Equal(attribute, value) => self.equal(attribute, value),
            Filter::Present(attribute) => {
                let kind = kind_of(attribute)?.name;
                Some(format!(
                    "id IN (SELECT object FROM directory_key WHERE kind = '{kind}')"
                ))
            }
            Filter::Substrings { attribute, first, .. } => self.prefix(attribute, first),
            Filter::Not(_)
            | Filter::AtLeast(..)
            | Filter::AtMost(..)
            | Filter::AllBits(..)
            | Filter::AnyBit(..) => None,
        }
    }

    fn equal(&mut self, attribute: &str, value: &str) -> Option<String> {
        match attribute.to_ascii_lowercase().as_str() {
            "distinguishedname" | "entrydn" => Some(self.key("dn", dn_key(value))),
            "objectguid" | "entryuuid" => {
                let id = self.value(value.trim().to_ascii_lowercase());
                Some(format!("id = {id}"))
            }
            _ => {
                let kind = kind_of(attribute)?.name;
                Some(self.key(kind, normal(kind, value)))
            }
        }
    }

    fn prefix(&mut self, attribute: &str, first: &str) -> Option<String> {
        let kind = kind_of(attribute)?.name;
        let mut first = first.to_lowercase();
        if kind == "sip" {
            first = first.strip_prefix("sip:")?.to_owned();
        }
        if first.is_empty() {
            return None;
        }
        let from = self.value(first.clone());
        let to = self.value(format!("{first}\u{10FFFF}"));
        Some(format!(
            "id IN (SELECT object FROM directory_key WHERE kind = '{kind}' AND value >= {from} AND value < {to})"
        ))
    }
}
