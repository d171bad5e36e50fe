//! What an expression or a pipeline gives, as far as it can be told without running a command.
//!
//! Variables that the session has are looked at; of commands, their declared output. Nothing here calls a command or a
//! method, so Tab never changes anything.

use crate::ast::walk::{Node, walk};
use crate::ast::{
    Command, CommandElement, Element, ElementKind, Expr, ExprKind, Member, Pipeline, Quote, Script,
    Statement, StatementKind, VariableScope,
};
use crate::members;
use crate::run::{Machine, Resolved};
use crate::value::Value;

use super::shape::{Shape, class_members, first_item, keys_of_literal, listed, sample_of, shape_members};

/// How far one look may lead to the next.
const DEEPEST: usize = 12;

/// Commands that give what they take.
const PASSING: &[&str] = &["get-unique", "sort-object", "tee-object", "where-object"];

/// A look at a script.
pub(super) struct Inference<'m> {
    pub(super) machine: &'m mut Machine,
    pub(super) script: &'m Script,
    /// Where the look begins: what is assigned later does not count.
    pub(super) position: u32,
    depth: usize,
}

impl<'m> Inference<'m> {
    pub(super) fn new(machine: &'m mut Machine, script: &'m Script, position: u32) -> Inference<'m> {
        Inference {
            machine,
            script,
            position,
            depth: 0,
        }
    }

    /// What an expression gives.
    pub(super) fn expression(&mut self, expression: &Expr) -> Option<Shape> {
        self.depth += 1;
        let found = (self.depth < DEEPEST).then(|| self.look_at(expression)).flatten();
        self.depth -= 1;
        found
    }

    fn look_at(&mut self, expression: &Expr) -> Option<Shape> {
        match &expression.kind {
            ExprKind::String(_, Quote::Bare) => None,
            ExprKind::String(text, _) => Some(Shape::Value(Value::str(text.as_ref()))),
            ExprKind::Expandable(..) => Some(Shape::Value(Value::str(""))),
            ExprKind::Number(literal) => Some(Shape::Value(literal.0.clone())),
            ExprKind::Variable(scope, name) => self.variable(scope, name),
            ExprKind::Type(_) => None,
            ExprKind::Member(member) => self.member(member),
            ExprKind::Call(member, _) => self.called(member),
            ExprKind::Index(index) => self.expression(&index.target).map(first_item),
            ExprKind::Paren(statement) => self.statement(statement),
            ExprKind::List(items) => {
                let first = items.first().and_then(|item| self.expression(item));
                Some(listed(first))
            }
            ExprKind::Array(block) => {
                let first = block.statements.first().and_then(|one| self.statement(one));
                Some(listed(first.map(first_item)))
            }
            ExprKind::Sub(block) => {
                let last = block.statements.last()?;
                self.statement(last)
            }
            ExprKind::Hashtable(_) => Some(Shape::Table(keys_of_literal(expression))),
            ExprKind::Cast(name, inner) => match (&inner.kind, name.name.to_ascii_lowercase().as_str()) {
                (ExprKind::Hashtable(_), "pscustomobject") => Some(Shape::Named(keys_of_literal(inner))),
                (ExprKind::Hashtable(_), "ordered") => Some(Shape::Table(keys_of_literal(inner))),
                _ => self.of_type(&name.name),
            },
            ExprKind::Attributed(_, inner) => self.expression(inner),
            ExprKind::Binary(binary) => self.computed(binary),
            _ => None,
        }
    }

    /// What an operator gives.
    fn computed(&mut self, binary: &crate::ast::Binary) -> Option<Shape> {
        use crate::ast::BinaryOperator as B;
        let sample = match binary.operator {
            B::Range => Value::array([Value::Int(0)]),
            B::Split(_) => Value::array([Value::str("")]),
            B::Format | B::Join => Value::str(""),
            B::Add | B::Subtract | B::Multiply | B::Replace(_) => return self.expression(&binary.left),
            _ => return None,
        };
        Some(Shape::Value(sample))
    }

    fn variable(&mut self, scope: &VariableScope, name: &str) -> Option<Shape> {
        if matches!(scope, VariableScope::Drive(_)) {
            return Some(Shape::Value(Value::str("")));
        }
        if name == "_" || name.eq_ignore_ascii_case("psitem") {
            return self.current_item();
        }
        if name.eq_ignore_ascii_case("this") {
            return self.enclosing_class();
        }
        if let Some(found) = self.assigned(name) {
            return Some(found);
        }
        let value = self
            .machine
            .variable_value(name)
            .filter(|value| !value.is_null())?;
        Some(Shape::Value(value))
    }

    /// What a variable gets in the text before the position: an assignment, a loop, a typed parameter.
    fn assigned(&mut self, name: &str) -> Option<Shape> {
        enum Source<'t> {
            Value(&'t Statement),
            Items(&'t Statement),
            Type(String),
        }
        let script = self.script;
        let mut source = None;
        walk(&script.body, &mut |node| match node {
            Node::Statement(statement) if statement.span.start < self.position => match &statement.kind {
                StatementKind::Assign(assign)
                    if is_variable(&assign.target, name) && assign.value.span.end < self.position =>
                {
                    source = Some(match &assign.target.kind {
                        ExprKind::Cast(of, _) => Source::Type(of.name.to_string()),
                        _ => Source::Value(&assign.value),
                    });
                }
                StatementKind::ForEach(code) if is_variable(&code.variable, name) => {
                    source = Some(Source::Items(&code.items));
                }
                _ => {}
            },
            Node::Body(body) => {
                for parameter in body.parameters.iter().flatten() {
                    if parameter.name.text.eq_ignore_ascii_case(name)
                        && let Some(of) = parameter
                            .attributes
                            .iter()
                            .rev()
                            .find(|attribute| !attribute.call)
                    {
                        source = Some(Source::Type(of.type_name.name.to_string()));
                    }
                }
            }
            _ => {}
        });
        match source? {
            Source::Value(statement) => self.statement(statement),
            Source::Items(statement) => self.statement(statement).map(first_item),
            Source::Type(of) => self.of_type(&of),
        }
    }

    /// What `$_` is at the position: what comes through the pipeline in whose script block it lies.
    fn current_item(&mut self) -> Option<Shape> {
        let script = self.script;
        let mut blocks = Vec::new();
        walk(&script.body, &mut |node| {
            if let Node::Expr(Expr {
                kind: ExprKind::Block(_),
                span,
            }) = node
                && span.start < self.position
                && span.end >= self.position
            {
                blocks.push(*span);
            }
        });
        let inner = blocks.last()?;
        let (pipeline, at) = element_at(script, inner.start)?;
        self.pipeline(&pipeline.elements[..at]).map(first_item)
    }

    /// What comes to the element of a pipeline at a place.
    pub(super) fn upstream(&mut self, place: u32) -> Option<Shape> {
        let (pipeline, at) = element_at(self.script, place)?;
        self.pipeline(&pipeline.elements[..at]).map(first_item)
    }

    fn enclosing_class(&mut self) -> Option<Shape> {
        let mut found = None;
        walk(&self.script.body, &mut |node| {
            if let Node::Class(class) = node
                && class.span.start < self.position
                && class.span.end >= self.position
            {
                found = Some(class_members(class, false));
            }
        });
        found.map(Shape::Members)
    }

    /// What a statement gives, from its last pipeline element.
    pub(super) fn statement(&mut self, statement: &Statement) -> Option<Shape> {
        match &statement.kind {
            StatementKind::Pipeline(pipeline) => self.pipeline(&pipeline.elements),
            StatementKind::Assign(assign) => self.statement(&assign.value),
            _ => None,
        }
    }

    fn pipeline(&mut self, elements: &[Element]) -> Option<Shape> {
        let mut shape = None;
        for element in elements {
            shape = match &element.kind {
                ElementKind::Expression(expression) => self.expression(expression),
                ElementKind::Command(command) => self.command(command, shape.map(first_item)),
            };
        }
        shape
    }

    fn command(&mut self, command: &Command, input: Option<Shape>) -> Option<Shape> {
        let name = self.script.source.slice(command.name.span).to_owned();
        let Resolved::Cmdlet(found, _) = self.machine.meaning(&name)? else {
            return self.function(&name);
        };
        let signature = found.signature();
        let lower = signature.name.to_ascii_lowercase();
        if PASSING.contains(&lower.as_str()) {
            return input;
        }
        match lower.as_str() {
            "select-object" => return self.selected(command, input),
            "new-object" => {
                let of = command.elements.iter().find_map(|element| match element {
                    CommandElement::Argument(value) => Some(self.script.source.slice(value.span).to_owned()),
                    _ => None,
                })?;
                return self.of_type(of.trim_matches(['\'', '"']));
            }
            _ => {}
        }
        if !signature.output_members.is_empty() {
            return Some(Shape::Named(
                signature.output_members.iter().map(ToString::to_string).collect(),
            ));
        }
        let of = signature.output_types.first()?.to_string();
        if let Some(found) = self.of_type(&of) {
            return Some(found);
        }
        let view = self.machine.registry.view(&of)?;
        Some(Shape::Named(view.properties()))
    }

    /// `Select-Object a, @{Name='b'; …}` gives a and b.
    fn selected(&mut self, command: &Command, input: Option<Shape>) -> Option<Shape> {
        let mut names = Vec::new();
        let mut pending = String::from("property");
        for element in &command.elements {
            match element {
                CommandElement::Parameter { name, .. } => pending = name.text.to_ascii_lowercase(),
                CommandElement::Argument(value) if "property".starts_with(pending.as_str()) => {
                    names.extend(selected_names(value));
                    pending = String::from("-");
                }
                CommandElement::Argument(_) => pending = String::from("property"),
                _ => {}
            }
        }
        if names.is_empty() || names.iter().any(|name| name.contains('*')) {
            return input;
        }
        Some(Shape::Named(names))
    }

    /// What a function says with `[OutputType()]`.
    fn function(&mut self, name: &str) -> Option<Shape> {
        let Resolved::Function(_, block) = self.machine.meaning(name)? else {
            return None;
        };
        let block = crate::block::as_block(&block)?;
        let attribute = block
            .body
            .attributes
            .iter()
            .find(|attribute| attribute.type_name.name.eq_ignore_ascii_case("OutputType"))?;
        let of = match &attribute.positional.first()?.kind {
            ExprKind::Type(of) => of.name.to_string(),
            ExprKind::String(of, _) => of.to_string(),
            _ => return None,
        };
        self.of_type(&of)
    }

    fn member(&mut self, member: &Member) -> Option<Shape> {
        let name = self
            .script
            .source
            .slice(member.name.span)
            .trim_matches(['\'', '"'])
            .to_owned();
        if member.is_static {
            let ExprKind::Type(of) = &member.target.kind else {
                return None;
            };
            let of = self.machine.type_named(&of.name).ok()?;
            let value = members::static_get(&of, &name, self.machine).ok()?;
            return Some(Shape::Value(value));
        }
        let shape = self.expression(&member.target)?;
        if let Shape::Value(value) = &shape
            && let Some(value) = value.property(&name).filter(|value| !value.is_null())
        {
            return Some(Shape::Value(value));
        }
        self.of_definition(&shape, &name)
    }

    /// What a method gives, by its declared type.
    fn called(&mut self, member: &Member) -> Option<Shape> {
        let name = self.script.source.slice(member.name.span).to_owned();
        if member.is_static {
            let ExprKind::Type(of) = &member.target.kind else {
                return None;
            };
            if name.eq_ignore_ascii_case("new") {
                return self.of_type(&of.name);
            }
            let of = self.machine.type_named(&of.name).ok()?;
            return self.of_definition(&Shape::Members(members::list_static_members(&of)), &name);
        }
        let shape = self.expression(&member.target)?;
        self.of_definition(&shape, &name)
    }

    fn of_definition(&mut self, shape: &Shape, name: &str) -> Option<Shape> {
        let known = shape_members(shape);
        let member = known
            .iter()
            .find(|member| member.name.eq_ignore_ascii_case(name))?;
        let of = member
            .definition
            .trim_start_matches("static ")
            .split([' ', '('])
            .next()?
            .to_owned();
        self.of_type(&of)
    }

    /// A value of a type, to list its members, or what a class of the text declares.
    pub(super) fn of_type(&mut self, name: &str) -> Option<Shape> {
        let plain = name.trim_end_matches("[]");
        let mut class = None;
        walk(&self.script.body, &mut |node| {
            if let Node::Class(one) = node
                && one.name.text.eq_ignore_ascii_case(plain)
            {
                class = Some(class_members(one, false));
            }
        });
        if let Some(members) = class {
            return Some(Shape::Members(members));
        }
        let of = self.machine.type_named(plain).ok()?;
        sample_of(&of).map(Shape::Value)
    }
}

/// The pipeline whose element begins at or before a place and holds it, innermost, and which element it is.
fn element_at(script: &Script, place: u32) -> Option<(&Pipeline, usize)> {
    let end = script.source.text.len() as u32;
    let mut found = None;
    walk(&script.body, &mut |node| {
        if let Node::Statement(Statement {
            kind: StatementKind::Pipeline(pipeline),
            ..
        }) = node
        {
            let at = pipeline
                .elements
                .iter()
                .rposition(|element| element.span.start <= place);
            if let Some(at) = at {
                let own = pipeline.elements[at].span;
                let rest = script.source.slice(crate::ast::Span {
                    start: own.end,
                    end: place.clamp(own.end, end),
                });
                if place <= own.end || rest.chars().all(|one| matches!(one, ' ' | '\t' | ',')) {
                    found = Some((pipeline, at));
                }
            }
        }
    });
    found
}

fn is_variable(target: &Expr, name: &str) -> bool {
    match &target.kind {
        ExprKind::Variable(_, own) => own.eq_ignore_ascii_case(name),
        ExprKind::Cast(_, inner) | ExprKind::Attributed(_, inner) => is_variable(inner, name),
        _ => false,
    }
}

fn selected_names(value: &Expr) -> Vec<String> {
    match &value.kind {
        ExprKind::List(items) => items.iter().flat_map(selected_names).collect(),
        ExprKind::String(text, _) => vec![text.to_string()],
        ExprKind::Hashtable(pairs) => pairs
            .iter()
            .filter(|(key, _)| {
                matches!(&key.kind, ExprKind::String(key, _) if matches!(key.to_ascii_lowercase().as_str(), "n" | "name" | "l" | "label"))
            })
            .filter_map(|(_, value)| match &value.kind {
                StatementKind::Pipeline(pipeline) => pipeline.elements.first(),
                _ => None,
            })
            .filter_map(|element| match &element.kind {
                ElementKind::Expression(Expr { kind: ExprKind::String(text, _), .. }) => Some(text.to_string()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
