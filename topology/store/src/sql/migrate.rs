//! Migrations: numbered scripts that bring the tables of an older store up to what this program expects.
//!
//! A store that a newer program has migrated is refused rather than guessed at. All migrations of one opening run in
//! one transaction, so a killed process leaves the old tables or the new ones.

use super::{Repository, Transaction, fixed};
use crate::error::{ErrorKind, StoreError};

/// Every script, in order; the version of a store is how many of them it has seen.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_store.sql")];

/// What must be there before the first migration, on engines that have no collation of this name.
const COLLATION: &str = "CREATE COLLATION IF NOT EXISTS \"BINARY\" FROM \"C\"";

/// How far a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// There are no tables.
    None,
    /// Older than this program.
    Older,
    /// As this program expects.
    Current,
}

/// Reads the version.
pub(crate) async fn version(repository: &dyn Repository) -> Result<Version, StoreError> {
    if !repository.has_table("schema_version").await? {
        return Ok(Version::None);
    }
    let rows = repository
        .query(fixed("SELECT MAX(version) FROM schema_version"), Vec::new())
        .await?;
    compare(repository.place(), rows.first().map_or(0, |row| row.number(0)))
}

fn compare(place: &str, found: i64) -> Result<Version, StoreError> {
    let known = MIGRATIONS.len() as i64;
    match found.cmp(&known) {
        std::cmp::Ordering::Less => Ok(Version::Older),
        std::cmp::Ordering::Equal => Ok(Version::Current),
        std::cmp::Ordering::Greater => Err(StoreError::new(
            ErrorKind::StoreSchemaNewer,
            format!("The store {place} has schema {found}, and this program knows schemas up to {known}."),
            "A newer program has opened it: use that version, or restore a backup from before.",
        )),
    }
}

/// Runs the migrations that a store has not seen, inside a writing transaction.
pub(crate) async fn migrate(
    transaction: &mut dyn Transaction,
    repository: &dyn Repository,
) -> Result<(), StoreError> {
    if repository.needs_collation() {
        transaction.script(COLLATION).await?;
    }
    transaction
        .script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)")
        .await?;
    let rows = transaction
        .rows(fixed("SELECT MAX(version) FROM schema_version"), Vec::new())
        .await?;
    let found = rows.first().map_or(0, |row| row.number(0));
    compare(repository.place(), found)?;
    for (number, script) in (1_i64..)
        .zip(MIGRATIONS)
        .skip(usize::try_from(found).unwrap_or(0))
    {
        transaction.script(script).await?;
        transaction
            .execute(
                fixed("INSERT INTO schema_version (version) VALUES ($1)"),
                vec![number.into()],
            )
            .await?;
    }
    Ok(())
}
