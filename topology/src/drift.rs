//! Declared, published, running: whether the computers of a deployment run what is published.
//!
//! Three answers, never two: a computer runs it, runs something else, or could not be asked. Not being able to ask
//! says nothing about what runs there.

use serde::Serialize;

use crate::change::Revision;
use crate::identity::Fqdn;

/// What a computer said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Running {
    /// It answered.
    Reported {
        /// The revision that it runs.
        revision: Revision,
        /// When it took that revision, in milliseconds since 1970-01-01 UTC.
        applied_at: i64,
        /// Why it does not run a newer one, in its own words.
        behind: Option<String>,
        /// The version of its program.
        version: String,
    },
    /// It could not be asked.
    Unreachable {
        /// Why.
        why: String,
    },
}

/// How a computer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It runs what is published.
    UpToDate,
    /// It runs something older.
    Behind,
    /// It could not be asked.
    Unknown,
}

/// How one computer stands to what is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ComputerDrift {
    /// The computer.
    pub computer: Fqdn,
    /// How it stands.
    pub state: State,
    /// The revision that it runs, when it said so.
    pub revision: Option<Revision>,
    /// Why it is behind or unknown; empty when it is up to date.
    pub reason: String,
}

/// Compares what is published with what a computer said.
pub fn compare(published: Revision, computer: &Fqdn, running: &Running) -> ComputerDrift {
    let (state, revision, reason) = match running {
        Running::Reported {
            revision,
            behind: None,
            ..
        } if *revision >= published => (State::UpToDate, Some(*revision), String::new()),
        Running::Reported { revision, behind, .. } => {
            let why = behind.clone().unwrap_or_else(|| {
                "it has not taken the newer revision yet; it looks for one by itself".to_owned()
            });
            (
                State::Behind,
                Some(*revision),
                format!("It runs revision {revision} of {published}: {why}."),
            )
        }
        Running::Unreachable { why } => (State::Unknown, None, why.clone()),
    };
    ComputerDrift {
        computer: computer.clone(),
        state,
        revision,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computer_that_cannot_be_asked_is_neither_up_to_date_nor_behind() {
        let computer = Fqdn::parse("sfb.contoso.example").expect("a name");
        let at = |revision| Running::Reported {
            revision: Revision(revision),
            applied_at: 0,
            behind: None,
            version: "1".to_owned(),
        };
        for (running, state) in [
            (at(7), State::UpToDate),
            (at(6), State::Behind),
            (
                Running::Unreachable {
                    why: "no answer".to_owned(),
                },
                State::Unknown,
            ),
        ] {
            assert_eq!(compare(Revision(7), &computer, &running).state, state);
        }
    }
}
