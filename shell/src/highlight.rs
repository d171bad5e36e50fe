//! Colours while a line is typed.

use std::sync::{Arc, Mutex};

use nu_ansi_term::Style;
use plenum_lang::ast::TokenClass;
use plenum_lang::engine::Engine;
use reedline::{Highlighter, StyledText};

use crate::theme::{Role, Theme};

/// Colours by the engine's own lexer, so that what is coloured is what will run.
pub struct EngineHighlighter {
    engine: Arc<Mutex<Engine>>,
    theme: Theme,
}

impl EngineHighlighter {
    /// A highlighter over a session.
    pub fn new(engine: Arc<Mutex<Engine>>, theme: Theme) -> EngineHighlighter {
        EngineHighlighter { engine, theme }
    }
}

impl Highlighter for EngineHighlighter {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let pieces = self
            .engine
            .lock()
            .map(|engine| engine.highlight(line))
            .unwrap_or_default();
        let mut styled = StyledText::new();
        let mut done = 0;
        for piece in pieces {
            let (start, end) = (piece.span.start as usize, piece.span.end as usize);
            // Pieces may nest (a variable inside a string); what is coloured already stays so.
            let (Some(before), Some(text)) =
                (line.get(done..start.max(done)), line.get(start.max(done)..end))
            else {
                continue;
            };
            styled.push((Style::new(), before.to_owned()));
            styled.push((self.theme.style(role(piece.class)), text.to_owned()));
            done = end;
        }
        styled.push((Style::new(), line.get(done..).unwrap_or_default().to_owned()));
        styled
    }
}

fn role(class: TokenClass) -> Role {
    match class {
        TokenClass::Command => Role::Command,
        TokenClass::Parameter => Role::Parameter,
        TokenClass::Operator => Role::Operator,
        TokenClass::Variable => Role::Variable,
        TokenClass::String => Role::String,
        TokenClass::Number => Role::Number,
        TokenClass::Keyword => Role::Keyword,
        TokenClass::Type => Role::Type,
        TokenClass::Member => Role::Member,
        TokenClass::Comment => Role::Comment,
        TokenClass::Error => Role::Error,
        TokenClass::Argument | TokenClass::Punctuation => Role::Plain,
    }
}
