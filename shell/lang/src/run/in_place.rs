//! Numbers in slots. What loops do most (`$i -lt $n`, `$i++`, `$sum += $i`) is done where the numbers lie: no value is
//! moved, nothing is called. Everything else answers `None` or `false`, and the general way is taken.

use crate::ast::BinaryOperator;
use crate::program::{Expr, Target, Var};
use crate::value::Value;

use super::Machine;
use super::scope::Slot;

/// The result of an operation on two integers; `None` when it leaves Int32 or is no such operation.
#[inline]
pub(super) fn of_integers(operator: BinaryOperator, a: i32, b: i32) -> Option<Value> {
    use BinaryOperator as B;
    match operator {
        B::Add => a.checked_add(b).map(Value::Int),
        B::Subtract => a.checked_sub(b).map(Value::Int),
        B::Multiply => a.checked_mul(b).map(Value::Int),
        B::Remainder => a.checked_rem(b).map(Value::Int),
        _ => comparison(operator, a, b).map(Value::Bool),
    }
}

#[inline]
fn comparison(operator: BinaryOperator, a: i32, b: i32) -> Option<bool> {
    use BinaryOperator as B;
    match operator {
        B::Equal(_) => Some(a == b),
        B::NotEqual(_) => Some(a != b),
        B::Less(_) => Some(a < b),
        B::LessOrEqual(_) => Some(a <= b),
        B::Greater(_) => Some(a > b),
        B::GreaterOrEqual(_) => Some(a >= b),
        _ => None,
    }
}

impl Machine {
    #[inline]
    fn slot_at(&self, at: u32) -> &Slot {
        &self.slots[self.frames[self.frame].base + at as usize]
    }

    /// The integer that an expression is, where that shows without running anything.
    #[inline]
    pub(super) fn integer(&self, expression: &Expr) -> Option<i32> {
        match expression {
            Expr::Constant(Value::Int(number)) => Some(*number),
            Expr::Var(Var::Slot(at, _)) => match self.slot_at(*at) {
                Slot {
                    value: Value::Int(number),
                    set: true,
                    ..
                } => Some(*number),
                _ => None,
            },
            _ => None,
        }
    }

    /// The truth of a comparison of integers.
    #[inline]
    pub(super) fn integer_truth(&self, expression: &Expr) -> Option<bool> {
        let Expr::Binary(operator, operands) = expression else {
            return None;
        };
        comparison(*operator, self.integer(&operands.0)?, self.integer(&operands.1)?)
    }

    /// `$x += …`, `$x -= …`, `$x *= …` on a number in a slot; whether it was done.
    #[inline]
    pub(super) fn compute_in_place(
        &mut self,
        target: &Target,
        operator: BinaryOperator,
        operand: &Expr,
    ) -> bool {
        let Target::Var(Var::Slot(at, _)) = target else {
            return false;
        };
        let Some(number) = self.integer(operand) else {
            return false;
        };
        let base = self.frames[self.frame].base;
        let slot = &mut self.slots[base + *at as usize];
        if !slot.set || slot.attributes.is_some() {
            return false;
        }
        match (&mut slot.value, operator) {
            (Value::Int(own), _) => match of_integers(operator, *own, number) {
                Some(Value::Int(new)) => *own = new,
                _ => return false,
            },
            (Value::Double(own), BinaryOperator::Add) => *own += f64::from(number),
            (Value::Double(own), BinaryOperator::Subtract) => *own -= f64::from(number),
            (Value::Double(own), BinaryOperator::Multiply) => *own *= f64::from(number),
            _ => return false,
        }
        true
    }

    /// `$x++` and `$x--` on an integer in a slot; whether it was done.
    #[inline]
    pub(super) fn step_in_place(&mut self, target: &Target, up: bool) -> bool {
        let Target::Var(Var::Slot(at, _)) = target else {
            return false;
        };
        let base = self.frames[self.frame].base;
        let slot = &mut self.slots[base + *at as usize];
        if !slot.set || slot.attributes.is_some() {
            return false;
        }
        let Value::Int(own) = &mut slot.value else {
            return false;
        };
        match own.checked_add(if up { 1 } else { -1 }) {
            Some(new) => *own = new,
            None => return false,
        }
        true
    }
}
