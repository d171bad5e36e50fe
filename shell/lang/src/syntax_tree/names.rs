//! The names of nodes' kinds and of operators' tokens.

use crate::ast::{AssignOperator, BinaryOperator, Case, ExprKind, Quote, StatementKind, UnaryOperator};

/// A value of StringConstantType.
pub(super) fn string_kind(quote: Quote) -> &'static str {
    match quote {
        Quote::Bare => "BareWord",
        Quote::Single => "SingleQuoted",
        Quote::Double => "DoubleQuoted",
        Quote::HereSingle => "SingleQuotedHereString",
        Quote::HereDouble => "DoubleQuotedHereString",
    }
}

/// A statement's kind of node.
pub(super) fn statement_kind(kind: &StatementKind) -> &'static str {
    match kind {
        StatementKind::Pipeline(_) => "PipelineAst",
        StatementKind::Chain(_) => "PipelineChainAst",
        StatementKind::Assign(_) => "AssignmentStatementAst",
        StatementKind::If(..) => "IfStatementAst",
        StatementKind::Loop(code) => match (code.body_first, code.until) {
            (true, true) => "DoUntilStatementAst",
            (true, false) => "DoWhileStatementAst",
            (false, _) => "WhileStatementAst",
        },
        StatementKind::For(_) => "ForStatementAst",
        StatementKind::ForEach(_) => "ForEachStatementAst",
        StatementKind::Switch(_) => "SwitchStatementAst",
        StatementKind::Try(_) => "TryStatementAst",
        StatementKind::Function(_) => "FunctionDefinitionAst",
        StatementKind::Class(_) | StatementKind::Enum(_) => "TypeDefinitionAst",
        StatementKind::Data(..) => "DataStatementAst",
        StatementKind::Return(_) => "ReturnStatementAst",
        StatementKind::Throw(_) => "ThrowStatementAst",
        StatementKind::Exit(_) => "ExitStatementAst",
        StatementKind::Break(_) => "BreakStatementAst",
        StatementKind::Continue(_) => "ContinueStatementAst",
        StatementKind::Block(_) => "BlockStatementAst",
        StatementKind::Error => "ErrorStatementAst",
    }
}

/// An expression's kind of node.
pub(super) fn expr_kind(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Number(_) => "ConstantExpressionAst",
        ExprKind::String(..) => "StringConstantExpressionAst",
        ExprKind::Expandable(..) => "ExpandableStringExpressionAst",
        ExprKind::Variable(..) => "VariableExpressionAst",
        ExprKind::Type(_) => "TypeExpressionAst",
        ExprKind::Member(_) => "MemberExpressionAst",
        ExprKind::Call(..) => "InvokeMemberExpressionAst",
        ExprKind::Index(_) => "IndexExpressionAst",
        ExprKind::Unary(..) | ExprKind::Step(_) => "UnaryExpressionAst",
        ExprKind::Binary(_) => "BinaryExpressionAst",
        ExprKind::Ternary(_) => "TernaryExpressionAst",
        ExprKind::Cast(..) => "ConvertExpressionAst",
        ExprKind::Attributed(..) => "AttributedExpressionAst",
        ExprKind::List(_) => "ArrayLiteralAst",
        ExprKind::Array(_) => "ArrayExpressionAst",
        ExprKind::Sub(_) => "SubExpressionAst",
        ExprKind::Paren(_) => "ParenExpressionAst",
        ExprKind::Hashtable(_) => "HashtableAst",
        ExprKind::Block(_) => "ScriptBlockExpressionAst",
        ExprKind::Error => "ErrorExpressionAst",
    }
}

/// The name of a unary operator's token.
pub(super) fn unary_operator(operator: UnaryOperator) -> &'static str {
    match operator {
        UnaryOperator::Plus => "Plus",
        UnaryOperator::Minus => "Minus",
        UnaryOperator::Not => "Not",
        UnaryOperator::BitNot => "Bnot",
        UnaryOperator::Split(Case::Ignore) => "Isplit",
        UnaryOperator::Split(Case::Respect) => "Csplit",
        UnaryOperator::Join => "Join",
    }
}

/// The name of an assignment's token.
pub(super) fn assign_operator(operator: AssignOperator) -> &'static str {
    match operator {
        AssignOperator::Set => "Equals",
        AssignOperator::Compute(BinaryOperator::Add) => "PlusEquals",
        AssignOperator::Compute(BinaryOperator::Subtract) => "MinusEquals",
        AssignOperator::Compute(BinaryOperator::Multiply) => "MultiplyEquals",
        AssignOperator::Compute(BinaryOperator::Divide) => "DivideEquals",
        AssignOperator::Compute(_) => "RemainderEquals",
        AssignOperator::Coalesce => "QuestionQuestionEquals",
    }
}

/// The name of the operator's token: `Ieq`, `Cnotlike`, `Plus` …
pub(super) fn binary_operator(operator: BinaryOperator) -> String {
    use BinaryOperator as Op;
    let (stem, case) = match operator {
        Op::Equal(case) => ("eq", case),
        Op::NotEqual(case) => ("ne", case),
        Op::Greater(case) => ("gt", case),
        Op::GreaterOrEqual(case) => ("ge", case),
        Op::Less(case) => ("lt", case),
        Op::LessOrEqual(case) => ("le", case),
        Op::Like(case) => ("like", case),
        Op::NotLike(case) => ("notlike", case),
        Op::Match(case) => ("match", case),
        Op::NotMatch(case) => ("notmatch", case),
        Op::Replace(case) => ("replace", case),
        Op::Split(case) => ("split", case),
        Op::Contains(case) => ("contains", case),
        Op::NotContains(case) => ("notcontains", case),
        Op::In(case) => ("in", case),
        Op::NotIn(case) => ("notin", case),
        other => return plain_operator(other).to_owned(),
    };
    let case = if case == Case::Respect { 'C' } else { 'I' };
    format!("{case}{stem}")
}

fn plain_operator(operator: BinaryOperator) -> &'static str {
    use BinaryOperator as Op;
    match operator {
        Op::Add => "Plus",
        Op::Subtract => "Minus",
        Op::Multiply => "Multiply",
        Op::Divide => "Divide",
        Op::Remainder => "Rem",
        Op::Format => "Format",
        Op::Range => "DotDot",
        Op::Is => "Is",
        Op::IsNot => "IsNot",
        Op::As => "As",
        Op::ShiftLeft => "Shl",
        Op::ShiftRight => "Shr",
        Op::BitAnd => "Band",
        Op::BitOr => "Bor",
        Op::BitXor => "Bxor",
        Op::And => "And",
        Op::Or => "Or",
        Op::Xor => "Xor",
        Op::Coalesce => "QuestionQuestion",
        _ => "Join",
    }
}
