//! The tables of the file, and the moves that keep them in step.

use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt;

use redb::{ReadableTable, ReadableTableMetadata, Table, TableDefinition, WriteTransaction};

use super::file::Fault;
use super::job::Which;
use super::record::{Place, Record};
use crate::arrival::{DropId, Sighting};

/// Every job, by id.
pub(super) const JOBS: TableDefinition<u128, &[u8]> = TableDefinition::new("jobs");
/// The one job of a path, by watch and path below its root.
pub(super) const PATHS: TableDefinition<(&str, &[u8]), u128> = TableDefinition::new("paths");
/// Jobs that are not parked, in order of arrival.
pub(super) const ARRIVALS: TableDefinition<u64, u128> = TableDefinition::new("arrivals");
/// Jobs that are due, in order of arrival inside each watch. A leased job stays here.
pub(super) const READY: TableDefinition<(&str, u64), u128> = TableDefinition::new("ready");
/// Jobs that wait, by the time they are due.
pub(super) const LATER: TableDefinition<(i64, u64), u128> = TableDefinition::new("later");
/// Parked jobs in order of arrival.
pub(super) const PARKED: TableDefinition<u64, u128> = TableDefinition::new("parked");
/// Newer content of a path that is being worked on, by the id of the running job.
pub(super) const FOLLOW_UPS: TableDefinition<u128, &[u8]> = TableDefinition::new("follow_ups");

/// All tables, open for one change.
pub(super) struct Tables<'t> {
    pub(super) jobs: Table<'t, u128, &'static [u8]>,
    paths: Table<'t, (&'static str, &'static [u8]), u128>,
    pub(super) arrivals: Table<'t, u64, u128>,
    pub(super) ready: Table<'t, (&'static str, u64), u128>,
    pub(super) later: Table<'t, (i64, u64), u128>,
    pub(super) parked: Table<'t, u64, u128>,
    pub(super) follow_ups: Table<'t, u128, &'static [u8]>,
    /// Watch and place of what became due in this change.
    pub(super) came: Vec<(String, u64)>,
}

impl<'t> Tables<'t> {
    pub(super) fn open(change: &'t WriteTransaction) -> Result<Self, Fault> {
        Ok(Self {
            jobs: change.open_table(JOBS)?,
            paths: change.open_table(PATHS)?,
            arrivals: change.open_table(ARRIVALS)?,
            ready: change.open_table(READY)?,
            later: change.open_table(LATER)?,
            parked: change.open_table(PARKED)?,
            follow_ups: change.open_table(FOLLOW_UPS)?,
            came: Vec::new(),
        })
    }

    pub(super) fn id_at(&self, sighting: &Sighting) -> Result<Option<DropId>, Fault> {
        let key = (
            sighting.watch.as_str(),
            sighting.path.as_os_str().as_bytes(),
        );
        Ok(self.paths.get(key)?.map(|id| DropId(id.value())))
    }

    pub(super) fn get(&self, id: DropId) -> Result<Option<Record>, Fault> {
        read(&self.jobs, id)
    }

    pub(super) fn follow_up(&self, running: DropId) -> Result<Option<Record>, Fault> {
        read(&self.follow_ups, running)
    }

    /// Puts a job where its record says.
    pub(super) fn put(&mut self, record: &Record) -> Result<(), Fault> {
        let id = record.job.id.0;
        let sighting = &record.job.sighting;
        self.jobs.insert(id, record.encode().as_slice())?;
        self.paths.insert(
            (
                sighting.watch.as_str(),
                sighting.path.as_os_str().as_bytes(),
            ),
            id,
        )?;
        match record.place {
            Place::Ready => {
                self.ready
                    .insert((sighting.watch.as_str(), record.seq), id)?;
                self.came.push((sighting.watch.clone(), record.seq));
            }
            Place::Later(due) => drop(self.later.insert((due, record.seq), id)?),
            Place::Parked(_) => drop(self.parked.insert(record.seq, id)?),
        }
        if !matches!(record.place, Place::Parked(_)) {
            self.arrivals.insert(record.seq, id)?;
        }
        Ok(())
    }

    /// Takes a job out of every table but the follow-ups.
    pub(super) fn take(&mut self, id: DropId) -> Result<Option<Record>, Fault> {
        let Some(record) = self.get(id)? else {
            return Ok(None);
        };
        let sighting = &record.job.sighting;
        self.jobs.remove(id.0)?;
        self.paths.remove((
            sighting.watch.as_str(),
            sighting.path.as_os_str().as_bytes(),
        ))?;
        match record.place {
            Place::Ready => drop(self.ready.remove((sighting.watch.as_str(), record.seq))?),
            Place::Later(due) => drop(self.later.remove((due, record.seq))?),
            Place::Parked(_) => drop(self.parked.remove(record.seq)?),
        }
        self.arrivals.remove(record.seq)?;
        Ok(Some(record))
    }

    /// Ends a job. Newer content of its path becomes a job of its own, whose id is returned.
    pub(super) fn end(&mut self, id: DropId) -> Result<Option<DropId>, Fault> {
        self.take(id)?;
        let Some(next) = self.follow_up(id)? else {
            return Ok(None);
        };
        self.follow_ups.remove(id.0)?;
        self.put(&next)?;
        Ok(Some(next.job.id))
    }

    /// Makes due every waiting job whose time is in `due` (both ends included), at most `most`.
    pub(super) fn wake(&mut self, due: (i64, i64), most: usize) -> Result<(), Fault> {
        let mut ids = Vec::new();
        for entry in self.later.range((due.0, 0)..=(due.1, u64::MAX))?.take(most) {
            ids.push(DropId(entry?.1.value()));
        }
        for id in ids {
            if let Some(mut record) = self.take(id)? {
                record.place = Place::Ready;
                self.put(&record)?;
            }
        }
        Ok(())
    }

    /// Puts newer content in the place of jobs that nobody works on. True when there was any.
    pub(super) fn promote(&mut self, running: &HashSet<DropId>) -> Result<bool, Fault> {
        let mut orphans = Vec::new();
        for entry in self.follow_ups.iter()? {
            let id = DropId(entry?.0.value());
            if !running.contains(&id) {
                orphans.push(id);
            }
        }
        for id in &orphans {
            self.end(*id)?;
        }
        Ok(!orphans.is_empty())
    }

    /// The jobs a retry has to look at.
    pub(super) fn candidates(&self, which: &Which) -> Result<Vec<DropId>, Fault> {
        if let Which::Ids(ids) = which {
            return Ok(ids.clone());
        }
        let mut found = Vec::new();
        for entry in self.parked.iter()? {
            found.push(DropId(entry?.1.value()));
        }
        for entry in self.later.iter()? {
            found.push(DropId(entry?.1.value()));
        }
        Ok(found)
    }

    /// The number behind the last place in line.
    pub(super) fn next_seq(&self) -> Result<u64, Fault> {
        let mut last = 0;
        for table in [&self.arrivals, &self.parked] {
            last = last.max(table.last()?.map_or(0, |(seq, _)| seq.value() + 1));
        }
        for entry in self.follow_ups.iter()? {
            let record = Record::decode(entry?.1.value()).map_err(Fault::Damage)?;
            last = last.max(record.seq + 1);
        }
        Ok(last)
    }

    pub(super) fn size(&self) -> Result<u64, Fault> {
        Ok(self.jobs.len()? + self.follow_ups.len()?)
    }
}

/// One record of a table by id.
pub(super) fn read(
    table: &impl ReadableTable<u128, &'static [u8]>,
    id: DropId,
) -> Result<Option<Record>, Fault> {
    match table.get(id.0)? {
        Some(bytes) => Record::decode(bytes.value())
            .map(Some)
            .map_err(Fault::Damage),
        None => Ok(None),
    }
}
