//! Tokens as scripts see them: System.Management.Automation.Language.Token of `[Parser]::ParseInput`, and PSToken of
//! `[PSParser]::Tokenize`.
//!
//! The parser marks what it knows a meaning of; brackets, separators and bare words are what stands between the marks.
//! Tokens inside of a string are not given.

use std::sync::Arc;

use super::parser::extent;
use super::{Call, Method};
use crate::ast::{Highlight, Script, Source, Span, TokenClass};
use crate::error::Result;
use crate::lex::{ends_word, is_blank, is_name};
use crate::parse::parse;
use crate::types::resolve;
use crate::value::Value;

/// A piece of the text with what it is.
struct Token {
    span: Span,
    /// The name of its TokenKind.
    kind: String,
    flags: &'static str,
    class: TokenClass,
}

/// A member of an enum of the syntax, by name.
pub fn syntax_enum(name: &str, member: &str) -> Value {
    let of = resolve(&format!("System.Management.Automation.Language.{name}"));
    enum_member(of, member)
}

fn enum_member(of: Option<crate::types::Type>, member: &str) -> Value {
    of.and_then(|of| crate::convert::to(&Value::str(member), &of, &mut super::NoWorld).ok())
        .unwrap_or_else(|| Value::str(member))
}

/// The tokens of a parsed text, the end of it as the last one.
pub fn of_script(script: &Script) -> Value {
    let source = &script.source;
    let mut all = tokens(source, &script.highlights);
    let end = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
    all.push(Token {
        span: Span { start: end, end },
        kind: "EndOfInput".to_owned(),
        flags: "ParseModeInvariant",
        class: TokenClass::Punctuation,
    });
    Value::array(all.iter().map(|token| token.object(source)))
}

fn tokens(source: &Arc<Source>, highlights: &[Highlight]) -> Vec<Token> {
    let text = source.text.as_ref();
    let mut found: Vec<Token> = Vec::new();
    let mut at = 0;
    for highlight in highlights {
        let (start, end) = (highlight.span.start as usize, highlight.span.end as usize);
        let own = text.get(start..end).unwrap_or("");
        let is_whole =
            highlight.class == TokenClass::Command && own.starts_with(['{', '(', '$', '"', '\'', '&']);
        if start < at || own.is_empty() || is_whole || highlight.class == TokenClass::Error {
            continue;
        }
        gap(text, at, start, &mut found);
        if found
            .last()
            .is_some_and(|last| last.kind == "Label" && last.span.end as usize == end)
        {
            at = end;
            continue;
        }
        let mut token = marked(own, *highlight);
        // The colon after a parameter's name is of the name.
        if token.class == TokenClass::Parameter && text[end..].starts_with(':') {
            token.span.end += 1;
        }
        at = token.span.end as usize;
        found.push(token);
    }
    gap(text, at, text.len(), &mut found);
    found
}

/// A piece that the parser marked.
fn marked(text: &str, highlight: Highlight) -> Token {
    let (kind, flags) = match highlight.class {
        TokenClass::Command if text.chars().all(is_name) => ("Identifier".to_owned(), "CommandName"),
        TokenClass::Command => ("Generic".to_owned(), "CommandName"),
        TokenClass::Parameter => ("Parameter".to_owned(), "None"),
        TokenClass::Variable if text.starts_with('@') => ("SplattedVariable".to_owned(), "None"),
        TokenClass::Variable => ("Variable".to_owned(), "None"),
        TokenClass::Number => ("Number".to_owned(), "None"),
        TokenClass::String => (string_kind(text).to_owned(), "ParseModeInvariant"),
        TokenClass::Comment => ("Comment".to_owned(), "ParseModeInvariant"),
        TokenClass::Type => ("Identifier".to_owned(), "TypeName"),
        TokenClass::Member => ("Identifier".to_owned(), "MemberName"),
        TokenClass::Keyword if is_enum_name(text) => (capital(text), "Keyword"),
        TokenClass::Keyword => ("Identifier".to_owned(), "None"),
        TokenClass::Operator => operator(text),
        TokenClass::Argument | TokenClass::Punctuation | TokenClass::Error => ("Generic".to_owned(), "None"),
    };
    Token {
        span: highlight.span,
        kind,
        flags,
        class: highlight.class,
    }
}

fn string_kind(text: &str) -> &'static str {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some('@'), Some('\'')) => "HereStringLiteral",
        (Some('@'), _) => "HereStringExpandable",
        (Some(quote), _) if crate::lex::is_single_quote(quote) => "StringLiteral",
        (Some(quote), _) if crate::lex::is_double_quote(quote) => "StringExpandable",
        _ => "Generic",
    }
}

fn is_enum_name(text: &str) -> bool {
    let of = resolve("System.Management.Automation.Language.TokenKind");
    of.is_some_and(|of| crate::convert::to(&Value::str(text), &of, &mut super::NoWorld).is_ok())
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first
        .into_iter()
        .chain(characters.map(|rest| rest.to_ascii_lowercase()))
        .collect()
}

/// Kind and flags of an operator.
fn operator(text: &str) -> (String, &'static str) {
    let kind = match text {
        "=" => "Equals",
        "+=" => "PlusEquals",
        "-=" => "MinusEquals",
        "*=" => "MultiplyEquals",
        "/=" => "DivideEquals",
        "%=" => "RemainderEquals",
        "??=" => "QuestionQuestionEquals",
        "+" => "Plus",
        "-" => "Minus",
        "*" => "Multiply",
        "/" => "Divide",
        "%" => "Rem",
        "++" => "PlusPlus",
        "--" => "MinusMinus",
        "!" => "Exclaim",
        ".." => "DotDot",
        "." => "Dot",
        "::" => "ColonColon",
        "??" => "QuestionQuestion",
        "?" => "QuestionMark",
        "?." => "QuestionDot",
        "?[" => "QuestionLBracket",
        ":" => "Colon",
        "&" => "Ampersand",
        "|" => "Pipe",
        "&&" => "AndAnd",
        "||" => "OrOr",
        "," => "Comma",
        "<" => "RedirectInStd",
        other => return dash_operator(other),
    };
    let flags = match kind {
        "Plus" | "Minus" => "BinaryPrecedenceAdd, BinaryOperator, UnaryOperator, CanConstantFold",
        "Multiply" | "Divide" | "Rem" => "BinaryPrecedenceMultiply, BinaryOperator, CanConstantFold",
        "DotDot" => "BinaryPrecedenceRange, BinaryOperator, DisallowedInRestrictedMode",
        "QuestionQuestion" => "BinaryPrecedenceCoalesce, BinaryOperator",
        "QuestionMark" => "TernaryOperator, DisallowedInRestrictedMode",
        "PlusPlus" | "MinusMinus" => "UnaryOperator, DisallowedInRestrictedMode, PrefixOrPostfixOperator",
        "Exclaim" => "UnaryOperator, CanConstantFold",
        "Comma" => "UnaryOperator",
        "Dot" | "ColonColon" | "QuestionDot" | "QuestionLBracket" => "DisallowedInRestrictedMode",
        "Pipe" | "Ampersand" | "AndAnd" | "OrOr" => "SpecialOperator, ParseModeInvariant",
        kind if kind.ends_with("Equals") => "AssignmentOperator",
        _ => "None",
    };
    (kind.to_owned(), flags)
}

fn dash_operator(text: &str) -> (String, &'static str) {
    if text.contains('>') {
        return (
            "Redirection".to_owned(),
            "ParseModeInvariant, DisallowedInRestrictedMode",
        );
    }
    let name: String = text.chars().skip(1).collect::<String>().to_lowercase();
    let kind = match name.as_str() {
        "f" => "Format".to_owned(),
        "isnot" => "IsNot".to_owned(),
        "is" | "as" | "not" | "bnot" | "and" | "or" | "xor" | "band" | "bor" | "bxor" | "join" | "shl"
        | "shr" => capital(&name),
        other if is_enum_name(&format!("I{other}")) => capital(&format!("i{other}")),
        other => capital(other),
    };
    let flags = match name.as_str() {
        "f" => "BinaryPrecedenceFormat, BinaryOperator, DisallowedInRestrictedMode",
        "and" | "or" | "xor" => "BinaryPrecedenceLogical, BinaryOperator, CanConstantFold",
        "band" | "bor" | "bxor" => "BinaryPrecedenceBitwise, BinaryOperator, CanConstantFold",
        "not" | "bnot" => "UnaryOperator, CanConstantFold",
        "split" | "isplit" | "csplit" | "join" => {
            "BinaryPrecedenceComparison, BinaryOperator, UnaryOperator, DisallowedInRestrictedMode"
        }
        other if other.starts_with('c') && other != "contains" => {
            "BinaryPrecedenceComparison, BinaryOperator, CaseSensitiveOperator"
        }
        _ => "BinaryPrecedenceComparison, BinaryOperator",
    };
    (kind, flags)
}

/// What stands between two marks: brackets, separators, line ends and bare words.
fn gap(text: &str, start: usize, end: usize, found: &mut Vec<Token>) {
    const PIECES: &[(&str, &str)] = &[
        ("\r\n", "NewLine"),
        ("\n", "NewLine"),
        ("\r", "NewLine"),
        ("`\r\n", "LineContinuation"),
        ("`\n", "LineContinuation"),
        ("@(", "AtParen"),
        ("@{", "AtCurly"),
        ("$(", "DollarParen"),
        ("&&", "AndAnd"),
        ("||", "OrOr"),
        ("::", "ColonColon"),
        ("(", "LParen"),
        (")", "RParen"),
        ("{", "LCurly"),
        ("}", "RCurly"),
        ("[", "LBracket"),
        ("]", "RBracket"),
        (";", "Semi"),
        (",", "Comma"),
        ("|", "Pipe"),
        ("&", "Ampersand"),
        ("=", "Equals"),
    ];
    let mut at = start;
    while at < end {
        let rest = &text[at..end];
        let first = rest.chars().next().unwrap_or(' ');
        let piece = PIECES.iter().find(|(piece, _)| rest.starts_with(piece));
        let (length, kind) = match piece {
            Some((piece, kind)) => (piece.len(), *kind),
            None if is_blank(first) => {
                at += first.len_utf8();
                continue;
            }
            // A label's colon stands before its name, which is marked.
            None if rest == ":" && text[end..].starts_with(is_name) => {
                let name = text[end..]
                    .find(|character| !is_name(character))
                    .unwrap_or(text.len() - end);
                (1 + name, "Label")
            }
            None if rest == "." => (1, "Dot"),
            None => {
                let length = rest[first.len_utf8()..]
                    .find(|character| ends_word(character) || matches!(character, '[' | ']' | '='))
                    .map_or(rest.len(), |length| length + first.len_utf8());
                let word = &rest[..length];
                (
                    length,
                    if word.chars().all(is_name) {
                        "Identifier"
                    } else {
                        "Generic"
                    },
                )
            }
        };
        found.push(Token {
            span: Span {
                start: at as u32,
                end: (at + length) as u32,
            },
            kind: kind.to_owned(),
            flags: match kind {
                "Identifier" | "Generic" | "Label" => "None",
                "Equals" => "AssignmentOperator",
                "Comma" => "UnaryOperator",
                "Pipe" | "Ampersand" | "AndAnd" | "OrOr" => "SpecialOperator, ParseModeInvariant",
                "Dot" | "ColonColon" => "DisallowedInRestrictedMode",
                _ => "ParseModeInvariant",
            },
            class: match kind {
                "Identifier" | "Generic" => TokenClass::Argument,
                _ => TokenClass::Punctuation,
            },
        });
        at += length;
    }
}

impl Token {
    /// The type of the object, and what it has beside every token.
    fn special(&self, text: &str) -> (&'static str, Vec<(&'static str, Value)>) {
        match self.kind.as_str() {
            "Variable" | "SplattedVariable" => {
                let name = text.trim_start_matches(['$', '@']).trim_matches(['{', '}']);
                ("VariableToken", vec![("Name", Value::str(name))])
            }
            "Parameter" => {
                let used_colon = text.ends_with(':');
                let name = text.trim_start_matches(crate::lex::is_dash).trim_end_matches(':');
                let own = vec![
                    ("ParameterName", Value::str(name)),
                    ("UsedColon", Value::Bool(used_colon)),
                ];
                ("ParameterToken", own)
            }
            "Number" => {
                let number = crate::number::parse_literal(text).unwrap_or_default();
                ("NumberToken", vec![("Value", number)])
            }
            "StringLiteral" | "HereStringLiteral" | "Generic" => {
                ("StringLiteralToken", vec![("Value", Value::from(content(text)))])
            }
            "StringExpandable" | "HereStringExpandable" => (
                "StringExpandableToken",
                vec![
                    ("NestedTokens", Value::Null),
                    ("Value", Value::from(content(text))),
                ],
            ),
            "Label" => (
                "LabelToken",
                vec![("LabelText", Value::str(text.trim_start_matches(':')))],
            ),
            "Redirection" if text.contains('&') => ("MergingRedirectionToken", Vec::new()),
            "Redirection" => (
                "FileRedirectionToken",
                vec![("Append", Value::Bool(text.contains(">>")))],
            ),
            _ => ("Token", Vec::new()),
        }
    }

    fn object(&self, source: &Arc<Source>) -> Value {
        const NAMESPACE: &str = "System.Management.Automation.Language";
        let text = source.slice(self.span);
        let (name, own) = self.special(text);
        let names = [
            format!("{NAMESPACE}.{name}"),
            format!("{NAMESPACE}.StringToken"),
            format!("{NAMESPACE}.Token"),
            "System.Object".to_owned(),
        ];
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        if !name.starts_with("String") {
            names.remove(1);
        }
        names.dedup();
        let common = [
            ("Text", Value::str(text)),
            ("TokenFlags", syntax_enum("TokenFlags", self.flags)),
            ("Kind", syntax_enum("TokenKind", &self.kind)),
            ("HasError", Value::Bool(false)),
            ("Extent", extent(source, self.span)),
        ];
        Value::typed(&names, own.into_iter().chain(common))
    }

    /// The name of its PSTokenType.
    fn old_type(&self) -> &'static str {
        match (self.kind.as_str(), self.class) {
            ("NewLine", _) => "NewLine",
            ("LineContinuation", _) => "LineContinuation",
            ("Semi", _) => "StatementSeparator",
            ("LParen" | "LCurly" | "AtParen" | "AtCurly" | "DollarParen", _) => "GroupStart",
            ("RParen" | "RCurly", _) => "GroupEnd",
            ("Label", _) => "LoopLabel",
            (_, TokenClass::Command) => "Command",
            (_, TokenClass::Parameter) => "CommandParameter",
            (_, TokenClass::Argument) => "CommandArgument",
            (_, TokenClass::Number) => "Number",
            (_, TokenClass::String) => "String",
            (_, TokenClass::Variable) => "Variable",
            (_, TokenClass::Member) => "Member",
            (_, TokenClass::Type) => "Type",
            (_, TokenClass::Keyword) => "Keyword",
            (_, TokenClass::Comment) => "Comment",
            (_, TokenClass::Operator | TokenClass::Punctuation) => "Operator",
            (_, TokenClass::Error) => "Unknown",
        }
    }

    fn old_object(&self, source: &Arc<Source>) -> Value {
        let text = source.slice(self.span);
        let shown = match self.old_type() {
            "String" => content(text),
            "Variable" => text
                .trim_start_matches(['$', '@'])
                .trim_matches(['{', '}'])
                .to_owned(),
            _ => text.to_owned(),
        };
        let (start, end) = (
            source.line_column(self.span.start),
            source.line_column(self.span.end),
        );
        let number = |number: u32| Value::Int(number as i32);
        Value::typed(
            &["System.Management.Automation.PSToken", "System.Object"],
            [
                ("Content", Value::from(shown)),
                (
                    "Type",
                    enum_member(
                        resolve("System.Management.Automation.PSTokenType"),
                        self.old_type(),
                    ),
                ),
                ("Start", number(self.span.start)),
                ("Length", number(self.span.end - self.span.start)),
                ("StartLine", number(start.0)),
                ("StartColumn", number(start.1)),
                ("EndLine", number(end.0)),
                ("EndColumn", number(end.1)),
            ],
        )
    }
}

/// What a string's quotes enclose, as written.
fn content(text: &str) -> String {
    let kind = string_kind(text);
    if kind == "Generic" {
        return text.to_owned();
    }
    if kind.starts_with("Here") {
        let inside = text.get(2..text.len().saturating_sub(2)).unwrap_or("");
        let inside = inside.trim_start_matches([' ', '\t']);
        let inside = inside
            .strip_prefix("\r\n")
            .or_else(|| inside.strip_prefix('\n'))
            .unwrap_or(inside);
        let inside = inside.strip_suffix('\n').unwrap_or(inside);
        return inside.strip_suffix('\r').unwrap_or(inside).to_owned();
    }
    let mut characters = text.chars();
    characters.next();
    characters.next_back();
    let quote = if kind == "StringLiteral" { "'" } else { "\"" };
    characters.as_str().replace(&quote.repeat(2), quote)
}

/// The static methods of System.Management.Automation.PSParser.
pub static PS_PARSER: &[Method] = &[Method::new(
    "Tokenize",
    "static System.Collections.ObjectModel.Collection[System.Management.Automation.PSToken] Tokenize(string script, [ref] errors)",
    tokenize,
)];

fn tokenize(call: &mut Call<'_>) -> Result<Value> {
    call.expect(2, 2)?;
    let text = match super::enumerate(call.value(0)?.base()) {
        Some(lines) => lines.iter().map(Value::to_text).collect::<Vec<_>>().join("\n"),
        None => call.text(0)?.to_string(),
    };
    let source = Source::new(None, &text);
    let script = parse(&source);
    let all = tokens(&source, &script.highlights);
    let errors = script.errors.iter().map(|found| {
        let token = Token {
            span: found.span,
            kind: "Unknown".to_owned(),
            flags: "None",
            class: TokenClass::Error,
        };
        Value::typed(
            &["System.Management.Automation.PSParseError", "System.Object"],
            [
                ("Token", token.old_object(&source)),
                ("Message", Value::str(&found.message)),
            ],
        )
    });
    super::numbers::set_reference(call.arguments.get(1), Value::collection(errors.collect()));
    Ok(Value::collection(
        all.iter().map(|token| token.old_object(&source)).collect(),
    ))
}
