//! Operators of expressions: what stands at a place, how tightly it binds.

use super::{Lexer, is_dash};
use crate::ast::{AssignOperator, BinaryOperator, Case, UnaryOperator};

/// How tightly a binary operator binds; the comma and casts bind tighter than all of these.
pub fn precedence(operator: BinaryOperator) -> u8 {
    use BinaryOperator as B;
    match operator {
        B::And | B::Or | B::Xor => 1,
        B::BitAnd | B::BitOr | B::BitXor => 2,
        B::Coalesce => 4,
        B::Add | B::Subtract => 5,
        B::Multiply | B::Divide | B::Remainder => 6,
        B::Format => 7,
        B::Range => 8,
        _ => 3,
    }
}

/// An assignment operator and its length in bytes.
pub type Assignment = (AssignOperator, usize);

/// The assignment operator that a text begins with.
pub fn assignment(text: &str) -> Option<Assignment> {
    use BinaryOperator as B;
    let mut characters = text.chars();
    let first = characters.next()?;
    let length = first.len_utf8() + 1;
    if text.starts_with("??=") {
        return Some((AssignOperator::Coalesce, 3));
    }
    if first == '=' {
        return Some((AssignOperator::Set, 1));
    }
    if characters.next() != Some('=') {
        return None;
    }
    let operator = match first {
        '+' => B::Add,
        '*' => B::Multiply,
        '/' => B::Divide,
        '%' => B::Remainder,
        dash if is_dash(dash) => B::Subtract,
        _ => return None,
    };
    Some((AssignOperator::Compute(operator), length))
}

impl Lexer<'_> {
    /// The binary operator here and its length, in an expression.
    pub fn operator(&self) -> Option<(BinaryOperator, usize)> {
        use BinaryOperator as B;
        let character = self.peek();
        let rest = self.text().get(self.at..).unwrap_or("");
        let next = rest.chars().nth(1).unwrap_or('\0');
        let found = match character {
            '+' if next != '=' && next != '+' => (B::Add, 1),
            '*' if next != '=' => (B::Multiply, 1),
            '/' if next != '=' => (B::Divide, 1),
            '%' if next != '=' => (B::Remainder, 1),
            '.' if next == '.' => (B::Range, 2),
            '?' if next == '?' && !rest.starts_with("??=") => (B::Coalesce, 2),
            dash if is_dash(dash) => return self.dash_operator(),
            _ => return None,
        };
        Some(found)
    }

    fn dash_operator(&self) -> Option<(BinaryOperator, usize)> {
        let dash = self.peek().len_utf8();
        let rest = self.text().get(self.at + dash..).unwrap_or("");
        let word = word_of(rest);
        if word.is_empty() {
            let next = rest.chars().next().unwrap_or('\0');
            return (next != '=' && !is_dash(next)).then_some((BinaryOperator::Subtract, dash));
        }
        binary_word(&word.to_ascii_lowercase())
            .map(|operator| (operator, dash + word.len()))
            .or({
                // `5-a` is a subtraction that lacks its operand, `$a -foo` an unknown operator: both are errors.
                None
            })
    }

    /// The unary operator that is written with a dash and a word here (`-not`, `-join` …), and its length.
    pub fn unary_word(&self) -> Option<(UnaryOperator, usize)> {
        if !is_dash(self.peek()) {
            return None;
        }
        let dash = self.peek().len_utf8();
        let word = word_of(self.text().get(self.at + dash..).unwrap_or(""));
        let operator = match word.to_ascii_lowercase().as_str() {
            "not" => UnaryOperator::Not,
            "bnot" => UnaryOperator::BitNot,
            "split" | "isplit" => UnaryOperator::Split(Case::Ignore),
            "csplit" => UnaryOperator::Split(Case::Respect),
            "join" => UnaryOperator::Join,
            _ => return None,
        };
        Some((operator, dash + word.len()))
    }
}

fn word_of(rest: &str) -> &str {
    if !rest.starts_with(|character: char| character.is_ascii_alphabetic()) {
        return "";
    }
    let end = rest
        .find(|character: char| !character.is_ascii_alphabetic())
        .unwrap_or(rest.len());
    // A word that goes on with other letters of a name is no operator.
    if rest[end..].starts_with(|character: char| {
        character == '_' || (character.is_alphabetic() && !character.is_ascii())
    }) {
        return "";
    }
    &rest[..end]
}

/// The names of all dash operators, for completion.
pub const DASH_OPERATORS: &[&str] = &[
    "and",
    "as",
    "band",
    "bnot",
    "bor",
    "bxor",
    "ccontains",
    "ceq",
    "cge",
    "cgt",
    "cin",
    "cle",
    "clike",
    "clt",
    "cmatch",
    "cne",
    "cnotcontains",
    "cnotin",
    "cnotlike",
    "cnotmatch",
    "contains",
    "creplace",
    "csplit",
    "eq",
    "f",
    "ge",
    "gt",
    "icontains",
    "ieq",
    "ige",
    "igt",
    "iin",
    "ile",
    "ilike",
    "ilt",
    "imatch",
    "in",
    "ine",
    "inotcontains",
    "inotin",
    "inotlike",
    "inotmatch",
    "ireplace",
    "is",
    "isnot",
    "isplit",
    "join",
    "le",
    "like",
    "lt",
    "match",
    "ne",
    "not",
    "notcontains",
    "notin",
    "notlike",
    "notmatch",
    "or",
    "replace",
    "shl",
    "shr",
    "split",
    "xor",
];

fn binary_word(word: &str) -> Option<BinaryOperator> {
    use BinaryOperator as B;
    let plain = match word {
        "f" => B::Format,
        "join" => B::Join,
        "is" => B::Is,
        "isnot" => B::IsNot,
        "as" => B::As,
        "and" => B::And,
        "or" => B::Or,
        "xor" => B::Xor,
        "band" => B::BitAnd,
        "bor" => B::BitOr,
        "bxor" => B::BitXor,
        "shl" => B::ShiftLeft,
        "shr" => B::ShiftRight,
        _ => {
            return comparison(word, Case::Ignore).or_else(|| {
                let case = if word.starts_with('c') {
                    Case::Respect
                } else {
                    Case::Ignore
                };
                word.strip_prefix(['c', 'i'])
                    .and_then(|rest| comparison(rest, case))
            });
        }
    };
    Some(plain)
}

fn comparison(word: &str, case: Case) -> Option<BinaryOperator> {
    use BinaryOperator as B;
    Some(match word {
        "eq" => B::Equal(case),
        "ne" => B::NotEqual(case),
        "gt" => B::Greater(case),
        "ge" => B::GreaterOrEqual(case),
        "lt" => B::Less(case),
        "le" => B::LessOrEqual(case),
        "like" => B::Like(case),
        "notlike" => B::NotLike(case),
        "match" => B::Match(case),
        "notmatch" => B::NotMatch(case),
        "replace" => B::Replace(case),
        "split" => B::Split(case),
        "contains" => B::Contains(case),
        "notcontains" => B::NotContains(case),
        "in" => B::In(case),
        "notin" => B::NotIn(case),
        _ => return None,
    })
}
