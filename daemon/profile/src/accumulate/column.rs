//! One kind of value of one field.

use std::sync::Arc;

use super::Kind;
use super::common::Common;
use super::hash::TINY;
use super::plains::Plains;
use super::tally::Tally;
use super::values::{Added, BATCH, Batch, Pair, ValueTable, bytes_of};
use crate::contract::{Broken, Check};

/// Values that are exempt from sampling stay whatever the level: raising must end.
const MAX_LEVEL: u32 = 48;

/// Tables of so many values lie in no core's own cache as a whole: threads that fill one together
/// lose little by it, and two that grow side by side cost twice the time and memory. Tests have tables
/// of few values.
const LARGE: usize = if cfg!(test) { 8 } else { 4096 };

/// One kind of value of one field.
pub struct Column {
    pub kind: Kind,
    pub table: ValueTable,
    /// Everything the table let pass.
    pub passed: Tally,
    /// What of that broke the rules for the field's values, where there are any.
    pub(crate) broken: Option<Broken>,
    /// Where its values are counted together with those of other threads, if they are.
    common: Option<Arc<Common>>,
}

impl Column {
    pub(super) fn new(kind: Kind, check: Option<&Arc<Check>>) -> Self {
        Self {
            kind,
            table: ValueTable::default(),
            passed: Tally::new(kind),
            broken: check.map(|check| Broken::new(Arc::clone(check))),
            common: None,
        }
    }

    /// A column of the same kind and rules that has counted nothing.
    pub(super) fn blank(&self) -> Self {
        Self {
            table: ValueTable::default(),
            passed: Tally::new(self.kind),
            broken: self.broken.as_ref().map(Broken::blank),
            common: None,
            ..*self
        }
    }

    fn is_blank(&self) -> bool {
        self.table.is_empty() && self.table.is_exact() && self.passed.count() == 0
    }

    /// Takes down a value that is not kept.
    #[inline]
    fn pass(&mut self, value: &[u8], count: u64, place: u64) {
        self.passed.add(value, count, place);
        if let Some(broken) = &mut self.broken {
            broken.see(value, count, place);
        }
    }

    /// Counts a value whose hash is known.
    #[inline]
    pub fn add_hashed(&mut self, value: &[u8], hash: u64, count: u64, place: u64) {
        if self.table.add_hashed(value, hash, count, place) == Added::Passed {
            self.pass(value, count, place);
        }
    }

    /// Counts one occurrence of a value of 1 to 16 bytes: see [`ValueTable::add_short`].
    #[inline(always)]
    pub fn add_short(&mut self, value: Pair, hash: u64, place: u64, late: bool) {
        if self.table.add_short(value, hash, place, late) == Added::Passed {
            let text = bytes_of(value.low, value.high);
            self.pass(&text[..value.length as usize], 1, place);
        }
    }

    /// Counts one occurrence each of values by their keys; what is no key is handed to `odd` with its
    /// number. Places must not decrease, unless values come `late`.
    #[inline(always)]
    pub fn add_words(
        &mut self,
        batch: &Batch<'_>,
        late: bool,
        place_of: impl Fn(usize) -> u64,
        mut odd: impl FnMut(&mut Self, usize),
    ) {
        if late || !self.table.is_exact() {
            return self.add_words_singly(batch, late, place_of, odd);
        }
        let (others, count) = self.table.add_known(batch);
        for at in others.into_iter().take(count).map(usize::from) {
            let key = batch.keys[at];
            if key >> 56 > TINY as u64 {
                odd(self, at);
            } else {
                self.table
                    .add_word(key, batch.hashes[at], 1, place_of(at), false);
            }
        }
    }

    /// As [`Self::add_words`] of a table that keeps a sample, or of values that come late.
    fn add_words_singly(
        &mut self,
        batch: &Batch<'_>,
        late: bool,
        place_of: impl Fn(usize) -> u64,
        mut odd: impl FnMut(&mut Self, usize),
    ) {
        // Whether a value is kept is a throw of dice: no processor should have to guess it.
        let split = self.table.split(&batch.hashes[..batch.count.min(BATCH)]);
        for at in split.kept() {
            let (key, hash) = (batch.keys[at], batch.hashes[at]);
            if key >> 56 > TINY as u64 {
                odd(self, at);
            } else {
                self.table.add_word(key, hash, 1, place_of(at), late);
            }
        }
        let mut passed = Plains::default();
        // What rules look at comes one by one.
        let in_bulk = matches!(self.kind, Kind::Cell | Kind::Number) && self.broken.is_none();
        for at in split.passed() {
            let (key, length) = (batch.keys[at], batch.keys[at] >> 56);
            if length > TINY as u64 {
                odd(self, at);
            } else if !in_bulk || !passed.add(key, place_of(at)) {
                let text = key.to_le_bytes();
                self.add_hashed(&text[..length as usize], batch.hashes[at], 1, place_of(at));
            }
        }
        self.passed.add_plains(&passed);
    }

    /// Counts one occurrence of a long value. `budget` is what all fields together may take: no value
    /// is kept that is larger, and no table left that is, or one record could fill the memory.
    pub(crate) fn add_long(&mut self, value: &[u8], hash: u64, place: u64, budget: u64) {
        if value.len() as u64 > budget {
            while self.table.keeps(hash) && self.table.level() < MAX_LEVEL {
                self.raise();
            }
            self.pass(value, 1, place);
            return;
        }
        self.add_hashed(value, hash, 1, place);
        while self.table.cost() > budget && self.table.level() < MAX_LEVEL {
            self.raise();
        }
    }

    pub(crate) fn raise(&mut self) {
        let Self {
            table,
            passed,
            broken,
            ..
        } = self;
        table.raise(|value| {
            passed.add(value.text, value.count, value.first);
            if let Some(broken) = broken {
                broken.see(value.text, value.count, value.first);
            }
        });
    }

    /// What the table takes; a raised one counts as one that could never fit.
    pub(super) fn effective_cost(&self) -> u64 {
        match &self.common {
            Some(common) => common.effective_cost(),
            None if self.table.level() > 0 => u64::MAX,
            None => self.table.cost(),
        }
    }

    /// Raises the column until its table takes no more than so much; whether it had to.
    pub(super) fn raise_below(&mut self, most: u64) -> bool {
        if let Some(common) = &self.common {
            return common.cost() > most && common.open(0).column().raise_below(most);
        }
        let mut raised = false;
        while self.table.cost() > most && self.table.level() < MAX_LEVEL {
            self.raise();
            raised = true;
        }
        raised
    }

    /// Whether it is worth while to count in common: tables of few values are better kept near.
    pub(super) fn is_large(&self) -> bool {
        self.common.is_none() && self.table.len() >= LARGE
    }

    /// Moves all that was counted to where threads count together, and counts there from now on.
    pub(super) fn share(&mut self, common: Arc<Common>, place: u64) {
        let own = std::mem::replace(self, self.blank());
        common.open(place).column().merge(own);
        self.common = Some(common);
    }

    /// Where its values are counted together with those of other threads.
    #[inline]
    pub(crate) fn common(&self) -> Option<&Arc<Common>> {
        self.common.as_ref()
    }

    /// Whether another thread counts into it now.
    pub(crate) fn is_taken(&self) -> bool {
        self.common.as_ref().is_some_and(|common| common.is_open())
    }

    /// Takes back what was counted in common, all of it.
    pub(super) fn settle(&mut self) {
        if let Some(common) = self.common.take() {
            let blank = self.blank();
            self.merge(std::mem::replace(common.open(0).column(), blank));
        }
    }

    pub(super) fn merge(&mut self, mut other: Self) {
        if self.is_blank() {
            std::mem::swap(self, &mut other);
        }
        // Values go from the smaller into the larger.
        if self.table.level() == other.table.level() && self.table.len() < other.table.len() {
            std::mem::swap(&mut self.table, &mut other.table);
        }
        while self.table.level() < other.table.level() {
            self.raise();
        }
        for value in other.table.iter() {
            self.add_hashed(value.text, value.hash, value.count, value.first);
        }
        self.passed.merge(other.passed);
        if let (Some(ours), Some(theirs)) = (&mut self.broken, &other.broken) {
            ours.merge(theirs);
        }
    }
}
