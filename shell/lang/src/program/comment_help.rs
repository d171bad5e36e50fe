//! Comment-based help: `.SYNOPSIS`, `.DESCRIPTION`, `.PARAMETER`, `.EXAMPLE`, `.LINK` and their kin.

use std::borrow::Cow;

use crate::signature::{Help, Signature, Text};

/// Puts what a comment says about a function into its signature.
pub(super) fn apply(comment: &str, signature: &mut Signature) {
    let mut help = Help::default();
    for (keyword, argument, body) in sections(comment) {
        match keyword.as_str() {
            "synopsis" => help.synopsis = Cow::Owned(paragraph(&body)),
            "description" => help.description = Cow::Owned(body.trim().to_owned()),
            "inputs" => help.inputs = Cow::Owned(body.trim().to_owned()),
            "outputs" => help.outputs = Cow::Owned(body.trim().to_owned()),
            "notes" => help.notes = Cow::Owned(body.trim().to_owned()),
            "component" => help.component = Cow::Owned(paragraph(&body)),
            "role" => help.role = Cow::Owned(paragraph(&body)),
            "functionality" => help.functionality = Cow::Owned(paragraph(&body)),
            "example" => help.examples.push(example(&body)),
            "link" => help.links.extend(
                body.lines()
                    .map(str::trim)
                    .filter(|line| !line.is_empty())
                    .map(|line| Cow::Owned(line.to_owned())),
            ),
            "parameter" => {
                let named = signature
                    .parameters
                    .iter_mut()
                    .find(|parameter| parameter.name.eq_ignore_ascii_case(&argument));
                if let Some(parameter) = named {
                    parameter.help = Cow::Owned(paragraph(&body));
                }
            }
            _ => {}
        }
    }
    signature.help = help;
}

/// Keyword in lower case, its argument, and the text up to the next keyword.
fn sections(comment: &str) -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for line in comment.lines() {
        let trimmed = line.trim();
        let keyword = trimmed
            .strip_prefix('.')
            .filter(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()));
        match keyword {
            Some(rest) => {
                let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                found.push((
                    word.to_ascii_lowercase(),
                    argument.trim().to_owned(),
                    String::new(),
                ));
            }
            None => {
                if let Some((_, _, body)) = found.last_mut() {
                    body.push_str(trimmed);
                    body.push('\n');
                }
            }
        }
    }
    found
}

/// Lines as one paragraph.
fn paragraph(body: &str) -> String {
    body.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The command line of an example and what is said about it.
fn example(body: &str) -> (Text, Text) {
    let (command, remark) = body.trim().split_once('\n').unwrap_or((body.trim(), ""));
    (
        Cow::Owned(command.trim().to_owned()),
        Cow::Owned(remark.trim().to_owned()),
    )
}
