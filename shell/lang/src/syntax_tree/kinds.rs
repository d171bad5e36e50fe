//! The kinds of nodes and what each derives from.

use std::sync::Arc;

use crate::types::Type;

const NAMESPACE: &str = "System.Management.Automation.Language.";

/// Each kind and the one above it.
const KINDS: &[(&str, &str)] = &[
    ("Ast", ""),
    ("ArrayExpressionAst", "ExpressionAst"),
    ("ArrayLiteralAst", "ExpressionAst"),
    ("AssignmentStatementAst", "PipelineBaseAst"),
    ("AttributeAst", "AttributeBaseAst"),
    ("AttributeBaseAst", "Ast"),
    ("AttributedExpressionAst", "ExpressionAst"),
    ("BinaryExpressionAst", "ExpressionAst"),
    ("BlockStatementAst", "StatementAst"),
    ("BreakStatementAst", "StatementAst"),
    ("CatchClauseAst", "Ast"),
    ("CommandAst", "CommandBaseAst"),
    ("CommandBaseAst", "StatementAst"),
    ("CommandElementAst", "Ast"),
    ("CommandExpressionAst", "CommandBaseAst"),
    ("CommandParameterAst", "CommandElementAst"),
    ("ConstantExpressionAst", "ExpressionAst"),
    ("ContinueStatementAst", "StatementAst"),
    ("ConvertExpressionAst", "AttributedExpressionAst"),
    ("DataStatementAst", "StatementAst"),
    ("DoUntilStatementAst", "LoopStatementAst"),
    ("DoWhileStatementAst", "LoopStatementAst"),
    ("ErrorExpressionAst", "ExpressionAst"),
    ("ErrorStatementAst", "PipelineBaseAst"),
    ("ExitStatementAst", "StatementAst"),
    ("ExpandableStringExpressionAst", "ExpressionAst"),
    ("ExpressionAst", "CommandElementAst"),
    ("FileRedirectionAst", "RedirectionAst"),
    ("ForEachStatementAst", "LoopStatementAst"),
    ("ForStatementAst", "LoopStatementAst"),
    ("FunctionDefinitionAst", "StatementAst"),
    ("HashtableAst", "ExpressionAst"),
    ("IfStatementAst", "StatementAst"),
    ("IndexExpressionAst", "ExpressionAst"),
    ("InvokeMemberExpressionAst", "MemberExpressionAst"),
    ("LabeledStatementAst", "StatementAst"),
    ("LoopStatementAst", "LabeledStatementAst"),
    ("MemberExpressionAst", "ExpressionAst"),
    ("MergingRedirectionAst", "RedirectionAst"),
    ("NamedBlockAst", "Ast"),
    ("ParamBlockAst", "Ast"),
    ("ParameterAst", "Ast"),
    ("ParenExpressionAst", "ExpressionAst"),
    ("PipelineAst", "ChainableAst"),
    ("PipelineBaseAst", "StatementAst"),
    ("ChainableAst", "PipelineBaseAst"),
    ("PipelineChainAst", "ChainableAst"),
    ("RedirectionAst", "Ast"),
    ("ReturnStatementAst", "StatementAst"),
    ("ScriptBlockAst", "Ast"),
    ("ScriptBlockExpressionAst", "ExpressionAst"),
    ("StatementAst", "Ast"),
    ("StatementBlockAst", "Ast"),
    ("StringConstantExpressionAst", "ConstantExpressionAst"),
    ("SubExpressionAst", "ExpressionAst"),
    ("SwitchStatementAst", "LabeledStatementAst"),
    ("TernaryExpressionAst", "ExpressionAst"),
    ("ThrowStatementAst", "StatementAst"),
    ("TrapStatementAst", "StatementAst"),
    ("TryStatementAst", "StatementAst"),
    ("TypeConstraintAst", "AttributeBaseAst"),
    ("TypeDefinitionAst", "StatementAst"),
    ("TypeExpressionAst", "ExpressionAst"),
    ("UnaryExpressionAst", "ExpressionAst"),
    ("UsingStatementAst", "StatementAst"),
    ("VariableExpressionAst", "ExpressionAst"),
    ("WhileStatementAst", "LoopStatementAst"),
];

/// A kind's full name.
pub(super) fn full_name(kind: &str) -> Arc<str> {
    Arc::from(format!("{NAMESPACE}{kind}"))
}

/// A kind and those above it.
pub(super) fn lineage(kind: &'static str) -> Vec<Arc<str>> {
    let above = |kind: &&'static str| {
        let (_, base) = KINDS.iter().find(|(known, _)| known == kind)?;
        (!base.is_empty()).then_some(*base)
    };
    std::iter::successors(Some(kind), above)
        .map(full_name)
        .chain([Arc::from("System.Object")])
        .collect()
}

/// The type of a kind of node by its name in lower case, with `system.` or without.
pub fn type_named(lower: &str) -> Option<Type> {
    let short = lower.rsplit_once('.')?;
    if !matches!(
        short.0,
        "system.management.automation.language" | "management.automation.language"
    ) {
        return None;
    }
    let (name, _) = KINDS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(short.1))?;
    Some(Type::Named(full_name(name)))
}
