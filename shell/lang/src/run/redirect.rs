//! Redirections, and the collecting that common parameters ask for.

use std::sync::Arc;

use crate::ast::StreamNumber;
use crate::bind::{Bound, Common};
use crate::error::{Category, ErrorRecord, Result};
use crate::program::RedirectionCode;
use crate::symbol::Symbol;
use crate::value::{List, Value};

use super::stream::{Channel, FileSink, Target, TeeKind};
use super::{Machine, Out};

impl Machine {
    /// The root of a drive that a script made of a folder.
    pub(super) fn folder_drive(&self, name: &str) -> Option<Arc<str>> {
        let mut drives = self.folder_drives.iter();
        let found = drives.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, root)| Arc::clone(root))
    }

    /// The file of a path that may be on such a drive.
    fn off_drive(&self, path: String) -> String {
        let drive = path
            .split_once(':')
            .and_then(|(name, place)| Some((self.folder_drive(name)?, place)));
        match drive {
            Some((root, place)) => format!("{root}/{}", place.replace('\\', "/")),
            None => path,
        }
    }

    /// The streams and outputs that common parameters ask for.
    pub(super) fn common_streams(&mut self, bound: &Bound, out: Out) -> Result<Out> {
        if bound.common.is_empty() {
            return Ok(out);
        }
        let mut out = out;
        let mut set = None;
        for (common, channel) in [
            (Common::ErrorVariable, Channel::Error),
            (Common::WarningVariable, Channel::Warning),
            (Common::InformationVariable, Channel::Information),
        ] {
            if let Some(name) = bound.common(common) {
                let list = self.list_variable(&name.to_text())?;
                let set = set.get_or_insert_with(|| self.stream_sets[self.streams as usize].clone());
                set.collectors.push((channel, list));
            }
        }
        if let Some(set) = set {
            self.stream_sets.push(set);
            self.streams = self.stream_sets.len() as u32 - 1;
        }
        if let Some(name) = bound.common(Common::OutVariable) {
            let list = self.list_variable(&name.to_text())?;
            out = self.tee(out, TeeKind::List(list));
        }
        if let Some(name) = bound.common(Common::PipelineVariable) {
            let symbol = Symbol::of(&name.to_text());
            out = self.tee(out, TeeKind::Variable(self.frame, symbol));
        }
        Ok(out)
    }

    /// A variable of the caller that holds an ArrayList: a new one, or with `+name` the old items too.
    fn list_variable(&mut self, name: &str) -> Result<Arc<List>> {
        let (plain, append) = match name.strip_prefix('+') {
            Some(plain) => (plain, true),
            None => (name, false),
        };
        let symbol = Symbol::of(plain);
        let old = if append { self.read_named(symbol) } else { None };
        let items = old.map(|old| old.iter().collect()).unwrap_or_default();
        let list = Value::array_list(items);
        self.write_in(self.frame, symbol, list.clone())?;
        match list {
            Value::List(list) => Ok(list),
            _ => Err(ErrorRecord::new(
                "InvalidOperation",
                Category::InvalidOperation,
                "A list was expected.",
            )
            .into()),
        }
    }

    /// Sets up redirections: the output's new way, and the other streams in a new set.
    pub(super) fn redirect(&mut self, redirections: &[RedirectionCode], out: Out) -> Result<Out> {
        if redirections.is_empty() {
            return Ok(out);
        }
        let mut out = out;
        let mut set = self.stream_sets[self.streams as usize].clone();
        for redirection in redirections {
            let Some((file, append)) = &redirection.file else {
                continue;
            };
            let path = self.eval(file)?;
            let sink = if path.is_null() {
                None
            } else {
                let path = self.off_drive(path.to_text());
                Some(self.tee(Out::Null, TeeKind::File(Box::new(FileSink::new(path, *append)))))
            };
            match redirection.from {
                StreamNumber::One(1) => out = sink.unwrap_or(Out::Null),
                StreamNumber::One(number) => {
                    set.targets[usize::from(number) - 2] = sink.map_or(Target::Null, Target::Merge);
                }
                StreamNumber::All => {
                    out = sink.unwrap_or(Out::Null);
                    set.targets = [sink.map_or(Target::Null, Target::Merge); 5];
                }
            }
        }
        for redirection in redirections
            .iter()
            .filter(|redirection| redirection.file.is_none())
        {
            match redirection.from {
                StreamNumber::One(number @ 2..=6) => {
                    set.targets[usize::from(number) - 2] = Target::Merge(out);
                }
                StreamNumber::One(_) => {}
                StreamNumber::All => set.targets = [Target::Merge(out); 5],
            }
        }
        self.stream_sets.push(set);
        self.streams = self.stream_sets.len() as u32 - 1;
        Ok(out)
    }
}
