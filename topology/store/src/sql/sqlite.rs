//! SQLite: the embedded engine, one file beside the deployment.
//!
//! Durable means: write-ahead log with `synchronous = FULL`, so the log is on the disk before a commit answers. (NORMAL
//! would survive a crash of the process and lose the last commits in a power failure; EXTRA adds only for rollback
//! journals.) A killed process leaves a log that the next one replays up to the last whole commit.
//!
//! Writers of all processes queue at `BEGIN IMMEDIATE`, which cannot fail half-way as an upgraded read could. One
//! connection writes, a few read; readers never wait for the writer. Access rights of the log files are the database
//! file's, which is made for this account alone.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, SqlStr};

use super::{
    Bell, Pending, Repository, Row, Transaction, Value, access_denied, bound, busy, convert, disk_full,
    disk_refused, driver_error, failed, fixed, transaction, wrong_url,
};
use crate::error::{ErrorKind, StoreError, damaged};

/// Connections that read at the same time.
const READERS: u32 = 4;
/// How often a watching process looks for the commits of others.
const INTERVAL: Duration = Duration::from_millis(500);
/// How often a transaction is begun again when the engine says busy at once (it does while a log is recovered, without
/// waiting for its own timeout).
const ATTEMPTS: u32 = 20;

transaction!(SqliteTransaction, sqlx::Sqlite, explain);

pub(super) struct Sqlite {
    place: Arc<str>,
    writer: SqlitePool,
    readers: SqlitePool,
    patience: Duration,
}

impl Sqlite {
    /// Opens the file; `patience` is how long a writer waits for another process.
    pub(super) async fn connect(url: &str, create: bool, patience: Duration) -> Result<Sqlite, StoreError> {
        let path = path_of(url)?;
        let place: Arc<str> = path.display().to_string().into();
        prepare_file(&path, create)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(false)
            .busy_timeout(patience)
            .synchronous(SqliteSynchronous::Full)
            .statement_cache_capacity(200)
            .disable_statement_logging();
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(patience + Duration::from_secs(5))
                .test_before_acquire(false)
        };
        let writing = || {
            pool(1)
                // Some failures (a full disk) end a transaction inside SQLite, and the driver goes on counting it: such
                // a connection is thrown away. The ping waits for a rollback that is still under way.
                .before_acquire(|connection, _| {
                    Box::pin(async move {
                        connection.ping().await?;
                        Ok(!connection.is_in_transaction())
                    })
                })
        };
        let writer = writing().connect_lazy_with(options.clone().journal_mode(SqliteJournalMode::Wal));
        let readers = pool(READERS).connect_lazy_with(options.pragma("query_only", "ON"));
        // The first connection of all reads the header and turns the log on; a reader before it would not find one.
        writer.acquire().await.map_err(|error| explain(&place, &error))?;
        let store = Sqlite {
            place,
            writer,
            readers,
            patience,
        };
        // SQLite notices a missing page only when it reads it. A checkpoint that is under way looks the same for a
        // moment, which is why this is not the verdict.
        if is_cut_off(&path).unwrap_or(false) {
            store.verify().await?;
        }
        Ok(store)
    }

    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, StoreError> {
        let begun = Instant::now();
        let mut attempt = 1;
        loop {
            match self.writer.begin_with("BEGIN IMMEDIATE").await {
                Ok(transaction) => return Ok(transaction),
                Err(error) => {
                    let error = explain(&self.place, &error);
                    let waited = begun.elapsed() >= self.patience || attempt == ATTEMPTS;
                    if error.kind != ErrorKind::StoreBusy || waited {
                        return Err(error);
                    }
                    tokio::time::sleep(Duration::from_millis(10) * attempt).await;
                    attempt += 1;
                }
            }
        }
    }
}

/// Whether a database file is shorter than its header says (<https://www.sqlite.org/fileformat.html> §1.3).
fn is_cut_off(path: &Path) -> std::io::Result<bool> {
    let mut file = fs::File::open(path)?;
    let mut header = [0; 32];
    file.read_exact(&mut header)?;
    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let pages = u32::from_be_bytes([header[28], header[29], header[30], header[31]]);
    Ok(file.metadata()?.len() < page_size * u64::from(pages))
}

/// The file that `sqlite:///absolute` or `sqlite://relative` or `sqlite:relative` names.
fn path_of(url: &str) -> Result<PathBuf, StoreError> {
    let rest = url.get("sqlite:".len()..).unwrap_or_default();
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path.starts_with(':') || path.contains(['?', '\0']) {
        return Err(wrong_url(&format!("'{url}' names no file")));
    }
    Ok(PathBuf::from(path))
}

fn prepare_file(path: &Path, create: bool) -> Result<(), StoreError> {
    let place = path.display().to_string();
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(wrong_url(&format!("{place} is a folder"))),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && create => {
            let made = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path);
            match made {
                Ok(_) => Ok(()),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => Err(disk_full(&place)),
                Err(error) => Err(access_denied(&place, &error.to_string())),
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(missing(&place)),
        Err(error) => Err(access_denied(&place, &error.to_string())),
    }
}

fn missing(place: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreMissing,
        format!("There is no store at {place}."),
        "Make a deployment with `plenum up TOPOLOGY.yaml`, or name the right folder with --state.",
    )
}

/// Result codes: <https://www.sqlite.org/rescode.html>. The low byte is the primary code.
fn explain(place: &str, error: &sqlx::Error) -> StoreError {
    let sqlx::Error::Database(database) = error else {
        return driver_error(place, error);
    };
    let code: u32 = database.code().and_then(|code| code.parse().ok()).unwrap_or(1);
    let message = database.message();
    match code & 0xff {
        5 | 6 => busy(place),
        3 | 8 | 14 | 23 => access_denied(place, message),
        11 | 26 => damaged(place, message),
        13 => disk_full(place),
        // The shared index of the log could not grow (SQLITE_IOERR_SHMSIZE): the disk is full.
        10 if code >> 8 == 19 => disk_full(place),
        // SQLITE_IOERR_WRITE, _FSYNC, _DIR_FSYNC, _TRUNCATE.
        10 if (3..=6).contains(&(code >> 8)) => disk_refused(place, message),
        _ => failed(place, message),
    }
}

impl Repository for Sqlite {
    fn place(&self) -> &str {
        &self.place
    }

    fn query(&self, sql: SqlStr, values: Vec<Value>) -> Pending<'_, Vec<Row>> {
        Box::pin(async move {
            let answer = bound::<sqlx::Sqlite>(sql, values).fetch_all(&self.readers).await;
            answer
                .and_then(|rows| rows.iter().map(convert).collect())
                .map_err(|error| explain(&self.place, &error))
        })
    }

    fn read(&self) -> Pending<'_, Box<dyn Transaction>> {
        Box::pin(async move {
            let begun = self
                .readers
                .begin()
                .await
                .map_err(|error| explain(&self.place, &error))?;
            Ok(Box::new(SqliteTransaction {
                transaction: begun,
                place: self.place.clone(),
                last: None,
            }) as Box<_>)
        })
    }

    fn write(&self) -> Pending<'_, Box<dyn Transaction>> {
        Box::pin(async move {
            let begun = self.begin().await?;
            Ok(Box::new(SqliteTransaction {
                transaction: begun,
                place: self.place.clone(),
                last: None,
            }) as Box<_>)
        })
    }

    fn needs_collation(&self) -> bool {
        false
    }

    fn has_table(&self, name: &'static str) -> Pending<'_, bool> {
        Box::pin(async move {
            let sql = fixed("SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1");
            Ok(!self.query(sql, vec![name.into()]).await?.is_empty())
        })
    }

    fn verify(&self) -> Pending<'_, ()> {
        Box::pin(async move {
            let mut rows = self.query(fixed("PRAGMA integrity_check(5)"), Vec::new()).await?;
            let findings: Vec<String> = rows.iter_mut().map(|row| row.text(0)).collect();
            if findings == ["ok"] {
                Ok(())
            } else {
                Err(damaged(&self.place, findings.join("; ")))
            }
        })
    }

    fn bell(&self) -> Pending<'_, Box<dyn Bell>> {
        Box::pin(async { Ok(Box::new(Clock) as Box<_>) })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async {
            self.readers.close().await;
            self.writer.close().await;
            Ok(())
        })
    }
}

/// Rings at an interval: a file tells nobody that it changed.
struct Clock;

impl Bell for Clock {
    fn ring(&mut self) -> Pending<'_, ()> {
        Box::pin(async {
            tokio::time::sleep(INTERVAL).await;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file_and_nothing_in_memory() {
        assert_eq!(
            path_of("sqlite:///var/lib/plenum.db").unwrap(),
            Path::new("/var/lib/plenum.db")
        );
        assert_eq!(path_of("sqlite://here.db").unwrap(), Path::new("here.db"));
        for wrong in ["sqlite:", "sqlite::memory:", "sqlite://"] {
            assert_eq!(path_of(wrong).unwrap_err().kind, ErrorKind::StoreUrl, "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_told_as_such_and_the_transaction_is_undone() {
        let folder = std::env::temp_dir().join(format!("plenum-full-{}", uuid::Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        let url = format!("sqlite://{}", folder.join("plenum.db").display());
        let store = Sqlite::connect(&url, true, Duration::from_secs(5)).await.unwrap();
        // What a full file system makes SQLite answer, without one.
        sqlx::raw_sql("PRAGMA max_page_count = 16")
            .execute(&store.writer)
            .await
            .unwrap();
        let mut transaction = store.write().await.unwrap();
        transaction.script("CREATE TABLE t (value TEXT)").await.unwrap();
        transaction.commit().await.unwrap();
        let insert = |text: &str| {
            (
                fixed("INSERT INTO t (value) VALUES ($1)"),
                vec![Value::from(text)],
            )
        };

        let mut transaction = store.write().await.unwrap();
        let (sql, values) = insert("small");
        transaction.execute(sql, values).await.unwrap();
        let (sql, values) = insert(&"x".repeat(1 << 20));
        let error = transaction.execute(sql, values).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::StoreDiskFull);
        drop(transaction);

        let mut transaction = store.write().await.unwrap();
        let (sql, values) = insert("later");
        transaction.execute(sql, values).await.unwrap();
        transaction.commit().await.unwrap();
        let mut rows = store
            .query(fixed("SELECT value FROM t"), Vec::new())
            .await
            .unwrap();
        assert_eq!(
            rows.iter_mut().map(|row| row.text(0)).collect::<Vec<_>>(),
            ["later"]
        );
        store.close().await.unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn a_writer_waits_for_another_process_and_not_for_ever() {
        let folder = std::env::temp_dir().join(format!("plenum-busy-{}", uuid::Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        let url = format!("sqlite://{}", folder.join("plenum.db").display());
        let patience = Duration::from_millis(100);
        let store = Sqlite::connect(&url, true, patience).await.unwrap();
        let other = Sqlite::connect(&url, false, patience).await.unwrap();
        let held = other.write().await.unwrap();
        assert_eq!(store.write().await.err().unwrap().kind, ErrorKind::StoreBusy);
        store
            .query(fixed("SELECT 1"), Vec::new())
            .await
            .expect("readers do not wait");
        held.roll_back().await.unwrap();
        store
            .write()
            .await
            .expect("the store is free")
            .roll_back()
            .await
            .unwrap();
        store.close().await.unwrap();
        other.close().await.unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}
