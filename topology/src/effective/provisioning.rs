//! In-band provisioning: what a client is told of its user's policies ([MS-SIPREGE] §2.2.2.5).
//!
//! A projection of the declarations: every field whose effect is a provisioning group, with the value that applies to
//! the user. Property names are the parameters' unless the declaration says another. A field without a value is left
//! out, and the client does what it does by itself. Absent: the groups that are not policies (ServerConfiguration,
//! publicationGrammar …), which the server adds.

use plenum_schema::{Field, Kind, Noun};
use serde_json::Value;

use super::{Place, explain};
use crate::directory::UserRecord;
use crate::snapshot::SettingsTree;

/// The content type of the document.
pub const CONTENT_TYPE: &str = "application/vnd-microsoft-roaming-provisioning-v2+xml";

const NAMESPACE: &str = "http://schemas.microsoft.com/2006/09/sip/provisiongrouplist-notification";

/// One group: its name, and its properties as clients read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `endpointConfiguration`, `meetingPolicy`, `ucPolicy`, `presencePolicyV2`.
    pub name: &'static str,
    /// Property names and values, in order of declaration.
    pub properties: Vec<(String, String)>,
}

/// The groups for a user at home at this place.
pub fn groups(
    nouns: &[&'static Noun],
    tree: &SettingsTree,
    user: &UserRecord,
    place: Place<'_>,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for noun in nouns {
        let granted = user.policies.get(noun.name).map(String::as_str);
        let values = explain(noun, tree, granted, place)
            .value
            .map_or_else(|| noun.defaults(), |value| noun.complete(value));
        for field in noun.fields {
            let Some((name, property)) = field.provisioned() else {
                continue;
            };
            let Some(value) = values.get(field.name) else {
                continue;
            };
            let properties = properties(field, property, value);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.properties.extend(properties),
                None => groups.push(Group { name, properties }),
            }
        }
    }
    groups
}

fn properties(field: &Field, name: &str, value: &Value) -> Vec<(String, String)> {
    match (&field.kind, value) {
        (_, Value::Null) => Vec::new(),
        // Entries are settings of their own: each is a property by its name.
        (Kind::List(Kind::Object(_)), Value::Array(entries)) => entries.iter().filter_map(entry).collect(),
        (_, Value::Array(items)) => {
            vec![(
                name.to_owned(),
                items.iter().map(text).collect::<Vec<_>>().join(","),
            )]
        }
        _ => vec![(name.to_owned(), text(value))],
    }
}

fn entry(entry: &Value) -> Option<(String, String)> {
    Some((text(entry.get("Name")?), text(entry.get("Value")?)))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The document with these groups. Two of them hold their properties in an instance, the others in a list.
pub fn document(groups: &[Group]) -> String {
    let mut xml = format!("<provisionGroupList xmlns=\"{NAMESPACE}\">");
    for group in groups {
        let list = match group.name {
            "ucPolicy" | "meetingPolicy" => "instance",
            _ => "propertyEntryList",
        };
        xml.push_str(&format!(
            "<provisionGroup name=\"{}\"><{list}>",
            escape(group.name)
        ));
        for (name, value) in &group.properties {
            xml.push_str(&format!(
                "<property name=\"{}\">{}</property>",
                escape(name),
                escape(value)
            ));
        }
        xml.push_str(&format!("</{list}></provisionGroup>"));
    }
    xml.push_str("</provisionGroupList>");
    xml
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 §2.2 has no place for the others, not even as references.
            control if control.is_control() && !matches!(control, '\t' | '\n' | '\r') => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use plenum_settings::nouns;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_user_is_told_what_the_granted_policy_says() {
        let policy = json!({
            "DisableEmoticons": true,
            "DisplayPhoto": "NoPhoto",
            "IMWarning": "Be <nice> & brief",
            "PolicyEntry": [{ "Name": "OnlineFeedbackURL", "Value": "https://contoso.example" }],
        });
        let tree: SettingsTree = BTreeMap::from([(
            "CsClientPolicy".to_owned(),
            BTreeMap::from([("Tag:Sales".to_owned(), policy)]),
        )]);
        let mut user = UserRecord::default();
        user.policies
            .insert("CsClientPolicy".to_owned(), "Sales".to_owned());
        let groups = groups(&nouns(), &tree, &user, Place::default());
        let names: Vec<&str> = groups.iter().map(|group| group.name).collect();
        assert_eq!(
            names,
            [
                "endpointConfiguration",
                "meetingPolicy",
                "presencePolicyV2",
                "ucPolicy"
            ]
        );
        let document = document(&groups);
        for told in [
            "<property name=\"DisableEmoticons\">true</property>",
            "<property name=\"PhotoUsage\">NoPhoto</property>",
            "<property name=\"IMWarning\">Be &lt;nice&gt; &amp; brief</property>",
            "<property name=\"OnlineFeedbackURL\">https://contoso.example</property>",
            "<provisionGroup name=\"ucPolicy\"><instance>",
        ] {
            assert!(document.contains(told), "{told} in {document}");
        }
        assert!(
            !document.contains("TracingLevel"),
            "what has no value is left out"
        );
    }
}
