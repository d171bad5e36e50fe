//! What a watcher is told in parts: everything at first, then what changed (RFC 4235 §3.7, RFC 3857 §4.7).
//!
//! Each notification has the next version, so that a watcher who misses one sees it and subscribes again. What changed
//! is kept as the XML that it will be told in; when more has changed than it is worth, everything is told again.

use std::sync::Arc;

/// The most changes that wait for a notification.
const MAX_PENDING: usize = 32;

/// How far a watcher is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    version: u32,
    /// Whether everything must be told.
    full: bool,
    pending: Vec<Arc<str>>,
}

impl Default for Partial {
    fn default() -> Self {
        Self {
            version: 0,
            full: true,
            pending: Vec::new(),
        }
    }
}

impl Partial {
    /// One that goes on after a restart: its next notification has this version and tells everything.
    pub(crate) fn resumed(version: u32) -> Self {
        Self {
            version,
            ..Self::default()
        }
    }

    /// Something changed.
    pub fn push(&mut self, element: &Arc<str>) {
        if self.full {
            return;
        }
        if self.pending.len() < MAX_PENDING {
            self.pending.push(Arc::clone(element));
        } else {
            self.must_be_told();
        }
    }

    /// Everything is told next.
    pub fn must_be_told(&mut self) {
        self.full = true;
        self.pending.clear();
    }

    /// Whether there is anything to tell.
    pub fn is_news(&self) -> bool {
        self.full || !self.pending.is_empty()
    }

    /// It was told.
    pub fn told(&mut self) {
        self.version = self.version.wrapping_add(1);
        self.full = false;
        self.pending.clear();
    }

    /// The version of the next notification.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// `full` or `partial`, and what to tell: `None` for everything.
    pub fn next(&self) -> (&'static str, Option<&[Arc<str>]>) {
        if self.full {
            ("full", None)
        } else {
            ("partial", Some(&self.pending))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_told_first_then_what_changed_and_everything_again_when_that_is_too_much() {
        let mut partial = Partial::default();
        let change: Arc<str> = Arc::from("<x/>");
        partial.push(&change);
        assert_eq!((partial.version(), partial.next()), (0, ("full", None)));
        partial.told();
        assert!(!partial.is_news());
        partial.push(&change);
        assert_eq!(
            (partial.version(), partial.next()),
            (1, ("partial", Some(&[Arc::clone(&change)][..])))
        );
        for _ in 0..MAX_PENDING {
            partial.push(&change);
        }
        assert_eq!(partial.next(), ("full", None));
    }
}
