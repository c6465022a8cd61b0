//! The list of drops, whichever door it is asked for at.

use std::collections::HashMap;

use ddgen_ipc::message::{DropRow, DropState, Refusal};

use super::{Desk, refuse};
use crate::arrival::DropId;
use crate::pipeline::row_of;
use crate::queue::{Listed, Only};

/// Rows of one answer at most: of a frame of the socket they fill a small part.
pub const MOST: u32 = 500;
/// The list goes on by falling numbers: those of the queue, first come first, stand above all
/// numbers of the store. Scripts read them as doubles, which are exact up to here.
const FIRST_IN_LINE: u64 = (1 << 53) - 1;
/// Numbers below are the store's.
const LAST_IN_LINE: u64 = 1 << 52;

impl Desk {
    /// The list begins with what the queue holds, running or waiting; then come those that have
    /// ended, the newest first. True: there are older ones, which have numbers below the last.
    ///
    /// # Errors
    /// When queue or store cannot be read.
    pub async fn drops(
        &self,
        state: Option<DropState>,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<DropRow>, bool), Refusal> {
        let most = limit.min(MOST) as usize;
        let mut rows = queued(self, state, before, most + 1).await?;
        if rows.len() > most {
            rows.truncate(most);
            return Ok((rows, true));
        }
        let room = most - rows.len();
        if matches!(state, Some(DropState::Pending | DropState::Running)) {
            return Ok((rows, false));
        }
        let mut before = before.filter(|before| *before < LAST_IN_LINE);
        loop {
            let wanted = u32::try_from(room + 1).unwrap_or(u32::MAX);
            let stored = self.store.drops(state, before, wanted).await;
            let mut stored = stored.map_err(|error| refuse::store(&error))?;
            let older = stored.len() > room;
            stored.truncate(room);
            before = stored.last().map(|row| row.seq);
            // It reached the store between the two looks.
            rows.retain(|row| !stored.iter().any(|stored| newer(stored, row)));
            let again = tried_again(self, &stored).await?;
            stored.retain(|row| !again.contains(&row.id));
            rows.append(&mut stored);
            // An answer without rows would be taken for the end of the list.
            if !rows.is_empty() || !older || before.is_none() {
                return Ok((rows, older));
            }
        }
    }

    /// One drop by its id or the path of its file; as the queue has it while it is there.
    ///
    /// # Errors
    /// When there is none, or queue or store cannot be read.
    pub async fn drop_row(&self, id_or_path: &str) -> Result<DropRow, Refusal> {
        if let Ok(id) = id_or_path.parse::<DropId>() {
            let listed = self.pipeline.queue.find(id).await;
            if let Some(listed) = listed.map_err(|error| refuse::queue(&error))? {
                return Ok(shown(&listed, &mut on_board(self)));
            }
        }
        let stored = self.store.drop(id_or_path).await;
        stored.map_err(|error| refuse::store(&error))
    }
}

fn newer(stored: &DropRow, row: &DropRow) -> bool {
    stored.id == row.id
        && stored.finished_at.is_some_and(|end| end >= row.arrived_at)
        && !matches!(stored.state, DropState::Parked | DropState::Failed)
}

/// Those that the queue holds are shown as they are now, not as they ended last time.
async fn tried_again(desk: &Desk, stored: &[DropRow]) -> Result<Vec<String>, Refusal> {
    let ended = |row: &&DropRow| !matches!(row.state, DropState::Done | DropState::Duplicate);
    let ids = stored.iter().filter(ended);
    let ids: Vec<DropId> = ids.filter_map(|row| row.id.parse().ok()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let alive = desk.pipeline.queue.alive(ids).await;
    let alive = alive.map_err(|error| refuse::queue(&error))?;
    Ok(alive.iter().map(DropId::to_string).collect())
}

async fn queued(
    desk: &Desk,
    state: Option<DropState>,
    before: Option<u64>,
    most: usize,
) -> Result<Vec<DropRow>, Refusal> {
    let only = match state {
        None => Only::All,
        Some(DropState::Pending) => Only::Waiting,
        Some(DropState::Running) => Only::Running,
        Some(_) => return Ok(Vec::new()),
    };
    let from = match before {
        None => 0,
        Some(before) if before < LAST_IN_LINE => return Ok(Vec::new()),
        Some(before) => (FIRST_IN_LINE + 1).saturating_sub(before),
    };
    let listed = desk.pipeline.queue.list(only, from, most).await;
    let listed = listed.map_err(|error| refuse::queue(&error))?;
    let mut running = on_board(desk);
    let rows = listed.iter();
    Ok(rows.map(|listed| shown(listed, &mut running)).collect())
}

/// What is worked on, by its id.
fn on_board(desk: &Desk) -> HashMap<String, DropRow> {
    let rows = desk.pipeline.board.rows().into_iter();
    rows.map(|row| (row.id.clone(), row)).collect()
}

fn shown(listed: &Listed, running: &mut HashMap<String, DropRow>) -> DropRow {
    let state = if listed.running {
        DropState::Running
    } else {
        DropState::Pending
    };
    // The board knows the file as it was opened.
    let opened = running.remove(&listed.job.id.to_string());
    let row = opened.filter(|_| listed.running);
    DropRow {
        seq: FIRST_IN_LINE.saturating_sub(listed.place).max(LAST_IN_LINE),
        ..row.unwrap_or_else(|| row_of(&listed.job, state))
    }
}
