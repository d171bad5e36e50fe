//! The JSON Schema of topology documents, generated from the model, and what is read from it: shapes and defaults.
//!
//! Field documentation is the schema's descriptions; nothing is said twice.

use std::borrow::Cow;
use std::sync::OnceLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::Value;

use super::{Interval, ShareName, SqlInstanceName, SubnetAddress, Topology};
use crate::identity::{Fqdn, Host};

/// The JSON Schema (draft 2020-12) of topology documents.
pub fn topology_schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let mut generator = SchemaSettings::draft2020_12().into_generator();
        let mut schema = generator.root_schema_for::<Topology>();
        schema.insert("title".to_owned(), "Plenum topology".into());
        schema.to_value()
    })
}

macro_rules! text_schemas {
    ($($type:ty, $format:literal, $description:literal;)*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": $format })
            }
        }
    )*

    /// Checks a text against one of the formats of ours in the schema; `None` for a format of another origin.
    pub(crate) fn check_format(format: &str, text: &str) -> Option<Result<(), crate::identity::IdentityError>> {
        match format {
            $($format => Some(<$type>::parse(text).map(drop)),)*
            _ => None,
        }
    }

    /// What a text of one of our formats is, in words.
    pub(crate) fn format_description(format: &str) -> Option<&'static str> {
        match format {
            $($format => Some($description),)*
            "ip" => Some("an IP address"),
            _ => None,
        }
    }
    };
}

text_schemas! {
    Fqdn, "fqdn", "a fully qualified domain name";
    Host, "host", "a domain name or an address";
    SqlInstanceName, "sql-instance", "an SQL instance";
    ShareName, "file-share", "a file share";
    Interval, "interval", "a span of time";
    SubnetAddress, "subnet", "a subnet";
}

/// Follows `$ref`.
pub(crate) fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix('#'));
    target.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

/// The schema of a value that is not null, where null is allowed too (`anyOf: [x, null]`).
pub(crate) fn non_null<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let schema = resolve(root, schema);
    let Some(choices) = schema.get("anyOf").and_then(Value::as_array) else {
        return schema;
    };
    choices
        .iter()
        .find(|choice| choice.get("type").and_then(Value::as_str) != Some("null"))
        .map_or(schema, |choice| resolve(root, choice))
}

/// Takes out of a document's JSON what equals its default.
pub fn prune_defaults(json: &mut Value) {
    let root = topology_schema();
    prune(root, root, json);
}

fn prune(root: &Value, schema: &Value, json: &mut Value) {
    let schema = non_null(root, schema);
    match json {
        Value::Object(members) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                return;
            };
            members.retain(|name, value| {
                let Some(property) = properties.get(name) else {
                    return true;
                };
                if property.get("default") == Some(value)
                    || (value.is_null() && property.get("default").is_none())
                {
                    return false;
                }
                prune(root, property, value);
                true
            });
        }
        Value::Array(items) => {
            if let Some(item_schema) = schema.get("items") {
                for item in items {
                    prune(root, item_schema, item);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undescribed(schema: &Value, name: &str, found: &mut Vec<String>) {
        for (key, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if property.get("description").is_none()
                && resolve(topology_schema(), property).get("description").is_none()
            {
                found.push(format!("{name}.{key}"));
            }
        }
    }

    #[test]
    fn every_key_is_described_and_nothing_unknown_is_allowed() {
        let root = topology_schema();
        let mut found = Vec::new();
        undescribed(root, "Topology", &mut found);
        for (name, schema) in root["$defs"].as_object().expect("definitions") {
            undescribed(schema, name, &mut found);
            if schema["type"] == "object" {
                assert_eq!(schema["additionalProperties"], Value::Bool(false), "{name}");
            }
        }
        assert_eq!(found, Vec::<String>::new());
    }
}
