//! PostgreSQL, by URL: for deployments whose servers stand on several machines.
//!
//! `synchronous_commit = on` is asked for on every connection, whatever the server's default, so a commit is durable
//! when it answers. Writers queue at one advisory lock of the database; readers never wait. Committing sends a
//! notification in the same transaction, so whoever listens looks again.
//!
//! TLS is the driver's: `?sslmode=verify-full` and its companions in the URL.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, SqlStr};

use super::{
    BUSY, Bell, Pending, Repository, Row, Transaction, Value, access_denied, bound, busy, convert, disk_full,
    driver_error, failed, fixed, transaction, unreachable, without_secrets, wrong_url,
};
use crate::error::{ErrorKind, StoreError, damaged};

/// Connections of one process.
const CONNECTIONS: u32 = 8;
/// How long a connection may take to be made.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a watching process looks although nothing was notified: a notification sent while the connection was
/// down is lost.
const INTERVAL: Duration = Duration::from_secs(5);

transaction!(PostgresTransaction, sqlx::Postgres, explain);

pub(super) struct Postgres {
    place: Arc<str>,
    pool: PgPool,
}

impl Postgres {
    pub(super) async fn connect(url: &str) -> Result<Postgres, StoreError> {
        let place: Arc<str> = without_secrets(url).into();
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| wrong_url(&format!("'{place}' cannot be read")))?
            .application_name("plenum")
            .options([("synchronous_commit", "on"), ("client_min_messages", "warning")])
            .disable_statement_logging();
        // Once without the pool, which would hide why.
        let probe = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options)).await;
        let probe =
            probe.map_err(|_| unreachable(&place, &format!("no answer in {} s", PATIENCE.as_secs())))?;
        let closed = probe.map_err(|error| explain(&place, &error))?.close().await;
        closed.map_err(|error| explain(&place, &error))?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options);
        Ok(Postgres { place, pool })
    }

    async fn begin(
        &self,
        statement: &'static str,
        last: Option<&'static str>,
    ) -> Result<Box<PostgresTransaction>, StoreError> {
        let begun = self
            .pool
            .begin_with(statement)
            .await
            .map_err(|error| self.acquiring(&error))?;
        Ok(Box::new(PostgresTransaction {
            transaction: begun,
            place: self.place.clone(),
            last,
        }))
    }

    /// A pool that waited in vain says nothing but that: it tries again for as long as the server refuses it.
    fn acquiring(&self, error: &sqlx::Error) -> StoreError {
        match error {
            sqlx::Error::PoolTimedOut => {
                unreachable(&self.place, &format!("no connection in {} s", PATIENCE.as_secs()))
            }
            other => explain(&self.place, other),
        }
    }
}

/// SQLSTATE codes: <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
fn explain(place: &str, error: &sqlx::Error) -> StoreError {
    let sqlx::Error::Database(database) = error else {
        return driver_error(place, error);
    };
    let code = database.code().unwrap_or_default().into_owned();
    let message = database.message();
    match code.as_str() {
        "55P03" | "40001" | "40P01" => busy(place),
        "53100" => disk_full(place),
        "53300" => unreachable(place, message),
        "28000" | "28P01" | "42501" | "25006" => access_denied(place, message),
        "3D000" => StoreError::new(
            ErrorKind::StoreMissing,
            format!("There is no store at {place}: {message}."),
            "Make the database (createdb), then the deployment with `plenum up TOPOLOGY.yaml`.",
        ),
        "XX001" | "XX002" => damaged(place, message),
        code if code.starts_with("08") || code.starts_with("57P") => unreachable(place, message),
        _ => failed(place, message),
    }
}

impl Repository for Postgres {
    fn place(&self) -> &str {
        &self.place
    }

    fn query(&self, sql: SqlStr, values: Vec<Value>) -> Pending<'_, Vec<Row>> {
        Box::pin(async move {
            let answer = bound::<sqlx::Postgres>(sql, values).fetch_all(&self.pool).await;
            answer
                .and_then(|rows| rows.iter().map(convert).collect())
                .map_err(|error| self.acquiring(&error))
        })
    }

    fn read(&self) -> Pending<'_, Box<dyn Transaction>> {
        Box::pin(async move {
            Ok(self
                .begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", None)
                .await? as Box<_>)
        })
    }

    fn write(&self) -> Pending<'_, Box<dyn Transaction>> {
        Box::pin(async move {
            let mut transaction = self.begin("BEGIN", Some("NOTIFY plenum_revision")).await?;
            let patience = format!(
                "SELECT set_config('lock_timeout', '{}ms', true)",
                BUSY.as_millis()
            );
            transaction.rows(super::statement(patience), Vec::new()).await?;
            // The number is "plenum" in ASCII; whoever writes to this database with it waits for the others.
            transaction
                .script("SELECT pg_advisory_xact_lock(123610860516717)")
                .await?;
            Ok(transaction as Box<_>)
        })
    }

    fn needs_collation(&self) -> bool {
        true
    }

    fn has_table(&self, name: &'static str) -> Pending<'_, bool> {
        Box::pin(async move {
            let sql = fixed("SELECT 1::BIGINT WHERE to_regclass($1) IS NOT NULL");
            Ok(!self.query(sql, vec![name.into()]).await?.is_empty())
        })
    }

    fn verify(&self) -> Pending<'_, ()> {
        Box::pin(async move {
            // PostgreSQL checks a page when it reads it; these read every page that holds data of ours.
            for sql in [
                "SELECT COUNT(length(after)) FROM change",
                "SELECT COUNT(length(value)) FROM setting",
                "SELECT COUNT(length(body)) FROM directory_object",
                "SELECT COUNT(length(value)) FROM directory_key",
                "SELECT COUNT(length(sealed)) FROM credential",
            ] {
                self.query(fixed(sql), Vec::new()).await?;
            }
            Ok(())
        })
    }

    fn bell(&self) -> Pending<'_, Box<dyn Bell>> {
        Box::pin(async {
            let explained = |error| explain(&self.place, &error);
            let mut listener = PgListener::connect_with(&self.pool).await.map_err(explained)?;
            listener.ignore_pool_close_event(true);
            listener.listen("plenum_revision").await.map_err(explained)?;
            Ok(Box::new(Listener {
                listener,
                place: self.place.clone(),
            }) as Box<_>)
        })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async {
            self.pool.close().await;
            Ok(())
        })
    }
}

struct Listener {
    listener: PgListener,
    place: Arc<str>,
}

impl Bell for Listener {
    fn ring(&mut self) -> Pending<'_, ()> {
        Box::pin(async {
            match tokio::time::timeout(INTERVAL, self.listener.try_recv()).await {
                Ok(Ok(_)) | Err(_) => Ok(()),
                Ok(Err(error)) => Err(explain(&self.place, &error)),
            }
        })
    }
}
