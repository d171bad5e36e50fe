//! `if` and loops.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Interrupt, Result};
use crate::members::World;
use crate::program::{Expr, ForCode, ForEachCode, Lines, LoopCode};
use crate::symbol::Symbol;
use crate::value::{Instance, Value};

use super::{Machine, Out};

/// What a loop does after its body.
enum Turn {
    Next,
    Leave,
}

/// What a `break` or `continue` means for a loop with a label.
fn turn(result: Result<()>, label: Option<&Arc<str>>) -> Result<Turn> {
    let mine = |target: &Option<Arc<str>>| match target {
        None => true,
        Some(target) => label.is_some_and(|label| label.eq_ignore_ascii_case(target)),
    };
    match result {
        Ok(()) => Ok(Turn::Next),
        Err(Interrupt::Continue(target)) if mine(&target) => Ok(Turn::Next),
        Err(Interrupt::Break(target)) if mine(&target) => Ok(Turn::Leave),
        Err(interrupt) => Err(interrupt),
    }
}

impl Machine {
    pub(super) fn run_if(
        &mut self,
        clauses: &[(Expr, Lines)],
        otherwise: Option<&Lines>,
        out: Out,
    ) -> Result<()> {
        for (condition, body) in clauses {
            if self.is_true(condition)? {
                return self.run_lines(body, out);
            }
        }
        match otherwise {
            Some(body) => self.run_lines(body, out),
            None => Ok(()),
        }
    }

    /// The truth of an expression.
    #[inline]
    pub(super) fn is_true(&mut self, expression: &Expr) -> Result<bool> {
        if let Some(truth) = self.integer_truth(expression) {
            return Ok(truth);
        }
        Ok(match self.eval(expression)? {
            Value::Bool(truth) => truth,
            other => other.is_true(),
        })
    }

    pub(super) fn run_loop(&mut self, code: &LoopCode, out: Out) -> Result<()> {
        let mut first = code.body_first;
        loop {
            self.step()?;
            if !first {
                let frame = self.frame;
                self.frames[frame].span = code.condition_span;
                if self.is_true(&code.condition)? == code.until {
                    return Ok(());
                }
            }
            first = false;
            let result = self.run_lines(&code.body, out);
            if let Turn::Leave = turn(result, code.label.as_ref())? {
                return Ok(());
            }
        }
    }

    pub(super) fn run_for(&mut self, code: &ForCode, out: Out) -> Result<()> {
        if let Some(initializer) = &code.initializer {
            self.run_statement(initializer, Out::Null)?;
        }
        loop {
            self.step()?;
            if let Some((condition, span)) = &code.condition {
                let frame = self.frame;
                self.frames[frame].span = *span;
                if !self.is_true(condition)? {
                    return Ok(());
                }
            }
            let result = self.run_lines(&code.body, out);
            if let Turn::Leave = turn(result, code.label.as_ref())? {
                return Ok(());
            }
            if let Some(iterator) = &code.iterator {
                self.run_statement(iterator, Out::Null)?;
            }
        }
    }

    pub(super) fn run_for_each(&mut self, code: &ForEachCode, out: Out) -> Result<()> {
        if !code.enumerator
            && let Some((first, last)) = self.int_range(&code.items)?
        {
            return self.run_for_range(code, first, last, out);
        }
        let items = self.eval(&code.items)?;
        let items: Vec<Value> = match &items {
            Value::Null | Value::Nothing => return Ok(()),
            Value::Array(array) if !code.enumerator => return self.run_for_array(code, array, out),
            Value::Array(array) => array.items.read().clone(),
            Value::Str(_) | Value::Hashtable(_) => vec![items],
            Value::Object(_) => match self.class_items(&items) {
                Some(found) => found?,
                None => vec![items],
            },
            other => crate::members::enumerate(other).unwrap_or_else(|| vec![other.clone()]),
        };
        if code.enumerator {
            return self.run_with_enumerator(code, items, out);
        }
        for item in items {
            self.step()?;
            self.write(&code.variable, item)?;
            let result = self.run_lines(&code.body, out);
            if let Turn::Leave = turn(result, code.label.as_ref())? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// An array's items as they are when their turn comes: the body may write to those that follow.
    fn run_for_array(&mut self, code: &ForEachCode, array: &crate::value::Array, out: Out) -> Result<()> {
        let mut at = 0;
        loop {
            let Some(item) = array.items.read().get(at).cloned() else {
                return Ok(());
            };
            at += 1;
            self.step()?;
            self.write(&code.variable, item)?;
            let result = self.run_lines(&code.body, out);
            if let Turn::Leave = turn(result, code.label.as_ref())? {
                return Ok(());
            }
        }
    }

    /// `foreach` whose body reads `$foreach`, which it may move on.
    fn run_with_enumerator(&mut self, code: &ForEachCode, items: Vec<Value>, out: Out) -> Result<()> {
        let outer = self.read_named(Symbol::FOREACH);
        let enumerator = Enumerator::of(items);
        let mut result = Ok(());
        while let Some(item) = enumerator.downcast::<Enumerator>().and_then(Enumerator::next) {
            self.put_in(self.frame, Symbol::FOREACH, enumerator.clone());
            let ran = self
                .step()
                .and_then(|()| self.write(&code.variable, item))
                .and_then(|()| turn(self.run_lines(&code.body, out), code.label.as_ref()));
            match ran {
                Ok(Turn::Next) => {}
                Ok(Turn::Leave) => break,
                Err(interrupt) => {
                    result = Err(interrupt);
                    break;
                }
            }
        }
        self.put_in(self.frame, Symbol::FOREACH, outer.unwrap_or_default());
        result
    }

    fn run_for_range(&mut self, code: &ForEachCode, first: i32, last: i32, out: Out) -> Result<()> {
        let mut at = i64::from(first);
        let last = i64::from(last);
        let step = if at <= last { 1 } else { -1 };
        loop {
            self.step()?;
            self.write(&code.variable, Value::Int(at as i32))?;
            let result = self.run_lines(&code.body, out);
            if let Turn::Leave = turn(result, code.label.as_ref())? {
                return Ok(());
            }
            if at == last {
                return Ok(());
            }
            at += step;
        }
    }

    /// The ends of a range of integers, so that it need not be made.
    pub(super) fn int_range(&mut self, expression: &Expr) -> Result<Option<(i32, i32)>> {
        let Expr::Binary(crate::ast::BinaryOperator::Range, ends) = expression else {
            return Ok(None);
        };
        let simple = |end: &Expr| matches!(end, Expr::Constant(Value::Int(_)) | Expr::Var(_));
        if !simple(&ends.0) || !simple(&ends.1) {
            return Ok(None);
        }
        let (first, last) = (self.eval(&ends.0)?, self.eval(&ends.1)?);
        Ok(match (&first, &last) {
            (Value::Int(first), Value::Int(last)) => Some((*first, *last)),
            _ => None,
        })
    }
}

/// `$foreach` and `$switch`: where a loop stands in its items.
pub(super) struct Enumerator {
    items: Vec<Value>,
    /// How many items have been given.
    at: Arc<AtomicUsize>,
}

impl Enumerator {
    /// Before the first item.
    pub(super) fn of(items: Vec<Value>) -> Value {
        Value::instance(Enumerator {
            items,
            at: Arc::default(),
        })
    }

    pub(super) fn next(&self) -> Option<Value> {
        let at = self.at.fetch_add(1, Ordering::Relaxed);
        self.items.get(at).cloned()
    }
}

impl Instance for Enumerator {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Collections.IEnumerator")
    }

    fn to_text(&self) -> String {
        "System.Collections.IEnumerator".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Current")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        let at = self.at.load(Ordering::Relaxed).checked_sub(1)?;
        name.eq_ignore_ascii_case("current")
            .then(|| self.items.get(at).cloned().unwrap_or_default())
    }

    fn call(&self, name: &str, _: &[Value], _: &mut dyn World) -> Option<Result<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "movenext" => Some(Ok(Value::Bool(self.next().is_some()))),
            "reset" => {
                self.at.store(0, Ordering::Relaxed);
                Some(Ok(Value::Nothing))
            }
            _ => None,
        }
    }
}
