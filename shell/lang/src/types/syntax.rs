//! The types of the syntax tree, System.Management.Automation.Language: name and base, both without the namespace.

use super::{Kind, Known, Type};

macro_rules! syntax_types {
    ($($class:literal: $base:literal,)*) => {
        /// All of them.
        pub(super) static SYNTAX: &[Type] = &[$(
            Type::Known(&Known {
                name: concat!("System.Management.Automation.Language.", $class),
                accelerator: None,
                base: concat!("System.Management.Automation.Language.", $base),
                kind: Kind::Opaque,
            }),
        )*];
    };
}

/// What all of them derive from.
pub(super) static AST: Type = Type::Known(&Known {
    name: "System.Management.Automation.Language.Ast",
    accelerator: None,
    base: "System.Object",
    kind: Kind::Opaque,
});

macro_rules! types_beside {
    ($($name:literal: $base:literal,)*) => {
        /// Types that are not nodes: visitors and tokens.
        pub(super) static BESIDE: &[Type] = &[$(
            Type::Known(&Known {
                name: concat!("System.Management.Automation.", $name),
                accelerator: None,
                base: concat!("System.", $base),
                kind: Kind::Opaque,
            }),
        )*];
    };
}

types_beside! {
    "Language.AstVisitor": "Object",
    "Language.AstVisitor2": "Management.Automation.Language.AstVisitor",
    "Language.ICustomAstVisitor": "Object",
    "Language.ICustomAstVisitor2": "Management.Automation.Language.ICustomAstVisitor",
    "Language.DefaultCustomAstVisitor": "Object",
    "Language.DefaultCustomAstVisitor2": "Management.Automation.Language.DefaultCustomAstVisitor",
    "Language.Token": "Object",
    "Language.StringToken": "Management.Automation.Language.Token",
    "Language.StringLiteralToken": "Management.Automation.Language.StringToken",
    "Language.StringExpandableToken": "Management.Automation.Language.StringToken",
    "Language.VariableToken": "Management.Automation.Language.Token",
    "Language.ParameterToken": "Management.Automation.Language.Token",
    "Language.NumberToken": "Management.Automation.Language.Token",
    "Language.LabelToken": "Management.Automation.Language.Token",
    "Language.RedirectionToken": "Management.Automation.Language.Token",
    "Language.FileRedirectionToken": "Management.Automation.Language.RedirectionToken",
    "Language.MergingRedirectionToken": "Management.Automation.Language.RedirectionToken",
    "Language.ParseError": "Object",
    "PSToken": "Object",
    "PSParseError": "Object",
}

syntax_types! {
    "ScriptBlockAst": "Ast",
    "ParamBlockAst": "Ast",
    "NamedBlockAst": "Ast",
    "StatementBlockAst": "Ast",
    "NamedAttributeArgumentAst": "Ast",
    "AttributeBaseAst": "Ast",
    "AttributeAst": "AttributeBaseAst",
    "TypeConstraintAst": "AttributeBaseAst",
    "ParameterAst": "Ast",
    "CatchClauseAst": "Ast",
    "MemberAst": "Ast",
    "PropertyMemberAst": "MemberAst",
    "FunctionMemberAst": "MemberAst",
    "RedirectionAst": "Ast",
    "MergingRedirectionAst": "RedirectionAst",
    "FileRedirectionAst": "RedirectionAst",
    "CommandElementAst": "Ast",
    "CommandParameterAst": "CommandElementAst",
    "ExpressionAst": "CommandElementAst",
    "ErrorExpressionAst": "ExpressionAst",
    "TernaryExpressionAst": "ExpressionAst",
    "BinaryExpressionAst": "ExpressionAst",
    "UnaryExpressionAst": "ExpressionAst",
    "AttributedExpressionAst": "ExpressionAst",
    "ConvertExpressionAst": "AttributedExpressionAst",
    "MemberExpressionAst": "ExpressionAst",
    "InvokeMemberExpressionAst": "MemberExpressionAst",
    "BaseCtorInvokeMemberExpressionAst": "InvokeMemberExpressionAst",
    "TypeExpressionAst": "ExpressionAst",
    "VariableExpressionAst": "ExpressionAst",
    "ConstantExpressionAst": "ExpressionAst",
    "StringConstantExpressionAst": "ConstantExpressionAst",
    "ExpandableStringExpressionAst": "ExpressionAst",
    "ScriptBlockExpressionAst": "ExpressionAst",
    "ArrayLiteralAst": "ExpressionAst",
    "HashtableAst": "ExpressionAst",
    "ArrayExpressionAst": "ExpressionAst",
    "ParenExpressionAst": "ExpressionAst",
    "SubExpressionAst": "ExpressionAst",
    "UsingExpressionAst": "ExpressionAst",
    "IndexExpressionAst": "ExpressionAst",
    "StatementAst": "Ast",
    "TypeDefinitionAst": "StatementAst",
    "UsingStatementAst": "StatementAst",
    "FunctionDefinitionAst": "StatementAst",
    "IfStatementAst": "StatementAst",
    "DataStatementAst": "StatementAst",
    "LabeledStatementAst": "StatementAst",
    "LoopStatementAst": "LabeledStatementAst",
    "ForEachStatementAst": "LoopStatementAst",
    "ForStatementAst": "LoopStatementAst",
    "DoWhileStatementAst": "LoopStatementAst",
    "DoUntilStatementAst": "LoopStatementAst",
    "WhileStatementAst": "LoopStatementAst",
    "SwitchStatementAst": "LabeledStatementAst",
    "TryStatementAst": "StatementAst",
    "TrapStatementAst": "StatementAst",
    "BreakStatementAst": "StatementAst",
    "ContinueStatementAst": "StatementAst",
    "ReturnStatementAst": "StatementAst",
    "ExitStatementAst": "StatementAst",
    "ThrowStatementAst": "StatementAst",
    "ErrorStatementAst": "StatementAst",
    "BlockStatementAst": "StatementAst",
    "PipelineBaseAst": "StatementAst",
    "ChainableAst": "PipelineBaseAst",
    "PipelineChainAst": "ChainableAst",
    "PipelineAst": "ChainableAst",
    "AssignmentStatementAst": "PipelineBaseAst",
    "CommandBaseAst": "StatementAst",
    "CommandAst": "CommandBaseAst",
    "CommandExpressionAst": "CommandBaseAst",
}
