//! The table of contents: what is started, from top to bottom, and stopped, in reverse.

mod doors;
mod ground;
mod inside;
mod probes;
mod reload;
mod signals;
mod sketch_key;
mod truths;

use ddgen_ipc::Timestamp;

use crate::alerts::Alerts;
use crate::backup::Backups;
use crate::lineage::Lineage;
use crate::logging;
use crate::settings::{Flags, Loaded, Severity};
use crate::upkeep::Upkeep;
use doors::Doors;
use ground::Ground;
use inside::Inside;
use signals::Signals;

/// What works beside the pipeline, and is asked through the doors.
struct Staff {
    backups: Backups,
    alerts: Alerts,
    upkeep: Upkeep,
}

/// Runs the daemon until SIGTERM or SIGINT.
///
/// # Errors
/// What kept it from starting, in words for the operator.
pub async fn run(loaded: Loaded, flags: Flags) -> anyhow::Result<()> {
    let log = logging::start(&loaded.settings.log);
    for notice in &loaded.notices {
        match notice.severity {
            Severity::Note => tracing::info!("{notice}"),
            _ => tracing::warn!("{notice}"),
        }
    }
    if loaded.settings.watches.is_empty() {
        tracing::warn!("no folder is watched: name one with --watch DIR, or in ddgen.toml");
    }
    let signals = Signals::listen()?;
    let started_at = Timestamp::now();

    // Folders, locks and ports: from here on this data directory and this socket are ours.
    let ground = Ground::take(&loaded.settings, &flags, started_at)?;
    let http = ground::listen_http(&loaded.settings.http).await?;
    // Store, queue, workers, watches, and the pipeline between them.
    let inside = Inside::start(&loaded.settings, started_at).await?;
    // What drops read and taught, for whoever keeps a graph of it.
    let told = &loaded.settings.lineage;
    let lineage = Lineage::start(told, &inside.pipeline.store, &inside.pipeline.hub).await;
    // The store as it stands can be had back; what the schedule missed is made up for later.
    let store = inside.pipeline.store.clone();
    let backups = Backups::start(&loaded, store, inside.pipeline.metrics.clone()).await;
    // Who is told when something is not well, once somebody looks.
    let alerts = Alerts::start(&loaded, &inside.pipeline).await;
    // HTTP, then the socket: once `status` answers, every door is open.
    let (door, lock) = ground.into_door();
    // The store is looked after beside its work.
    let upkeep = Upkeep::start(&loaded, &inside.pipeline).await;
    let staff = Staff {
        backups,
        alerts,
        upkeep,
    };
    let doors = Doors::open(&loaded, &inside, http, door, started_at, &staff).await?;
    signals::ready(&inside.pipeline);
    tracing::info!(
        data = %loaded.settings.data.dir.display(),
        http = doors.http_address.as_deref().unwrap_or("off"),
        watches = loaded.settings.watches.len(),
        "ddgend is ready"
    );

    let mut running = loaded;
    let pipeline = &inside.pipeline;
    signals
        .until_stop(async || {
            running = reload::reload(&running, &flags, pipeline, &log).await;
            doors.reload();
        })
        .await;

    // In reverse: nothing new comes in and what is in flight arrives; the doors close; what must
    // last is flushed; the locks are released.
    signals::stopping();
    doors.announce_stop();
    staff.backups.stop().await;
    staff.upkeep.stop().await;
    inside.drain().await;
    lineage.stop().await;
    staff.alerts.stop().await;
    doors.close().await;
    inside.close().await?;
    drop(lock);
    tracing::info!("ddgend has stopped");
    Ok(())
}
