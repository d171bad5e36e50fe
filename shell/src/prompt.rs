//! The prompt: `PS folder> `, and the continuation prompt on further lines.

use std::borrow::Cow;

use plenum_lang::line_editor::LineEditor;
use reedline::{Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus, PromptViMode};

use crate::theme::{Role, Theme};

/// One prompt, made anew for each line.
pub struct ShellPrompt {
    text: String,
    theme: Theme,
    continuation: String,
    /// Whether vi's command mode is told by a colon.
    colon: bool,
}

impl ShellPrompt {
    /// A prompt with the text that the `prompt` function gave.
    pub fn new(text: String, theme: Theme, options: &LineEditor) -> ShellPrompt {
        ShellPrompt {
            text,
            theme,
            continuation: options.continuation_prompt.clone(),
            colon: options.vi_indicator == "Prompt",
        }
    }
}

impl Prompt for ShellPrompt {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Owned(self.theme.paint(Role::Prompt, &self.text))
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, mode: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed(
            if self.colon && mode == PromptEditMode::Vi(PromptViMode::Normal) {
                ": "
            } else {
                ""
            },
        )
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Owned(self.theme.paint(Role::Continuation, &self.continuation))
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let failing = if matches!(search.status, PromptHistorySearchStatus::Failing) {
            "nothing for "
        } else {
            ""
        };
        Cow::Owned(format!("(history search: {failing}{}) ", search.term))
    }
}
