//! A noun: what is configured, where instances may stand, and which verbs it has.

use serde_json::{Map, Value};

use crate::check::Problem;
use crate::field::Field;

/// A settings noun as declared.
#[derive(Debug)]
pub struct Noun {
    /// With its prefix, as in cmdlet names and in storage: `CsVoicePolicy`.
    pub name: &'static str,
    /// Without it: `VoicePolicy`.
    pub type_name: &'static str,
    /// The full type name of the objects that cmdlets give out.
    pub class: &'static str,
    /// What it decides, for administrators; the first paragraph is the synopsis.
    pub doc: &'static str,
    /// Where instances may stand.
    pub key: Key,
    /// The verbs that it has cmdlets for.
    pub verbs: &'static [Verb],
    /// The position of -Identity by verb.
    pub positions: Positions,
    /// Parameters that only the vendor's cloud service has; giving one is refused.
    pub cloud: &'static [CloudParameter],
    /// Parameter sets of Set- beside Identity and Instance.
    pub sets: &'static [&'static str],
    /// Nouns whose lists may not have a member of the same key.
    pub excludes: &'static [&'static str],
    /// Its fields in display order.
    pub fields: &'static [Field],
    /// The rules across fields; only called with values whose fields are right one by one.
    pub rules: fn(&Value) -> Vec<Problem>,
}

/// How instances of a noun are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// At most one at each scope; Global always exists.
    Scopes(&'static [ScopeKind]),
    /// A list of the whole deployment, whose members are called by the key field's value.
    GlobalList,
}

/// A kind of scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The whole deployment.
    Global,
    /// A site.
    Site,
    /// A service of one of these roles, e.g. `Registrar`.
    Service(&'static [&'static str]),
    /// A per-user policy: has no effect until it is granted.
    Tag,
}

/// A verb that cmdlets are derived for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Reads instances.
    Get,
    /// Makes an instance.
    New,
    /// Changes an instance.
    Set,
    /// Removes an instance, or resets Global.
    Remove,
    /// Gives a per-user policy to users.
    Grant,
}

impl Verb {
    /// As in cmdlet names.
    pub const fn name(self) -> &'static str {
        match self {
            Verb::Get => "Get",
            Verb::New => "New",
            Verb::Set => "Set",
            Verb::Remove => "Remove",
            Verb::Grant => "Grant",
        }
    }
}

/// The documented position of -Identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Positions {
    pub get: u16,
    pub new: u16,
    pub set: u16,
    pub remove: u16,
}

/// A parameter that only the vendor's cloud service understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloudParameter {
    /// Its name.
    pub name: &'static str,
    /// The cmdlets that have it.
    pub verbs: &'static [Verb],
}

impl Noun {
    /// The instance that stands when nobody has written one: every field has its default.
    pub fn defaults(&self) -> Map<String, Value> {
        self.fields
            .iter()
            .map(|field| (field.name.to_owned(), (field.default)()))
            .collect()
    }

    /// All fields of an instance in display order: written ones as written, the others with their defaults.
    pub fn complete(&self, written: &Value) -> Map<String, Value> {
        let written = written.as_object();
        let value = |field: &Field| written.and_then(|map| map.get(field.name)).cloned();
        self.fields
            .iter()
            .map(|field| (field.name.to_owned(), value(field).unwrap_or_else(field.default)))
            .collect()
    }

    /// A field by name, without regard to case.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The field that is the key of a list member.
    pub fn key_field(&self) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key)
    }

    /// Whether there is a cmdlet for a verb.
    pub fn has(&self, verb: Verb) -> bool {
        self.verbs.contains(&verb)
    }

    /// The scopes where instances may stand; empty for a list of the whole deployment.
    pub fn scopes(&self) -> &'static [ScopeKind] {
        match self.key {
            Key::Scopes(scopes) => scopes,
            Key::GlobalList => &[],
        }
    }
}

/// A struct that declares a noun. `#[derive(Settings)]` implements it.
pub trait Settings: Sized + Default {
    /// The declaration as data.
    fn noun() -> &'static Noun;

    /// Reads an instance; what is missing has its default, members that the noun does not know are passed over.
    ///
    /// # Errors
    /// Every member whose value is not of its field's kind.
    fn from_json(value: &Value) -> Result<Self, Vec<Problem>>;

    /// Every field, in display order.
    fn to_json(&self) -> Value;
}

/// The rules of a noun that has none beside its struct. An inherent `check` takes precedence over this one.
pub trait NoRules {
    /// No problems.
    fn check(&self) -> Vec<Problem> {
        Vec::new()
    }
}

impl<T: Settings> NoRules for T {}
