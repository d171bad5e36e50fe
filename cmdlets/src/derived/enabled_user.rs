//! Finding a user who is enabled for the deployment: only such a user has policies.

use plenum_topology::directory::DirectoryObject;

use crate::ports::Directory;
use crate::user::view::is_enabled_object;
use crate::user::{UserNotFound, find_one};

/// The one enabled user that an identity names.
pub fn find_enabled(directory: &dyn Directory, identity: &str) -> Result<DirectoryObject, UserNotFound> {
    let found = find_one(directory, identity)?;
    if is_enabled_object(&found) {
        Ok(found)
    } else {
        Err(UserNotFound::Missing(identity.to_owned()))
    }
}
