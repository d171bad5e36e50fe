//! What a policy counts. Each world of a server counts for itself, so these are stories of one.

use serde_json::json;

use super::lab::Lab;

#[test]
fn the_presence_policy_limits_subscriptions() {
    let mut lab = Lab::new(json!({"CsPresencePolicy": {"Tag:Few": {"MaxCategorySubscription": 1}}}));
    let policies = &mut lab.server.users.get_mut("bob@contoso.example").unwrap().policies;
    policies.insert("CsPresencePolicy".to_owned(), "Few".to_owned());
    let bob = lab.signed_in("bob");
    assert_eq!(
        lab.ask(bob, |agent, now| agent.subscribe(
            now,
            "alice@contoso.example",
            600
        ))
        .0,
        200
    );
    let (status, diagnostics) = lab.ask(bob, |agent, now| {
        agent.subscribe(now, "carol@contoso.example", 600)
    });
    assert_eq!(
        (status, diagnostics.starts_with("60030")),
        (403, true),
        "{diagnostics}"
    );
}
