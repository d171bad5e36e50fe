//! What administrators meet when something is wrong with the store: a clear error with a next step, and no harm done.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;

use plenum_store::{ErrorKind, Store, StoreError};
use plenum_topology::change::Change;

use crate::deployment::{Deployment, NOW, created, set, user};
use plenum_interop::postgres::Server;

async fn opening(url: &str, deployment: &Deployment) -> StoreError {
    let error = Store::open(url, &deployment.key_file()).await.unwrap_err();
    assert!(!error.hint.is_empty(), "every refusal has a next step");
    error
}

fn file(deployment: &Deployment) -> PathBuf {
    PathBuf::from(deployment.url.strip_prefix("sqlite://").unwrap())
}

#[tokio::test]
async fn a_url_that_names_no_store_says_what_one_looks_like() {
    let deployment = Deployment::sqlite().await;
    for url in [
        "",
        "mysql://host/db",
        "plenum.db",
        "sqlite:",
        "sqlite::memory:",
        "postgresql://host:notaport/db",
    ] {
        let error = opening(url, &deployment).await;
        assert_eq!(error.kind, ErrorKind::StoreUrl, "{url}: {error}");
        assert!(error.hint.contains("sqlite:///") && error.hint.contains("postgresql://"));
    }
    let error = opening("ftp://user:s3cret@host/db", &deployment).await;
    assert!(!error.to_string().contains("s3cret"));
}

#[tokio::test]
async fn a_store_that_is_not_there_is_not_made_by_opening_it() {
    let deployment = Deployment::sqlite().await;
    let error = opening(&deployment.url, &deployment).await;
    assert_eq!(error.kind, ErrorKind::StoreMissing);
    assert!(!file(&deployment).exists());
    // A database without a deployment, and no database at all.
    let server = Server::shared();
    for url in [server.database().await, server.url("nothing")] {
        let error = opening(&url, &deployment).await;
        assert_eq!(error.kind, ErrorKind::StoreMissing, "{error}");
    }
    let error = opening(&server.url("x").replace("plenum@", "stranger@"), &deployment).await;
    assert_eq!(error.kind, ErrorKind::StoreAccessDenied, "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_listen_is_reported_at_once() {
    let deployment = Deployment::sqlite().await;
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = opening(
        &format!("postgresql://plenum:s3cret@127.0.0.1:{port}/uc"),
        &deployment,
    )
    .await;
    assert_eq!(error.kind, ErrorKind::StoreUnreachable);
    assert!(
        error.message.contains(&port.to_string()) && !error.message.contains("s3cret"),
        "{error}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_damaged_and_left_alone() {
    let deployment = Deployment::sqlite().await;
    deployment.create().await.close().await.unwrap();
    fs::write(
        file(&deployment),
        "not a database, however long it may be".repeat(100),
    )
    .unwrap();
    let error = opening(&deployment.url, &deployment).await;
    assert_eq!(error.kind, ErrorKind::StoreDamaged, "{error}");
    assert!(
        fs::read_to_string(file(&deployment))
            .unwrap()
            .starts_with("not a database")
    );
    let error = Store::create(&deployment.url, &deployment.key_file(), "x", NOW)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::StoreDamaged, "{error}");
}

#[tokio::test]
async fn a_damaged_page_is_found_by_verification() {
    let deployment = Deployment::sqlite().await;
    let store = deployment.create().await;
    let people = (0..500)
        .map(|number| created(&user(&format!("Person{number}"))))
        .collect();
    store.commit(None, set(people), NOW).await.unwrap();
    store.close().await.unwrap();
    let mut database = fs::OpenOptions::new()
        .write(true)
        .open(file(&deployment))
        .unwrap();
    let size = database.metadata().unwrap().len();
    database.seek(SeekFrom::Start(size / 2)).unwrap();
    database.write_all(&[0xA5; 64 * 1024]).unwrap();
    let error = deployment.open().await.verify().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::StoreDamaged, "{error}");
    assert!(error.hint.contains("backup"));
}

#[tokio::test]
async fn no_password_and_no_key_is_in_the_files_of_a_store() {
    let deployment = Deployment::sqlite().await;
    let store = deployment.create().await;
    let keys = store.keys_for("correct horse", &["alice".to_owned()]);
    let alice = user("Alice");
    let credential = Change::Credential {
        object: alice.id.clone(),
        keys: keys.clone(),
    };
    store
        .commit(None, set(vec![created(&alice), credential]), NOW)
        .await
        .unwrap();
    store.close().await.unwrap();
    let mut bytes = Vec::new();
    for entry in fs::read_dir(file(&deployment).parent().unwrap()).unwrap() {
        bytes.extend(fs::read(entry.unwrap().path()).unwrap());
    }
    let contains = |secret: &str| {
        bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    };
    assert!(contains("alice@contoso.example"), "the files are the store's");
    for secret in keys.iter().map(|key| key.key.as_str()).chain(["correct horse"]) {
        assert!(!contains(secret));
    }
}
