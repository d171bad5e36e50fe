//! Looking many users and keys up at once: what a server asks when everybody signs in at the same time.
//!
//! A look-up costs mostly the way to the engine and back, so that many in one statement cost little more than one. The
//! list of names is filled up to a size of [`SIZES`] with its first name, so that few statements are prepared.

use std::collections::HashMap;

use plenum_topology::directory::{ObjectId, UserRecord};

use super::embedded::Credential;
use super::key::normal;
use crate::error::StoreError;
use crate::sql::{Row, Value, placeholders, statement};
use crate::store::Store;

/// How many names a statement takes.
const SIZES: [usize; 3] = [1, 8, 64];

impl Store {
    /// The users with these SIP addresses, in their order.
    ///
    /// # Errors
    /// The store's.
    pub async fn users_by_sip_addresses(
        &self,
        addresses: &[String],
    ) -> Result<Vec<Option<UserRecord>>, StoreError> {
        self.users_by_keys("sip", addresses).await
    }

    /// The users that have these keys of one kind, in their order.
    pub(super) async fn users_by_keys(
        &self,
        kind: &'static str,
        keys: &[String],
    ) -> Result<Vec<Option<UserRecord>>, StoreError> {
        let values: Vec<String> = keys.iter().map(|key| normal(kind, key)).collect();
        let sql = "SELECT k.value, o.body FROM directory_key k JOIN directory_object o ON o.id = k.object \
                   WHERE k.kind = $1 AND k.value IN ";
        let mut found = HashMap::new();
        for mut row in self.rows_of(sql, vec![kind.into()], &values).await? {
            let key = row.text(0);
            let user = UserRecord::from_object(&self.object(&row.text(1))?);
            found.insert(key, user);
        }
        Ok(values
            .iter()
            .map(|value| found.get(value).cloned().flatten())
            .collect())
    }

    /// The keys that prove these user names, in their order, for one realm and algorithm.
    ///
    /// # Errors
    /// `StoreDamaged` when a key does not open, and the store's.
    pub async fn credentials(
        &self,
        usernames: &[String],
        realm: &str,
        algorithm: &str,
    ) -> Result<Vec<Option<Credential>>, StoreError> {
        let sql = "SELECT username, object, sealed FROM credential WHERE realm = $1 AND algorithm = $2 AND username IN ";
        let first = vec![realm.into(), algorithm.into()];
        let mut found = HashMap::new();
        for mut row in self.rows_of(sql, first, usernames).await? {
            let username = row.text(0);
            let object = ObjectId(row.text(1));
            let credential = self.opened(object, &row.text(2), &username, realm, algorithm)?;
            found.insert(username, credential);
        }
        Ok(usernames.iter().map(|name| found.get(name).cloned()).collect())
    }

    /// Runs a statement that ends with `IN` for all names, some at a time; `first` are its parameters before them.
    async fn rows_of(&self, sql: &str, first: Vec<Value>, names: &[String]) -> Result<Vec<Row>, StoreError> {
        let most = SIZES[SIZES.len() - 1];
        let mut rows = Vec::with_capacity(names.len());
        for names in names.chunks(most) {
            let size = SIZES
                .into_iter()
                .find(|size| *size >= names.len())
                .unwrap_or(most);
            let filled = names.iter().chain(std::iter::repeat(&names[0])).take(size);
            let mut values = first.clone();
            values.extend(filled.map(|name| Value::from(name.as_str())));
            let text = format!("{sql}{}", placeholders(first.len() + 1, 1, size));
            rows.extend(self.repository().query(statement(text), values).await?);
        }
        Ok(rows)
    }
}
