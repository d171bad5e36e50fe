//! Expressions.

use std::sync::Arc;

use crate::ast::{BinaryOperator, Case, UnaryOperator};
use crate::error::{Category, ErrorRecord, Result};
use crate::members::equality;
use crate::operator::{self, Comparison};
use crate::program::{Expr, TextPart, TypeRef};
use crate::symbol::Symbol;
use crate::types::Type;
use crate::value::{Hashtable, TableKind, Value};

use super::Machine;
use super::in_place::of_integers;

impl Machine {
    /// The value of an expression.
    pub(crate) fn eval(&mut self, expression: &Expr) -> Result<Value> {
        match expression {
            Expr::Constant(value) | Expr::Block(value) => Ok(value.clone()),
            Expr::Var(variable) => self.read(variable),
            Expr::Text(parts) => self.eval_text(parts),
            Expr::Type(name) => self.resolve_type(name).map(Value::type_literal),
            Expr::Member(member) => self.eval_member(member),
            Expr::Call(call) => self.eval_call(call),
            Expr::Index(parts) => self.eval_index(&parts.0, &parts.1, parts.2),
            Expr::Unary(operator, operand) => self.eval_unary(*operator, operand),
            Expr::Step(step) => self.eval_step(&step.0, &step.1, step.2, step.3),
            Expr::Binary(BinaryOperator::Format, operands) => self.eval_format(&operands.0, &operands.1),
            Expr::Binary(operator, operands) => {
                if let Some(left) = self.integer(&operands.0)
                    && let Some(right) = self.integer(&operands.1)
                    && let Some(value) = of_integers(*operator, left, right)
                {
                    return Ok(value);
                }
                let left = self.eval(&operands.0)?;
                let right = self.eval(&operands.1)?;
                self.binary(*operator, &left, &right)
            }
            Expr::And(operands) => Ok(Value::Bool(
                self.is_true(&operands.0)? && self.is_true(&operands.1)?,
            )),
            Expr::Or(operands) => Ok(Value::Bool(
                self.is_true(&operands.0)? || self.is_true(&operands.1)?,
            )),
            Expr::Coalesce(operands) => match self.eval(&operands.0)? {
                Value::Null | Value::Nothing => self.eval(&operands.1),
                value => Ok(value),
            },
            Expr::Ternary(parts) => {
                if self.is_true(&parts.0)? {
                    self.eval(&parts.1)
                } else {
                    self.eval(&parts.2)
                }
            }
            Expr::Cast(name, inner) => {
                let value = self.eval(inner)?;
                self.cast(name, &value)
            }
            Expr::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(no_absence(self.eval(item)?));
                }
                Ok(Value::array(values))
            }
            Expr::Array(lines) => self.eval_array(lines),
            Expr::Sub(lines) => {
                let items = self.collect(|machine, out| machine.run_lines(lines, out))?;
                Ok(Machine::as_value(items))
            }
            Expr::Hashtable(pairs, ordered) => self.eval_hashtable(pairs, *ordered),
            Expr::Object(pairs) => self.eval_object(pairs),
            Expr::Assign(assign) => self.assign(assign),
            Expr::Output(statement) => {
                let items = self.collect(|machine, out| machine.run_statement(statement, out))?;
                Ok(Machine::as_value(items))
            }
            Expr::Reference(target, read) => {
                let value = self.eval(read)?;
                Ok(self.make_reference(target, value))
            }
        }
    }

    /// `-f`: arguments that are written as a list are not made an array first.
    fn eval_format(&mut self, pattern: &Expr, arguments: &Expr) -> Result<Value> {
        let pattern = self.eval(pattern)?;
        let (Value::Str(text), Expr::List(items)) = (&pattern, arguments) else {
            let arguments = self.eval(arguments)?;
            return self.binary(BinaryOperator::Format, &pattern, &arguments);
        };
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(no_absence(self.eval(item)?));
        }
        crate::format_string::operator(text, &values).map(Value::from)
    }

    fn eval_array(&mut self, lines: &crate::program::Lines) -> Result<Value> {
        if let [statement] = lines.statements.as_slice()
            && let crate::program::StmtKind::Expr(expression @ Expr::List(_)) = &statement.kind
        {
            return self.eval(expression);
        }
        let items = self.collect(|machine, out| machine.run_lines(lines, out))?;
        Ok(Value::array(items))
    }

    fn eval_text(&mut self, parts: &[TextPart]) -> Result<Value> {
        let mut text = String::new();
        for part in parts {
            match part {
                TextPart::Text(piece) => text.push_str(piece),
                TextPart::Expr(expression) => {
                    let value = self.eval(expression)?;
                    self.append_text(&mut text, &value)?;
                }
            }
        }
        Ok(Value::from(text))
    }

    /// Appends a value's text as `"$value"` gives it.
    pub(super) fn append_text(&mut self, text: &mut String, value: &Value) -> Result<()> {
        use std::fmt::Write;
        match value {
            Value::Null | Value::Nothing => {}
            Value::Str(piece) => text.push_str(piece),
            Value::Int(number) => {
                let _ = write!(text, "{number}");
            }
            _ => text.push_str(&self.text_of(value)?),
        }
        Ok(())
    }

    /// A value's text, with `$OFS` between items and script-defined ToString.
    pub(super) fn text_of(&mut self, value: &Value) -> Result<String> {
        let separator = match value {
            Value::Array(_) | Value::List(_) | Value::Instance(_) => {
                crate::members::World::output_separator(self)
            }
            _ => return self.object_text(value),
        };
        Ok(crate::convert::to_text_with(value, &separator).to_string())
    }

    /// The type of a name.
    pub(crate) fn resolve_type(&self, name: &TypeRef) -> Result<Type> {
        if let Some(known) = &name.known {
            return Ok(known.clone());
        }
        self.type_named(&name.name)
    }

    /// A type that a script has defined, or one of a namespace that the running text uses.
    pub(crate) fn visible_type(&self, name: &str) -> Option<Type> {
        if let Some(found) = self.types.find(name) {
            return Some(found);
        }
        let own = &self.frames[self.frame].source;
        let used = own.namespaces.get().into_iter().flatten().chain(&self.namespaces);
        if name.split('[').next().is_none_or(|outer| outer.contains('.')) {
            return None;
        }
        used.into_iter().find_map(|namespace| {
            crate::types::resolve_with(&format!("{namespace}.{name}"), &|name| self.visible_type(name))
        })
    }

    /// The type of a name that is looked up now.
    pub(crate) fn type_named(&self, name: &str) -> Result<Type> {
        let defined = |name: &str| self.visible_type(name);
        crate::types::resolve_with(name, &defined).ok_or_else(|| {
            ErrorRecord::new(
                "TypeNotFound",
                Category::InvalidOperation,
                format!("Unable to find type [{name}]."),
            )
            .about(Value::str(name))
            .into()
        })
    }

    pub(crate) fn cast(&mut self, name: &TypeRef, value: &Value) -> Result<Value> {
        let target = self.resolve_type(name)?;
        crate::convert::to(value, &target, self)
    }

    fn eval_unary(&mut self, operator: UnaryOperator, operand: &Expr) -> Result<Value> {
        let value = self.eval(operand)?;
        match operator {
            UnaryOperator::Not => Ok(Value::Bool(!value.is_true())),
            UnaryOperator::Minus => operator::negate(&value, self),
            UnaryOperator::Plus => operator::plus(&value, self),
            UnaryOperator::BitNot => operator::bit_not(&value, self),
            UnaryOperator::Join => operator::join_all(&value),
            UnaryOperator::Split(_) => operator::split_blanks(&value),
        }
    }

    fn eval_step(
        &mut self,
        target: &crate::program::Target,
        read: &Expr,
        up: bool,
        prefix: bool,
    ) -> Result<Value> {
        let old = self.eval(read)?;
        let new = match &old {
            Value::Int(number) if up => number.checked_add(1).map(Value::Int),
            Value::Int(number) => number.checked_sub(1).map(Value::Int),
            _ => None,
        };
        let new = match new {
            Some(new) => new,
            None => operator::step(&old, up, self)?,
        };
        if prefix {
            self.assign_to(target, new.clone())?;
            return Ok(new);
        }
        self.assign_to(target, new)?;
        Ok(if old.is_null() { Value::Int(0) } else { old })
    }

    /// A binary operation on values.
    #[inline]
    pub(crate) fn binary(&mut self, operator: BinaryOperator, left: &Value, right: &Value) -> Result<Value> {
        use BinaryOperator as B;
        if let (Value::Int(a), Value::Int(b)) = (left, right)
            && let Some(value) = of_integers(operator, *a, *b)
        {
            return Ok(value);
        }
        let fraction = match (left, right) {
            (Value::Double(a), Value::Double(b)) => Some((*a, *b)),
            (Value::Double(a), Value::Int(b)) => Some((*a, f64::from(*b))),
            (Value::Int(a), Value::Double(b)) => Some((f64::from(*a), *b)),
            _ => None,
        };
        if let Some((a, b)) = fraction {
            let quick = match operator {
                B::Add => Some(Value::Double(a + b)),
                B::Subtract => Some(Value::Double(a - b)),
                B::Multiply => Some(Value::Double(a * b)),
                B::Less(_) => Some(Value::Bool(a < b)),
                B::Greater(_) => Some(Value::Bool(a > b)),
                _ => None,
            };
            if let Some(value) = quick {
                return Ok(value);
            }
        }
        self.binary_general(operator, left, right)
    }

    fn binary_general(&mut self, operator: BinaryOperator, left: &Value, right: &Value) -> Result<Value> {
        use BinaryOperator as B;
        let case = |case: Case| case == Case::Respect;
        match operator {
            B::Add => operator::add(left, right, self),
            B::Subtract => operator::subtract(left, right, self),
            B::Multiply => operator::multiply(left, right, self),
            B::Divide => operator::divide(left, right, self),
            B::Remainder => operator::remainder(left, right, self),
            B::Format => operator::format(left, right, self),
            B::Range => operator::range(left, right, self),
            B::Equal(c) => operator::compare(Comparison::Equal, left, right, case(c), self),
            B::NotEqual(c) => operator::compare(Comparison::NotEqual, left, right, case(c), self),
            B::Greater(c) => operator::compare(Comparison::Greater, left, right, case(c), self),
            B::GreaterOrEqual(c) => operator::compare(Comparison::GreaterOrEqual, left, right, case(c), self),
            B::Less(c) => operator::compare(Comparison::Less, left, right, case(c), self),
            B::LessOrEqual(c) => operator::compare(Comparison::LessOrEqual, left, right, case(c), self),
            B::Like(c) => operator::like(left, right, case(c), false, self),
            B::NotLike(c) => operator::like(left, right, case(c), true, self),
            B::Match(c) => self.match_operator(left, right, case(c), false),
            B::NotMatch(c) => self.match_operator(left, right, case(c), true),
            B::Replace(c) => operator::replace(left, right, case(c), self),
            B::Split(c) => operator::split(left, right, case(c), self),
            B::Contains(c) => operator::contains(left, right, case(c), self).map(Value::Bool),
            B::NotContains(c) => {
                operator::contains(left, right, case(c), self).map(|found| Value::Bool(!found))
            }
            B::In(c) => operator::contains(right, left, case(c), self).map(Value::Bool),
            B::NotIn(c) => operator::contains(right, left, case(c), self).map(|found| Value::Bool(!found)),
            B::Join => operator::join(left, right, self),
            B::Is => self.is_operator(left, right).map(Value::Bool),
            B::IsNot => self.is_operator(left, right).map(|is| Value::Bool(!is)),
            B::As => operator::convert_as(left, right, self),
            B::ShiftLeft => operator::shift_left(left, right, self),
            B::ShiftRight => operator::shift_right(left, right, self),
            B::BitAnd => operator::bit_and(left, right, self),
            B::BitOr => operator::bit_or(left, right, self),
            B::BitXor => operator::bit_xor(left, right, self),
            B::And => Ok(Value::Bool(left.is_true() && right.is_true())),
            B::Or => Ok(Value::Bool(left.is_true() || right.is_true())),
            B::Xor => Ok(Value::Bool(left.is_true() != right.is_true())),
            B::Coalesce => Ok(if left.is_null() {
                right.clone()
            } else {
                left.clone()
            }),
        }
    }

    /// `-is`: instances of script-defined classes know their lineage by name.
    fn is_operator(&mut self, left: &Value, right: &Value) -> Result<bool> {
        if let (Value::Object(object), Value::Type(of)) = (left, right)
            && let Type::Script(class) = of.as_ref()
        {
            let name = class.name();
            return Ok(object
                .shape()
                .type_names()
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&name)));
        }
        operator::is(left, right, self).map(|is| is.is_true())
    }

    fn match_operator(
        &mut self,
        left: &Value,
        right: &Value,
        case_sensitive: bool,
        negate: bool,
    ) -> Result<Value> {
        let outcome = operator::matches(left, right, case_sensitive, negate, self)?;
        if let Some(matches) = outcome.matches {
            self.put_in(self.frame, Symbol::MATCHES, matches);
        }
        Ok(outcome.value)
    }

    fn eval_hashtable(&mut self, pairs: &[(Expr, Expr)], ordered: bool) -> Result<Value> {
        let table = Hashtable::new(if ordered {
            TableKind::Ordered
        } else {
            TableKind::Hashtable
        });
        for (key, value) in pairs {
            let key = self.eval(key)?;
            if key.is_null() {
                return Err(ErrorRecord::new(
                    "InvalidNullKey",
                    Category::InvalidOperation,
                    "A null key is not allowed in a hash literal.",
                )
                .into());
            }
            let value = no_absence(self.eval(value)?);
            let key = equality::key_in(&table, key, self)?;
            if table.contains(&key) {
                let text = key.to_text();
                return Err(ErrorRecord::new(
                    "DuplicateKeyInHashLiteral",
                    Category::InvalidOperation,
                    format!("Duplicate keys '{text}' are not allowed in hash literals."),
                )
                .about(key)
                .into());
            }
            table.set(key, value);
        }
        Ok(Value::Hashtable(Arc::new(table)))
    }

    fn eval_object(&mut self, pairs: &[(Expr, Expr)]) -> Result<Value> {
        let mut names = Vec::with_capacity(pairs.len());
        let mut values = Vec::with_capacity(pairs.len());
        let mut type_name = None;
        for (key, value) in pairs {
            let key = self.eval(key)?;
            let value = no_absence(self.eval(value)?);
            let name = match &key {
                Value::Str(text) => text.clone(),
                other => crate::value::Str::from(other.to_text()),
            };
            if name.eq_ignore_ascii_case("PSTypeName") {
                type_name = Some(value.to_text());
            } else {
                names.push(name);
                values.push(value);
            }
        }
        let object = Value::object(names.iter().map(arcstr::ArcStr::as_str).zip(values));
        Ok(match type_name {
            Some(type_name) => object.with_type_name(&type_name),
            None => object,
        })
    }

    fn eval_index(&mut self, target: &Expr, index: &Expr, null_conditional: bool) -> Result<Value> {
        let target = self.eval(target)?;
        if target.is_null() && null_conditional {
            return Ok(Value::Null);
        }
        let index = self.eval(index)?;
        if let (Value::Array(array), Value::Int(at)) = (&target, &index)
            && array.lengths.is_none()
        {
            let items = array.items.read();
            let at = if *at < 0 {
                items.len() as i64 + i64::from(*at)
            } else {
                i64::from(*at)
            };
            if let Some(item) = usize::try_from(at).ok().and_then(|at| items.get(at)) {
                return Ok(item.clone());
            }
        }
        crate::members::index(&target, &index, self)
    }
}

/// What a variable, an element or a property holds instead of nothing.
pub(super) fn no_absence(value: Value) -> Value {
    match value {
        Value::Nothing => Value::Null,
        value => value,
    }
}
