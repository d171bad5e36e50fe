//! The settings of a deployment: one noun per file, in area folders; no noun knows a verb.
//!
//! A file declares what one noun is: its fields with their defaults and documentation, where each takes effect, and
//! the rules across fields. Its cmdlets, help, completion, storage and the typed value that the server reads are
//! projections of that. A new noun is a new file and one line in [`nouns`].

pub mod client;
pub mod conferencing;
pub mod edge;
pub mod health;
pub mod im;
pub mod presence;
pub mod registrar;
pub mod voice;

pub use client::client_policy::{ClientPolicy, ClientPolicyEntry};
pub use conferencing::conferencing_policy::ConferencingPolicy;
pub use edge::access_edge_configuration::AccessEdgeConfiguration;
pub use edge::allowed_domain::AllowedDomain;
pub use edge::blocked_domain::BlockedDomain;
pub use edge::external_access_policy::ExternalAccessPolicy;
pub use health::health_monitoring_configuration::HealthMonitoringConfiguration;
pub use im::file_transfer_filter_configuration::FileTransferFilterConfiguration;
pub use im::im_configuration::ImConfiguration;
pub use plenum_schema::{Noun, Problem, Settings, TimeSpan};
pub use presence::presence_policy::PresencePolicy;
pub use registrar::registrar_configuration::RegistrarConfiguration;
pub use voice::voice_policy::VoicePolicy;

/// Every settings noun, in order of name.
pub fn nouns() -> [&'static Noun; 12] {
    [
        AccessEdgeConfiguration::noun(),
        AllowedDomain::noun(),
        BlockedDomain::noun(),
        ClientPolicy::noun(),
        ConferencingPolicy::noun(),
        ExternalAccessPolicy::noun(),
        FileTransferFilterConfiguration::noun(),
        HealthMonitoringConfiguration::noun(),
        ImConfiguration::noun(),
        PresencePolicy::noun(),
        RegistrarConfiguration::noun(),
        VoicePolicy::noun(),
    ]
}

/// A noun by name, with or without its prefix, without regard to case.
pub fn noun(name: &str) -> Option<&'static Noun> {
    let named =
        |noun: &&Noun| noun.name.eq_ignore_ascii_case(name) || noun.type_name.eq_ignore_ascii_case(name);
    nouns().into_iter().find(named)
}
