//! `CsRegistrarConfiguration`: how users sign in to a pool.
//!
//! Expiries are seconds, as the Expires header counts (RFC 3261 §10.3 step 7).

use plenum_schema::{Choice, Problem, Settings, TimeSpan};

/// Decides how endpoints register: how long a registration lasts and how many endpoints a user may have.
///
/// A pool gets the collection of its registrar service, otherwise that of its site, otherwise the global one.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsRegistrarConfiguration",
    class = "Microsoft.Rtc.Management.WritableConfig.Settings.Registrar.RegistrarSettings",
    scopes(global, site, service("Registrar"))
)]
pub struct RegistrarConfiguration {
    /// The shortest registration in seconds. A shorter one is refused with 423, which names this value.
    #[setting(default = 300, range = 60..=86_400, enforced(Registrar))]
    pub min_endpoint_expiration: i32,
    /// The longest registration in seconds. A longer one is shortened to this.
    #[setting(default = 900, range = 60..=86_400, enforced(Registrar))]
    pub max_endpoint_expiration: i32,
    /// How many seconds a registration lasts when the endpoint does not say.
    #[setting(default = 600, range = 60..=86_400, enforced(Registrar))]
    pub default_endpoint_expiration: i32,
    /// How many endpoints a user may be signed in with. One more takes the place of the one that was refreshed
    /// longest ago.
    #[setting(default = 8, range = 1..=64, enforced(Registrar))]
    pub max_endpoints_per_user: u16,
    /// How many users a registrar takes; one more is told to try later.
    #[setting(default = 12_000, range = 2_000..=100_000, enforced(Registrar))]
    pub max_user_count: u64,
    /// Whether the pool serves its users. A pool that is failed over refuses to sign them in.
    #[setting(enforced(Registrar))]
    pub pool_state: PoolState,
    /// How long the user store may be out of reach before the pool goes into survivable mode.
    #[setting(
        default = TimeSpan::minutes(30),
        refused = "there is no survivable mode: a registrar without its store refuses sign-in"
    )]
    pub backup_store_unavailable_threshold: TimeSpan,
    /// The registrar answers DHCP requests of telephones for its own address.
    #[setting(
        name = "EnableDHCPServer",
        default = false,
        refused = "there is no DHCP server"
    )]
    pub enable_dhcp_server: bool,
    /// How many user certificates are replicated to the backup pool at a time.
    #[setting(refused = "sign-in by user certificate is not built yet")]
    pub user_certificate_replication_threshold: Option<u64>,
    /// The logs of the vendor's clustering layer are collected.
    #[setting(
        default = false,
        refused = "the vendor's clustering layer is not part of this server"
    )]
    pub enable_win_fab_log_upload: bool,
    /// The size in megabytes that the logs of the vendor's clustering layer may have.
    #[setting(refused = "the vendor's clustering layer is not part of this server")]
    pub win_fab_max_logs_size_mb: Option<i32>,
}

/// Whether a pool serves its users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum PoolState {
    /// It serves its users.
    #[default]
    Active,
    /// The backup pool serves them.
    FailedOver,
    /// The backup pool is taking over.
    FailingOver,
    /// It is taking its users back.
    FailedBack,
}

impl RegistrarConfiguration {
    fn check(&self) -> Vec<Problem> {
        let (min, standard, max) = (
            self.min_endpoint_expiration,
            self.default_endpoint_expiration,
            self.max_endpoint_expiration,
        );
        let mut problems = Vec::new();
        if min > max {
            let message = format!("{min} s is longer than MaxEndpointExpiration, {max} s");
            problems.push(Problem::new("MinEndpointExpiration", message).hint("Change both in one command."));
        } else if !(min..=max).contains(&standard) {
            let message =
                format!("{standard} s is not between the shortest, {min} s, and the longest, {max} s");
            problems
                .push(Problem::new("DefaultEndpointExpiration", message).hint("Change them in one command."));
        }
        problems
    }
}
