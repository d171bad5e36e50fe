//! Places that the grammar itself names: arguments of attributes, `using`, flags of `switch`, labels, and values of enums
//! on the right of `=` and of comparisons.

use crate::ast::walk::{Node, walk};
use crate::ast::{AssignOperator, Expr, ExprKind, Source, Statement, StatementKind};
use crate::value::Value;

use super::argument::enum_names;
use super::comment::keywords;
use super::infer::Inference;
use super::shape::Shape;
use super::word::Opening;
use super::{Completion, CompletionKind, Place, sorted};

/// Attributes with the names of their arguments.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("Alias", &[]),
    ("AllowEmptyCollection", &[]),
    ("AllowEmptyString", &[]),
    ("AllowNull", &[]),
    ("ArgumentCompleter", &[]),
    ("ArgumentCompletions", &[]),
    (
        "CmdletBinding",
        &[
            "ConfirmImpact",
            "DefaultParameterSetName",
            "HelpUri",
            "PositionalBinding",
            "SupportsPaging",
            "SupportsShouldProcess",
        ],
    ),
    ("Flags", &[]),
    ("OutputType", &["ParameterSetName", "ProviderCmdlet"]),
    (
        "Parameter",
        &[
            "DontShow",
            "HelpMessage",
            "HelpMessageBaseName",
            "HelpMessageResourceId",
            "Mandatory",
            "ParameterSetName",
            "Position",
            "ValueFromPipeline",
            "ValueFromPipelineByPropertyName",
            "ValueFromRemainingArguments",
        ],
    ),
    ("SupportsWildcards", &[]),
    ("ValidateCount", &["ErrorMessage"]),
    ("ValidateDrive", &[]),
    ("ValidateLength", &["ErrorMessage"]),
    ("ValidateNotNull", &["ErrorMessage"]),
    ("ValidateNotNullOrEmpty", &["ErrorMessage"]),
    ("ValidateNotNullOrWhiteSpace", &["ErrorMessage"]),
    ("ValidatePattern", &["ErrorMessage", "Options"]),
    ("ValidateRange", &["ErrorMessage"]),
    ("ValidateScript", &["ErrorMessage"]),
    ("ValidateSet", &["ErrorMessage", "IgnoreCase"]),
];

/// What `using` can bring.
const USING: &[(&str, &str)] = &[
    ("assembly", "Types of a .NET assembly."),
    ("command", "Reserved."),
    ("module", "Functions and classes of a module."),
    ("namespace", "Types by their short names."),
    ("type", "Reserved."),
];

/// Flags of `switch`.
const FLAGS: &[(&str, &str)] = &[
    ("-CaseSensitive", "Letters' case counts."),
    ("-Exact", "Clauses are compared whole."),
    ("-File", "The lines of a file are taken."),
    ("-Regex", "Clauses are regular expressions."),
    ("-Wildcard", "Clauses have wildcards."),
];

/// Variables of the session whose values are those of an enum.
const PREFERENCES: &[(&str, &str)] = &[
    ("ConfirmPreference", "System.Management.Automation.ConfirmImpact"),
    ("DebugPreference", "System.Management.Automation.ActionPreference"),
    (
        "ErrorActionPreference",
        "System.Management.Automation.ActionPreference",
    ),
    (
        "InformationPreference",
        "System.Management.Automation.ActionPreference",
    ),
    (
        "ProgressPreference",
        "System.Management.Automation.ActionPreference",
    ),
    (
        "VerbosePreference",
        "System.Management.Automation.ActionPreference",
    ),
    (
        "WarningPreference",
        "System.Management.Automation.ActionPreference",
    ),
];

impl Place<'_> {
    /// Names of attributes that begin so, for what stands in brackets.
    pub(super) fn attribute_names(&self, prefix: &str) -> Vec<Completion> {
        let lower = prefix.to_lowercase();
        let fits = ATTRIBUTES
            .iter()
            .filter(|(name, _)| name.to_lowercase().starts_with(&lower));
        fits.map(|(name, _)| Completion::plain(*name, CompletionKind::Type))
            .collect()
    }

    /// Arguments of an attribute: `[Parameter(Ma`.
    pub(super) fn attribute_matches(&mut self) -> Option<Vec<Completion>> {
        let level = self.word.levels.last()?;
        if level.opening != Opening::Parenthesis || self.word.quoted {
            return None;
        }
        let text = &self.script.source.text;
        let head = &text[..level.at];
        let name = &head[head.rfind('[')? + 1..];
        let (_, arguments) = ATTRIBUTES
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        let inside = &text[level.at + 1..self.word.start];
        if inside.trim_end().ends_with('=') {
            return None;
        }
        let given: Vec<String> = inside
            .split(',')
            .map(|part| part.split('=').next().unwrap_or_default().trim().to_lowercase())
            .collect();
        let lower = self.word.text.to_lowercase();
        let fits = arguments
            .iter()
            .filter(|name| name.to_lowercase().starts_with(&lower) && !given.contains(&name.to_lowercase()));
        Some(
            fits.map(|name| Completion::plain(*name, CompletionKind::Property))
                .collect(),
        )
    }

    /// What the statement's own words ask for.
    pub(super) fn statement_matches(&mut self) -> Option<Vec<Completion>> {
        let head = self.script.source.text[..self.word.start].to_owned();
        let statement = head
            .rsplit([';', '\n', '{', '}'])
            .next()
            .unwrap_or_default()
            .trim_start()
            .to_lowercase();
        let words: Vec<&str> = statement.split_whitespace().collect();
        let text = self.word.text.clone();
        match words.as_slice() {
            ["using"] => Some(keywords(USING, &text, CompletionKind::Keyword)),
            ["using", "namespace"] => Some(self.namespaces(&text)),
            ["using", "module"] => Some(self.module_names(&text)),
            ["switch", ..] if text.starts_with('-') && !statement.contains('(') => {
                Some(keywords(FLAGS, &text, CompletionKind::ParameterName))
            }
            ["break" | "continue"] => Some(self.labels(&text)),
            _ => self.enum_matches(&head),
        }
    }

    fn labels(&self, prefix: &str) -> Vec<Completion> {
        let mut names = Vec::new();
        walk(&self.script.body, &mut |node| {
            if let Node::Statement(statement) = node {
                let label = match &statement.kind {
                    StatementKind::Loop(code) => code.label.as_ref(),
                    StatementKind::For(code) => code.label.as_ref(),
                    StatementKind::ForEach(code) => code.label.as_ref(),
                    StatementKind::Switch(code) => code.label.as_ref(),
                    _ => None,
                };
                names.extend(label.map(|label| label.text.trim_start_matches(':').to_owned()));
            }
        });
        let lower = prefix.to_lowercase();
        names.retain(|name| name.to_lowercase().starts_with(&lower));
        sorted(
            names
                .into_iter()
                .map(|name| Completion::plain(name, CompletionKind::Text)),
        )
    }

    /// Values of an enum or a ValidateSet, when the word is what is assigned or compared.
    fn enum_matches(&mut self, head: &str) -> Option<Vec<Completion>> {
        let trimmed = head.trim_end();
        let names = if let Some(target) = trimmed
            .strip_suffix('=')
            .filter(|target| !target.ends_with(['=', '+', '-']))
        {
            self.assignable(target.trim_end())?
        } else {
            let (left, operator) = trimmed.rsplit_once(char::is_whitespace)?;
            let operator = operator.to_ascii_lowercase();
            let compares = [
                "eq",
                "ne",
                "in",
                "notin",
                "contains",
                "notcontains",
                "like",
                "notlike",
            ]
            .iter()
            .any(|name| {
                operator.strip_prefix('-').is_some_and(|own| {
                    own.trim_start_matches(['c', 'i']).ends_with(name) && own.len() <= name.len() + 1
                })
            });
            if !compares {
                return None;
            }
            self.compared(left.trim_end())?
        };
        let quote = if self.word.raw.starts_with('"') { '"' } else { '\'' };
        let lower = self.word.text.to_lowercase();
        let fits = names
            .into_iter()
            .filter(|name| name.to_lowercase().starts_with(&lower));
        Some(sorted(fits.map(|name| Completion {
            text: format!("{quote}{name}{quote}"),
            list_text: name.clone(),
            kind: CompletionKind::ParameterValue,
            tool_tip: name,
        })))
    }

    /// The values that an assignment's target takes.
    fn assignable(&mut self, target: &str) -> Option<Vec<String>> {
        let script = crate::parse::parse(&Source::new(None, &format!("{target} = 0")));
        let mut of = None;
        walk(&script.body, &mut |node| {
            if let Node::Statement(Statement {
                kind: StatementKind::Assign(assign),
                ..
            }) = node
                && assign.operator == AssignOperator::Set
            {
                of = constraint(&assign.target);
            }
        });
        match of? {
            Constraint::Names(names) => Some(names),
            Constraint::Type(name) => enum_names(self.machine.type_named(&name).ok().as_ref()),
            Constraint::Variable(name) => {
                let preference = PREFERENCES
                    .iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(&name));
                match preference {
                    Some((_, of)) => enum_names(crate::types::resolve(of).as_ref()),
                    None => enum_names(crate::types::of(&self.machine.variable_value(&name)?).as_ref()),
                }
            }
        }
    }

    /// The values that the left side of a comparison can have.
    fn compared(&mut self, left: &str) -> Option<Vec<String>> {
        let script = crate::parse::parse(&Source::new(None, left));
        let end = left.len() as u32;
        let mut target: Option<&Expr> = None;
        walk(&script.body, &mut |node| {
            if let Node::Expr(expression) = node
                && expression.span.end == end
                && !matches!(expression.kind, ExprKind::Binary(_) | ExprKind::Block(_))
                && target.is_none()
            {
                target = Some(expression);
            }
        });
        let shape = Inference::new(self.machine, &script, end).expression(target?)?;
        match shape {
            Shape::Value(value @ Value::Enum(..)) => enum_names(crate::types::of(&value).as_ref()),
            _ => None,
        }
    }
}

/// What says which values a target takes.
enum Constraint {
    Names(Vec<String>),
    Type(String),
    Variable(String),
}

fn constraint(target: &Expr) -> Option<Constraint> {
    match &target.kind {
        ExprKind::Variable(_, name) => Some(Constraint::Variable(name.to_string())),
        ExprKind::Cast(of, _) => Some(Constraint::Type(of.name.to_string())),
        ExprKind::Attributed(attribute, _)
            if attribute.type_name.name.eq_ignore_ascii_case("ValidateSet") =>
        {
            let names = attribute.positional.iter().filter_map(|value| match &value.kind {
                ExprKind::String(text, _) => Some(text.to_string()),
                _ => None,
            });
            Some(Constraint::Names(names.collect()))
        }
        ExprKind::Attributed(_, inner) => constraint(inner),
        _ => None,
    }
}
