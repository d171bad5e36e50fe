//! Which nonce counts were used, in bounded memory (RFC 7616 §3.4 `nc`, §5.5).
//!
//! A table with sets of four places. A nonce that is not in the table is new if it is younger than everything that its
//! set has ever pushed out (the floor); otherwise nobody knows, and it counts as stale, which costs its owner one more
//! round trip. Counts may come out of order within a window of 64.

/// What the table says about a use of a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Never seen before; it is noted now.
    Fresh,
    /// This count was used already, or is too far behind.
    Replayed,
    /// Not known any more: hand out another nonce.
    Forgotten,
}

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// 0: empty.
    nonce: u64,
    highest: u32,
    /// Bit n: `highest - n` was used.
    used: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Set {
    places: [Place; 4],
    floor: u64,
}

/// The table. A nonce is a number that grows with time.
#[derive(Debug)]
pub struct ReplayTable {
    sets: Vec<Set>,
}

impl ReplayTable {
    /// A table for about this many nonces at a time: 26 bytes each.
    pub fn new(nonces: usize) -> Self {
        Self {
            sets: vec![Set::default(); (nonces / 4).next_power_of_two().max(1)],
        }
    }

    /// Notes one use. Counts start at 1.
    pub fn note(&mut self, nonce: u64, count: u32) -> Use {
        let mixed = nonce.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let index = mixed as usize & (self.sets.len() - 1);
        let set = &mut self.sets[index];
        if let Some(place) = set.places.iter_mut().find(|place| place.nonce == nonce) {
            return place.note(count);
        }
        if nonce <= set.floor {
            return Use::Forgotten;
        }
        let mut oldest = 0;
        for index in 1..set.places.len() {
            if set.places[index].nonce < set.places[oldest].nonce {
                oldest = index;
            }
        }
        if set.places[oldest].nonce > nonce {
            set.floor = set.floor.max(nonce);
            return Use::Forgotten;
        }
        set.floor = set.floor.max(set.places[oldest].nonce);
        set.places[oldest] = Place {
            nonce,
            highest: count,
            used: 1,
        };
        Use::Fresh
    }
}

impl Place {
    fn note(&mut self, count: u32) -> Use {
        if count > self.highest {
            let step = count - self.highest;
            self.used = if step < 64 { self.used << step | 1 } else { 1 };
            self.highest = count;
            return Use::Fresh;
        }
        let behind = self.highest - count;
        if behind >= 64 || self.used & (1 << behind) != 0 {
            return Use::Replayed;
        }
        self.used |= 1 << behind;
        Use::Fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_good_once_in_any_order() {
        let mut table = ReplayTable::new(16);
        let uses: Vec<Use> = [1, 3, 2, 2, 3, 100, 37, 36, 99]
            .into_iter()
            .map(|count| table.note(9, count))
            .collect();
        use Use::{Fresh as F, Replayed as R};
        assert_eq!(uses, [F, F, F, R, R, F, F, R, F]);
    }

    #[test]
    fn what_was_pushed_out_is_never_fresh_again() {
        let mut table = ReplayTable::new(4);
        for nonce in 1..=1000 {
            assert_eq!(table.note(nonce, 1), Use::Fresh);
        }
        for nonce in 1..=1000 {
            assert_ne!(table.note(nonce, 1), Use::Fresh, "{nonce}");
        }
    }
}
