//! The line editor: reedline with our completer, highlighter, validator, history and keys.

use std::path::Path;
use std::sync::{Arc, Mutex};

use crossterm::cursor::SetCursorStyle;
use plenum_lang::engine::Engine;
use plenum_lang::line_editor::{EditMode, LineEditor};
use reedline::{
    CursorConfig, DefaultHinter, DescriptionMode, Emacs, FileBackedHistory, IdeMenu, MenuBuilder, Reedline,
    ReedlineMenu, Vi, default_emacs_keybindings, default_vi_insert_keybindings,
    default_vi_normal_keybindings, default_vi_visual_keybindings,
};

use crate::completer::EngineCompleter;
use crate::highlight::EngineHighlighter;
use crate::keys::{COMPLETION_MENU, bind};
use crate::theme::{Role, Theme};
use crate::validator::EngineValidator;

/// An editor over a session, as the session's options say. `history` is a file private to the account; lines that begin
/// with a blank stay out.
pub fn editor(
    engine: &Arc<Mutex<Engine>>,
    theme: &Theme,
    options: &LineEditor,
    history: Option<&Path>,
) -> Reedline {
    let menu = IdeMenu::default()
        .with_name(COMPLETION_MENU)
        .with_marker("")
        .with_description_mode(DescriptionMode::PreferRight)
        .with_max_completion_height(12)
        .with_default_border();
    let editor = Reedline::create()
        .with_completer(Box::new(EngineCompleter::new(
            Arc::clone(engine),
            options.tool_tips,
        )))
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
        .with_highlighter(Box::new(EngineHighlighter::new(
            Arc::clone(engine),
            theme.clone(),
        )))
        .with_validator(Box::new(EngineValidator))
        .with_ansi_colors(theme.enabled())
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_history_exclusion_prefix(Some(" ".to_owned()))
        .use_bracketed_paste(true);
    let editor = with_history(with_keys(editor, options), options, history);
    if options.predicts {
        editor.with_hinter(Box::new(
            DefaultHinter::default().with_style(theme.style(Role::Hint)),
        ))
    } else {
        editor.disable_hints()
    }
}

/// A history that cannot be kept (a read-only home) is no reason not to open the prompt.
fn with_history(editor: Reedline, options: &LineEditor, file: Option<&Path>) -> Reedline {
    let file = options.history_path.as_deref().map(Path::new).or(file);
    let kept = file
        .filter(|_| options.saves_history)
        .and_then(|file| FileBackedHistory::with_file(options.history_count, file.to_owned()).ok());
    match kept.or_else(|| FileBackedHistory::new(options.history_count).ok()) {
        Some(history) => editor.with_history(Box::new(history)),
        None => editor,
    }
}

fn with_keys(editor: Reedline, options: &LineEditor) -> Reedline {
    if options.edit_mode != EditMode::Vi {
        let mut keys = default_emacs_keybindings();
        bind(&mut keys, options);
        return editor.with_edit_mode(Box::new(Emacs::new(keys)));
    }
    let mut insert = default_vi_insert_keybindings();
    bind(&mut insert, options);
    let mode = Vi::new(
        insert,
        default_vi_normal_keybindings(),
        default_vi_visual_keybindings(),
    );
    let editor = editor.with_edit_mode(Box::new(mode));
    if options.vi_indicator != "Cursor" {
        return editor;
    }
    editor.with_cursor_config(CursorConfig {
        vi_insert: Some(SetCursorStyle::SteadyBar),
        vi_normal: Some(SetCursorStyle::SteadyBlock),
        ..CursorConfig::default()
    })
}
