//! Keys as the line editor has them: PSReadLine's chords and functions in reedline's words.

use plenum_lang::line_editor::{Chord, LineEditor};
use reedline::{EditCommand, KeyCode, KeyModifiers, Keybindings, ReedlineEvent};

/// The menu of proposals.
pub const COMPLETION_MENU: &str = "completion_menu";
/// What F1 sends to the prompt's loop instead of a line.
pub const HELP_COMMAND: &str = "help";
/// What a key with a script block sends, with the key after it.
pub const SCRIPT_COMMAND: &str = "script ";

/// Puts the keys of a session over those that reedline binds by itself.
pub fn bind(keys: &mut Keybindings, options: &LineEditor) {
    for handler in &options.handlers {
        if handler.function.is_none()
            && let Some((modifiers, code)) = key(&handler.chord)
        {
            keys.remove_binding(modifiers, code);
            if handler.script.is_some() {
                let command = format!("{SCRIPT_COMMAND}{}", handler.chord);
                keys.add_binding(modifiers, code, ReedlineEvent::ExecuteHostCommand(command));
            }
        }
    }
    for (chord, function) in options.keys() {
        if let (Some((modifiers, code)), Some(event)) = (key(&chord), event(function.name)) {
            keys.add_binding(modifiers, code, event);
        }
    }
}

fn key(chord: &Chord) -> Option<(KeyModifiers, KeyCode)> {
    let mut modifiers = KeyModifiers::NONE;
    for (held, modifier) in [
        (chord.control, KeyModifiers::CONTROL),
        (chord.alt, KeyModifiers::ALT),
        (chord.shift, KeyModifiers::SHIFT),
    ] {
        if held {
            modifiers |= modifier;
        }
    }
    let code = match chord.key.as_str() {
        "Backspace" => KeyCode::Backspace,
        "Delete" => KeyCode::Delete,
        "DownArrow" => KeyCode::Down,
        "End" => KeyCode::End,
        "Enter" => KeyCode::Enter,
        "Escape" => KeyCode::Esc,
        "Home" => KeyCode::Home,
        "Insert" => KeyCode::Insert,
        "LeftArrow" => KeyCode::Left,
        "PageDown" => KeyCode::PageDown,
        "PageUp" => KeyCode::PageUp,
        "RightArrow" => KeyCode::Right,
        "Spacebar" => KeyCode::Char(' '),
        "Tab" if chord.shift => KeyCode::BackTab,
        "Tab" => KeyCode::Tab,
        "UpArrow" => KeyCode::Up,
        other => match (
            other.strip_prefix('F').and_then(|number| number.parse().ok()),
            other.chars().next(),
        ) {
            (Some(number), _) => KeyCode::F(number),
            (None, Some(letter)) => KeyCode::Char(letter.to_ascii_lowercase()),
            (None, None) => return None,
        },
    };
    Some((modifiers, code))
}

fn event(function: &str) -> Option<ReedlineEvent> {
    use EditCommand as E;
    use ReedlineEvent as R;
    let edit = |command: EditCommand| R::Edit(vec![command]);
    let menu = || R::UntilFound(vec![R::Menu(COMPLETION_MENU.to_owned()), R::MenuNext]);
    Some(match function {
        "AcceptLine" => R::Enter,
        "AcceptNextSuggestionWord" => R::HistoryHintWordComplete,
        "AcceptSuggestion" => R::HistoryHintComplete,
        "AddLine" | "InsertLineBelow" => edit(E::InsertNewline),
        "InsertLineAbove" => edit(E::InsertNewlineAbove),
        "BackwardChar" => R::UntilFound(vec![R::MenuLeft, R::Left]),
        "ForwardChar" => R::UntilFound(vec![R::HistoryHintComplete, R::MenuRight, R::Right]),
        "BackwardDeleteChar" => edit(E::Backspace),
        "BackwardDeleteLine" => edit(E::CutFromLineStart),
        "BackwardKillWord" => edit(E::CutWordLeft),
        "BackwardWord" => edit(E::MoveWordLeft { select: false }),
        "BeginningOfLine" => edit(E::MoveToLineStart { select: false }),
        "CancelLine" => R::CtrlC,
        "CapitalizeWord" => edit(E::CapitalizeChar),
        "ClearScreen" => R::ClearScreen,
        "Complete" | "MenuComplete" | "TabCompleteNext" => menu(),
        "TabCompletePrevious" => R::MenuPrevious,
        "Copy" => edit(E::CopySelection),
        "Cut" => edit(E::CutSelection {
            granularity: reedline::Granularity::CharWise,
        }),
        "DeleteChar" => edit(E::Delete),
        "DeleteCharOrExit" => R::CtrlD,
        "DeleteLine" => edit(E::CutCurrentLine),
        "DowncaseWord" => edit(E::LowercaseWord),
        "UpcaseWord" => edit(E::UppercaseWord),
        "EndOfLine" => edit(E::MoveToLineEnd { select: false }),
        "ForwardDeleteLine" => edit(E::ClearToLineEnd),
        "KillLine" => edit(E::KillLine),
        "KillWord" => edit(E::CutWordRight),
        "ForwardWord" => R::UntilFound(vec![
            R::HistoryHintWordComplete,
            edit(E::MoveWordRight { select: false }),
        ]),
        "NextWord" => edit(E::MoveWordRightStart { select: false }),
        "HistorySearchBackward" | "PreviousHistory" => R::UntilFound(vec![R::MenuUp, R::Up]),
        "HistorySearchForward" | "NextHistory" => R::UntilFound(vec![R::MenuDown, R::Down]),
        "Paste" | "Yank" => edit(E::PasteCutBufferBefore),
        "Redo" => edit(E::Redo),
        "Undo" => edit(E::Undo),
        "ReverseSearchHistory" => R::SearchHistory,
        "RevertLine" => R::Multiple(vec![R::Esc, edit(E::Clear)]),
        "SelectAll" => edit(E::SelectAll),
        "ShowCommandHelp" => R::ExecuteHostCommand(HELP_COMMAND.to_owned()),
        "SwapCharacters" => edit(E::SwapGraphemes),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plenum_lang::line_editor::{EditMode, FUNCTIONS};

    #[test]
    fn every_function_does_something() {
        for function in FUNCTIONS {
            assert!(event(function.name).is_some(), "{}", function.name);
        }
    }

    #[test]
    fn every_key_of_every_mode_is_bound() {
        for mode in EditMode::NAMES {
            let options = LineEditor {
                edit_mode: EditMode::named(mode).expect("a mode"),
                ..LineEditor::default()
            };
            let mut keys = Keybindings::empty();
            bind(&mut keys, &options);
            assert_eq!(keys.get_keybindings().len(), options.keys().len(), "{mode}");
        }
    }
}
