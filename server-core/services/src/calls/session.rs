//! Session timers of calls (RFC 4028 §8): a call that nobody refreshes is written down as ended.
//!
//! What a proxy may do to the headers is [`Session`]'s; here are the topology's limits and the record of the call. The
//! end of a session is noticed within [`SWEEP`](super::table::SWEEP) of its moment. A call goes on without its record,
//! as after a restart.

use plenum_sip::Response;
use plenum_sip::proxy::session_timer::{Session, TooSmall, is_refresh};
use plenum_sip::wire::Editor;

use crate::world::World;
use crate::world::work::{Stop, Work};

impl World {
    /// What becomes of the session timer of a request; 422 when it is too short.
    fn session_of(&self, work: &Work) -> Result<Session, TooSmall> {
        Session::of(&work.request, self.published.deployment().sessions())
    }

    /// Refuses an interval that is too short.
    pub(crate) fn check_session(&self, work: &Work) -> Result<(), Stop> {
        match self.session_of(work) {
            Ok(_) => Ok(()),
            Err(TooSmall(minimum)) => Err(Stop::SessionTooBrief(minimum)),
        }
    }

    /// Writes into the copy of a request what is asked of the session.
    pub(crate) fn write_session(&self, work: &Work, editor: &mut Editor<'_>) {
        if is_refresh(work.request.method())
            && let Ok(session) = self.session_of(work)
        {
            session.write(editor);
        }
    }

    /// A session was agreed on, or refreshed: writes into the 2xx what the callee could not, and down until when the
    /// call stands.
    pub(crate) fn agree_session(&mut self, work: &Work, response: &Response, editor: &mut Editor<'_>) {
        if !is_refresh(work.request.method()) || !(200..300).contains(&response.status()) {
            return;
        }
        let Ok(session) = self.session_of(work) else {
            return;
        };
        let seconds = session.answer(response, editor);
        let until = seconds.map(|seconds| self.now + u64::from(seconds) * 1000);
        let call_id = work.request.call_id().unwrap_or_default();
        self.calls.set_session(self.now, call_id, until);
    }
}
