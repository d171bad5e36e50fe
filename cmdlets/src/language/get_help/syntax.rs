//! A command's syntax, one line for each parameter set.

use plenum_lang::signature::{Membership, Parameter, Signature, Validation};

/// The names of a signature's parameter sets; one nameless set when there are none.
pub fn set_names(signature: &Signature) -> Vec<Option<String>> {
    let mut names: Vec<Option<String>> = Vec::new();
    for set in signature.parameters.iter().flat_map(|known| &known.sets) {
        let name = set.set.as_ref().map(ToString::to_string);
        if name.is_some() && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        names.push(None);
    }
    // The default set comes first, as it is what most people want.
    names.sort_by_key(|name| name.as_deref() != signature.default_set.as_deref());
    names
}

/// Whether a parameter belongs to a set.
pub fn in_set(known: &Parameter, set: Option<&str>) -> bool {
    membership(known, set).is_some()
}

fn membership(known: &Parameter, set: Option<&str>) -> Option<Membership> {
    if known.sets.is_empty() {
        return Some(Membership::default());
    }
    known
        .sets
        .iter()
        .find(|member| member.set.is_none() || member.set.as_deref() == set)
        .cloned()
}

/// The syntax, one line for each parameter set.
pub fn syntax_lines(signature: &Signature) -> Vec<String> {
    set_names(signature)
        .iter()
        .map(|set| syntax_line(signature, set.as_deref()))
        .collect()
}

fn syntax_line(signature: &Signature, set: Option<&str>) -> String {
    let mut members: Vec<(&Parameter, Membership)> = signature
        .parameters
        .iter()
        .filter(|known| !known.hidden)
        .filter_map(|known| Some((known, membership(known, set)?)))
        .collect();
    members.sort_by_key(|(_, member)| (member.position.unwrap_or(u16::MAX), !member.mandatory));
    let mut line = signature.name.to_string();
    for (known, member) in members {
        line.push(' ');
        line.push_str(&parameter_syntax(known, &member));
    }
    if signature.should_process {
        line.push_str(" [-WhatIf] [-Confirm]");
    }
    line.push_str(" [<CommonParameters>]");
    line
}

fn parameter_syntax(known: &Parameter, member: &Membership) -> String {
    let mut name = format!("-{}", known.name);
    if known.type_name.eq_ignore_ascii_case("switch") {
        return if member.mandatory {
            name
        } else {
            format!("[{name}]")
        };
    }
    if member.position.is_some() {
        name = format!("[{name}]");
    }
    let words = known.validation.iter().find_map(|check| match check {
        Validation::Set(words) => Some(format!("{{{}}}", words.join(" | "))),
        _ => None,
    });
    let value = words.unwrap_or_else(|| format!("<{}>", type_display(&known.type_name)));
    if member.mandatory {
        format!("{name} {value}")
    } else {
        format!("[{name} {value}]")
    }
}

/// A type as syntax shows it: `string` is `String`, `string[]` is `String[]`.
pub fn type_display(name: &str) -> String {
    let short = name.rsplit('.').next().unwrap_or(name);
    match short.to_ascii_lowercase().as_str() {
        "int" => "Int32".to_owned(),
        "int[]" => "Int32[]".to_owned(),
        "long" => "Int64".to_owned(),
        "uint" => "UInt32".to_owned(),
        "bool" => "Boolean".to_owned(),
        "timespan" => "TimeSpan".to_owned(),
        "datetime" => "DateTime".to_owned(),
        "psobject" => "PSObject".to_owned(),
        "psobject[]" => "PSObject[]".to_owned(),
        "scriptblock" => "ScriptBlock".to_owned(),
        "scriptblock[]" => "ScriptBlock[]".to_owned(),
        "pscredential" => "PSCredential".to_owned(),
        "securestring" => "SecureString".to_owned(),
        _ => {
            let mut characters = short.chars();
            characters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(characters).collect()
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authoring::{cmdlet, parameter};

    #[test]
    fn syntax_shows_positions_switches_and_choices() {
        let signature = cmdlet("Get-Thing", "Test")
            .parameter(parameter("Kind", "string").one_of(&["Big", "Small"]))
            .parameter(parameter("Identity", "string").mandatory().position(0))
            .switch("Force", "")
            .build();
        assert_eq!(
            syntax_lines(&signature),
            ["Get-Thing [-Identity] <String> [-Kind {Big | Small}] [-Force] [<CommonParameters>]"]
        );
    }
}
