//! Globally routable user agent URIs (RFC 5627).
//!
//! A public GRUU is the user's address with the instance in `gr`; nothing has to be kept for it. A temporary one is
//! a different name at every registration that tells nobody whose it is: the number of the binding, enciphered and
//! signed with the world's secret (the way of RFC 5627 appendix A.2), so nothing is kept for it either.

use plenum_sip::Secret;
use plenum_sip::wire::Uri;

use super::location::{Binding, BindingId, UserIndex};
use crate::routing::flow_token::{hex, unhex};

const PREFIX: &str = "tgruu.";

/// The public GRUU of an instance.
pub fn public(address: &str, instance: &str) -> String {
    format!("sip:{address};gr={instance}")
}

/// A new temporary GRUU of a binding. `salt` must not repeat.
pub fn temporary(secret: &Secret, salt: u64, domain: &str, user: UserIndex, id: BindingId) -> String {
    let salt = salt.to_le_bytes();
    let mut plain = [0u8; 12];
    plain[..4].copy_from_slice(&user.number().to_le_bytes());
    plain[4..].copy_from_slice(&id.0.to_le_bytes());
    let cipher = crypt(secret, &salt, plain);
    let mac = mac(secret, &salt, &cipher);
    format!(
        "sip:{PREFIX}{}{}{}@{domain};gr",
        hex(&salt),
        hex(&cipher),
        hex(&mac)
    )
}

/// What a Request-URI with `gr` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gruu<'u> {
    /// The endpoint of the URI's user with this instance.
    Public(&'u str),
    /// A binding, if it still stands.
    Temporary(u32, BindingId),
    /// A temporary GRUU that this world did not make.
    Unknown,
}

/// Reads the GRUU in a URI; `None` when it is none.
pub fn read<'u>(secret: &Secret, uri: &Uri<'u>) -> Option<Gruu<'u>> {
    let gr = uri.param("gr")?;
    if !gr.is_empty() {
        return Some(Gruu::Public(gr));
    }
    let user = uri.user_text()?;
    let token = user.strip_prefix(PREFIX)?;
    Some(open(secret, token).unwrap_or(Gruu::Unknown))
}

/// Whether a binding is the endpoint of a public GRUU.
pub fn matches(binding: &Binding, instance: &str) -> bool {
    binding
        .instance()
        .is_some_and(|own| own.eq_ignore_ascii_case(instance))
}

fn open<'u>(secret: &Secret, token: &str) -> Option<Gruu<'u>> {
    let bytes = unhex(token)?;
    let (salt, rest) = bytes.split_first_chunk::<8>()?;
    let (cipher, given) = rest.split_first_chunk::<12>()?;
    if mac(secret, salt, cipher) != given {
        return None;
    }
    let plain = crypt(secret, salt, *cipher);
    let (user, id) = plain.split_first_chunk::<4>()?;
    Some(Gruu::Temporary(
        u32::from_le_bytes(*user),
        BindingId(u64::from_le_bytes(id.try_into().ok()?)),
    ))
}

fn crypt(secret: &Secret, salt: &[u8; 8], bytes: [u8; 12]) -> [u8; 12] {
    let stream = secret.hash(&[b"gruu", salt]).to_le_bytes();
    std::array::from_fn(|index| bytes[index] ^ stream[index])
}

fn mac(secret: &Secret, salt: &[u8; 8], cipher: &[u8; 12]) -> [u8; 8] {
    let hash = secret.hash(&[b"gruu-mac", salt, cipher]).to_le_bytes();
    std::array::from_fn(|index| hash[index])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registrar::location::Locations;

    #[test]
    fn a_temporary_gruu_names_its_binding_and_nobody_else() {
        let secret = Secret::new([1; 16]);
        let id = Locations::default().next_id();
        let index = UserIndex::default();
        let first = temporary(&secret, 1, "contoso.example", index, id);
        let second = temporary(&secret, 2, "contoso.example", index, id);
        assert!(
            first[20..60] != second[20..60],
            "two of one binding have nothing in common"
        );
        for text in [&first, &second] {
            let uri = Uri::from_text(text).unwrap();
            assert_eq!(read(&secret, &uri), Some(Gruu::Temporary(0, id)));
            assert_eq!(read(&Secret::new([2; 16]), &uri), Some(Gruu::Unknown));
        }
        let public = public(
            "alice@contoso.example",
            "urn:uuid:4c6b2f28-3f37-5a8f-9a9e-1f5c5c2d5c39",
        );
        let uri = Uri::from_text(&public).unwrap();
        assert_eq!(
            read(&secret, &uri),
            Some(Gruu::Public("urn:uuid:4c6b2f28-3f37-5a8f-9a9e-1f5c5c2d5c39"))
        );
        assert_eq!(
            read(&secret, &Uri::from_text("sip:alice@contoso.example").unwrap()),
            None
        );
    }
}
