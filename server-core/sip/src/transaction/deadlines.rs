//! The deadlines of many transactions: a binary heap that knows where each one stands, so that a deadline can move or
//! go in O(log n) and nothing stale is kept.

use std::time::Instant;

const ABSENT: u32 = u32::MAX;

/// One deadline for each place of a table.
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    heap: Vec<(Instant, u32)>,
    /// Where a place stands in the heap.
    positions: Vec<u32>,
}

impl Deadlines {
    /// Sets, moves or takes away the deadline of a place.
    pub(crate) fn set(&mut self, place: u32, deadline: Option<Instant>) {
        let index = place as usize;
        if self.positions.len() <= index {
            self.positions.resize(index + 1, ABSENT);
        }
        match (self.positions[index], deadline) {
            (ABSENT, None) => {}
            (ABSENT, Some(at)) => {
                self.heap.push((at, place));
                self.positions[index] = self.heap.len() as u32 - 1;
                self.rise(self.heap.len() - 1);
            }
            (position, Some(at)) => {
                let position = position as usize;
                let earlier = at < self.heap[position].0;
                self.heap[position].0 = at;
                if earlier {
                    self.rise(position);
                } else {
                    self.sink(position);
                }
            }
            (position, None) => self.remove(position as usize),
        }
    }

    /// The earliest deadline.
    pub(crate) fn earliest(&self) -> Option<Instant> {
        self.heap.first().map(|entry| entry.0)
    }

    /// Takes a place whose deadline has passed.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<u32> {
        let (at, place) = *self.heap.first()?;
        if at > now {
            return None;
        }
        self.remove(0);
        Some(place)
    }

    fn remove(&mut self, position: usize) {
        let (_, place) = self.heap.swap_remove(position);
        self.positions[place as usize] = ABSENT;
        if position < self.heap.len() {
            self.positions[self.heap[position].1 as usize] = position as u32;
            self.rise(position);
            self.sink(position);
        }
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 {
            let parent = (at - 1) / 2;
            if self.heap[parent].0 <= self.heap[at].0 {
                break;
            }
            self.swap(at, parent);
            at = parent;
        }
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let left = 2 * at + 1;
            let mut least = at;
            for child in [left, left + 1] {
                if child < self.heap.len() && self.heap[child].0 < self.heap[least].0 {
                    least = child;
                }
            }
            if least == at {
                return;
            }
            self.swap(at, least);
            at = least;
        }
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.heap.swap(one, other);
        self.positions[self.heap[one].1 as usize] = one as u32;
        self.positions[self.heap[other].1 as usize] = other as u32;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::testkit::origin;

    #[test]
    fn deadlines_come_in_order_after_moves_and_removals() {
        let start = origin();
        let mut deadlines = Deadlines::default();
        for place in 0..1000u32 {
            deadlines.set(
                place,
                Some(start + Duration::from_millis(u64::from(place * 7919 % 1000))),
            );
        }
        for place in (0..1000).step_by(3) {
            deadlines.set(place, None);
        }
        for place in (1..1000).step_by(3) {
            deadlines.set(
                place,
                Some(start + Duration::from_millis(u64::from(place * 31 % 1000))),
            );
        }
        let (mut last, mut count) = (start, 0);
        while let Some(at) = deadlines.earliest() {
            assert!(at >= last);
            last = at;
            assert!(deadlines.pop_due(at).is_some());
            count += 1;
        }
        assert_eq!(count, 666);
    }
}
