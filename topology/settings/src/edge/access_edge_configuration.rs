//! `CsAccessEdgeConfiguration`: the deployment's gate to the outside.
//!
//! Routing of federated traffic is a choice of two that the cmdlet makes with switches: by DNS SRV records, or
//! everything to one default route. Fields that belong to one of them are in its parameter set.

use plenum_schema::{Choice, Problem, Settings};

use super::VerificationLevelType;

/// Decides, for the whole deployment, who outside may be reached: remote users, federated domains, anonymous people.
///
/// A user also needs the right from a policy: see Grant-CsExternalAccessPolicy.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsAccessEdgeConfiguration",
    class = "Microsoft.Rtc.Management.WritableConfig.Settings.Edge.DisplayAccessEdgeSettingsDnsSrvRouting",
    scopes(global),
    verbs(get, set),
    sets("DefaultRoute", "DnsSrvRouting"),
    refused = "traffic with other domains is not built yet"
)]
pub struct AccessEdgeConfiguration {
    /// Anonymous people may join meetings.
    #[setting(default = false, refused = "meetings are not built yet")]
    pub allow_anonymous_users: bool,
    /// Users may talk to people of federated domains.
    #[setting(default = false, enforced(Federation))]
    pub allow_federated_users: bool,
    /// Users may sign in from outside the internal network.
    #[setting(default = false, enforced(Federation))]
    pub allow_outside_users: bool,
    /// This deployment is a clearing house: it connects other deployments with each other.
    #[setting(default = false, sets("DnsSrvRouting"))]
    pub be_clearing_house: bool,
    /// Domains that are on no list may be discovered by DNS and federated with.
    #[setting(default = false, sets("DnsSrvRouting"), enforced(Federation))]
    pub enable_partner_discovery: bool,
    /// How sure the deployment is that messages come from a discovered domain.
    #[setting(sets("DnsSrvRouting"))]
    pub discovered_partner_verification_level: VerificationLevelType,
    /// Federated partners are told that messages are archived.
    #[setting(default = false, refused = "archiving is not built yet")]
    pub enable_archiving_disclaimer: bool,
    /// The edge learns users of the internal deployments from the user replicator.
    #[setting(default = false)]
    pub enable_user_replicator: bool,
    /// Certificate revocation lists of partners are refreshed before each connection.
    #[setting(default = true)]
    pub keep_crls_up_to_date_for_peers: bool,
    /// Outgoing messages say that their sender is verified.
    #[setting(default = true)]
    pub mark_source_verifiable_on_outgoing_messages: bool,
    /// How many TLS connections to a partner are used at a time.
    #[setting(default = 4, range = 1..=4)]
    pub outgoing_tls_count_for_federated_partners: u32,
    /// How many DNS SRV records are kept.
    #[setting(default = 131_072, range = 64..=131_072)]
    pub dns_srv_cache_record_count: u32,
    /// How many messages a second a discovered domain may send.
    #[setting(default = 20, range = 1..=100_000)]
    pub discovered_partner_standard_rate: u32,
    /// A discovered domain may not have contacts of more than MaxContactsPerDiscoveredPartner users.
    #[setting(default = true)]
    pub enable_discovered_partner_contacts_limit: bool,
    /// How many users of this deployment a discovered domain may have as contacts.
    #[setting(default = 1_000, range = 1..=100_000)]
    pub max_contacts_per_discovered_partner: u32,
    /// How many minutes the report about discovered domains covers.
    #[setting(default = 60, range = 1..=1_440)]
    pub discovered_partner_report_period_minutes: u32,
    /// How many certificates of accepted partners are kept for review.
    #[setting(default = 1_000, range = 1..=100_000)]
    pub max_accepted_certificates_stored: u32,
    /// How many certificates of refused partners are kept for review.
    #[setting(default = 500, range = 1..=100_000)]
    pub max_rejected_certificates_stored: u32,
    /// The percentage of kept certificates that is deleted when there are too many.
    #[setting(default = 20, range = 1..=100)]
    pub certificates_deleted_percentage: u32,
    /// The URL of the directory search of the vendor's public provider.
    #[setting(format(url))]
    pub skype_search_url: Option<String>,
    /// How the edges of other domains are found.
    #[setting(switches("DnsSrvRouting", "DefaultRoute"))]
    pub routing_method: RoutingMethod,
    /// The FQDN that all federated traffic goes to with default routing.
    #[setting(format(fqdn), sets("DefaultRoute"))]
    pub default_route_fqdn: Option<String>,
    /// The default route is a public provider.
    #[setting(default = false, sets("DefaultRoute"))]
    pub is_public_provider: bool,
    /// How sure the deployment is that messages from the default route come from whom they say.
    #[setting(sets("DefaultRoute"))]
    pub verification_level: VerificationLevelType,
}

/// How the edges of other domains are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum RoutingMethod {
    /// By the domain's DNS SRV record `_sipfederationtls._tcp`.
    #[default]
    UseDnsSrvRouting,
    /// Not at all: everything goes to one default route.
    UseDefaultRouting,
}

impl AccessEdgeConfiguration {
    fn check(&self) -> Vec<Problem> {
        let by_default_route = self.routing_method == RoutingMethod::UseDefaultRouting;
        let mut problems = Vec::new();
        if by_default_route && self.default_route_fqdn.is_none() {
            let problem = Problem::new("DefaultRouteFqdn", "default routing needs the FQDN to route to");
            problems.push(problem.hint("Add -DefaultRouteFqdn."));
        }
        if by_default_route && self.enable_partner_discovery {
            let problem = Problem::new(
                "EnablePartnerDiscovery",
                "with default routing no domain is discovered",
            );
            problems.push(problem.hint("Use -UseDnsSrvRouting, or -EnablePartnerDiscovery $false first."));
        }
        problems
    }
}
