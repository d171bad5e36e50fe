//! Keys of authentication protocols: derived from a password once, encrypted at rest, never shown.
//!
//! A password is not stored. Digest needs `H(username:realm:password)` (RFC 7616 §3.4.2) for every user name that a
//! client may send and for both algorithms; NTLM needs the NT hash (MD4 of the password in UTF-16LE). Whoever holds
//! such a key can sign in with it, so the store keeps them sealed with XChaCha20-Poly1305 under the deployment's key
//! file, each bound to its owner, name, realm and algorithm: a row copied to another user does not open.
//!
//! The key file is 32 random bytes in hexadecimal, readable by its account alone. Without it every password has to be
//! set again; it belongs in the backup, apart from the database.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use md5::{Digest as _, Md5};
use plenum_topology::directory::{CredentialKey, ObjectId};
use sha2::Sha256;

use crate::error::{ErrorKind, StoreError};

/// XChaCha20's nonce: long enough to be drawn at random for every value.
const NONCE: usize = 24;

/// Digest with MD5 (RFC 2617).
pub const MD5: &str = "MD5";
/// Digest with SHA-256 (RFC 7616).
pub const SHA_256: &str = "SHA-256";
/// NTLM's hash of the password; its realm is empty.
pub const NT: &str = "NT";

/// All keys of a password for the user names that a client may send, in the deployment's realm.
pub fn keys_for(password: &str, usernames: &[String], realm: &str) -> Vec<CredentialKey> {
    let nt = nt_hash(password);
    let mut keys = Vec::with_capacity(usernames.len() * 3);
    for username in usernames {
        let secret = format!("{username}:{realm}:{password}");
        let key = |algorithm: &str, realm: &str, key: String| CredentialKey {
            username: username.clone(),
            realm: realm.to_owned(),
            algorithm: algorithm.to_owned(),
            key,
        };
        keys.push(key(MD5, realm, hexadecimal(&Md5::digest(secret.as_bytes()))));
        keys.push(key(
            SHA_256,
            realm,
            hexadecimal(&Sha256::digest(secret.as_bytes())),
        ));
        keys.push(key(NT, "", nt.clone()));
    }
    keys
}

fn nt_hash(password: &str) -> String {
    let bytes: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
    hexadecimal(&md4::Md4::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a string succeeds");
            text
        })
}

/// The deployment's key, which seals and opens credentials.
#[derive(Clone)]
pub(crate) struct Seal {
    cipher: XChaCha20Poly1305,
}

impl Seal {
    /// Reads the key file.
    pub(crate) fn read(path: &Path) -> Result<Seal, StoreError> {
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => key_error(ErrorKind::CredentialKeyMissing, path, "is not there"),
            io::ErrorKind::InvalidData => wrong_key(path),
            _ => key_error(
                ErrorKind::CredentialKeyMissing,
                path,
                &format!("cannot be read ({error})"),
            ),
        })?;
        let text = text.trim();
        let byte = |at: usize| {
            text.get(at..at + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        };
        let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
        let key: [u8; 32] = bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| wrong_key(path))?;
        Ok(Seal {
            cipher: XChaCha20Poly1305::new(&key.into()),
        })
    }

    /// Makes the key file, or reads the one that an interrupted creation has left.
    pub(crate) fn create(path: &Path) -> Result<Seal, StoreError> {
        let mut key = [0_u8; 32];
        fill(&mut key)?;
        match write_private(path, &hexadecimal(&key)) {
            Ok(()) => Ok(Seal {
                cipher: XChaCha20Poly1305::new(&key.into()),
            }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Seal::read(path),
            Err(error) => Err(key_error(
                ErrorKind::CredentialKeyMissing,
                path,
                &format!("cannot be made ({error})"),
            )),
        }
    }

    /// Encrypts a text bound to where it belongs.
    pub(crate) fn close(&self, text: &str, belongs: &str) -> Result<String, StoreError> {
        let mut sealed = vec![0_u8; NONCE];
        fill(&mut sealed)?;
        let payload = Payload {
            msg: text.as_bytes(),
            aad: belongs.as_bytes(),
        };
        let encrypted = self.cipher.encrypt(XNonce::from_slice(&sealed), payload);
        sealed.extend(encrypted.expect("a text of a few bytes can be encrypted"));
        Ok(STANDARD.encode(sealed))
    }

    /// Opens what [`Seal::close`] made for the same place; `None` when it was not made with this key for this place.
    pub(crate) fn open(&self, sealed: &str, belongs: &str) -> Option<String> {
        let sealed = STANDARD.decode(sealed).ok()?;
        let (nonce, encrypted) = sealed.split_at_checked(NONCE)?;
        let payload = Payload {
            msg: encrypted,
            aad: belongs.as_bytes(),
        };
        let opened = self.cipher.decrypt(XNonce::from_slice(nonce), payload).ok()?;
        String::from_utf8(opened).ok()
    }
}

/// What a sealed key is bound to.
pub(crate) fn belongs_to(object: &ObjectId, username: &str, realm: &str, algorithm: &str) -> String {
    [object.0.as_str(), username, realm, algorithm].join("\n")
}

fn fill(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes).map_err(|error| {
        StoreError::new(
            ErrorKind::StoreFailed,
            format!("The operating system gives no random numbers: {error}."),
            "Look at why getrandom(2) fails on this machine.",
        )
    })
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

pub(crate) fn wrong_key(path: &Path) -> StoreError {
    key_error(
        ErrorKind::CredentialKeyWrong,
        path,
        "is not the one that this deployment was made with",
    )
}

fn key_error(kind: ErrorKind, path: &Path, what: &str) -> StoreError {
    StoreError::new(
        kind,
        format!("The credential key file {} {what}.", path.display()),
        "Restore it from the backup of the deployment's folder; without it every password has to be set again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_keys_are_those_of_rfc_7616() {
        // RFC 7616 §3.9.1 gives the password and the realm, RFC 2617 §3.5 the same for MD5; the hashes follow.
        let keys = keys_for("Circle Of Life", &["Mufasa".to_owned()], "testrealm@host.com");
        assert_eq!(keys[0].algorithm, MD5);
        assert_eq!(keys[0].key, "939e7578ed9e3c518a452acee763bce9");
    }

    #[test]
    fn the_nt_hash_is_that_of_the_open_specification() {
        // [MS-NLMP] §4.2.2.1.2 NTOWFv1 of "Password".
        assert_eq!(nt_hash("Password"), "a4f49c406510bdcab6824ee7c30fd852");
    }

    #[test]
    fn a_sealed_key_opens_only_where_it_belongs() {
        let folder = std::env::temp_dir().join(format!("plenum-seal-{}", uuid::Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        let seal = Seal::create(&folder.join("credential.key")).unwrap();
        let sealed = seal.close("secret", "alice").unwrap();
        assert!(!sealed.contains("secret"));
        assert_eq!(seal.open(&sealed, "alice").as_deref(), Some("secret"));
        assert_eq!(seal.open(&sealed, "bob"), None);
        let again = Seal::read(&folder.join("credential.key")).unwrap();
        assert_eq!(again.open(&sealed, "alice").as_deref(), Some("secret"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
