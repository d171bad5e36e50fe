//! Completion, as TabExpansion2 gives it.
//!
//! The text before the cursor is parsed; what stands at its end says what can follow: a command's name, a parameter,
//! a parameter's value, a variable, a member, a type, an operator, a path.

mod argument;
mod comment;
mod infer;
mod literal;
mod member;
mod shape;
mod table;
#[cfg(test)]
mod tests;
mod variable;
mod word;

use crate::ast::walk::{Node, walk};
use crate::ast::{Command, Script, Source, Span};
use crate::run::Machine;

use word::Word;

/// System.Management.Automation.CompletionResultType.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CompletionKind {
    Text,
    History,
    Command,
    ProviderItem,
    ProviderContainer,
    Property,
    Method,
    ParameterName,
    ParameterValue,
    Variable,
    Namespace,
    Type,
    Keyword,
    DynamicKeyword,
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What replaces the text.
    pub text: String,
    /// What a list shows.
    pub list_text: String,
    /// What it is.
    pub kind: CompletionKind,
    /// What a menu says beside it.
    pub tool_tip: String,
}

impl Completion {
    fn plain(text: impl Into<String>, kind: CompletionKind) -> Completion {
        let text = text.into();
        Completion {
            list_text: text.clone(),
            tool_tip: text.clone(),
            text,
            kind,
        }
    }
}

/// The proposals for a place in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// In the order in which they are offered.
    pub matches: Vec<Completion>,
    /// Byte offset of the text that is replaced.
    pub start: usize,
    /// Its length in bytes.
    pub length: usize,
}

/// What completion looks at.
pub(crate) struct Place<'t> {
    machine: &'t mut Machine,
    script: Script,
    word: Word,
}

/// The proposals at a byte offset of a line.
pub fn complete(machine: &mut Machine, line: &str, cursor: usize) -> Completions {
    let mut cursor = cursor.min(line.len());
    while !line.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let before = &line[..cursor];
    let script = crate::parse::parse(&Source::new(None, before));
    let word = Word::at_end(before);
    let mut place = Place {
        machine,
        script,
        word,
    };
    let matches = place.matches(&line[cursor..]);
    Completions {
        matches,
        start: place.word.start,
        length: cursor - place.word.start,
    }
}

impl Place<'_> {
    fn matches(&mut self, rest: &str) -> Vec<Completion> {
        if let Some(comment) = self.word.comment {
            return self.comment_matches(comment);
        }
        if let Some(found) = self.key_matches(rest) {
            return found;
        }
        if let Some(found) = self.attribute_matches() {
            return found;
        }
        if let Some(found) = self.index_matches() {
            return found;
        }
        if let Some(found) = self.member_matches() {
            return found;
        }
        if let Some(found) = self.variable_matches() {
            return found;
        }
        let text = self.word.text.clone();
        if let Some(prefix) = text.strip_prefix('[').filter(|_| !self.word.quoted) {
            self.word.start += 1;
            return self.types(prefix);
        }
        if let Some(found) = self.statement_matches() {
            return found;
        }
        let command = self.command();
        if text.starts_with('-') && !self.word.quoted && command.is_none() {
            return operators(&text);
        }
        match command {
            Some((name, elements)) if elements.before_word > 0 => self.argument_matches(&name, &elements),
            _ if self.word.quoted => self.paths(&text),
            _ => self.commands(&text),
        }
    }

    /// The command that the word belongs to: its name, and its elements before the word.
    fn command(&self) -> Option<(String, Elements)> {
        let end = self.script.source.text.len() as u32;
        let start = self.word.start as u32;
        let mut found: Option<(&Command, Span)> = None;
        walk(&self.script.body, &mut |node| {
            if let Node::Command(command, span) = node
                && span.start <= start
                && (span.end >= start || self.only_blanks(span.end, end))
            {
                found = Some((command, span));
            }
        });
        let (command, _) = found?;
        let name = self.script.source.slice(command.name.span).to_owned();
        Some((name, Elements::of(command, start, &self.script.source)))
    }

    fn only_blanks(&self, from: u32, to: u32) -> bool {
        let between = self.script.source.slice(Span { start: from, end: to });
        !between.is_empty() && between.chars().all(|character| matches!(character, ' ' | '\t'))
            || between.trim_start_matches([' ', '\t']) == self.word.raw
                && !between.starts_with(['|', ';', ')', '}'])
    }

    fn commands(&mut self, text: &str) -> Vec<Completion> {
        if text.contains(['/', '\\']) || text.starts_with('.') {
            return self.paths(text);
        }
        let lower = text.to_lowercase();
        let mut found = Vec::new();
        for info in crate::session::Session::commands(self.machine) {
            if info.name.to_lowercase().starts_with(&lower)
                && (!matches!(info.kind, crate::session::CommandKind::Alias(_)) || !lower.is_empty())
            {
                let tip = match (&info.kind, &info.signature) {
                    (crate::session::CommandKind::Alias(definition), _) => definition.to_string(),
                    (_, Some(signature)) if !signature.help.synopsis.is_empty() => {
                        signature.help.synopsis.to_string()
                    }
                    _ => info.name.to_string(),
                };
                found.push(Completion {
                    text: info.name.to_string(),
                    list_text: info.name.to_string(),
                    kind: CompletionKind::Command,
                    tool_tip: tip,
                });
            }
        }
        // Cmdlets and functions first, as an administrator means them; aliases after, then programs.
        found.sort_by_key(|completion| !completion.text.contains('-'));
        if found.is_empty() && text.contains('-') {
            found = self.abbreviated(&lower);
        }
        if !text.is_empty() {
            let known: Vec<String> = found.iter().map(|one| one.text.to_lowercase()).collect();
            let mut programs = self.programs(&lower);
            programs.retain(|one| !known.contains(&one.text.to_lowercase()));
            found.extend(programs);
        }
        if found.is_empty() { self.paths(text) } else { found }
    }

    /// `g-csu` and `Get-CU` stand for Get-CsUser: the verb begins so, and the noun's capitals do.
    fn abbreviated(&mut self, lower: &str) -> Vec<Completion> {
        let Some((verb, noun)) = lower.split_once('-') else {
            return Vec::new();
        };
        let fits = |name: &str| {
            let Some((own_verb, own_noun)) = name.split_once('-') else {
                return false;
            };
            let capitals: String = own_noun.chars().filter(char::is_ascii_uppercase).collect();
            own_verb.to_lowercase().starts_with(verb)
                && (own_noun.to_lowercase().starts_with(noun) || capitals.to_lowercase().starts_with(noun))
        };
        let commands = crate::session::Session::commands(self.machine);
        let named = commands.into_iter().filter(|info| fits(&info.name));
        named
            .map(|info| Completion::plain(info.name.as_ref(), CompletionKind::Command))
            .collect()
    }

    /// Programs of the search path.
    fn programs(&self, lower: &str) -> Vec<Completion> {
        let host = &self.machine.host;
        let path = host.env("PATH").unwrap_or_default();
        let mut found: Vec<Completion> = Vec::new();
        for folder in path.split(':').filter(|folder| !folder.is_empty()) {
            for name in host.list_directory(folder).unwrap_or_default() {
                if name.to_lowercase().starts_with(lower) && !found.iter().any(|one| one.text == name) {
                    let mut one = Completion::plain(name.as_str(), CompletionKind::Command);
                    one.tool_tip = format!("{folder}/{name}");
                    found.push(one);
                }
            }
        }
        sorted(found.into_iter())
    }
}

/// What a command's elements before the word are.
pub(crate) struct Elements {
    /// How many there are, the name included.
    before_word: usize,
    /// Names of the parameters given.
    named: Vec<String>,
    /// The parameter whose value the word is.
    pending: Option<String>,
    /// How many positional values there are.
    positional: usize,
    /// Parameters and their values as far as they are plain words; without a name, by position.
    values: Vec<(Option<String>, String)>,
}

impl Elements {
    fn of(command: &Command, word: u32, source: &Source) -> Elements {
        use crate::ast::CommandElement as E;
        let mut elements = Elements {
            before_word: 0,
            named: Vec::new(),
            pending: None,
            positional: 0,
            values: Vec::new(),
        };
        if command.name.span.start < word {
            elements.before_word = 1;
        }
        for element in &command.elements {
            let span = element.span();
            // A list that the word goes on with is the value of the parameter before it.
            if span.start >= word || (span.end > word && matches!(element, E::Argument(_))) {
                break;
            }
            elements.before_word += 1;
            match element {
                E::Parameter { name, value, .. } => {
                    let open = value.is_none() || span.end > word;
                    if let Some(value) = value.as_ref().filter(|_| !open) {
                        let given = (Some(name.text.to_string()), plain_text(value, source));
                        elements.values.push(given);
                    }
                    elements.named.push(name.text.to_string());
                    elements.pending = open.then(|| name.text.to_string());
                }
                E::Argument(value) if elements.pending.is_some() && !source.slice(span).ends_with(',') => {
                    let given = (elements.pending.take(), plain_text(value, source));
                    elements.values.push(given);
                }
                E::Argument(value) => {
                    elements.positional += 1;
                    elements.values.push((None, plain_text(value, source)));
                }
                _ => {}
            }
        }
        elements
    }
}

/// A value as text: a string's content, else as written.
fn plain_text(value: &crate::ast::Expr, source: &Source) -> String {
    match &value.kind {
        crate::ast::ExprKind::String(text, _) => text.to_string(),
        _ => source.slice(value.span).to_owned(),
    }
}

fn operators(text: &str) -> Vec<Completion> {
    let lower = text[1..].to_lowercase();
    let fits = crate::lex::DASH_OPERATORS
        .iter()
        .filter(|name| name.starts_with(&lower));
    sorted(fits.map(|name| Completion {
        text: format!("-{name}"),
        list_text: format!("-{name}"),
        kind: CompletionKind::ParameterName,
        tool_tip: format!("-{name}"),
    }))
}

fn sorted(items: impl Iterator<Item = Completion>) -> Vec<Completion> {
    let mut items: Vec<Completion> = items.collect();
    items.sort_by_cached_key(|completion| completion.list_text.to_lowercase());
    items
}
