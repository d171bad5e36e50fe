//! The published state as the services read it: prepared once for each revision, shared by all shards.

use std::sync::Arc;

use plenum_topology::snapshot::Snapshot;

/// One revision of the deployment, as one computer of it reads it.
#[derive(Debug)]
pub struct Published {
    snapshot: Arc<Snapshot>,
}

impl Published {
    /// Reads a snapshot as the computer with this FQDN. The problems say why this revision cannot be run; the server
    /// then stays with the one that it has.
    pub fn read(snapshot: Arc<Snapshot>, computer: &str) -> Result<Self, Vec<String>> {
        let _ = computer;
        Ok(Self { snapshot })
    }

    /// The snapshot that it was read from.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }
}
