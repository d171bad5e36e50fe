//! Where each user property lives in the directory: one table for filters, views and edits.
//!
//! Names are Active Directory's. Bits of `msRTCSIP-OptionFlags` are the documented ones, but for
//! [`AUDIO_VIDEO_DISABLED`]: the vendor publishes none for it, so it is ours.

use plenum_topology::directory::DirectoryObject;

/// SIP address with scheme: `sip:alice@contoso.example`.
pub const SIP_ADDRESS: &str = "msRTCSIP-PrimaryUserAddress";
/// `TRUE` or `FALSE`; absent on accounts that were never enabled.
pub const ENABLED: &str = "msRTCSIP-UserEnabled";
/// The FQDN of the home pool.
pub const HOME_SERVER: &str = "msRTCSIP-PrimaryHomeServer";
/// `tel:` URI.
pub const LINE: &str = "msRTCSIP-Line";
/// `tel:` URI of the second, unlisted number.
pub const PRIVATE_LINE: &str = "msRTCSIP-PrivateLine";
/// Bits, in decimal.
pub const OPTION_FLAGS: &str = "msRTCSIP-OptionFlags";
/// Grants: `CsVoicePolicy=Sales`.
pub const USER_POLICIES: &str = "msRTCSIP-UserPolicies";
/// `SRV:` for users of this deployment.
pub const DEPLOYMENT_LOCATOR: &str = "msRTCSIP-DeploymentLocator";
/// Enterprise Voice.
pub const ENTERPRISE_VOICE: u32 = 128;
/// Enhanced presence; every user of ours has it.
pub const ENHANCED_PRESENCE: u32 = 256;
/// Audio and video are switched off.
pub const AUDIO_VIDEO_DISABLED: u32 = 1024;

/// How a property is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As text.
    Text,
    /// As `TRUE` or `FALSE`.
    Bool,
    /// As a bit of the attribute.
    Flag(u32),
    /// As a grant of this noun.
    Policy(&'static str),
}

/// Property, attribute, kind: the properties that `Get-CsUser -Filter` knows.
pub const PROPERTIES: &[(&str, &str, Kind)] = &[
    ("SipAddress", SIP_ADDRESS, Kind::Text),
    ("Enabled", ENABLED, Kind::Bool),
    ("RegistrarPool", HOME_SERVER, Kind::Text),
    ("LineURI", LINE, Kind::Text),
    ("PrivateLine", PRIVATE_LINE, Kind::Text),
    (
        "EnterpriseVoiceEnabled",
        OPTION_FLAGS,
        Kind::Flag(ENTERPRISE_VOICE),
    ),
    (
        "AudioVideoDisabled",
        OPTION_FLAGS,
        Kind::Flag(AUDIO_VIDEO_DISABLED),
    ),
    ("HostingProvider", DEPLOYMENT_LOCATOR, Kind::Text),
    ("DisplayName", "displayName", Kind::Text),
    ("SamAccountName", "sAMAccountName", Kind::Text),
    ("UserPrincipalName", "userPrincipalName", Kind::Text),
    ("FirstName", "givenName", Kind::Text),
    ("LastName", "sn", Kind::Text),
    ("Name", "name", Kind::Text),
    ("WindowsEmailAddress", "mail", Kind::Text),
    ("Company", "company", Kind::Text),
    ("Department", "department", Kind::Text),
    ("Office", "physicalDeliveryOfficeName", Kind::Text),
    ("Title", "title", Kind::Text),
    ("Phone", "telephoneNumber", Kind::Text),
    ("MobilePhone", "mobile", Kind::Text),
    ("OtherTelephone", "otherTelephone", Kind::Text),
    ("Fax", "facsimileTelephoneNumber", Kind::Text),
    ("Pager", "pager", Kind::Text),
    ("Manager", "manager", Kind::Text),
    ("StreetAddress", "streetAddress", Kind::Text),
    ("City", "l", Kind::Text),
    ("StateOrProvince", "st", Kind::Text),
    ("PostalCode", "postalCode", Kind::Text),
    ("CountryOrRegion", "co", Kind::Text),
    ("VoicePolicy", USER_POLICIES, Kind::Policy("CsVoicePolicy")),
    (
        "VoiceRoutingPolicy",
        USER_POLICIES,
        Kind::Policy("CsVoiceRoutingPolicy"),
    ),
    (
        "ConferencingPolicy",
        USER_POLICIES,
        Kind::Policy("CsConferencingPolicy"),
    ),
    ("PresencePolicy", USER_POLICIES, Kind::Policy("CsPresencePolicy")),
    ("DialPlan", USER_POLICIES, Kind::Policy("CsDialPlan")),
    ("LocationPolicy", USER_POLICIES, Kind::Policy("CsLocationPolicy")),
    ("ClientPolicy", USER_POLICIES, Kind::Policy("CsClientPolicy")),
    (
        "ClientVersionPolicy",
        USER_POLICIES,
        Kind::Policy("CsClientVersionPolicy"),
    ),
    (
        "ArchivingPolicy",
        USER_POLICIES,
        Kind::Policy("CsArchivingPolicy"),
    ),
    ("PinPolicy", USER_POLICIES, Kind::Policy("CsPinPolicy")),
    (
        "ExternalAccessPolicy",
        USER_POLICIES,
        Kind::Policy("CsExternalAccessPolicy"),
    ),
    ("MobilityPolicy", USER_POLICIES, Kind::Policy("CsMobilityPolicy")),
    (
        "PersistentChatPolicy",
        USER_POLICIES,
        Kind::Policy("CsPersistentChatPolicy"),
    ),
    (
        "UserServicesPolicy",
        USER_POLICIES,
        Kind::Policy("CsUserServicesPolicy"),
    ),
    (
        "CallViaWorkPolicy",
        USER_POLICIES,
        Kind::Policy("CsCallViaWorkPolicy"),
    ),
    (
        "ThirdPartyVideoSystemPolicy",
        USER_POLICIES,
        Kind::Policy("CsThirdPartyVideoSystemPolicy"),
    ),
    (
        "HostedVoicemailPolicy",
        USER_POLICIES,
        Kind::Policy("CsHostedVoicemailPolicy"),
    ),
];

/// The row of a property.
pub fn property(name: &str) -> Option<&'static (&'static str, &'static str, Kind)> {
    PROPERTIES
        .iter()
        .find(|(property, _, _)| property.eq_ignore_ascii_case(name))
}

/// Whether a bit of the option flags is set.
pub fn flag(object: &DirectoryObject, bit: u32) -> bool {
    flags(object) & bit != 0
}

fn flags(object: &DirectoryObject) -> u32 {
    object
        .first(OPTION_FLAGS)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

/// Sets or clears a bit of the option flags.
pub fn set_flag(object: &mut DirectoryObject, bit: u32, on: bool) {
    let flags = if on {
        flags(object) | bit
    } else {
        flags(object) & !bit
    };
    object.set(OPTION_FLAGS, vec![flags.to_string()]);
}

/// The tag that is granted of a noun.
pub fn grant<'a>(object: &'a DirectoryObject, noun: &str) -> Option<&'a str> {
    object.values(USER_POLICIES).iter().find_map(|grant| {
        let (granted, tag) = grant.split_once('=')?;
        granted.eq_ignore_ascii_case(noun).then_some(tag)
    })
}

/// Grants a tag of a noun, or takes the grant away.
pub fn set_grant(object: &mut DirectoryObject, noun: &str, tag: Option<&str>) {
    let other = |grant: &&String| {
        !grant
            .split_once('=')
            .is_some_and(|(granted, _)| granted.eq_ignore_ascii_case(noun))
    };
    let mut grants: Vec<String> = object
        .values(USER_POLICIES)
        .iter()
        .filter(other)
        .cloned()
        .collect();
    grants.extend(tag.map(|tag| format!("{noun}={tag}")));
    object.set(USER_POLICIES, grants);
}
