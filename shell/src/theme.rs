//! Colours: one table from what a piece of text is to how it looks. This is the home of nu-ansi-term.
//!
//! What the line editor colours has its colours from the session's options (`Set-PSReadLineOption -Colors`).
//! `PLENUM_THEME` changes entries (`keyword=green,error=bright-red`); `NO_COLOR` (any non-empty value) and output that
//! is not a terminal switch colours off.

use nu_ansi_term::{Color, Style};
use plenum_lang::line_editor::{COLORS as COLORS_OF_EDITOR, LineEditor};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A command's name.
    Command,
    /// A parameter.
    Parameter,
    /// A string.
    String,
    /// A number.
    Number,
    /// A variable.
    Variable,
    /// A keyword.
    Keyword,
    /// An operator.
    Operator,
    /// A type literal.
    Type,
    /// A member name.
    Member,
    /// A comment.
    Comment,
    /// An error: message text, or a piece of a line that cannot be parsed.
    Error,
    /// A warning.
    Warning,
    /// Verbose text.
    Detail,
    /// Debug text.
    Debug,
    /// The frame and the position of an error.
    ErrorAccent,
    /// A table's header.
    Header,
    /// The header of a column that is calculated.
    CustomHeader,
    /// A list's property names.
    Accent,
    /// The name of a folder in a listing.
    Folder,
    /// A hint after the cursor.
    Hint,
    /// The prompt.
    Prompt,
    /// What stands before the lines that go on.
    Continuation,
    /// Something added, in a plan.
    Added,
    /// Something changed, in a plan.
    Changed,
    /// Something removed, in a plan.
    Removed,
    /// Everything else.
    Plain,
}

const NAMES: &[(&str, Role)] = &[
    ("command", Role::Command),
    ("parameter", Role::Parameter),
    ("string", Role::String),
    ("number", Role::Number),
    ("variable", Role::Variable),
    ("keyword", Role::Keyword),
    ("operator", Role::Operator),
    ("type", Role::Type),
    ("member", Role::Member),
    ("comment", Role::Comment),
    ("error", Role::Error),
    ("warning", Role::Warning),
    ("detail", Role::Detail),
    ("debug", Role::Debug),
    ("error-accent", Role::ErrorAccent),
    ("header", Role::Header),
    ("custom-header", Role::CustomHeader),
    ("accent", Role::Accent),
    ("folder", Role::Folder),
    ("hint", Role::Hint),
    ("prompt", Role::Prompt),
    ("continuation", Role::Continuation),
    ("plain", Role::Plain),
    ("added", Role::Added),
    ("changed", Role::Changed),
    ("removed", Role::Removed),
];

const COLORS: &[(&str, Color)] = &[
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Purple),
    ("cyan", Color::Cyan),
    ("white", Color::White),
    ("gray", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightPurple),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::LightGray),
];

/// Which colours are used.
#[derive(Clone, Debug, Default)]
pub struct Theme {
    enabled: bool,
    changes: Vec<(Role, Style)>,
}

impl Theme {
    /// The theme of a stream: coloured on a terminal unless `no_color` says otherwise, with the changes of
    /// `PLENUM_THEME`.
    pub fn new(terminal: bool, no_color: Option<&str>, changes: Option<&str>) -> Theme {
        let enabled = terminal && no_color.is_none_or(str::is_empty);
        Theme {
            enabled,
            changes: changes.map(read_changes).unwrap_or_default(),
        }
    }

    /// Whether anything is coloured.
    pub fn enabled(&self) -> bool {
        self.enabled
    }

    /// The same with the colours that a session gave the line editor.
    #[must_use]
    pub fn with_options(&self, options: &LineEditor) -> Theme {
        let changed = NAMES.iter().filter_map(|(_, role)| {
            let name = role.option()?;
            let escape = options.colors.get(&name.to_ascii_lowercase())?;
            Some((*role, style_of(escape)))
        });
        Theme {
            enabled: self.enabled,
            changes: changed.chain(self.changes.iter().copied()).collect(),
        }
    }

    /// The same with something of `$PSStyle` changed; `None` for what nothing shows.
    #[must_use]
    pub fn restyled(&self, name: &str, escapes: &str) -> Option<Theme> {
        let role = match name {
            "formatting.formataccent" => Role::Accent,
            "formatting.tableheader" => Role::Header,
            "formatting.customtableheaderlabel" => Role::CustomHeader,
            "formatting.erroraccent" => Role::ErrorAccent,
            "formatting.error" => Role::Error,
            "formatting.warning" => Role::Warning,
            "formatting.verbose" => Role::Detail,
            "formatting.debug" => Role::Debug,
            "fileinfo.directory" => Role::Folder,
            _ => return None,
        };
        let others = self.changes.iter().filter(|(known, _)| *known != role);
        Some(Theme {
            enabled: self.enabled,
            changes: std::iter::once((role, style_of(escapes)))
                .chain(others.copied())
                .collect(),
        })
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        if !self.enabled {
            return Style::new();
        }
        self.changes
            .iter()
            .find(|(changed, _)| *changed == role)
            .map_or_else(|| default_style(role), |(_, style)| *style)
    }

    /// A text as it looks.
    pub fn paint(&self, role: Role, text: &str) -> String {
        if self.enabled {
            self.style(role).paint(text).to_string()
        } else {
            text.to_owned()
        }
    }
}

impl Role {
    /// What the line editor's options call it.
    fn option(self) -> Option<&'static str> {
        Some(match self {
            Role::Command => "Command",
            Role::Comment => "Comment",
            Role::Continuation => "ContinuationPrompt",
            Role::Error => "Error",
            Role::Hint => "InlinePrediction",
            Role::Keyword => "Keyword",
            Role::Member => "Member",
            Role::Number => "Number",
            Role::Operator => "Operator",
            Role::Parameter => "Parameter",
            Role::String => "String",
            Role::Type => "Type",
            Role::Variable => "Variable",
            Role::Plain => "DefaultToken",
            _ => return None,
        })
    }
}

fn default_style(role: Role) -> Style {
    match role {
        Role::Prompt | Role::Added => Color::LightGreen.normal(),
        Role::Removed => Color::LightRed.normal(),
        Role::Warning | Role::Detail | Role::Debug | Role::Changed => Color::LightYellow.normal(),
        Role::Header | Role::Accent => Color::Green.bold(),
        Role::CustomHeader => Color::Green.bold().italic(),
        Role::ErrorAccent => Color::Cyan.bold(),
        Role::Folder => Style::new().on(Color::Blue).bold(),
        Role::Plain => Style::new(),
        edited => {
            let known = COLORS_OF_EDITOR
                .iter()
                .find(|(name, _)| edited.option() == Some(name));
            known.map(|(_, escape)| style_of(escape)).unwrap_or_default()
        }
    }
}

/// The style of an SGR escape sequence (ECMA-48, 8.3.117, with the 256 and the 16 million colours of ISO 8613-6).
fn style_of(escape: &str) -> Style {
    let mut style = Style::new();
    for sequence in escape.split("\u{1b}[").filter_map(|piece| piece.split_once('m')) {
        let mut numbers = sequence
            .0
            .split(';')
            .map(|number| number.parse::<u8>().unwrap_or(0));
        while let Some(number) = numbers.next() {
            style = match number {
                0 => Style::new(),
                1 => style.bold(),
                2 => style.dimmed(),
                3 => style.italic(),
                4 => style.underline(),
                7 => style.reverse(),
                9 => style.strikethrough(),
                38 => extended(&mut numbers).map_or(style, |color| style.fg(color)),
                48 => extended(&mut numbers).map_or(style, |color| style.on(color)),
                30..=37 | 90..=97 => style.fg(console_color(number)),
                40..=47 | 100..=107 => style.on(console_color(number - 10)),
                _ => style,
            };
        }
    }
    style
}

fn extended(numbers: &mut impl Iterator<Item = u8>) -> Option<Color> {
    match numbers.next()? {
        5 => numbers.next().map(Color::Fixed),
        2 => Some(Color::Rgb(numbers.next()?, numbers.next()?, numbers.next()?)),
        _ => None,
    }
}

/// The colour of an SGR number from 30 to 37 or from 90 to 97.
fn console_color(number: u8) -> Color {
    let at = match number {
        90..=97 => usize::from(number - 90) + 8,
        _ => usize::from(number.saturating_sub(30)),
    };
    COLORS.get(at).map_or(Color::Default, |(_, color)| *color)
}

/// Reads `role=colour` pairs; what it does not know is left as it is, since a theme must never stop a shell.
fn read_changes(text: &str) -> Vec<(Role, Style)> {
    let find = |pair: &str| {
        let (name, color) = pair.split_once('=')?;
        let role = NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name.trim()))?
            .1;
        let color = COLORS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(color.trim()))?
            .1;
        Some((role, color.normal()))
    };
    text.split(',').filter_map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_wins_over_a_terminal() {
        assert_eq!(Theme::new(true, Some("1"), None).paint(Role::Error, "x"), "x");
        assert_ne!(Theme::new(true, Some(""), None).paint(Role::Error, "x"), "x");
        assert_eq!(Theme::new(false, None, None).paint(Role::Error, "x"), "x");
    }

    #[test]
    fn escape_sequences_are_styles() {
        assert_eq!(style_of("\u{1b}[93m"), Color::LightYellow.normal());
        assert_eq!(style_of("\u{1b}[38;2;1;2;3;1m"), Color::Rgb(1, 2, 3).bold());
        assert_eq!(style_of("\u{1b}[38;5;238m"), Color::Fixed(238).normal());
        assert_eq!(style_of("no escape"), Style::new());
    }

    #[test]
    fn a_sessions_colours_win_over_the_themes() {
        let theme = Theme::new(true, None, Some("command=blue"));
        let mut options = LineEditor::default();
        assert_eq!(
            theme.with_options(&options).style(Role::Command),
            Color::Blue.normal()
        );
        options
            .colors
            .insert("command".to_owned(), "\u{1b}[31m".to_owned());
        assert_eq!(
            theme.with_options(&options).style(Role::Command),
            Color::Red.normal()
        );
    }

    #[test]
    fn a_theme_changes_single_roles() {
        let theme = Theme::new(
            true,
            None,
            Some("error=blue, nonsense=red,keyword=no-such-colour"),
        );
        assert_eq!(theme.paint(Role::Error, "x"), Color::Blue.paint("x").to_string());
        assert_eq!(theme.style(Role::Keyword), default_style(Role::Keyword));
    }
}
