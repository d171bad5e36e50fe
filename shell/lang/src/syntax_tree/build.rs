//! From the engine's tree to the nodes that scripts see.

use std::sync::Arc;

use super::names::{
    assign_operator, binary_operator, expr_kind, statement_kind, string_kind, unary_operator,
};
use super::{Node, Property, Tree};
use crate::ast::{
    Attribute, Block, Body, CallOperator, Command, CommandElement, Element, ElementKind, Expr, ExprKind,
    Function, Member, Parameter, Part, Pipeline, Quote, RedirectionTarget, Source, Span, Statement,
    StatementKind, TypeName, VariableScope,
};
use crate::types;
use crate::value::Value;

/// The nodes of a body.
pub(super) fn tree(body: &Body, source: &Arc<Source>) -> Tree {
    let mut builder = Builder {
        source: Arc::clone(source),
        nodes: Vec::new(),
        open: Vec::new(),
    };
    builder.body(body);
    Tree {
        source: builder.source,
        nodes: builder.nodes,
    }
}

struct Builder {
    source: Arc<Source>,
    nodes: Vec<Node>,
    open: Vec<usize>,
}

fn text(value: &str) -> Property {
    Property::Value(Value::str(value))
}

fn flag(value: bool) -> Property {
    Property::Value(Value::Bool(value))
}

impl Builder {
    /// A node whose properties its children decide.
    fn node(
        &mut self,
        kind: &'static str,
        span: Span,
        fill: impl FnOnce(&mut Builder) -> Vec<(&'static str, Property)>,
    ) -> usize {
        let at = self.nodes.len();
        self.nodes.push(Node {
            kind,
            span,
            parent: self.open.last().copied(),
            end: at + 1,
            properties: Vec::new(),
        });
        self.open.push(at);
        let properties = fill(self);
        self.open.pop();
        let end = self.nodes.len();
        let node = &mut self.nodes[at];
        node.end = end;
        node.properties = properties;
        at
    }

    fn body(&mut self, body: &Body) -> usize {
        self.node("ScriptBlockAst", body.span, |builder| {
            let usings = body.usings.iter().map(|using| {
                builder.node("UsingStatementAst", using.span, |_| {
                    vec![
                        ("UsingStatementKind", text(&using.kind)),
                        ("Name", text(&using.name)),
                    ]
                })
            });
            let usings = usings.collect();
            let param_block = match &body.parameters {
                Some(parameters) => Some(builder.param_block(body, parameters)),
                None => None,
            };
            let mut properties = vec![
                ("UsingStatements", Property::Nodes(usings)),
                ("ParamBlock", Property::Node(param_block)),
            ];
            for (name, kind, block) in [
                ("BeginBlock", "Begin", &body.begin),
                ("ProcessBlock", "Process", &body.process),
                ("EndBlock", "End", &body.end),
                ("CleanBlock", "Clean", &body.clean),
                ("DynamicParamBlock", "Dynamicparam", &body.dynamic),
            ] {
                let block = block.as_ref().map(|block| builder.named_block(kind, block));
                properties.push((name, Property::Node(block)));
            }
            properties
        })
    }

    fn param_block(&mut self, body: &Body, parameters: &[Parameter]) -> usize {
        let spans = parameters.iter().map(|parameter| parameter.span);
        let attributes = body.attributes.iter().map(|attribute| attribute.span);
        let span = attributes
            .chain(spans)
            .reduce(Span::to)
            .unwrap_or(Span::at(body.inner.start));
        self.node("ParamBlockAst", span, |builder| {
            let attributes = body.attributes.iter().map(|one| builder.attribute(one)).collect();
            let parameters = parameters.iter().map(|one| builder.parameter(one)).collect();
            vec![
                ("Attributes", Property::Nodes(attributes)),
                ("Parameters", Property::Nodes(parameters)),
            ]
        })
    }

    fn parameter(&mut self, parameter: &Parameter) -> usize {
        self.node("ParameterAst", parameter.span, |builder| {
            let attributes = parameter
                .attributes
                .iter()
                .map(|one| builder.attribute(one))
                .collect();
            let name = builder.variable(parameter.name.span, &VariableScope::None, &parameter.name.text);
            let default = parameter.default.as_ref().map(|value| builder.expr(value));
            let of = parameter.attributes.iter().rev().find(|one| !one.call);
            let of = of
                .and_then(|one| types::resolve(&one.type_name.name))
                .unwrap_or(types::Type::OBJECT);
            vec![
                ("Attributes", Property::Nodes(attributes)),
                ("Name", Property::Node(Some(name))),
                ("DefaultValue", Property::Node(default)),
                ("StaticType", Property::Value(Value::type_literal(of))),
            ]
        })
    }

    fn attribute(&mut self, attribute: &Attribute) -> usize {
        let kind = if attribute.call {
            "AttributeAst"
        } else {
            "TypeConstraintAst"
        };
        self.node(kind, attribute.span, |builder| {
            let positional = attribute
                .positional
                .iter()
                .map(|value| builder.expr(value))
                .collect();
            let mut properties = vec![("TypeName", type_name(&attribute.type_name))];
            if attribute.call {
                properties.push(("PositionalArguments", Property::Nodes(positional)));
            }
            properties
        })
    }

    fn named_block(&mut self, kind: &str, block: &Block) -> usize {
        let unnamed = !self.source.slice(block.span).starts_with('{');
        self.node("NamedBlockAst", block.span, |builder| {
            let mut properties = vec![("Unnamed", flag(unnamed)), ("BlockKind", text(kind))];
            properties.extend(builder.statements(block));
            properties
        })
    }

    fn block(&mut self, block: &Block) -> usize {
        self.node("StatementBlockAst", block.span, |builder| {
            builder.statements(block)
        })
    }

    fn statements(&mut self, block: &Block) -> Vec<(&'static str, Property)> {
        let traps = block.traps.iter().map(|trap| {
            self.node("TrapStatementAst", trap.span, |builder| {
                vec![("Body", Property::Node(Some(builder.block(&trap.body))))]
            })
        });
        let traps = traps.collect();
        let statements = block.statements.iter().map(|one| self.statement(one)).collect();
        vec![
            ("Statements", Property::Nodes(statements)),
            ("Traps", Property::Nodes(traps)),
        ]
    }

    fn optional(&mut self, statement: Option<&Statement>) -> Property {
        Property::Node(statement.map(|statement| self.statement(statement)))
    }

    fn statement(&mut self, statement: &Statement) -> usize {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Pipeline(pipeline) => self.pipeline(pipeline),
            StatementKind::Function(function) => self.function(function, span),
            other => self.node(statement_kind(other), span, |builder| {
                builder.statement_properties(other)
            }),
        }
    }

    fn statement_properties(&mut self, kind: &StatementKind) -> Vec<(&'static str, Property)> {
        match kind {
            StatementKind::Chain(chain) => {
                let mut all = vec![self.statement(&chain.first)];
                all.extend(chain.rest.iter().map(|(_, next)| self.statement(next)));
                let last = all.pop();
                vec![
                    ("LhsPipelineChain", Property::Node(all.pop())),
                    ("RhsPipeline", Property::Node(last)),
                ]
            }
            StatementKind::Assign(assign) => {
                let left = self.expr(&assign.target);
                vec![
                    ("Left", Property::Node(Some(left))),
                    ("Operator", text(assign_operator(assign.operator))),
                    ("Right", Property::Node(Some(self.statement(&assign.value)))),
                ]
            }
            StatementKind::If(clauses, otherwise) => {
                let clauses = clauses
                    .iter()
                    .map(|(test, body)| (self.statement(test), self.block(body)));
                let clauses = clauses.collect();
                let otherwise = otherwise.as_ref().map(|body| self.block(body));
                vec![
                    ("Clauses", Property::Pairs(clauses)),
                    ("ElseClause", Property::Node(otherwise)),
                ]
            }
            StatementKind::Loop(code) => {
                let condition = self.statement(&code.condition);
                let body = self.block(&code.body);
                let label = code
                    .label
                    .as_ref()
                    .map_or(Value::Null, |label| Value::str(&label.text));
                vec![
                    ("Label", Property::Value(label)),
                    ("Condition", Property::Node(Some(condition))),
                    ("Body", Property::Node(Some(body))),
                ]
            }
            StatementKind::For(code) => vec![
                ("Initializer", self.optional(code.initializer.as_ref())),
                ("Condition", self.optional(code.condition.as_ref())),
                ("Iterator", self.optional(code.iterator.as_ref())),
                ("Body", Property::Node(Some(self.block(&code.body)))),
            ],
            StatementKind::ForEach(code) => vec![
                ("Variable", Property::Node(Some(self.expr(&code.variable)))),
                ("Condition", Property::Node(Some(self.statement(&code.items)))),
                ("Body", Property::Node(Some(self.block(&code.body)))),
            ],
            StatementKind::Switch(code) => {
                let condition = self.statement(&code.condition);
                let clauses = code
                    .clauses
                    .iter()
                    .map(|(test, body)| (self.expr(test), self.block(body)));
                let clauses = clauses.collect();
                let default = code.default.as_ref().map(|body| self.block(body));
                vec![
                    ("Condition", Property::Node(Some(condition))),
                    ("Clauses", Property::Pairs(clauses)),
                    ("Default", Property::Node(default)),
                ]
            }
            StatementKind::Try(code) => {
                let body = self.block(&code.body);
                let catches = code.catches.iter().map(|catch| {
                    self.node("CatchClauseAst", catch.span, |builder| {
                        vec![
                            ("IsCatchAll", flag(catch.types.is_empty())),
                            ("Body", Property::Node(Some(builder.block(&catch.body)))),
                        ]
                    })
                });
                let catches = catches.collect();
                let last = code.finally.as_ref().map(|body| self.block(body));
                vec![
                    ("Body", Property::Node(Some(body))),
                    ("CatchClauses", Property::Nodes(catches)),
                    ("Finally", Property::Node(last)),
                ]
            }
            StatementKind::Class(class) => vec![
                ("Name", text(&class.name.text)),
                ("IsClass", flag(true)),
                ("IsEnum", flag(false)),
            ],
            StatementKind::Enum(definition) => vec![
                ("Name", text(&definition.name.text)),
                ("IsClass", flag(false)),
                ("IsEnum", flag(true)),
            ],
            StatementKind::Data(_, block) | StatementKind::Block(block) => {
                vec![("Body", Property::Node(Some(self.block(block))))]
            }
            StatementKind::Return(value) | StatementKind::Throw(value) | StatementKind::Exit(value) => {
                vec![("Pipeline", self.optional(value.as_deref()))]
            }
            StatementKind::Break(label) | StatementKind::Continue(label) => {
                let label = label.as_ref().map(|label| self.expr(label));
                vec![("Label", Property::Node(label))]
            }
            StatementKind::Pipeline(_) | StatementKind::Function(_) | StatementKind::Error => Vec::new(),
        }
    }

    fn function(&mut self, function: &Function, span: Span) -> usize {
        self.node("FunctionDefinitionAst", span, |builder| {
            let body = builder.body(&function.body);
            vec![
                ("IsFilter", flag(function.filter)),
                ("Name", text(&function.name.text)),
                ("Body", Property::Node(Some(body))),
            ]
        })
    }

    fn pipeline(&mut self, pipeline: &Pipeline) -> usize {
        self.node("PipelineAst", pipeline.span, |builder| {
            let elements = pipeline.elements.iter().map(|one| builder.element(one)).collect();
            vec![
                ("PipelineElements", Property::Nodes(elements)),
                ("Background", flag(pipeline.background)),
            ]
        })
    }

    fn element(&mut self, element: &Element) -> usize {
        let kind = match &element.kind {
            ElementKind::Expression(_) => "CommandExpressionAst",
            ElementKind::Command(_) => "CommandAst",
        };
        self.node(kind, element.span, |builder| {
            let mut properties = match &element.kind {
                ElementKind::Expression(value) => {
                    vec![("Expression", Property::Node(Some(builder.expr(value))))]
                }
                ElementKind::Command(command) => builder.command(command),
            };
            let redirections = element.redirections.iter().map(|one| {
                let kind = match one.to {
                    RedirectionTarget::Output => "MergingRedirectionAst",
                    RedirectionTarget::File(..) => "FileRedirectionAst",
                };
                builder.node(kind, one.span, |builder| match &one.to {
                    RedirectionTarget::Output => Vec::new(),
                    RedirectionTarget::File(file, append) => vec![
                        ("Location", Property::Node(Some(builder.expr(file)))),
                        ("Append", flag(*append)),
                    ],
                })
            });
            let redirections = redirections.collect();
            properties.push(("Redirections", Property::Nodes(redirections)));
            properties
        })
    }

    fn command(&mut self, command: &Command) -> Vec<(&'static str, Property)> {
        let mut elements = vec![self.expr(&command.name)];
        for element in &command.elements {
            elements.extend(self.command_element(element));
        }
        let name = match &command.name.kind {
            ExprKind::String(name, _) => Value::str(name),
            _ => Value::Null,
        };
        let operator = match command.call {
            CallOperator::None => "Unknown",
            CallOperator::Call => "Ampersand",
            CallOperator::Dot => "Dot",
        };
        vec![
            ("CommandElements", Property::Nodes(elements)),
            ("InvocationOperator", text(operator)),
            ("CommandName", Property::Value(name)),
        ]
    }

    fn command_element(&mut self, element: &CommandElement) -> Option<usize> {
        Some(match element {
            CommandElement::Argument(value) => self.expr(value),
            CommandElement::Splat(value) => self.expr(value),
            CommandElement::Parameter { span, name, value } => {
                self.node("CommandParameterAst", *span, |builder| {
                    let value = value.as_ref().map(|value| builder.expr(value));
                    vec![
                        ("ParameterName", text(&name.text)),
                        ("Argument", Property::Node(value)),
                    ]
                })
            }
            CommandElement::Verbatim(span, words) => self.string(*span, words, Quote::Bare),
            CommandElement::EndOfParameters(_) => return None,
        })
    }

    fn string(&mut self, span: Span, value: &str, quote: Quote) -> usize {
        let kind = string_kind(quote);
        self.node("StringConstantExpressionAst", span, |_| {
            vec![
                ("StringConstantType", text(kind)),
                ("Value", text(value)),
                (
                    "StaticType",
                    Property::Value(Value::type_literal(types::Type::STRING)),
                ),
            ]
        })
    }

    fn variable(&mut self, span: Span, scope: &VariableScope, name: &str) -> usize {
        let splatted = self.source.slice(span).starts_with('@');
        let prefix = match scope {
            VariableScope::None => String::new(),
            VariableScope::Drive(drive) => format!("{drive}:"),
            other => format!("{other:?}:").to_lowercase(),
        };
        let path = Value::typed(
            &["System.Management.Automation.VariablePath", "System.Object"],
            [
                ("UserPath", Value::from(format!("{prefix}{name}"))),
                ("IsGlobal", Value::Bool(*scope == VariableScope::Global)),
                ("IsLocal", Value::Bool(*scope == VariableScope::Local)),
                ("IsPrivate", Value::Bool(*scope == VariableScope::Private)),
                ("IsScript", Value::Bool(*scope == VariableScope::Script)),
                ("IsUnqualified", Value::Bool(*scope == VariableScope::None)),
                ("IsUnscopedVariable", Value::Bool(*scope == VariableScope::None)),
                (
                    "IsDriveQualified",
                    Value::Bool(matches!(scope, VariableScope::Drive(_))),
                ),
            ],
        );
        self.node("VariableExpressionAst", span, |_| {
            vec![
                ("VariablePath", Property::Value(path)),
                ("Splatted", flag(splatted)),
            ]
        })
    }

    fn expr(&mut self, expr: &Expr) -> usize {
        match &expr.kind {
            ExprKind::String(value, quote) => self.string(expr.span, value, *quote),
            ExprKind::Variable(scope, name) => self.variable(expr.span, scope, name),
            kind => self.node(expr_kind(kind), expr.span, |builder| {
                builder.expr_properties(kind)
            }),
        }
    }

    fn one(&mut self, expr: &Expr) -> Property {
        Property::Node(Some(self.expr(expr)))
    }

    fn all(&mut self, exprs: &[Expr]) -> Property {
        Property::Nodes(exprs.iter().map(|one| self.expr(one)).collect())
    }

    fn member(&mut self, member: &Member) -> Vec<(&'static str, Property)> {
        vec![
            ("Expression", self.one(&member.target)),
            ("Member", self.one(&member.name)),
            ("Static", flag(member.is_static)),
            ("NullConditional", flag(member.null_conditional)),
        ]
    }

    fn expr_properties(&mut self, kind: &ExprKind) -> Vec<(&'static str, Property)> {
        match kind {
            ExprKind::Number(literal) => vec![("Value", Property::Value(literal.0.clone()))],
            ExprKind::Expandable(parts, quote) => {
                let inner = parts.iter().filter_map(|part| match part {
                    Part::Expr(inner) => Some(self.expr(inner)),
                    Part::Text(_) => None,
                });
                let inner = inner.collect();
                vec![
                    ("StringConstantType", text(string_kind(*quote))),
                    ("NestedExpressions", Property::Nodes(inner)),
                ]
            }
            ExprKind::Type(name) => vec![("TypeName", type_name(name))],
            ExprKind::Member(member) => self.member(member),
            ExprKind::Call(member, arguments) => {
                let mut properties = self.member(member);
                properties.push(("Arguments", self.all(arguments)));
                properties
            }
            ExprKind::Index(index) => vec![
                ("Target", self.one(&index.target)),
                ("Index", self.one(&index.index)),
                ("NullConditional", flag(index.null_conditional)),
            ],
            ExprKind::Unary(operator, inner) => vec![
                ("TokenKind", text(unary_operator(*operator))),
                ("Child", self.one(inner)),
            ],
            ExprKind::Step(step) => {
                let sign = if step.up { "PlusPlus" } else { "MinusMinus" };
                let name = if step.prefix {
                    sign.to_owned()
                } else {
                    format!("Postfix{sign}")
                };
                vec![("TokenKind", text(&name)), ("Child", self.one(&step.target))]
            }
            ExprKind::Binary(binary) => vec![
                ("Operator", text(&binary_operator(binary.operator))),
                ("Left", self.one(&binary.left)),
                ("Right", self.one(&binary.right)),
            ],
            ExprKind::Ternary(parts) => vec![
                ("Condition", self.one(&parts.0)),
                ("IfTrue", self.one(&parts.1)),
                ("IfFalse", self.one(&parts.2)),
            ],
            ExprKind::Cast(of, inner) => {
                let constraint = self.node("TypeConstraintAst", of.span, |_| {
                    vec![("TypeName", type_name(of))]
                });
                vec![
                    ("Type", Property::Node(Some(constraint))),
                    ("Attribute", Property::Node(Some(constraint))),
                    ("Child", self.one(inner)),
                ]
            }
            ExprKind::Attributed(attribute, inner) => vec![
                ("Attribute", Property::Node(Some(self.attribute(attribute)))),
                ("Child", self.one(inner)),
            ],
            ExprKind::List(items) => vec![("Elements", self.all(items))],
            ExprKind::Array(block) | ExprKind::Sub(block) => {
                vec![("SubExpression", Property::Node(Some(self.block(block))))]
            }
            ExprKind::Paren(inner) => vec![("Pipeline", Property::Node(Some(self.statement(inner))))],
            ExprKind::Hashtable(pairs) => {
                let pairs = pairs
                    .iter()
                    .map(|(key, value)| (self.expr(key), self.statement(value)));
                vec![("KeyValuePairs", Property::Pairs(pairs.collect()))]
            }
            ExprKind::Block(body) => vec![("ScriptBlock", Property::Node(Some(self.body(body))))],
            ExprKind::String(..) | ExprKind::Variable(..) | ExprKind::Error => Vec::new(),
        }
    }
}

fn type_name(of: &TypeName) -> Property {
    let short = of.name.rsplit('.').next().unwrap_or(&of.name);
    Property::Value(Value::typed(
        &["System.Management.Automation.Language.TypeName", "System.Object"],
        [("Name", Value::str(short)), ("FullName", Value::str(&of.name))],
    ))
}
