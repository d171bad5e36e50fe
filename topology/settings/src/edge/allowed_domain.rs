//! `CsAllowedDomain`: the list of domains that the deployment federates with.

use plenum_schema::Settings;

use super::VerificationLevelType;

/// A domain whose users may talk to users of this deployment.
///
/// Names are exact: `fabrikam.example` does not allow `eu.fabrikam.example`. A domain that is also blocked is blocked.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsAllowedDomain",
    class = "Microsoft.Rtc.Management.WritableConfig.Settings.Edge.AllowedDomain",
    global_list,
    excludes("CsBlockedDomain")
)]
pub struct AllowedDomain {
    /// The SIP domain.
    #[setting(key, format(fqdn), enforced(Federation))]
    pub domain: String,
    /// The FQDN of the domain's edge, when it is not to be looked up in DNS.
    #[setting(format(fqdn), refused = "routing to other domains is not built yet")]
    pub proxy_fqdn: Option<String>,
    /// How sure the deployment is that messages come from the domain.
    #[setting(refused = "routing to other domains is not built yet")]
    pub verification_level: VerificationLevelType,
    /// Says for administrators why the domain is in the list.
    #[setting(label, max_length = 1024)]
    pub comment: Option<String>,
    /// Traffic with the domain is watched by the monitoring service.
    #[setting(default = false, refused = "there is no monitoring of federated traffic yet")]
    pub mark_for_monitoring: bool,
}
