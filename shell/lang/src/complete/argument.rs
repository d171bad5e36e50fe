//! Parameters and their values.

use crate::bind::{ArgumentKind, Table};
use crate::program::FunctionParameters;
use crate::run::Resolved;
use crate::session::{BlockCall, Session};
use crate::signature::{Completion as Source, Validation};
use crate::types::Type;
use crate::value::Value;

use super::{Completion, CompletionKind, Elements, Place, sorted};

impl Place<'_> {
    pub(super) fn argument_matches(&mut self, name: &str, elements: &Elements) -> Vec<Completion> {
        let name = name.trim_matches(['\'', '"']);
        let Some((table, function)) = self.table(name) else {
            return self.paths(&self.word.text.clone());
        };
        let text = self.word.text.clone();
        if text.starts_with('-') && !self.word.quoted {
            if let Some((parameter, value)) = text.split_once(':') {
                let parameter = parameter[1..].to_owned();
                return self.values(&table, function.as_deref(), &parameter, value, elements);
            }
            return parameters(&table, &text[1..], &elements.named);
        }
        match wanted(&table, elements) {
            Some(parameter) => self.values(&table, function.as_deref(), &parameter, &text, elements),
            None => self.paths(&text),
        }
    }

    pub(super) fn table(
        &mut self,
        name: &str,
    ) -> Option<(std::sync::Arc<Table>, Option<std::sync::Arc<FunctionParameters>>)> {
        match self.machine.meaning(name)? {
            Resolved::Cmdlet(_, table) => Some((table, None)),
            Resolved::Function(_, block) => {
                let block = crate::block::as_block(&block)?;
                Some((
                    std::sync::Arc::clone(block.table()),
                    Some(std::sync::Arc::clone(&block.code().parameters)),
                ))
            }
            _ => None,
        }
    }

    fn values(
        &mut self,
        table: &Table,
        function: Option<&FunctionParameters>,
        parameter: &str,
        prefix: &str,
        elements: &Elements,
    ) -> Vec<Completion> {
        let Ok(at) = table.find(parameter) else {
            return self.paths(prefix);
        };
        let entry = &table.parameters[at];
        let completer = function
            .and_then(|function| function.parameters.get(at).filter(|_| at < table.declared))
            .and_then(|code| code.completer.clone())
            .or_else(|| self.machine.completer_for(&table.name, &entry.name));
        if let Some(block) = completer {
            return self.of_block(&block, table, &entry.name, prefix, elements);
        }
        let fixed = entry.validation.iter().find_map(|check| match check {
            Validation::Set(names) => Some(names.iter().map(ToString::to_string).collect::<Vec<_>>()),
            _ => None,
        });
        if let Some(names) = fixed.or_else(|| enum_names(entry.type_ref.known.as_ref())) {
            return matching(names, prefix, self.word.quoted);
        }
        if entry.kind == ArgumentKind::Bool || entry.kind == ArgumentKind::Switch {
            return matching_raw(["$true".to_owned(), "$false".to_owned()], prefix);
        }
        let source = table
            .signature
            .parameters
            .get(at)
            .map(|parameter| parameter.completion.clone())
            .unwrap_or_default();
        match source {
            Source::Command if prefix.to_ascii_lowercase().starts_with("about") => self.topics(prefix),
            Source::Command => self.commands(prefix),
            Source::Variable => matching(self.variable_names(), prefix, self.word.quoted),
            Source::Property => self.properties(prefix),
            Source::Identity(kind) => {
                let found = self.machine.registry.identities(&kind, prefix);
                found
                    .into_iter()
                    .map(|candidate| Completion {
                        text: quoted(&candidate.text, self.word.quoted),
                        list_text: candidate.text,
                        kind: CompletionKind::ParameterValue,
                        tool_tip: candidate.description,
                    })
                    .collect()
            }
            Source::Path => self.paths(prefix),
            Source::None => match self.known_values(&table.name, &entry.name, prefix) {
                Some(found) => found,
                None => self.paths(prefix),
            },
        }
    }

    /// Values that the session knows for parameters of core commands.
    fn known_values(&mut self, command: &str, parameter: &str, prefix: &str) -> Option<Vec<Completion>> {
        let (command, parameter) = (command.to_ascii_lowercase(), parameter.to_ascii_lowercase());
        match (command.as_str(), parameter.as_str()) {
            ("import-module" | "remove-module" | "get-module" | "get-command", "name" | "module") => {
                Some(self.module_names(prefix))
            }
            ("new-object", "typename") => Some(self.types(prefix)),
            ("where-object", "property" | "filterscript") => Some(self.properties(prefix)),
            ("foreach-object", "membername") => Some(self.any_members(prefix)),
            ("foreach-object", "process") => Some(self.any_members(prefix)),
            (
                "compare-object" | "measure-object" | "convertto-csv" | "export-csv" | "convertto-html",
                "property",
            ) => Some(self.properties(prefix)),
            ("select-object", "expandproperty" | "excludeproperty") | ("join-string", "property") => {
                Some(self.properties(prefix))
            }
            ("get-command", "commandtype") => {
                let kinds = [
                    "Alias",
                    "All",
                    "Application",
                    "Cmdlet",
                    "ExternalScript",
                    "Function",
                    "Script",
                ];
                Some(matching(
                    kinds.map(str::to_owned).to_vec(),
                    prefix,
                    self.word.quoted,
                ))
            }
            ("get-alias" | "remove-alias" | "export-alias", "name") => {
                let names = Session::aliases(self.machine);
                let names = names.into_iter().map(|(name, _)| name.to_string()).collect();
                Some(matching(names, prefix, self.word.quoted))
            }
            _ => None,
        }
    }

    /// Modules: those loaded, those below PSModulePath, and the product's own.
    pub(super) fn module_names(&mut self, prefix: &str) -> Vec<Completion> {
        if prefix.contains(['/', '\\', '.']) {
            return self.paths(prefix);
        }
        let mut names: Vec<String> = Session::available_modules(self.machine)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        names.extend(
            Session::modules(self.machine)
                .into_iter()
                .map(|info| info.name.to_string()),
        );
        let own = self.machine.registry.commands();
        names.extend(own.map(|command| command.signature().module.to_string()));
        names.retain(|name| !name.is_empty());
        names.sort_by_key(|name| name.to_lowercase());
        names.dedup();
        matching(names, prefix, self.word.quoted)
    }

    /// What a script block proposes, which sees what the other parameters are given.
    fn of_block(
        &mut self,
        block: &Value,
        table: &Table,
        parameter: &str,
        prefix: &str,
        elements: &Elements,
    ) -> Vec<Completion> {
        let arguments = [
            Value::str(table.name.as_ref()),
            Value::str(parameter),
            Value::str(prefix),
            Value::Null,
            given_values(table, elements),
        ];
        let output = self
            .machine
            .call_found_scope(block, None, &arguments)
            .unwrap_or_default();
        output
            .iter()
            .map(|value| match value.property("CompletionText") {
                Some(text) => {
                    let part = |name: &str| {
                        value
                            .property(name)
                            .map_or_else(|| text.to_text(), |value| value.to_text())
                    };
                    Completion {
                        text: text.to_text(),
                        list_text: part("ListItemText"),
                        kind: kind_named(&part("ResultType")),
                        tool_tip: part("ToolTip"),
                    }
                }
                None => Completion::plain(value.to_text(), CompletionKind::ParameterValue),
            })
            .collect()
    }

    fn topics(&self, prefix: &str) -> Vec<Completion> {
        let pages = self.machine.registry.manual().iter();
        let names = pages.filter(|(name, _)| name.starts_with("about_"));
        matching(names.map(|(name, _)| (*name).to_owned()).collect(), prefix, false)
    }

    fn variable_names(&mut self) -> Vec<String> {
        Session::variables(self.machine, None)
            .unwrap_or_default()
            .into_iter()
            .map(|info| info.name.to_string())
            .collect()
    }

    /// What Get-ChildItem finds on a drive that is not the file system's.
    fn drive_paths(&mut self, text: &str) -> Vec<Completion> {
        let folder = &text[..last_part(text)];
        let lower = text[folder.len()..].to_lowercase();
        let listed = |machine: &mut crate::run::Machine, switch: Option<&str>| {
            let place = if folder.is_empty() { "." } else { folder };
            let mut named = vec![
                ("Path".into(), Value::str(place)),
                ("Name".into(), Value::Switch(true)),
                ("ErrorAction".into(), Value::str("Ignore")),
            ];
            named.extend(switch.map(|switch| (switch.into(), Value::Switch(true))));
            let call = BlockCall {
                named,
                ..BlockCall::default()
            };
            let found = machine.call_command("Get-ChildItem", call).unwrap_or_default();
            found.iter().map(Value::to_text).collect::<Vec<_>>()
        };
        let folders = listed(self.machine, Some("Directory"));
        let names = listed(self.machine, None);
        // `Env:PATH`, but `Cs:\Sites`: as people write them.
        let separator = if folder.eq_ignore_ascii_case("cs:") {
            "\\"
        } else {
            ""
        };
        let in_quotes = self.word.quoted;
        let fits = names
            .into_iter()
            .filter(|name| name.to_lowercase().starts_with(&lower));
        sorted(fits.map(|name| {
            let full = format!("{folder}{separator}{name}");
            Completion {
                text: quoted(&full, in_quotes),
                kind: if folders.contains(&name) {
                    CompletionKind::ProviderContainer
                } else {
                    CompletionKind::ProviderItem
                },
                list_text: name,
                tool_tip: full,
            }
        }))
    }

    /// Files and folders, or what is on another drive.
    pub(super) fn paths(&mut self, text: &str) -> Vec<Completion> {
        let on_drive = text.split_once(':').is_some_and(|(drive, _)| {
            drive.len() > 1 && drive.chars().all(|character| character.is_ascii_alphanumeric())
        });
        let is_file = text.starts_with(['/', '~']);
        if on_drive || (!is_file && Session::drive_location(self.machine).is_some()) {
            return self.drive_paths(text);
        }
        let plain = text.replace('\\', "/");
        let (folder, name) = plain
            .rsplit_once('/')
            .map_or(("", plain.as_str()), |(folder, name)| (folder, name));
        let rooted = plain.starts_with('/');
        let look_in = match (folder, rooted) {
            ("", true) => "/".to_owned(),
            ("", false) => ".".to_owned(),
            (folder, _) => folder.to_owned(),
        };
        let lower = name.to_lowercase();
        let names = self.machine.host.list_directory(&look_in).unwrap_or_default();
        let fits = names.into_iter().filter(|entry| {
            entry.to_lowercase().starts_with(&lower) && (!entry.starts_with('.') || name.starts_with('.'))
        });
        let host = std::sync::Arc::clone(&self.machine.host);
        let in_quotes = self.word.quoted;
        sorted(fits.map(|entry| {
            let full = match (folder, rooted) {
                ("", true) => format!("/{entry}"),
                ("", false) => format!("./{entry}"),
                (folder, _) => format!("{folder}/{entry}"),
            };
            let is_folder = host.file_status(&full).is_some_and(|status| status.is_directory);
            Completion {
                text: quoted(&full, in_quotes),
                list_text: entry,
                kind: if is_folder {
                    CompletionKind::ProviderContainer
                } else {
                    CompletionKind::ProviderItem
                },
                tool_tip: full,
            }
        }))
    }
}

/// Where the last part of a drive's path begins; `Tag:x` is one part.
fn last_part(text: &str) -> usize {
    let after_drive = text.find(':').map_or(0, |at| at + 1);
    text.rfind(['/', '\\'])
        .map_or(after_drive.min(text.len()), |at| at + 1)
}

/// The parameter whose value comes next.
pub(super) fn wanted(table: &Table, elements: &Elements) -> Option<String> {
    let open = elements.pending.as_ref().and_then(|name| {
        let at = table.find(name).ok()?;
        (table.parameters[at].kind != ArgumentKind::Switch).then(|| table.parameters[at].name.to_string())
    });
    open.or_else(|| positional(table, elements))
}

/// The parameter that takes the next positional value.
fn positional(table: &Table, elements: &Elements) -> Option<String> {
    let mut free: Vec<(u16, &str)> = table.parameters[..table.declared]
        .iter()
        .filter(|entry| {
            !elements.named.iter().any(|given| {
                table
                    .find(given)
                    .is_ok_and(|at| table.parameters[at].name == entry.name)
            })
        })
        .filter_map(|entry| {
            entry
                .places
                .iter()
                .filter_map(|place| place.position)
                .min()
                .map(|position| (position, entry.name.as_ref()))
        })
        .collect();
    free.sort_by_key(|(position, _)| *position);
    let at = elements.positional.min(free.len().saturating_sub(1));
    free.get(at).map(|(_, name)| (*name).to_owned())
}

/// Names of parameters that could still be given: the command's own, then the common ones.
pub(super) fn parameters(table: &Table, prefix: &str, given: &[String]) -> Vec<Completion> {
    let lower = prefix.to_lowercase();
    let bound: Vec<usize> = given.iter().filter_map(|name| table.find(name).ok()).collect();
    let mask = bound
        .iter()
        .filter(|at| **at < table.declared)
        .fold(table.all(), |mask, at| mask & table.parameters[*at].mask);
    let open =
        |at: usize| !bound.contains(&at) && (at >= table.declared || table.parameters[at].mask & mask != 0);
    let hidden = |at: usize| {
        table
            .signature
            .parameters
            .get(at)
            .is_some_and(|parameter| parameter.hidden)
    };
    let fits = |at: &usize| {
        let entry = &table.parameters[*at];
        open(*at) && !hidden(*at) && entry.name.to_lowercase().starts_with(&lower)
    };
    let proposal = |at: usize| {
        let entry = &table.parameters[at];
        let help = table
            .signature
            .parameters
            .get(at)
            .map_or("", |parameter| parameter.help.as_ref());
        let kind = if entry.type_ref.name.is_empty() {
            "Object"
        } else {
            entry.type_ref.name.as_ref()
        };
        let tip = if help.is_empty() {
            format!("[{kind}] {}", entry.name)
        } else {
            format!("[{kind}] {help}")
        };
        Completion {
            text: format!("-{}", entry.name),
            list_text: entry.name.to_string(),
            kind: CompletionKind::ParameterName,
            tool_tip: tip,
        }
    };
    (0..table.parameters.len()).filter(fits).map(proposal).collect()
}

pub(super) fn enum_names(of: Option<&Type>) -> Option<Vec<String>> {
    match of? {
        Type::Enum(definition) => Some(
            definition
                .members
                .iter()
                .map(|(name, _)| name.to_string())
                .collect(),
        ),
        Type::Array(element) => enum_names(Some(element)),
        _ => None,
    }
}

fn matching(names: Vec<String>, prefix: &str, in_quotes: bool) -> Vec<Completion> {
    let lower = prefix.to_lowercase();
    sorted(
        names
            .into_iter()
            .filter(|name| name.to_lowercase().starts_with(&lower))
            .map(|name| Completion {
                text: quoted(&name, in_quotes),
                list_text: name.clone(),
                kind: CompletionKind::ParameterValue,
                tool_tip: name,
            }),
    )
}

fn matching_raw(names: [String; 2], prefix: &str) -> Vec<Completion> {
    let lower = prefix.to_lowercase();
    names
        .into_iter()
        .filter(|name| name.starts_with(&lower))
        .map(|name| Completion::plain(name, CompletionKind::ParameterValue))
        .collect()
}

/// A value as it must stand on the command line.
pub(super) fn quoted(text: &str, in_quotes: bool) -> String {
    let special = |character: char| {
        character.is_whitespace()
            || matches!(
                character,
                '\'' | '"' | '`' | '(' | ')' | '{' | '}' | ',' | ';' | '|' | '&' | '$' | '#' | '@'
            )
    };
    // An at sign within a word, as in a SIP address, needs no quotes.
    let needs = text
        .chars()
        .any(|character| special(character) && character != '@')
        || text.starts_with(['@', '#']);
    if needs || in_quotes {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        text.to_owned()
    }
}

/// The parameters that have values so far, by their whole names.
fn given_values(table: &Table, elements: &Elements) -> Value {
    let mut open: Vec<(u16, usize)> = (0..table.declared)
        .filter_map(|at| {
            let positions = table.parameters[at]
                .places
                .iter()
                .filter_map(|place| place.position);
            Some((positions.min()?, at))
        })
        .collect();
    open.sort_unstable();
    let named = |name: &str| table.find(name).ok();
    let taken: Vec<usize> = elements.named.iter().filter_map(|name| named(name)).collect();
    let mut open = open
        .into_iter()
        .map(|(_, at)| at)
        .filter(|at| !taken.contains(at));
    let found = elements.values.iter().filter_map(|(name, value)| {
        let at = match name {
            Some(name) => named(name)?,
            None => open.next()?,
        };
        let name = table.parameters[at].name.as_ref();
        Some((Value::str(name), Value::str(value.as_str())))
    });
    Value::hashtable(found.collect::<Vec<_>>())
}

/// A kind that a script named; a value where it named none.
fn kind_named(name: &str) -> CompletionKind {
    use CompletionKind as K;
    let all = [
        K::Text,
        K::History,
        K::Command,
        K::ProviderItem,
        K::ProviderContainer,
        K::Property,
        K::Method,
        K::ParameterName,
        K::Variable,
        K::Namespace,
        K::Type,
        K::Keyword,
        K::DynamicKeyword,
    ];
    let named = |kind: &K| format!("{kind:?}") == name;
    all.into_iter().find(named).unwrap_or(K::ParameterValue)
}
