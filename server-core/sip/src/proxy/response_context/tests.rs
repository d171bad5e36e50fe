//! Forking, as scripts: what comes in, and what goes out.

use super::*;
use crate::testkit::{invite, messages::read_request, origin};
use crate::wire::ResponseBuilder;

struct Search {
    start: Instant,
    now: Instant,
    context: ResponseContext<&'static str>,
}

impl Search {
    fn new(is_invite: bool, groups: &[&[&'static str]]) -> Self {
        let start = origin();
        let groups = groups.iter().map(|group| group.to_vec()).collect();
        Self {
            start,
            now: start,
            context: ResponseContext::new(start, is_invite, TIMER_C, groups),
        }
    }

    fn invite(groups: &[&[&'static str]]) -> Self {
        Self::new(true, groups)
    }

    /// What comes out, in a few words.
    fn out(&mut self) -> String {
        let words: Vec<String> = std::iter::from_fn(|| self.context.poll())
            .map(|output| match output {
                Output::Forward { branch, target } => format!("{branch}→{target}"),
                Output::Relay { response } => format!("relay {}", response.status()),
                Output::Cancel { branch } => format!("cancel {branch}"),
                Output::Final(Final::Best {
                    status, challenges, ..
                }) if challenges.is_empty() => {
                    format!("best {status}")
                }
                Output::Final(Final::Best {
                    status, challenges, ..
                }) => {
                    format!("best {status} with {} more", challenges.len())
                }
                Output::Final(Final::Local(status)) => format!("local {status}"),
                Output::Final(Final::Nothing) => "nothing".to_owned(),
            })
            .collect();
        words.join(", ")
    }

    fn give(&mut self, input: Input) -> String {
        self.context.handle(self.now, input);
        self.out()
    }

    fn answer(&mut self, branch: usize, status: u16) -> String {
        let request = read_request(invite("sip:b@contoso.example", "sip:a@contoso.example", "x").finish());
        let response = ResponseBuilder::new(&request, status)
            .header(HeaderName::ProxyAuthenticate, "Digest realm=\"r\"");
        let response = Response::parse(response.finish()).unwrap();
        self.give(Input::Response { branch, response })
    }

    /// Fires the next timer.
    fn wake(&mut self) -> (u64, String) {
        self.now = self.context.deadline().expect("a timer runs");
        let at = (self.now - self.start).as_secs();
        (at, self.give(Input::Wake))
    }
}

#[test]
fn the_first_2xx_goes_up_at_once_and_the_others_are_cancelled() {
    let mut search = Search::invite(&[&["a", "b"], &["c"]]);
    assert_eq!(search.out(), "0→a, 1→b");
    assert_eq!(search.answer(0, 100), "");
    assert_eq!(search.answer(0, 180), "relay 180");
    assert_eq!(search.answer(1, 200), "relay 200, cancel 0");
    assert_eq!(search.answer(0, 487), "");
    assert_eq!(search.answer(1, 200), "relay 200", "a retransmission");
    assert_eq!(search.answer(0, 200), "relay 200", "the CANCEL came too late");
    assert_eq!(search.context.deadline(), None);
}

#[test]
fn the_best_failure_goes_up_when_all_have_ended() {
    for (statuses, best) in [
        ([404, 486, 408], "best 486"),
        ([503, 480, 486], "best 486"),
        ([302, 486, 500], "best 302"),
        ([503, 503, 503], "best 500"),
        ([503, 502, 503], "best 502"),
        ([404, 484, 408], "best 484"),
        ([600, 302, 486], "best 600"),
    ] {
        let mut search = Search::invite(&[&["a", "b", "c"]]);
        search.out();
        let cancels = if statuses[0] >= 600 {
            "cancel 1, cancel 2"
        } else {
            ""
        };
        assert_eq!(search.answer(0, statuses[0]), cancels);
        assert_eq!(search.answer(1, statuses[1]), "");
        assert_eq!(search.answer(2, statuses[2]), best, "{statuses:?}");
    }
}

#[test]
fn groups_are_tried_one_after_the_other() {
    let mut search = Search::invite(&[&["a"], &[], &["b", "c"], &["d"]]);
    assert_eq!(search.out(), "0→a");
    assert_eq!(search.answer(0, 486), "1→b, 2→c");
    assert_eq!(search.give(Input::Unreachable { branch: 1 }), "");
    assert_eq!(search.give(Input::Timeout { branch: 2 }), "3→d");
    assert_eq!(search.answer(3, 480), "best 486");
}

#[test]
fn a_6xx_ends_the_search() {
    let mut search = Search::invite(&[&["a"], &["b"]]);
    search.out();
    assert_eq!(search.answer(0, 603), "best 603");
}

#[test]
fn challenges_of_all_branches_are_collected() {
    let mut search = Search::invite(&[&["a", "b", "c"]]);
    search.out();
    search.answer(0, 407);
    search.answer(1, 401);
    assert_eq!(search.answer(2, 486), "best 407 with 1 more");
}

#[test]
fn a_cancel_from_upstream_ends_in_487() {
    let mut search = Search::invite(&[&["a", "b"], &["c"]]);
    search.out();
    search.answer(0, 180);
    assert_eq!(search.give(Input::Cancelled), "cancel 0, cancel 1");
    assert_eq!(search.answer(0, 487), "");
    assert_eq!(search.give(Input::Timeout { branch: 1 }), "best 487");
    assert_eq!(search.give(Input::Cancelled), "");
}

#[test]
fn timer_c_is_restarted_by_ringing_and_cancels_at_last() {
    let mut search = Search::invite(&[&["a"], &["b"]]);
    search.out();
    search.now += Duration::from_secs(100);
    search.answer(0, 180);
    assert_eq!(search.wake(), (281, "cancel 0".to_owned()));
    assert_eq!(search.wake(), (313, "1→b".to_owned()), "the branch never ended");
    assert_eq!(search.answer(1, 486), "best 486");
}

#[test]
fn nobody_there_is_480_and_nobody_reachable_503() {
    assert_eq!(Search::invite(&[]).out(), "local 480");
    let mut search = Search::invite(&[&["a"]]);
    search.out();
    assert_eq!(search.give(Input::Unreachable { branch: 0 }), "local 503");
}

#[test]
fn a_non_invite_request_that_nobody_answered_gets_nothing() {
    let mut search = Search::new(false, &[&["a"]]);
    assert_eq!(search.out(), "0→a");
    assert_eq!(search.context.deadline(), None, "Timer C is for INVITE");
    assert_eq!(search.give(Input::Timeout { branch: 0 }), "nothing");
    let mut search = Search::new(false, &[&["a", "b"]]);
    search.out();
    assert_eq!(search.answer(0, 200), "relay 200");
    assert_eq!(search.answer(1, 200), "", "one final response is enough");
}

#[test]
fn targets_of_a_redirection_are_tried_last() {
    let mut search = Search::invite(&[&["a"]]);
    search.out();
    search.context.add_group(search.now, vec!["voice mail"]);
    assert_eq!(search.answer(0, 302), "1→voice mail");
    assert_eq!(search.answer(1, 200), "relay 200");
}
