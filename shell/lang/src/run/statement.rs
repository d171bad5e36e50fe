//! Statements.

use std::sync::Arc;

use crate::error::{Interrupt, Result, error_value};
use crate::program::{Lines, Stmt, StmtKind, TryCode};
use crate::symbol::Symbol;
use crate::value::Value;

use super::{Machine, Out};

impl Machine {
    /// Runs statements: an error that nothing catches ends its statement and not the block.
    pub(crate) fn run_lines(&mut self, lines: &Lines, out: Out) -> Result<()> {
        if !lines.traps.is_empty() {
            return self.run_trapped(lines, out);
        }
        for statement in &lines.statements {
            let frame = self.frame;
            self.frames[frame].span = statement.span;
            let result = match self.debugger.watching {
                false => self.run_statement(statement, out),
                true => self.run_watched(statement, out),
            };
            match result {
                Ok(()) => {}
                Err(interrupt @ Interrupt::Error(_)) => self.statement_failed(interrupt)?,
                Err(interrupt) => return Err(interrupt),
            }
        }
        Ok(())
    }

    pub(crate) fn run_statement(&mut self, statement: &Stmt, out: Out) -> Result<()> {
        match &statement.kind {
            StmtKind::Expr(expression) => {
                let value = self.eval(expression)?;
                self.question = true;
                self.emit_all(out, value)
            }
            StmtKind::Silent(expression) => {
                if let crate::program::Expr::Step(step) = expression
                    && self.step_in_place(&step.0, step.2)
                {
                    self.question = true;
                    return Ok(());
                }
                self.eval(expression)?;
                self.question = true;
                Ok(())
            }
            StmtKind::Pipeline(pipeline) => self.run_pipeline(pipeline, out),
            StmtKind::Chain(first, rest) => self.run_chain(first, rest, out),
            StmtKind::Assign(assign) => self.assign_statement(assign),
            StmtKind::If(clauses, otherwise) => self.run_if(clauses, otherwise.as_ref(), out),
            StmtKind::Loop(code) => self.run_loop(code, out),
            StmtKind::For(code) => self.run_for(code, out),
            StmtKind::ForEach(code) => self.run_for_each(code, out),
            StmtKind::Switch(code) => self.run_switch(code, out),
            StmtKind::Try(code) => self.run_try(code, out),
            StmtKind::Function(name, block) => {
                self.define(name, block);
                Ok(())
            }
            StmtKind::Class(class, source) => self.define_class(class, source),
            StmtKind::Enum(definition, source) => self.define_enum(definition, source),
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    let method_out = self.frames[self.call_frame()].method_out;
                    match (method_out, &value.kind) {
                        // A method returns the object itself, not its items.
                        (Some(out), StmtKind::Expr(expression) | StmtKind::Silent(expression)) => {
                            let value = super::expression::no_absence(self.eval(expression)?);
                            self.emit(out, value)?;
                        }
                        _ => self.run_statement(value, method_out.unwrap_or(out))?,
                    }
                }
                Err(Interrupt::Return)
            }
            StmtKind::Throw(value) => self.throw(value.as_ref()),
            StmtKind::Exit(code) => {
                let code = match code {
                    Some(code) => {
                        let value = self.eval(code)?;
                        match value.convert(&crate::types::Type::INT32) {
                            Ok(Value::Int(code)) => code,
                            _ => 0,
                        }
                    }
                    None => 0,
                };
                Err(Interrupt::Exit(code))
            }
            StmtKind::Break(label) => Err(Interrupt::Break(self.flow_label(label.as_ref())?)),
            StmtKind::Continue(label) => Err(Interrupt::Continue(self.flow_label(label.as_ref())?)),
            StmtKind::Block(lines) => self.run_lines(lines, out),
            StmtKind::Nothing => Ok(()),
        }
    }

    fn flow_label(&mut self, label: Option<&crate::program::Expr>) -> Result<Option<Arc<str>>> {
        label
            .map(|label| self.eval(label).map(|value| Arc::from(value.to_text())))
            .transpose()
    }

    fn run_chain(&mut self, first: &Stmt, rest: &[(bool, Stmt)], out: Out) -> Result<()> {
        self.run_in_chain(first, out)?;
        for (and, next) in rest {
            if *and == self.question {
                self.run_in_chain(next, out)?;
            }
        }
        Ok(())
    }

    fn run_in_chain(&mut self, statement: &Stmt, out: Out) -> Result<()> {
        match self.run_statement(statement, out) {
            Err(interrupt @ Interrupt::Error(_)) => self.statement_failed(interrupt),
            other => other,
        }
    }

    fn throw(&mut self, value: Option<&crate::program::Expr>) -> Result<()> {
        let Some(value) = value else {
            let current = self.underscore();
            if let Some(record) = crate::error::as_error(&current) {
                let mut record = record.clone();
                record.fatal = true;
                return Err(record.into());
            }
            let mut record = crate::error::ErrorRecord::new(
                "ScriptHalted",
                crate::error::Category::OperationStopped,
                "ScriptHalted",
            );
            record.fatal = true;
            self.complete(&mut record);
            return Err(record.into());
        };
        let value = self.eval(value)?;
        let mut record = self.thrown(&value);
        self.complete(&mut record);
        Err(record.into())
    }

    fn run_try(&mut self, code: &TryCode, out: Out) -> Result<()> {
        let catches = !code.catches.is_empty();
        if catches {
            self.try_depth += 1;
        }
        let result = self.run_lines(&code.body, out);
        if catches {
            self.try_depth -= 1;
        }
        let result = match result {
            Err(Interrupt::Error(record)) if catches => self.catch(code, record, out),
            other => other,
        };
        let Some(finally) = &code.finally else {
            return result;
        };
        // What ran before decides how the statement ends, unless `finally` itself is left by other means.
        let question = self.question;
        match self.run_lines(finally, out) {
            Ok(()) => {
                if result.is_err() {
                    self.question = question;
                }
                result
            }
            interrupt => interrupt,
        }
    }

    fn catch(&mut self, code: &TryCode, mut record: Box<crate::error::ErrorRecord>, out: Out) -> Result<()> {
        self.complete(&mut record);
        let Some((types, body)) = code
            .catches
            .iter()
            .find(|(types, _)| self.error_is(&record, types))
        else {
            return Err(Interrupt::Error(record));
        };
        self.record(&mut record);
        self.unwrap_for(&mut record, types);
        let old = self.swap_underscore(Some(error_value(*record)));
        let result = self.run_lines(body, out);
        self.swap_underscore(old);
        result
    }

    /// Statements under `trap`.
    fn run_trapped(&mut self, lines: &Lines, out: Out) -> Result<()> {
        for statement in &lines.statements {
            let frame = self.frame;
            self.frames[frame].span = statement.span;
            self.try_depth += 1;
            let result = match self.debugger.watching {
                false => self.run_statement(statement, out),
                true => self.run_watched(statement, out),
            };
            self.try_depth -= 1;
            match result {
                Err(Interrupt::Error(record)) => self.trap(lines, record, out)?,
                Err(interrupt) => return Err(interrupt),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    fn trap(&mut self, lines: &Lines, mut record: Box<crate::error::ErrorRecord>, out: Out) -> Result<()> {
        self.question = false;
        self.complete(&mut record);
        let fits = |types: &Option<Arc<str>>| match types {
            None => true,
            Some(name) => self.error_is(&record, std::slice::from_ref(name)),
        };
        let specific = lines
            .traps
            .iter()
            .find(|trap| trap.type_name.is_some() && fits(&trap.type_name));
        let Some(trap) = specific.or_else(|| lines.traps.iter().find(|trap| trap.type_name.is_none())) else {
            return Err(Interrupt::Error(record));
        };
        self.record(&mut record);
        let frame = self.frame;
        let old = self.get_in(frame, Symbol::UNDERSCORE).cloned();
        self.swap_underscore(Some(error_value((*record).clone())));
        let result = self.run_lines(&trap.body, out);
        self.swap_underscore(old);
        match result {
            Ok(()) => {
                self.write_error(&record)?;
                Ok(())
            }
            Err(Interrupt::Continue(None)) => Ok(()),
            Err(Interrupt::Break(None)) => Err(Interrupt::Error(record)),
            Err(interrupt) => Err(interrupt),
        }
    }

    fn define(&mut self, name: &Arc<str>, block: &Value) {
        let (frame, plain) = match name.split_once(':') {
            Some((scope, rest)) if scope.eq_ignore_ascii_case("global") => (0, rest),
            Some((scope, rest)) if scope.eq_ignore_ascii_case("script") => (self.script_frame(), rest),
            Some((scope, rest))
                if scope.eq_ignore_ascii_case("local") || scope.eq_ignore_ascii_case("private") =>
            {
                (self.frame, rest)
            }
            _ => (self.frame, name.as_ref()),
        };
        self.define_function(frame, plain, block.clone());
        self.question = true;
    }
}
