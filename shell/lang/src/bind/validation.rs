//! The Validate… attributes.

use crate::signature::Validation;
use crate::value::Value;

/// Whether a value passes a check; if not, why, as PowerShell says it.
pub fn check(validation: &Validation, value: &Value) -> Result<(), String> {
    match validation {
        Validation::NotNull if value.is_null() => {
            Err("The argument is null. Provide a valid value for the argument, and then try running the command again.".into())
        }
        Validation::NotNullOrEmpty => not_empty(value, false),
        Validation::NotNullOrWhiteSpace => not_empty(value, true),
        Validation::Count(low, high) => count(value, *low, *high),
        Validation::Custom { check, message, exact } => custom(check, message.as_deref(), *exact, value),
        Validation::Set(_) | Validation::Range(..) | Validation::Length(..) | Validation::Pattern(_) => {
            match crate::members::enumerate(value) {
                Some(items) => items.iter().try_for_each(|item| check_item(validation, item)),
                None => check_item(validation, value),
            }
        }
        _ => Ok(()),
    }
}

fn custom(check: &Validation, message: Option<&str>, exact: bool, value: &Value) -> Result<(), String> {
    let items = crate::members::enumerate(value).unwrap_or_else(|| vec![value.clone()]);
    for item in items {
        let text = item.to_text();
        let (held, shown) = match check {
            Validation::Set(allowed) => {
                let held = !exact || allowed.iter().any(|known| *known == text);
                (held, allowed.join(","))
            }
            Validation::Pattern(pattern) => {
                let held = !exact || fits_pattern(&item, &format!("(?-i){pattern}"));
                (held, pattern.to_string())
            }
            _ => (true, String::new()),
        };
        let result = if held {
            self::check(check, &item)
        } else {
            check_exactly(check, &item)
        };
        if let Err(own) = result {
            return Err(message.map_or(own, |message| {
                message.replace("{0}", &text).replace("{1}", &shown)
            }));
        }
    }
    Ok(())
}

/// What is said of a value that only its case keeps from passing.
fn check_exactly(check: &Validation, value: &Value) -> Result<(), String> {
    let nothing = match check {
        Validation::Set(allowed) => {
            let text = value.to_text();
            let list: Vec<&str> = allowed.iter().map(AsRef::as_ref).collect();
            not_in_set(&text, &list)
        }
        Validation::Pattern(pattern) => not_of_pattern(&value.to_text(), pattern),
        _ => return self::check(check, value),
    };
    Err(nothing)
}

fn not_in_set(text: &str, list: &[&str]) -> String {
    format!(
        "The argument \"{text}\" does not belong to the set \"{}\" specified by the ValidateSet attribute. Supply an argument that \
         is in the set and then try the command again.",
        list.join(",")
    )
}

fn not_of_pattern(text: &str, pattern: &str) -> String {
    format!(
        "The argument \"{text}\" does not match the \"{pattern}\" pattern. Supply an argument that matches \"{pattern}\" and try the \
         command again."
    )
}

fn not_empty(value: &Value, blanks: bool) -> Result<(), String> {
    const EMPTY: &str = "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again.";
    const COLLECTION: &str = "The argument is null, empty, or an element of the argument collection contains a null value. Supply a \
                              collection that does not contain any null values and then try the command again.";
    const BLANK: &str = "The argument is null, empty, or consists of only white-space characters. Provide an argument that \
                         contains non white-space characters, and then try the command again.";
    let empty = |text: &str| {
        if blanks {
            text.trim().is_empty()
        } else {
            text.is_empty()
        }
    };
    if value.is_null() {
        return Err(if blanks { BLANK } else { EMPTY }.into());
    }
    if let Some(text) = value.as_str() {
        return if empty(text) {
            Err(if blanks { BLANK } else { EMPTY }.into())
        } else {
            Ok(())
        };
    }
    if let Value::Hashtable(table) = value {
        return if table.is_empty() {
            Err(EMPTY.into())
        } else {
            Ok(())
        };
    }
    match crate::members::enumerate(value) {
        Some(items) if items.is_empty() => Err(EMPTY.into()),
        Some(items)
            if items
                .iter()
                .any(|item| item.is_null() || item.as_str().is_some_and(empty)) =>
        {
            Err(COLLECTION.into())
        }
        _ => Ok(()),
    }
}

fn count(value: &Value, low: usize, high: usize) -> Result<(), String> {
    let count = crate::members::enumerate(value).map_or(usize::from(!value.is_null()), |items| items.len());
    if count < low || count > high {
        let message = if low == high {
            format!(
                "The number of provided arguments, ({count}), does not match the number of allowed arguments, ({low}). Change the \
                 number of arguments and then try the command again."
            )
        } else if count > high {
            format!(
                "The number of provided arguments, ({count}), exceeds the maximum number of allowed arguments ({high}). Provide \
                 fewer than {high} arguments, and then try the command again."
            )
        } else {
            format!(
                "The number of provided arguments, ({count}), is fewer than the minimum number of allowed arguments ({low}). \
                 Provide more than {low} arguments, and then try the command again."
            )
        };
        return Err(message);
    }
    Ok(())
}

fn check_item(validation: &Validation, value: &Value) -> Result<(), String> {
    match validation {
        Validation::Set(allowed) => {
            let text = value.to_text();
            if allowed.iter().any(|known| crate::value::same_text(known, &text)) {
                return Ok(());
            }
            let list: Vec<&str> = allowed.iter().map(AsRef::as_ref).collect();
            Err(not_in_set(&text, &list))
        }
        Validation::Range(low, high) => range(value, *low, *high),
        Validation::Length(low, high) => length(value, *low, *high),
        Validation::Pattern(pattern) => {
            if fits_pattern(value, pattern) {
                return Ok(());
            }
            Err(not_of_pattern(&value.to_text(), pattern))
        }
        _ => Ok(()),
    }
}

/// Whether a value's text has a match of a pattern, as ValidatePattern compares.
pub(super) fn fits_pattern(value: &Value, pattern: &str) -> bool {
    let text = Value::from(value.to_text());
    let world = &mut crate::members::NoWorld;
    crate::operator::matches(&text, &Value::str(pattern), false, false, world)
        .is_ok_and(|outcome| outcome.value.is_true())
}

fn range(value: &Value, low: f64, high: f64) -> Result<(), String> {
    if let Value::Int(number) = value.base()
        && (low..=high).contains(&f64::from(*number))
    {
        return Ok(());
    }
    let text = value.to_text();
    let Ok(Value::Double(number)) = value.convert(&crate::types::Type::DOUBLE) else {
        return Err(format!(
            "The argument \"{text}\" cannot be validated because it is not a number."
        ));
    };
    let whole = |limit: f64| {
        if limit.fract() == 0.0 && limit.abs() < 1e15 {
            format!("{limit:.0}")
        } else {
            limit.to_string()
        }
    };
    if (low, high) == (f64::MIN_POSITIVE, f64::MAX) && number <= 0.0 {
        return Err(format!(
            "The argument \"{text}\" cannot be validated because its value is not greater than zero."
        ));
    }
    if (low, high) == (0.0, f64::MAX) && number < 0.0 {
        return Err(format!(
            "The argument \"{text}\" cannot be validated because its value is not greater than or equal to zero."
        ));
    }
    if number < low {
        let low = whole(low);
        return Err(format!(
            "The {text} argument is less than the minimum allowed range of {low}. Supply an argument that is greater than or equal \
             to {low} and then try the command again."
        ));
    }
    if number > high {
        let high = whole(high);
        return Err(format!(
            "The {text} argument is greater than the maximum allowed range of {high}. Supply an argument that is less than or equal \
             to {high} and then try the command again."
        ));
    }
    Ok(())
}

fn length(value: &Value, low: usize, high: usize) -> Result<(), String> {
    let Some(text) = value.as_str() else {
        return Err("The ValidateLength attribute cannot be applied to a value that is not a string.".into());
    };
    let length = text.encode_utf16().count();
    if length < low {
        return Err(format!(
            "The character length ({length}) of the argument is too short. Specify an argument with a length that is greater than or \
             equal to \"{low}\", and then try the command again."
        ));
    }
    if length > high {
        return Err(format!(
            "The character length of the {length} argument is too long. Shorten the character length of the argument so it is fewer \
             than or equal to \"{high}\" characters, and then try the command again."
        ));
    }
    Ok(())
}
