//! A topology document with the place of every value: from a tree of positioned nodes to a checked [`Topology`].
//!
//! Whoever knows the syntax (YAML in the store) makes the tree. [`read`] holds it against the schema of the model, so
//! that every fault of form is found at once and with its place; what can be repaired in thought (an unknown key, a
//! wrong name) is, so that the rules of [`crate::validate`] report in the same pass.

mod shape;

use crate::model::Topology;
use crate::problem::{Location, Path, Problem, Step};
use crate::validate::validate;

/// Where a node stands in the text: line and column from 1, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// How many characters on that line.
    pub length: usize,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub value: NodeValue,
}

/// A value of a document, before its type is known.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeValue {
    /// A single value as it is written; `plain` when it is not in quotes.
    Scalar {
        /// The text.
        text: String,
        /// Whether it may be a number, a truth value or nothing.
        plain: bool,
    },
    /// Items.
    List(Vec<Node>),
    /// Members: name, place of the name, value.
    Map(Vec<(String, Span, Node)>),
}

impl Node {
    /// Whether it stands for nothing.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, NodeValue::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The place of a value, or of the closest one around it that exists. A single value is shown itself; of a list
    /// or mapping its name is.
    pub fn locate(&self, path: &Path) -> Span {
        let mut node = self;
        let mut shown = node.first_span();
        for step in &path.0 {
            match (step, &node.value) {
                (Step::Key(key), NodeValue::Map(members)) => {
                    let Some((_, name, value)) = members.iter().find(|(name, _, _)| name == key) else {
                        return shown;
                    };
                    shown = if matches!(value.value, NodeValue::Scalar { .. }) && !value.is_null() {
                        value.span
                    } else {
                        *name
                    };
                    node = value;
                }
                (Step::Index(index), NodeValue::List(items)) => {
                    let Some(item) = items.get(*index) else {
                        return shown;
                    };
                    shown = item.first_span();
                    node = item;
                }
                _ => return shown,
            }
        }
        shown
    }

    fn first_span(&self) -> Span {
        match &self.value {
            NodeValue::Scalar { .. } => self.span,
            NodeValue::List(items) => items.first().map_or(self.span, Node::first_span),
            NodeValue::Map(members) => members.first().map_or(self.span, |(_, name, _)| *name),
        }
    }
}

/// A topology document that has no errors.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file as the user named it.
    pub file: String,
    /// What it says.
    pub topology: Topology,
    /// Warnings and notes.
    pub findings: Vec<Problem>,
}

/// The file forms of a topology. The store has the real one; it is pure, and a port only because YAML and XML are at
/// home there.
pub trait Documents: Send + Sync {
    /// Reads and checks a topology file.
    ///
    /// # Errors
    /// Every finding, when at least one is an error.
    fn read_yaml(&self, file: &str, text: &str) -> Result<Document, Vec<Problem>>;
    /// Writes a topology file, defaults left out.
    fn write_yaml(&self, topology: &Topology) -> String;
    /// Reads the vendor's document. Findings say what could not be carried over, and which rules the result breaks
    /// (as errors, so that it can be read, shown and corrected).
    ///
    /// # Errors
    /// When it is no such document.
    fn read_xml(&self, file: &str, text: &str) -> Result<Document, Vec<Problem>>;
    /// Writes the vendor's published document, and says what it cannot hold.
    fn write_xml(&self, topology: &Topology) -> (String, Vec<Problem>);
}

/// Reads a document from its tree.
///
/// # Errors
/// Every finding, warnings included, when at least one is an error; in the order of the file.
pub fn read(file: &str, root: &Node) -> Result<Document, Vec<Problem>> {
    let (json, mut problems) = shape::check(root);
    let topology = json.as_ref().and_then(|json| match Topology::from_json(json) {
        Ok(topology) => Some(topology),
        Err(error) => {
            if problems.is_empty() {
                problems.push(Problem::error(
                    "shape",
                    &Path::default(),
                    format!("The document does not fit: {error}."),
                ));
            }
            None
        }
    });
    if let Some(topology) = &topology {
        let broken: Vec<Path> = problems
            .iter()
            .filter(|problem| problem.is_error())
            .map(|problem| problem.path.clone())
            .collect();
        problems.extend(
            validate(topology)
                .into_iter()
                .filter(|problem| !concerns(problem, &broken)),
        );
    }
    locate(file, root, &mut problems);
    match topology {
        Some(topology) if !problems.iter().any(Problem::is_error) => Ok(Document {
            file: file.to_owned(),
            topology,
            findings: problems,
        }),
        _ => Err(problems),
    }
}

/// Whether a finding is about a value that is known to be wrong already.
fn concerns(problem: &Problem, broken: &[Path]) -> bool {
    problem.message.contains(shape::PLACEHOLDER)
        || broken.iter().any(|path| problem.path.0.starts_with(&path.0))
}

fn locate(file: &str, root: &Node, problems: &mut [Problem]) {
    let place = |path: &Path| {
        let span = root.locate(path);
        Some(Location {
            file: file.to_owned(),
            line: span.line,
            column: span.column,
            length: span.length,
        })
    };
    for problem in problems.iter_mut() {
        if problem.location.is_none() {
            problem.location = place(&problem.path);
        } else if let Some(location) = &mut problem.location {
            file.clone_into(&mut location.file);
        }
        for related in &mut problem.related {
            related.location = place(&related.path);
        }
    }
    problems.sort_by(|a, b| a.location.cmp(&b.location).then(a.rule.cmp(b.rule)));
}
