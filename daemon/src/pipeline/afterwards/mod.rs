//! What happens to files afterwards: moved aside, worked off or removed, each because its watch says
//! so, and never before nothing can replace what they taught.
//!
//! The store knows what is to be done before anything is touched, and what was done after; whatever is
//! cut short in between is taken up where it was.

mod carry;
mod report;
mod spot;

pub use report::markdown as quarantine_report;

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropRow, DropState, Event};
use tokio_util::sync::CancellationToken;

use super::setback::note_end;
use super::{Pipeline, STORE_RETRY};
use crate::arrival::{After, Sighting};
use crate::store::{Errand, Move, StoreError};
use carry::{Meant, carry, remove};
use spot::CarryError;

/// Files that are asked for at a time.
const BATCH: u32 = 100;
/// A file that could not be moved is tried again after this: permissions and full disks are mended by
/// people. The wait doubles up to [`RARELY_MS`], since looking may read the whole file.
const AGAIN_MS: i64 = 60_000;
const RARELY_MS: i64 = 3_600_000;
/// Files whose waits are remembered; of more all begin anew.
const WAITING: usize = 10_000;
/// Files in quarantine are looked for again no earlier than after this: there may be many.
const GONE_EVERY: Duration = Duration::from_secs(60);
/// Clocks are set and machines sleep: what is due is looked at again by then.
const LONGEST: Duration = Duration::from_secs(600);
/// The folders that no watch enters.
const QUARANTINE: &str = "quarantine";
const DONE: &str = "done";

/// Moves what is due until told to stop.
pub async fn run(pipeline: Arc<Pipeline>, stop: CancellationToken) {
    pipeline.resume_verdicts().await;
    let (mut looked, mut waits): (Option<Instant>, _) = (None, Waits::new());
    while !stop.is_cancelled() {
        let now = Timestamp::now();
        let wait = match pipeline.store.moves_due(now, BATCH).await {
            Ok((due, next)) => {
                let any = !due.is_empty();
                match work_off(&pipeline, due, &mut waits, &stop).await {
                    Err(error) => {
                        tracing::warn!(%error, "what became of a file was not noted: it is looked at again");
                        STORE_RETRY
                    }
                    // What is left of them is due later: ask when.
                    Ok(()) if any => continue,
                    Ok(()) => {
                        let rest = looked.and_then(|at| GONE_EVERY.checked_sub(at.elapsed()));
                        if rest.is_none() {
                            forget_gone(&pipeline).await;
                            looked = Some(Instant::now());
                        }
                        until(next, now).min(rest.unwrap_or(LONGEST))
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "nobody knows which files are to be moved");
                STORE_RETRY
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = pipeline.errands.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

fn until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let ms = next.map_or(i64::MAX, |next| next.0.saturating_sub(now.0));
    // A moment later than it is due, so that it is.
    Duration::from_millis(u64::try_from(ms).unwrap_or(0).saturating_add(1)).min(LONGEST)
}

async fn work_off(
    pipeline: &Pipeline,
    due: Vec<Move>,
    waits: &mut Waits,
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    for one in due {
        if stop.is_cancelled() {
            return Ok(());
        }
        let moved = match still_wanted(pipeline, &one) {
            false => Err(Left::ForGood(
                "stays where it is: its watch says so by now".to_owned(),
            )),
            true => {
                let report = report_of(pipeline, &one).await?;
                let task = one.clone();
                let moving = tokio::task::spawn_blocking(move || perform(&task, report.as_deref()));
                let panicked = |error| Left::ForNow(format!("moving it failed: {error}"));
                moving.await.unwrap_or_else(|error| Err(panicked(error)))
            }
        };
        note(pipeline, &one, waits, moved).await?;
    }
    Ok(())
}

/// What somebody took out of quarantine by hand is waited for no more.
async fn forget_gone(pipeline: &Pipeline) {
    let Ok(held) = pipeline.store.held().await else {
        return;
    };
    let gone = tokio::task::spawn_blocking(move || -> Vec<Move> {
        let gone = |one: &Move| taken_away(&one.root, &one.lies);
        held.into_iter().filter(gone).collect()
    });
    for one in gone.await.unwrap_or_default() {
        match pipeline.store.gone_from_quarantine(one.seq).await {
            Ok(Some(row)) => pipeline.hub.publish(Event::Drop(Box::new(row))),
            // Somebody decided about it meanwhile.
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "a file that is gone stays on the list"),
        }
    }
}

/// Whether a file that is not there was taken away by somebody, and not along with its file system: the
/// folder of a mount that went away stays behind, and is empty. Blocks.
pub(super) fn taken_away(root: &Path, lies: &Path) -> bool {
    let seen = root.join(lies).symlink_metadata();
    let missing = seen.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    let quarantine = root.join(QUARANTINE);
    match lies.starts_with(QUARANTINE) {
        true => missing && quarantine.is_dir(),
        false => missing && (root.read_dir()).is_ok_and(|mut any| any.next().is_some()),
    }
}

/// Settings may have changed since; what is aside was decided at once.
fn still_wanted(pipeline: &Pipeline, one: &Move) -> bool {
    let (rules, _) = pipeline.rules_of(&one.watch);
    match one.errand {
        Errand::Quarantine | Errand::Return => true,
        Errand::Done => rules.after == After::Done,
        Errand::Delete => rules.after == After::Delete,
    }
}

async fn report_of(pipeline: &Pipeline, one: &Move) -> Result<Option<String>, StoreError> {
    if one.errand != Errand::Quarantine {
        return Ok(None);
    }
    let row = pipeline.store.in_quarantine(one.seq).await?;
    Ok(row.map(|mut row| {
        // It is written once the file is there.
        row.lies = one.root.join(aside(one)).to_string_lossy().into_owned();
        report::lasting(&row)
    }))
}

/// Where a file lies once it is set aside, below its root.
fn aside(one: &Move) -> PathBuf {
    let folder = Path::new(QUARANTINE).join(one.drop.to_string());
    folder.join(one.path.file_name().unwrap_or_default())
}

/// Why a file was left where it is.
enum Left {
    /// It is tried again.
    ForNow(String),
    ForGood(String),
}

impl Left {
    fn where_it_is(one: &Move, error: &CarryError) -> Self {
        let because = error.to_string();
        match error {
            CarryError::Changed(_) => Self::ForGood(because),
            CarryError::Gone(_) if taken_away(&one.root, &one.lies) => Self::ForGood(because),
            CarryError::Gone(_) => Self::ForNow(format!(
                "{because}, nor is anything around it: is its file system mounted?"
            )),
            CarryError::Taken(_) | CarryError::Io { .. } => Self::ForNow(because),
        }
    }
}

/// Answers where the file lies now; nowhere: it was removed. Blocks.
fn perform(one: &Move, report: Option<&str>) -> Result<Option<PathBuf>, Left> {
    let id = one.drop.to_string();
    let meant = Meant {
        size: one.size,
        mtime_ns: one.mtime_ns,
        inode: one.inode,
        blake3: one.blake3.clone(),
        tag: id.clone(),
    };
    let (root, name) = (&one.root, one.path.file_name().unwrap_or_default());
    let carry = |to: &[PathBuf]| {
        carry(root, &one.lies, to, &meant).map_err(|error| Left::where_it_is(one, &error))
    };
    match one.errand {
        Errand::Quarantine => {
            let lies = carry(&[aside(one)])?;
            if let (Some(text), Some(folder)) = (report, lies.parent()) {
                report::write(root, folder, name, text).map_err(|error| {
                    let folder = root.join(folder);
                    Left::ForNow(format!("no report in {}: {error}", folder.display()))
                })?;
            }
            Ok(Some(lies))
        }
        Errand::Done => {
            let plain = Path::new(DONE).join(&one.path);
            let other = plain.with_file_name(numbered(name, &id));
            let lies = carry(&[plain, other])?;
            tidy(one);
            Ok(Some(lies))
        }
        Errand::Delete => {
            let removed = remove(root, &one.lies, &meant);
            removed.map_err(|error| Left::where_it_is(one, &error))?;
            tidy(one);
            Ok(None)
        }
        Errand::Return => {
            let lies = carry(std::slice::from_ref(&one.path))?;
            tidy(one);
            Ok(Some(lies))
        }
    }
}

/// `sales.csv` as `sales~1f2e3d4c.csv`, where another one was worked off under its name.
fn numbered(name: &std::ffi::OsStr, id: &str) -> OsString {
    let path = Path::new(name);
    let mut other = path.file_stem().unwrap_or(name).to_owned();
    other.push("~");
    // The end of an id differs most: it begins with the time.
    other.push(&id[id.len().saturating_sub(8)..]);
    if let Some(extension) = path.extension() {
        other.push(".");
        other.push(extension);
    }
    other
}

/// Nothing but a report is left in a folder that a file was taken out of.
fn tidy(one: &Move) {
    if one.lies.starts_with(QUARANTINE)
        && let Some(folder) = one.lies.parent()
    {
        report::remove(&one.root, folder, one.path.file_name().unwrap_or_default());
    }
}

/// How long each file that was not moved waited last, in milliseconds, by the number of its drop.
type Waits = HashMap<i64, i64>;

fn longer(waits: &mut Waits, seq: i64) -> i64 {
    if waits.len() >= WAITING {
        waits.clear();
    }
    let wait = waits.get(&seq).map_or(AGAIN_MS, |last| last * 2);
    let wait = wait.min(RARELY_MS);
    waits.insert(seq, wait);
    wait
}

async fn note(
    pipeline: &Pipeline,
    one: &Move,
    waits: &mut Waits,
    moved: Result<Option<PathBuf>, Left>,
) -> Result<(), StoreError> {
    let path = one.root.join(&one.path);
    let path = path.display();
    if !matches!(moved, Err(Left::ForNow(_))) {
        waits.remove(&one.seq);
    }
    let row = match moved {
        Ok(to) => pipeline.store.moved(one, to).await?,
        Err(Left::ForNow(because)) => {
            let again = Timestamp(Timestamp::now().0.saturating_add(longer(waits, one.seq)));
            let row = pipeline.store.not_moved(one, &because, Some(again)).await?;
            if one.problem.as_ref() == Some(&because) {
                return Ok(());
            }
            tracing::warn!(%path, %because, "a file was not moved; trying again");
            row
        }
        Err(Left::ForGood(because)) => {
            tracing::warn!(%path, %because, "a file was not moved");
            pipeline.store.not_moved(one, &because, None).await?
        }
    };
    tell(pipeline, one, row);
    Ok(())
}

fn tell(pipeline: &Pipeline, one: &Move, row: DropRow) {
    if one.errand == Errand::Quarantine {
        let ended = matches!(row.state, DropState::Quarantined | DropState::Failed);
        if ended && one.problem.is_none() {
            note_end(pipeline, &row);
        }
        if row.state == DropState::Failed {
            pipeline.watches.look_again(&Sighting {
                watch: one.watch.clone(),
                root: one.root.clone(),
                path: one.path.clone(),
                size: one.size,
                mtime_ns: one.mtime_ns,
                inode: one.inode,
            });
        }
    }
    pipeline.hub.publish(Event::Drop(Box::new(row)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_name_keeps_the_ending() {
        let id = "0198a1b2c3d4e5f60718293a4b5c6d7e";
        for (name, other) in [
            ("sales.csv", "sales~4b5c6d7e.csv"),
            ("sales.csv.gz", "sales.csv~4b5c6d7e.gz"),
            ("sales", "sales~4b5c6d7e"),
        ] {
            assert_eq!(numbered(name.as_ref(), id), other);
        }
    }

    #[test]
    fn a_mount_that_went_away_takes_no_file_along() {
        let folder = tempfile::tempdir().unwrap();
        let (root, held, fresh) = (folder.path(), "quarantine/7/a.csv", "in/a.csv");
        let gone = || [held, fresh].map(|lies| taken_away(root, Path::new(lies)));
        assert_eq!(gone(), [false, false], "an empty mount point");
        std::fs::create_dir(root.join("other")).unwrap();
        assert_eq!(gone(), [false, true]);
        std::fs::create_dir(root.join(QUARANTINE)).unwrap();
        assert_eq!(gone(), [true, true], "their folders went as well");
        // What cannot be looked at is not gone.
        std::fs::write(root.join("in"), "no folder").unwrap();
        std::fs::create_dir(root.join("quarantine/7")).unwrap();
        std::os::unix::fs::symlink("nowhere", root.join(held)).unwrap();
        assert_eq!(gone(), [false, false]);
    }

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        let mut waits = Waits::new();
        let minutes = [(); 8].map(|()| longer(&mut waits, 7) / 60_000);
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(longer(&mut waits, 8), AGAIN_MS);
    }

    #[test]
    fn what_is_due_is_waited_for_and_no_longer_than_ten_minutes() {
        let at = |ms| Some(Timestamp(ms));
        assert_eq!(
            until(at(1_500), Timestamp(1_000)),
            Duration::from_millis(501)
        );
        assert_eq!(until(at(500), Timestamp(1_000)), Duration::from_millis(1));
        assert_eq!(until(None, Timestamp(1_000)), LONGEST);
    }
}
