//! From a password to the keys that sign-in needs; the password itself is never kept.

use plenum_lang::cmdlet::Arguments;
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_topology::change::Change;
use plenum_topology::directory::DirectoryObject;

use super::find::port_error;
use crate::ports::Ports;
use plenum_lang::value::reveal;

/// The text inside a secure-string argument.
pub fn given(arguments: &Arguments, name: &str) -> Result<Option<String>> {
    let Some(value) = arguments.get(name) else {
        return Ok(None);
    };
    reveal(value).map(Some).ok_or_else(|| {
        ErrorRecord::new(
            "SecureStringExpected",
            Category::InvalidArgument,
            format!("-{name} takes a secure string."),
        )
        .hint("Use (Read-Host -AsSecureString), or (ConvertTo-SecureString $text -AsPlainText -Force).")
        .into()
    })
}

/// The change that gives an account the keys of a password, for every name that it may sign in with.
pub fn change(ports: &Ports, user: &DirectoryObject, secret: &str) -> Result<Change> {
    let keys = ports
        .directory
        .credential_keys(secret, &user.sign_in_names())
        .map_err(port_error)?;
    Ok(Change::Credential {
        object: user.id.clone(),
        keys,
    })
}
