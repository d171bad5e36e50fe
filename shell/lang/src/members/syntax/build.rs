//! From the parser's tree to the nodes that scripts see, with the names that PowerShell gives them.

mod expression;
mod statement;

use std::sync::Arc;

use super::{Node, Property, Tree};
use crate::ast::{Attribute, Block, Body, Name, Parameter, Source, Span, TypeName, VariableScope};
use crate::members::tokens::syntax_enum;
use crate::value::Value;

/// The tree of a body; node 0 is the body.
pub(super) fn build(source: &Arc<Source>, body: &Body) -> Tree {
    let mut builder = Builder { nodes: Vec::new() };
    builder.body(body, None);
    Tree {
        source: Arc::clone(source),
        nodes: builder.nodes,
    }
}

struct Builder {
    nodes: Vec<Node>,
}

type Parent = Option<usize>;

impl Builder {
    fn add(&mut self, class: &'static str, span: Span, parent: Parent) -> usize {
        self.nodes.push(Node {
            class,
            span,
            parent,
            properties: Vec::new(),
            text: None,
        });
        self.nodes.len() - 1
    }

    fn set(&mut self, at: usize, name: &'static str, property: Property) {
        self.nodes[at].properties.push((name, property));
    }

    fn value(&mut self, at: usize, name: &'static str, value: Value) {
        self.set(at, name, Property::Value(value));
    }

    fn node(&mut self, at: usize, name: &'static str, node: Option<usize>) {
        let property = node.map_or(Property::Value(Value::Null), Property::Node);
        self.set(at, name, property);
    }

    fn label(&mut self, at: usize, label: Option<&Name>) {
        let label = label.map_or(Value::Null, |label| Value::str(&*label.text));
        self.value(at, "Label", label);
    }

    fn body(&mut self, body: &Body, parent: Parent) -> usize {
        let at = self.add("ScriptBlockAst", body.span, parent);
        let attributes = body.attributes.iter().map(|it| self.attribute(it, at)).collect();
        self.set(at, "Attributes", Property::Nodes(attributes));
        let usings = body.usings.iter().map(|it| {
            let using = self.add("UsingStatementAst", it.span, Some(at));
            self.value(
                using,
                "UsingStatementKind",
                syntax_enum("UsingStatementKind", &capital(&it.kind)),
            );
            self.value(using, "Name", Value::str(&*it.name));
            using
        });
        let usings = usings.collect();
        self.set(at, "UsingStatements", Property::Nodes(usings));
        let parameters = body
            .parameters
            .as_deref()
            .map(|parameters| self.parameters(parameters, at));
        self.node(at, "ParamBlock", parameters);
        for (name, kind, block) in [
            ("BeginBlock", "Begin", &body.begin),
            ("ProcessBlock", "Process", &body.process),
            ("EndBlock", "End", &body.end),
            ("CleanBlock", "Clean", &body.clean),
            ("DynamicParamBlock", "Dynamicparam", &body.dynamic),
        ] {
            let block = block.as_ref().map(|block| self.named_block(kind, block, at));
            self.node(at, name, block);
        }
        at
    }

    fn parameters(&mut self, parameters: &[Parameter], parent: usize) -> usize {
        let span = match parameters {
            [] => Span::at(self.nodes[parent].span.start),
            [first, .., last] => first.span.to(last.span),
            [only] => only.span,
        };
        let at = self.add("ParamBlockAst", span, Some(parent));
        self.set(at, "Attributes", Property::Nodes(Vec::new()));
        let parameters = parameters.iter().map(|it| self.parameter(it, at)).collect();
        self.set(at, "Parameters", Property::Nodes(parameters));
        at
    }

    fn parameter(&mut self, parameter: &Parameter, parent: usize) -> usize {
        let at = self.add("ParameterAst", parameter.span, Some(parent));
        let attributes = parameter.attributes.iter().map(|it| self.attribute(it, at));
        let attributes = attributes.collect();
        self.set(at, "Attributes", Property::Nodes(attributes));
        let name = self.variable(
            &VariableScope::None,
            &parameter.name.text,
            parameter.name.span,
            at,
        );
        self.node(at, "Name", Some(name));
        let default = parameter.default.as_ref().map(|it| self.expr(it, at));
        self.node(at, "DefaultValue", default);
        at
    }

    fn attribute(&mut self, attribute: &Attribute, parent: usize) -> usize {
        if !attribute.call {
            return self.constraint(&attribute.type_name, attribute.span, parent);
        }
        let at = self.add("AttributeAst", attribute.span, Some(parent));
        self.type_name(at, "TypeName", &attribute.type_name);
        let positional = attribute.positional.iter().map(|it| self.expr(it, at)).collect();
        self.set(at, "PositionalArguments", Property::Nodes(positional));
        let named = attribute.named.iter().map(|(name, value)| {
            let span = value.as_ref().map_or(name.span, |value| name.span.to(value.span));
            let argument = self.add("NamedAttributeArgumentAst", span, Some(at));
            self.value(argument, "ArgumentName", Value::str(&*name.text));
            let given = value.as_ref().map(|value| self.expr(value, argument));
            self.node(argument, "Argument", given);
            self.value(argument, "ExpressionOmitted", Value::Bool(given.is_none()));
            argument
        });
        let named = named.collect();
        self.set(at, "NamedArguments", Property::Nodes(named));
        at
    }

    fn constraint(&mut self, name: &TypeName, span: Span, parent: usize) -> usize {
        let at = self.add("TypeConstraintAst", span, Some(parent));
        self.type_name(at, "TypeName", name);
        at
    }

    /// A type's name, which is no node of the tree.
    fn aside(&mut self, name: &TypeName) -> usize {
        let at = self.add("TypeName", name.span, None);
        self.nodes[at].text = Some(Arc::clone(&name.name));
        let is_generic = name.name.contains('[') && !name.name.ends_with("[]");
        self.value(at, "FullName", Value::str(&*name.name));
        self.value(at, "Name", Value::str(&*name.name));
        self.value(at, "IsGeneric", Value::Bool(is_generic));
        self.value(at, "IsArray", Value::Bool(name.name.ends_with("[]")));
        at
    }

    fn type_name(&mut self, at: usize, property: &'static str, name: &TypeName) {
        let aside = self.aside(name);
        self.set(at, property, Property::Aside(aside));
    }

    fn named_block(&mut self, kind: &'static str, block: &Block, parent: usize) -> usize {
        let at = self.add("NamedBlockAst", block.span, Some(parent));
        let is_unnamed =
            kind == "End" && self.nodes[parent].span.start <= block.span.start && !block_has_name(block);
        self.value(at, "Unnamed", Value::Bool(is_unnamed));
        self.value(at, "BlockKind", syntax_enum("TokenKind", kind));
        self.statements(block, at);
        at
    }

    fn block(&mut self, block: &Block, parent: usize) -> usize {
        let at = self.add("StatementBlockAst", block.span, Some(parent));
        self.statements(block, at);
        at
    }

    fn statements(&mut self, block: &Block, at: usize) {
        let statements = block.statements.iter().map(|it| self.statement(it, at)).collect();
        self.set(at, "Statements", Property::Nodes(statements));
        let traps = block.traps.iter().map(|trap| {
            let node = self.add("TrapStatementAst", trap.span, Some(at));
            let kind = trap
                .type_name
                .as_ref()
                .map(|name| self.constraint(name, name.span, node));
            self.node(node, "TrapType", kind);
            let body = self.block(&trap.body, node);
            self.node(node, "Body", Some(body));
            node
        });
        let traps: Vec<usize> = traps.collect();
        self.set(at, "Traps", Property::Nodes(traps));
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first
        .into_iter()
        .chain(letters.flat_map(char::to_lowercase))
        .collect()
}

/// Whether a block was written with its name and braces: then its first statement does not begin where it does.
fn block_has_name(block: &Block) -> bool {
    let first = block.statements.first();
    first.is_some_and(|first| first.span.start > block.span.start)
}
