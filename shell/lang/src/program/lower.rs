//! The lowering of a body: one layout for its parameters, its variables and the pipeline stages inlined into it.

use std::sync::Arc;

use crate::ast::{self, Body, Source, Span, VariableScope};
use crate::symbol::Symbol;

use super::{Code, Layout, Lines, TrapCode, Var};

/// Where a body's variables live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// In slots of a frame of its own.
    Slots,
    /// In the scope that the code finds when it runs.
    Names,
}

/// The code of a body.
pub fn lower_body(body: &Body, source: &Arc<Source>, mode: Mode) -> Code {
    let mut lowerer = Lowerer {
        source,
        mode,
        names: vec![Symbol::UNDERSCORE],
    };
    let parameters = Arc::new(lowerer.parameters(body));
    let mut block = |block: &Option<ast::Block>| block.as_ref().map(|block| lowerer.lines(block));
    let (dynamic, begin, process, end, clean) = (
        block(&body.dynamic),
        block(&body.begin),
        block(&body.process),
        block(&body.end),
        block(&body.clean),
    );
    Code {
        source: Arc::clone(source),
        layout: Arc::new(Layout { names: lowerer.names }),
        dynamic,
        begin,
        process,
        end,
        clean,
        names_bound: source
            .slice(body.span)
            .to_ascii_lowercase()
            .contains("boundparameters"),
        parameters,
    }
}

/// The code of one expression.
pub fn lower_expression(expression: &ast::Expr, source: &Arc<Source>, mode: Mode) -> super::Expr {
    let mut lowerer = Lowerer {
        source,
        mode,
        names: vec![Symbol::UNDERSCORE],
    };
    lowerer.expression(expression)
}

/// The elements of a command as source text, the name first: what `plenum check` lists.
pub fn lower_command_elements(command: &ast::Command, span: Span, source: &Source) -> Vec<String> {
    let _ = span;
    let mut elements = vec![source.slice(command.name.span).to_owned()];
    elements.extend(
        command
            .elements
            .iter()
            .map(|element| source.slice(element.span()).to_owned()),
    );
    elements
}

/// The state of a lowering.
pub(super) struct Lowerer<'s> {
    pub(super) source: &'s Arc<Source>,
    pub(super) mode: Mode,
    pub(super) names: Vec<Symbol>,
}

impl Lowerer<'_> {
    pub(super) fn lines(&mut self, block: &ast::Block) -> Lines {
        let traps = block
            .traps
            .iter()
            .map(|trap| TrapCode {
                type_name: trap.type_name.as_ref().map(|name| Arc::clone(&name.name)),
                body: self.lines(&trap.body),
            })
            .collect();
        let statements = block
            .statements
            .iter()
            .map(|statement| self.statement(statement))
            .collect();
        Lines { statements, traps }
    }

    /// The slot of a name, made when it is new.
    pub(super) fn slot(&mut self, symbol: Symbol) -> u32 {
        if let Some(at) = self.names.iter().position(|name| *name == symbol) {
            return at as u32;
        }
        self.names.push(symbol);
        self.names.len() as u32 - 1
    }

    pub(super) fn variable(&mut self, scope: &VariableScope, name: &str) -> Var {
        let symbol = match Symbol::of(name) {
            Symbol::PS_ITEM => Symbol::UNDERSCORE,
            symbol => symbol,
        };
        match scope {
            VariableScope::None | VariableScope::Using => self.by_name(symbol),
            VariableScope::Global => Var::Global(symbol),
            VariableScope::Script => Var::Script(symbol),
            VariableScope::Local => Var::Local(symbol),
            VariableScope::Private => Var::Private(symbol),
            VariableScope::Drive(drive) if drive.eq_ignore_ascii_case("variable") => self.by_name(symbol),
            VariableScope::Drive(drive) => Var::Drive(Arc::from(drive.to_lowercase()), Arc::from(name)),
        }
    }

    pub(super) fn by_name(&mut self, symbol: Symbol) -> Var {
        match self.mode {
            Mode::Slots => Var::Slot(self.slot(symbol), symbol),
            Mode::Names => Var::Named(symbol),
        }
    }
}
