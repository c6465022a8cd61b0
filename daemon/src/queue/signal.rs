//! What the queue holds, as it is after each operation.

use std::collections::HashSet;

use redb::{ReadTransaction, ReadableTable, ReadableTableMetadata};

use super::file::Fault;
use super::job::Counts;
use super::record::Record;
use super::tables::{ARRIVALS, FOLLOW_UPS, JOBS, LATER, PARKED, READY, read};
use crate::arrival::DropId;

/// What a waiting pipeline must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Signal {
    pub(super) counts: Counts,
    /// Jobs that can be leased now.
    pub(super) due: u64,
    /// When the next waiting job is due (Unix milliseconds).
    pub(super) next_due: Option<i64>,
    /// Goes up when a job becomes due.
    pub(super) came: u64,
}

pub(super) fn measure(view: &ReadTransaction, running: &HashSet<DropId>) -> Result<Signal, Fault> {
    let later = view.open_table(LATER)?;
    let waiting = later.len()? + view.open_table(FOLLOW_UPS)?.len()?;
    let leased = running.len() as u64;
    // Every leased job stands among the ready ones.
    let due = view.open_table(READY)?.len()?.saturating_sub(leased);
    let next_due = later.first()?.map(|(key, _)| key.value().0);
    let mut oldest = None;
    for entry in view.open_table(ARRIVALS)?.iter()? {
        let id = DropId(entry?.1.value());
        if !running.contains(&id) {
            oldest = read(&view.open_table(JOBS)?, id)?.map(|record| record.job.first_seen);
            break;
        }
    }
    if oldest.is_none() {
        for entry in view.open_table(FOLLOW_UPS)?.iter()? {
            let record = Record::decode(entry?.1.value()).map_err(Fault::Damage)?;
            oldest = Some(record.job.first_seen.min(oldest.unwrap_or(i64::MAX)));
        }
    }
    let counts = Counts {
        pending: due + waiting,
        running: leased,
        parked: view.open_table(PARKED)?.len()?,
        oldest_pending_ms: oldest,
    };
    Ok(Signal {
        counts,
        due,
        next_due,
        came: 0,
    })
}
