//! What the store promises of the directory's objects, their names and their keys.

use std::collections::BTreeSet;

use plenum_store::ErrorKind;
use plenum_store::credential::{MD5, NT, SHA_256};
use plenum_store::directory::filter::Filter;
use plenum_topology::change::Change;
use plenum_topology::directory::DirectoryQuery;
use plenum_topology::identity::UserIdentity;

use super::{commit, refused};
use crate::deployment::{Deployment, changed, created, removed, user, with};

pub async fn every_name_and_number_belongs_to_one_object_and_the_error_names_it(deployment: Deployment) {
    let store = deployment.create().await;
    let alice = with(&user("Alice"), "msRTCSIP-Line", "tel:+14255550100");
    let bob = user("Bob");
    commit(&store, vec![created(&alice), created(&bob)]).await;
    for (attribute, value, label) in [
        (
            "msRTCSIP-PrimaryUserAddress",
            "sip:ALICE@contoso.example",
            "SIP address alice@contoso.example",
        ),
        ("msRTCSIP-Line", "TEL:+14255550100", "LineURI tel:+14255550100"),
        (
            "msRTCSIP-PrivateLine",
            "tel:+14255550100",
            "LineURI tel:+14255550100",
        ),
        ("sAMAccountName", "Alice", "account name alice"),
        (
            "userPrincipalName",
            "alice@contoso.example",
            "user principal name alice@contoso.example",
        ),
    ] {
        let error = refused(&store, vec![changed(&bob, &with(&bob, attribute, value))]).await;
        assert_eq!(error.kind, ErrorKind::AlreadyAssigned, "{attribute}");
        let told = format!("{label} is already assigned to CN=Alice Smith,OU=Sales,DC=contoso,DC=example");
        assert!(error.message.contains(&told), "{error}");
    }
    let mut twin = user("Carol");
    twin.dn = "cn=alice smith, ou=Sales,DC=contoso,DC=example".to_owned();
    let (dan, eve) = (
        with(&user("Dan"), "sAMAccountName", "same"),
        with(&user("Eve"), "sAMAccountName", "same"),
    );
    let error = refused(&store, vec![created(&twin), created(&dan), created(&eve)]).await;
    assert!(
        error.message.contains("distinguished name") && error.message.contains("account name same"),
        "{error}"
    );
    // A number with an extension is another number, and one's own number is no conflict.
    let bob_later = with(&bob, "msRTCSIP-Line", "tel:+14255550100;ext=1");
    commit(
        &store,
        vec![
            changed(&bob, &bob_later),
            changed(&alice, &with(&alice, "title", "Chief")),
        ],
    )
    .await;
}

pub async fn two_users_swap_their_numbers_in_one_set(deployment: Deployment) {
    let store = deployment.create().await;
    let alice = with(&user("Alice"), "msRTCSIP-Line", "tel:+1");
    let bob = with(&user("Bob"), "msRTCSIP-Line", "tel:+2");
    commit(&store, vec![created(&alice), created(&bob)]).await;
    let (alice_later, bob_later) = (
        with(&alice, "msRTCSIP-Line", "tel:+2"),
        with(&bob, "msRTCSIP-Line", "tel:+1"),
    );
    commit(
        &store,
        vec![changed(&alice, &alice_later), changed(&bob, &bob_later)],
    )
    .await;
    let owner = store.user_by_line_uri("tel:+2").await.unwrap().unwrap();
    assert_eq!(owner.sip_address, "alice@contoso.example");
    // A number that is freed can be given on in the same set, and so can a whole name.
    let new_alice = with(
        &user("Alicia"),
        "msRTCSIP-PrimaryUserAddress",
        "sip:alice@contoso.example",
    );
    commit(&store, vec![removed(&alice_later), created(&new_alice)]).await;
}

pub async fn a_search_finds_what_the_filter_says_whatever_the_index_knows(deployment: Deployment) {
    let store = deployment.create().await;
    let mut people: Vec<_> = ["Alice", "Bob", "Carol", "Dörte", "Élan"].map(user).to_vec();
    people[1].set("department", vec!["IT".to_owned()]);
    people[2].set("msRTCSIP-PrimaryUserAddress", Vec::new());
    people[2].dn = "CN=Carol,OU=100% IT_1,DC=contoso,DC=example".to_owned();
    people[3].set("msRTCSIP-OptionFlags", vec!["384".to_owned()]);
    commit(&store, people.iter().map(created).collect()).await;
    for filter in [
        "(displayName=alice smith)",
        "(displayName=A*)",
        "(displayName=dörte*)",
        "(displayName=é*)",
        "(displayName=*smith)",
        "(msRTCSIP-PrimaryUserAddress=sip:a*)",
        "(msRTCSIP-PrimaryUserAddress=s*)",
        "(msRTCSIP-PrimaryUserAddress=*)",
        "(!(msRTCSIP-PrimaryUserAddress=*))",
        "(|(sAMAccountName=alice)(userPrincipalName=bob@contoso.example))",
        "(|(sAMAccountName=alice)(department=it))",
        "(&(displayName=*)(department=it))",
        "(&(|)(displayName=*))",
        "(msRTCSIP-PrimaryHomeServer=POOL01.contoso.example)",
        "(msRTCSIP-OptionFlags:1.2.840.113556.1.4.803:=128)",
        "(msRTCSIP-Line=tel:+1)",
    ] {
        let query = DirectoryQuery {
            filter: Some(filter.to_owned()),
            ..DirectoryQuery::default()
        };
        let found: BTreeSet<_> = store
            .search(&query)
            .await
            .unwrap()
            .into_iter()
            .map(|object| object.id)
            .collect();
        let parsed = Filter::parse(filter).unwrap();
        let expected: BTreeSet<_> = people
            .iter()
            .filter(|object| parsed.matches(object))
            .map(|object| object.id.clone())
            .collect();
        assert_eq!(found, expected, "{filter}");
    }
    let many = format!("(|{})", "(sAMAccountName=alice)(displayName=b*)".repeat(3000));
    let query = DirectoryQuery {
        filter: Some(many),
        base: None,
        limit: None,
    };
    assert_eq!(store.search(&query).await.unwrap().len(), 2);

    for (base, limit, expected) in [
        ("ou=sales, DC=contoso,DC=example", None, 4),
        ("OU=100% IT_1,DC=contoso,DC=example", None, 1),
        ("OU=100x ITx1,DC=contoso,DC=example", None, 0),
        ("DC=contoso,DC=example", Some(2), 2),
        ("CN=Bob Smith,OU=Sales,DC=contoso,DC=example", None, 1),
        ("DC=example", Some(0), 0),
    ] {
        let query = DirectoryQuery {
            filter: None,
            base: Some(base.to_owned()),
            limit,
        };
        assert_eq!(store.search(&query).await.unwrap().len(), expected, "{base}");
    }
    let all = store.search(&DirectoryQuery::default()).await.unwrap();
    assert!(all.is_sorted_by_key(|object| object.dn.to_lowercase()));
    let query = DirectoryQuery {
        filter: Some("(a=".to_owned()),
        ..DirectoryQuery::default()
    };
    assert_eq!(
        store.search(&query).await.unwrap_err().kind,
        ErrorKind::FilterInvalid
    );
}

pub async fn every_way_to_name_a_user_finds_that_user(deployment: Deployment) {
    let store = deployment.create().await;
    let mut alice = user("Alice");
    alice.set("userPrincipalName", vec!["asmith@contoso.example".to_owned()]);
    commit(&store, vec![created(&alice), created(&user("Bob"))]).await;
    for name in [
        "sip:Alice@contoso.example",
        "alice@contoso.example",
        "asmith@contoso.example",
        "CONTOSO\\alice",
        "Alice Smith",
        "Alice*",
        "cn=alice smith, ou=sales, dc=contoso, dc=example",
        alice.id.0.as_str(),
    ] {
        let found = store
            .find_user(&UserIdentity::parse(name).unwrap())
            .await
            .unwrap();
        assert_eq!(found, [alice.clone()], "{name}");
    }
    assert_eq!(
        store
            .find_user(&UserIdentity::parse("*Smith").unwrap())
            .await
            .unwrap()
            .len(),
        2
    );
    assert!(
        store
            .find_user(&UserIdentity::parse("FABRIKAM\\alice").unwrap())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.get(&alice.id).await.unwrap(), Some(alice));
}

pub async fn the_server_finds_users_by_address_number_and_pool(deployment: Deployment) {
    let store = deployment.create().await;
    let mut alice = with(&user("Alice"), "msRTCSIP-Line", "tel:+14255550100");
    alice.set("msRTCSIP-PrivateLine", vec!["tel:+14255550101".to_owned()]);
    alice.set("msRTCSIP-UserPolicies", vec!["CsVoicePolicy=Sales".to_owned()]);
    let bob = with(
        &user("Bob"),
        "msRTCSIP-PrimaryHomeServer",
        "POOL02.contoso.example",
    );
    commit(&store, vec![created(&alice), created(&bob)]).await;
    for address in ["alice@contoso.example", "SIP:Alice@Contoso.Example"] {
        let record = store.user_by_sip_address(address).await.unwrap().unwrap();
        assert_eq!((record.id, record.enabled), (alice.id.clone(), true));
        assert_eq!(record.policies["CsVoicePolicy"], "Sales");
    }
    for number in ["tel:+14255550100", "tel:+14255550101"] {
        assert_eq!(
            store.user_by_line_uri(number).await.unwrap().unwrap().id,
            alice.id
        );
    }
    assert!(store.user_by_line_uri("tel:+1425555010").await.unwrap().is_none());
    assert!(
        store
            .user_by_sip_address("carol@contoso.example")
            .await
            .unwrap()
            .is_none()
    );
    let many: Vec<String> = (0..70)
        .map(|number| format!("nobody{number}@contoso.example"))
        .collect();
    let asked = [&many[..], &["Alice@contoso.example".to_owned()]].concat();
    let found = store.users_by_sip_addresses(&asked).await.unwrap();
    assert!(found[..70].iter().all(Option::is_none));
    assert_eq!(found[70].as_ref().unwrap().id, alice.id);
    let pools = store.users_by_pool().await.unwrap();
    assert_eq!(
        pools["pool01.contoso.example"] + pools["pool02.contoso.example"],
        2
    );
}

pub async fn keys_prove_their_owner_and_go_with_the_owner(deployment: Deployment) {
    let store = deployment.create().await;
    let (alice, bob) = (user("Alice"), user("Bob"));
    let names = ["alice@contoso.example".to_owned(), "alice".to_owned()];
    let keys = store.keys_for("old", &names);
    let given = |keys| Change::Credential {
        object: alice.id.clone(),
        keys,
    };
    commit(&store, vec![created(&alice), given(keys), created(&bob)]).await;
    commit(&store, vec![given(store.keys_for("new", &names))]).await;
    let new = plenum_store::credential::keys_for("new", &names, "contoso.example");
    for key in &new {
        let realm = if key.algorithm == NT {
            ""
        } else {
            "contoso.example"
        };
        let found = store
            .credential(&key.username, realm, &key.algorithm)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.object, found.key),
            (alice.id.clone(), key.key.clone()),
            "{key:?}"
        );
    }
    assert_eq!(new.len(), 6);
    let asked = ["nobody".to_owned(), "alice".to_owned(), "alice".to_owned()];
    let found = store.credentials(&asked, "contoso.example", MD5).await.unwrap();
    let owners: Vec<_> = found
        .iter()
        .map(|found| found.as_ref().map(|found| &found.object))
        .collect();
    assert_eq!(owners, [None, Some(&alice.id), Some(&alice.id)]);
    assert!(
        store
            .credential("alice", "other.example", MD5)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store
            .credential("Alice", "contoso.example", SHA_256)
            .await
            .unwrap()
            .is_none()
    );

    let keys = store.keys_for("x", &["alice".to_owned()]);
    let error = refused(
        &store,
        vec![Change::Credential {
            object: bob.id.clone(),
            keys,
        }],
    )
    .await;
    assert_eq!(error.kind, ErrorKind::AlreadyAssigned);
    assert!(
        error.message.contains("alice belongs to CN=Alice Smith"),
        "{error}"
    );
    commit(&store, vec![removed(&alice)]).await;
    assert!(
        store
            .credential("alice", "contoso.example", MD5)
            .await
            .unwrap()
            .is_none()
    );
    let error = refused(
        &store,
        vec![Change::Credential {
            object: alice.id.clone(),
            keys: Vec::new(),
        }],
    )
    .await;
    assert_eq!(error.kind, ErrorKind::ChangeConflict);
}

pub async fn no_secret_becomes_part_of_an_object(deployment: Deployment) {
    let store = deployment.create().await;
    let error = refused(
        &store,
        vec![created(&with(&user("Alice"), "userpassword", "secret"))],
    )
    .await;
    assert_eq!(error.kind, ErrorKind::SecretInObject);
    assert!(!error.to_string().contains("secret"));
}
