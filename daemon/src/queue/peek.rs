//! What the queue holds, for those who look: nothing here changes a job.

use std::os::unix::ffi::OsStrExt;

use redb::ReadableTable;

use super::book::Book;
use super::error::QueueError;
use super::file::Fault;
use super::job::{Listed, Only, Parked};
use super::record::{Place, Record};
use super::tables::{ARRIVALS, FOLLOW_UPS, JOBS, PARKED, PATHS, read};
use crate::arrival::{DropId, Sighting};

impl Book {
    /// For each sighting whether this very content is queued, running or parked.
    pub(super) fn contains(&mut self, sightings: &[Sighting]) -> Result<Vec<bool>, QueueError> {
        self.ready()?;
        self.file.read(|view| {
            let (paths, jobs) = (view.open_table(PATHS)?, view.open_table(JOBS)?);
            let follow_ups = view.open_table(FOLLOW_UPS)?;
            let is_here = |sighting: &Sighting| -> Result<bool, Fault> {
                let key = (
                    sighting.watch.as_str(),
                    sighting.path.as_os_str().as_bytes(),
                );
                let Some(id) = paths.get(key)?.map(|id| DropId(id.value())) else {
                    return Ok(false);
                };
                let same =
                    |record: Option<Record>| record.is_some_and(|r| r.job.sighting == *sighting);
                Ok(same(read(&jobs, id)?) || same(read(&follow_ups, id)?))
            };
            sightings.iter().map(is_here).collect()
        })
    }

    /// The jobs in order of arrival, from a place in line on, parked ones left out.
    pub(super) fn list(
        &mut self,
        only: Only,
        from: u64,
        most: usize,
    ) -> Result<Vec<Listed>, QueueError> {
        self.ready()?;
        let leased = &self.running;
        let most = match only {
            Only::Running => most.min(leased.len()),
            Only::All | Only::Waiting => most,
        };
        self.file.read(|view| {
            let jobs = view.open_table(JOBS)?;
            let mut found = Vec::new();
            for entry in view.open_table(ARRIVALS)?.range(from..)? {
                if found.len() >= most {
                    break;
                }
                let (place, id) = entry?;
                let (place, id) = (place.value(), DropId(id.value()));
                let running = leased.contains(&id);
                let wanted = match only {
                    Only::All => true,
                    Only::Waiting => !running,
                    Only::Running => running,
                };
                if wanted && let Some(record) = read(&jobs, id)? {
                    found.push(Listed {
                        place,
                        job: record.job,
                        running,
                    });
                }
            }
            Ok(found)
        })
    }

    /// The job of this identity, if it is here and not parked.
    pub(super) fn find(&mut self, id: DropId) -> Result<Option<Listed>, QueueError> {
        self.ready()?;
        let running = self.running.contains(&id);
        self.file.read(|view| {
            let record = read(&view.open_table(JOBS)?, id)?;
            let record = record.filter(|record| !matches!(record.place, Place::Parked(_)));
            Ok(record.map(|record| Listed {
                place: record.seq,
                job: record.job,
                running,
            }))
        })
    }

    /// Those of the jobs that are here and not parked: waiting, or worked on.
    pub(super) fn alive(&mut self, ids: &[DropId]) -> Result<Vec<DropId>, QueueError> {
        self.ready()?;
        self.file.read(|view| {
            let jobs = view.open_table(JOBS)?;
            let mut alive = Vec::new();
            for id in ids {
                let record = read(&jobs, *id)?;
                if record.is_some_and(|record| !matches!(record.place, Place::Parked(_))) {
                    alive.push(*id);
                }
            }
            Ok(alive)
        })
    }

    /// Whether a job of this identity is here, in whatever state.
    pub(super) fn holds(&mut self, id: DropId) -> Result<bool, QueueError> {
        self.ready()?;
        self.file.read(|view| {
            if view.open_table(JOBS)?.get(id.0)?.is_some() {
                return Ok(true);
            }
            for entry in view.open_table(FOLLOW_UPS)?.iter()? {
                let record = Record::decode(entry?.1.value()).map_err(Fault::Damage)?;
                if record.job.id == id {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// The parked jobs in order of arrival, from a place in line on.
    pub(super) fn parked(&mut self, from: u64, most: usize) -> Result<Vec<Parked>, QueueError> {
        self.ready()?;
        self.file.read(|view| {
            let jobs = view.open_table(JOBS)?;
            let mut found = Vec::new();
            for entry in view.open_table(PARKED)?.range(from..)?.take(most) {
                let (place, id) = entry?;
                if let Some(record) = read(&jobs, DropId(id.value()))?
                    && let Place::Parked(parked_at) = record.place
                {
                    found.push(Parked {
                        place: place.value(),
                        job: record.job,
                        parked_at,
                    });
                }
            }
            Ok(found)
        })
    }
}
