use ddgen_ipc::message::{DropRow, DropState, Refusal, Reply};

use super::refuse;
use crate::desk::Desk;
use crate::pipeline::row_of;

/// Rows of one answer at most, far below a frame.
const MOST: u32 = 500;

/// The first page begins with what has no place in the store yet: running and waiting drops.
pub(super) async fn answer(
    desk: &Desk,
    state: Option<DropState>,
    before: Option<u64>,
    limit: u32,
) -> Result<Reply, Refusal> {
    let limit = limit.min(MOST);
    let mut rows = Vec::new();
    if before.is_none() {
        rows = queued(desk, limit).await?;
        rows.retain(|row| state.is_none_or(|state| row.state == state));
    }
    let mut stored = match state {
        Some(DropState::Pending | DropState::Running) => Vec::new(),
        _ => {
            let drops = desk.store.drops(state, before, limit + 1).await;
            drops.map_err(|error| refuse::store(&error))?
        }
    };
    let older = stored.len() > limit as usize;
    stored.truncate(limit as usize);
    // A drop that is being tried again is shown as it is now, not as it ended last time.
    rows.retain(|row: &DropRow| !stored.iter().any(|stored| newer(stored, row)));
    let stored = stored
        .into_iter()
        .filter(|stored| !rows.iter().any(|row| row.id == stored.id));
    let stored: Vec<_> = stored.collect();
    rows.extend(stored);
    Ok(Reply::Drops { rows, older })
}

/// It reached the store between the two looks.
fn newer(stored: &DropRow, row: &DropRow) -> bool {
    stored.id == row.id
        && stored.finished_at.is_some_and(|end| end >= row.arrived_at)
        && !matches!(stored.state, DropState::Parked | DropState::Failed)
}

async fn queued(desk: &Desk, limit: u32) -> Result<Vec<DropRow>, Refusal> {
    let mut rows = desk.pipeline.board.rows();
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let pending = desk
        .pipeline
        .queue
        .pending(most)
        .await
        .map_err(|error| refuse::queue(&error))?;
    let running: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let pending = pending.iter().map(|job| row_of(job, DropState::Pending));
    rows.extend(pending.filter(|row| !running.contains(&row.id)));
    Ok(rows)
}
