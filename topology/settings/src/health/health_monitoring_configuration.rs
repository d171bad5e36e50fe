//! `CsHealthMonitoringConfiguration`: the test users of a pool.

use plenum_schema::{Problem, Settings};

/// Names the two users of a pool that the Test- cmdlets sign in as when they are given no credentials.
///
/// The tests sign in with the keys that the deployment keeps of these users' passwords, so a password has to be set
/// and nobody has to know it.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsHealthMonitoringConfiguration",
    class = "Microsoft.Rtc.Management.WritableConfig.Settings.HealthMonitoring.Target",
    global_list,
    enforced(SyntheticTransactions)
)]
pub struct HealthMonitoringConfiguration {
    /// The FQDN of the pool that is tested.
    #[setting(key, format(pool))]
    pub target_fqdn: String,
    /// The SIP address of the user that acts first: who signs in, sends, calls, watches.
    #[setting(mandatory, format(sip_uri))]
    pub first_test_user_sip_uri: String,
    /// The name that the first user signs in with; otherwise any of the user's own.
    pub first_test_sam_account_name: Option<String>,
    /// The SIP address of the other user: who receives, is called, publishes.
    #[setting(mandatory, format(sip_uri))]
    pub second_test_user_sip_uri: String,
    /// The name that the second user signs in with; otherwise any of the user's own.
    pub second_test_sam_account_name: Option<String>,
}

impl HealthMonitoringConfiguration {
    fn check(&self) -> Vec<Problem> {
        let (first, second) = (&self.first_test_user_sip_uri, &self.second_test_user_sip_uri);
        if first.eq_ignore_ascii_case(second) {
            let message = format!("{second} is the first test user already");
            return vec![Problem::new("SecondTestUserSipUri", message).hint("Name another user.")];
        }
        Vec::new()
    }
}
