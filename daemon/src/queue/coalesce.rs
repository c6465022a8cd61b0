//! What one more sighting means for the job of its path.

use std::collections::HashSet;

use super::file::Fault;
use super::job::{Job, Outcome, State};
use super::mint::Mint;
use super::record::{Place, Record};
use super::tables::Tables;
use crate::arrival::{DropId, Origin, Sighting};

/// What the decision needs beside the tables.
pub(super) struct Arrivals<'a> {
    pub(super) running: &'a HashSet<DropId>,
    pub(super) mint: &'a mut Mint,
    pub(super) next_seq: &'a mut u64,
    /// How many more jobs fit.
    pub(super) room: u64,
    pub(super) origin: Origin,
    pub(super) now: i64,
}

impl Arrivals<'_> {
    pub(super) fn admit(
        &mut self,
        tables: &mut Tables<'_>,
        sighting: &Sighting,
    ) -> Result<Outcome, Fault> {
        let Some(id) = tables.id_at(sighting)? else {
            return self.add(tables, sighting);
        };
        let record = tables
            .get(id)?
            .ok_or_else(|| Fault::Damage(format!("the job {id} of a path is missing")))?;
        if self.running.contains(&id) {
            self.follow(tables, &record, sighting)
        } else if record.job.sighting == *sighting {
            self.known(tables, record)
        } else {
            self.replace(tables, record, sighting)
        }
    }

    fn add(&mut self, tables: &mut Tables<'_>, sighting: &Sighting) -> Result<Outcome, Fault> {
        if self.room == 0 {
            return Ok(Outcome::Full);
        }
        let seq = self.take_place();
        let record = self.fresh(sighting, seq);
        tables.put(&record)?;
        Ok(Outcome::Added(record.job.id))
    }

    fn known(&self, tables: &mut Tables<'_>, mut record: Record) -> Result<Outcome, Fault> {
        let id = record.job.id;
        if matches!(record.place, Place::Parked(_)) {
            return Ok(Outcome::Known {
                id,
                state: State::Parked,
            });
        }
        if self.origin == Origin::Ingest && record.job.origin == Origin::Watched {
            // A person asked for what a watch had found: it is final at once.
            record.job.origin = Origin::Ingest;
            tables.put(&record)?;
            return Ok(Outcome::Updated(id));
        }
        Ok(Outcome::Known {
            id,
            state: State::Pending,
        })
    }

    /// Newer content for a job that nobody works on.
    fn replace(
        &mut self,
        tables: &mut Tables<'_>,
        mut record: Record,
        sighting: &Sighting,
    ) -> Result<Outcome, Fault> {
        let old = record.job.id;
        if self.never_ran(&record) {
            self.refresh(&mut record, sighting);
            tables.put(&record)?;
            return Ok(Outcome::Updated(old));
        }
        tables.take(old)?;
        let parked = matches!(record.place, Place::Parked(_));
        let seq = if parked {
            self.take_number()
        } else {
            record.seq
        };
        let mut renewed = self.fresh(sighting, seq);
        renewed.job.first_seen = record.job.first_seen;
        let id = renewed.job.id;
        tables.put(&renewed)?;
        Ok(Outcome::Renewed {
            id,
            instead_of: old,
        })
    }

    /// Newer content for a job that is being worked on.
    fn follow(
        &mut self,
        tables: &mut Tables<'_>,
        running: &Record,
        sighting: &Sighting,
    ) -> Result<Outcome, Fault> {
        let running_id = running.job.id;
        if running.job.sighting == *sighting {
            // Older content can be reported late, so that a follow-up stays as it is.
            return Ok(Outcome::Known {
                id: running_id,
                state: State::Running,
            });
        }
        let record = match tables.follow_up(running_id)? {
            Some(waiting) if waiting.job.sighting == *sighting => {
                return Ok(Outcome::Known {
                    id: waiting.job.id,
                    state: State::Pending,
                });
            }
            Some(mut waiting) => {
                self.refresh(&mut waiting, sighting);
                waiting
            }
            None if self.room == 0 => return Ok(Outcome::Full),
            None => {
                let seq = self.take_place();
                self.fresh(sighting, seq)
            }
        };
        tables
            .follow_ups
            .insert(running_id.0, record.encode().as_slice())?;
        Ok(Outcome::Follows {
            id: record.job.id,
            running: running_id,
        })
    }

    /// Whether the store cannot know the id: this very start gave it, and no work was begun.
    fn never_ran(&self, record: &Record) -> bool {
        !record.ran && self.mint.gave(record.job.id)
    }

    /// A number in line, and one of the places the queue's bound leaves.
    fn take_place(&mut self) -> u64 {
        self.room -= 1;
        self.take_number()
    }

    fn take_number(&mut self) -> u64 {
        let seq = *self.next_seq;
        *self.next_seq += 1;
        seq
    }

    fn refresh(&self, record: &mut Record, sighting: &Sighting) {
        record.job.sighting = sighting.clone();
        record.job.arrived_at = self.now;
        if self.origin == Origin::Ingest {
            record.job.origin = Origin::Ingest;
        }
    }

    fn fresh(&mut self, sighting: &Sighting, seq: u64) -> Record {
        Record {
            seq,
            ran: false,
            place: Place::Ready,
            job: Job {
                id: self.mint.next(self.now),
                sighting: sighting.clone(),
                origin: self.origin,
                first_seen: self.now,
                arrived_at: self.now,
                tries: 0,
                waits: 0,
                reason: None,
            },
        }
    }
}
