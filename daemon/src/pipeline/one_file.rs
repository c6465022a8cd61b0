//! One leased job, from opening its file to telling what became of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropState, Event};
use ddgen_profile::sketch::Packed;
use ddgen_profile::{Brief, Profile};

use super::board::Pin;
use super::held::Held;
use super::setback::{self, Setback, insist, millis, note_end};
use super::turns::Turn;
use super::{FileRules, Pipeline, Shown, aside, row_of};
use crate::arrival::{DropId, Origin};
use crate::dataset::Folding;
use crate::queue::Job;
use crate::store::Arrived;
use crate::today::latest_day;
use crate::worker::{self, OpenError, OpenedFile, Profiled, WorkerError};

/// From this size on a file is worth threads of its own; smaller ones are profiled beside each other.
const LARGE: u64 = 8 << 20;
/// Progress is told at most this often.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

pub(super) async fn run(
    pipeline: &Arc<Pipeline>,
    mut job: Job,
    rules: &FileRules,
    shown: Shown,
    folding: Folding,
    turn: Turn,
) {
    let result = read_and_store(pipeline, &mut job, rules, shown, folding, &turn).await;
    if let Err(setback) = result {
        turn.wait().await;
        setback::set_back(pipeline, job, rules, setback).await;
    }
    // Here the turn is given up, also of a file that only waits now. Those behind it go on and get
    // the lower version numbers, and it gets the next one once it is read. In order of arrival
    // holds for what can be read: a file that is refused or met a full disk may wait for minutes
    // or for ever, and must not hold up its series as long.
    drop(turn);
}

async fn read_and_store(
    pipeline: &Arc<Pipeline>,
    job: &mut Job,
    rules: &FileRules,
    shown: Shown,
    folding: Folding,
    turn: &Turn,
) -> Result<(), Setback> {
    // A job from before this start may have reached the store without its end reaching the queue.
    if job.arrived_at < pipeline.started_at
        && pipeline
            .store
            .is_done(job.id)
            .await
            .map_err(Setback::Store)?
    {
        finish(pipeline, job.id).await;
        return Ok(());
    }
    let mut held = Held::by_name(pipeline, job, rules, &folding).await?;
    // Many may wait for their turn: none of them holds a file open meanwhile.
    let mut looked = look(pipeline, job, shown, &folding, &held).await?;
    let provisional_until = match job.origin {
        Origin::Watched => Some(job.first_seen.saturating_add(millis(rules.provisional))),
        Origin::Ingest => None,
    };
    turn.wait().await;
    let placed = held.as_placed(pipeline, job, rules, &folding, &looked.document);
    if let Some(other) = placed.await? {
        // Its fields put it elsewhere than its name did, and there it must keep something else.
        held = other;
        looked = look(pipeline, job, shown, &folding, &held).await?;
    }
    let Looked {
        document,
        sketches,
        took,
    } = looked;
    if aside::set_aside(pipeline, job, rules, &folding, &held, &document).await? {
        finish(pipeline, job.id).await;
        pipeline.errands.notify_one();
        return Ok(());
    }
    let committing = Instant::now();
    let committed = pipeline
        .store
        .commit(Arrived {
            drop: job.id,
            sighting: job.sighting.clone(),
            origin: job.origin,
            folding,
            document,
            sketches,
            after: rules.after,
            judge_key: Some(pipeline.sketch_key.clone()),
            tries: job.tries,
            arrived_at: Timestamp(job.first_seen),
            seen_at: Timestamp(job.arrived_at),
            provisional_until: provisional_until.map(Timestamp),
            finished_at: Timestamp::now(),
            profiler_version: env!("CARGO_PKG_VERSION").to_owned(),
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        })
        .await
        .map_err(Setback::Store)?;
    pipeline.metrics.committed(committing.elapsed());
    finish(pipeline, job.id).await;
    pipeline.errands.notify_one();
    note_end(pipeline, &committed.drop);
    pipeline.hub.publish(Event::Drop(Box::new(committed.drop)));
    // Rows that have gone by another name until now are asked for anew.
    if !committed.renamed.is_empty() || committed.revised.is_some() {
        pipeline.hub.publish(Event::Resync);
    }
    for (dictionary, version, findings) in committed.judged {
        pipeline.hub.publish(Event::Judged {
            dictionary,
            version,
            findings,
        });
    }
    for dictionary in std::iter::once(committed.dictionary).chain(committed.others) {
        pipeline
            .hub
            .publish(Event::Dictionary(Box::new(dictionary)));
    }
    Ok(())
}

/// What was learned of a file.
struct Looked {
    document: Profile,
    sketches: Option<Packed>,
    took: Duration,
}

/// Has the file profiled as it is now.
async fn look(
    pipeline: &Arc<Pipeline>,
    job: &mut Job,
    shown: Shown,
    folding: &Folding,
    held: &Held,
) -> Result<Looked, Setback> {
    let opened = open(job).await?;
    job.sighting.size = opened.size;
    job.sighting.mtime_ns = opened.mtime_ns;
    job.sighting.inode = opened.inode;
    let running = row_of(job, DropState::Running);
    let pin = pipeline.board.pin(job.id, running.clone());
    pipeline.hub.publish(Event::Drop(Box::new(running)));
    let Profiled {
        document,
        sketches,
        took,
    } = profile(pipeline, job, &opened, shown, folding, held, &pin).await?;
    pipeline.metrics.profiled(opened.size, took);
    let unchanged = worker::unchanged(&opened);
    if !unchanged.map_err(|error| Setback::Surroundings(error.to_string()))? {
        return Err(Setback::Unsettled);
    }
    let document: Profile = serde_json::from_slice(&document).map_err(|error| {
        Setback::Worker(format!(
            "its worker answered with no profile document: {error}"
        ))
    })?;
    let sketches = unpack(sketches.as_deref(), &document)?;
    Ok(Looked {
        document,
        sketches,
        took,
    })
}

/// What a worker answers is not believed before it is held against its own document.
fn unpack(sketches: Option<&[u8]>, document: &Profile) -> Result<Option<Packed>, Setback> {
    let Some(sketches) = sketches else {
        return Ok(None);
    };
    let fields = document.tables.iter().map(|table| table.fields.len());
    match Packed::unpack(sketches) {
        Ok(packed) if packed.fits(fields) => Ok(Some(packed)),
        Ok(_) => Err(Setback::Worker(
            "its worker answered with sketches of other fields".to_owned(),
        )),
        Err(unusable) => Err(Setback::Worker(format!(
            "its worker answered with no sketches: {unusable}"
        ))),
    }
}

async fn open(job: &Job) -> Result<OpenedFile, Setback> {
    let (root, path) = (job.sighting.root.clone(), job.sighting.path.clone());
    let opened = tokio::task::spawn_blocking(move || worker::open_beneath(&root, &path)).await;
    let opened = opened.map_err(|error| Setback::Surroundings(error.to_string()))?;
    opened.map_err(|error| match error {
        OpenError::Gone { .. } => Setback::Gone(error.to_string()),
        OpenError::Replaced { .. } => Setback::Unsettled,
        OpenError::Io { .. } => Setback::Surroundings(error.to_string()),
        OpenError::Denied { .. }
        | OpenError::NotAFile { .. }
        | OpenError::BehindLink { .. }
        | OpenError::Outside { .. } => Setback::Refused(error.to_string()),
    })
}

async fn profile(
    pipeline: &Arc<Pipeline>,
    job: &Job,
    opened: &OpenedFile,
    shown: Shown,
    folding: &Folding,
    held: &Held,
    pin: &Pin,
) -> Result<Profiled, Setback> {
    let name = job.sighting.path.file_name().unwrap_or_default();
    let brief = Brief {
        name: name.to_string_lossy().into_owned(),
        sample_size: shown.sample_size,
        nested_depth_limit: shown.nested_depth_limit,
        threads: if opened.size < LARGE {
            1
        } else {
            pipeline.threads
        },
        sketch_key: Some(pipeline.sketch_key.clone()),
        today: Some(latest_day()),
        said: pipeline
            .store
            .said_of(&job.sighting.watch, folding)
            .await
            .map_err(Setback::Store)?,
        contracts: held.contracts.clone(),
        ..Brief::default()
    };
    let mut told = Instant::now();
    let (id, total) = (job.id.to_string(), opened.size);
    let progress = |bytes| {
        if told.elapsed() >= PROGRESS_EVERY {
            told = Instant::now();
            pin.progress(bytes);
            pipeline.hub.publish(Event::Progress {
                id: id.clone(),
                bytes,
                total,
            });
        }
    };
    pipeline
        .workers
        .profile(&opened.file, &brief, progress)
        .await
        .map_err(|error| match error {
            WorkerError::Refused { message, .. } => Setback::Refused(message),
            WorkerError::Died { reason } | WorkerError::Breached { reason } => {
                Setback::Worker(reason)
            }
            WorkerError::Io(_) | WorkerError::Unavailable(_) | WorkerError::Stopped => {
                Setback::Surroundings(error.to_string())
            }
        })
}

/// Only after the store's commit: work done twice is better than work not done.
async fn finish(pipeline: &Pipeline, id: DropId) {
    insist(id, || pipeline.queue.done(vec![id])).await;
    pipeline.tell_end(id);
}
