//! What a native program is handed: texts, files in the place of patterns, and what follows `--%`.

use crate::bind::Given;
use crate::run::Machine;
use crate::value::Value;

/// Arguments as a native program gets them.
pub(in crate::run) fn native_arguments(given: &[Given]) -> Vec<String> {
    let mut arguments = Vec::new();
    for argument in given {
        match argument {
            Given::Value(_, Some(text)) => arguments.push(text.to_string()),
            Given::Value(value, None) => match crate::members::enumerate(value) {
                Some(items) => arguments.extend(items.iter().map(Value::to_text)),
                None => arguments.push(value.to_text()),
            },
            Given::Named {
                name,
                value: Some((value, text)),
                splatted: true,
                ..
            } => {
                let text = text
                    .as_ref()
                    .map_or_else(|| value.to_text(), std::string::ToString::to_string);
                arguments.push(format!("-{name}:{text}"));
            }
            Given::Named { text, .. } => arguments.push(text.to_string()),
        }
    }
    arguments
}

impl Machine {
    /// The files that a bare word names: a tilde is the home folder, wildcards are the files that fit. A word that no
    /// file fits stays as it is.
    pub(in crate::run) fn files_of_word(&self, word: &str) -> Vec<Given> {
        let home = || self.host.env("HOME").unwrap_or_default();
        let word = match word.strip_prefix('~') {
            Some("") => home(),
            Some(rest) if rest.starts_with('/') => format!("{}{rest}", home()),
            _ => word.to_owned(),
        };
        let mut found = if word.contains(['*', '?', '[']) {
            self.files_of_pattern(&word)
        } else {
            Vec::new()
        };
        if found.is_empty() {
            found.push(word);
        }
        found
            .into_iter()
            .map(|text| Given::Value(Value::from(text), None))
            .collect()
    }

    fn files_of_pattern(&self, pattern: &str) -> Vec<String> {
        let mut found = vec![if pattern.starts_with('/') {
            "/".to_owned()
        } else {
            String::new()
        }];
        for part in pattern.split('/').filter(|part| !part.is_empty()) {
            let mut next = Vec::new();
            for folder in &found {
                if !part.contains(['*', '?', '[']) {
                    let path = format!("{folder}{part}");
                    if part == "." || self.host.file_status(&path).is_some() {
                        next.push(format!("{path}/"));
                    }
                    continue;
                }
                let place = if folder.is_empty() { "." } else { folder };
                let names = self.host.list_directory(place).unwrap_or_default();
                let fits = |name: &String| {
                    crate::inspect::like(name, part) && (!name.starts_with('.') || part.starts_with('.'))
                };
                next.extend(
                    names
                        .into_iter()
                        .filter(fits)
                        .map(|name| format!("{folder}{name}/")),
                );
            }
            found = next;
        }
        let ends_open = pattern.ends_with('/');
        found
            .into_iter()
            .map(|path| {
                if ends_open {
                    path
                } else {
                    path.trim_end_matches('/').to_owned()
                }
            })
            .collect()
    }

    /// The words after `--%`: blanks part them, double quotes keep them together, `%NAME%` is of the environment.
    pub(in crate::run) fn verbatim_words(&self, text: &str) -> Vec<Given> {
        let mut words: Vec<String> = Vec::new();
        let (mut word, mut begun, mut quoted) = (String::new(), false, false);
        for letter in self.with_environment(text).chars() {
            match letter {
                '"' => {
                    quoted = !quoted;
                    begun = true;
                }
                letter if letter.is_whitespace() && !quoted => {
                    if begun {
                        words.push(std::mem::take(&mut word));
                    }
                    begun = false;
                }
                letter => {
                    word.push(letter);
                    begun = true;
                }
            }
        }
        if begun {
            words.push(word);
        }
        words
            .into_iter()
            .map(|word| Given::Value(Value::from(word), None))
            .collect()
    }

    fn with_environment(&self, text: &str) -> String {
        let mut done = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            done.push_str(before);
            match after
                .split_once('%')
                .map(|(name, more)| (self.host.env(name), more))
            {
                Some((Some(value), more)) => {
                    done.push_str(&value);
                    rest = more;
                }
                _ => {
                    done.push('%');
                    rest = after;
                }
            }
        }
        done + rest
    }
}
