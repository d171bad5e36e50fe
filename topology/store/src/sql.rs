//! The repository: what an SQL engine must do for the store, and the two engines that do it.
//!
//! All statements are written once, in the SQL that SQLite and PostgreSQL share (`$1` parameters, TEXT and BIGINT,
//! `ON CONFLICT`). An engine opens transactions, carries values and names its errors; it knows no table.

pub(crate) mod migrate;
mod postgres;
mod sqlite;

use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, ColumnIndex, Database, Decode, Encode, SqlSafeStr as _, SqlStr, Type, TypeInfo as _,
    ValueRef as _,
};

use crate::error::{ErrorKind, StoreError, damaged};

/// How long a process waits for another one that is writing.
pub const BUSY: Duration = Duration::from_secs(15);

/// A call that is under way.
pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// An SQL engine behind the store.
pub(crate) trait Repository: Send + Sync {
    /// Where it is, without a password, for messages.
    fn place(&self) -> &str;
    /// Runs one reading statement by itself.
    fn query(&self, sql: SqlStr, values: Vec<Value>) -> Pending<'_, Vec<Row>>;
    /// Begins to read: all that is read in it is of one moment.
    fn read(&self) -> Pending<'_, Box<dyn Transaction>>;
    /// Begins to write: there is one writer at a time in all processes, the others wait at most [`BUSY`].
    fn write(&self) -> Pending<'_, Box<dyn Transaction>>;
    /// Whether the collation "BINARY", which compares bytes, must be made first.
    fn needs_collation(&self) -> bool;
    /// Whether a table is there.
    fn has_table(&self, name: &'static str) -> Pending<'_, bool>;
    /// Reads every page or row structure that the engine can check.
    fn verify(&self) -> Pending<'_, ()>;
    /// What tells that another process may have committed.
    fn bell(&self) -> Pending<'_, Box<dyn Bell>>;
    /// Lets go of files and connections.
    fn close(&self) -> Pending<'_, ()>;
}

/// A transaction; dropped without [`Transaction::commit`], nothing of it has happened.
pub(crate) trait Transaction: Send {
    /// Runs a statement that answers with rows.
    fn rows(&mut self, sql: SqlStr, values: Vec<Value>) -> Pending<'_, Vec<Row>>;
    /// Runs a statement and answers with the number of rows it touched.
    fn execute(&mut self, sql: SqlStr, values: Vec<Value>) -> Pending<'_, u64>;
    /// Runs several statements without parameters.
    fn script(&mut self, sql: &'static str) -> Pending<'_, ()>;
    /// Makes it durable; when this answers, a power failure does not undo it.
    fn commit(self: Box<Self>) -> Pending<'static, ()>;
    /// Undoes it, and waits until the engine has.
    fn roll_back(self: Box<Self>) -> Pending<'static, ()>;
}

/// Rings when another process may have committed.
pub(crate) trait Bell: Send {
    /// Waits for the next ring. May ring for nothing; dropping the future loses no ring that matters, since whoever
    /// waits looks at the revision first.
    fn ring(&mut self) -> Pending<'_, ()>;
}

/// What goes into a statement and comes out of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Number(i64),
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Value::Null, Value::Text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number)
    }
}

/// One row of an answer. Columns are taken once, in any order.
#[derive(Debug)]
pub(crate) struct Row {
    columns: Vec<Value>,
}

impl Row {
    /// A row of texts, put together here.
    pub(crate) fn of<const N: usize>(texts: [String; N]) -> Row {
        Row {
            columns: texts.into_iter().map(Value::Text).collect(),
        }
    }

    /// The text of a column; empty when it is NULL or no text.
    pub(crate) fn text(&mut self, column: usize) -> String {
        self.optional_text(column).unwrap_or_default()
    }

    /// The text of a column that may be NULL.
    pub(crate) fn optional_text(&mut self, column: usize) -> Option<String> {
        match self
            .columns
            .get_mut(column)
            .map(|value| std::mem::replace(value, Value::Null))
        {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The number in a column; 0 when it is NULL or no number.
    pub(crate) fn number(&self, column: usize) -> i64 {
        match self.columns.get(column) {
            Some(Value::Number(number)) => *number,
            _ => 0,
        }
    }
}

/// Reads a row of either engine into values.
fn convert<R>(row: &R) -> Result<Row, sqlx::Error>
where
    R: sqlx::Row,
    usize: ColumnIndex<R>,
    i64: for<'r> Decode<'r, R::Database>,
    String: for<'r> Decode<'r, R::Database>,
{
    let column = |index: usize| -> Result<Value, sqlx::Error> {
        let raw = row.try_get_raw(index)?;
        if raw.is_null() {
            return Ok(Value::Null);
        }
        let kind = raw.type_info().name().to_owned();
        let decoded = match kind.as_str() {
            "INTEGER" | "INT8" => i64::decode(raw).map(Value::Number),
            "TEXT" => String::decode(raw).map(Value::Text),
            other => Err(format!("column {index} holds {other}, neither text nor a number").into()),
        };
        decoded.map_err(|source| sqlx::Error::ColumnDecode {
            index: index.to_string(),
            source,
        })
    };
    Ok(Row {
        columns: (0..row.len()).map(column).collect::<Result<_, _>>()?,
    })
}

/// A statement with its values, for either engine.
fn bound<DB>(sql: SqlStr, values: Vec<Value>) -> Query<'static, DB, DB::Arguments>
where
    DB: Database,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
    String: for<'q> Encode<'q, DB> + Type<DB>,
    Option<String>: for<'q> Encode<'q, DB> + Type<DB>,
{
    values
        .into_iter()
        .fold(sqlx::query(sql), |query, value| match value {
            Value::Null => query.bind(None::<String>),
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
        })
}

/// A transaction of one engine: the type, the driver's database, and the function that names its errors.
macro_rules! transaction {
    ($type:ident, $database:ty, $explain:path) => {
        struct $type {
            transaction: sqlx::Transaction<'static, $database>,
            place: std::sync::Arc<str>,
            /// Runs before the commit, when the engine needs to tell others.
            last: Option<&'static str>,
        }

        impl $crate::sql::Transaction for $type {
            fn rows(&mut self, sql: SqlStr, values: Vec<Value>) -> Pending<'_, Vec<Row>> {
                Box::pin(async move {
                    let query = $crate::sql::bound::<$database>(sql, values);
                    let answer = query.fetch_all(&mut *self.transaction).await;
                    answer
                        .and_then(|rows| rows.iter().map($crate::sql::convert).collect())
                        .map_err(|error| $explain(&self.place, &error))
                })
            }

            fn execute(&mut self, sql: SqlStr, values: Vec<Value>) -> Pending<'_, u64> {
                Box::pin(async move {
                    let query = $crate::sql::bound::<$database>(sql, values);
                    let answer = query.execute(&mut *self.transaction).await;
                    answer
                        .map(|done| done.rows_affected())
                        .map_err(|error| $explain(&self.place, &error))
                })
            }

            fn script(&mut self, sql: &'static str) -> Pending<'_, ()> {
                Box::pin(async move {
                    let answer = sqlx::raw_sql(sql).execute(&mut *self.transaction).await;
                    answer
                        .map(|_| ())
                        .map_err(|error| $explain(&self.place, &error))
                })
            }

            fn commit(mut self: Box<Self>) -> Pending<'static, ()> {
                Box::pin(async move {
                    if let Some(last) = self.last {
                        self.script(last).await?;
                    }
                    let place = self.place;
                    self.transaction
                        .commit()
                        .await
                        .map_err(|error| $explain(&place, &error))
                })
            }

            fn roll_back(self: Box<Self>) -> Pending<'static, ()> {
                Box::pin(async move {
                    let place = self.place;
                    self.transaction
                        .rollback()
                        .await
                        .map_err(|error| $explain(&place, &error))
                })
            }
        }
    };
}
use transaction;

/// A statement put together here; values never become part of its text.
pub(crate) fn statement(text: String) -> SqlStr {
    AssertSqlSafe(text).into_sql_str()
}

/// A statement as it stands in the source.
pub(crate) fn fixed(text: &'static str) -> SqlStr {
    text.into_sql_str()
}

/// `($1,$2),($3,$4)`, counted from `first`: the rows of a multi-row INSERT.
pub(crate) fn placeholders(first: usize, rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 7);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { "," };
            write!(text, "{comma}${}", first + row * columns + column).expect("writing to a string succeeds");
        }
        text.push(')');
    }
    text
}

/// How many rows one statement carries: enough that the way to the engine costs little, few enough for its limit of
/// parameters, and few different statements to prepare.
pub(crate) const BLOCK: usize = 40;

/// Runs `HEAD ($1,…),(…) TAIL` for all rows, block by block, and answers with the number of rows touched. `columns` is
/// the width of a row; with 0, the rows are single values of one list: `HEAD ($1,$2,…) TAIL`.
pub(crate) async fn execute_rows(
    transaction: &mut dyn Transaction,
    head: &str,
    columns: usize,
    tail: &str,
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<u64, StoreError> {
    let mut rows = rows.into_iter().peekable();
    let mut touched = 0;
    while rows.peek().is_some() {
        let block: Vec<Vec<Value>> = rows.by_ref().take(BLOCK).collect();
        let list = if columns == 0 {
            placeholders(1, 1, block.len())
        } else {
            placeholders(1, block.len(), columns)
        };
        let sql = statement(format!("{head} {list} {tail}"));
        touched += transaction
            .execute(sql, block.into_iter().flatten().collect())
            .await?;
    }
    Ok(touched)
}

/// Runs `HEAD ($1,$2,…)` for all values, block by block, and answers with all rows.
pub(crate) async fn select_in(
    transaction: &mut dyn Transaction,
    head: &str,
    values: impl IntoIterator<Item = String>,
) -> Result<Vec<Row>, StoreError> {
    let mut values = values.into_iter().peekable();
    let mut found = Vec::new();
    while values.peek().is_some() {
        let block: Vec<Value> = values.by_ref().take(BLOCK).map(Value::Text).collect();
        let sql = statement(format!("{head} {}", placeholders(1, 1, block.len())));
        found.extend(transaction.rows(sql, block).await?);
    }
    Ok(found)
}

/// Opens the engine that a URL names.
///
/// With `create`, an SQLite file that is missing is made, private to this account.
pub(crate) async fn connect(url: &str, create: bool) -> Result<Arc<dyn Repository>, StoreError> {
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match scheme.as_str() {
        "sqlite" => Ok(Arc::new(sqlite::Sqlite::connect(url, create, BUSY).await?)),
        "postgres" | "postgresql" => Ok(Arc::new(postgres::Postgres::connect(url).await?)),
        _ => Err(wrong_url(&format!(
            "'{}' is no store that is known here",
            without_secrets(url)
        ))),
    }
}

/// A URL as it may be shown: without password and options.
pub(crate) fn without_secrets(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((account, host)) => {
                let user = account.split(':').next().unwrap_or_default();
                format!("{scheme}://{user}@{host}")
            }
            None => url.to_owned(),
        },
        None => url.to_owned(),
    }
}

pub(crate) fn wrong_url(what: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreUrl,
        format!("The store's URL is wrong: {what}."),
        "Write sqlite:///path/plenum.db or postgresql://user@host/database.",
    )
}

pub(crate) fn busy(place: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreBusy,
        format!(
            "The store {place} is locked: another process has been writing for more than {} s.",
            BUSY.as_secs()
        ),
        "Wait for it to finish, or find it (lsof for a file, pg_stat_activity for PostgreSQL) and stop it; then repeat \
         the command. Nothing was written.",
    )
}

pub(crate) fn disk_full(place: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreDiskFull,
        format!("No space is left for the store {place}. Nothing of this change was written."),
        "Free space on its file system (df shows it), then repeat the command.",
    )
}

pub(crate) fn disk_refused(place: &str, reason: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreFailed,
        format!(
            "The disk did not take what was to be written to the store {place}: {reason}. Nothing of this change was written."
        ),
        "Look at its free space, at quotas and limits on the size of files (df, quota, ulimit -f), and at the system's \
         log for a disk that fails; then repeat the command.",
    )
}

pub(crate) fn access_denied(place: &str, reason: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreAccessDenied,
        format!("The store {place} does not let this account in: {reason}."),
        "Run as the account that owns the deployment, or correct the user name, password or rights.",
    )
}

fn failed(place: &str, reason: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreFailed,
        format!("The store {place} refused: {reason}."),
        "Nothing was written. If it happens again, look at the engine's log and report it with this message.",
    )
}

/// Errors of the driver that do not depend on the engine; engines look at their own codes first.
fn driver_error(place: &str, error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut => busy(place),
        sqlx::Error::Io(error) => unreachable(place, &error.to_string()),
        sqlx::Error::Tls(error) => unreachable(place, &error.to_string()),
        sqlx::Error::PoolClosed => unreachable(place, "it has been closed"),
        sqlx::Error::WorkerCrashed => unreachable(place, "the connection ended"),
        sqlx::Error::Configuration(reason) => wrong_url(&reason.to_string()),
        sqlx::Error::ColumnDecode { source, .. } => damaged(place, source),
        other => failed(place, &other.to_string()),
    }
}

fn unreachable(place: &str, reason: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreUnreachable,
        format!("The store {place} cannot be reached: {reason}."),
        "Check that the database server runs and that host, port and firewall are right.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_password_and_options() {
        for (url, shown) in [
            (
                "postgresql://plenum:s3cret@db.contoso.example:5432/uc?password=x",
                "postgresql://plenum@db.contoso.example:5432/uc",
            ),
            ("postgres://u:p@ss@host/db", "postgres://u@host/db"),
            (
                "sqlite:///var/lib/plenum.db?mode=rwc",
                "sqlite:///var/lib/plenum.db",
            ),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
    }

    #[test]
    fn rows_of_an_insert_number_their_values_through() {
        assert_eq!(placeholders(1, 2, 3), "($1,$2,$3),($4,$5,$6)");
        assert_eq!(placeholders(3, 1, 2), "($3,$4)");
    }
}
