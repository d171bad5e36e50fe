//! Colours: one table from what a piece of text is to how it looks. This is the home of nu-ansi-term.
//!
//! `PLENUM_THEME` changes entries (`keyword=green,error=bright-red`); `NO_COLOR` (any non-empty value) and output that
//! is not a terminal switch colours off.

use nu_ansi_term::{Color, Style};

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
    /// Verbose and debug text.
    Detail,
    /// A table's header, a list's property names.
    Header,
    /// A hint after the cursor.
    Hint,
    /// The prompt.
    Prompt,
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
    ("header", Role::Header),
    ("hint", Role::Hint),
    ("prompt", Role::Prompt),
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

fn default_style(role: Role) -> Style {
    match role {
        Role::Command => Color::LightYellow.normal(),
        Role::Parameter => Color::DarkGray.normal(),
        Role::String => Color::Cyan.normal(),
        Role::Number | Role::Member => Color::White.normal(),
        Role::Variable | Role::Prompt | Role::Added => Color::LightGreen.normal(),
        Role::Keyword => Color::Green.normal(),
        Role::Operator | Role::Type => Color::LightGray.normal(),
        Role::Comment => Color::Green.dimmed(),
        Role::Error | Role::Removed => Color::LightRed.normal(),
        Role::Warning | Role::Detail | Role::Changed => Color::LightYellow.normal(),
        Role::Header => Color::Green.bold(),
        Role::Hint => Color::DarkGray.italic(),
        Role::Plain => Style::new(),
    }
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
