//! What becomes of uploaded files: once the store has what they taught, they are removed. One that
//! could not be read stays for a week, so that it can be looked at and tried again, unless newer ones
//! need its room.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropRow, DropState, Event};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::receive::PART;
use crate::arrival::DropId;
use crate::desk::Desk;
use crate::pipeline::ingest::uploaded;
use crate::store::StoreError;

/// How long a file that could not be read stays: somebody comes back from a holiday.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Bytes of such files together, four of the largest that are taken by default; beyond them the oldest go.
/// The newest stays, however large it is.
const ROOM: u64 = 4 * 500 * 1_000_000;
/// Such files together: each is looked up in the store when another comes.
const MOST: usize = 1_000;
/// How often what is too old is looked for.
const LOOK: Duration = Duration::from_secs(3_600);

/// Removes what is done, and hands in what a killed daemon had received and not yet queued, until
/// told to stop.
pub async fn keep(desk: Arc<Desk>, uploads: PathBuf, stop: CancellationToken) {
    let (_, mut events) = desk.hub.subscribe();
    let mut looks = tokio::time::interval(LOOK);
    loop {
        let event = tokio::select! {
            () = stop.cancelled() => return,
            _ = looks.tick() => {
                sweep(&desk, &uploads).await;
                continue;
            }
            event = events.recv() => event,
        };
        match event {
            Ok(frame) => {
                if let Event::Drop(row) = frame.event {
                    end(&uploads, &row);
                    if row.finished_at.is_some()
                        && !has_taught(&row)
                        && Path::new(&row.path).starts_with(&uploads)
                    {
                        sweep(&desk, &uploads).await;
                    }
                }
            }
            Err(RecvError::Lagged(_)) => sweep(&desk, &uploads).await,
            Err(RecvError::Closed) => return,
        }
    }
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unread {
    folder: PathBuf,
    drop: String,
    since: Timestamp,
    bytes: u64,
}

/// Looks at everything there is.
async fn sweep(desk: &Desk, uploads: &Path) {
    let mut unread = Vec::new();
    for folder in children(uploads) {
        match file_in(&folder) {
            Some(below) => unread.extend(settle(desk, uploads, &folder, below).await),
            // It may be received at this moment: only what an earlier start left behind is old.
            None if is_older_than_this_start(desk, &folder) => remove(&folder),
            None => {}
        }
    }
    for one in beyond(unread, ROOM, MOST) {
        tracing::info!(folder = %one.folder.display(), "an uploaded file that could not be read made room");
        if let Err(error) = give_up(desk, &one.folder, &one.drop).await {
            tracing::warn!(%error, folder = %one.folder.display(), "it is still there");
        }
    }
}

/// Removes a file that could not be read, and what waits for it.
async fn give_up(desk: &Desk, folder: &Path, drop: &str) -> anyhow::Result<()> {
    if let Ok(id) = drop.parse::<DropId>() {
        desk.pipeline.queue.forget(vec![id]).await?;
    }
    remove(folder);
    Ok(())
}

/// Whether its job waits for a person, and is not tried again at this moment.
async fn is_parked(desk: &Desk, row: &DropRow) -> anyhow::Result<bool> {
    let Ok(id) = row.id.parse::<DropId>() else {
        return Ok(false);
    };
    let alive = desk.pipeline.queue.alive(vec![id]).await?;
    Ok(row.state == DropState::Parked && alive.is_empty())
}

/// Those that newer ones leave no room for.
fn beyond(mut unread: Vec<Unread>, room: u64, most: usize) -> Vec<Unread> {
    unread.sort_by(|a, b| (b.since, &b.folder).cmp(&(a.since, &a.folder)));
    let mut taken = 0_u64;
    let mut kept = 0;
    for one in &unread {
        taken = taken.saturating_add(one.bytes);
        if kept > 0 && (taken > room || kept == most) {
            break;
        }
        kept += 1;
    }
    unread.split_off(kept)
}

async fn settle(desk: &Desk, uploads: &Path, folder: &Path, below: PathBuf) -> Option<Unread> {
    let path = folder.join(&below);
    try_settle(desk, uploads, folder, below)
        .await
        .unwrap_or_else(|error| {
            tracing::warn!(%error, path = %path.display(), "an uploaded file waits for the next start");
            None
        })
}

/// The store has a file before the queue lets it go, so that it has the last word.
async fn try_settle(
    desk: &Desk,
    uploads: &Path,
    folder: &Path,
    below: PathBuf,
) -> anyhow::Result<Option<Unread>> {
    let sighting = uploaded(folder, below)?;
    let queue = &desk.pipeline.queue;
    let queued = queue.contains(vec![sighting.clone()]).await? == [true];
    let path = sighting.full_path();
    match desk.store.drop(&path.to_string_lossy()).await {
        // One that is parked waits for a person, who may never come.
        Ok(row) if queued && !is_parked(desk, &row).await? => {}
        Err(StoreError::NotFound { .. }) if queued => {}
        Ok(row) if is_too_old(&row) => give_up(desk, folder, &row.id).await?,
        Ok(row) => {
            end(uploads, &row);
            let since = row.finished_at.filter(|_| !has_taught(&row));
            return Ok(since.map(|since| Unread {
                folder: folder.to_path_buf(),
                drop: row.id,
                since,
                bytes: sighting.size,
            }));
        }
        // Received whole, and the daemon was killed before it was queued.
        Err(StoreError::NotFound { .. }) if is_older_than_this_start(desk, folder) => {
            desk.pipeline.ingest_sighting(sighting).await?;
        }
        Err(StoreError::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(None)
}

fn is_too_old(row: &DropRow) -> bool {
    let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
    row.finished_at
        .is_some_and(|end| end.0.saturating_add(kept) < Timestamp::now().0)
}

fn has_taught(row: &DropRow) -> bool {
    matches!(row.state, DropState::Done | DropState::Duplicate)
}

/// Removes the folder of a drop that has taught what it could.
fn end(uploads: &Path, row: &DropRow) {
    let Ok(below) = Path::new(&row.path).strip_prefix(uploads) else {
        return;
    };
    if let (true, Some(folder)) = (has_taught(row), below.components().next()) {
        remove(&uploads.join(folder));
    }
}

fn remove(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, folder = %folder.display(), "an uploaded file was not removed");
        }
        _ => {}
    }
}

fn is_older_than_this_start(desk: &Desk, folder: &Path) -> bool {
    let made = fs::metadata(folder).and_then(|found| found.modified());
    let made = made.ok().and_then(|made| {
        let since = made.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok()
    });
    made.is_some_and(|made| made < desk.pipeline.started_at().0)
}

/// The whole file in an upload's folder, by its path below.
fn file_in(folder: &Path) -> Option<PathBuf> {
    let first = |folder: &Path| {
        let child = children(folder).into_iter().next()?;
        Some(PathBuf::from(child.file_name()?))
    };
    let name = first(folder)?;
    if folder.join(&name).is_dir() {
        let stem = name.join(first(&folder.join(&name))?);
        return Some(stem.join(first(&folder.join(&stem))?));
    }
    (name != Path::new(PART)).then_some(name)
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.flatten().map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unread(since: i64, bytes: u64) -> Unread {
        Unread {
            folder: PathBuf::from(format!("/uploads/{since}")),
            drop: String::new(),
            since: Timestamp(since),
            bytes,
        }
    }

    #[test]
    fn the_oldest_make_room_and_the_newest_stays() {
        let all = || vec![unread(2, 30), unread(4, 50), unread(1, 1), unread(3, 20)];
        assert_eq!(beyond(all(), 101, 9), []);
        assert_eq!(beyond(all(), 100, 9), [unread(1, 1)]);
        assert_eq!(beyond(all(), 70, 9), [unread(2, 30), unread(1, 1)]);
        assert_eq!(beyond(all(), 1, 9).len(), 3);
        assert_eq!(beyond(all(), 101, 2), [unread(2, 30), unread(1, 1)]);
        assert_eq!(beyond(Vec::new(), 0, 9), []);
    }
}
