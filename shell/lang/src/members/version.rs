//! System.Version and System.Management.Automation.SemanticVersion.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Method, fault};
use crate::value::{Instance, Value};

/// System.Version; parts that were not given are -1.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([i32; 4]);

/// Reads `major.minor[.build[.revision]]`.
pub fn parse(text: &str) -> Result<Value, String> {
    let parts: Vec<&str> = text.split('.').collect();
    if !(2..=4).contains(&parts.len()) {
        return Err("Version string portion was too short or too long. (Parameter 'input')".to_owned());
    }
    let mut numbers = [-1; 4];
    for (slot, part) in numbers.iter_mut().zip(&parts) {
        let trimmed = part.trim();
        let digits = trimmed.strip_prefix('+').unwrap_or(trimmed);
        *slot = digits
            .parse::<i32>()
            .ok()
            .filter(|number| *number >= 0)
            .ok_or_else(|| format!("The input string '{part}' was not in a correct format."))?;
    }
    Ok(Value::instance(Version(numbers)))
}

/// A version of two to four parts.
pub fn of_parts(parts: &[i32]) -> Value {
    let mut numbers = [-1; 4];
    for (slot, part) in numbers.iter_mut().zip(parts) {
        *slot = *part;
    }
    if parts.is_empty() {
        numbers = [0, 0, -1, -1];
    }
    Value::instance(Version(numbers))
}

impl Instance for Version {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Version")
    }

    fn to_text(&self) -> String {
        let parts: Vec<String> = self
            .0
            .iter()
            .take_while(|part| **part >= 0)
            .map(ToString::to_string)
            .collect();
        parts.join(".")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Major",
            "Minor",
            "Build",
            "Revision",
            "MajorRevision",
            "MinorRevision",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "major" => Value::Int(self.0[0]),
            "minor" => Value::Int(self.0[1]),
            "build" => Value::Int(self.0[2]),
            "revision" => Value::Int(self.0[3]),
            "majorrevision" => Value::Short((self.0[3] >> 16) as i16),
            "minorrevision" => Value::Short(self.0[3] as i16),
            _ => return None,
        })
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Version>().map(|other| self == other)
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        other.downcast::<Version>().map(|other| self.cmp(other))
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

static METHODS: &[Method] = &[Method::new(
    "ToString",
    "string ToString(), string ToString(int fieldCount)",
    |call| {
        let version = call
            .target
            .downcast::<Version>()
            .expect("the table of Version is used for Version only");
        let numbers = version.0;
        if call.count() == 0 {
            return Ok(Value::from(version.to_text()));
        }
        let count = call.int(0)?;
        let known = numbers.iter().take_while(|part| **part >= 0).count();
        let count = usize::try_from(count).ok().filter(|count| *count <= known);
        let count = count.ok_or_else(|| {
            fault::argument("Argument must be between 0 and the number of parts. (Parameter 'fieldCount')")
        })?;
        let parts: Vec<String> = numbers[..count].iter().map(ToString::to_string).collect();
        Ok(Value::from(parts.join(".")))
    },
)];

/// SemanticVersion.
#[derive(PartialEq, Eq)]
pub struct Semantic {
    numbers: [i32; 3],
    label: String,
    build: String,
}

/// A semantic version.
pub fn semantic(major: i32, minor: i32, patch: i32, label: &str, build: &str) -> Value {
    Value::instance(Semantic {
        numbers: [major, minor, patch],
        label: label.to_owned(),
        build: build.to_owned(),
    })
}

/// Reads `major[.minor[.patch]][-label][+build]`.
pub fn parse_semantic(text: &str) -> Result<Value, String> {
    let wrong = || {
        format!("Cannot process argument because the value of argument \"version\" is not valid. ({text})")
    };
    let (rest, build) = text.split_once('+').unwrap_or((text, ""));
    let (numbers, label) = rest.split_once('-').unwrap_or((rest, ""));
    let parts: Vec<&str> = numbers.split('.').collect();
    if parts.len() > 3 || rest.ends_with('-') || text.ends_with('+') {
        return Err(wrong());
    }
    let mut found = [0; 3];
    for (slot, part) in found.iter_mut().zip(&parts) {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        *slot = digits.then(|| part.parse().ok()).flatten().ok_or_else(wrong)?;
    }
    Ok(semantic(found[0], found[1], found[2], label, build))
}

impl Instance for Semantic {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.SemanticVersion")
    }

    fn to_text(&self) -> String {
        let [major, minor, patch] = self.numbers;
        let label = if self.label.is_empty() {
            String::new()
        } else {
            format!("-{}", self.label)
        };
        let build = if self.build.is_empty() {
            String::new()
        } else {
            format!("+{}", self.build)
        };
        format!("{major}.{minor}.{patch}{label}{build}")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Major", "Minor", "Patch", "PreReleaseLabel", "BuildLabel"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let label = |text: &str| {
            if text.is_empty() {
                Value::Null
            } else {
                Value::from(text)
            }
        };
        Some(match name.to_ascii_lowercase().as_str() {
            "major" => Value::Int(self.numbers[0]),
            "minor" => Value::Int(self.numbers[1]),
            "patch" => Value::Int(self.numbers[2]),
            "prereleaselabel" => label(&self.label),
            "buildlabel" => label(&self.build),
            _ => return None,
        })
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other
            .downcast::<Semantic>()
            .map(|other| self.numbers == other.numbers && self.label == other.label)
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        let other = other.downcast::<Semantic>()?;
        // A release stands behind its previews.
        let labels = match (self.label.is_empty(), other.label.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.label.cmp(&other.label),
        };
        Some(self.numbers.cmp(&other.numbers).then(labels))
    }
}
