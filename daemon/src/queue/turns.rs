//! Whose turn it is: one watch after the other, in order of arrival inside each; a series that has
//! enough in flight is passed over until one of it has ended.

use std::collections::HashSet;

use redb::ReadableTable;

use super::file::Fault;
use super::job::Job;
use super::passed::{Line, Passed};
use super::room::{Room, Series};
use super::tables::read;
use crate::arrival::DropId;

/// Jobs read by one lease, so that a sighting need not wait long behind it. The next lease goes on
/// where this one stopped.
const READ: usize = 10_000;

pub(super) struct Turns<'a, T, J> {
    pub(super) ready: &'a T,
    pub(super) jobs: &'a J,
    pub(super) running: &'a HashSet<DropId>,
    /// The watch served last.
    pub(super) last: String,
    pub(super) passed: &'a mut Passed,
    pub(super) room: &'a mut Room,
    /// Given out by this lease.
    taken: HashSet<DropId>,
    /// Jobs this lease may still read.
    left: usize,
}

/// Where the next job of a watch may stand.
enum From {
    Back(u64),
    Series(Series, u64),
    Line,
}

impl<'a, T, J> Turns<'a, T, J>
where
    T: ReadableTable<(&'static str, u64), u128>,
    J: ReadableTable<u128, &'static [u8]>,
{
    pub(super) fn new(
        ready: &'a T,
        jobs: &'a J,
        running: &'a HashSet<DropId>,
        last: &str,
        passed: &'a mut Passed,
        room: &'a mut Room,
    ) -> Self {
        passed.tidy();
        Self {
            ready,
            jobs,
            running,
            last: last.to_owned(),
            passed,
            room,
            taken: HashSet::new(),
            left: READ,
        }
    }

    /// The watch that was served last, to go on behind it; and whether all that is due was looked
    /// at, once [`Self::next`] has named none.
    pub(super) fn end(self) -> (String, bool) {
        self.passed.tidy();
        (self.last, self.left > 0)
    }

    /// The next job that nobody works on; no job is named twice.
    pub(super) fn next(&mut self) -> Result<Option<Job>, Fault> {
        let start = self.last.clone();
        let mut watch = self.watch_behind(&start)?;
        let mut wrapped = false;
        loop {
            let Some(name) = watch else {
                if wrapped {
                    return Ok(None);
                }
                wrapped = true;
                watch = self.first_watch()?;
                continue;
            };
            if let Some(job) = self.first_free(&name)? {
                self.last = name;
                return Ok(Some(job));
            }
            if wrapped && name >= start {
                return Ok(None);
            }
            watch = self.watch_behind(&name)?;
        }
    }

    fn first_watch(&self) -> Result<Option<String>, Fault> {
        Ok(self.ready.first()?.map(|(key, _)| key.value().0.to_owned()))
    }

    fn watch_behind(&self, name: &str) -> Result<Option<String>, Fault> {
        let next = self.ready.range((name, u64::MAX)..)?.next().transpose()?;
        Ok(next.map(|(key, _)| key.value().0.to_owned()))
    }

    fn first_free(&mut self, watch: &str) -> Result<Option<Job>, Fault> {
        while self.left > 0 {
            let from = earliest(self.passed.line(watch), self.room);
            let (found, at_end) = match from {
                From::Back(place) => {
                    self.passed.line(watch).back.remove(&place);
                    (self.look(watch, place..place + 1, None)?, false)
                }
                From::Series(series, place) => {
                    let to = self.passed.line(watch).looked_to;
                    (self.look(watch, place..to, Some(&series))?, false)
                }
                From::Line => {
                    let place = self.passed.line(watch).looked_to;
                    let found = self.look(watch, place..u64::MAX, None)?;
                    let at_end = found.is_none();
                    (found, at_end)
                }
            };
            if found.is_some() || at_end {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Walks along the places, passing over what has no room; of one series only, when given.
    fn look(
        &mut self,
        watch: &str,
        places: std::ops::Range<u64>,
        only: Option<&Series>,
    ) -> Result<Option<Job>, Fault> {
        let end = places.end;
        for entry in self.ready.range((watch, places.start)..(watch, end))? {
            let (key, id) = entry?;
            let (place, id) = (key.value().1, DropId(id.value()));
            let line = self.passed.line(watch);
            // This place is settled below, unless there is no leave to read its job.
            let settled = if self.left == 0 { place } else { place + 1 };
            match only {
                Some(series) => drop(line.series.insert(series.clone(), settled)),
                None => line.looked_to = line.looked_to.max(settled),
            }
            if self.left == 0 {
                return Ok(None);
            }
            if self.running.contains(&id) || self.taken.contains(&id) {
                continue;
            }
            self.left -= 1;
            let record = read(self.jobs, id)?
                .ok_or_else(|| Fault::Damage(format!("the job {id} in line is missing")))?;
            let series = self.room.series(&record.job.sighting);
            if only.is_some_and(|only| *only != series) {
                continue;
            }
            if !self.room.has(&series) {
                self.passed.line(watch).pass(series, place);
                continue;
            }
            self.room.take(series);
            self.taken.insert(id);
            return Ok(Some(record.job));
        }
        if let Some(series) = only {
            // Nothing of it is left among what was passed over.
            self.passed.line(watch).series.remove(series);
        }
        Ok(None)
    }
}

/// The place nearest to the start of the line from where there may be something to hand out.
fn earliest(line: &Line, room: &Room) -> From {
    let back = line.back.first().map(|place| (*place, None));
    let series = line.series.iter().filter(|(series, _)| room.has(series));
    let series = series.map(|(series, place)| (*place, Some(series)));
    match series.chain(back).min_by_key(|(place, _)| *place) {
        Some((place, None)) => From::Back(place),
        Some((place, Some(series))) => From::Series(series.clone(), place),
        None => From::Line,
    }
}
