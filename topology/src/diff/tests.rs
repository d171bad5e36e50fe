//! Plans as a person reads them.

use super::*;

fn topology(json: serde_json::Value) -> Topology {
    Topology::from_json(&json).expect("a valid document")
}

fn standing() -> Topology {
    topology(serde_json::json!({
        "apiVersion": "plenum/v1",
        "sipDomains": ["contoso.example"],
        "sites": [{ "name": "Redmond", "pools": [
            { "fqdn": "sfb.contoso.example", "type": "StandardEdition" },
            { "fqdn": "old.contoso.example", "type": "StandardEdition" },
        ]}],
    }))
}

fn wanted() -> Topology {
    topology(serde_json::json!({
        "apiVersion": "plenum/v1",
        "sipDomains": ["contoso.example", "fabrikam.example"],
        "sites": [{ "name": "Redmond", "pools": [
            { "fqdn": "sfb.contoso.example", "type": "StandardEdition", "services": { "registrar": { "tlsPort": 5071 } } },
        ]}],
    }))
}

fn facts() -> Facts {
    Facts {
        users_by_pool: [
            ("sfb.contoso.example".to_owned(), 12),
            ("old.contoso.example".to_owned(), 1),
        ]
        .into(),
        users_by_domain: [("contoso.example".to_owned(), 13)].into(),
    }
}

#[test]
fn a_plan_says_what_changes_what_restarts_who_notices_and_what_is_refused() {
    let expected = "\
+ SIP domain fabrikam.example
+ simple URL Meet for fabrikam.example
    url : https://meet.fabrikam.example
~ pool sfb.contoso.example (site Redmond)
    services.registrar.tlsPort : 5061 -> 5071
- pool old.contoso.example (site Redmond)
- computer old.contoso.example (site Redmond)

Services:
  restart Registrar on sfb.contoso.example: tlsPort changes
  stop Registrar on old.contoso.example: the computer is removed from the pool
  stop UserServer on old.contoso.example: the computer is removed from the pool
  stop ConferencingServer on old.contoso.example: the computer is removed from the pool
  stop WebServer on old.contoso.example: the computer is removed from the pool
  stop ApplicationServer on old.contoso.example: the computer is removed from the pool

Users:
  12 of sfb.contoso.example are signed in again while the registrar restarts

Take care:
  [V13] sfb.contoso.example: tlsPort 5061 becomes 5071. Clients that have the port in their settings or in DNS SRV records do not find it (12 users).
  [V17] The certificate of sfb.contoso.example must now also name sip.fabrikam.example, meet.fabrikam.example, lyncdiscover.fabrikam.example, lyncdiscoverinternal.fabrikam.example. Certificates of the deployment's own authority are renewed by themselves; others are not.

Refused:
  [V9] The pool old.contoso.example cannot be removed: 1 user is homed on it. Move them first: Get-CsUser -Filter {RegistrarPool -eq '<pool>'} | Move-CsUser -Target <other pool>.

Plan: 2 to add, 1 to change, 2 to remove.
";
    assert_eq!(
        text(&plan(Some(&standing()), &wanted(), &facts()), false),
        expected
    );
}

#[test]
fn writing_out_a_default_is_no_change() {
    let mut spelled = standing();
    spelled.default_sip_domain = spelled.sip_domains.first().cloned();
    spelled.sites[0].id = Some(1);
    spelled.sites[0].pools[0].services.registrar = Some(crate::model::RegistrarService::default());
    assert_eq!(plan(Some(&standing()), &spelled, &facts()), Plan::default());
}

#[test]
fn what_users_or_the_deployment_need_cannot_be_removed() {
    let mut without = standing();
    without.sites[0].pools.remove(0);
    without.sip_domains = vec!["fabrikam.example".parse().expect("a name")];
    let rules: Vec<&str> = plan(Some(&standing()), &without, &facts())
        .refusals
        .iter()
        .map(|problem| problem.rule)
        .collect();
    assert_eq!(rules, ["V9", "V2", "V16"]);
}

#[test]
fn a_saved_plan_that_was_edited_is_refused() {
    let saved = SavedPlan::new(crate::change::Revision(7), &wanted(), "Plan".to_owned());
    assert_eq!(SavedPlan::parse(&saved.to_text()).expect("untouched"), saved);
    let edited = saved.to_text().replace("5071", "5072");
    assert!(
        SavedPlan::parse(&edited)
            .expect_err("edited")
            .contains("was changed")
    );
}
