//! Commands and expressions.

use std::sync::Arc;

use crate::ast::{
    BinaryOperator, Block, CallOperator, Case, Command, CommandElement, Element, ElementKind, Expr, ExprKind,
    Member, Part, Quote, Redirection, RedirectionTarget, Span, StreamNumber, UnaryOperator, VariableScope,
};
use crate::members::tokens::syntax_enum;
use crate::value::Value;

use super::{Builder, Property};

impl Builder {
    pub(super) fn element(&mut self, element: &Element, parent: usize) -> usize {
        let at = match &element.kind {
            ElementKind::Expression(value) => {
                let at = self.add("CommandExpressionAst", element.span, Some(parent));
                let value = self.expr(value, at);
                self.node(at, "Expression", Some(value));
                at
            }
            ElementKind::Command(command) => self.command(command, element.span, parent),
        };
        let redirections = element.redirections.iter().map(|it| self.redirection(it, at));
        let redirections = redirections.collect();
        self.set(at, "Redirections", Property::Nodes(redirections));
        at
    }

    pub(super) fn command(&mut self, command: &Command, span: Span, parent: usize) -> usize {
        let at = self.add("CommandAst", span, Some(parent));
        let mut elements = vec![self.expr(&command.name, at)];
        for element in &command.elements {
            let node = match element {
                CommandElement::Argument(value) | CommandElement::Splat(value) => {
                    let node = self.expr(value, at);
                    if matches!(element, CommandElement::Splat(_)) {
                        self.splatted(node);
                    }
                    node
                }
                CommandElement::Parameter { span, name, value } => {
                    let node = self.add("CommandParameterAst", *span, Some(at));
                    self.value(node, "ParameterName", Value::str(&*name.text));
                    let value = value.as_ref().map(|value| self.expr(value, node));
                    self.node(node, "Argument", value);
                    node
                }
                CommandElement::EndOfParameters(span) => {
                    let node = self.add("CommandParameterAst", *span, Some(at));
                    self.value(node, "ParameterName", Value::str("-"));
                    self.value(node, "Argument", Value::Null);
                    node
                }
                CommandElement::Verbatim(span, text) => self.text_node(text, "BareWord", *span, at),
            };
            elements.push(node);
        }
        self.set(at, "CommandElements", Property::Nodes(elements));
        let operator = match command.call {
            CallOperator::None => "Unknown",
            CallOperator::Call => "Ampersand",
            CallOperator::Dot => "Dot",
        };
        self.value(at, "InvocationOperator", syntax_enum("TokenKind", operator));
        self.value(at, "DefiningKeyword", Value::Null);
        at
    }

    pub(super) fn splatted(&mut self, at: usize) {
        for (name, property) in &mut self.nodes[at].properties {
            if *name == "Splatted" {
                *property = Property::Value(Value::Bool(true));
            }
        }
    }

    pub(super) fn redirection(&mut self, redirection: &Redirection, parent: usize) -> usize {
        let from = match redirection.from {
            StreamNumber::All => "All",
            StreamNumber::One(2) => "Error",
            StreamNumber::One(3) => "Warning",
            StreamNumber::One(4) => "Verbose",
            StreamNumber::One(5) => "Debug",
            StreamNumber::One(6) => "Information",
            StreamNumber::One(_) => "Output",
        };
        match &redirection.to {
            RedirectionTarget::Output => {
                let at = self.add("MergingRedirectionAst", redirection.span, Some(parent));
                self.value(at, "ToStream", syntax_enum("RedirectionStream", "Output"));
                self.value(at, "FromStream", syntax_enum("RedirectionStream", from));
                at
            }
            RedirectionTarget::File(location, append) => {
                let at = self.add("FileRedirectionAst", redirection.span, Some(parent));
                let location = self.expr(location, at);
                self.node(at, "Location", Some(location));
                self.value(at, "Append", Value::Bool(*append));
                self.value(at, "FromStream", syntax_enum("RedirectionStream", from));
                at
            }
        }
    }

    pub(super) fn text_node(
        &mut self,
        text: &Arc<str>,
        kind: &'static str,
        span: Span,
        parent: usize,
    ) -> usize {
        let at = self.add("StringConstantExpressionAst", span, Some(parent));
        self.nodes[at].text = Some(Arc::clone(text));
        self.value(at, "StringConstantType", syntax_enum("StringConstantType", kind));
        self.value(at, "Value", Value::str(&**text));
        at
    }

    pub(super) fn variable(
        &mut self,
        scope: &VariableScope,
        name: &Arc<str>,
        span: Span,
        parent: usize,
    ) -> usize {
        let at = self.add("VariableExpressionAst", span, Some(parent));
        let path = self.variable_path(scope, name, span);
        self.set(at, "VariablePath", Property::Aside(path));
        self.value(at, "Splatted", Value::Bool(false));
        at
    }

    pub(super) fn variable_path(&mut self, scope: &VariableScope, name: &Arc<str>, span: Span) -> usize {
        let at = self.add("VariablePath", span, None);
        let prefix = match scope {
            VariableScope::None => None,
            VariableScope::Global => Some("global"),
            VariableScope::Local => Some("local"),
            VariableScope::Script => Some("script"),
            VariableScope::Private => Some("private"),
            VariableScope::Using => Some("using"),
            VariableScope::Drive(drive) => Some(&**drive),
        };
        let user_path = match prefix {
            None | Some("using") => name.to_string(),
            Some(prefix) => format!("{prefix}:{name}"),
        };
        self.nodes[at].text = Some(Arc::from(user_path.as_str()));
        self.value(at, "UserPath", Value::str(user_path));
        let is = |wanted: VariableScope| Value::Bool(*scope == wanted);
        self.value(at, "IsGlobal", is(VariableScope::Global));
        self.value(at, "IsLocal", is(VariableScope::Local));
        self.value(at, "IsPrivate", is(VariableScope::Private));
        self.value(at, "IsScript", is(VariableScope::Script));
        let drive = match scope {
            VariableScope::Drive(drive) => Some(drive),
            _ => None,
        };
        self.value(at, "IsUnqualified", is(VariableScope::None));
        self.value(at, "IsVariable", Value::Bool(drive.is_none()));
        self.value(at, "IsDriveQualified", Value::Bool(drive.is_some()));
        self.value(
            at,
            "DriveName",
            drive.map_or(Value::Null, |drive| Value::str(&**drive)),
        );
        at
    }

    pub(super) fn expr(&mut self, expr: &Expr, parent: usize) -> usize {
        let span = expr.span;
        let add = |builder: &mut Self, class| builder.add(class, span, Some(parent));
        match &expr.kind {
            ExprKind::Number(literal) => {
                let at = add(self, "ConstantExpressionAst");
                self.value(at, "Value", literal.0.clone());
                let of = crate::types::of(&literal.0).map_or(Value::Null, Value::from);
                self.value(at, "StaticType", of);
                at
            }
            ExprKind::String(text, quote) => self.text_node(text, quote_kind(*quote), span, parent),
            ExprKind::Expandable(parts, quote) => {
                let at = add(self, "ExpandableStringExpressionAst");
                self.value(
                    at,
                    "StringConstantType",
                    syntax_enum("StringConstantType", quote_kind(*quote)),
                );
                let nested = parts.iter().filter_map(|part| match part {
                    Part::Expr(value) => Some(self.expr(value, at)),
                    Part::Text(_) => None,
                });
                let nested = nested.collect();
                self.set(at, "NestedExpressions", Property::Nodes(nested));
                at
            }
            ExprKind::Variable(VariableScope::Using, name) => {
                let at = add(self, "UsingExpressionAst");
                let inner = self.variable(&VariableScope::Using, name, span, at);
                self.node(at, "SubExpression", Some(inner));
                at
            }
            ExprKind::Variable(scope, name) => self.variable(scope, name, span, parent),
            ExprKind::Type(name) => {
                let at = add(self, "TypeExpressionAst");
                self.type_name(at, "TypeName", name);
                at
            }
            ExprKind::Member(member) => {
                let at = add(self, "MemberExpressionAst");
                self.member(member, at);
                at
            }
            ExprKind::Call(member, arguments) => {
                let at = add(self, "InvokeMemberExpressionAst");
                self.member(member, at);
                let arguments = arguments.iter().map(|it| self.expr(it, at)).collect();
                self.set(at, "Arguments", Property::Nodes(arguments));
                at
            }
            ExprKind::Index(index) => {
                let at = add(self, "IndexExpressionAst");
                let target = self.expr(&index.target, at);
                self.node(at, "Target", Some(target));
                let inner = self.expr(&index.index, at);
                self.node(at, "Index", Some(inner));
                self.value(at, "NullConditional", Value::Bool(index.null_conditional));
                at
            }
            ExprKind::Unary(operator, child) => self.unary(unary_kind(*operator), child, span, parent),
            ExprKind::Step(step) => {
                let kind = match (step.up, step.prefix) {
                    (true, true) => "PlusPlus",
                    (true, false) => "PostfixPlusPlus",
                    (false, true) => "MinusMinus",
                    (false, false) => "PostfixMinusMinus",
                };
                self.unary(kind, &step.target, span, parent)
            }
            ExprKind::Binary(binary) => {
                let at = add(self, "BinaryExpressionAst");
                self.value(
                    at,
                    "Operator",
                    syntax_enum("TokenKind", binary_kind(binary.operator)),
                );
                let left = self.expr(&binary.left, at);
                self.node(at, "Left", Some(left));
                let right = self.expr(&binary.right, at);
                self.node(at, "Right", Some(right));
                at
            }
            ExprKind::Ternary(three) => {
                let at = add(self, "TernaryExpressionAst");
                for (name, value) in [
                    ("Condition", &three.0),
                    ("IfTrue", &three.1),
                    ("IfFalse", &three.2),
                ] {
                    let value = self.expr(value, at);
                    self.node(at, name, Some(value));
                }
                at
            }
            ExprKind::Cast(name, child) => {
                let at = add(self, "ConvertExpressionAst");
                let of = self.constraint(name, name.span, at);
                self.node(at, "Type", Some(of));
                let child = self.expr(child, at);
                self.node(at, "Child", Some(child));
                at
            }
            ExprKind::Attributed(attribute, child) => {
                let at = add(self, "AttributedExpressionAst");
                let attribute = self.attribute(attribute, at);
                self.node(at, "Attribute", Some(attribute));
                let child = self.expr(child, at);
                self.node(at, "Child", Some(child));
                at
            }
            ExprKind::List(items) => {
                let at = add(self, "ArrayLiteralAst");
                let items = items.iter().map(|it| self.expr(it, at)).collect();
                self.set(at, "Elements", Property::Nodes(items));
                at
            }
            ExprKind::Array(block) => self.inside("ArrayExpressionAst", block, span, parent),
            ExprKind::Sub(block) => self.inside("SubExpressionAst", block, span, parent),
            ExprKind::Paren(statement) => {
                let at = add(self, "ParenExpressionAst");
                let inner = self.statement(statement, at);
                self.node(at, "Pipeline", Some(inner));
                at
            }
            ExprKind::Hashtable(pairs) => {
                let at = add(self, "HashtableAst");
                let pairs = pairs
                    .iter()
                    .map(|(key, value)| (self.expr(key, at), self.statement(value, at)))
                    .collect();
                self.set(at, "KeyValuePairs", Property::Pairs(pairs));
                at
            }
            ExprKind::Block(body) => {
                let at = add(self, "ScriptBlockExpressionAst");
                let body = self.body(body, Some(at));
                self.node(at, "ScriptBlock", Some(body));
                at
            }
            ExprKind::Error => add(self, "ErrorExpressionAst"),
        }
    }

    pub(super) fn member(&mut self, member: &Member, at: usize) {
        let target = self.expr(&member.target, at);
        self.node(at, "Expression", Some(target));
        let name = self.expr(&member.name, at);
        self.node(at, "Member", Some(name));
        self.value(at, "Static", Value::Bool(member.is_static));
        self.value(at, "NullConditional", Value::Bool(member.null_conditional));
    }

    pub(super) fn unary(&mut self, kind: &'static str, child: &Expr, span: Span, parent: usize) -> usize {
        let at = self.add("UnaryExpressionAst", span, Some(parent));
        self.value(at, "TokenKind", syntax_enum("TokenKind", kind));
        let child = self.expr(child, at);
        self.node(at, "Child", Some(child));
        at
    }

    pub(super) fn inside(&mut self, class: &'static str, block: &Block, span: Span, parent: usize) -> usize {
        let at = self.add(class, span, Some(parent));
        let block = self.block(block, at);
        self.node(at, "SubExpression", Some(block));
        at
    }
}

fn quote_kind(quote: Quote) -> &'static str {
    match quote {
        Quote::Bare => "BareWord",
        Quote::Single => "SingleQuoted",
        Quote::Double => "DoubleQuoted",
        Quote::HereSingle => "SingleQuotedHereString",
        Quote::HereDouble => "DoubleQuotedHereString",
    }
}

fn unary_kind(operator: UnaryOperator) -> &'static str {
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

/// The name of an operator's token: [TokenKind].
fn binary_kind(operator: BinaryOperator) -> &'static str {
    use BinaryOperator as B;
    let (case, ignoring, respecting) = match operator {
        B::Equal(case) => (case, "Ieq", "Ceq"),
        B::NotEqual(case) => (case, "Ine", "Cne"),
        B::Greater(case) => (case, "Igt", "Cgt"),
        B::GreaterOrEqual(case) => (case, "Ige", "Cge"),
        B::Less(case) => (case, "Ilt", "Clt"),
        B::LessOrEqual(case) => (case, "Ile", "Cle"),
        B::Like(case) => (case, "Ilike", "Clike"),
        B::NotLike(case) => (case, "Inotlike", "Cnotlike"),
        B::Match(case) => (case, "Imatch", "Cmatch"),
        B::NotMatch(case) => (case, "Inotmatch", "Cnotmatch"),
        B::Replace(case) => (case, "Ireplace", "Creplace"),
        B::Split(case) => (case, "Isplit", "Csplit"),
        B::Contains(case) => (case, "Icontains", "Ccontains"),
        B::NotContains(case) => (case, "Inotcontains", "Cnotcontains"),
        B::In(case) => (case, "Iin", "Cin"),
        B::NotIn(case) => (case, "Inotin", "Cnotin"),
        B::Add => return "Plus",
        B::Subtract => return "Minus",
        B::Multiply => return "Multiply",
        B::Divide => return "Divide",
        B::Remainder => return "Rem",
        B::Format => return "Format",
        B::Range => return "DotDot",
        B::Join => return "Join",
        B::Is => return "Is",
        B::IsNot => return "IsNot",
        B::As => return "As",
        B::ShiftLeft => return "Shl",
        B::ShiftRight => return "Shr",
        B::BitAnd => return "Band",
        B::BitOr => return "Bor",
        B::BitXor => return "Bxor",
        B::And => return "And",
        B::Or => return "Or",
        B::Xor => return "Xor",
        B::Coalesce => return "QuestionQuestion",
    };
    match case {
        Case::Ignore => ignoring,
        Case::Respect => respecting,
    }
}
