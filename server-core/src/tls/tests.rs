//! Handshakes over a pipe.

use tokio_rustls::TlsConnector;

use super::*;
use crate::certificates::Authority;

/// What the listener knows of a client by name, after a handshake with `fe1.contoso.example`.
async fn names_of(client: Arc<ClientConfig>, reception: &Reception) -> Vec<String> {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let server = "fe1.contoso.example".try_into().expect("a name");
    let connector = TlsConnector::from(client);
    let (accepted, connected) = tokio::join!(reception.acceptor.accept(far), connector.connect(server, near));
    connected.expect("the client is content");
    let accepted = accepted.expect("the listener is content");
    reception.names(accepted.get_ref().1)
}

fn authority(name: &str) -> (Authority, std::path::PathBuf) {
    let folder = std::env::temp_dir().join(format!("plenum-tls-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    (Authority::open(&folder, name).expect("a new authority"), folder)
}

fn identity(authority: &Authority, name: &str) -> Arc<CurrentIdentity> {
    CurrentIdentity::new(authority.server(&[name.to_owned()]).expect("a certificate"))
}

#[tokio::test]
async fn servers_know_each_other_by_name_and_phones_have_none() {
    let (own, folder) = authority("own");
    let (foreign, other_folder) = authority("foreign");
    let roots = own.roots().expect("roots");
    let reception = Reception::new(identity(&own, "fe1.contoso.example"), Arc::clone(&roots));
    let client = |identity| checked_client(Arc::clone(&roots), identity);
    let server = client(Some(identity(&own, "fe2.contoso.example")));
    assert_eq!(names_of(server, &reception).await, ["fe2.contoso.example"]);
    assert!(names_of(client(None), &reception).await.is_empty());
    // The certificate of another authority says what it likes, and nobody believes it.
    let pretender = client(Some(identity(&foreign, "fe2.contoso.example")));
    assert!(names_of(pretender, &reception).await.is_empty());
    for folder in [folder, other_folder] {
        let _ = std::fs::remove_dir_all(folder);
    }
}
