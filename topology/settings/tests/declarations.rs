//! What holds for every declaration, and the rules of those that have some.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::collections::BTreeSet;

use plenum_schema::{Effect, Key, Kind, Noun, Verb};
use plenum_settings::{
    AccessEdgeConfiguration, ClientPolicy, RegistrarConfiguration, Settings, VoicePolicy, nouns,
};
use serde_json::{Map, Value, json};

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().expect("the value is an object")
}

#[test]
fn every_field_of_every_noun_says_where_it_takes_effect() {
    for noun in nouns() {
        for field in noun.fields {
            let said = match field.effect {
                Effect::Provisioned(text) | Effect::Refused(text) | Effect::Enforced(_, Some(text)) => {
                    !text.trim().is_empty()
                }
                Effect::Enforced(_, None) | Effect::Label => true,
            };
            assert!(said, "{} {}", noun.name, field.name);
            assert!(
                !field.doc.is_empty() && field.doc.ends_with('.'),
                "{} {}: {}",
                noun.name,
                field.name,
                field.doc
            );
        }
    }
}

#[test]
fn the_defaults_of_every_noun_are_allowed_and_read_back_as_they_are() {
    fn reads_back<T: Settings + PartialEq + std::fmt::Debug>() {
        let written = T::default().to_json();
        assert_eq!(written, Value::Object(T::noun().defaults()), "{}", T::noun().name);
        assert_eq!(
            T::from_json(&written).expect("the defaults are right"),
            T::default()
        );
        assert_eq!(
            T::from_json(&json!({})).expect("what is missing has its default"),
            T::default()
        );
    }
    reads_back::<AccessEdgeConfiguration>();
    reads_back::<ClientPolicy>();
    reads_back::<RegistrarConfiguration>();
    reads_back::<VoicePolicy>();
    for noun in nouns()
        .into_iter()
        .filter(|noun| matches!(noun.key, Key::Scopes(_)))
    {
        assert_eq!(noun.check(&noun.defaults()), [], "{}", noun.name);
    }
}

#[test]
fn names_are_unique_and_nouns_stand_in_order() {
    let names: Vec<&str> = nouns().iter().map(|noun| noun.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    for noun in nouns() {
        let fields: BTreeSet<String> = noun
            .fields
            .iter()
            .map(|field| field.name.to_lowercase())
            .collect();
        assert_eq!(fields.len(), noun.fields.len(), "{}", noun.name);
    }
}

#[test]
fn only_nouns_with_per_user_policies_can_be_granted() {
    let has_tag = |noun: &&Noun| noun.scopes().contains(&plenum_schema::ScopeKind::Tag);
    for noun in nouns() {
        assert_eq!(noun.has(Verb::Grant), has_tag(&noun), "{}", noun.name);
    }
}

/// An instance, and the fields that are wrong in it.
#[test]
fn everything_that_is_wrong_is_found_at_once() {
    let cases: [(&Noun, Value, &[&str]); 9] = [
        (
            RegistrarConfiguration::noun(),
            json!({ "MaxEndpointsPerUser": 65, "PoolState": "Off" }),
            &["MaxEndpointsPerUser", "PoolState"],
        ),
        (
            RegistrarConfiguration::noun(),
            json!({ "MaxEndpointsPerUser": "many" }),
            &["MaxEndpointsPerUser"],
        ),
        (
            RegistrarConfiguration::noun(),
            json!({ "MinEndpointExpiration": 1000 }),
            &["MinEndpointExpiration"],
        ),
        (
            RegistrarConfiguration::noun(),
            json!({ "DefaultEndpointExpiration": 60 }),
            &["DefaultEndpointExpiration"],
        ),
        (
            VoicePolicy::noun(),
            json!({ "AllowSimulRing": null, "Colour": "red" }),
            &["Colour", "AllowSimulRing"],
        ),
        (
            VoicePolicy::noun(),
            json!({ "PstnUsages": ["Local", 7] }),
            &["PstnUsages[1]"],
        ),
        (
            ClientPolicy::noun(),
            json!({ "MAPIPollInterval": "soon", "TabURL": "here" }),
            &["MAPIPollInterval", "TabURL"],
        ),
        (
            ClientPolicy::noun(),
            json!({ "PolicyEntry": [{ "Name": "A", "Value": "1" }, { "Name": "a", "Value": "2" }] }),
            &["PolicyEntry[1].Name"],
        ),
        (
            AccessEdgeConfiguration::noun(),
            json!({ "RoutingMethod": "UseDefaultRouting" }),
            &["DefaultRouteFqdn"],
        ),
    ];
    for (noun, given, wrong) in cases {
        let mut problems: Vec<String> = noun
            .check(&object(given.clone()))
            .into_iter()
            .map(|problem| problem.field)
            .collect();
        problems.sort();
        let mut wrong: Vec<&str> = wrong.to_vec();
        wrong.sort_unstable();
        assert_eq!(problems, wrong, "{} {given}", noun.name);
    }
}

#[test]
fn a_value_that_would_do_nothing_is_refused_unless_it_stands_already() {
    let noun = VoicePolicy::noun();
    let mut busy = noun.defaults();
    busy.insert("EnableBusyOptions".to_owned(), json!(true));
    let refused = noun.refused(&noun.defaults(), &busy);
    assert_eq!(refused.len(), 1);
    assert!(
        refused[0].message.contains("busy options are not built"),
        "{}",
        refused[0].message
    );
    assert_eq!(noun.refused(&busy, &busy), []);
    assert_eq!(noun.refused(&busy, &noun.defaults()), []);
    let choice = noun
        .fields
        .iter()
        .find(|field| field.name == "VoiceDeploymentMode")
        .expect("it is declared");
    assert!(matches!(choice.kind, Kind::Choice(_)));
}
