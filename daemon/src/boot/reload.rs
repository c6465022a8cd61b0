//! Settings into the parts, at the start and again on SIGHUP.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use crate::contract::OfWatch;
use crate::dataset::Naming;
use crate::logging::LogControl;
use crate::pipeline::{FileRules, Pipeline, Shown};
use crate::settings::{
    self, Flags, Loaded, Reload, Settings, Surroundings, WatchMode, WatchSettings,
};
use crate::watch::{Mode, Settle, WatchRules};
use crate::worker::{Allowance, Limits, PoolConfig, this_program};

pub(super) fn pool_of(settings: &Settings) -> PoolConfig {
    PoolConfig {
        count: settings.worker.count,
        program: this_program(),
        scratch_root: settings.data.dir.join("scratch"),
        limits: limits_of(settings),
    }
}

fn limits_of(settings: &Settings) -> Limits {
    let usual = Limits::default();
    Limits {
        memory: settings.worker.memory_limit,
        wall: Allowance {
            base: settings.worker.wall_limit,
            ..usual.wall
        },
        cpu: Allowance {
            base: settings.worker.cpu_limit,
            ..usual.cpu
        },
        ..usual
    }
}

pub(super) fn watches_of(settings: &Settings) -> Vec<WatchRules> {
    settings
        .watches
        .iter()
        .map(|watch| rules_of(watch, settings))
        .collect()
}

fn rules_of(watch: &WatchSettings, settings: &Settings) -> WatchRules {
    WatchRules {
        recursive: watch.recursive,
        include: watch.include.clone(),
        exclude: watch.exclude.clone(),
        mode: match watch.mode {
            WatchMode::Auto => Mode::Auto,
            WatchMode::Native => Mode::Native,
            WatchMode::Poll => Mode::Poll {
                interval: watch.poll_interval,
            },
        },
        settle: Settle {
            closed: watch.settle_closed,
            scanned: watch.settle_scanned,
            held_open: watch.settle_held_open,
        },
        scan_every: settings.scan_interval,
        ..WatchRules::new(watch.name.clone(), watch.path.clone())
    }
}

pub(super) async fn set_rules(pipeline: &Pipeline, settings: &Settings) -> anyhow::Result<()> {
    let said = settings.watches.iter();
    let said = said.map(|watch| (watch.name.clone(), watch.severity.clone()));
    let said = pipeline.store.set_severities(said.collect()).await;
    said.context("the severities of the watches could not be noted")?;
    let mut rules = HashMap::new();
    for watch in &settings.watches {
        let naming = watch.naming.as_deref().map(Naming::parse).transpose();
        let naming = naming.with_context(|| format!("the naming of watch `{}`", watch.name))?;
        let contract = watch.contract.as_deref().map(OfWatch::read).transpose();
        let contract =
            contract.with_context(|| format!("the contract of watch `{}`", watch.name))?;
        rules.insert(
            watch.name.clone(),
            FileRules {
                naming,
                contract: contract.map(Arc::new),
                on_breach: watch.on_breach,
                after: watch.after,
                provisional: watch.provisional,
            },
        );
    }
    let shown = Shown {
        sample_size: settings.profile.sample_size,
        nested_depth_limit: settings.profile.nested_depth_limit,
    };
    pipeline.set_rules(rules, shown);
    Ok(())
}

/// Loads the settings again and applies what can be applied live. With a mistake in them nothing
/// changes.
pub(super) async fn reload(
    running: &Loaded,
    flags: &Flags,
    pipeline: &Pipeline,
    log: &LogControl,
) -> Loaded {
    match try_reload(running, flags, pipeline, log).await {
        Ok(new) => new,
        Err(error) => {
            tracing::error!("the settings were not reloaded, the old ones stay: {error:#}");
            running.clone()
        }
    }
}

async fn try_reload(
    running: &Loaded,
    flags: &Flags,
    pipeline: &Pipeline,
    log: &LogControl,
) -> anyhow::Result<Loaded> {
    let mut new = settings::load(&Surroundings::of_process(flags.clone())?)?;
    let difference = Reload::between(running, &new);
    let settings = running.settings.reloaded(&new.settings);
    set_rules(pipeline, &settings).await?;
    pipeline.watches.set_rules(watches_of(&settings))?;
    pipeline.workers.set_limits(limits_of(&settings));
    log.set_level(settings.log.level);
    for changed in &difference.live {
        tracing::info!(setting = %changed.name, from = %changed.from, to = %changed.to, "a setting changed");
    }
    for changed in &difference.restart {
        tracing::warn!(setting = %changed.name, "a setting changed that needs a restart");
    }
    if difference.is_empty() {
        tracing::info!("the settings were reloaded: nothing changed");
    }
    new.settings = settings;
    Ok(new)
}

/// A working memory that was damaged is begun anew: the folders know what it held.
pub(super) async fn rescan_when_queue_was_lost(pipeline: Arc<Pipeline>, stop: CancellationToken) {
    let mut lost = pipeline.queue.set_aside();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = lost.changed() => if changed.is_err() { return },
        }
        for watch in pipeline.watches.states() {
            pipeline.watches.rescan(&watch.name);
        }
    }
}
