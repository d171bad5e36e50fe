//! Instant messages outside a session (RFC 3428). A message goes to every endpoint of its recipient; one to somebody
//! who is not signed in is refused with 480, because messages are not kept.

use crate::diagnostics::Reason;
use crate::world::World;
use crate::world::work::{Stop, Work};

/// The largest body from a client, in bytes: the product's default for MaxClientMessageBodySizeKb.
const MAX_BODY: usize = 128 * 1024;

impl World {
    /// What a MESSAGE must be before it goes on.
    pub(crate) fn check_message(&self, work: &Work) -> Result<(), Stop> {
        if work.request.body().len() > MAX_BODY {
            return Err(Reason::BodyTooLarge.into());
        }
        Ok(())
    }
}
