//! The published state as the services read it: prepared once for each revision, shared by all shards.
//!
//! Reading a policy here is a search in a sorted list, without a lock and without an allocation.

use std::sync::Arc;

use plenum_settings::{
    AccessEdgeConfiguration, AllowedDomain, BlockedDomain, ConferencingPolicy, ExternalAccessPolicy,
    FileTransferFilterConfiguration, PresencePolicy, RegistrarConfiguration, VoicePolicy,
};
use plenum_topology::directory::UserRecord;
use plenum_topology::effective::{Instances, Place};
use plenum_topology::snapshot::Snapshot;

use crate::deployment::Deployment;

/// One revision of the deployment, as one computer of it reads it.
#[derive(Debug)]
pub struct Published {
    snapshot: Arc<Snapshot>,
    deployment: Deployment,
    access_edge: Instances<AccessEdgeConfiguration>,
    allowed_domains: Instances<AllowedDomain>,
    blocked_domains: Instances<BlockedDomain>,
    conferencing: Instances<ConferencingPolicy>,
    external_access: Instances<ExternalAccessPolicy>,
    file_transfer_filter: Arc<FileTransferFilterConfiguration>,
    presence: Instances<PresencePolicy>,
    /// For this computer's pool, as the next one: they are asked for with every request.
    registrar: Arc<RegistrarConfiguration>,
    voice: Instances<VoicePolicy>,
}

impl Published {
    /// Reads a snapshot as the computer with this FQDN. The problems say why this revision cannot be run; the server
    /// then stays with the one that it has.
    pub fn read(snapshot: Arc<Snapshot>, computer: &str) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let deployment = Deployment::read(&snapshot.topology, computer)
            .map_err(|found| problems.extend(found))
            .ok();
        let tree = &snapshot.settings;
        macro_rules! instances {
            ($type:ty) => {
                Instances::<$type>::read(tree)
                    .map_err(|found| problems.extend(found))
                    .ok()
            };
        }
        let (access_edge, allowed_domains) = (instances!(AccessEdgeConfiguration), instances!(AllowedDomain));
        let (blocked_domains, conferencing) = (instances!(BlockedDomain), instances!(ConferencingPolicy));
        let (external_access, presence) = (instances!(ExternalAccessPolicy), instances!(PresencePolicy));
        let file_transfer_filter = instances!(FileTransferFilterConfiguration);
        let (registrar, voice) = (instances!(RegistrarConfiguration), instances!(VoicePolicy));
        let read = || {
            let deployment = deployment?;
            let here = deployment.home_place();
            Some(Self {
                snapshot: Arc::clone(&snapshot),
                access_edge: access_edge?,
                allowed_domains: allowed_domains?,
                blocked_domains: blocked_domains?,
                conferencing: conferencing?,
                external_access: external_access?,
                file_transfer_filter: Arc::clone(file_transfer_filter?.for_pool(here)),
                presence: presence?,
                registrar: Arc::clone(registrar?.for_pool(here)),
                voice: voice?,
                deployment,
            })
        };
        read().ok_or(problems)
    }

    /// The snapshot that it was read from.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The topology as seen from this computer.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// The realm of Digest.
    pub fn realm(&self) -> &str {
        &self.snapshot.realm
    }

    /// The conferencing policy that applies to a user.
    pub fn conferencing_policy(&self, user: &UserRecord) -> &ConferencingPolicy {
        self.conferencing.for_user(user, self.home(user))
    }

    /// The voice policy that applies to a user.
    pub fn voice_policy(&self, user: &UserRecord) -> &VoicePolicy {
        self.voice.for_user(user, self.home(user))
    }

    /// The presence policy that applies to a user.
    pub fn presence_policy(&self, user: &UserRecord) -> &PresencePolicy {
        self.presence.for_user(user, self.home(user))
    }

    /// The external access policy that applies to a user.
    pub fn external_access_policy(&self, user: &UserRecord) -> &ExternalAccessPolicy {
        self.external_access.for_user(user, self.home(user))
    }

    /// How endpoints sign in to this computer's pool.
    pub fn registrar_configuration(&self) -> &RegistrarConfiguration {
        &self.registrar
    }

    /// Which files users of this computer's pool may send.
    pub fn file_transfer_filter(&self) -> &FileTransferFilterConfiguration {
        &self.file_transfer_filter
    }

    /// The deployment's gate to the outside.
    pub fn access_edge(&self) -> &AccessEdgeConfiguration {
        self.access_edge.global()
    }

    /// Whether a domain is in the list of allowed ones.
    pub fn is_allowed(&self, domain: &str) -> bool {
        self.allowed_domains.named(domain).is_some()
    }

    /// Whether a domain is in the list of blocked ones.
    pub fn is_blocked(&self, domain: &str) -> bool {
        self.blocked_domains.named(domain).is_some()
    }

    /// Where a user is at home.
    pub fn home<'a>(&'a self, user: &'a UserRecord) -> Place<'a> {
        Place {
            pool: &user.registrar_pool,
            site: self.deployment.site_of(&user.registrar_pool),
        }
    }
}
