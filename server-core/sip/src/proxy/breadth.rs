//! Max-Breadth (RFC 5393 §5): how many branches a request may still become, so that forking proxies cannot multiply it
//! without end.
//!
//! The branches of a group share what the request has; groups follow each other, so each has all of it (§5.3.3). A
//! group with more targets than that is tried in parts. A request without the header gets the recommended value when
//! it is forked; one that goes to a single target multiplies nothing and stays as it is.

use crate::wire::{HeaderName, Request};

/// What a request without the header has (§5.3.3).
pub const RECOMMENDED: u32 = 60;

/// What a request has; `None` without the header, or with one that cannot be read.
pub fn of(request: &Request) -> Option<u32> {
    std::str::from_utf8(request.get(HeaderName::MaxBreadth)?)
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Shares a breadth among groups of targets. Nothing is left of them when there is none to share: 440.
pub fn share<T>(breadth: u32, groups: Vec<Vec<T>>) -> Vec<Vec<(T, u32)>> {
    let most = usize::try_from(breadth).unwrap_or(usize::MAX);
    if most == 0 {
        return Vec::new();
    }
    let mut shared = Vec::with_capacity(groups.len());
    for group in groups {
        let mut rest = group.into_iter().peekable();
        while rest.peek().is_some() {
            let part: Vec<T> = rest.by_ref().take(most).collect();
            let count = u32::try_from(part.len()).unwrap_or(u32::MAX);
            let (each, more) = (breadth / count, breadth % count);
            let share = |(index, target)| (target, each + u32::from(index < more));
            shared.push((0..).zip(part).map(share).collect());
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_branches_of_a_group_share_what_the_request_has() {
        for (breadth, expected) in [
            (60, vec![vec![('a', 20), ('b', 20), ('c', 20)], vec![('d', 60)]]),
            (4, vec![vec![('a', 2), ('b', 1), ('c', 1)], vec![('d', 4)]]),
            (2, vec![vec![('a', 1), ('b', 1)], vec![('c', 2)], vec![('d', 2)]]),
            (
                1,
                vec![vec![('a', 1)], vec![('b', 1)], vec![('c', 1)], vec![('d', 1)]],
            ),
            (0, vec![]),
        ] {
            assert_eq!(
                share(breadth, vec![vec!['a', 'b', 'c'], vec!['d']]),
                expected,
                "{breadth}"
            );
        }
    }
}
