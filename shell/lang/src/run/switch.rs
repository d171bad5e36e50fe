//! `switch`: all clauses that match run, for each item.

use crate::ast::{BinaryOperator, Case, SwitchMatch};
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::operator;
use crate::program::{ClauseTest, SwitchCode};
use crate::symbol::Symbol;
use crate::value::Value;

use super::control::Enumerator;
use super::{Machine, Out};

impl Machine {
    pub(super) fn run_switch(&mut self, code: &SwitchCode, out: Out) -> Result<()> {
        let condition = self.eval(&code.condition)?;
        let items = if code.file {
            self.file_lines(&condition)?
        } else {
            switch_items(condition)
        };
        let (outer, enumerator) = match code.enumerator {
            true => (
                self.read_named(Symbol::SWITCH),
                Some(Enumerator::of(items.clone())),
            ),
            false => (None, None),
        };
        let mut items = items.into_iter();
        let old = self.swap_underscore(None);
        let mut result = Ok(());
        loop {
            let next = match &enumerator {
                Some(enumerator) => enumerator.downcast::<Enumerator>().and_then(Enumerator::next),
                None => items.next(),
            };
            let Some(item) = next else { break };
            if let Some(enumerator) = &enumerator {
                self.put_in(self.frame, Symbol::SWITCH, enumerator.clone());
            }
            if let Err(interrupt) = self.step() {
                result = Err(interrupt);
                break;
            }
            self.swap_underscore(Some(item.clone()));
            match self.switch_item(code, &item, out) {
                Ok(()) => {}
                Err(Interrupt::Break(label)) if is_mine(code, label.as_deref()) => break,
                Err(Interrupt::Continue(label)) if is_mine(code, label.as_deref()) => {}
                Err(interrupt) => {
                    result = Err(interrupt);
                    break;
                }
            }
        }
        self.swap_underscore(old);
        if enumerator.is_some() {
            self.put_in(self.frame, Symbol::SWITCH, outer.unwrap_or_default());
        }
        result
    }

    fn switch_item(&mut self, code: &SwitchCode, item: &Value, out: Out) -> Result<()> {
        let mut matched = false;
        for (test, body) in &code.clauses {
            if self.clause_matches(code, test, item)? {
                matched = true;
                self.run_lines(body, out)?;
                // The body may have put another `$_` there.
                self.swap_underscore(Some(item.clone()));
            }
        }
        match &code.default {
            Some(body) if !matched => self.run_lines(body, out),
            _ => Ok(()),
        }
    }

    fn clause_matches(&mut self, code: &SwitchCode, test: &ClauseTest, item: &Value) -> Result<bool> {
        let pattern = match test {
            ClauseTest::Predicate(lines) => {
                let items = self.collect(|machine, out| machine.run_lines(lines, out))?;
                return Ok(Machine::as_value(items).is_true());
            }
            ClauseTest::Value(expression) => self.eval(expression)?,
        };
        if let Value::Block(_) = pattern {
            let items = self.call_found_scope(&pattern, Some(item.clone()), &[])?;
            return Ok(Machine::as_value(items).is_true());
        }
        match code.matching {
            SwitchMatch::Exact if matches!((item, &pattern), (Value::Int(_), Value::Int(_))) => self
                .binary(BinaryOperator::Equal(Case::Ignore), item, &pattern)
                .map(|equal| equal.is_true()),
            // Values are compared as texts; nothing equals only nothing.
            SwitchMatch::Exact if item.is_null() || pattern.is_null() => {
                Ok(item.is_null() && pattern.is_null())
            }
            SwitchMatch::Exact => {
                let case = if code.case_sensitive {
                    Case::Respect
                } else {
                    Case::Ignore
                };
                let (left, right) = (
                    Value::from(self.text_of(item)?),
                    Value::from(self.text_of(&pattern)?),
                );
                self.binary(BinaryOperator::Equal(case), &left, &right)
                    .map(|equal| equal.is_true())
            }
            SwitchMatch::Wildcard => {
                let text = Value::from(item.to_text());
                operator::like(&text, &pattern, code.case_sensitive, false, self).map(|value| value.is_true())
            }
            SwitchMatch::Regex => {
                let text = Value::from(item.to_text());
                let outcome = operator::matches(&text, &pattern, code.case_sensitive, false, self)?;
                if let Some(matches) = outcome.matches {
                    self.put_in(self.frame, Symbol::MATCHES, matches);
                }
                Ok(outcome.value.is_true())
            }
        }
    }

    fn file_lines(&mut self, path: &Value) -> Result<Vec<Value>> {
        let path = path.to_text();
        let bytes = self.host.read_file(&path).map_err(|error| {
            ErrorRecord::new(
                "FileReadError",
                Category::ReadError,
                format!("The file could not be read: {path}: {error}"),
            )
            .about(Value::str(&path))
        })?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text
            .trim_start_matches('\u{feff}')
            .lines()
            .map(Value::str)
            .collect())
    }
}

fn switch_items(condition: Value) -> Vec<Value> {
    match &condition {
        Value::Nothing => Vec::new(),
        other => crate::members::enumerate(other).unwrap_or_else(|| vec![condition.clone()]),
    }
}

fn is_mine(code: &SwitchCode, label: Option<&str>) -> bool {
    match label {
        None => true,
        Some(label) => code
            .label
            .as_ref()
            .is_some_and(|own| own.eq_ignore_ascii_case(label)),
    }
}
