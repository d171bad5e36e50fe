//! The operators of expressions.

/// Whether a comparison of texts looks at case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `-eq`, `-ieq`.
    Ignore,
    /// `-ceq`.
    Respect,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Format,
    Range,
    Equal(Case),
    NotEqual(Case),
    Greater(Case),
    GreaterOrEqual(Case),
    Less(Case),
    LessOrEqual(Case),
    Like(Case),
    NotLike(Case),
    Match(Case),
    NotMatch(Case),
    Replace(Case),
    Split(Case),
    Contains(Case),
    NotContains(Case),
    In(Case),
    NotIn(Case),
    Join,
    Is,
    IsNot,
    As,
    ShiftLeft,
    ShiftRight,
    BitAnd,
    BitOr,
    BitXor,
    And,
    Or,
    Xor,
    Coalesce,
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum UnaryOperator {
    Plus,
    Minus,
    Not,
    BitNot,
    Split(Case),
    Join,
}
