//! Arguments as their parameters' types, and the checks on them.

use std::sync::Arc;

use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::run::Machine;
use crate::signature::Validation;
use crate::value::Value;

use super::{ArgumentKind, Table, binding_error};

/// A number keeps the text it was written as, where that is not its usual text.
pub(crate) fn with_text(value: Value, text: Option<&str>) -> Value {
    match text {
        Some(text) if !is_usual_text(&value, text) => value.with_source_text(text),
        _ => value,
    }
}

/// Whether a value's usual text is this one.
fn is_usual_text(value: &Value, text: &str) -> bool {
    match value {
        // Digits that do not begin with zero are written as they are read.
        Value::Int(number)
            if *number >= 0 && text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            text == "0" || !text.starts_with('0')
        }
        other => other.to_text() == text,
    }
}

/// Whether a parameter's pattern lets a text by: where several parameters share a position, one that does not is left
/// out of the choice.
pub(super) fn may_be(table: &Table, at: usize, value: &Value) -> bool {
    table.parameters[at].validation.iter().all(|check| match check {
        Validation::Pattern(pattern) => super::validation::fits_pattern(value, pattern),
        _ => true,
    })
}

/// Whether an argument is of a parameter's type as it is.
pub(super) fn fits_without_conversion(table: &Table, at: usize, value: &Value) -> bool {
    let entry = &table.parameters[at];
    match entry.kind {
        ArgumentKind::Object => true,
        ArgumentKind::Block => matches!(value, Value::Block(_)),
        ArgumentKind::Text => matches!(value.base(), Value::Str(_)),
        ArgumentKind::Switch => matches!(value, Value::Switch(_)),
        ArgumentKind::Bool => matches!(value, Value::Bool(_)),
        ArgumentKind::Texts => {
            matches!(value.base(), Value::Array(array) if array.element == crate::types::Type::STRING && array.lengths.is_none())
        }
        ArgumentKind::Other => entry.type_ref.known.as_ref().is_none_or(|of| match of {
            crate::types::Type::Array(element) => match value {
                Value::Array(array) => array.element == **element && array.lengths.is_none(),
                single => crate::types::is_instance(single, element),
            },
            of => crate::types::is_instance(value, of),
        }),
    }
}

/// An argument as the parameter's type.
pub(super) fn convert(
    machine: &mut Machine,
    table: &Table,
    at: usize,
    value: Value,
    text: Option<&str>,
) -> Result<Value> {
    let entry = &table.parameters[at];
    let value = match (text, entry.kind) {
        (Some(text), ArgumentKind::Text | ArgumentKind::Texts) => {
            return text_argument(machine, table, at, text);
        }
        (Some(text), ArgumentKind::Object) => with_text(value, Some(text)),
        (Some(text), ArgumentKind::Other) if is_any_array(entry) => with_text(value, Some(text)),
        (Some(text), ArgumentKind::Other) if wants_text(entry) => Value::str(text),
        _ => value,
    };
    if let Some(constraints) = table.constraints(at) {
        let constraints = Arc::clone(constraints);
        let value = if entry.kind == ArgumentKind::Other {
            with_text(value, text)
        } else {
            value
        };
        return convert_for_function(machine, table, at, value, &constraints);
    }
    plain_conversion(machine, table, at, &value).map_err(|interrupt| match interrupt {
        Interrupt::Error(cause) => {
            let id = if cause.id.is_empty() {
                "CannotConvertArgumentNoMessage"
            } else {
                conversion_id(&value)
            };
            let message = format!(
                "Cannot bind parameter '{}'. {}",
                table.parameters[at].name, cause.message
            );
            let mut record = binding_error(id, table, message);
            record.inner = Some(Arc::new(*cause));
            record.into()
        }
        other => other,
    })
}

fn conversion_id(_: &Value) -> &'static str {
    "CannotConvertArgumentNoMessage"
}

/// Whether a parameter takes any items.
fn is_any_array(entry: &super::Entry) -> bool {
    use crate::types::Type;
    matches!(&entry.type_ref.known, Some(Type::Array(element)) if **element == Type::OBJECT || **element == Type::PSOBJECT)
}

/// Whether a type is read from the text as written: a version, a date, a time span keep what a number would lose.
fn wants_text(entry: &super::Entry) -> bool {
    use crate::types::{Kind, Type};
    matches!(
        entry.type_ref.known.as_ref().and_then(Type::kind),
        Some(Kind::Version | Kind::SemanticVersion)
    )
}

fn text_argument(machine: &mut Machine, table: &Table, at: usize, text: &str) -> Result<Value> {
    convert(machine, table, at, Value::str(text), None)
}

fn plain_conversion(machine: &mut Machine, table: &Table, at: usize, value: &Value) -> Result<Value> {
    let entry = &table.parameters[at];
    match entry.kind {
        ArgumentKind::Object => Ok(value.clone()),
        ArgumentKind::Switch => match value.base() {
            Value::Switch(_) => Ok(value.clone()),
            Value::Bool(on) => Ok(Value::Switch(*on)),
            _ => strict_bool(value, "System.Management.Automation.SwitchParameter").map(Value::Switch),
        },
        ArgumentKind::Bool => strict_bool(value, "System.Boolean").map(Value::Bool),
        ArgumentKind::Text => match value {
            Value::Str(_) => Ok(value.clone()),
            Value::Null | Value::Nothing => Ok(Value::str("")),
            _ => machine.cast(&entry.type_ref, value),
        },
        _ if value.is_null() => match &entry.type_ref.known {
            Some(of) if of.is_value_type() => machine.cast(&entry.type_ref, value),
            _ => Ok(Value::Null),
        },
        _ if entry.type_ref.known.is_none() => Ok(value.clone()),
        // Items keep the text that they were written as.
        _ if is_any_array(entry) && value.source_text().is_some() => Ok(Value::array([value.clone()])),
        _ => machine.cast(&entry.type_ref, value),
    }
}

fn strict_bool(value: &Value, type_name: &str) -> Result<bool> {
    match value.base() {
        Value::Bool(on) | Value::Switch(on) => return Ok(*on),
        Value::SByte(_)
        | Value::Byte(_)
        | Value::Short(_)
        | Value::UShort(_)
        | Value::Int(_)
        | Value::UInt(_)
        | Value::Long(_)
        | Value::ULong(_)
        | Value::Single(_)
        | Value::Double(_)
        | Value::Decimal(_)
        | Value::Big(_)
        | Value::Enum(_) => return Ok(value.is_true()),
        _ => {}
    }
    let kind = crate::inspect::type_name(value);
    let shown = if kind.is_empty() || kind == "System.String" {
        value.to_text()
    } else {
        kind
    };
    let message = format!(
        "Cannot convert value \"{shown}\" to type \"{type_name}\". Boolean parameters accept only Boolean values and numbers, \
         such as $True, $False, 1 or 0."
    );
    Err(ErrorRecord::new(
        "CannotConvertArgumentNoMessage",
        Category::InvalidArgument,
        message,
    )
    .into())
}

fn convert_for_function(
    machine: &mut Machine,
    table: &Table,
    at: usize,
    value: Value,
    constraints: &[crate::program::Constraint],
) -> Result<Value> {
    let entry = &table.parameters[at];
    let strict_kind = matches!(entry.kind, ArgumentKind::Switch | ArgumentKind::Bool);
    let advanced_text =
        table.strict && entry.kind == ArgumentKind::Text && matches!(value, Value::Array(_) | Value::List(_));
    let wants_reference = entry.type_ref.known.as_ref().and_then(crate::types::Type::kind)
        == Some(crate::types::Kind::Reference);
    let result = if strict_kind {
        plain_conversion(machine, table, at, &value)
    } else if wants_reference && value.downcast::<crate::members::Reference>().is_none() {
        let message = "Reference type is expected in argument.";
        Err(ErrorRecord::new("", Category::InvalidData, message).into())
    } else if advanced_text {
        let message = "Cannot convert value to type System.String.";
        Err(ErrorRecord::new("", Category::InvalidData, message).into())
    } else {
        convert_all(machine, value, constraints)
    };
    result.map_err(|interrupt| match interrupt {
        Interrupt::Error(cause) => {
            let message = format!(
                "Cannot process argument transformation on parameter '{}'. {}",
                entry.name, cause.message
            );
            let mut record = binding_error("ParameterArgumentTransformationError", table, message)
                .exception("System.Management.Automation.ParameterBindingArgumentTransformationException");
            record.category = Category::InvalidData;
            record.inner = Some(Arc::new(*cause));
            record.into()
        }
        other => other,
    })
}

fn convert_all(
    machine: &mut Machine,
    value: Value,
    constraints: &[crate::program::Constraint],
) -> Result<Value> {
    let mut value = value;
    for constraint in constraints.iter().rev() {
        if let crate::program::Constraint::Class(name, arguments) = constraint {
            value = machine.transformed(name, arguments, value)?;
        }
        if let crate::program::Constraint::Type(name) = constraint {
            let text_of_null = value.is_null() && name.known.as_ref() == Some(&crate::types::Type::STRING);
            value = if text_of_null {
                Value::str("")
            } else {
                machine.cast(name, &value)?
            };
        }
    }
    Ok(value)
}

/// The checks of a parameter.
pub(super) fn validate(machine: &mut Machine, table: &Table, at: usize, value: &Value) -> Result<()> {
    let entry = &table.parameters[at];
    if entry.places.iter().any(|place| place.mandatory) {
        not_empty(table, at, value)?;
    }
    for check in &entry.validation {
        if let Err(message) = super::check(check, value) {
            return Err(validation_error(table, at, &message).into());
        }
    }
    let Some(constraints) = table.constraints(at).filter(|_| entry.common.is_none()) else {
        return Ok(());
    };
    for constraint in Arc::clone(constraints).iter() {
        if let crate::program::Constraint::Class(name, arguments) = constraint
            && name.trim_end_matches("attribute") == "pstypename"
        {
            of_type_name(table, at, arguments, value)?;
            continue;
        }
        if let crate::program::Constraint::Class(name, arguments) = constraint
            && let Some(message) = machine.class_objects_to(name, arguments, value)?
        {
            return Err(validation_error(table, at, &message).into());
        }
        if let crate::program::Constraint::Script(block, message) = constraint
            && let Some(message) = machine.check_script(block, message.as_deref(), value)?
        {
            return Err(validation_error(table, at, &message).into());
        }
    }
    Ok(())
}

/// `[PSTypeName('T')]`: the object, or each of the items, says that it is a T.
fn of_type_name(table: &Table, at: usize, arguments: &[Value], value: &Value) -> Result<()> {
    let wanted = arguments.first().map(Value::to_text).unwrap_or_default();
    let items = crate::members::enumerate(value).unwrap_or_else(|| vec![value.clone()]);
    let is = |item: &Value| {
        item.is_null()
            || crate::inspect::type_names(item)
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&wanted))
    };
    if items.iter().all(is) {
        return Ok(());
    }
    let message = format!(
        "Cannot bind argument to parameter '{}', because PSTypeNames of the argument do not match the PSTypeName required by the \
         parameter: {wanted}.",
        table.parameters[at].name
    );
    Err(binding_error("MismatchedPSTypeName", table, message).into())
}

fn validation_error(table: &Table, at: usize, message: &str) -> ErrorRecord {
    let name = &table.parameters[at].name;
    let mut record = binding_error(
        "ParameterArgumentValidationError",
        table,
        format!("Cannot validate argument on parameter '{name}'. {message}"),
    )
    .exception("System.Management.Automation.ParameterBindingValidationException");
    record.category = Category::InvalidData;
    record
}

/// Mandatory parameters reject nothing, the empty text and the empty collection unless they say otherwise.
fn not_empty(table: &Table, at: usize, value: &Value) -> Result<()> {
    use crate::signature::Validation as V;
    let entry = &table.parameters[at];
    let allows = |what: &V| entry.validation.contains(what);
    let failure = |id: &str, what: &str| -> Result<()> {
        let mut record = binding_error(
            id,
            table,
            format!(
                "Cannot bind argument to parameter '{}' because it is {what}.",
                entry.name
            ),
        )
        .exception("System.Management.Automation.ParameterBindingValidationException");
        record.category = Category::InvalidData;
        Err(record.into())
    };
    let null = ("ParameterArgumentValidationErrorNullNotAllowed", "null");
    let text = (
        "ParameterArgumentValidationErrorEmptyStringNotAllowed",
        "an empty string",
    );
    if value.is_null() {
        return if allows(&V::AllowNull) {
            Ok(())
        } else {
            failure(null.0, null.1)
        };
    }
    if let Some("") = value.as_str() {
        return if allows(&V::AllowEmptyString) || entry.kind == ArgumentKind::Text && allows(&V::AllowNull) {
            Ok(())
        } else {
            failure(text.0, text.1)
        };
    }
    let collection = match value {
        Value::Array(_) | Value::List(_) => crate::members::enumerate(value),
        _ => None,
    };
    let Some(items) = collection else { return Ok(()) };
    if items.is_empty() {
        let id = "ParameterArgumentValidationErrorEmptyArrayNotAllowed";
        return if allows(&V::AllowEmptyCollection) {
            Ok(())
        } else {
            failure(id, "an empty array")
        };
    }
    if entry.kind == ArgumentKind::Object {
        return Ok(());
    }
    if items.iter().any(Value::is_null) && !allows(&V::AllowNull) {
        return failure(null.0, null.1);
    }
    if items.iter().any(|item| item.as_str() == Some("")) && !allows(&V::AllowEmptyString) {
        return failure(text.0, text.1);
    }
    Ok(())
}
