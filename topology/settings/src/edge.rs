//! Settings of the edge: users outside, other domains, anonymous participants.

pub mod access_edge_configuration;
pub mod allowed_domain;
pub mod blocked_domain;
pub mod external_access_policy;

/// How sure the deployment is that a domain is who it says it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, plenum_schema::Choice)]
pub enum VerificationLevelType {
    /// Every message of the domain counts as verified.
    AlwaysVerifiable,
    /// No message of the domain counts as verified; it is delivered to users who have the sender as contact.
    AlwaysUnverifiable,
    /// The verification level that the domain itself sends along counts.
    #[default]
    UseSourceVerification,
}
