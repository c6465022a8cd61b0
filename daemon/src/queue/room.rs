//! How many jobs of one series may be worked on at a time.

use std::collections::HashMap;

use crate::arrival::Sighting;

/// The files of a watch that are committed one after the other: its name, and theirs.
pub type Series = (String, String);

/// The name of the series a file belongs to, inside its watch.
type Naming = Box<dyn Fn(&Sighting) -> String + Send>;

/// What a lease may hand out of each series.
pub struct Room {
    naming: Naming,
    /// Goes up when `naming` names differently: what was passed over is then looked at again.
    rules: u64,
    in_flight: HashMap<Series, usize>,
    most: usize,
}

impl Room {
    /// At most `most` jobs of a series, those in flight included.
    #[must_use]
    pub fn new(naming: Naming, rules: u64, in_flight: HashMap<Series, usize>, most: usize) -> Self {
        Self {
            naming,
            rules,
            in_flight,
            most,
        }
    }

    pub(super) fn rules(&self) -> u64 {
        self.rules
    }

    pub(super) fn series(&self, sighting: &Sighting) -> Series {
        (sighting.watch.clone(), (self.naming)(sighting))
    }

    pub(super) fn has(&self, series: &Series) -> bool {
        self.in_flight.get(series).copied().unwrap_or(0) < self.most
    }

    pub(super) fn take(&mut self, series: Series) {
        *self.in_flight.entry(series).or_default() += 1;
    }
}
