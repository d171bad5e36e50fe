//! System.StringComparer, and comparing with whatever a script gives as a comparer: a block, a StringComparer, an
//! instance of a class with a `Compare`.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Method, World, access};
use crate::convert;
use crate::error::Result;
use crate::operator;
use crate::value::{Instance, Value, fold_hash, same_text};

/// A way to compare texts.
pub struct StringComparer {
    ordinal: bool,
    ignore_case: bool,
}

/// `[StringComparer]::OrdinalIgnoreCase` and its kin.
pub fn constant(name: &str) -> Option<Value> {
    let lower = name.to_ascii_lowercase();
    let plain = lower.trim_end_matches("ignorecase");
    let ordinal = match plain {
        "ordinal" => true,
        "invariantculture" | "currentculture" => false,
        _ => return None,
    };
    Some(Value::instance(StringComparer {
        ordinal,
        ignore_case: plain.len() < lower.len(),
    }))
}

impl StringComparer {
    fn order(&self, left: &str, right: &str) -> Ordering {
        match (self.ordinal, self.ignore_case) {
            (true, false) => left.encode_utf16().cmp(right.encode_utf16()),
            (true, true) => left
                .to_uppercase()
                .encode_utf16()
                .cmp(right.to_uppercase().encode_utf16()),
            (false, ignore) => operator::compare_text(left, right, !ignore),
        }
    }

    fn same(&self, left: &str, right: &str) -> bool {
        if self.ignore_case {
            same_text(left, right)
        } else {
            left == right
        }
    }
}

impl Instance for StringComparer {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match (self.ordinal, self.ignore_case) {
            (true, true) => "System.OrdinalIgnoreCaseComparer",
            (true, false) => "System.OrdinalCaseSensitiveComparer",
            (false, true) => "System.CultureAwareComparer+IgnoreCase",
            (false, false) => "System.CultureAwareComparer",
        })
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        vec![
            self.type_name(),
            Arc::from("System.StringComparer"),
            Arc::from("System.Object"),
        ]
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

fn own<'c>(call: &super::Call<'c>) -> &'c StringComparer {
    let own = call.target.downcast::<StringComparer>();
    own.expect("the table of text comparers is used for them only")
}

static METHODS: &[Method] = &[
    Method::new("Compare", "int Compare(string x, string y)", |call| {
        call.expect(2, 2)?;
        let (left, right) = (call.text(0)?, call.text(1)?);
        Ok(Value::Int(
            match (call.value(0)?.is_null(), call.value(1)?.is_null()) {
                (true, true) => 0,
                (true, false) => -1,
                (false, true) => 1,
                _ => own(call).order(&left, &right) as i32,
            },
        ))
    }),
    Method::new(
        "Equals",
        "bool Equals(string x, string y), bool Equals(System.Object obj)",
        |call| {
            call.expect(1, 2)?;
            if call.count() == 1 {
                let other = call.value(0)?.downcast::<StringComparer>();
                let same = other.is_some_and(|other| {
                    other.ordinal == own(call).ordinal && other.ignore_case == own(call).ignore_case
                });
                return Ok(Value::Bool(same));
            }
            let (left, right) = (call.text(0)?, call.text(1)?);
            Ok(Value::Bool(own(call).same(&left, &right)))
        },
    ),
    Method::new("GetHashCode", "int GetHashCode(string obj)", |call| {
        call.expect(0, 1)?;
        if call.count() == 0 {
            return Ok(Value::Int(
                i32::from(own(call).ordinal) * 2 + i32::from(own(call).ignore_case),
            ));
        }
        let text = call.text(0)?;
        Ok(Value::Int(if own(call).ignore_case {
            fold_hash(&text) as i32
        } else {
            Value::from(text.as_str()).identity_hash() as i32
        }))
    }),
];

/// Whether a value can compare two others.
pub fn is_comparer(value: &Value) -> bool {
    matches!(value, Value::Block(_))
        || value.downcast::<StringComparer>().is_some()
        || value.class().is_some()
}

/// How a comparer orders two values; `None` is the language's order.
pub fn order(
    comparer: Option<&Value>,
    left: &Value,
    right: &Value,
    world: &mut dyn World,
) -> Result<Ordering> {
    let pair = [left.clone(), right.clone()];
    let answer = match comparer {
        None => return operator::order(left, right, true, world),
        Some(block @ Value::Block(_)) => {
            let output = world.call_block(block, None, None, &pair)?;
            output.into_iter().next().unwrap_or_default()
        }
        Some(comparer) => access::call(comparer, "Compare", &pair, world)?,
    };
    convert::to_int(&answer).map(|number| number.cmp(&0))
}
