//! Inside comments: `#requires`, the keywords of comment-based help, and `#text` that finds a line of the history.

use super::{Completion, CompletionKind, Place};
use crate::session::Session;

/// Parameters of `#requires` with what they ask for.
const REQUIRES: &[(&str, &str)] = &[
    ("Modules", "Modules that are loaded first."),
    ("PSEdition", "Core or Desktop."),
    ("RunAsAdministrator", "Only with the rights of an administrator."),
    ("Version", "The lowest version of PowerShell."),
];

/// Keywords of comment-based help, and whether a name or text follows.
const HELP: &[(&str, &str)] = &[
    ("COMPONENT", "The technology that it uses."),
    ("DESCRIPTION", "What it does, in full."),
    ("EXAMPLE", "A command line and what it does."),
    ("EXTERNALHELP", "The file that has the help."),
    (
        "FORWARDHELPCATEGORY",
        "The kind of the command whose help is shown instead.",
    ),
    (
        "FORWARDHELPTARGETNAME ",
        "The command whose help is shown instead.",
    ),
    ("FUNCTIONALITY", "What it is used for."),
    ("INPUTS", "What can be piped in."),
    ("LINK", "A related topic."),
    ("NOTES", "Anything else."),
    ("OUTPUTS", "What comes out."),
    ("PARAMETER ", "What a parameter does."),
    ("ROLE", "Who uses it."),
    ("SYNOPSIS", "What it does, in a sentence."),
];

impl Place<'_> {
    /// What can stand in the comment that begins at `comment`.
    pub(super) fn comment_matches(&mut self, comment: usize) -> Vec<Completion> {
        let text = self.script.source.text.clone();
        let whole = &text[comment..];
        let word = self.word.text.clone();
        if whole.to_ascii_lowercase().starts_with("#requires ") {
            return self.requirement(whole, &word);
        }
        if let Some(keyword) = word.strip_prefix('.') {
            self.word.start += 1;
            return keywords(HELP, keyword, CompletionKind::Keyword);
        }
        match whole.strip_prefix('#') {
            Some(sought) if comment == 0 && !whole.contains('\n') => {
                self.word.start = 0;
                self.history(sought)
            }
            _ => Vec::new(),
        }
    }

    fn requirement(&mut self, line: &str, word: &str) -> Vec<Completion> {
        if let Some(name) = word.strip_prefix('-') {
            let taken: Vec<String> = line.split_whitespace().map(str::to_ascii_lowercase).collect();
            let mut found = keywords(REQUIRES, name, CompletionKind::ParameterName);
            found.retain(|one| !taken.contains(&format!("-{}", one.list_text.to_ascii_lowercase())));
            for one in &mut found {
                one.text = format!("-{}", one.list_text);
            }
            return found;
        }
        let parameter = line.split_whitespace().rev().find(|part| part.starts_with('-'));
        match parameter.map(str::to_ascii_lowercase).as_deref() {
            Some("-psedition") => keywords(
                &[
                    ("Core", "PowerShell 6 and later, and this shell."),
                    ("Desktop", "Windows PowerShell."),
                ],
                word,
                CompletionKind::ParameterValue,
            ),
            Some("-modules") => self.module_names(word),
            Some("-version") => keywords(
                &[
                    ("7.0", ""),
                    ("6.0", ""),
                    ("5.1", ""),
                    ("5.0", ""),
                    ("4.0", ""),
                    ("3.0", ""),
                ],
                word,
                CompletionKind::ParameterValue,
            ),
            _ => Vec::new(),
        }
    }

    /// Lines of the history that have a text, newest first; `#3` is the third line.
    fn history(&mut self, sought: &str) -> Vec<Completion> {
        let sought = sought.trim();
        let number = sought.parse::<u64>().ok();
        let lower = sought.to_lowercase();
        let mut seen = std::collections::HashSet::new();
        let mut lines = Session::history(self.machine);
        lines.reverse();
        lines
            .into_iter()
            .filter(|entry| match number {
                Some(number) => entry.id == number,
                None => entry.command_line.to_lowercase().contains(&lower),
            })
            .filter(|entry| seen.insert(entry.command_line.to_string()))
            .map(|entry| Completion::plain(entry.command_line.as_ref(), CompletionKind::History))
            .collect()
    }
}

/// Words of a table that begin so.
pub(super) fn keywords(table: &[(&str, &str)], prefix: &str, kind: CompletionKind) -> Vec<Completion> {
    let lower = prefix.to_lowercase();
    table
        .iter()
        .filter(|(name, _)| name.to_lowercase().starts_with(&lower))
        .map(|(name, tip)| Completion {
            text: (*name).to_owned(),
            list_text: name.trim_end().to_owned(),
            kind,
            tool_tip: if tip.is_empty() { *name } else { *tip }.to_owned(),
        })
        .collect()
}
