//! Parameters as projections of a declaration, and reading them back.

use plenum_lang::cmdlet::Arguments;
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::{Completion, Text, Validation};
use plenum_schema::{Effect, Field, Format, Key, Kind, Noun, Problem, ScopeKind, Verb};
use serde_json::Value as Json;

use super::convert::{to_json, unknown_edit};
use super::identity::describe;
use super::instance::Members;
use super::place::is_list_of_pools;
use crate::authoring::{ParameterBuilder, SignatureBuilder, cmdlet, parameter};

/// The parameter sets that every Set- has.
pub const IDENTITY: &str = "Identity";
/// The set in which a whole object is given.
pub const INSTANCE: &str = "Instance";

/// Begins the signature of a noun's cmdlet.
pub fn signature(noun: &'static Noun, verb: Verb, synopsis: String) -> SignatureBuilder {
    let others = noun.verbs.iter().filter(|other| **other != verb);
    let begun = cmdlet(format!("{}-{}", verb.name(), noun.name), super::MODULE)
        .synopsis(synopsis)
        .description(noun.doc);
    others.fold(begun, |signature, other| {
        signature.link(format!("{}-{}", other.name(), noun.name))
    })
}

/// -Identity.
pub fn identity(noun: &'static Noun, position: u16, help: &str) -> ParameterBuilder {
    let stands = match noun.key {
        Key::Scopes(scopes) => format!("It stands at: {}.", describe(scopes)),
        Key::GlobalList if is_list_of_pools(noun) => "It is the FQDN of a pool.".to_owned(),
        Key::GlobalList => "It is a domain of the list.".to_owned(),
    };
    parameter("Identity", "string")
        .position(position)
        .help(format!("{help} {stands}"))
        .complete(Completion::Identity(noun.name.into()))
}

/// -Force.
pub fn force(help: &'static str) -> ParameterBuilder {
    parameter("Force", "switch").help(help)
}

/// The parameter set of Grant- in which a user is named, where there are others.
const TO_USER: &str = "GrantToUser";

/// Whether Grant- has parameter sets of the vendor's cloud: for groups and for the whole tenant.
fn grants_to_groups(noun: &Noun) -> bool {
    noun.cloud.iter().any(|cloud| cloud.name == "Group")
}

/// Puts -Identity of Grant- into its parameter set, where there are several.
pub fn to_user(noun: &Noun, identity: ParameterBuilder) -> ParameterBuilder {
    if grants_to_groups(noun) {
        identity.set(TO_USER)
    } else {
        identity
    }
}

/// Names the parameter set of users as the default of Grant-, where there are several.
pub fn default_to_user(noun: &Noun, signature: SignatureBuilder) -> SignatureBuilder {
    if grants_to_groups(noun) {
        signature.default_set(TO_USER)
    } else {
        signature
    }
}

/// Parameters that only the vendor's cloud has: they bind, so that a script is understood, and are refused.
pub fn cloud(noun: &'static Noun, verb: Verb) -> impl Iterator<Item = ParameterBuilder> {
    noun.cloud
        .iter()
        .filter(move |parameter| parameter.verbs.contains(&verb))
        .map(|cloud| {
            let of_type = |kind: &'static str| {
                parameter(cloud.name, kind)
                    .help("Refused: it belongs to the vendor's cloud service.")
                    .hidden()
            };
            match cloud.name {
                "Global" if grants_to_groups(noun) => {
                    of_type("switch").mandatory().position(0).set("GrantToTenant")
                }
                "Group" => of_type("string").mandatory().position(0).set("GrantToGroup"),
                "Rank" => of_type("int").mandatory().set("GrantToGroup"),
                "Global" | "Force" => of_type("switch"),
                _ => of_type("object"),
            }
        })
}

/// Whether a parameter was given that is refused; a terminating error.
pub fn refuse(noun: &Noun, verb: Verb, arguments: &Arguments) -> Result<()> {
    let clouds = noun
        .cloud
        .iter()
        .filter(|cloud| cloud.verbs.contains(&verb))
        .map(|cloud| cloud.name);
    let given: Vec<&str> = clouds.filter(|name| arguments.has(name)).collect();
    match given.first() {
        Some(_) => Err(refused(
            &given.join(" and -"),
            "it belongs to the vendor's cloud service; this deployment has no tenants.",
        )
        .into()),
        None if arguments.has("DomainController") => {
            Err(refused("DomainController", "the directory is named by the deployment.").into())
        }
        None => Ok(()),
    }
}

/// The error for a parameter that is refused.
pub fn refused(name: &str, why: &str) -> ErrorRecord {
    let message = format!("-{name} cannot be used: {why}");
    ErrorRecord::new("ParameterNotSupported", Category::NotImplemented, message)
        .hint(format!("Leave out -{name}."))
}

/// The fields that a verb's cmdlet has as parameters; a choice made with switches is one parameter a value.
pub fn properties(noun: &'static Noun, verb: Verb) -> Vec<ParameterBuilder> {
    let fields = noun
        .fields
        .iter()
        .filter(|field| field.has_verb(verb) && !field.key);
    fields
        .flat_map(|field| {
            if field.switches.is_empty() {
                vec![property(noun, field, verb)]
            } else {
                switches(field)
            }
        })
        .collect()
}

fn property(noun: &'static Noun, field: &'static Field, verb: Verb) -> ParameterBuilder {
    let mut built = parameter(field.name, language_type(field)).help(help(field));
    let values = field.allowed_values();
    if !values.is_empty() {
        built = built.validate(Validation::Set(values.into_iter().map(Text::from).collect()));
    }
    if field.mandatory && verb == Verb::New {
        built = built.mandatory();
    } else if let Some(shown) = default_text(&(field.default)()).filter(|_| !field.mandatory) {
        built = built.default(shown);
    }
    if verb == Verb::Set && !noun.sets.is_empty() {
        let everywhere = [IDENTITY].iter().chain(noun.sets);
        let sets: Vec<&'static str> = if field.sets.is_empty() {
            everywhere.copied().collect()
        } else {
            field.sets.to_vec()
        };
        built = sets.into_iter().fold(built, ParameterBuilder::set);
    }
    built
}

fn switches(field: &'static Field) -> Vec<ParameterBuilder> {
    let Kind::Choice(choice) = field.kind else {
        return Vec::new();
    };
    let values = choice.values.iter().zip(field.switches);
    values
        .map(|((name, doc), set)| {
            parameter(*name, "switch")
                .help(format!("{} {doc}", help(field)))
                .set(*set)
        })
        .collect()
}

/// The type that the binder converts to. What it does not know (choices, objects) stays as it is given: the
/// declaration checks it. Lists too: the edit decides what they become.
fn language_type(field: &Field) -> Text {
    let name = match field.kind {
        Kind::Text => return "string".into(),
        Kind::Choice(choice) => return choice.type_name.into(),
        Kind::List(_) => return "object".into(),
        Kind::Object(object) => return object.type_name.into(),
        Kind::Bool => "bool",
        Kind::TimeSpan => "timespan",
        Kind::Integer { type_name, .. } => match type_name {
            "UInt16" => "uint16",
            "UInt32" => "uint32",
            "UInt64" => "uint64",
            "Int32" => "int",
            _ => "long",
        },
    };
    if field.nullable {
        format!("Nullable[{name}]").into()
    } else {
        name.into()
    }
}

/// An identity for examples.
pub fn sample_identity(noun: &Noun) -> &'static str {
    let has = |kind: ScopeKind| noun.scopes().contains(&kind);
    match noun.key {
        Key::GlobalList if is_list_of_pools(noun) => "pool01.contoso.example",
        Key::GlobalList => "fabrikam.example",
        Key::Scopes(_) if has(ScopeKind::Tag) => "Sales",
        Key::Scopes(_) if has(ScopeKind::Site) => "site:Redmond",
        Key::Scopes(_) => "Global",
    }
}

/// A parameter with a value for examples: the first field that can be changed and is a switch or a number.
pub fn sample_change(noun: &Noun) -> String {
    let usable = |field: &&Field| !matches!(field.effect, Effect::Refused(_)) && !field.key;
    let sample = |field: &Field| match (field.kind, (field.default)()) {
        (Kind::Bool, Json::Bool(standard)) => Some(format!(" -{} ${}", field.name, !standard)),
        (Kind::Integer { .. }, standard @ Json::Number(_)) => Some(format!(" -{} {standard}", field.name)),
        (Kind::Text, _) => Some(format!(" -{} \"For the sales team\"", field.name)),
        _ => None,
    };
    let needed = noun.fields.iter().filter(|field| field.mandatory);
    let needed: String = (1..)
        .zip(needed)
        .map(|(number, field)| format!(" -{} sip:testuser{number}@contoso.example", field.name))
        .collect();
    if !needed.is_empty() {
        return needed;
    }
    noun.fields
        .iter()
        .filter(usable)
        .find_map(sample)
        .unwrap_or_default()
}

fn help(field: &Field) -> String {
    let mut help = field.doc.to_owned();
    if let Kind::Choice(choice) = field.kind
        && field.switches.is_empty()
    {
        let values = choice.values.iter().map(|(name, doc)| format!("{name}: {doc}"));
        help = format!("{help} {}", values.collect::<Vec<_>>().join(" "));
    }
    if let Some(range) = field.range {
        help = format!("{help} From {} to {}.", range.min, range.max);
    }
    if let Format::OneOf(values) = field.format {
        help = format!("{help} One of {}.", values.join(", "));
    }
    if matches!(field.kind, Kind::List(_)) {
        help = format!(
            "{help} Edit the list with @{{Add=…}}, @{{Remove=…}} or @{{Replace=…}}; $null empties it."
        );
    }
    format!("{help} {}", field.effect.describe())
}

/// A default as help shows it.
fn default_text(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::Bool(true) => Some("True".to_owned()),
        Json::Bool(false) => Some("False".to_owned()),
        Json::String(text) => Some(text.clone()),
        Json::Array(_) | Json::Object(_) => None,
        Json::Number(number) => Some(number.to_string()),
    }
}

/// Puts what was given over the members of an instance. Problems are edits that cannot be read.
pub fn apply(noun: &Noun, arguments: &Arguments, members: &mut Members) -> Vec<Problem> {
    let mut problems = Vec::new();
    for field in noun.fields.iter().filter(|field| !field.key) {
        if !field.switches.is_empty() {
            apply_switches(field, arguments, members);
        } else if let Some(value) = arguments.get(field.name) {
            match unknown_edit(field, value) {
                Some(key) => {
                    let problem = Problem::new(field.name, format!("'{key}' is no edit of a list"));
                    problems.push(problem.hint("There are Add, Remove and Replace."));
                }
                None => {
                    let json = to_json(field, value, members.get(field.name));
                    members.insert(field.name.to_owned(), json);
                }
            }
        }
    }
    problems
}

/// The value whose switch is on, or whose parameter set another parameter chose.
fn apply_switches(field: &Field, arguments: &Arguments, members: &mut Members) {
    let Kind::Choice(choice) = field.kind else { return };
    if let Some((name, _)) = choice.values.iter().find(|(name, _)| arguments.switch(name)) {
        members.insert(field.name.to_owned(), Json::from(*name));
    }
}

/// Whether any field was given.
pub fn any_given(noun: &Noun, arguments: &Arguments) -> bool {
    let given = |field: &Field| match field.kind {
        Kind::Choice(choice) if !field.switches.is_empty() => {
            choice.values.iter().any(|(name, _)| arguments.has(name))
        }
        _ => !field.key && arguments.has(field.name),
    };
    noun.fields.iter().any(given)
}
