//! Where identities come from.

use std::hash::{BuildHasher, RandomState};

use crate::arrival::DropId;

const START_BITS: u32 = 40;
const COUNT_BITS: u32 = 40;

/// Gives each drop an id: 48 bits of time, so that ids sort by arrival and land side by side in
/// the store's index; 40 random bits drawn once a start; a count within the start.
#[derive(Debug)]
pub(super) struct Mint {
    start: u64,
    count: u64,
}

impl Mint {
    pub(super) fn new() -> Self {
        // The standard library seeds this from the operating system's random source.
        let random = RandomState::new().hash_one(std::process::id());
        Self {
            start: random >> (u64::BITS - START_BITS),
            count: 0,
        }
    }

    pub(super) fn next(&mut self, now_ms: i64) -> DropId {
        let time = u128::from(now_ms.unsigned_abs()) & ((1 << 48) - 1);
        let count = u128::from(self.count) & ((1 << COUNT_BITS) - 1);
        self.count += 1;
        DropId(time << (START_BITS + COUNT_BITS) | u128::from(self.start) << COUNT_BITS | count)
    }

    /// Whether the id was given by this start of the daemon.
    pub(super) fn gave(&self, id: DropId) -> bool {
        (id.0 >> COUNT_BITS) & ((1 << START_BITS) - 1) == u128::from(self.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct_sort_by_time_and_remember_their_start() {
        let mut one = Mint::new();
        let mut two = Mint::new();
        let early = one.next(1_000);
        let same_time = one.next(1_000);
        let late = two.next(1_001);
        assert!(early < same_time && same_time < late);
        assert!(one.gave(early) && one.gave(same_time) && !one.gave(late));
        assert!(two.gave(late) && !two.gave(early));
    }
}
