//! What the store promises, each promise once, run on SQLite and on PostgreSQL.

mod directory;

use std::collections::BTreeSet;
use std::path::Path;

use plenum_store::{ErrorKind, Store};
use plenum_topology::change::{Change, Revision};
use serde_json::json;

use crate::deployment::{Deployment, NOW, changed, created, removed, set, setting, user, with};
use plenum_interop::postgres::is_private;

use directory::*;

macro_rules! on_both_engines {
    ($($promise:ident)*) => {
        mod on_sqlite {
            $(#[tokio::test] async fn $promise() { super::$promise(super::Deployment::sqlite().await).await; })*
        }
        mod on_postgresql {
            $(#[tokio::test] async fn $promise() { super::$promise(super::Deployment::postgresql().await).await; })*
        }
    };
}

on_both_engines! {
    a_new_deployment_is_private_empty_and_made_once
    what_was_committed_stands_in_the_snapshot_and_in_history
    an_older_snapshot_shows_what_stood_then
    a_change_that_expects_something_else_is_refused_with_its_whole_set
    a_commit_for_an_older_revision_is_refused
    every_name_and_number_belongs_to_one_object_and_the_error_names_it
    two_users_swap_their_numbers_in_one_set
    a_search_finds_what_the_filter_says_whatever_the_index_knows
    every_way_to_name_a_user_finds_that_user
    the_server_finds_users_by_address_number_and_pool
    keys_prove_their_owner_and_go_with_the_owner
    no_secret_becomes_part_of_an_object
    a_server_learns_what_another_process_has_changed
    processes_that_write_at_the_same_time_lose_nothing
    a_store_of_a_newer_program_is_refused
    the_wrong_key_file_is_refused
    verification_finds_a_sound_store_sound
}

pub async fn commit(store: &Store, changes: Vec<Change>) -> Revision {
    store.commit(None, set(changes), NOW).await.unwrap()
}

pub async fn refused(store: &Store, changes: Vec<Change>) -> plenum_store::StoreError {
    let before = store.latest_revision().await.unwrap();
    let error = store.commit(None, set(changes), NOW).await.unwrap_err();
    assert_eq!(
        store.latest_revision().await.unwrap(),
        before,
        "a refused set leaves nothing"
    );
    error
}

async fn a_new_deployment_is_private_empty_and_made_once(deployment: Deployment) {
    let store = deployment.create().await;
    assert!(is_private(&deployment.key_file()));
    assert!(is_private(deployment.key_file().parent().unwrap()));
    if let Some(file) = deployment.url.strip_prefix("sqlite://") {
        commit(&store, vec![setting("Global", None, Some(1))]).await;
        for suffix in ["", "-wal", "-shm"] {
            assert!(is_private(Path::new(&format!("{file}{suffix}"))), "{suffix}");
        }
    }
    let again = Store::create(&deployment.url, &deployment.key_file(), "other.example", NOW)
        .await
        .unwrap_err();
    assert_eq!(again.kind, ErrorKind::StoreExists);
    assert_eq!(deployment.open().await.realm(), "contoso.example");
}

async fn what_was_committed_stands_in_the_snapshot_and_in_history(deployment: Deployment) {
    let store = deployment.create().await;
    let topology = json!({ "sites": { "Redmond": {} } });
    let changes = vec![
        Change::Topology {
            before: None,
            after: Some(topology.clone()),
        },
        setting("Tag:Sales", None, Some(5)),
        setting("Tag:Sales", Some(5), Some(6)),
        created(&user("Alice")),
        Change::Credential {
            object: user("Alice").id,
            keys: store.keys_for("secret", &["alice".to_owned()]),
        },
    ];
    assert_eq!(commit(&store, changes.clone()).await, Revision(1));

    // As another process sees it.
    let other = deployment.open().await;
    let snapshot = other.snapshot().await.unwrap();
    assert_eq!((snapshot.revision, &*snapshot.topology), (Revision(1), &topology));
    assert_eq!(
        snapshot.settings["CsVoicePolicy"]["Tag:Sales"],
        json!({ "simultaneousRing": 6 })
    );
    let history = other.history(10).await.unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(
        (history[0].when, history[0].who.as_str()),
        (NOW, "CONTOSO\\admin")
    );
    assert_eq!(
        (history[0].command.as_str(), history[0].message.as_deref()),
        ("Set-CsVoicePolicy", Some("because"))
    );
    let mut told = changes;
    told[4] = Change::Credential {
        object: user("Alice").id,
        keys: Vec::new(),
    };
    assert_eq!(
        other.changes(Revision(1)).await.unwrap(),
        told,
        "history has everything but the keys"
    );
    assert_eq!(
        other.changes(Revision(2)).await.unwrap_err().kind,
        ErrorKind::RevisionUnknown
    );
}

async fn an_older_snapshot_shows_what_stood_then(deployment: Deployment) {
    let store = deployment.create().await;
    commit(
        &store,
        vec![
            setting("Global", None, Some(1)),
            setting("Tag:Old", None, Some(1)),
        ],
    )
    .await;
    let first = store.snapshot().await.unwrap();
    commit(&store, vec![created(&user("Alice"))]).await;
    let second = store.snapshot().await.unwrap();
    assert!(
        std::sync::Arc::ptr_eq(&first.settings, &second.settings),
        "settings that nobody touched are shared"
    );
    commit(
        &store,
        vec![
            setting("Global", Some(1), Some(2)),
            setting("Tag:Old", Some(1), None),
        ],
    )
    .await;

    let now = store.snapshot().await.unwrap();
    assert_eq!(
        now.settings["CsVoicePolicy"].keys().collect::<Vec<_>>(),
        ["Global"]
    );
    let then = store.snapshot_at(Revision(2)).await.unwrap();
    assert_eq!((then.revision, &then.settings), (Revision(2), &first.settings));
    assert_eq!(
        store.snapshot_at(Revision(3)).await.unwrap().settings,
        now.settings
    );
    assert!(store.snapshot_at(Revision(0)).await.unwrap().settings.is_empty());
    assert_eq!(
        store.snapshot_at(Revision(4)).await.unwrap_err().kind,
        ErrorKind::RevisionUnknown
    );
}

async fn a_change_that_expects_something_else_is_refused_with_its_whole_set(deployment: Deployment) {
    let store = deployment.create().await;
    let (alice, bob) = (user("Alice"), user("Bob"));
    commit(&store, vec![setting("Global", None, Some(1)), created(&alice)]).await;
    let stale = with(&alice, "department", "IT");
    let error = refused(
        &store,
        vec![
            setting("Tag:New", None, Some(1)),
            setting("Global", Some(7), Some(8)),
            changed(&stale, &with(&stale, "title", "Chief")),
            removed(&bob),
            created(&alice),
        ],
    )
    .await;
    assert_eq!(error.kind, ErrorKind::ChangeConflict);
    for told in [
        "CsVoicePolicy Global is not as it was read",
        "CN=Alice Smith,OU=Sales,DC=contoso,DC=example is not as it was read",
        "CN=Bob Smith,OU=Sales,DC=contoso,DC=example does not exist any more",
        "exists already",
    ] {
        assert!(error.message.contains(told), "{told}: {error}");
    }
    assert!(!store.snapshot().await.unwrap().settings["CsVoicePolicy"].contains_key("Tag:New"));
}

async fn a_commit_for_an_older_revision_is_refused(deployment: Deployment) {
    let store = deployment.create().await;
    let planned = store
        .commit(
            Some(Revision(0)),
            set(vec![setting("Global", None, Some(1))]),
            NOW,
        )
        .await
        .unwrap();
    commit(&store, vec![setting("Tag:Sales", None, Some(1))]).await;
    let late = store
        .commit(Some(planned), set(vec![setting("Global", Some(1), Some(2))]), NOW)
        .await
        .unwrap_err();
    assert_eq!(late.kind, ErrorKind::StoreMovedOn);
    assert!(
        late.message.contains("revision 1") && late.message.contains("revision 2"),
        "{late}"
    );
    assert_eq!(
        store.commit(None, set(Vec::new()), NOW).await.unwrap(),
        Revision(2),
        "nothing to write"
    );
}

async fn a_server_learns_what_another_process_has_changed(deployment: Deployment) {
    let store = deployment.create().await;
    let other = deployment.open().await;
    let mut watch = other.watch(Revision(0));
    let mut own = store.watch(Revision(0));
    let committing = async {
        commit(
            &store,
            vec![setting("Global", None, Some(1)), created(&user("Alice"))],
        )
        .await;
        commit(
            &store,
            vec![Change::Topology {
                before: None,
                after: Some(json!({})),
            }],
        )
        .await
    };
    let (seen, last) = tokio::join!(watch.next(), committing);
    let mut seen = seen.unwrap();
    while seen < last {
        seen = watch.next().await.unwrap();
    }
    assert_eq!(own.next().await.unwrap(), last);
    let changed = other.changes_since(Revision(0)).await.unwrap();
    assert!(changed.topology);
    assert_eq!(changed.nouns, BTreeSet::from(["CsVoicePolicy".to_owned()]));
    assert_eq!(changed.objects, BTreeSet::from([user("Alice").id]));
    let later = other.changes_since(Revision(1)).await.unwrap();
    assert!(later.topology && later.nouns.is_empty() && later.objects.is_empty());
    assert_eq!(later.revision, Revision(2));
}

async fn processes_that_write_at_the_same_time_lose_nothing(deployment: Deployment) {
    let store = deployment.create().await;
    commit(&store, vec![setting("Global", None, Some(0))]).await;
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let own = deployment.open().await;
        writers.spawn(async move {
            for _ in 0..10 {
                loop {
                    let snapshot = own.snapshot().await.unwrap();
                    let now = snapshot.settings["CsVoicePolicy"]["Global"]["simultaneousRing"]
                        .as_u64()
                        .unwrap();
                    let change = set(vec![setting("Global", Some(now), Some(now + 1))]);
                    match own.commit(None, change, NOW).await {
                        Ok(_) => break,
                        Err(error) => assert_eq!(error.kind, ErrorKind::ChangeConflict, "{error}"),
                    }
                }
            }
        });
    }
    writers.join_all().await;
    let snapshot = store.snapshot().await.unwrap();
    assert_eq!(
        snapshot.settings["CsVoicePolicy"]["Global"]["simultaneousRing"],
        40
    );
    assert_eq!(snapshot.revision, Revision(41));
    assert_eq!(store.history(100).await.unwrap().len(), 41);
}

async fn a_store_of_a_newer_program_is_refused(deployment: Deployment) {
    deployment.create().await.close().await.unwrap();
    deployment
        .raw("INSERT INTO schema_version (version) VALUES (999)")
        .await;
    let error = Store::open(&deployment.url, &deployment.key_file())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::StoreSchemaNewer);
    assert!(error.message.contains("999"));
}

async fn the_wrong_key_file_is_refused(deployment: Deployment) {
    deployment.create().await.close().await.unwrap();
    let other = Deployment::sqlite().await;
    other.create().await;
    let error = Store::open(&deployment.url, &other.key_file()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::CredentialKeyWrong);
    std::fs::remove_file(deployment.key_file()).unwrap();
    let error = Store::open(&deployment.url, &deployment.key_file())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::CredentialKeyMissing);
}

async fn verification_finds_a_sound_store_sound(deployment: Deployment) {
    let store = deployment.create().await;
    commit(
        &store,
        vec![created(&user("Alice")), setting("Global", None, Some(1))],
    )
    .await;
    store.verify().await.unwrap();
}
