//! Secrets as values: a secure string and a credential. Neither is ever printed: their text is their type's name.
//!
//! The secret is overwritten when the last reference goes. It is not encrypted in memory, as .NET does not encrypt it
//! either outside Windows.

use std::sync::Arc;

use super::{Instance, Value};
use crate::members::{Method, World};

/// System.Security.SecureString.
pub struct SecureString(Vec<u8>);

impl SecureString {
    /// Takes a secret.
    pub fn new(secret: &str) -> SecureString {
        SecureString(secret.as_bytes().to_vec())
    }

    /// The secret itself.
    pub fn reveal(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl Drop for SecureString {
    fn drop(&mut self) {
        self.0.fill(0);
        // Keeps the writes: the buffer counts as read.
        std::hint::black_box(&self.0);
    }
}

impl Instance for SecureString {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Security.SecureString")
    }

    fn to_text(&self) -> String {
        "System.Security.SecureString".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Length")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("Length")
            .then(|| Value::count(self.reveal().encode_utf16().count()))
    }
}

/// System.Management.Automation.PSCredential.
pub struct Credential {
    /// The account, as it was entered.
    pub user_name: String,
    /// The password, a [`SecureString`].
    pub password: Value,
}

impl Instance for Credential {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PSCredential")
    }

    fn to_text(&self) -> String {
        "System.Management.Automation.PSCredential".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("UserName"), Arc::from("Password")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name {
            name if name.eq_ignore_ascii_case("UserName") => Some(Value::str(&self.user_name)),
            name if name.eq_ignore_ascii_case("Password") => Some(self.password.clone()),
            _ => None,
        }
    }

    fn methods(&self) -> &'static [Method] {
        &[]
    }

    fn call(&self, name: &str, _: &[Value], _: &mut dyn World) -> Option<crate::error::Result<Value>> {
        // Scripts that have to hand a password on ask so; it is their decision.
        let network = name.eq_ignore_ascii_case("GetNetworkCredential");
        network.then(|| {
            let (domain, user) = self.user_name.rsplit_once('\\').unwrap_or(("", &self.user_name));
            Ok(Value::typed(
                &["System.Net.NetworkCredential", "System.Object"],
                [
                    ("UserName", Value::str(user)),
                    ("Password", Value::str(reveal(&self.password).unwrap_or_default())),
                    ("Domain", Value::str(domain)),
                ],
            ))
        })
    }
}

/// The secret inside a secure string; `None` for any other value.
pub fn reveal(value: &Value) -> Option<String> {
    value.downcast::<SecureString>().map(SecureString::reveal)
}
