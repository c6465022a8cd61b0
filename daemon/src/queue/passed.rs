//! What leases have passed over because its series had enough in flight. Without this memory each
//! lease would read a whole flood again to find the few files behind it.
//!
//! It holds places in line, not jobs: a few numbers for each series that was full while somebody
//! could have worked on it. A waiting job still takes no memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::room::Series;

/// Places that came back before the point already looked at. With more of them than this the
/// watch's line is looked at from its start again.
const BACK: usize = 10_000;

/// By watch; only of those where something was passed over.
#[derive(Default)]
pub(super) struct Passed(HashMap<String, Line>);

/// The line of one watch.
#[derive(Default)]
pub(super) struct Line {
    /// Every place before this one was leased or passed over, or stands in `back`.
    pub(super) looked_to: u64,
    /// No job of the series that was passed over stands before this place.
    pub(super) series: BTreeMap<Series, u64>,
    /// Jobs that took their old places again: their wait has ended, or somebody retried them.
    pub(super) back: BTreeSet<u64>,
}

impl Passed {
    pub(super) fn line(&mut self, watch: &str) -> &mut Line {
        self.0.entry(watch.to_owned()).or_default()
    }

    /// A job became due at this place.
    pub(super) fn came(&mut self, watch: &str, place: u64) {
        let Some(line) = self.0.get_mut(watch) else {
            return;
        };
        if place >= line.looked_to {
            return;
        }
        if line.back.len() >= BACK {
            *line = Line::default();
        } else {
            line.back.insert(place);
        }
    }

    /// Forgets the lines where nothing was passed over: they begin with what is due.
    pub(super) fn tidy(&mut self) {
        self.0
            .retain(|_, line| !(line.series.is_empty() && line.back.is_empty()));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Line {
    pub(super) fn pass(&mut self, series: Series, place: u64) {
        let first = self.series.entry(series).or_insert(place);
        *first = place.min(*first);
    }
}
