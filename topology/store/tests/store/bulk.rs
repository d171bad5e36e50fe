//! A pool's worth of users in one change set.

use std::time::Instant;

use plenum_topology::change::{Change, Revision};
use plenum_topology::directory::DirectoryQuery;

use crate::deployment::{Deployment, NOW, changed, created, set, user, with};

/// Set `PLENUM_BULK=80000` and build with `--release` for the figure that STATUS.md has.
fn count() -> usize {
    std::env::var("PLENUM_BULK")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(4_000)
}

async fn thousands_of_users(deployment: Deployment, engine: &str) {
    let store = deployment.create().await;
    let people: Vec<_> = (0..count())
        .map(|number| {
            with(
                &user(&format!("Person{number}")),
                "msRTCSIP-Line",
                &format!("tel:+1425{number:07}"),
            )
        })
        .collect();
    let say = |what: &str, since: Instant| {
        let seconds = since.elapsed().as_secs_f64();
        println!(
            "{engine}: {what}: {seconds:.2} s, {:.0} objects/s",
            people.len() as f64 / seconds
        );
    };
    let begun = Instant::now();
    store
        .commit(None, set(people.iter().map(created).collect()), NOW)
        .await
        .unwrap();
    say("created", begun);

    let granted: Vec<Change> = people
        .iter()
        .map(|person| {
            changed(
                person,
                &with(person, "msRTCSIP-UserPolicies", "CsVoicePolicy=Sales"),
            )
        })
        .collect();
    let begun = Instant::now();
    assert_eq!(store.commit(None, set(granted), NOW).await.unwrap(), Revision(2));
    say("a policy granted to each", begun);

    let begun = Instant::now();
    let filter = Some("(&(msRTCSIP-UserEnabled=TRUE)(msRTCSIP-UserPolicies=CsVoicePolicy=Sales))".to_owned());
    let found = store
        .search(&DirectoryQuery {
            filter,
            ..DirectoryQuery::default()
        })
        .await
        .unwrap();
    assert_eq!(found.len(), people.len());
    say("all searched without an index", begun);

    let begun = Instant::now();
    for number in 0..1000 {
        let address = format!("person{}@contoso.example", number % people.len());
        assert!(store.user_by_sip_address(&address).await.unwrap().is_some());
    }
    println!(
        "{engine}: a user by SIP address: {:.0} µs",
        begun.elapsed().as_secs_f64() * 1000.0
    );
    assert_eq!(
        store.users_by_pool().await.unwrap()["pool01.contoso.example"],
        people.len() as u64
    );
}

#[tokio::test]
async fn a_pool_of_users_is_one_commit_on_sqlite() {
    thousands_of_users(Deployment::sqlite().await, "SQLite").await;
}

#[tokio::test]
async fn a_pool_of_users_is_one_commit_on_postgresql() {
    thousands_of_users(Deployment::postgresql().await, "PostgreSQL").await;
}
