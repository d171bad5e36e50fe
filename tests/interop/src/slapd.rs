//! An OpenLDAP server of a test's own: temporary folder, free ports, its own certificate, gone when the test ends.
//! What cannot be started fails the test.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on fails"
)]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ldap3::{Ldap, LdapConnAsync};
use plenum_store::LdapOptions;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::folder::Folder;

/// Where its accounts are.
pub const BASE: &str = "dc=contoso,dc=example";
const ROOT: &str = "cn=root,dc=contoso,dc=example";
/// The account that the store binds as: it may read everything and write `msRTCSIP-` attributes.
pub const ACCOUNT: &str = "cn=plenum,dc=contoso,dc=example";
/// The password of that account.
pub const PASSWORD: &str = "correct horse";

/// The server.
#[derive(Debug)]
pub struct Slapd {
    process: Option<Child>,
    port: u16,
    tls_port: u16,
    folder: Folder,
}

impl Slapd {
    /// A server with these people, e.g. `Alice` and `Bob`, who have no `msRTCSIP-` attributes.
    pub fn start(people: &[&str]) -> Slapd {
        let folder = Folder::new("slapd");
        std::fs::create_dir(folder.path().join("data")).unwrap();
        write_certificates(&folder);
        std::fs::write(folder.path().join("slapd.conf"), configuration(&folder)).unwrap();
        std::fs::write(folder.path().join("seed.ldif"), seed(people)).unwrap();
        let (port, tls_port) = (free_port(), free_port());
        let mut server = Slapd {
            process: None,
            port,
            tls_port,
            folder,
        };
        let loaded = server
            .command("slapadd")
            .arg("-q")
            .arg("-l")
            .arg(server.file("seed.ldif"))
            .output()
            .unwrap();
        assert!(
            loaded.status.success(),
            "slapadd: {}",
            String::from_utf8_lossy(&loaded.stderr)
        );
        server.run();
        server
    }

    /// Starts the server on the same ports with the same data.
    pub fn run(&mut self) {
        let urls = format!(
            "ldap://127.0.0.1:{} ldaps://127.0.0.1:{}",
            self.port, self.tls_port
        );
        let mut process = self
            .command("slapd")
            .args(["-h", &urls, "-d", "stats"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let ready = lines.by_ref().map_while(Result::ok).any(|line| {
            let ready = line.contains("slapd starting");
            said.push(line);
            ready
        });
        assert!(ready, "slapd did not start:\n{}", said.join("\n"));
        std::thread::spawn(move || lines.for_each(drop));
        self.process = Some(process);
        // It says so just before it listens.
        let patience = Instant::now() + Duration::from_secs(10);
        while [self.port, self.tls_port]
            .iter()
            .any(|port| TcpStream::connect(("127.0.0.1", *port)).is_err())
        {
            assert!(Instant::now() < patience, "slapd does not listen");
            std::thread::yield_now();
        }
    }

    /// Stops it as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// How the store reaches it.
    pub fn options(&self) -> LdapOptions {
        LdapOptions {
            url: format!("ldap://127.0.0.1:{}", self.port),
            start_tls: false,
            authorities: Some(self.file("authority.pem")),
            bind_dn: ACCOUNT.to_owned(),
            bind_password: PASSWORD.to_owned(),
            base: BASE.to_owned(),
            filter: None,
        }
    }

    /// Its URL for TLS.
    pub fn ldaps(&self) -> String {
        format!("ldaps://127.0.0.1:{}", self.tls_port)
    }

    /// One of its files, such as `authority.pem`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A connection with all rights: the directory's own administrator.
    pub async fn administrator(&self) -> Ldap {
        let (driver, mut ldap) = LdapConnAsync::new(&format!("ldap://127.0.0.1:{}", self.port))
            .await
            .unwrap();
        tokio::spawn(driver.drive());
        ldap.simple_bind(ROOT, PASSWORD).await.unwrap().success().unwrap();
        ldap
    }

    fn command(&self, program: &str) -> Command {
        let program = PathBuf::from("/usr/sbin").join(program);
        assert!(
            program.exists(),
            "OpenLDAP is not installed: apt-get install slapd"
        );
        let mut command = Command::new(program);
        command.arg("-f").arg(self.file("slapd.conf"));
        command
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The distinguished name of a person of the seed.
pub fn dn(name: &str) -> String {
    format!("cn={name} Smith,ou=Sales,{BASE}")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn configuration(folder: &Folder) -> String {
    let folder = folder.path().display();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/src/msrtcsip.schema");
    format!(
        "include /etc/ldap/schema/core.schema\n\
         include /etc/ldap/schema/cosine.schema\n\
         include /etc/ldap/schema/inetorgperson.schema\n\
         include {schema}\n\
         modulepath /usr/lib/ldap\n\
         moduleload back_mdb\n\
         TLSCACertificateFile {folder}/authority.pem\n\
         TLSCertificateFile {folder}/server.pem\n\
         TLSCertificateKeyFile {folder}/server.key\n\
         database mdb\n\
         suffix \"{BASE}\"\n\
         rootdn \"{ROOT}\"\n\
         rootpw \"{PASSWORD}\"\n\
         directory {folder}/data\n\
         limits dn.exact=\"{ACCOUNT}\" size=600 size.prtotal=unlimited\n\
         access to attrs=userPassword by anonymous auth by * none\n\
         access to attrs=@msRTCSIP-User by dn.exact=\"{ACCOUNT}\" write by * read\n\
         access to * by * read\n"
    )
}

fn seed(people: &[&str]) -> String {
    let mut ldif = format!(
        "dn: {BASE}\nobjectClass: domain\ndc: contoso\n\n\
         dn: ou=Sales,{BASE}\nobjectClass: organizationalUnit\nou: Sales\n\n\
         dn: ou=Empty,{BASE}\nobjectClass: organizationalUnit\nou: Empty\n\n\
         dn: {ACCOUNT}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: plenum\n\
         userPassword: {PASSWORD}\n\n"
    );
    for name in people {
        let lower = name.to_lowercase();
        write!(
            ldif,
            "dn: {}\nobjectClass: inetOrgPerson\nobjectClass: msRTCSIP-User\ncn: {name} Smith\nsn: Smith\n\
             displayName: {name} Smith\nsAMAccountName: {lower}\nuserPrincipalName: {lower}@contoso.example\n\
             userPassword: hidden\n\n",
            dn(name)
        )
        .unwrap();
    }
    ldif
}

fn write_certificates(folder: &Folder) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority
        .distinguished_name
        .push(rcgen::DnType::CommonName, "Test authority");
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["127.0.0.1".to_owned()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("authority.pem", issuer.pem());
    write("server.pem", server.pem());
    write("server.key", key.serialize_pem());
}
