//! The hashes of Digest (RFC 7616 §3.4).

use std::fmt;

use md5::Md5;
use sha2::Sha256;

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// `MD5`, which is also meant when no algorithm is named.
    Md5,
    /// `SHA-256`
    Sha256,
}

impl Algorithm {
    /// All that are offered. MD5 stands first, against RFC 8760 §2.4: phones that know nothing else read the first
    /// challenge only, and would never sign in.
    pub const OFFERED: [Self; 2] = [Self::Md5, Self::Sha256];

    /// As written in challenges.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// From the `algorithm` parameter, in any case; `None` for one that is not known here.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Md5, Self::Sha256]
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn from_bytes(name: &[u8]) -> Option<Self> {
        std::str::from_utf8(name).ok().and_then(Self::from_name)
    }

    /// The hash of the parts joined by colons, in lower-case hexadecimal.
    pub(crate) fn hash(self, parts: &[&[u8]]) -> Hex {
        match self {
            Self::Md5 => Hex::new(&feed::<Md5>(parts)),
            Self::Sha256 => Hex::new(&feed::<Sha256>(parts)),
        }
    }
}

fn feed<D: sha2::Digest>(parts: &[&[u8]]) -> sha2::digest::Output<D> {
    let mut hasher = D::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            hasher.update(b":");
        }
        hasher.update(part);
    }
    hasher.finalize()
}

/// Lower-case hexadecimal of at most 32 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Hex {
    digits: [u8; 64],
    length: usize,
}

impl Hex {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; 64];
        for (index, byte) in bytes.iter().take(32).enumerate() {
            digits[2 * index] = DIGITS[usize::from(byte >> 4)];
            digits[2 * index + 1] = DIGITS[usize::from(byte & 15)];
        }
        Self {
            digits,
            length: 2 * bytes.len().min(32),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.digits[..self.length]
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("hexadecimal digits are ASCII")
    }

    /// Compares without telling by its time where the first difference is.
    pub(crate) fn matches(&self, other: &[u8]) -> bool {
        let own = self.as_bytes();
        let difference = own
            .iter()
            .zip(other)
            .fold(0, |sum, (one, two)| sum | (one ^ two.to_ascii_lowercase()));
        own.len() == other.len() && std::hint::black_box(difference) == 0
    }
}

/// `H(username:realm:password)`: the key that a server keeps instead of the password. Never printed.
#[derive(Clone, Copy)]
pub struct Ha1 {
    algorithm: Algorithm,
    hex: Hex,
}

impl Ha1 {
    /// From a password.
    pub fn from_password(algorithm: Algorithm, username: &str, realm: &str, password: &str) -> Self {
        let parts = [username.as_bytes(), realm.as_bytes(), password.as_bytes()];
        Self {
            algorithm,
            hex: algorithm.hash(&parts),
        }
    }

    /// From a stored key in hexadecimal; `None` when it has the wrong length or other characters.
    pub fn from_hex(algorithm: Algorithm, text: &str) -> Option<Self> {
        let length = if algorithm == Algorithm::Md5 { 32 } else { 64 };
        if text.len() != length || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut hex = Hex {
            digits: [0; 64],
            length,
        };
        hex.digits[..length].copy_from_slice(text.as_bytes());
        hex.digits.make_ascii_lowercase();
        Some(Self { algorithm, hex })
    }

    /// From a stored key; `None` when it has the wrong length.
    pub fn from_bytes(algorithm: Algorithm, key: &[u8]) -> Option<Self> {
        let length = if algorithm == Algorithm::Md5 { 16 } else { 32 };
        (key.len() == length).then(|| Self {
            algorithm,
            hex: Hex::new(key),
        })
    }

    /// In lower-case hexadecimal, to be stored encrypted.
    pub fn to_hex(&self) -> String {
        self.hex.as_str().to_owned()
    }

    /// What it was made with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `response` for `qop=auth`, or with a body for `qop=auth-int` (RFC 7616 §3.4.1 to §3.4.3).
    pub(crate) fn response(&self, work: &Work<'_>) -> Hex {
        let (qop, ha2) = match work.body {
            None => (&b"auth"[..], self.algorithm.hash(&[work.method, work.uri])),
            Some(body) => {
                let body = self.algorithm.hash(&[body]);
                let parts = [work.method, work.uri, body.as_bytes()];
                (&b"auth-int"[..], self.algorithm.hash(&parts))
            }
        };
        let ha1 = self.hex.as_bytes();
        self.algorithm
            .hash(&[ha1, work.nonce, work.nc, work.cnonce, qop, ha2.as_bytes()])
    }
}

impl fmt::Debug for Ha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ha1({}, ..)", self.algorithm.name())
    }
}

/// What a response is computed over, as written in the credentials.
pub(crate) struct Work<'a> {
    pub(crate) method: &'a [u8],
    pub(crate) uri: &'a [u8],
    pub(crate) nonce: &'a [u8],
    pub(crate) nc: &'a [u8],
    pub(crate) cnonce: &'a [u8],
    /// The body, when it is signed as well.
    pub(crate) body: Option<&'a [u8]>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7616 §3.9.1.
    #[test]
    fn agrees_with_the_rfc() {
        let work = Work {
            method: b"GET",
            uri: b"/dir/index.html",
            nonce: b"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            nc: b"00000001",
            cnonce: b"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            body: None,
        };
        let respond = |algorithm| {
            let key = Ha1::from_password(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
            key.response(&work).as_str().to_owned()
        };
        assert_eq!(respond(Algorithm::Md5), "8ca523f5e9506fed4657c9700eebdbec");
        assert_eq!(
            respond(Algorithm::Sha256),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
        );
    }

    #[test]
    fn stored_keys_come_back() {
        let key = Ha1::from_password(Algorithm::Md5, "alice", "contoso.example", "secret");
        assert_eq!(
            Ha1::from_hex(Algorithm::Md5, &key.to_hex().to_uppercase())
                .unwrap()
                .to_hex(),
            key.to_hex()
        );
        assert!(Ha1::from_hex(Algorithm::Sha256, &key.to_hex()).is_none());
        assert_eq!(format!("{key:?}"), "Ha1(MD5, ..)");
    }
}
