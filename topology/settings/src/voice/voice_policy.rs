//! `CsVoicePolicy`: the call features of a user.
//!
//! Property order is the product's. Absent: EnableFMC, which the product shows and nothing can set.

use plenum_schema::{Choice, Problem, Settings};

/// Decides which call features a user may use, and which telephone calls the user may make.
///
/// A user gets the policy that was granted, otherwise that of the site of the home pool, otherwise the global one.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsVoicePolicy",
    class = "Microsoft.Rtc.Management.WritableConfig.Policy.Voice.VoicePolicy",
    scopes(global, site, tag),
    grantable,
    cloud(Tenant(get, new, set, remove, grant), Global(grant))
)]
pub struct VoicePolicy {
    /// The PSTN usages of the user, in the order in which their routes are tried. A user without a usage may call no
    /// telephone number outside the deployment.
    #[setting(enforced(CallRouting))]
    pub pstn_usages: Vec<String>,
    /// The PSTN usages for forwarded and simultaneously ringing calls when CallForwardingSimulRingUsageType is
    /// CustomUsage.
    #[setting(refused = "calls are not forwarded to telephone numbers outside the deployment yet")]
    pub custom_call_forwarding_simul_ring_usages: Vec<String>,
    /// Says for administrators what the policy is for.
    #[setting(label, max_length = 1040)]
    pub description: Option<String>,
    /// Incoming calls may ring another telephone at the same time.
    #[setting(default = true, provisioned = "ucPolicy/AllowSimultaneousRinging")]
    pub allow_simul_ring: bool,
    /// Incoming calls may be forwarded to another user or number. Without it a redirection by the user's phone is not
    /// followed.
    #[setting(default = true, enforced(CallRouting, "ucPolicy"))]
    pub allow_call_forwarding: bool,
    /// Calls that the network's bandwidth policy stops may be routed over the telephone network instead.
    #[setting(
        default = true,
        name = "AllowPSTNReRouting",
        refused = "there is no bandwidth policy that could stop a call"
    )]
    pub allow_pstn_rerouting: bool,
    /// A name for display.
    #[setting(default = "DefaultPolicy", label)]
    pub name: String,
    /// The user may let delegates make and take calls on the user's behalf.
    #[setting(default = true, provisioned = "ucPolicy")]
    pub enable_delegation: bool,
    /// The user may let a team take the user's calls.
    #[setting(default = true, provisioned = "ucPolicy")]
    pub enable_team_call: bool,
    /// The user may transfer calls. Without it the server refuses REFER inside a call.
    #[setting(default = true, enforced(CallRouting, "ucPolicy"))]
    pub enable_call_transfer: bool,
    /// The user may park a call and pick it up from another telephone.
    #[setting(default = false, provisioned = "ucPolicy")]
    pub enable_call_park: bool,
    /// A second call during a call may be refused or sent to voicemail.
    #[setting(refused = "busy options are not built yet")]
    pub enable_busy_options: bool,
    /// The user may mark a call as malicious, which writes it to the call records.
    #[setting(default = false, provisioned = "ucPolicy/EnableMaliciousCallTrace")]
    pub enable_malicious_call_tracing: bool,
    /// The user's calls go through even where the bandwidth policy would stop them.
    #[setting(
        default = false,
        name = "EnableBWPolicyOverride",
        refused = "there is no bandwidth policy that could stop a call"
    )]
    pub enable_bandwidth_policy_override: bool,
    /// Calls between sites may not leave the telephone network to save toll charges.
    #[setting(
        default = false,
        name = "PreventPSTNTollBypass",
        refused = "location-based routing is not built yet"
    )]
    pub prevent_pstn_toll_bypass: bool,
    /// Which PSTN usages count for forwarded and simultaneously ringing calls.
    #[setting(refused = "calls are not forwarded to telephone numbers outside the deployment yet")]
    pub call_forwarding_simul_ring_usage_type: CallForwardingSimulRingUsageType,
    /// Where the user's calls to telephone numbers are routed.
    #[setting(refused = "calls are routed by this deployment only")]
    pub voice_deployment_mode: VoiceDeploymentMode,
    /// A call that a mobile phone answers sooner than PSTNVoicemailEscapeTimer counts as answered by the carrier's
    /// voicemail, and goes on ringing.
    #[setting(
        default = false,
        refused = "simultaneous ringing of telephones outside is not built yet"
    )]
    pub enable_voicemail_escape_timer: bool,
    /// How soon, in milliseconds, an answer counts as the carrier's voicemail.
    #[setting(
        default = 1500,
        range = 0..=8_000,
        name = "PSTNVoicemailEscapeTimer",
        refused = "simultaneous ringing of telephones outside is not built yet"
    )]
    pub pstn_voicemail_escape_timer: i64,
}

/// Which PSTN usages count for forwarded and simultaneously ringing calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum CallForwardingSimulRingUsageType {
    /// Those of the voice policy.
    #[default]
    VoicePolicyUsage,
    /// None: only to users of the deployment.
    InternalOnly,
    /// Those of CustomCallForwardingSimulRingUsages.
    CustomUsage,
}

/// Where the user's calls to telephone numbers are routed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum VoiceDeploymentMode {
    /// By this deployment.
    #[default]
    OnPrem,
    /// By the vendor's cloud service.
    Online,
    /// By the vendor's cloud service, with basic features.
    OnlineBasic,
    /// By this deployment, for a user homed in the cloud.
    OnPremOnlineHybrid,
}

impl VoicePolicy {
    fn check(&self) -> Vec<Problem> {
        let unnamed = |usage: &String| usage.trim().is_empty();
        let lists = [
            ("PstnUsages", &self.pstn_usages),
            (
                "CustomCallForwardingSimulRingUsages",
                &self.custom_call_forwarding_simul_ring_usages,
            ),
        ];
        let nameless = lists.into_iter().filter(|(_, usages)| usages.iter().any(unnamed));
        nameless
            .map(|(field, _)| Problem::new(field, "a PSTN usage has a name").hint("Leave out empty names."))
            .collect()
    }
}
