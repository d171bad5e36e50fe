//! The derived cmdlets over a deployment in memory: what they write, give out and refuse.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

#[path = "derived/memory.rs"]
mod memory;

use memory::{Deployment, Ran, Runner, user};
use plenum_lang::value::Value;
use plenum_topology::change::Change;
use serde_json::json;

const NULL: Value = Value::Null;

fn topology() -> serde_json::Value {
    json!({
        "apiVersion": "plenum/v1",
        "sipDomains": ["contoso.example"],
        "sites": [{
            "name": "Redmond",
            "pools": [{ "fqdn": "pool.contoso.example", "type": "StandardEdition" }],
        }],
    })
}

fn contoso() -> (Deployment, Runner) {
    let deployment = Deployment::new(
        topology(),
        vec![user("Alice", true), user("Bob", true), user("Carol", false)],
    );
    let runner = Runner::new(&deployment);
    (deployment, runner)
}

fn text(text: &str) -> Value {
    Value::str(text)
}

/// The identities of what was given out.
fn identities(ran: &Ran) -> Vec<String> {
    ran.output
        .iter()
        .filter_map(|object| object.property("Identity"))
        .map(|identity| identity.to_text())
        .collect()
}

fn add(items: &[&str]) -> Value {
    Value::hashtable([(text("Add"), Value::strings(items.iter().copied()))])
}

#[test]
fn the_global_instance_exists_unwritten_and_is_made_by_set() {
    let (deployment, runner) = contoso();
    let all = runner.run("Get-CsVoicePolicy", &[]);
    assert_eq!(identities(&all), ["Global"]);
    assert_eq!(
        runner
            .run(
                "Set-CsVoicePolicy",
                &[("AllowCallForwarding", Value::Bool(false))]
            )
            .errors,
        [""; 0]
    );
    let global = runner.run("Get-CsVoicePolicy", &[("Identity", text("global"))]);
    assert_eq!(global.one("AllowCallForwarding"), "False");
    let written = &deployment.committed()[0];
    assert_eq!(
        (written.who.as_str(), written.command.as_str()),
        ("tester", "Set-CsVoicePolicy")
    );
}

#[test]
fn identities_are_found_without_case_and_shown_as_the_product_shows_them() {
    let (_, runner) = contoso();
    assert_eq!(
        identities(&runner.run("New-CsVoicePolicy", &[("Identity", text("Sales"))])),
        ["Tag:Sales"]
    );
    assert_eq!(
        identities(&runner.run("New-CsVoicePolicy", &[("Identity", text("SITE:Redmond"))])),
        ["Site:Redmond"]
    );
    for typed in ["sales", "tag:SALES", "Tag:Sales"] {
        assert_eq!(
            identities(&runner.run("Get-CsVoicePolicy", &[("Identity", text(typed))])),
            ["Tag:Sales"],
            "{typed}"
        );
    }
    for (pattern, found) in [
        ("tag:*", vec!["Tag:Sales"]),
        ("*e*", vec!["Site:Redmond", "Tag:Sales"]),
        ("x*", vec![]),
    ] {
        assert_eq!(
            identities(&runner.run("Get-CsVoicePolicy", &[("Filter", text(pattern))])),
            found,
            "{pattern}"
        );
    }
}

/// A command, its arguments, and what the error says.
type Refused<'a> = (&'a str, &'a [(&'a str, Value)], &'a str);

#[test]
fn what_cannot_be_is_refused_with_its_reason() {
    let (deployment, runner) = contoso();
    runner.run("New-CsVoicePolicy", &[("Identity", text("Sales"))]);
    let refused: [Refused<'_>; 14] = [
        (
            "Get-CsVoicePolicy",
            &[("Identity", text("Gone"))],
            "Cannot find VoicePolicy \"Tag:Gone\" because it does not exist.",
        ),
        (
            "Get-CsVoicePolicy",
            &[("Tenant", text("x"))],
            "-Tenant cannot be used",
        ),
        (
            "New-CsVoicePolicy",
            &[("Identity", text("sales"))],
            "VoicePolicy \"Tag:sales\" already exists.",
        ),
        (
            "New-CsVoicePolicy",
            &[("Identity", text("Global"))],
            "already exists",
        ),
        (
            "New-CsVoicePolicy",
            &[("Identity", text("site:Nowhere"))],
            "Cannot find site \"Nowhere\"",
        ),
        (
            "New-CsVoicePolicy",
            &[("Identity", text("service:Registrar:pool.contoso.example"))],
            "not a scope",
        ),
        (
            "Set-CsVoicePolicy",
            &[("Identity", text("Gone")), ("Name", text("x"))],
            "does not exist",
        ),
        (
            "Set-CsVoicePolicy",
            &[("EnableBusyOptions", Value::Bool(true))],
            "busy options are not built",
        ),
        (
            "Set-CsRegistrarConfiguration",
            &[("MaxEndpointsPerUser", Value::UShort(65))],
            "65 is outside the range from 1 to 64",
        ),
        (
            "Set-CsRegistrarConfiguration",
            &[("MinEndpointExpiration", Value::Int(1000))],
            "longer than MaxEndpointExpiration",
        ),
        (
            "Remove-CsVoicePolicy",
            &[("Identity", text("Gone"))],
            "does not exist",
        ),
        (
            "New-CsAllowedDomain",
            &[("Identity", text("not a domain"))],
            "fully qualified domain name",
        ),
        (
            "New-CsAllowedDomain",
            &[("Identity", text("Contoso.example"))],
            "SIP domain of this deployment",
        ),
        (
            "Grant-CsVoicePolicy",
            &[
                ("Identity", text("alice@contoso.example")),
                ("PolicyName", text("Gone")),
            ],
            "does not exist",
        ),
    ];
    let before = deployment.committed().len();
    for (command, arguments, said) in refused {
        let errors = runner.run(command, arguments).errors;
        assert!(
            errors.len() == 1 && errors[0].contains(said),
            "{command}: {errors:?}"
        );
    }
    assert_eq!(deployment.committed().len(), before, "nothing is written");
}

#[test]
fn lists_are_edited_in_place() {
    let (_, runner) = contoso();
    let set = |edit: Value| runner.run("Set-CsVoicePolicy", &[("PstnUsages", edit)]).errors;
    let usages = || {
        runner.run("Get-CsVoicePolicy", &[]).output[0]
            .property("PstnUsages")
            .expect("it is a property")
    };
    assert_eq!(set(add(&["Local", "Long Distance"])), [""; 0]);
    assert_eq!(set(add(&["Internal"])), [""; 0]);
    assert_eq!(set(Value::hashtable([(text("remove"), text("local"))])), [""; 0]);
    assert_eq!(
        usages().iter().map(|item| item.to_text()).collect::<Vec<_>>(),
        ["Long Distance", "Internal"]
    );
    assert!(set(Value::hashtable([(text("Ad"), text("x"))]))[0].contains("'Ad' is no edit"));
    assert_eq!(set(NULL), [""; 0]);
    assert_eq!(usages().iter().count(), 0);
}

#[test]
fn an_object_made_in_memory_is_written_whole_by_set() {
    let (deployment, runner) = contoso();
    let made = runner.run(
        "New-CsPresencePolicy",
        &[
            ("Identity", text("Sales")),
            ("MaxCategorySubscription", Value::UShort(100)),
            ("InMemory", Value::Switch(true)),
        ],
    );
    assert!(deployment.committed().is_empty());
    let object = made.output[0].clone();
    assert_eq!(
        runner
            .run("Set-CsPresencePolicy", &[("Instance", object.clone())])
            .errors,
        [""; 0]
    );
    let found = runner.run("Get-CsPresencePolicy", &[("Identity", text("Sales"))]);
    assert_eq!(
        (
            found.one("MaxCategorySubscription"),
            found.one("MaxPromptedSubscriber")
        ),
        ("100".into(), "200".into())
    );

    let both = [
        ("Instance", object.clone()),
        ("MaxCategorySubscription", Value::UShort(5)),
    ];
    assert!(runner.run("Set-CsPresencePolicy", &both).errors[0].contains("-Instance is the whole object"));
    assert_eq!(
        runner
            .pipe(
                "Set-CsPresencePolicy",
                "Instance",
                vec![object.clone()],
                &both[1..]
            )
            .errors,
        [""; 0]
    );
    assert_eq!(
        runner
            .run("Get-CsPresencePolicy", &[("Identity", text("Sales"))])
            .one("MaxCategorySubscription"),
        "5"
    );

    let other = runner.run("Set-CsVoicePolicy", &[("Instance", object)]).errors;
    assert!(
        other[0].contains("not a Microsoft.Rtc.Management.WritableConfig.Policy.Voice.VoicePolicy"),
        "{other:?}"
    );
}

#[test]
fn removing_the_global_instance_resets_it() {
    let (deployment, runner) = contoso();
    runner.run("Set-CsVoicePolicy", &[("EnableTeamCall", Value::Bool(false))]);
    assert_eq!(
        runner
            .run("Remove-CsVoicePolicy", &[("Identity", text("Global"))])
            .errors,
        [""; 0]
    );
    assert_eq!(
        runner
            .run("Get-CsVoicePolicy", &[("Identity", text("Global"))])
            .one("EnableTeamCall"),
        "True"
    );
    assert!(matches!(
        &deployment.committed()[1].changes[..],
        [Change::Setting { after: None, .. }]
    ));
}

#[test]
fn a_piped_group_is_granted_in_one_change_set_and_keeps_nothing_after_removal() {
    let (deployment, runner) = contoso();
    runner.run("New-CsVoicePolicy", &[("Identity", text("Sales"))]);
    let users = vec![
        text("sip:alice@contoso.example"),
        text("bob@contoso.example"),
        text("carol@contoso.example"),
    ];
    let arguments = [("PolicyName", text("sales")), ("PassThru", Value::Switch(true))];
    let granted = runner.pipe("Grant-CsVoicePolicy", "Identity", users, &arguments);
    assert_eq!(
        granted.errors.len(),
        1,
        "Carol is not enabled: {:?}",
        granted.errors
    );
    assert_eq!(
        granted
            .output
            .iter()
            .filter_map(|user| user.property("VoicePolicy"))
            .map(|tag| tag.to_text())
            .collect::<Vec<_>>(),
        ["Sales", "Sales"]
    );
    assert_eq!(deployment.committed().len(), 2);
    assert_eq!(deployment.committed()[1].changes.len(), 2);

    let effective = runner.run(
        "Get-CsEffectivePolicy",
        &[("Identity", text("alice@contoso.example"))],
    );
    assert_eq!(
        (effective.one("VoicePolicy"), effective.one("ClientPolicy")),
        ("Sales".into(), "Global".into())
    );
    let path: Vec<String> = effective.output[0]
        .property("Path")
        .expect("the path is shown")
        .iter()
        .filter(|step| {
            step.property("Policy")
                .is_some_and(|policy| policy.to_text() == "ClientPolicy")
        })
        .filter_map(|step| step.property("Scope"))
        .map(|scope| scope.to_text())
        .collect();
    assert_eq!(path, ["Tag", "Site:Redmond", "Global"]);

    let removed = runner.run("Remove-CsVoicePolicy", &[("Identity", text("Sales"))]);
    assert!(
        removed.warnings[0].contains("granted to 2 user(s)"),
        "{:?}",
        removed.warnings
    );
    assert_eq!(deployment.committed()[2].changes.len(), 3);
    let effective = runner.run(
        "Get-CsEffectivePolicy",
        &[("Identity", text("alice@contoso.example"))],
    );
    assert_eq!(effective.one("VoicePolicy"), "Global");
}

#[test]
fn null_takes_a_grant_away_and_leaving_the_name_out_is_refused() {
    let (deployment, runner) = contoso();
    let alice = || ("Identity", text("alice@contoso.example"));
    runner.run("New-CsClientPolicy", &[("Identity", text("Sales"))]);
    runner.run(
        "Grant-CsClientPolicy",
        &[alice(), ("PolicyName", text("tag:Sales"))],
    );
    assert_eq!(
        runner
            .run("Get-CsEffectivePolicy", &[alice()])
            .one("ClientPolicy"),
        "Sales"
    );
    assert!(runner.run("Grant-CsClientPolicy", &[alice()]).errors[0].contains("-PolicyName"));
    assert!(
        runner
            .run("Grant-CsClientPolicy", &[alice(), ("PolicyName", text("Global"))])
            .errors[0]
            .contains("cannot be granted")
    );
    assert_eq!(
        runner
            .run("Grant-CsClientPolicy", &[alice(), ("PolicyName", NULL)])
            .errors,
        [""; 0]
    );
    assert_eq!(
        runner
            .run("Get-CsEffectivePolicy", &[alice()])
            .one("ClientPolicy"),
        "Global"
    );
    assert_eq!(deployment.committed().len(), 3);
}

#[test]
fn whatif_writes_nothing() {
    let (deployment, _) = contoso();
    let runner = Runner::new(&deployment).what_if();
    runner.run("New-CsVoicePolicy", &[("Identity", text("Sales"))]);
    runner.run("Set-CsVoicePolicy", &[("Name", text("x"))]);
    assert!(deployment.committed().is_empty());
}

#[test]
fn a_domain_stands_in_one_of_two_lists() {
    let (_, runner) = contoso();
    let allowed = runner.run(
        "New-CsAllowedDomain",
        &[("Domain", text("Fabrikam.example")), ("Comment", text("Partner"))],
    );
    assert_eq!(
        (allowed.one("Identity"), allowed.one("Domain")),
        ("fabrikam.example".into(), "fabrikam.example".into())
    );
    let blocked = || {
        runner
            .run("New-CsBlockedDomain", &[("Identity", text("fabrikam.example"))])
            .errors
    };
    assert!(blocked()[0].contains("list of CsAllowedDomain"));
    runner.run(
        "Remove-CsAllowedDomain",
        &[("Identity", text("FABRIKAM.example"))],
    );
    assert_eq!(blocked(), [""; 0]);
    assert_eq!(identities(&runner.run("Get-CsAllowedDomain", &[])), [""; 0]);
}

#[test]
fn entries_of_a_client_policy_are_objects() {
    let (_, runner) = contoso();
    let entry = runner
        .run(
            "New-CsClientPolicyEntry",
            &[("Name", text("A")), ("Value", text("1"))],
        )
        .output[0]
        .clone();
    let edit = Value::hashtable([(text("Add"), entry.clone())]);
    assert_eq!(
        runner
            .run("Set-CsClientPolicy", &[("PolicyEntry", edit.clone())])
            .errors,
        [""; 0]
    );
    let entries = runner.run("Get-CsClientPolicy", &[]).output[0]
        .property("PolicyEntry")
        .expect("it is a property");
    let names: Vec<String> = entries
        .iter()
        .filter_map(|entry| entry.property("Name"))
        .map(|name| name.to_text())
        .collect();
    assert_eq!(names, ["A"]);
}

#[test]
fn the_routing_method_is_chosen_with_switches() {
    let (_, runner) = contoso();
    let default = [
        ("UseDefaultRouting", Value::Switch(true)),
        ("DefaultRouteFqdn", text("edge.fabrikam.example")),
    ];
    let errors = runner.run("Set-CsAccessEdgeConfiguration", &default).errors;
    assert!(
        errors[0].contains("RoutingMethod") && errors[0].contains("not built"),
        "{errors:?}"
    );
    assert_eq!(
        runner
            .run(
                "Set-CsAccessEdgeConfiguration",
                &[("AllowFederatedUsers", Value::Bool(true))]
            )
            .errors,
        [""; 0]
    );
    let edge = runner.run("Get-CsAccessEdgeConfiguration", &[]);
    assert_eq!(
        (edge.one("AllowFederatedUsers"), edge.one("RoutingMethod")),
        ("True".into(), "UseDnsSrvRouting".into())
    );
}
