//! The machines, told as the ladders of RFC 3261 §17: inputs at milliseconds, and what comes out.

use std::time::{Duration, Instant};

use super::*;
use crate::testkit::origin;

/// One machine on a virtual clock. `advance` fires every timer on the way and notes its time.
macro_rules! driver {
    ($name:ident, $module:ident :: $machine:ident) => {
        struct $name {
            start: Instant,
            now: Instant,
            machine: $module::$machine,
        }

        impl $name {
            fn new(is_reliable: bool) -> Self {
                let start = origin();
                Self {
                    start,
                    now: start,
                    machine: $module::$machine::new(start, Timers::default(), is_reliable),
                }
            }

            fn drain(&mut self) -> Vec<$module::Output> {
                std::iter::from_fn(|| self.machine.poll()).collect()
            }

            fn at(&mut self, milliseconds: u64, input: $module::Input) -> Vec<$module::Output> {
                self.now = self.start + Duration::from_millis(milliseconds);
                self.machine.handle(self.now, input);
                self.drain()
            }

            /// Fires timers until a time; each output with its milliseconds.
            fn until(&mut self, milliseconds: u64) -> Vec<(u64, $module::Output)> {
                let end = self.start + Duration::from_millis(milliseconds);
                let mut seen = Vec::new();
                while let Some(at) = self.machine.deadline().filter(|at| *at <= end) {
                    self.machine.handle(at, $module::Input::Wake);
                    let time = (at - self.start).as_millis() as u64;
                    seen.extend(self.drain().into_iter().map(|output| (time, output)));
                }
                seen
            }
        }
    };
}

driver!(InviteCall, invite_client::InviteClient);
driver!(Request, non_invite_client::NonInviteClient);
driver!(InviteAnswer, invite_server::InviteServer);
driver!(Answer, non_invite_server::NonInviteServer);

const END: u64 = 400_000;

mod an_invite_client {
    use super::*;
    use crate::transaction::ResponseClass::{Failure, Provisional, Success};
    use invite_client::Input::{Cancelled, Response, TransportError};
    use invite_client::Output::{Ended, PassUp, SendAck, SendRequest, Timeout, TransportFailed};

    #[test]
    fn retransmits_by_timer_a_until_timer_b() {
        let mut call = InviteCall::new(false);
        assert_eq!(call.drain(), [SendRequest]);
        let times = [500, 1500, 3500, 7500, 15_500, 31_500].map(|at| (at, SendRequest));
        let mut expected = times.to_vec();
        expected.extend([(32_000, Timeout), (32_000, Ended)]);
        assert_eq!(call.until(END), expected);
    }

    #[test]
    fn sends_once_over_a_reliable_transport() {
        let mut call = InviteCall::new(true);
        assert_eq!(call.drain(), [SendRequest]);
        assert_eq!(call.until(END), [(32_000, Timeout), (32_000, Ended)]);
    }

    #[test]
    fn waits_without_end_while_it_rings() {
        let mut call = InviteCall::new(false);
        call.drain();
        assert_eq!(call.at(100, Response(Provisional)), [PassUp]);
        assert_eq!(call.at(9_000, Response(Provisional)), [PassUp]);
        assert_eq!(call.until(END), []);
    }

    #[test]
    fn waits_for_64_t1_after_a_cancel() {
        let mut call = InviteCall::new(false);
        call.drain();
        call.at(100, Response(Provisional));
        assert_eq!(call.at(1_000, Cancelled), []);
        assert_eq!(call.at(2_000, Response(Provisional)), [PassUp]);
        assert_eq!(call.until(END), [(33_000, Timeout), (33_000, Ended)]);
    }

    #[test]
    fn acknowledges_each_failure_and_passes_it_once() {
        let mut call = InviteCall::new(false);
        call.drain();
        assert_eq!(call.at(100, Response(Failure)), [PassUp, SendAck]);
        assert_eq!(call.at(600, Response(Failure)), [SendAck]);
        assert_eq!(call.at(700, Response(Success)), []);
        assert_eq!(call.until(END), [(32_100, Ended)]);
    }

    #[test]
    fn ends_at_once_after_a_failure_over_a_reliable_transport() {
        let mut call = InviteCall::new(true);
        call.drain();
        assert_eq!(call.at(100, Response(Failure)), [PassUp, SendAck, Ended]);
    }

    #[test]
    fn passes_every_2xx_until_timer_m() {
        let mut call = InviteCall::new(false);
        call.drain();
        assert_eq!(call.at(100, Response(Success)), [PassUp]);
        assert_eq!(call.at(600, Response(Success)), [PassUp]);
        assert_eq!(call.at(700, Response(Failure)), []);
        assert_eq!(call.until(END), [(32_100, Ended)]);
    }

    #[test]
    fn tells_of_a_transport_that_failed() {
        let mut call = InviteCall::new(true);
        call.drain();
        assert_eq!(call.at(10, TransportError), [TransportFailed, Ended]);
    }
}

mod a_non_invite_client {
    use super::*;
    use crate::transaction::ResponseClass::{Failure, Provisional, Success};
    use non_invite_client::Input::{Response, TransportError};
    use non_invite_client::Output::{Ended, PassUp, SendRequest, Timeout, TransportFailed};

    #[test]
    fn retransmits_by_timer_e_capped_at_t2_until_timer_f() {
        let mut request = Request::new(false);
        assert_eq!(request.drain(), [SendRequest]);
        let times = [
            500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
        ];
        let mut expected = times.map(|at| (at, SendRequest)).to_vec();
        expected.extend([(32_000, Timeout), (32_000, Ended)]);
        assert_eq!(request.until(END), expected);
    }

    #[test]
    fn goes_on_at_t2_after_a_provisional_response() {
        let mut request = Request::new(false);
        request.drain();
        assert_eq!(request.at(100, Response(Provisional)), [PassUp]);
        assert_eq!(
            request.until(9_000),
            [(500, SendRequest), (4_500, SendRequest), (8_500, SendRequest)]
        );
        assert_eq!(request.at(9_100, Response(Success)), [PassUp, Ended]);
        assert_eq!(request.until(END), []);
    }

    #[test]
    fn ends_with_the_final_response_over_a_reliable_transport() {
        let mut request = Request::new(true);
        request.drain();
        assert_eq!(request.at(100, Response(Failure)), [PassUp, Ended]);
        assert_eq!(request.at(200, Response(Failure)), []);
    }

    #[test]
    fn tells_of_a_transport_that_failed() {
        let mut request = Request::new(true);
        request.drain();
        assert_eq!(request.at(10, TransportError), [TransportFailed, Ended]);
    }
}

mod an_invite_server {
    use super::*;
    use crate::transaction::ResponseClass::{Failure, Provisional, Success};
    use invite_server::Input::{Ack, Request, Respond};
    use invite_server::Output::{AckTimeout, Ended, PassUpAck, SendResponse, SendTrying};

    #[test]
    fn says_100_after_200_ms_unless_something_was_said() {
        assert_eq!(InviteAnswer::new(false).until(END), [(200, SendTrying)]);
        let mut answer = InviteAnswer::new(false);
        assert_eq!(answer.at(50, Request), []);
        assert_eq!(answer.at(100, Respond(Provisional)), [SendResponse]);
        assert_eq!(answer.at(500, Request), [SendResponse]);
        assert_eq!(answer.until(END), []);
    }

    #[test]
    fn repeats_a_failure_by_timer_g_until_timer_h() {
        let mut answer = InviteAnswer::new(false);
        assert_eq!(answer.at(0, Respond(Failure)), [SendResponse]);
        let times = [
            500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
        ];
        let mut expected = times.map(|at| (at, SendResponse)).to_vec();
        expected.extend([(32_000, AckTimeout), (32_000, Ended)]);
        assert_eq!(answer.until(END), expected);
    }

    #[test]
    fn absorbs_acks_for_timer_i() {
        let mut answer = InviteAnswer::new(false);
        answer.at(0, Respond(Failure));
        assert_eq!(answer.at(100, Ack), []);
        assert_eq!(answer.at(200, Ack), []);
        assert_eq!(answer.at(300, Request), []);
        assert_eq!(answer.until(END), [(5_100, Ended)]);
    }

    #[test]
    fn ends_with_the_ack_over_a_reliable_transport() {
        let mut answer = InviteAnswer::new(true);
        assert_eq!(answer.at(0, Respond(Failure)), [SendResponse]);
        assert_eq!(answer.until(31_999), []);
        assert_eq!(answer.at(31_999, Ack), [Ended]);
    }

    #[test]
    fn absorbs_invites_and_passes_acks_after_a_2xx_for_timer_l() {
        let mut answer = InviteAnswer::new(false);
        assert_eq!(answer.at(10, Respond(Success)), [SendResponse]);
        assert_eq!(answer.at(500, Request), []);
        assert_eq!(answer.at(510, Respond(Success)), [SendResponse]);
        assert_eq!(answer.at(520, Respond(Failure)), []);
        assert_eq!(answer.at(600, Ack), [PassUpAck]);
        assert_eq!(answer.until(END), [(32_010, Ended)]);
    }
}

mod a_non_invite_server {
    use super::*;
    use crate::transaction::ResponseClass::{Provisional, Success};
    use non_invite_server::Input::{Request, Respond};
    use non_invite_server::Output::{Ended, SendResponse, SendTrying};

    #[test]
    fn says_100_only_when_the_peer_retransmits_at_t2() {
        let mut answer = Answer::new(false);
        assert_eq!(answer.at(500, Request), []);
        assert_eq!(answer.at(600, Respond(Provisional)), []);
        assert_eq!(answer.until(10_000), [(3_500, SendTrying)]);
        assert_eq!(answer.at(10_000, Request), [SendResponse]);
    }

    #[test]
    fn ends_with_the_final_response_and_says_how_long_to_repeat_it() {
        let mut answer = Answer::new(false);
        assert_eq!(answer.at(10, Respond(Success)), [SendResponse, Ended]);
        let end = answer.start + Duration::from_millis(32_010);
        assert_eq!(answer.machine.timer_j(), Some(end));
        assert_eq!(answer.at(600, Respond(Success)), []);
        assert_eq!(answer.until(END), []);
    }

    #[test]
    fn ends_at_once_over_a_reliable_transport() {
        let mut answer = Answer::new(true);
        assert_eq!(answer.at(10, Respond(Success)), [SendResponse, Ended]);
        assert_eq!(answer.machine.timer_j(), None);
    }
}
