//! Edits of lists: `@{Add=…; Remove=…; Replace=…}` as an operation on values.
//!
//! Replace happens first, then Remove, then Add. Texts are the same without regard to case. Adding what is there and
//! removing what is not there change nothing: a script may be run twice. Order is kept; what is added comes last.

use serde_json::Value;

/// An edit of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListEdit {
    /// Takes the place of the list that stands.
    pub replace: Option<Vec<Value>>,
    /// Taken out.
    pub remove: Vec<Value>,
    /// Put at the end.
    pub add: Vec<Value>,
}

impl ListEdit {
    /// The edit that makes the list what is given; a bare array or a single value means this.
    pub fn replace(items: Vec<Value>) -> Self {
        ListEdit {
            replace: Some(items),
            ..ListEdit::default()
        }
    }

    /// The list after the edit.
    pub fn apply(&self, current: &[Value]) -> Vec<Value> {
        let mut list = Vec::with_capacity(current.len() + self.add.len());
        push_new(&mut list, self.replace.as_deref().unwrap_or(current));
        list.retain(|item| !self.remove.iter().any(|removed| same(item, removed)));
        push_new(&mut list, &self.add);
        list
    }
}

/// Appends what is not there yet.
fn push_new(list: &mut Vec<Value>, items: &[Value]) {
    for item in items {
        if !list.iter().any(|existing| same(existing, item)) {
            list.push(item.clone());
        }
    }
}

/// Whether two members are the same; texts without regard to case.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.eq_ignore_ascii_case(right),
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn items(value: Value) -> Vec<Value> {
        value.as_array().cloned().unwrap_or_default()
    }

    #[test]
    fn edits_keep_order_and_may_be_run_twice() {
        let current = items(json!(["Local", "Long Distance"]));
        let cases = [
            (
                json!(["Local"]),
                json!([]),
                None,
                json!(["Local", "Long Distance"]),
            ),
            (
                json!(["Internal"]),
                json!([]),
                None,
                json!(["Local", "Long Distance", "Internal"]),
            ),
            (json!([]), json!(["LOCAL"]), None, json!(["Long Distance"])),
            (
                json!(["Internal"]),
                json!(["Local"]),
                None,
                json!(["Long Distance", "Internal"]),
            ),
            (json!([]), json!([]), Some(json!(["A", "a"])), json!(["A"])),
            (json!([]), json!(["Missing"]), Some(json!([])), json!([])),
        ];
        for (add, remove, replace, expected) in cases {
            let edit = ListEdit {
                replace: replace.map(items),
                remove: items(remove),
                add: items(add),
            };
            let once = edit.apply(&current);
            assert_eq!(Value::from(once.clone()), expected, "{edit:?}");
            assert_eq!(edit.apply(&once), once, "{edit:?} a second time");
        }
    }
}
