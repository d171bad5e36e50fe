//! The commands that exist: compiled ones by name and alias, and who completes live identities.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::RwLock;

use crate::cmdlet::{Command, Context};
use crate::error::Result;
use crate::format::View;
use crate::value::Value;

/// A completion of a live identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What is inserted.
    pub text: String,
    /// What the menu says beside it.
    pub description: String,
}

/// Gives live identities of a kind (`user`, `pool`, `CsVoicePolicy` …) that begin with a text.
pub type IdentityCompleter = Arc<dyn Fn(&str, &str) -> Vec<Candidate> + Send + Sync>;

/// Tells of a name that no command has what to do about it, where there is something to tell.
pub type Absence = fn(&str) -> Option<String>;

/// Objects as the text that goes between two shells (CLIXML).
pub trait ObjectText: Send + Sync {
    /// The document of some objects.
    fn write(&self, context: &mut dyn Context, values: &[Value]) -> Result<String>;
    /// The objects of a document, each with the stream that it came by.
    fn read(&self, text: &str) -> Result<Vec<(Sent, Value)>>;
}

/// The stream that another shell sent an object by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Sent {
    Output,
    Error,
    Warning,
    Verbose,
    Debug,
    Information,
    Progress,
}

/// Finds commands without regard to case.
#[derive(Clone, Default)]
pub struct Registry {
    commands: BTreeMap<String, Arc<dyn Command>>,
    /// By lower case: the alias as written, and what it stands for.
    aliases: BTreeMap<String, (String, String)>,
    identities: Option<IdentityCompleter>,
    absence: Option<Absence>,
    object_text: Option<&'static dyn ObjectText>,
    manual: &'static [(&'static str, &'static str)],
    /// Shared, as Update-TypeData changes them while a session runs.
    views: Arc<RwLock<BTreeMap<String, Arc<View>>>>,
}

impl Registry {
    /// Adds a command under its name and aliases.
    pub fn add(&mut self, command: Arc<dyn Command>) {
        let name = command.signature().name.to_ascii_lowercase();
        for alias in &command.signature().aliases {
            let name = command.signature().name.to_string();
            self.aliases
                .insert(alias.to_ascii_lowercase(), (alias.to_string(), name));
        }
        self.commands.insert(name, command);
    }

    /// Adds an alias.
    pub fn alias(&mut self, alias: &str, name: &str) {
        self.aliases
            .insert(alias.to_ascii_lowercase(), (alias.to_owned(), name.to_owned()));
    }

    /// A command by its full name.
    pub fn command(&self, name: &str) -> Option<&Arc<dyn Command>> {
        self.commands.get(&name.to_ascii_lowercase())
    }

    /// What an alias stands for.
    pub fn resolve_alias(&self, alias: &str) -> Option<&str> {
        self.aliases
            .get(&alias.to_ascii_lowercase())
            .map(|(_, name)| name.as_str())
    }

    /// All commands in order of name.
    pub fn commands(&self) -> impl Iterator<Item = &Arc<dyn Command>> {
        self.commands.values()
    }

    /// All aliases in order, with what they stand for.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.aliases
            .values()
            .map(|(alias, name)| (alias.as_str(), name.as_str()))
    }

    /// Says how a type is shown, in place of what was said before.
    pub fn add_view(&self, view: View) {
        self.views
            .write()
            .insert(view.type_name.to_ascii_lowercase(), Arc::new(view));
    }

    /// All views, in order of their types.
    pub fn views(&self) -> Vec<Arc<View>> {
        self.views.read().values().cloned().collect()
    }

    /// Forgets how a type is shown; whether that was known.
    pub fn remove_view(&self, type_name: &str) -> bool {
        self.views
            .write()
            .remove(&type_name.to_ascii_lowercase())
            .is_some()
    }

    /// How a type is shown, by its full name.
    pub fn view(&self, type_name: &str) -> Option<Arc<View>> {
        self.views
            .read()
            .get(&type_name.to_ascii_lowercase())
            .map(Arc::clone)
    }

    /// The command whose name is at most two edits away.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let lower = name.to_ascii_lowercase();
        self.commands
            .iter()
            .map(|(key, command)| (distance(&lower, key), command.signature().name.as_ref()))
            .filter(|(distance, _)| *distance <= 2)
            .min()
            .map(|(_, known)| known)
    }

    /// Says who knows about names that no command has.
    pub fn set_absence(&mut self, absence: Absence) {
        self.absence = Some(absence);
    }

    /// What to do about a name that no command has.
    pub fn absent(&self, name: &str) -> Option<String> {
        let hint = self.absence.and_then(|tell| tell(name))?;
        Some(match self.nearest(name) {
            Some(known) => format!("Did you mean {known}? {hint}"),
            None => hint,
        })
    }

    /// Says how objects go to another shell and come back.
    pub fn set_object_text(&mut self, object_text: &'static dyn ObjectText) {
        self.object_text = Some(object_text);
    }

    /// How objects go to another shell and come back, where that is known.
    pub fn object_text(&self) -> Option<&'static dyn ObjectText> {
        self.object_text
    }

    /// Says what the manual is: names of commands and topics in order, and their pages in Markdown.
    pub fn set_manual(&mut self, pages: &'static [(&'static str, &'static str)]) {
        self.manual = pages;
    }

    /// The manual's pages by name.
    pub fn manual(&self) -> &'static [(&'static str, &'static str)] {
        self.manual
    }

    /// The manual's page of a command or topic.
    pub fn page(&self, name: &str) -> Option<&'static str> {
        let mut pages = self.manual.iter();
        pages
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, page)| *page)
    }

    /// Says who completes live identities.
    pub fn set_identity_completer(&mut self, completer: IdentityCompleter) {
        self.identities = Some(completer);
    }

    /// Live identities of a kind that begin with a text.
    pub fn identities(&self, kind: &str, prefix: &str) -> Vec<Candidate> {
        self.identities
            .as_ref()
            .map_or_else(Vec::new, |complete| complete(kind, prefix))
    }
}

/// Edits between two names, as far as two.
fn distance(left: &str, right: &str) -> usize {
    if left.len().abs_diff(right.len()) > 2 {
        return usize::MAX;
    }
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let cost = before + usize::from(a != b);
            before = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(before + 1);
        }
    }
    row[right.len()]
}
