//! Directory objects as the Get- cmdlets show them.

use std::sync::Arc;

use plenum_lang::format::{View, ViewColumn};
use plenum_lang::value::{DateTime, DateTimeKind, Value};
use plenum_topology::directory::DirectoryObject;

use super::attribute::{self, ACCOUNT_TEXTS, ENABLED, Kind, WHEN_CHANGED, WHEN_CREATED};
use crate::authoring::{optional_text, record, text, typed_object};

/// The type name of what Get-CsUser gives.
pub const USER: &str = "Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser";
/// The type name of what Get-CsAdUser gives.
pub const AD_USER: &str = "Microsoft.Rtc.Management.ADConnect.Schema.CSADUser";
/// The type name of what Get-ADUser gives.
pub const ACCOUNT: &str = "Microsoft.ActiveDirectory.Management.ADUser";

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
];

/// What `Select-Object *` adds.
const AD_MORE: &[&str] = &[
    "Name",
    "DistinguishedName",
    "Guid",
    "ObjectClass",
    "WhenCreated",
    "WhenChanged",
];

/// What the directory's own module calls the moments of an account.
pub const ACCOUNT_TIMES: &[(&str, &str)] = &[("Created", WHEN_CREATED), ("Modified", WHEN_CHANGED)];

/// How users are shown when nobody asks for a shape: not everything that `Select-Object *` gives.
pub fn views() -> [View; 2] {
    let list = |type_name: &'static str, shown: &[&'static str]| {
        let names = std::iter::once(&"Identity").chain(shown);
        View::list(type_name, names.map(|name| ViewColumn::new(*name)).collect())
    };
    [list(USER, SHOWN), list(AD_USER, AD_SHOWN)]
}

/// The properties of a user's object, for completion.
pub fn user_members() -> impl Iterator<Item = &'static str> {
    std::iter::once("Identity").chain(SHOWN.iter().chain(MORE).copied())
}

/// The properties of a directory user's object, for completion.
pub fn ad_user_members() -> impl Iterator<Item = &'static str> {
    std::iter::once("Identity").chain(AD_SHOWN.iter().chain(AD_MORE).copied())
}

/// An enabled user.
pub fn user(found: &DirectoryObject) -> Value {
    with_identity(USER, found, SHOWN.iter().chain(MORE))
}

/// Any directory user.
pub fn ad_user(found: &DirectoryObject) -> Value {
    with_identity(AD_USER, found, AD_SHOWN.iter().chain(AD_MORE))
}

/// A directory user as the directory's own cmdlets show it; as text it is its distinguished name, by which it binds to
/// -Identity.
pub fn directory_user(found: &DirectoryObject) -> Value {
    account(found, &[])
}

/// The same with more properties.
pub fn account(found: &DirectoryObject, more: &[&'static str]) -> Value {
    let mut shown = vec![
        "DistinguishedName",
        "Enabled",
        "GivenName",
        "Name",
        "ObjectClass",
        "ObjectGUID",
        "SamAccountName",
        "Surname",
        "UserPrincipalName",
    ];
    shown.extend(more);
    shown.sort_unstable();
    shown.dedup();
    let shown = shown
        .into_iter()
        .map(|name| (name, account_property(found, name)))
        .collect();
    record(&[ACCOUNT, "System.Object"], &*found.dn, shown, Vec::new())
}

fn account_property(found: &DirectoryObject, name: &str) -> Value {
    match name {
        "DistinguishedName" => text(&*found.dn),
        "Enabled" => Value::Bool(attribute::is_active(found)),
        "ObjectClass" => text("user"),
        "ObjectGUID" => text(&*found.id.0),
        "Name" => optional_text(found.first("name")),
        "SamAccountName" => optional_text(found.first("sAMAccountName")),
        _ => match ACCOUNT_TIMES.iter().find(|(time, _)| *time == name) {
            Some((_, stored)) => moment(found, stored),
            None => ACCOUNT_TEXTS
                .iter()
                .find(|(known, _, _)| *known == name)
                .map_or(Value::Null, |(_, stored, _)| optional_text(found.first(stored))),
        },
    }
}

/// A moment of an object as the language has it: in UTC.
fn moment(found: &DirectoryObject, stored: &str) -> Value {
    let ticks = found.first(stored).and_then(attribute::ticks);
    ticks.map_or(Value::Null, |ticks| {
        Value::DateTime(Arc::new(DateTime {
            ticks,
            kind: DateTimeKind::Utc,
        }))
    })
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
        "UserAccountControl" => text(if attribute::is_active(found) {
            "NormalAccount"
        } else {
            "AccountDisabled, NormalAccount"
        }),
        "WhenCreated" => moment(found, WHEN_CREATED),
        "WhenChanged" => moment(found, WHEN_CHANGED),
        _ => stored(found, name),
    }
}

fn stored(found: &DirectoryObject, name: &str) -> Value {
    match attribute::property(name) {
        Some((_, _, Kind::Flag(bit))) => Value::Bool(attribute::flag(found, *bit)),
        Some((_, _, Kind::Cleared(_))) => Value::Bool(attribute::is_active(found)),
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
