//! In-band provisioning: what a client is told of its user's policies ([MS-SIPREGE] §2.2.2.5).
//!
//! A projection of the declarations: every field whose effect is a provisioning group, with the value that applies to
//! the user. Property names are the parameters' unless the declaration says another. A field without a value is left
//! out, and the client does what it does by itself. Absent are groups behind which there is no setting yet:
//! ServerConfiguration, userSetting, publicationGrammar, privacyPublicationGrammar, mediaConfiguration, locationPolicy,
//! presencePolicyV2, publicProviders, persistentChatConfiguration. Who asks for them gets the document without them.

use plenum_schema::{Form, Kind, Noun, Provisioned};
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
    /// `endpointConfiguration`, `meetingPolicy`, `ucPolicy`.
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
            let (Some(place), Some(value)) = (field.provisioned(), values.get(field.name)) else {
                continue;
            };
            let properties = properties(&field.kind, place, value);
            match groups.iter_mut().find(|group| group.name == place.group) {
                Some(group) => group.properties.extend(properties),
                None => groups.push(Group {
                    name: place.group,
                    properties,
                }),
            }
        }
    }
    groups
}

fn properties(kind: &Kind, place: Provisioned, value: &Value) -> Vec<(String, String)> {
    let written = match (kind, place.form, value) {
        (_, _, Value::Null) => return Vec::new(),
        // Entries are settings of their own: each is a property by its name.
        (Kind::List(Kind::Object(_)), _, Value::Array(entries)) => {
            return entries.iter().filter_map(entry).collect();
        }
        (_, _, Value::Array(items)) => items.iter().map(text).collect::<Vec<_>>().join(","),
        (_, Form::Opposite, Value::Bool(value)) => (!value).to_string(),
        (Kind::Choice(choice), Form::Number, value) => {
            let named = |(name, _): &(&str, &str)| Some(*name) == value.as_str();
            let number = choice.values.iter().position(named);
            number.map_or_else(|| text(value), |number| number.to_string())
        }
        _ => text(value),
    };
    vec![(place.property.to_owned(), written)]
}

fn entry(entry: &Value) -> Option<(String, String)> {
    Some((text(entry.get("Name")?), text(entry.get("Value")?)))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The document with those of the groups that were asked for; without a list, with all. Two groups hold their
/// properties in an instance, the others in a list.
pub fn document(groups: &[Group], asked: Option<&[String]>) -> String {
    let mut xml = format!("<provisionGroupList xmlns=\"{NAMESPACE}\">");
    let wanted = |group: &&Group| {
        asked.is_none_or(|asked| asked.iter().any(|name| name.eq_ignore_ascii_case(group.name)))
    };
    for group in groups.iter().filter(wanted) {
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
            "P2PAppSharingEncryption": "Enforced",
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
        assert_eq!(names, ["endpointConfiguration", "meetingPolicy", "ucPolicy"]);
        let whole = document(&groups, None);
        for told in [
            "<property name=\"DisableEmoticons\">true</property>",
            "<property name=\"PhotoUsage\">NoPhoto</property>",
            "<property name=\"IMWarning\">Be &lt;nice&gt; &amp; brief</property>",
            "<property name=\"OnlineFeedbackURL\">https://contoso.example</property>",
            "<provisionGroup name=\"ucPolicy\"><instance>",
            "<property name=\"AllowSimultaneousRinging\">true</property>",
            "<property name=\"DisableMusicOnHold\">true</property>",
            "<property name=\"P2PAppSharingEncryption\">1</property>",
            "<property name=\"AllowedAppDesktopSharingLevel\">Desktop</property>",
        ] {
            assert!(whole.contains(told), "{told} in {whole}");
        }
        assert!(!whole.contains("TracingLevel"), "what has no value is left out");
        let asked = ["UCPolicy".to_owned(), "ServerConfiguration".to_owned()];
        let part = document(&groups, Some(&asked));
        assert!(
            part.contains("ucPolicy") && !part.contains("meetingPolicy"),
            "{part}"
        );
    }
}
