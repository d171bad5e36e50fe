//! One field of a declaration: what values it takes, what it is when nobody says, and where it takes effect.

use serde_json::Value;

use crate::noun::Verb;

/// A field of a noun, or of an object inside one.
#[derive(Debug)]
pub struct Field {
    /// As the parameter and the property are called, e.g. `AllowCallForwarding`.
    pub name: &'static str,
    /// As the field of the Rust struct is called, e.g. `allow_call_forwarding`.
    pub member: &'static str,
    /// What it does, for administrators.
    pub doc: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// Whether it may be null: nobody has said, the reader chooses.
    pub nullable: bool,
    /// Whether the key of a list member is this field (`Domain` of `CsAllowedDomain`): set by New-, never changed.
    pub key: bool,
    /// Whether New- has to be told.
    pub mandatory: bool,
    /// The value when nobody says.
    pub default: fn() -> Value,
    /// Smallest and largest number, when the integer's width allows more than the field.
    pub range: Option<Range>,
    /// Longest text in characters.
    pub max_length: Option<usize>,
    /// What a text must look like.
    pub format: Format,
    /// Where it takes effect.
    pub effect: Effect,
    /// The verbs whose cmdlets have it as parameter.
    pub verbs: &'static [Verb],
    /// For nouns whose Set- has several parameter sets: those that it is in; empty means all.
    pub sets: &'static [&'static str],
    /// For a choice that is made with switches: the parameter set of each value, in order of the values. The switch
    /// is named as the value. Empty for every other field.
    pub switches: &'static [&'static str],
}

/// An inclusive range of integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The smallest.
    pub min: i128,
    /// The largest.
    pub max: i128,
}

/// What values a field takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// True or false.
    Bool,
    /// A whole number of a width.
    Integer {
        /// The .NET name: `UInt16`, `UInt32`, `UInt64`, `Int32`, `Int64`.
        type_name: &'static str,
        /// What fits into the width.
        fits: Range,
    },
    /// Text.
    Text,
    /// A span of time; in JSON as text `d.hh:mm:ss`.
    TimeSpan,
    /// One of a few names.
    Choice(&'static Choice),
    /// Several values, in order.
    List(&'static Kind),
    /// An object with fields of its own.
    Object(&'static ObjectType),
}

/// A closed set of names.
#[derive(Debug)]
pub struct Choice {
    /// The type's name, e.g. `PoolState`.
    pub type_name: &'static str,
    /// Each name and what it means.
    pub values: &'static [(&'static str, &'static str)],
}

/// The type of an object inside a noun, e.g. `ClientPolicyEntry`.
#[derive(Debug)]
pub struct ObjectType {
    /// Its name.
    pub type_name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its fields in display order.
    pub fields: &'static [Field],
}

/// What a text must look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Any text.
    #[default]
    Any,
    /// A fully qualified host name or a DNS domain: labels of letters, digits and hyphens, at least one dot.
    Fqdn,
    /// The FQDN of a pool of the topology: the key of a list of pools.
    Pool,
    /// An http or https URL.
    Url,
    /// A SIP URI, with its scheme.
    SipUri,
    /// Digits, `+`, `*` and `#`: what a telephone can dial.
    Dialable,
    /// One of these, without regard to case.
    OneOf(&'static [&'static str]),
}

/// Where a field takes effect. Every field has one; a field that nothing reads is a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A service of the server enforces it. Where clients are told as well, so that they do not offer what will be
    /// refused, the place in their document, as for [`Effect::Provisioned`].
    Enforced(Service, Option<&'static str>),
    /// Clients get it by in-band provisioning, in the group of this name, and act on it: `meetingPolicy`; with the
    /// property's name when that is not the field's: `endpointConfiguration/PhotoUsage`. A `!` before the property says
    /// that it means the opposite, a `#` that it is the number of the choice.
    Provisioned(&'static str),
    /// It names or describes the instance for administrators; cmdlets show it.
    Label,
    /// What it governs is not built. Only the default is accepted; the text says what is missing.
    Refused(&'static str),
}

/// The server's services that enforce settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Sign-in: bindings, expiry, endpoints of a user.
    Registrar,
    /// Publications and subscriptions.
    Presence,
    /// Messages between two users.
    InstantMessaging,
    /// Calls: who may be reached, forwarding, transfer.
    CallRouting,
    /// The gate to other domains and to users outside.
    Federation,
    /// The tests that speak to the server as a client would.
    SyntheticTransactions,
}

impl Service {
    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Service::Registrar => "registrar",
            Service::Presence => "presence",
            Service::InstantMessaging => "instant messaging",
            Service::CallRouting => "call routing",
            Service::Federation => "federation gate",
            Service::SyntheticTransactions => "synthetic transactions",
        }
    }
}

impl Effect {
    /// As help shows it.
    pub fn describe(self) -> String {
        match self {
            Effect::Enforced(service, None) => format!("Enforced by the server: {}.", service.name()),
            Effect::Enforced(service, Some(place)) => format!(
                "Enforced by the server: {}. Handed to clients by in-band provisioning ({}).",
                service.name(),
                group_of(place)
            ),
            Effect::Provisioned(place) => {
                format!("Handed to clients by in-band provisioning ({}).", group_of(place))
            }
            Effect::Label => "For administrators; shown by the cmdlets.".to_owned(),
            Effect::Refused(missing) => format!("Only the default is accepted: {missing}."),
        }
    }
}

fn group_of(place: &'static str) -> &'static str {
    place.split_once('/').map_or(place, |(group, _)| group)
}

/// Where clients find a field in the document of in-band provisioning, and how it is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provisioned {
    /// The group.
    pub group: &'static str,
    /// The property.
    pub property: &'static str,
    /// How its value is written.
    pub form: Form,
}

/// How a value is written in the document of in-band provisioning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Value,
    /// The property means the opposite of the field.
    Opposite,
    /// The number of the choice, from 0.
    Number,
}

impl Kind {
    /// The .NET type name of the parameter, without namespace.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Kind::Bool => "Boolean",
            Kind::Integer { type_name, .. } => type_name,
            Kind::Text => "String",
            Kind::TimeSpan => "TimeSpan",
            Kind::Choice(choice) => choice.type_name,
            Kind::List(_) => "PSListModifier",
            Kind::Object(object) => object.type_name,
        }
    }
}

impl Field {
    /// The numbers that are allowed: the declared range, or what fits.
    pub fn allowed_range(&self) -> Option<Range> {
        match self.kind {
            Kind::Integer { fits, .. } => Some(self.range.unwrap_or(fits)),
            _ => None,
        }
    }

    /// The names that are allowed, for a choice or a text with fixed values.
    pub fn allowed_values(&self) -> Vec<&'static str> {
        match (self.kind, self.format) {
            (Kind::Choice(choice), _) => choice.values.iter().map(|(name, _)| *name).collect(),
            (_, Format::OneOf(values)) => values.to_vec(),
            _ => Vec::new(),
        }
    }

    /// Where in the document of in-band provisioning clients find it.
    pub fn provisioned(&self) -> Option<Provisioned> {
        let (Effect::Provisioned(place) | Effect::Enforced(_, Some(place))) = self.effect else {
            return None;
        };
        let property = place.split_once('/').map_or(self.name, |(_, property)| property);
        let (property, form) = match property.split_at_checked(1) {
            Some(("!", property)) => (property, Form::Opposite),
            Some(("#", property)) => (property, Form::Number),
            _ => (property, Form::Value),
        };
        Some(Provisioned {
            group: group_of(place),
            property,
            form,
        })
    }

    /// Whether the cmdlet of a verb has it as parameter.
    pub fn has_verb(&self, verb: Verb) -> bool {
        self.verbs.contains(&verb)
    }
}
