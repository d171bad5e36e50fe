//! The published state as one immutable, versioned value: what a server works from.
//!
//! Users are not part of it (a deployment has tens of thousands): they are looked up one by one, and a change feed
//! says which of them a newer revision touched.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::change::Revision;

/// Settings instances by noun, then by identity as printed (`Global`, `Site:Redmond`, `Tag:Sales`).
pub type SettingsTree = BTreeMap<String, BTreeMap<String, serde_json::Value>>;

/// The deployment as published.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The last change set that is part of it.
    pub revision: Revision,
    /// The realm of Digest keys (RFC 7616 §3.3), fixed when the deployment is created.
    pub realm: String,
    /// The topology document as JSON; `model::Topology` reads it.
    pub topology: Arc<serde_json::Value>,
    /// Every written settings instance; what is not written has its declared defaults.
    pub settings: Arc<SettingsTree>,
}
