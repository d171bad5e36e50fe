//! What Set-PSReadLineOption and Set-PSReadLineKeyHandler say: the session keeps it, and the prompt looks at it before each
//! line. The tables name what there is in PSReadLine's words; what an editor makes of them is the editor's.

use std::collections::BTreeMap;

use crate::members::edited_line::EditedLine;
use crate::value::Value;

/// Which keys do what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EditMode {
    /// As in Windows' console.
    Windows,
    /// As in bash.
    #[default]
    Emacs,
    /// Modal, as in vi.
    Vi,
}

impl EditMode {
    /// All of them, by the names that people write.
    pub const NAMES: &[&str] = &["Windows", "Emacs", "Vi"];

    /// The mode of a name.
    pub fn named(name: &str) -> Option<EditMode> {
        match name.to_ascii_lowercase().as_str() {
            "windows" => Some(EditMode::Windows),
            "emacs" => Some(EditMode::Emacs),
            "vi" => Some(EditMode::Vi),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            EditMode::Windows => "Windows",
            EditMode::Emacs => "Emacs",
            EditMode::Vi => "Vi",
        }
    }
}

/// A key that somebody bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHandler {
    /// e.g. `Ctrl+k`.
    pub chord: Chord,
    /// One of [`FUNCTIONS`]; `None` takes away what the key did.
    pub function: Option<&'static str>,
    /// A script block that it runs instead, with what it is called and what it does.
    pub script: Option<KeyScript>,
}

/// What a key runs.
#[derive(Clone)]
pub struct KeyScript {
    /// The script block; it gets the key and an argument.
    pub block: Value,
    /// `BriefDescription`.
    pub brief: String,
    /// `Description`.
    pub description: String,
}

impl PartialEq for KeyScript {
    fn eq(&self, other: &KeyScript) -> bool {
        self.block.same_value(&other.block)
            && self.brief == other.brief
            && self.description == other.description
    }
}

impl Eq for KeyScript {}

impl std::fmt::Debug for KeyScript {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("KeyScript")
            .field("brief", &self.brief)
            .finish_non_exhaustive()
    }
}

/// The options of the line editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineEditor {
    /// `EditMode`.
    pub edit_mode: EditMode,
    /// `Colors` that were changed: PSReadLine's names in lower case, and SGR escape sequences.
    pub colors: BTreeMap<String, String>,
    /// `ContinuationPrompt`.
    pub continuation_prompt: String,
    /// `PredictionSource` is History: the newest line that begins so stands behind the cursor.
    pub predicts: bool,
    /// `ShowToolTips`: the menu says what each proposal is.
    pub tool_tips: bool,
    /// `ViModeIndicator`: None, Prompt or Cursor.
    pub vi_indicator: &'static str,
    /// `HistorySaveStyle` is not SaveNothing.
    pub saves_history: bool,
    /// `HistorySavePath`, when it was changed.
    pub history_path: Option<String>,
    /// `MaximumHistoryCount`.
    pub history_count: usize,
    /// Keys, the newest last.
    pub handlers: Vec<KeyHandler>,
    /// The line that is being typed, while a key runs a script block.
    pub edited: Option<EditedLine>,
}

impl Default for LineEditor {
    fn default() -> Self {
        LineEditor {
            edit_mode: EditMode::default(),
            colors: BTreeMap::new(),
            continuation_prompt: ">> ".to_owned(),
            predicts: true,
            tool_tips: true,
            vi_indicator: "Prompt",
            saves_history: true,
            history_path: None,
            history_count: 4096,
            handlers: Vec::new(),
            edited: None,
        }
    }
}

impl LineEditor {
    /// The keys that are bound now: those of the mode, changed by those that were set.
    pub fn keys(&self) -> Vec<(Chord, &'static Function)> {
        let mut keys: Vec<(Chord, &'static Function)> = KEYS
            .iter()
            .filter(|(mode, ..)| *mode == self.edit_mode)
            .filter_map(|(_, chord, function)| Some((Chord::parse(chord)?, Function::named(function)?)))
            .collect();
        for handler in &self.handlers {
            keys.retain(|(chord, _)| *chord != handler.chord);
            if let Some(function) = handler.function.and_then(Function::named) {
                keys.push((handler.chord.clone(), function));
            }
        }
        keys
    }

    /// The escape sequence of a colour, by PSReadLine's name.
    pub fn color(&self, name: &str) -> Option<&str> {
        let changed = self.colors.get(&name.to_ascii_lowercase()).map(String::as_str);
        changed.or_else(|| {
            let known = COLORS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            known.map(|(_, escape)| *escape)
        })
    }
}

/// The colours of a fresh session.
pub const COLORS: &[(&str, &str)] = &[
    ("Command", "\u{1b}[93m"),
    ("Comment", "\u{1b}[32m"),
    ("ContinuationPrompt", "\u{1b}[37m"),
    ("DefaultToken", "\u{1b}[37m"),
    ("Error", "\u{1b}[91m"),
    ("InlinePrediction", "\u{1b}[97;2;3m"),
    ("Keyword", "\u{1b}[92m"),
    ("Member", "\u{1b}[37m"),
    ("Number", "\u{1b}[97m"),
    ("Operator", "\u{1b}[90m"),
    ("Parameter", "\u{1b}[90m"),
    ("String", "\u{1b}[36m"),
    ("Type", "\u{1b}[37m"),
    ("Variable", "\u{1b}[92m"),
];

/// The sixteen colours of a console with the numbers of their escape sequences.
pub const CONSOLE_COLORS: &[(&str, u8)] = &[
    ("Black", 30),
    ("DarkRed", 31),
    ("DarkGreen", 32),
    ("DarkYellow", 33),
    ("DarkBlue", 34),
    ("DarkMagenta", 35),
    ("DarkCyan", 36),
    ("Gray", 37),
    ("DarkGray", 90),
    ("Red", 91),
    ("Green", 92),
    ("Yellow", 93),
    ("Blue", 94),
    ("Magenta", 95),
    ("Cyan", 96),
    ("White", 97),
];

/// The escape sequence of a colour as people write it: a console colour's name, `#RRGGBB`, or the sequence itself.
pub fn escape_of(color: &str) -> Option<String> {
    if color.starts_with('\u{1b}') {
        return Some(color.to_owned());
    }
    if let Some(digits) = color.strip_prefix('#').or_else(|| color.strip_prefix("0x")) {
        let number = u32::from_str_radix(digits, 16)
            .ok()
            .filter(|_| digits.len() == 6)?;
        let [_, red, green, blue] = number.to_be_bytes();
        return Some(format!("\u{1b}[38;2;{red};{green};{blue}m"));
    }
    let known = CONSOLE_COLORS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(color))?;
    Some(format!("\u{1b}[{}m", known.1))
}

/// A key with what is held down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chord {
    /// `Ctrl`.
    pub control: bool,
    /// `Alt`.
    pub alt: bool,
    /// `Shift`.
    pub shift: bool,
    /// A letter as it is typed, or one of [`KEY_NAMES`].
    pub key: String,
}

/// Keys that have names.
pub const KEY_NAMES: &[&str] = &[
    "Backspace",
    "Delete",
    "DownArrow",
    "End",
    "Enter",
    "Escape",
    "F1",
    "F2",
    "F3",
    "F4",
    "F5",
    "F6",
    "F7",
    "F8",
    "F9",
    "F10",
    "F11",
    "F12",
    "Home",
    "Insert",
    "LeftArrow",
    "PageDown",
    "PageUp",
    "RightArrow",
    "Spacebar",
    "Tab",
    "UpArrow",
];

impl Chord {
    /// Reads `Ctrl+Shift+k`, `Alt+Enter`, `F8`, `x`. Two chords in a row (`Ctrl+x,Ctrl+e`) are not read.
    pub fn parse(text: &str) -> Option<Chord> {
        let mut chord = Chord {
            control: false,
            alt: false,
            shift: false,
            key: String::new(),
        };
        let mut rest = text.trim();
        while let Some((held, more)) = rest
            .split_once('+')
            .filter(|(held, more)| !held.is_empty() && !more.is_empty())
        {
            match held.to_ascii_lowercase().as_str() {
                "ctrl" | "control" => chord.control = true,
                "alt" | "meta" => chord.alt = true,
                "shift" => chord.shift = true,
                _ => return None,
            }
            rest = more;
        }
        let other = match rest.to_ascii_lowercase().as_str() {
            "esc" => "Escape",
            "return" => "Enter",
            "space" | " " => "Spacebar",
            "del" => "Delete",
            "up" => "UpArrow",
            "down" => "DownArrow",
            "left" => "LeftArrow",
            "right" => "RightArrow",
            _ => rest,
        };
        let named = KEY_NAMES.iter().find(|name| name.eq_ignore_ascii_case(other));
        chord.key = match named {
            Some(name) => (*name).to_owned(),
            None if other.chars().count() == 1 => other.to_owned(),
            None => return None,
        };
        Some(chord)
    }
}

impl std::fmt::Display for Chord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (held, name) in [
            (self.control, "Ctrl+"),
            (self.alt, "Alt+"),
            (self.shift, "Shift+"),
        ] {
            if held {
                f.write_str(name)?;
            }
        }
        f.write_str(&self.key)
    }
}

/// What a key can do.
#[derive(Debug)]
pub struct Function {
    /// PSReadLine's name.
    pub name: &'static str,
    /// What it does.
    pub description: &'static str,
}

impl Function {
    /// The function of a name.
    pub fn named(name: &str) -> Option<&'static Function> {
        FUNCTIONS
            .iter()
            .find(|function| function.name.eq_ignore_ascii_case(name))
    }
}

const fn function(name: &'static str, description: &'static str) -> Function {
    Function { name, description }
}

/// All that keys can do.
pub const FUNCTIONS: &[Function] = &[
    function(
        "AcceptLine",
        "Runs the line, or goes on to another when it is not complete.",
    ),
    function(
        "AcceptNextSuggestionWord",
        "Takes the next word of the suggestion.",
    ),
    function("AcceptSuggestion", "Takes the suggestion behind the cursor."),
    function("AddLine", "Begins another line without running the text."),
    function("BackwardChar", "Goes one character to the left."),
    function("BackwardDeleteChar", "Deletes the character before the cursor."),
    function(
        "BackwardDeleteLine",
        "Deletes from the beginning of the line to the cursor.",
    ),
    function("BackwardKillWord", "Cuts the word before the cursor."),
    function("BackwardWord", "Goes one word to the left."),
    function("BeginningOfLine", "Goes to the beginning of the line."),
    function("CancelLine", "Gives the line up and begins another."),
    function("CapitalizeWord", "Makes the letter at the cursor a capital."),
    function("ClearScreen", "Clears the screen."),
    function("Complete", "Completes what stands before the cursor."),
    function("Copy", "Copies the selection."),
    function("Cut", "Cuts the selection."),
    function("DeleteChar", "Deletes the character at the cursor."),
    function(
        "DeleteCharOrExit",
        "Deletes the character at the cursor; ends the shell on an empty line.",
    ),
    function("DeleteLine", "Deletes the line."),
    function("DowncaseWord", "Makes the word at the cursor small."),
    function("EndOfLine", "Goes to the end of the line."),
    function("ForwardChar", "Goes one character to the right."),
    function(
        "ForwardDeleteLine",
        "Deletes from the cursor to the end of the line.",
    ),
    function("ForwardWord", "Goes to the end of the word."),
    function(
        "HistorySearchBackward",
        "Finds the line before this one that begins as typed.",
    ),
    function(
        "HistorySearchForward",
        "Finds the line after this one that begins as typed.",
    ),
    function("InsertLineAbove", "Begins another line above."),
    function("InsertLineBelow", "Begins another line below."),
    function("KillLine", "Cuts from the cursor to the end of the line."),
    function("KillWord", "Cuts the word at the cursor."),
    function("MenuComplete", "Shows a menu of what can stand here."),
    function("NextHistory", "Shows the next line of the history."),
    function("NextWord", "Goes to the beginning of the next word."),
    function("Paste", "Inserts what was cut or copied."),
    function("PreviousHistory", "Shows the line before of the history."),
    function("Redo", "Undoes an Undo."),
    function("ReverseSearchHistory", "Searches the history as you type."),
    function("RevertLine", "Empties the line."),
    function("SelectAll", "Selects the whole text."),
    function(
        "ShowCommandHelp",
        "Shows the manual's page of the command at the cursor.",
    ),
    function("SwapCharacters", "Swaps the characters around the cursor."),
    function(
        "TabCompleteNext",
        "Completes with the next of what can stand here.",
    ),
    function("TabCompletePrevious", "Completes with the one before."),
    function("Undo", "Undoes the last change."),
    function("UpcaseWord", "Makes the word at the cursor capitals."),
    function("Yank", "Inserts what was cut last."),
];

/// The keys of the modes.
const KEYS: &[(EditMode, &str, &str)] = {
    use EditMode::{Emacs, Vi, Windows};
    &[
        (Windows, "Enter", "AcceptLine"),
        (Windows, "Shift+Enter", "AddLine"),
        (Windows, "Alt+Enter", "AddLine"),
        (Windows, "Tab", "TabCompleteNext"),
        (Windows, "Shift+Tab", "TabCompletePrevious"),
        (Windows, "Ctrl+Spacebar", "MenuComplete"),
        (Windows, "Escape", "RevertLine"),
        (Windows, "F1", "ShowCommandHelp"),
        (Windows, "F8", "HistorySearchBackward"),
        (Windows, "Shift+F8", "HistorySearchForward"),
        (Windows, "Ctrl+a", "SelectAll"),
        (Windows, "Ctrl+l", "ClearScreen"),
        (Windows, "Ctrl+r", "ReverseSearchHistory"),
        (Windows, "Ctrl+v", "Paste"),
        (Windows, "Ctrl+x", "Cut"),
        (Windows, "Ctrl+y", "Redo"),
        (Windows, "Ctrl+z", "Undo"),
        (Windows, "Ctrl+w", "BackwardKillWord"),
        (Windows, "Ctrl+Backspace", "BackwardKillWord"),
        (Windows, "Ctrl+Delete", "KillWord"),
        (Windows, "Ctrl+Home", "BackwardDeleteLine"),
        (Windows, "Ctrl+End", "ForwardDeleteLine"),
        (Windows, "Ctrl+LeftArrow", "BackwardWord"),
        (Windows, "Ctrl+RightArrow", "NextWord"),
        (Windows, "Alt+d", "KillWord"),
        (Emacs, "Enter", "AcceptLine"),
        (Emacs, "Shift+Enter", "AddLine"),
        (Emacs, "Alt+Enter", "AddLine"),
        (Emacs, "Tab", "Complete"),
        (Emacs, "Shift+Tab", "TabCompletePrevious"),
        (Emacs, "Ctrl+Spacebar", "MenuComplete"),
        (Emacs, "F1", "ShowCommandHelp"),
        (Emacs, "F8", "HistorySearchBackward"),
        (Emacs, "Shift+F8", "HistorySearchForward"),
        (Emacs, "Ctrl+a", "BeginningOfLine"),
        (Emacs, "Ctrl+b", "BackwardChar"),
        (Emacs, "Ctrl+d", "DeleteCharOrExit"),
        (Emacs, "Ctrl+e", "EndOfLine"),
        (Emacs, "Ctrl+f", "ForwardChar"),
        (Emacs, "Ctrl+k", "KillLine"),
        (Emacs, "Ctrl+l", "ClearScreen"),
        (Emacs, "Ctrl+n", "NextHistory"),
        (Emacs, "Ctrl+p", "PreviousHistory"),
        (Emacs, "Ctrl+r", "ReverseSearchHistory"),
        (Emacs, "Ctrl+t", "SwapCharacters"),
        (Emacs, "Ctrl+u", "BackwardDeleteLine"),
        (Emacs, "Ctrl+w", "BackwardKillWord"),
        (Emacs, "Ctrl+y", "Yank"),
        (Emacs, "Alt+b", "BackwardWord"),
        (Emacs, "Alt+c", "CapitalizeWord"),
        (Emacs, "Alt+d", "KillWord"),
        (Emacs, "Alt+f", "ForwardWord"),
        (Emacs, "Alt+l", "DowncaseWord"),
        (Emacs, "Alt+u", "UpcaseWord"),
        (Vi, "Enter", "AcceptLine"),
        (Vi, "Shift+Enter", "AddLine"),
        (Vi, "Alt+Enter", "AddLine"),
        (Vi, "Tab", "Complete"),
        (Vi, "Shift+Tab", "TabCompletePrevious"),
        (Vi, "Ctrl+Spacebar", "MenuComplete"),
        (Vi, "F1", "ShowCommandHelp"),
        (Vi, "Ctrl+d", "DeleteCharOrExit"),
        (Vi, "Ctrl+l", "ClearScreen"),
        (Vi, "Ctrl+r", "ReverseSearchHistory"),
        (Vi, "Ctrl+w", "BackwardKillWord"),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_mode_has_a_function() {
        for (_, chord, function) in KEYS {
            assert!(Chord::parse(chord).is_some(), "{chord}");
            assert!(Function::named(function).is_some(), "{function}");
        }
    }

    #[test]
    fn chords_are_read_as_people_write_them() {
        for (written, read) in [
            ("ctrl+K", Some("Ctrl+K")),
            ("Control+Alt+x", Some("Ctrl+Alt+x")),
            ("esc", Some("Escape")),
            ("Ctrl++", Some("Ctrl++")),
            ("Ctrl+Space", Some("Ctrl+Spacebar")),
            ("Hyper+x", None),
            ("F77", None),
        ] {
            assert_eq!(
                Chord::parse(written).map(|chord| chord.to_string()).as_deref(),
                read,
                "{written}"
            );
        }
    }

    #[test]
    fn a_key_that_was_set_takes_the_place_of_the_modes() {
        let mut editor = LineEditor::default();
        let chord = Chord::parse("Ctrl+k").expect("a chord");
        let does = |editor: &LineEditor| {
            editor
                .keys()
                .into_iter()
                .find(|(own, _)| *own == chord)
                .map(|(_, function)| function.name)
        };
        assert_eq!(does(&editor), Some("KillLine"));
        editor.handlers.push(KeyHandler {
            chord: chord.clone(),
            function: Some("Undo"),
            script: None,
        });
        assert_eq!(does(&editor), Some("Undo"));
        editor.handlers.push(KeyHandler {
            chord: chord.clone(),
            function: None,
            script: None,
        });
        assert_eq!(does(&editor), None);
    }

    #[test]
    fn colours_are_names_numbers_or_sequences() {
        assert_eq!(escape_of("darkgreen").as_deref(), Some("\u{1b}[32m"));
        assert_eq!(escape_of("#ff8000").as_deref(), Some("\u{1b}[38;2;255;128;0m"));
        assert_eq!(escape_of("\u{1b}[4m").as_deref(), Some("\u{1b}[4m"));
        assert_eq!(escape_of("mauve"), None);
    }
}
