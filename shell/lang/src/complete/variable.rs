//! Variables: the session's, the text's, those of the environment and of scopes.

use crate::ast::walk::{Node, walk};
use crate::ast::{ExprKind, VariableScope};
use crate::session::Session;

use super::{Completion, CompletionKind, Place, sorted};

/// What may stand before the colon of a variable.
const SCOPES: &[(&str, &str)] = &[
    ("alias:", "The aliases."),
    ("env:", "The environment."),
    ("function:", "The functions."),
    ("global:", "The session."),
    ("local:", "The current scope."),
    ("private:", "The current scope, unseen by those below."),
    ("script:", "The script file."),
    ("using:", "The session that starts a job."),
    ("variable:", "The variables."),
];

impl Place<'_> {
    /// Variables, when the word is one or ends with one.
    pub(super) fn variable_matches(&mut self) -> Option<Vec<Completion>> {
        let raw = self.word.raw.clone();
        if raw.starts_with('\'') {
            return None;
        }
        let head = &self.script.source.text[..self.word.start];
        // `@name` gives a table's entries as parameters.
        let splatted = head.ends_with('@') && !self.word.quoted;
        let at = if splatted {
            self.word.start - 1
        } else {
            self.word.start + raw.rfind('$')?
        };
        let name = self.script.source.text[at + 1..].to_owned();
        let braced = name.starts_with('{');
        let plain = name.trim_start_matches('{');
        if !plain
            .chars()
            .all(|letter| crate::lex::is_variable_name(letter) || letter == ':' || (braced && letter != '}'))
        {
            return None;
        }
        self.word.start = at;
        let sigil = if splatted { '@' } else { '$' };
        Some(self.variables(&plain.to_lowercase(), sigil))
    }

    fn variables(&mut self, prefix: &str, sigil: char) -> Vec<Completion> {
        match prefix.split_once(':') {
            Some(("env", start)) => {
                let names = self.machine.host.envs();
                self.drive("env:", start, names)
            }
            Some(("function", start)) => {
                let names = Session::functions(self.machine);
                let names = names
                    .into_iter()
                    .map(|(name, _)| (name.to_string(), format!("function {name}")));
                self.drive("function:", start, names.collect())
            }
            Some(("alias", start)) => {
                let names = Session::aliases(self.machine);
                let names = names
                    .into_iter()
                    .map(|(name, of)| (name.to_string(), of.to_string()));
                self.drive("alias:", start, names.collect())
            }
            Some((scope @ ("global" | "local" | "script" | "private" | "using" | "variable"), start)) => {
                self.named(start, &format!("{sigil}{scope}:"))
            }
            Some(_) => Vec::new(),
            None => {
                let mut found = self.named(prefix, &sigil.to_string());
                if sigil == '$' && !prefix.is_empty() {
                    let scopes = SCOPES.iter().filter(|(scope, _)| scope.starts_with(prefix));
                    found.extend(scopes.map(|(scope, tip)| Completion {
                        text: format!("${scope}"),
                        list_text: (*scope).to_owned(),
                        kind: CompletionKind::Variable,
                        tool_tip: (*tip).to_owned(),
                    }));
                }
                found
            }
        }
    }

    fn drive(&self, drive: &str, start: &str, names: Vec<(String, String)>) -> Vec<Completion> {
        let fits = names
            .into_iter()
            .filter(|(name, _)| name.to_lowercase().starts_with(start));
        sorted(fits.map(|(name, tip)| {
            let plain = name.chars().all(crate::lex::is_variable_name);
            Completion {
                text: if plain {
                    format!("${drive}{name}")
                } else {
                    format!("${{{drive}{name}}}")
                },
                list_text: name,
                kind: CompletionKind::Variable,
                tool_tip: tip,
            }
        }))
    }

    /// Variables of the session and of the text, behind a sigil and a scope.
    fn named(&mut self, prefix: &str, before: &str) -> Vec<Completion> {
        let mut names: Vec<(String, String)> = Session::variables(self.machine, None)
            .unwrap_or_default()
            .into_iter()
            .map(|info| {
                let of = crate::types::of(&info.value).map(|of| format!("[{}]", of.display_name()));
                (info.name.to_string(), of.unwrap_or_default())
            })
            .collect();
        for name in ["null", "_", "PSItem", "input", "args", "this"] {
            names.push((name.to_owned(), String::new()));
        }
        let end = self.script.source.text.len() as u32;
        walk(&self.script.body, &mut |node| match node {
            Node::Expr(expression) if expression.span.end < end => {
                if let ExprKind::Variable(VariableScope::None, name) = &expression.kind {
                    names.push((name.to_string(), String::new()));
                }
            }
            Node::Body(body) => names.extend(
                body.parameters
                    .iter()
                    .flatten()
                    .map(|parameter| (parameter.name.text.to_string(), String::new())),
            ),
            _ => {}
        });
        let mut seen = std::collections::HashSet::new();
        names.retain(|(name, _)| name.to_lowercase().starts_with(prefix) && seen.insert(name.to_lowercase()));
        sorted(names.into_iter().map(|(name, of)| {
            let plain = name.chars().all(crate::lex::is_variable_name);
            let (sigil, scope) = before.split_at(1);
            let text = if plain {
                format!("{before}{name}")
            } else {
                format!("{sigil}{{{scope}{name}}}")
            };
            Completion {
                text,
                tool_tip: format!("{of}${name}"),
                list_text: name,
                kind: CompletionKind::Variable,
            }
        }))
    }
}
