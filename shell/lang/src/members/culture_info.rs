//! System.Globalization.CultureInfo, by name; only en-US and the invariant culture decide about texts.

use std::sync::Arc;

use super::fault;
use crate::error::Result;
use crate::value::{Instance, Value};

/// A culture.
pub struct Culture {
    name: String,
}

/// Windows language numbers of neutral cultures and of some regions.
const NUMBERS: &[(i32, &str)] = &[
    (0x7F, ""),
    (1, "ar"),
    (2, "bg"),
    (3, "ca"),
    (4, "zh-Hans"),
    (5, "cs"),
    (6, "da"),
    (7, "de"),
    (8, "el"),
    (9, "en"),
    (10, "es"),
    (11, "fi"),
    (12, "fr"),
    (13, "he"),
    (14, "hu"),
    (15, "is"),
    (16, "it"),
    (17, "ja"),
    (18, "ko"),
    (19, "nl"),
    (20, "no"),
    (21, "pl"),
    (22, "pt"),
    (24, "ro"),
    (25, "ru"),
    (26, "hr"),
    (27, "sk"),
    (28, "sq"),
    (29, "sv"),
    (30, "th"),
    (31, "tr"),
    (97, "ne"),
    (1031, "de-DE"),
    (1033, "en-US"),
    (1034, "es-ES"),
    (1036, "fr-FR"),
    (1040, "it-IT"),
    (1041, "ja-JP"),
    (2057, "en-GB"),
];

/// The culture of a language number.
pub fn of_number(number: i32) -> Option<Value> {
    NUMBERS
        .iter()
        .find(|(known, _)| *known == number)
        .map(|(_, name)| {
            Value::instance(Culture {
                name: (*name).to_owned(),
            })
        })
}

/// The culture of a name: letters and digits of the right form; which cultures exist is not checked further.
pub fn of_name(name: &str) -> Result<Value> {
    let mut parts = name.split(['-', '_']);
    let language = parts.next().unwrap_or("");
    let plain = |part: &str| {
        !part.is_empty() && part.len() <= 8 && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let rest: Vec<&str> = parts.collect();
    let fits = name.is_empty()
        || (plain(language)
            && language.len() >= 2
            && language.bytes().any(|byte| byte.is_ascii_alphabetic())
            && rest.iter().all(|part| plain(part)));
    if !fits {
        let message =
            format!("Culture is not supported. (Parameter 'name')\n{name} is an invalid culture identifier.");
        return Err(fault::raised(
            "System.Globalization.CultureNotFoundException",
            message,
        ));
    }
    let mut text = language.to_ascii_lowercase();
    for part in rest {
        text.push('-');
        text.push_str(&if part.len() == 2 {
            part.to_ascii_uppercase()
        } else {
            part.to_owned()
        });
    }
    Ok(Value::instance(Culture { name: text }))
}

impl Instance for Culture {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Globalization.CultureInfo")
    }

    fn to_text(&self) -> String {
        self.name.clone()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "LCID",
            "Name",
            "DisplayName",
            "Parent",
            "IetfLanguageTag",
            "NativeName",
            "EnglishName",
            "TwoLetterISOLanguageName",
            "ThreeLetterISOLanguageName",
            "TextInfo",
            "IsNeutralCulture",
            "NumberFormat",
            "DateTimeFormat",
            "Calendar",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "name" | "ietflanguagetag" => Value::from(self.name.as_str()),
            "lcid" => Value::Int(
                NUMBERS
                    .iter()
                    .find(|(_, known)| *known == self.name)
                    .map_or(4096, |(number, _)| *number),
            ),
            "displayname" | "englishname" | "nativename" => Value::from(match self.name.as_str() {
                "" => "Invariant Language (Invariant Country)",
                "en" => "English",
                "en-US" => "English (United States)",
                "en-GB" => "English (United Kingdom)",
                "de-DE" => "German (Germany)",
                "fr-FR" => "French (France)",
                other => other,
            }),
            "twoletterisolanguagename" => Value::from(if self.name.is_empty() {
                "iv"
            } else {
                self.name.split('-').next().unwrap_or("")
            }),
            "isneutralculture" => Value::Bool(!self.name.contains('-') && !self.name.is_empty()),
            "threeletterisolanguagename" => Value::from(match self.name.split('-').next() {
                Some("en") => "eng",
                Some("de") => "deu",
                Some("fr") => "fra",
                Some("es") => "spa",
                Some("") => "ivl",
                _ => return None,
            }),
            "parent" => Value::instance(Culture {
                name: self
                    .name
                    .rsplit_once('-')
                    .map_or("", |(parent, _)| parent)
                    .to_owned(),
            }),
            _ => return super::culture_format::part(&self.name, name),
        })
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Culture>().map(|other| self.name == other.name)
    }
}

/// The culture of the session.
pub fn current() -> Value {
    Value::instance(Culture {
        name: "en-US".to_owned(),
    })
}

/// InvariantCulture, CurrentCulture and their kin.
pub fn constant(name: &str) -> Option<Value> {
    let name = match name.to_ascii_lowercase().as_str() {
        "invariantculture" => "",
        "currentculture" | "currentuiculture" | "installeduiculture" | "defaultthreadcurrentculture" => {
            "en-US"
        }
        _ => return None,
    };
    Some(Value::instance(Culture {
        name: name.to_owned(),
    }))
}
