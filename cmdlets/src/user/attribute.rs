//! Where each user property lives in the directory: a table of what the product's cmdlets call the attributes, and one
//! of what the directory's own module calls them; for filters, views and edits.
//!
//! Names are Active Directory's. Bits of `msRTCSIP-OptionFlags` are the documented ones, but for
//! [`AUDIO_VIDEO_DISABLED`]: the vendor publishes none for it, so it is ours.

use plenum_lang::datetime::calendar;
use plenum_topology::directory::{DirectoryObject, UserRecord};

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
/// Bits of the account, in decimal: Active Directory's.
pub const ACCOUNT_CONTROL: &str = "userAccountControl";
/// When the account was made, as generalized time.
pub const WHEN_CREATED: &str = "whenCreated";
/// When it was changed last, as generalized time.
pub const WHEN_CHANGED: &str = "whenChanged";
/// The bit of a usual account.
pub const NORMAL_ACCOUNT: u32 = 512;
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
    /// As a bit of the attribute that says the opposite.
    Cleared(u32),
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

/// What the directory's own module calls the attributes that it writes: property, attribute, help.
pub const ACCOUNT_TEXTS: &[(&str, &str, &str)] = &[
    ("City", "l", "The town."),
    ("Company", "company", "The company."),
    ("Country", "c", "The country, as two letters (ISO 3166)."),
    ("Department", "department", "The department."),
    ("Description", "description", "What the account is for."),
    ("DisplayName", "displayName", "The name shown to others."),
    ("EmailAddress", "mail", "The mail address."),
    ("Fax", "facsimileTelephoneNumber", "The fax number."),
    ("GivenName", "givenName", "The first name."),
    ("HomePhone", "homePhone", "The number at home."),
    ("Initials", "initials", "The initials."),
    ("Manager", "manager", "The manager's distinguished name."),
    ("MobilePhone", "mobile", "The mobile number."),
    ("Office", "physicalDeliveryOfficeName", "The office."),
    ("OfficePhone", "telephoneNumber", "The office number."),
    ("PostalCode", "postalCode", "The postal code."),
    ("State", "st", "The state or province."),
    ("StreetAddress", "streetAddress", "The street."),
    ("Surname", "sn", "The last name."),
    ("Title", "title", "The job title."),
    (
        "UserPrincipalName",
        "userPrincipalName",
        "The sign-in name: alice@contoso.example.",
    ),
];

/// What the directory's own module searches beyond those: property, attribute, kind.
pub const ACCOUNT_FACTS: &[(&str, &str, Kind)] = &[
    (
        "Enabled",
        ACCOUNT_CONTROL,
        Kind::Cleared(UserRecord::ACCOUNT_DISABLED),
    ),
    ("DistinguishedName", "distinguishedName", Kind::Text),
    ("Name", "name", Kind::Text),
    ("ObjectClass", "objectClass", Kind::Text),
    ("ObjectGUID", "objectGUID", Kind::Text),
    ("SamAccountName", "sAMAccountName", Kind::Text),
];

/// Whether a bit of the option flags is set.
pub fn flag(object: &DirectoryObject, bit: u32) -> bool {
    bits(object, OPTION_FLAGS) & bit != 0
}

/// Sets or clears a bit of the option flags.
pub fn set_flag(object: &mut DirectoryObject, bit: u32, on: bool) {
    set_bit(object, OPTION_FLAGS, bit, on);
}

/// Whether the account itself is active, whatever it is in the deployment.
pub fn is_active(object: &DirectoryObject) -> bool {
    bits(object, ACCOUNT_CONTROL) & UserRecord::ACCOUNT_DISABLED == 0
}

/// Makes the account active or disables it.
pub fn set_active(object: &mut DirectoryObject, active: bool) {
    set_bit(object, ACCOUNT_CONTROL, NORMAL_ACCOUNT, true);
    set_bit(object, ACCOUNT_CONTROL, UserRecord::ACCOUNT_DISABLED, !active);
}

fn bits(object: &DirectoryObject, attribute: &str) -> u32 {
    object
        .first(attribute)
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0)
}

fn set_bit(object: &mut DirectoryObject, attribute: &str, bit: u32, on: bool) {
    let before = bits(object, attribute);
    let after = if on { before | bit } else { before & !bit };
    object.set(attribute, vec![after.to_string()]);
}

/// Writes down when an object was made or changed: `20261123015725.0Z` (RFC 4517 §3.3.13), from UTC ticks.
pub fn stamp(object: &mut DirectoryObject, now: i64) {
    let moment = calendar::parts(now);
    let time = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}.0Z",
        moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second
    );
    if object.first(WHEN_CREATED).is_none() && object.first(WHEN_CHANGED).is_none() {
        object.set(WHEN_CREATED, vec![time.clone()]);
    }
    object.set(WHEN_CHANGED, vec![time]);
}

/// The UTC ticks of a generalized time without fraction or with one.
pub fn ticks(time: &str) -> Option<i64> {
    let digits = time
        .get(..14)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let number = |from: usize, to: usize| digits[from..to].parse::<u32>().ok();
    calendar::ticks(&calendar::Parts {
        year: i32::try_from(number(0, 4)?).ok()?,
        month: number(4, 6)?,
        day: number(6, 8)?,
        hour: number(8, 10)?,
        minute: number(10, 12)?,
        second: number(12, 14)?,
        fraction: 0,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_kept_as_generalized_time_and_the_first_one_stays() {
        let mut object = DirectoryObject::default();
        stamp(&mut object, 639_028_224_000_000_000);
        assert_eq!(object.first(WHEN_CREATED), Some("20260101000000.0Z"));
        stamp(&mut object, 639_028_224_610_000_000);
        assert_eq!(object.first(WHEN_CREATED), Some("20260101000000.0Z"));
        assert_eq!(object.first(WHEN_CHANGED), Some("20260101000101.0Z"));
        assert_eq!(ticks("20260101000101.0Z"), Some(639_028_224_610_000_000));
        for wrong in ["", "2026", "20261301000000Z", "2026010100000é.0Z"] {
            assert_eq!(ticks(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_account_is_active_until_its_bit_says_otherwise() {
        let mut object = DirectoryObject::default();
        assert!(is_active(&object));
        set_active(&mut object, false);
        assert_eq!(object.first(ACCOUNT_CONTROL), Some("514"));
        assert!(!is_active(&object));
        set_active(&mut object, true);
        assert_eq!(object.first(ACCOUNT_CONTROL), Some("512"));
    }
}
