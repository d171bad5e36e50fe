//! Checks of values against a declaration. All problems at once, each with the field and the next step.

use serde_json::{Map, Value};

use crate::field::{Effect, Field, Format, Kind};
use crate::noun::Noun;
use crate::timespan::TimeSpan;
use crate::value::integer_of;

/// Something that is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field, e.g. `MaxEndpointsPerUser`, or `PolicyEntry[2].Name` inside one.
    pub field: String,
    /// What is wrong, naming the value.
    pub message: String,
    /// What to do instead.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem with a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Problem {
            field: field.into(),
            message: message.into(),
            hint: None,
        }
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl Noun {
    /// Everything that is wrong with an instance: members that are not fields, values of the wrong kind or outside
    /// their range, and, when there is none of these, the rules across fields.
    pub fn check(&self, value: &Map<String, Value>) -> Vec<Problem> {
        let mut problems = unknown_members(self.fields, value, "");
        for field in self.fields {
            if let Some(value) = value.get(field.name) {
                problems.append(&mut field.check(value));
            }
        }
        if problems.is_empty() {
            problems = (self.rules)(&Value::Object(value.clone()));
        }
        problems
    }

    /// The fields that differ from what stood and whose new value would do nothing, because what they govern is not
    /// built. A value that stands already, or the default, is no problem.
    pub fn refused(&self, before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Problem> {
        let refused = |field: &Field| {
            let Effect::Refused(missing) = field.effect else {
                return None;
            };
            let new = after.get(field.name)?;
            let default = (field.default)();
            if *new == default || before.get(field.name) == Some(new) {
                return None;
            }
            let message = format!("the value {} would have no effect: {missing}", shown(new));
            let hint = format!("Leave -{} at its default, {}.", field.name, shown(&default));
            Some(Problem::new(field.name, message).hint(hint))
        };
        self.fields.iter().filter_map(refused).collect()
    }
}

impl Field {
    /// Everything that is wrong with a value of this field.
    pub fn check(&self, value: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !(value.is_null() && self.nullable) {
            self.check_kind(&self.kind, value, self.name, &mut problems);
        }
        problems
    }

    fn check_kind(&self, kind: &Kind, value: &Value, place: &str, problems: &mut Vec<Problem>) {
        let wrong_kind = |expected: &str| {
            let hint = format!("Give {expected}.");
            Problem::new(place, format!("{} is not {expected}", shown(value))).hint(hint)
        };
        match kind {
            Kind::Bool if value.is_boolean() => {}
            Kind::Bool => problems.push(wrong_kind("$true or $false")),
            Kind::Integer { .. } => match integer_of(value) {
                Some(number) => problems.extend(self.check_range(number, place)),
                None => problems.push(wrong_kind("a whole number")),
            },
            Kind::Text => match value.as_str() {
                Some(text) => problems.extend(self.check_text(text, place)),
                None => problems.push(wrong_kind("a text")),
            },
            Kind::TimeSpan if value.as_str().and_then(TimeSpan::parse).is_some() => {}
            Kind::TimeSpan => problems.push(wrong_kind("a time span such as 00:05:00")),
            Kind::Choice(choice) => {
                if !choice
                    .values
                    .iter()
                    .any(|(name, _)| Some(*name) == value.as_str())
                {
                    problems.push(wrong_kind(&one_of(&self.allowed_values())));
                }
            }
            Kind::List(item) => match value.as_array() {
                Some(items) => {
                    for (index, value) in items.iter().enumerate() {
                        self.check_kind(item, value, &format!("{place}[{index}]"), problems);
                    }
                }
                None => problems.push(wrong_kind("a list")),
            },
            Kind::Object(object) => match value.as_object() {
                Some(members) => check_members(object.fields, members, place, problems),
                None => problems.push(wrong_kind(&format!("an object of type {}", object.type_name))),
            },
        }
    }

    fn check_range(&self, number: i128, place: &str) -> Option<Problem> {
        let range = self.allowed_range()?;
        let outside = number < range.min || number > range.max;
        let message = || {
            format!(
                "{number} is outside the range from {} to {}",
                range.min, range.max
            )
        };
        outside.then(|| Problem::new(place, message()).hint("Give a number inside the range."))
    }

    fn check_text(&self, text: &str, place: &str) -> Option<Problem> {
        if let Some(longest) = self.max_length
            && text.chars().count() > longest
        {
            let message = format!(
                "the text has {} characters; {longest} are allowed",
                text.chars().count()
            );
            return Some(Problem::new(place, message).hint("Shorten it."));
        }
        let expected = match self.format {
            Format::Any => return None,
            Format::Fqdn => "a fully qualified domain name such as sip.fabrikam.example".to_owned(),
            Format::Pool => "the FQDN of a pool such as pool01.contoso.example".to_owned(),
            Format::Url => "a URL such as https://web.contoso.example/help".to_owned(),
            Format::SipUri => "a SIP URI such as sip:alice@contoso.example".to_owned(),
            Format::Dialable => "a number that can be dialled: digits, +, * and #".to_owned(),
            Format::OneOf(values) => one_of(values),
        };
        let hint = format!("Give {expected}.");
        (!self.format.fits(text))
            .then(|| Problem::new(place, format!("'{text}' is not {expected}")).hint(hint))
    }
}

fn check_members(
    fields: &'static [Field],
    members: &Map<String, Value>,
    place: &str,
    problems: &mut Vec<Problem>,
) {
    problems.append(&mut unknown_members(fields, members, place));
    for field in fields {
        match members.get(field.name) {
            Some(value) if value.is_null() && field.nullable => {}
            Some(value) => field.check_kind(&field.kind, value, &format!("{place}.{}", field.name), problems),
            None => {}
        }
    }
}

fn unknown_members(fields: &'static [Field], members: &Map<String, Value>, place: &str) -> Vec<Problem> {
    let unknown = members
        .keys()
        .filter(|name| !fields.iter().any(|field| field.name == *name));
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    unknown
        .map(|name| {
            let field = if place.is_empty() {
                name.clone()
            } else {
                format!("{place}.{name}")
            };
            Problem::new(field, "there is no such property").hint(format!("There are: {}.", names.join(", ")))
        })
        .collect()
}

impl Format {
    /// Whether a text looks as it must.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Format::Any => true,
            Format::Fqdn | Format::Pool => is_fqdn(text),
            Format::Url => {
                let rest = text
                    .strip_prefix("https://")
                    .or_else(|| text.strip_prefix("http://"));
                rest.is_some_and(|rest| !rest.is_empty() && !text.contains(char::is_whitespace))
            }
            Format::SipUri => text
                .split_once(':')
                .filter(|(scheme, _)| {
                    ["sip", "sips"]
                        .iter()
                        .any(|known| known.eq_ignore_ascii_case(scheme))
                })
                .is_some_and(|(_, rest)| {
                    let (user, host) = rest.split_once('@').unwrap_or(("anonymous", rest));
                    !user.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace)
                }),
            Format::Dialable => {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b"+*#".contains(&b))
            }
            Format::OneOf(values) => values.iter().any(|value| value.eq_ignore_ascii_case(text)),
        }
    }
}

/// At least two labels of RFC 1123 §2.1, at most 253 characters.
fn is_fqdn(text: &str) -> bool {
    let label = |label: &str| {
        let middle = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(middle)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

fn one_of(values: &[&str]) -> String {
    format!("one of {}", values.join(", "))
}

/// A value as a message shows it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "$null".to_owned(),
        Value::Bool(true) => "$true".to_owned(),
        Value::Bool(false) => "$false".to_owned(),
        Value::String(text) => format!("'{text}'"),
        Value::Array(items) => format!("{{{}}}", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
