//! Operators over values. The left operand decides; a collection on the left of a comparison filters.

use std::cmp::Ordering;

use crate::error::Result;
use crate::members::World;
use crate::types::Type;
use crate::value::Value;

/// What `-match` gives: its value, and the new `$Matches` after a scalar match.
pub struct MatchOutcome {
    /// A Boolean, or the items that match.
    pub value: Value,
    /// `$Matches`, when it changes.
    pub matches: Option<Value>,
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])* pub fn $name(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
            let _ = (left, right, world);
            Ok(Value::Null)
        })*
    };
}

binary! {
    /// `+`.
    add;
    /// `-`.
    subtract;
    /// `*`.
    multiply;
    /// `/`.
    divide;
    /// `%`.
    remainder;
    /// `..`.
    range;
    /// `-f`.
    format;
    /// `-band`.
    bit_and;
    /// `-bor`.
    bit_or;
    /// `-bxor`.
    bit_xor;
    /// `-shl`.
    shift_left;
    /// `-shr`.
    shift_right;
    /// Binary `-join`.
    join;
    /// `-is`; the right operand is a type or its name.
    is;
    /// `-as`; `$null` when the conversion fails.
    convert_as;
}

/// Which comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// `-eq` and its kin: a Boolean, or the items of a collection on the left for which it holds.
pub fn compare(op: Comparison, left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<Value> {
    let _ = (op, left, right, case_sensitive, world);
    Ok(Value::Null)
}

/// Whether two values are equal as `-eq` on scalars sees it; collections are not gone into.
pub fn equals(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<bool> {
    let _ = (left, right, case_sensitive, world);
    Ok(false)
}

/// How two scalars stand to each other, as `-lt` sees it.
pub fn order(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<Ordering> {
    let _ = (left, right, case_sensitive, world);
    Ok(Ordering::Equal)
}

/// The order of keys in a sorted dictionary; what cannot be compared is equal.
pub fn order_keys(left: &Value, right: &Value) -> Ordering {
    order(left, right, true, &mut crate::members::NoWorld).unwrap_or(Ordering::Equal)
}

/// `-like` (and `-notlike` with `negate`).
pub fn like(left: &Value, right: &Value, case_sensitive: bool, negate: bool, world: &mut dyn World) -> Result<Value> {
    let _ = (left, right, case_sensitive, negate, world);
    Ok(Value::Null)
}

/// `-match` (and `-notmatch` with `negate`).
pub fn matches(
    left: &Value,
    right: &Value,
    case_sensitive: bool,
    negate: bool,
    world: &mut dyn World,
) -> Result<MatchOutcome> {
    let _ = (left, right, case_sensitive, negate, world);
    Ok(MatchOutcome { value: Value::Null, matches: None })
}

/// `-replace`; the right operand is the pattern, or pattern and replacement.
pub fn replace(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<Value> {
    let _ = (left, right, case_sensitive, world);
    Ok(Value::Null)
}

/// Binary `-split`; the right operand is the pattern or predicate, limit and options.
pub fn split(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<Value> {
    let _ = (left, right, case_sensitive, world);
    Ok(Value::Null)
}

/// Unary `-split`: at blanks.
pub fn split_blanks(operand: &Value) -> Result<Value> {
    let _ = operand;
    Ok(Value::Null)
}

/// Unary `-join`.
pub fn join_all(operand: &Value) -> Result<Value> {
    let _ = operand;
    Ok(Value::Null)
}

/// `-contains`; `-in` is the same with the operands changed over.
pub fn contains(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<bool> {
    let _ = (left, right, case_sensitive, world);
    Ok(false)
}

/// Unary `-`.
pub fn negate(operand: &Value, world: &mut dyn World) -> Result<Value> {
    let _ = world;
    Ok(operand.clone())
}

/// Unary `+`.
pub fn plus(operand: &Value, world: &mut dyn World) -> Result<Value> {
    let _ = world;
    Ok(operand.clone())
}

/// `-bnot`.
pub fn bit_not(operand: &Value, world: &mut dyn World) -> Result<Value> {
    let _ = world;
    Ok(operand.clone())
}

/// The type that the right operand of `-is` and `-as` names.
pub fn type_operand(value: &Value, world: &mut dyn World) -> Result<Type> {
    let _ = (value, world);
    Ok(Type::OBJECT)
}

/// `++` and `--`.
pub fn step(operand: &Value, up: bool, world: &mut dyn World) -> Result<Value> {
    if up { add(operand, &Value::Int(1), world) } else { subtract(operand, &Value::Int(1), world) }
}
