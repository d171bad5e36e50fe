//! The deployment's own certificate authority, the servers' certificates, and TLS settings that follow them.
//!
//! The authority is made with the deployment. A server's certificate is made when it starts, and again when it lacks
//! a name that the topology now demands or nears its end; a running listener takes the new one without a restart.
//! Keys are PKCS #8 files that only the service's account can read. Names are compared as RFC 5922 §7.2 wants: a SIP
//! server proves its domain and its host by subjectAltName, never by the common name.
//!
//! Absent: revocation lists. A certificate that must not be trusted any more ends with its authority.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::SystemTime;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, SignatureScheme};
use time::{Duration, OffsetDateTime};

use crate::private_file;

/// How long the authority is valid.
const AUTHORITY_LIFETIME: Duration = Duration::days(3650);
/// How long a server's certificate is valid.
const SERVER_LIFETIME: Duration = Duration::days(365);
/// A certificate with less than this left is replaced.
const RENEW_BEFORE: Duration = Duration::days(30);
/// Clocks of clients may be this far behind.
const CLOCK_SKEW: Duration = Duration::hours(1);

/// Why a certificate could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds no certificate or key, or a damaged one.
    #[error("{path}: {reason}; restore the file from a backup, or remove the folder to make a new one")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A name cannot stand in a certificate.
    #[error("the certificate for {name} cannot be made: {reason}")]
    Refused {
        /// Whose certificate.
        name: String,
        /// Why.
        reason: String,
    },
}

/// The authority of a deployment, in a folder of its own.
pub struct Authority {
    folder: PathBuf,
}

impl Authority {
    /// Opens the authority in a folder; makes it when there is none.
    pub fn open(folder: &Path, deployment: &str) -> Result<Authority, CertificateError> {
        let authority = Authority {
            folder: folder.to_owned(),
        };
        if !authority.certificate_file().exists() {
            authority.create(deployment)?;
        }
        Ok(authority)
    }

    /// The authority's certificate (PEM): what clients have to trust.
    pub fn certificate_file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// Whom the deployment's servers trust.
    pub fn roots(&self) -> Result<Arc<RootCertStore>, CertificateError> {
        roots(&self.certificate_file())
    }

    fn create(&self, deployment: &str) -> Result<(), CertificateError> {
        let refused = |error: rcgen::Error| CertificateError::Refused {
            name: deployment.to_owned(),
            reason: error.to_string(),
        };
        let key = KeyPair::generate().map_err(refused)?;
        let mut params = CertificateParams::new(Vec::new()).map_err(refused)?;
        params
            .distinguished_name
            .push(DnType::CommonName, format!("{deployment} Plenum authority"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let now = OffsetDateTime::now_utc();
        (params.not_before, params.not_after) = (now - CLOCK_SKEW, now + AUTHORITY_LIFETIME);
        let certificate = params.self_signed(&key).map_err(refused)?;
        write_private(&self.folder.join("authority.key"), &key.serialize_pem())?;
        write_private(&self.certificate_file(), &certificate.pem())
    }

    /// The certificate of a server for all of `names` (the first is the host's own); made or renewed when needed.
    pub fn server(&self, names: &[String]) -> Result<ServerIdentity, CertificateError> {
        let host = names.first().map_or("localhost", String::as_str);
        let certificate = self.folder.join(format!("{host}.pem"));
        let key = self.folder.join(format!("{host}.key"));
        if !certificate.exists() || needs_renewal(&certificate, names)? {
            self.issue(names, &certificate, &key)?;
        }
        ServerIdentity::load(&certificate, &key)
    }

    fn issue(&self, names: &[String], certificate: &Path, key_file: &Path) -> Result<(), CertificateError> {
        let host = names.first().map_or("localhost", String::as_str);
        let refused = |error: rcgen::Error| CertificateError::Refused {
            name: host.to_owned(),
            reason: error.to_string(),
        };
        let authority_key_file = self.folder.join("authority.key");
        let authority_key = KeyPair::from_pem(&read(&authority_key_file)?)
            .map_err(|error| damaged(&authority_key_file, &error.to_string()))?;
        let authority = read(&self.certificate_file())?;
        let issuer = Issuer::from_ca_cert_pem(&authority, authority_key)
            .map_err(|error| damaged(&self.certificate_file(), &error.to_string()))?;
        let key = KeyPair::generate().map_err(refused)?;
        let mut params = CertificateParams::new(names.to_vec()).map_err(refused)?;
        params.distinguished_name.push(DnType::CommonName, host);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
        ];
        // Servers are clients of each other (mutual TLS), so both usages.
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        params.use_authority_key_identifier_extension = true;
        let now = OffsetDateTime::now_utc();
        (params.not_before, params.not_after) = (now - CLOCK_SKEW, now + SERVER_LIFETIME);
        let issued = params.signed_by(&key, &issuer).map_err(refused)?;
        write_private(key_file, &key.serialize_pem())?;
        write_private(certificate, &(issued.pem() + &authority))
    }
}

/// A server's certificate chain and key.
pub struct ServerIdentity {
    key: Arc<CertifiedKey>,
}

impl ServerIdentity {
    fn load(certificate: &Path, key: &Path) -> Result<ServerIdentity, CertificateError> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .map_err(|error| damaged(certificate, &error.to_string()))?;
        let private = PrivateKeyDer::from_pem_file(key).map_err(|error| damaged(key, &error.to_string()))?;
        let certified = CertifiedKey::from_der(chain, private, &rustls::crypto::ring::default_provider())
            .map_err(|error| damaged(certificate, &error.to_string()))?;
        Ok(ServerIdentity {
            key: Arc::new(certified),
        })
    }
}

/// The certificate that listeners present; replaced while they run.
pub struct CurrentIdentity(RwLock<Arc<CertifiedKey>>);

impl std::fmt::Debug for CurrentIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CurrentIdentity")
    }
}

impl CurrentIdentity {
    /// Starts with this one.
    pub fn new(identity: ServerIdentity) -> Arc<CurrentIdentity> {
        Arc::new(CurrentIdentity(RwLock::new(identity.key)))
    }

    /// New connections see this one; those that are open keep theirs.
    pub fn replace(&self, identity: ServerIdentity) {
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = identity.key;
    }
}

impl CurrentIdentity {
    fn key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl ResolvesServerCert for CurrentIdentity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.key())
    }
}

impl ResolvesClientCert for CurrentIdentity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.key())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// The roots in a file.
pub fn roots(file: &Path) -> Result<Arc<RootCertStore>, CertificateError> {
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| damaged(file, &error.to_string()))?;
    roots.add_parsable_certificates(certificates);
    Ok(Arc::new(roots))
}

fn needs_renewal(certificate: &Path, names: &[String]) -> Result<bool, CertificateError> {
    use x509_parser::prelude::*;
    let der = CertificateDer::from_pem_file(certificate)
        .map_err(|error| damaged(certificate, &error.to_string()))?;
    let (_, parsed) =
        X509Certificate::from_der(&der).map_err(|error| damaged(certificate, &error.to_string()))?;
    let ends = parsed.validity().not_after.to_datetime();
    let alternative = parsed.subject_alternative_name().ok().flatten();
    let present = |name: &String| {
        alternative.as_ref().is_some_and(|extension| {
            extension.value.general_names.iter().any(|general| match general {
                GeneralName::DNSName(dns) => dns.eq_ignore_ascii_case(name),
                GeneralName::IPAddress(octets) => {
                    name.parse().is_ok_and(|address| ip_octets(address) == *octets)
                }
                _ => false,
            })
        })
    };
    Ok(ends - OffsetDateTime::from(SystemTime::now()) < RENEW_BEFORE || !names.iter().all(present))
}

fn ip_octets(address: std::net::IpAddr) -> Vec<u8> {
    match address {
        std::net::IpAddr::V4(v4) => v4.octets().to_vec(),
        std::net::IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

fn damaged(path: &Path, reason: &str) -> CertificateError {
    CertificateError::Damaged {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

fn read(path: &Path) -> Result<String, CertificateError> {
    fs::read_to_string(path).map_err(|source| CertificateError::File {
        path: path.to_owned(),
        source,
    })
}

/// Writes a file that only the service's account can read, whole or not at all.
fn write_private(path: &Path, text: &str) -> Result<(), CertificateError> {
    path.parent()
        .map_or(Ok(()), private_file::create_folder)
        .and_then(|()| private_file::replace(path, |file| file.write_all(text.as_bytes())))
        .map(drop)
        .map_err(|source| CertificateError::File {
            path: path.to_owned(),
            source,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("plenum-certificates-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_certificate_is_kept_until_the_topology_demands_another_name() {
        let folder = folder("renewal");
        let authority = Authority::open(&folder, "contoso.example").expect("a new authority");
        let file = folder.join("fe1.contoso.example.pem");
        authority
            .server(&names(&["fe1.contoso.example", "127.0.0.1"]))
            .expect("a certificate");
        let first = fs::read(&file).expect("the file");
        authority
            .server(&names(&["fe1.contoso.example"]))
            .expect("the same certificate");
        assert_eq!(first, fs::read(&file).expect("the file"));
        authority
            .server(&names(&["fe1.contoso.example", "sip.contoso.example"]))
            .expect("a new one");
        assert_ne!(first, fs::read(&file).expect("the file"));
        let _ = fs::remove_dir_all(&folder);
    }

    #[test]
    fn keys_can_be_read_by_the_service_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder("private");
        Authority::open(&folder, "contoso.example").expect("a new authority");
        let mode = fs::metadata(folder.join("authority.key"))
            .expect("the key")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let _ = fs::remove_dir_all(&folder);
    }

    #[test]
    fn a_damaged_certificate_is_an_error_with_a_next_step() {
        let folder = folder("damaged");
        let authority = Authority::open(&folder, "contoso.example").expect("a new authority");
        fs::write(folder.join("fe1.contoso.example.pem"), "nonsense").expect("a file");
        let error = authority
            .server(&names(&["fe1.contoso.example"]))
            .err()
            .expect("an error")
            .to_string();
        assert!(
            error.contains("fe1.contoso.example.pem") && error.contains("restore the file"),
            "{error}"
        );
        let _ = fs::remove_dir_all(&folder);
    }
}
