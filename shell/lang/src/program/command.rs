//! The lowering of pipelines and commands.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::ast::{self, CallOperator, CommandElement, ElementKind, ExprKind, Quote, RedirectionTarget};
use crate::symbol::Symbol;

use super::lower::Lowerer;
use super::{
    Argument, ArgumentValue, CommandCode, CommandName, ElementCode, ElementCodeKind, Expr, PipelineCode,
    RedirectionCode, is_bare,
};

impl Lowerer<'_> {
    pub(super) fn pipeline(&mut self, pipeline: &ast::Pipeline) -> PipelineCode {
        PipelineCode {
            span: pipeline.span,
            elements: pipeline
                .elements
                .iter()
                .map(|element| self.element(element))
                .collect(),
            background: pipeline.background,
        }
    }

    fn element(&mut self, element: &ast::Element) -> ElementCode {
        let kind = match &element.kind {
            ElementKind::Expression(expression) => ElementCodeKind::Expr(self.expression(expression)),
            ElementKind::Command(command) => self.command_kind(command, element),
        };
        let redirections = element
            .redirections
            .iter()
            .map(|redirection| self.redirection(redirection))
            .collect();
        ElementCode {
            span: element.span,
            kind,
            redirections,
        }
    }

    fn redirection(&mut self, redirection: &ast::Redirection) -> RedirectionCode {
        let file = match &redirection.to {
            RedirectionTarget::Output => None,
            RedirectionTarget::File(file, append) => Some((self.expression(file), *append)),
        };
        RedirectionCode {
            from: redirection.from,
            file,
        }
    }

    fn command_kind(&mut self, command: &ast::Command, element: &ast::Element) -> ElementCodeKind {
        let inline = self.inline_stage(command);
        let code = Arc::new(self.command(command, element.span));
        match inline {
            Some((true, lines)) => ElementCodeKind::Where(Arc::new(lines), code),
            Some((false, lines)) => ElementCodeKind::ForEach(Arc::new(lines), code),
            None => ElementCodeKind::Command(code),
        }
    }

    /// The body of `Where-Object {…}` (true) or `ForEach-Object {…}` that becomes a stage of the pipeline itself.
    fn inline_stage(&mut self, command: &ast::Command) -> Option<(bool, super::Lines)> {
        let ExprKind::String(name, Quote::Bare) = &command.name.kind else {
            return None;
        };
        if command.call != CallOperator::None {
            return None;
        }
        let filter = match name.to_ascii_lowercase().as_str() {
            "where-object" | "where" | "?" => true,
            "foreach-object" | "foreach" | "%" => false,
            _ => return None,
        };
        let value = match command.elements.as_slice() {
            [CommandElement::Argument(value)] => value,
            [
                CommandElement::Parameter {
                    name, value: None, ..
                },
                CommandElement::Argument(value),
            ] if name
                .text
                .eq_ignore_ascii_case(if filter { "FilterScript" } else { "Process" }) =>
            {
                value
            }
            _ => return None,
        };
        let ExprKind::Block(body) = &value.kind else {
            return None;
        };
        let plain = body.parameters.is_none()
            && body.begin.is_none()
            && body.process.is_none()
            && body.clean.is_none();
        let end = body.end.as_ref().filter(|end| plain && end.traps.is_empty())?;
        Some((filter, self.lines(end)))
    }

    fn command(&mut self, command: &ast::Command, span: ast::Span) -> CommandCode {
        let name = match &command.name.kind {
            ExprKind::String(text, _) => CommandName::Static(Arc::clone(text)),
            _ => CommandName::Dynamic(self.expression(&command.name)),
        };
        let arguments = command
            .elements
            .iter()
            .map(|element| self.argument(element))
            .collect();
        let like_method = matches!(
            command.elements.as_slice(),
            [CommandElement::Argument(value)]
                if value.span.start == command.name.span.end && is_parenthesised_list(value)
        );
        CommandCode {
            span,
            call: command.call,
            name,
            arguments,
            like_method,
            cache: Mutex::new(None),
        }
    }

    fn argument(&mut self, element: &CommandElement) -> Argument {
        match element {
            CommandElement::Argument(value) => Argument::Value(self.argument_value(value)),
            CommandElement::Parameter { span, name, value } => Argument::Parameter {
                name: Arc::clone(&name.text),
                value: value.as_ref().map(|value| self.argument_value(value)),
                text: Arc::from(self.source.slice(*span)),
                span: *span,
            },
            CommandElement::Splat(variable) => {
                let symbol = match &variable.kind {
                    ExprKind::Variable(_, name) => Symbol::of(name),
                    _ => Symbol::NULL,
                };
                Argument::Splat(self.expression(variable), symbol)
            }
            CommandElement::EndOfParameters(_) => Argument::EndOfParameters,
            CommandElement::Verbatim(_, text) => Argument::Verbatim(Arc::clone(text)),
        }
    }

    fn argument_value(&mut self, value: &ast::Expr) -> ArgumentValue {
        let text =
            matches!(value.kind, ExprKind::Number(_)).then(|| Arc::from(self.source.slice(value.span)));
        let bare = match &value.kind {
            ExprKind::String(_, quote) | ExprKind::Expandable(_, quote) => is_bare(*quote),
            _ => false,
        };
        let expression = match &value.kind {
            ExprKind::List(items) => Expr::List(items.iter().map(|item| self.expression(item)).collect()),
            _ => self.expression(value),
        };
        ArgumentValue {
            expression,
            text,
            bare,
            span: value.span,
        }
    }
}

/// `(1, 2)`
fn is_parenthesised_list(value: &ast::Expr) -> bool {
    let ExprKind::Paren(statement) = &value.kind else {
        return false;
    };
    let ast::StatementKind::Pipeline(pipeline) = &statement.kind else {
        return false;
    };
    super::statement::single_expression(pipeline).is_some_and(|inner| matches!(inner.kind, ExprKind::List(_)))
}
