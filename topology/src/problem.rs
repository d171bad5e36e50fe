//! Findings in documents: what is wrong, by which rule, where, and what to do next.
//!
//! A rule id is `V1` to `V17` for the rules of the product, `V18` and up for ours, `shape` for what does not fit the
//! schema, and `syntax` for what is no YAML or XML at all.

mod render;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use render::{github, json, text};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The document cannot be applied.
    Error,
    /// It can, but look at this first.
    Warning,
    /// Something that a reader should know, e.g. what an import left out.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// A place in a file; lines and columns count from 1, columns and length in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The file as the user named it.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// How many characters; 0 for a point.
    pub length: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One step from the root of a document towards a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A member of a mapping.
    Key(String),
    /// An item of a list, from 0.
    Index(usize),
}

/// Where in a document a value is: `sites[0].pools[1].fqdn`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path to a member.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Path {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.into()));
        Path(steps)
    }

    /// The path to an item.
    #[must_use]
    pub fn index(&self, index: usize) -> Path {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Path(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Path {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A second place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// The value.
    pub path: Path,
    /// Its place, when the document has one.
    pub location: Option<Location>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The rule, e.g. `V1`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, naming the value.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The value.
    pub path: Path,
    /// Its place, when the document has one.
    pub location: Option<Location>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
}

impl Problem {
    /// An error at a value.
    pub fn error(rule: &'static str, path: &Path, message: impl Into<String>) -> Self {
        Problem {
            rule,
            severity: Severity::Error,
            message: message.into(),
            hint: None,
            path: path.clone(),
            location: None,
            related: Vec::new(),
        }
    }

    /// A warning at a value.
    pub fn warning(rule: &'static str, path: &Path, message: impl Into<String>) -> Self {
        Problem {
            severity: Severity::Warning,
            ..Problem::error(rule, path, message)
        }
    }

    /// A note at a value.
    pub fn note(rule: &'static str, path: &Path, message: impl Into<String>) -> Self {
        Problem {
            severity: Severity::Note,
            ..Problem::error(rule, path, message)
        }
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names another place that belongs to it.
    #[must_use]
    pub fn related(mut self, path: &Path, message: impl Into<String>) -> Self {
        self.related.push(Related {
            message: message.into(),
            path: path.clone(),
            location: None,
        });
        self
    }

    /// Whether the document cannot be applied because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The closest of some names to a wrong one, when it is close enough to be meant.
pub fn did_you_mean<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = wrong.to_lowercase();
    let limit = (wrong.chars().count() / 3).clamp(1, 3);
    names
        .into_iter()
        .map(|name| (distance(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Levenshtein distance with transpositions, over characters; inputs are keys, so short.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let cost = usize::from(a[i - 1] != b[j - 1]);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let edit = (rows[i - 1][j] + 1)
                    .min(rows[i][j - 1] + 1)
                    .min(rows[i - 1][j - 1] + cost);
                if swapped {
                    edit.min(rows[i - 2][j - 2] + 1)
                } else {
                    edit
                }
            };
        }
    }
    rows[a.len()][b.len()]
}
