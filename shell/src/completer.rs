//! Tab completion at the prompt: the engine's proposals as a menu with descriptions.

use std::sync::{Arc, Mutex};

use plenum_lang::complete::{Completion, CompletionKind};
use plenum_lang::engine::Engine;
use reedline::{Completer, CompletionResult, Span, Suggestion};

/// Asks the engine.
pub struct EngineCompleter {
    engine: Arc<Mutex<Engine>>,
    /// Whether the menu says what each proposal is.
    tool_tips: bool,
}

impl EngineCompleter {
    /// A completer over a session.
    pub fn new(engine: Arc<Mutex<Engine>>, tool_tips: bool) -> EngineCompleter {
        EngineCompleter { engine, tool_tips }
    }
}

impl Completer for EngineCompleter {
    fn complete(&mut self, line: &str, position: usize) -> CompletionResult {
        let Ok(mut engine) = self.engine.lock() else {
            return CompletionResult::fresh(Vec::new());
        };
        let found = engine.complete(line, position);
        let span = Span::new(found.start, found.start + found.length);
        let suggestions: Vec<Suggestion> = found
            .matches
            .into_iter()
            .map(|completion| suggestion(completion, span, self.tool_tips))
            .collect();
        CompletionResult::fresh(suggestions)
    }
}

fn suggestion(completion: Completion, span: Span, tool_tips: bool) -> Suggestion {
    let tip = completion
        .tool_tip
        .lines()
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let shown = completion.list_text;
    Suggestion {
        description: (tool_tips && !tip.is_empty() && tip != shown && tip != completion.text).then_some(tip),
        display_override: (shown != completion.text).then_some(shown),
        append_whitespace: matches!(
            completion.kind,
            CompletionKind::ParameterName | CompletionKind::Command
        ),
        value: completion.text,
        span,
        ..Suggestion::default()
    }
}
