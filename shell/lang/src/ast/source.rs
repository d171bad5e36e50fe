//! A script's text: pieces, lines, positions.

use std::sync::Arc;

use super::Span;
use crate::error::Position;

/// A script's text and where it comes from.
#[derive(Debug)]
pub struct Source {
    /// The file; `None` at the prompt and for `-Command`.
    pub file: Option<Arc<str>>,
    /// The whole text.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
    /// What `using namespace` names in it, known when it is about to run.
    pub namespaces: std::sync::OnceLock<Vec<Arc<str>>>,
}

impl Source {
    /// A source; texts of 4 GiB and more are cut.
    pub fn new(file: Option<&str>, text: &str) -> Arc<Source> {
        let line_starts = std::iter::once(0)
            .chain(
                text.bytes()
                    .enumerate()
                    .filter(|(_, byte)| *byte == b'\n')
                    .map(|(at, _)| at as u32 + 1),
            )
            .collect();
        Arc::new(Source {
            file: file.map(Arc::from),
            text: Arc::from(text),
            line_starts,
            namespaces: std::sync::OnceLock::new(),
        })
    }

    /// The text of a piece.
    pub fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// Line and column, both from 1, the column in characters.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts[line - 1];
        let before = self.slice(Span { start, end: offset });
        (line as u32, before.encode_utf16().count() as u32 + 1)
    }

    /// A line's text without its end, from 1.
    pub fn line(&self, number: u32) -> &str {
        let start = self.line_starts.get(number as usize - 1).copied().unwrap_or(0);
        let end = self
            .line_starts
            .get(number as usize)
            .copied()
            .unwrap_or(self.text.len() as u32);
        self.slice(Span { start, end }).trim_end_matches(['\n', '\r'])
    }

    /// How many lines there are.
    pub fn line_count(&self) -> u32 {
        self.line_starts.len() as u32
    }

    /// A piece as an error's position.
    pub fn position(&self, span: Span) -> Position {
        let (line, column) = self.line_column(span.start);
        Position {
            file: self.file.clone(),
            line,
            column,
            span: (span.start, span.end.saturating_sub(span.start)),
            source_line: Arc::from(self.line(line)),
        }
    }
}
