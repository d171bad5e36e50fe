//! Assignments: to variables, members, elements and lists of them; types and checks that stay with a variable.

use std::sync::Arc;

use crate::ast::AssignOperator;
use crate::error::{Category, ErrorRecord, Result};
use crate::program::{AssignCode, Constraint, Expr, Target, Var};
use crate::symbol::Symbol;
use crate::value::Value;

use super::Machine;
use super::expression::no_absence;

impl Machine {
    /// Runs an assignment whose value nobody takes.
    #[inline]
    pub(super) fn assign_statement(&mut self, code: &AssignCode) -> Result<()> {
        if let (AssignOperator::Set, Target::Var(variable)) = (code.operator, &code.target) {
            let value = self.eval(&code.value)?;
            self.question = true;
            return self.write(variable, value);
        }
        if let AssignOperator::Compute(operator) = code.operator
            && self.compute_in_place(&code.target, operator, &code.value)
        {
            self.question = true;
            return Ok(());
        }
        self.assign(code).map(|_| ())
    }

    /// Runs an assignment and gives the value.
    pub(super) fn assign(&mut self, code: &AssignCode) -> Result<Value> {
        match code.operator {
            AssignOperator::Set => {
                let value = self.eval(&code.value)?;
                self.question = true;
                if let Target::Var(variable) = &code.target {
                    self.write(variable, value.clone())?;
                    return Ok(value);
                }
                self.assign_to(&code.target, value.clone())?;
                Ok(value)
            }
            AssignOperator::Compute(operator) => {
                if let Target::Var(variable @ Var::Slot(..)) = &code.target {
                    return self.compute_in_slot(variable, operator, &code.value);
                }
                let old = self.read_target(&code.target)?;
                let operand = self.eval(&code.value)?;
                let new = self.binary(operator, &old, &operand)?;
                self.assign_to(&code.target, new.clone())?;
                self.question = true;
                Ok(new)
            }
            AssignOperator::Coalesce => {
                let old = self.read_target(&code.target)?;
                if !old.is_null() {
                    return Ok(old);
                }
                let new = self.eval(&code.value)?;
                self.assign_to(&code.target, new.clone())?;
                Ok(new)
            }
        }
    }

    /// `$x += …` on a local: starts from `$null` when it was never written here.
    fn compute_in_slot(
        &mut self,
        variable: &Var,
        operator: crate::ast::BinaryOperator,
        value: &Expr,
    ) -> Result<Value> {
        let Var::Slot(at, _) = variable else {
            return Ok(Value::Null);
        };
        let operand = self.eval(value)?;
        let base = self.frames[self.frame].base;
        let slot = &mut self.slots[base + *at as usize];
        if !slot.set && self.frames[self.frame].strict >= 10 {
            self.read(variable)?;
        }
        let slot = &mut self.slots[base + *at as usize];
        // Taken out, so that what grows in place is not shared with the variable.
        let old = if slot.attributes.is_none() {
            std::mem::take(&mut slot.value)
        } else {
            slot.value.clone()
        };
        let was_set = slot.set;
        let new = match self.binary(operator, &old, &operand) {
            Ok(new) => new,
            Err(interrupt) => {
                let slot = &mut self.slots[base + *at as usize];
                slot.value = old;
                slot.set = was_set;
                return Err(interrupt);
            }
        };
        self.write(variable, new.clone())?;
        Ok(new)
    }

    /// The value that a compound assignment starts from: of this scope only.
    fn read_target(&mut self, target: &Target) -> Result<Value> {
        match target {
            Target::Var(variable) | Target::Typed(variable, _) => match variable {
                Var::Named(symbol) if self.frame != 0 => {
                    Ok(self.get_in(self.frame, *symbol).cloned().unwrap_or_default())
                }
                variable => self.read(variable),
            },
            Target::Member(object, name, is_static) => {
                let object = self.eval(object)?;
                let name = self.eval(name)?.to_text();
                self.read_member(&object, &name, *is_static)
            }
            Target::Index(object, index) => {
                let object = self.eval(object)?;
                let index = self.eval(index)?;
                crate::members::index(&object, &index, self)
            }
            Target::Converted(_, inner) => self.read_target(inner),
            Target::List(targets) => {
                let mut values = Vec::with_capacity(targets.len());
                for target in targets {
                    values.push(self.read_target(target)?);
                }
                Ok(Value::array(values))
            }
        }
    }

    /// Assigns a value.
    pub(super) fn assign_to(&mut self, target: &Target, value: Value) -> Result<()> {
        match target {
            Target::Var(variable) => self.write(variable, value),
            Target::Typed(variable, constraints) => self.assign_typed(variable, constraints, value),
            Target::Member(object, name, is_static) => {
                let object = self.eval(object)?;
                let name = self.eval(name)?.to_text();
                self.write_member(&object, &name, no_absence(value), *is_static)
            }
            Target::Index(object, index) => {
                let object = self.eval(object)?;
                let index = self.eval(index)?;
                crate::members::set_index(&object, &index, no_absence(value), self)
            }
            Target::Converted(name, inner) => {
                let value = self.cast(name, &value)?;
                self.assign_to(inner, value)
            }
            Target::List(targets) => self.assign_list(targets, &value),
        }
    }

    /// `$a, $b = …`: the last takes what is left.
    fn assign_list(&mut self, targets: &[Target], value: &Value) -> Result<()> {
        let mut items = match crate::members::enumerate(value) {
            Some(items) => items,
            None => vec![value.clone()],
        };
        for (at, target) in targets.iter().enumerate() {
            let last = at + 1 == targets.len();
            let item = if last && items.len() > at + 1 {
                Value::array(items.split_off(at))
            } else {
                items.get(at).cloned().unwrap_or_default()
            };
            self.assign_to(target, item)?;
        }
        Ok(())
    }

    fn assign_typed(
        &mut self,
        variable: &Var,
        constraints: &Arc<Vec<Constraint>>,
        value: Value,
    ) -> Result<()> {
        let symbol = match variable {
            Var::Slot(_, symbol)
            | Var::Named(symbol)
            | Var::Global(symbol)
            | Var::Script(symbol)
            | Var::Local(symbol)
            | Var::Private(symbol) => *symbol,
            Var::Drive(..) => return self.write(variable, value),
        };
        let value = self.constrain(value, constraints, symbol)?;
        let frame = match variable {
            Var::Global(_) => 0,
            Var::Script(_) => self.script_frame(),
            _ => self.frame,
        };
        // What the variable was declared as before counts no longer.
        if self.attributes_in(frame, symbol).is_some() {
            self.attributes_mut(frame, symbol).constraints = None;
        }
        self.write_in(frame, symbol, value)?;
        self.attributes_mut(frame, symbol).constraints = Some(Arc::clone(constraints));
        Ok(())
    }

    /// A value after the types and checks of a variable.
    pub(super) fn constrain(
        &mut self,
        value: Value,
        constraints: &[Constraint],
        symbol: Symbol,
    ) -> Result<Value> {
        let mut value = value;
        for constraint in constraints.iter().rev() {
            if let Constraint::Class(name, arguments) = constraint {
                value = self.transformed(name, arguments, value)?;
            }
            if let Constraint::Type(name) = constraint {
                value = self.cast(name, &value)?;
            }
        }
        for constraint in constraints {
            let message = match constraint {
                Constraint::Check(check) => crate::bind::check(check, &value).err(),
                Constraint::Script(block, message) => self.check_script(block, message.as_deref(), &value)?,
                Constraint::Type(_) => None,
                Constraint::Class(name, arguments) => self.class_objects_to(name, arguments, &value)?,
            };
            if message.is_some() {
                let name = symbol.name();
                let text = value.to_text();
                return Err(ErrorRecord::new(
                    "ValidateSetFailure",
                    Category::MetadataError,
                    format!("The variable cannot be validated because the value {text} is not a valid value for the {name} variable."),
                )
                .exception("System.Management.Automation.ValidationMetadataException")
                .into());
            }
        }
        Ok(value)
    }
}
