//! TLS on both sides: what listeners and opened connections show, and whom they believe (RFC 5922, RFC 5923 §3).
//!
//! Servers of the deployment show each other the certificates that its authority signed, whichever side opened the
//! connection; their names are what makes them trusted neighbours. A phone shows nothing, or something that proves
//! nothing here: it is let in and has no name.

use std::sync::Arc;
use std::time::SystemTime;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    ClientConfig, DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, ServerConnection,
    SignatureScheme,
};
use tokio_rustls::TlsAcceptor;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::certificates::CurrentIdentity;

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// How listeners greet: TLS 1.2 and 1.3.
#[derive(Clone)]
pub struct Reception {
    /// Makes the handshake.
    pub acceptor: TlsAcceptor,
    servers: Arc<dyn ClientCertVerifier>,
}

impl Reception {
    /// Shows this identity, and asks for a certificate that these roots have signed.
    pub fn new(identity: Arc<CurrentIdentity>, roots: Arc<RootCertStore>) -> Reception {
        let servers = WebPkiClientVerifier::builder_with_provider(roots, provider())
            .allow_unauthenticated()
            .build()
            .expect("the authority's file holds a certificate: the deployment's own was signed with it");
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("ring supports TLS 1.2 and 1.3")
            .with_client_cert_verifier(Arc::new(Invited(Arc::clone(&servers))))
            .with_cert_resolver(identity);
        Reception {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            servers,
        }
    }

    /// The DNS names of a peer whose certificate the authority signed; none for everybody else.
    pub fn names(&self, connection: &ServerConnection) -> Vec<String> {
        let Some((own, chain)) = connection.peer_certificates().and_then(<[_]>::split_first) else {
            return Vec::new();
        };
        let Ok(now) = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) else {
            return Vec::new();
        };
        let now = UnixTime::since_unix_epoch(now);
        match self.servers.verify_client_cert(own, chain, now) {
            Ok(_) => dns_names(own),
            Err(_) => Vec::new(),
        }
    }
}

fn dns_names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
        return Vec::new();
    };
    let alternative = parsed.subject_alternative_name().ok().flatten();
    let names = alternative.iter().flat_map(|it| &it.value.general_names);
    let dns = names.filter_map(|name| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        _ => None,
    });
    dns.collect()
}

/// Asks for the certificate of a server, and turns nobody away who has another one or none.
#[derive(Debug)]
struct Invited(Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for Invited {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// TLS for connections that we open to who must show a certificate of these roots; without an identity we show none.
pub fn checked_client(
    roots: Arc<RootCertStore>,
    identity: Option<Arc<CurrentIdentity>>,
) -> Arc<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("ring supports TLS 1.2 and 1.3")
        .with_root_certificates(roots);
    Arc::new(match identity {
        Some(identity) => builder.with_client_cert_resolver(identity),
        None => builder.with_no_client_auth(),
    })
}

/// TLS for connections that we open to whoever answers: encrypted, and proving nothing.
pub fn unchecked_client() -> Arc<ClientConfig> {
    let provider = provider();
    let verifier = Arc::new(Anybody(provider.signature_verification_algorithms));
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports TLS 1.2 and 1.3");
    let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
    Arc::new(builder.with_no_client_auth())
}

/// Takes every certificate whose key the peer has.
#[derive(Debug)]
struct Anybody(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
