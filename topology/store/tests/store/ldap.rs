//! A deployment whose accounts live in an LDAP directory, against a real OpenLDAP server.

use std::collections::HashSet;
use std::sync::Arc;

use ldap3::{Mod, Scope, SearchEntry};
use plenum_store::{ErrorKind, LdapDirectory, LdapOptions, Store};
use plenum_topology::directory::{DirectoryObject, DirectoryQuery};
use plenum_topology::identity::UserIdentity;

use crate::deployment::{Deployment, NOW, changed, created, removed, set, with};
use plenum_interop::slapd::{BASE, Slapd, dn};

async fn deployment(options: LdapOptions) -> (Deployment, Store) {
    let deployment = Deployment::sqlite().await;
    let store = deployment.create().await;
    store.attach_directory(Arc::new(LdapDirectory::new(options).unwrap()));
    (deployment, store)
}

async fn find(store: &Store, name: &str) -> DirectoryObject {
    let mut found = store
        .find_user(&UserIdentity::parse(&dn(name)).unwrap())
        .await
        .unwrap();
    found.pop().unwrap_or_else(|| panic!("{name} is in the replica"))
}

/// An attribute as the directory itself has it.
async fn in_directory(server: &Slapd, name: &str, attribute: &str) -> Vec<String> {
    let mut ldap = server.administrator().await;
    let (entries, _) = ldap
        .search(&dn(name), Scope::Base, "(objectClass=*)", [attribute])
        .await
        .unwrap()
        .success()
        .unwrap();
    let mut entry = SearchEntry::construct(entries.into_iter().next().unwrap());
    entry.attrs.remove(attribute).unwrap_or_default()
}

async fn modify(server: &Slapd, name: &str, attribute: &str, value: &str) {
    let mods = vec![Mod::Replace(attribute, HashSet::from([value]))];
    server
        .administrator()
        .await
        .modify(&dn(name), mods)
        .await
        .unwrap()
        .success()
        .unwrap();
}

#[tokio::test]
async fn a_synchronization_mirrors_what_differs_and_nothing_else() {
    let server = Slapd::start(&["Alice", "Bob", "Carol"]);
    let (_deployment, store) = deployment(server.options()).await;
    let first = store.synchronize_directory(NOW).await.unwrap();
    assert_eq!((first.created, first.changed, first.removed), (3, 0, 0));
    let alice = find(&store, "Alice").await;
    assert_eq!(alice.first("sAMAccountName"), Some("alice"));
    assert_eq!(alice.id.0.len(), 36);
    assert!(alice.values("userPassword").is_empty());
    assert_eq!(store.synchronize_directory(NOW).await.unwrap().revision, None);

    modify(&server, "Alice", "department", "IT").await;
    server
        .administrator()
        .await
        .delete(&dn("Bob"))
        .await
        .unwrap()
        .success()
        .unwrap();
    let second = store.synchronize_directory(NOW).await.unwrap();
    assert_eq!((second.created, second.changed, second.removed), (0, 1, 1));
    assert_eq!(find(&store, "Alice").await.first("department"), Some("IT"));
    assert_eq!(store.history(1).await.unwrap()[0].who, "LDAP directory");
}

#[tokio::test]
async fn more_accounts_than_the_server_gives_at_once_are_read_in_pages() {
    let names: Vec<String> = (0..1300).map(|number| format!("Person{number}")).collect();
    let server = Slapd::start(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let (_deployment, store) = deployment(server.options()).await;
    assert_eq!(store.synchronize_directory(NOW).await.unwrap().created, 1300);
}

#[tokio::test]
async fn enabling_a_user_writes_the_directory_and_the_replica() {
    let server = Slapd::start(&["Alice"]);
    let (_deployment, store) = deployment(server.options()).await;
    store.synchronize_directory(NOW).await.unwrap();
    let before = find(&store, "Alice").await;
    let mut after = with(
        &before,
        "msRTCSIP-PrimaryUserAddress",
        "sip:alice@contoso.example",
    );
    after.set("msRTCSIP-UserEnabled", vec!["TRUE".to_owned()]);
    after.set("msRTCSIP-OptionFlags", vec!["256".to_owned()]);
    after.set(
        "msRTCSIP-UserPolicies",
        vec![
            "CsVoicePolicy=Sales".to_owned(),
            "CsClientPolicy=Kiosk".to_owned(),
        ],
    );
    store
        .commit(None, set(vec![changed(&before, &after)]), NOW)
        .await
        .unwrap();

    assert_eq!(
        in_directory(&server, "Alice", "msRTCSIP-PrimaryUserAddress").await,
        ["sip:alice@contoso.example"]
    );
    assert!(
        store
            .user_by_sip_address("alice@contoso.example")
            .await
            .unwrap()
            .unwrap()
            .enabled
    );
    assert_eq!(
        store.synchronize_directory(NOW).await.unwrap().revision,
        None,
        "both say the same"
    );
    let again = with(&after, "msRTCSIP-UserPolicies", "CsVoicePolicy=Support");
    store
        .commit(None, set(vec![changed(&after, &again)]), NOW)
        .await
        .unwrap();
    assert_eq!(
        in_directory(&server, "Alice", "msRTCSIP-UserPolicies").await,
        ["CsVoicePolicy=Support"]
    );
}

#[tokio::test]
async fn a_refused_write_leaves_directory_and_replica_as_they_were() {
    let server = Slapd::start(&["Alice", "Bob"]);
    let (_deployment, store) = deployment(server.options()).await;
    store.synchronize_directory(NOW).await.unwrap();
    let (alice, bob) = (find(&store, "Alice").await, find(&store, "Bob").await);
    let given = with(&bob, "msRTCSIP-Line", "tel:+2");
    store
        .commit(None, set(vec![changed(&bob, &given)]), NOW)
        .await
        .unwrap();
    // Somebody writes with another tool; the replica does not know yet.
    modify(&server, "Bob", "msRTCSIP-Line", "tel:+3").await;
    let changes = vec![
        changed(&alice, &with(&alice, "msRTCSIP-Line", "tel:+1")),
        changed(&given, &with(&given, "msRTCSIP-Line", "tel:+4")),
    ];
    let revision = store.latest_revision().await.unwrap();
    let error = store.commit(None, set(changes), NOW).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::ChangeConflict, "{error}");
    assert!(error.message.contains("cn=Bob Smith"), "{error}");
    assert!(
        in_directory(&server, "Alice", "msRTCSIP-Line").await.is_empty(),
        "put back"
    );
    assert_eq!(in_directory(&server, "Bob", "msRTCSIP-Line").await, ["tel:+3"]);
    assert_eq!(store.latest_revision().await.unwrap(), revision);
    assert_eq!(find(&store, "Alice").await, alice);
    store.synchronize_directory(NOW).await.unwrap();
    assert_eq!(find(&store, "Bob").await.first("msRTCSIP-Line"), Some("tel:+3"));
}

#[tokio::test]
async fn accounts_themselves_belong_to_the_directory() {
    let server = Slapd::start(&["Alice"]);
    let (_deployment, store) = deployment(server.options()).await;
    store.synchronize_directory(NOW).await.unwrap();
    let alice = find(&store, "Alice").await;
    let mut renamed = alice.clone();
    renamed.dn = dn("Alicia");
    let department = with(&alice, "department", "IT");
    for change in [
        removed(&alice),
        created(&crate::deployment::user("Bob")),
        changed(&alice, &renamed),
        changed(&alice, &department),
    ] {
        let error = store.commit(None, set(vec![change]), NOW).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::DirectoryReadOnly, "{error}");
    }
    assert_eq!(store.search(&DirectoryQuery::default()).await.unwrap(), [alice]);
}

#[tokio::test]
async fn users_are_found_while_the_directory_is_away_and_the_connection_comes_back() {
    let mut server = Slapd::start(&["Alice"]);
    let (_deployment, store) = deployment(server.options()).await;
    store.synchronize_directory(NOW).await.unwrap();
    let alice = find(&store, "Alice").await;
    server.kill();
    let error = store.synchronize_directory(NOW).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::DirectoryUnreachable);
    let change = set(vec![changed(&alice, &with(&alice, "msRTCSIP-Line", "tel:+1"))]);
    assert_eq!(
        store.commit(None, change.clone(), NOW).await.unwrap_err().kind,
        ErrorKind::DirectoryUnreachable
    );
    assert_eq!(find(&store, "Alice").await, alice);
    server.run();
    store.commit(None, change, NOW).await.unwrap();
    assert_eq!(in_directory(&server, "Alice", "msRTCSIP-Line").await, ["tel:+1"]);
}

#[tokio::test]
async fn tls_is_spoken_with_servers_of_a_trusted_authority_only() {
    let server = Slapd::start(&["Alice"]);
    let other = Slapd::start(&[]);
    let start_tls = LdapOptions {
        start_tls: true,
        ..server.options()
    };
    let ldaps = LdapOptions {
        url: server.ldaps(),
        ..server.options()
    };
    for options in [start_tls, ldaps] {
        let trusted = LdapDirectory::new(options.clone()).unwrap();
        assert_eq!(trusted.accounts().await.unwrap().len(), 1, "{options:?}");
        let stranger = LdapOptions {
            authorities: Some(other.file("authority.pem")),
            ..options
        };
        let error = LdapDirectory::new(stranger)
            .unwrap()
            .accounts()
            .await
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::DirectoryUnreachable, "{error}");
    }
}

#[tokio::test]
async fn a_directory_that_refuses_is_not_an_empty_directory() {
    let server = Slapd::start(&["Alice"]);
    for (options, kind) in [
        (
            LdapOptions {
                bind_password: "wrong".to_owned(),
                ..server.options()
            },
            ErrorKind::DirectoryAccessDenied,
        ),
        (
            LdapOptions {
                base: "dc=fabrikam,dc=example".to_owned(),
                ..server.options()
            },
            ErrorKind::DirectoryFailed,
        ),
    ] {
        let error = LdapDirectory::new(options).unwrap().accounts().await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(!error.to_string().contains("wrong"), "no password in an error");
    }
    let (deployment, store) = deployment(server.options()).await;
    store.synchronize_directory(NOW).await.unwrap();
    let later = deployment.open().await;
    let empty = LdapOptions {
        base: format!("ou=Empty,{BASE}"),
        ..server.options()
    };
    later.attach_directory(Arc::new(LdapDirectory::new(empty).unwrap()));
    let error = later.synchronize_directory(NOW).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::DirectoryFailed);
    assert_eq!(
        later.search(&DirectoryQuery::default()).await.unwrap().len(),
        1,
        "nobody was removed"
    );
}

#[tokio::test]
async fn one_account_with_anothers_address_keeps_nobody_else_out() {
    let server = Slapd::start(&["Alice", "Bob", "Carol"]);
    for name in ["Alice", "Bob"] {
        modify(
            &server,
            name,
            "msRTCSIP-PrimaryUserAddress",
            "sip:alice@contoso.example",
        )
        .await;
    }
    let (_deployment, store) = deployment(server.options()).await;
    let outcome = store.synchronize_directory(NOW).await.unwrap();
    assert_eq!(outcome.created, 2);
    assert_eq!(outcome.left_out.len(), 1);
    assert!(
        outcome.left_out[0].contains("cn=Bob Smith"),
        "{:?}",
        outcome.left_out
    );
}
