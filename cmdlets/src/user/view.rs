//! Directory objects as the Get- cmdlets show them.

use plenum_lang::value::Value;
use plenum_topology::directory::DirectoryObject;

use super::attribute::{self, ENABLED, Kind};
use crate::authoring::{object, optional_text, text, typed_object};

/// The type name of what Get-CsUser gives.
pub const USER: &str = "Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser";

/// What Get-CsUser shows, in the product's order.
const SHOWN: &[&str] = &[
    "VoicePolicy",
    "VoiceRoutingPolicy",
    "ConferencingPolicy",
    "PresencePolicy",
    "DialPlan",
    "LocationPolicy",
    "ClientPolicy",
    "ClientVersionPolicy",
    "ArchivingPolicy",
    "ExchangeArchivingPolicy",
    "PinPolicy",
    "ExternalAccessPolicy",
    "MobilityPolicy",
    "PersistentChatPolicy",
    "UserServicesPolicy",
    "CallViaWorkPolicy",
    "ThirdPartyVideoSystemPolicy",
    "HostedVoiceMail",
    "HostedVoicemailPolicy",
    "HostingProvider",
    "RegistrarPool",
    "Enabled",
    "SipAddress",
    "LineURI",
    "EnterpriseVoiceEnabled",
    "ExUmEnabled",
    "HomeServer",
    "DisplayName",
    "SamAccountName",
];

/// What `Select-Object *` adds.
const MORE: &[&str] = &[
    "AudioVideoDisabled",
    "PrivateLine",
    "FirstName",
    "LastName",
    "UserPrincipalName",
    "WindowsEmailAddress",
    "Name",
    "DistinguishedName",
    "Guid",
    "ObjectClass",
    "WhenCreated",
    "WhenChanged",
];

/// What Get-CsAdUser shows.
const AD_SHOWN: &[&str] = &[
    "Enabled",
    "SipAddress",
    "Company",
    "Department",
    "Office",
    "Phone",
    "MobilePhone",
    "OtherTelephone",
    "Fax",
    "Pager",
    "Title",
    "Manager",
    "StreetAddress",
    "City",
    "StateOrProvince",
    "PostalCode",
    "CountryOrRegion",
    "FirstName",
    "LastName",
    "DisplayName",
    "SamAccountName",
    "UserPrincipalName",
    "UserAccountControl",
    "WindowsEmailAddress",
    "Name",
    "DistinguishedName",
    "Guid",
    "ObjectClass",
];

/// An enabled user.
pub fn user(found: &DirectoryObject) -> Value {
    with_identity(USER, found, SHOWN.iter().chain(MORE))
}

/// Any directory user.
pub fn ad_user(found: &DirectoryObject) -> Value {
    with_identity(
        "Microsoft.Rtc.Management.ADConnect.Schema.CSADUser",
        found,
        AD_SHOWN.iter(),
    )
}

/// A directory user as the directory's own cmdlets show it.
pub fn directory_user(found: &DirectoryObject) -> Value {
    object(
        "Microsoft.ActiveDirectory.Management.ADUser",
        [
            ("DistinguishedName", text(&*found.dn)),
            ("Enabled", Value::Bool(true)),
            ("GivenName", optional_text(found.first("givenName"))),
            ("Name", optional_text(found.first("name"))),
            ("ObjectClass", text("user")),
            ("ObjectGUID", text(&*found.id.0)),
            ("SamAccountName", optional_text(found.first("sAMAccountName"))),
            ("Surname", optional_text(found.first("sn"))),
            (
                "UserPrincipalName",
                optional_text(found.first("userPrincipalName")),
            ),
        ],
    )
}

fn with_identity<'a>(
    type_name: &str,
    found: &DirectoryObject,
    names: impl Iterator<Item = &'a &'static str>,
) -> Value {
    let identity = std::iter::once(("Identity", text(&*found.dn)));
    typed_object(
        &[type_name, "System.Object"],
        identity.chain(names.map(|name| (*name, property(found, name)))),
    )
}

fn property(found: &DirectoryObject, name: &str) -> Value {
    match name {
        "HomeServer" => optional_text(found.first(attribute::HOME_SERVER)),
        "DistinguishedName" => text(&*found.dn),
        "Guid" => text(&*found.id.0),
        "ObjectClass" => text("user"),
        "HostedVoiceMail" | "ExUmEnabled" => Value::Bool(false),
        "ExchangeArchivingPolicy" => text("Uninitialized"),
        "UserAccountControl" => text("NormalAccount"),
        "WhenCreated" | "WhenChanged" => optional_text(found.first(name)),
        _ => stored(found, name),
    }
}

fn stored(found: &DirectoryObject, name: &str) -> Value {
    match attribute::property(name) {
        Some((_, _, Kind::Flag(bit))) => Value::Bool(attribute::flag(found, *bit)),
        Some((_, stored, Kind::Bool)) => found
            .first(stored)
            .map_or(Value::Null, |text| Value::Bool(text == "TRUE")),
        Some((_, _, Kind::Policy(noun))) => optional_text(attribute::grant(found, noun)),
        Some((_, stored, Kind::Text)) => optional_text(found.first(stored)),
        None => Value::Null,
    }
}

/// Whether an object is a user of the deployment: it was enabled and not disabled since.
pub fn is_enabled_object(found: &DirectoryObject) -> bool {
    found.first(ENABLED).is_some()
}
