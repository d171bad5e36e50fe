//! `-like`, `-match`, `-replace`.

use super::{Wildcard, runtime_error};
use crate::convert;
use crate::error::{Category, Result};
use crate::members::{World, enumerate};
use crate::regex::{self, Pattern};
use crate::value::Value;

/// What `-match` gives: its value, and the new `$Matches` after a scalar match.
pub struct MatchOutcome {
    /// A Boolean, or the items that match.
    pub value: Value,
    /// `$Matches`, when it changes.
    pub matches: Option<Value>,
}

/// Tests a scalar, or filters a collection.
fn filter(left: &Value, negate: bool, test: impl Fn(&str) -> Result<bool>) -> Result<Value> {
    let Some(items) = enumerate(left.base()) else {
        return Ok(Value::Bool(test(&convert::to_text(left))? != negate));
    };
    let mut kept = Vec::new();
    for item in items {
        if test(&convert::to_text(&item))? != negate {
            kept.push(item);
        }
    }
    Ok(Value::array(kept))
}

/// `-like` (and `-notlike` with `negate`).
pub fn like(
    left: &Value,
    right: &Value,
    case_sensitive: bool,
    negate: bool,
    world: &mut dyn World,
) -> Result<Value> {
    let pattern = convert::to_text_with(right, &world.output_separator());
    let Some(wildcard) = Wildcard::new(&pattern, case_sensitive) else {
        let message = format!("The specified wildcard character pattern is not valid: {pattern}");
        return Err(
            crate::error::ErrorRecord::new("RuntimeException", Category::NotSpecified, message)
                .exception("System.Management.Automation.WildcardPatternException")
                .into(),
        );
    };
    filter(left, negate, |text| Ok(wildcard.is_match(text)))
}

/// `-match` (and `-notmatch` with `negate`).
pub fn matches(
    left: &Value,
    right: &Value,
    case_sensitive: bool,
    negate: bool,
    world: &mut dyn World,
) -> Result<MatchOutcome> {
    let pattern = regex::of_operand(right, case_sensitive, &world.output_separator())?;
    if enumerate(left.base()).is_some() {
        let value = filter(left, negate, |text| pattern.is_match(text))?;
        return Ok(MatchOutcome { value, matches: None });
    }
    let text = convert::to_text_with(left, &world.output_separator());
    let found = pattern.captures(&text, 0)?;
    let value = Value::Bool(found.is_some() != negate);
    Ok(MatchOutcome {
        value,
        matches: found.map(|found| regex::matches_table(&pattern, &found, &text)),
    })
}

/// `-replace`; the right operand is the pattern, or pattern and replacement.
pub fn replace(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<Value> {
    let (pattern, replacement) = match right.base() {
        Value::Array(array) => match array.items.read().as_slice() {
            [] => (Value::from(""), Value::from("")),
            [pattern] => (pattern.clone(), Value::from("")),
            [pattern, replacement] => (pattern.clone(), replacement.clone()),
            items => {
                let message = format!(
                    "The -replace operator allows only two elements to follow it, not {}.",
                    items.len()
                );
                return Err(runtime_error(
                    "BadReplaceArgument",
                    Category::InvalidOperation,
                    message,
                ));
            }
        },
        other => (other.clone(), Value::from("")),
    };
    let pattern = regex::of_operand(&pattern, case_sensitive, &world.output_separator())?;
    if let Value::Str(text) = left {
        return one(text, &pattern, &replacement, world).map(Value::from);
    }
    let Some(items) = enumerate(left.base()) else {
        let text = convert::to_text_with(left, &world.output_separator());
        return one(&text, &pattern, &replacement, world).map(Value::from);
    };
    let mut replaced = Vec::with_capacity(items.len());
    for item in items {
        let text = convert::to_text_with(&item, &world.output_separator());
        replaced.push(Value::from(one(&text, &pattern, &replacement, world)?));
    }
    Ok(Value::array(replaced))
}

fn one(
    text: &str,
    pattern: &std::sync::Arc<Pattern>,
    replacement: &Value,
    world: &mut dyn World,
) -> Result<String> {
    match replacement.base() {
        Value::Block(_) => regex::replace_by_block(pattern, text, replacement, -1, world),
        Value::Str(template) => regex::replace(pattern, text, template, -1),
        other => {
            let template = convert::to_text_with(other, &world.output_separator());
            regex::replace(pattern, text, &template, -1)
        }
    }
}
