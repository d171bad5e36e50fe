//! The line editor: reedline with our completer, highlighter, validator, history and keys.

use std::path::Path;
use std::sync::{Arc, Mutex};

use plenum_lang::engine::Engine;
use reedline::{
    DefaultHinter, DescriptionMode, EditCommand, EditMode, Emacs, FileBackedHistory, IdeMenu, KeyCode,
    KeyModifiers, Keybindings, MenuBuilder, Reedline, ReedlineEvent, ReedlineMenu, Vi,
    default_emacs_keybindings, default_vi_insert_keybindings, default_vi_normal_keybindings,
    default_vi_visual_keybindings,
};

use crate::completer::EngineCompleter;
use crate::highlight::EngineHighlighter;
use crate::theme::{Role, Theme};
use crate::validator::EngineValidator;

/// As many lines as `$MaximumHistoryCount`.
const HISTORY_LINES: usize = 4096;
const COMPLETION_MENU: &str = "completion_menu";
/// What F1 sends to the prompt's loop instead of a line.
pub const HELP_COMMAND: &str = "help";

/// An editor over a session. `history` is a file private to the account; lines that begin with a blank stay out.
pub fn editor(engine: &Arc<Mutex<Engine>>, theme: &Theme, history: Option<&Path>, vi: bool) -> Reedline {
    let menu = IdeMenu::default()
        .with_name(COMPLETION_MENU)
        .with_marker("")
        .with_description_mode(DescriptionMode::PreferRight)
        .with_max_completion_height(12)
        .with_default_border();
    let mut editor = Reedline::create()
        .with_completer(Box::new(EngineCompleter::new(Arc::clone(engine))))
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
        .with_highlighter(Box::new(EngineHighlighter::new(
            Arc::clone(engine),
            theme.clone(),
        )))
        .with_validator(Box::new(EngineValidator))
        .with_hinter(Box::new(
            DefaultHinter::default().with_style(theme.style(Role::Hint)),
        ))
        .with_ansi_colors(theme.enabled())
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_history_exclusion_prefix(Some(" ".to_owned()))
        .use_bracketed_paste(true)
        .with_edit_mode(edit_mode(vi));
    // A history that cannot be kept (a read-only home) is no reason not to open the prompt.
    if let Some(history) =
        history.and_then(|file| FileBackedHistory::with_file(HISTORY_LINES, file.to_owned()).ok())
    {
        editor = editor.with_history(Box::new(history));
    }
    editor
}

fn edit_mode(vi: bool) -> Box<dyn EditMode> {
    if vi {
        let mut insert = default_vi_insert_keybindings();
        bind(&mut insert);
        Box::new(Vi::new(
            insert,
            default_vi_normal_keybindings(),
            default_vi_visual_keybindings(),
        ))
    } else {
        let mut keys = default_emacs_keybindings();
        bind(&mut keys);
        Box::new(Emacs::new(keys))
    }
}

fn bind(keys: &mut Keybindings) {
    let complete = ReedlineEvent::UntilFound(vec![
        ReedlineEvent::Menu(COMPLETION_MENU.to_owned()),
        ReedlineEvent::MenuNext,
    ]);
    keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, complete.clone());
    keys.add_binding(KeyModifiers::CONTROL, KeyCode::Char(' '), complete);
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    let new_line = ReedlineEvent::Edit(vec![EditCommand::InsertNewline]);
    keys.add_binding(KeyModifiers::ALT, KeyCode::Enter, new_line.clone());
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::Enter, new_line);
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::F(1),
        ReedlineEvent::ExecuteHostCommand(HELP_COMMAND.to_owned()),
    );
}
