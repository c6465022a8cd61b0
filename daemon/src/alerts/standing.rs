//! What is so of contracts and quarantines, for as long as it is so.

use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::alerts::{Standing, State};

use super::Alerts;
use crate::pipeline::Pipeline;
use crate::store::{BrokenContract, Delivered, StoreError};

impl Alerts {
    /// Looks, and raises and clears what there is. A store that does not answer has a probe of its own.
    pub(super) async fn look_at_standing(&self, pipeline: &Pipeline) {
        let now = Timestamp::now();
        let Ok((all, late_at)) = self.standing_now(pipeline, now).await else {
            return;
        };
        let changes = {
            let mut state = self.inner.lock();
            state.late_at = late_at;
            state.book.stands(&all, now)
        };
        self.apply(changes, now).await;
    }

    /// All that is so, and when something more is late if nothing comes.
    async fn standing_now(
        &self,
        pipeline: &Pipeline,
        now: Timestamp,
    ) -> Result<(Vec<Standing>, Option<Timestamp>), StoreError> {
        let store = &self.inner.store;
        let mut all: Vec<Standing> = Vec::new();
        let breaks = store.broken_contracts(now).await?;
        // Where no contract is left, none is broken.
        let has_one = |one: &&BrokenContract| one.own || pipeline.contract_of(&one.watch).is_some();
        all.extend(breaks.iter().filter(has_one).map(broken));
        let held = store.held_by_watch().await?;
        all.extend(held.iter().map(|(watch, files)| quarantine(watch, *files)));
        for (watch, files, problem) in store.stuck_by_watch().await? {
            all.push(stuck(&watch, files, &problem));
        }
        let mut late_at: Option<Timestamp> = None;
        for one in store.deliveries().await? {
            let Some(allowed) = allowed(&one, pipeline) else {
                continue;
            };
            let ms = i64::try_from(allowed.as_millis()).unwrap_or(i64::MAX);
            let due = Timestamp(one.at.0.saturating_add(ms));
            if due <= now {
                all.push(late(&one, allowed));
            } else {
                late_at = Some(late_at.map_or(due, |at| at.min(due)));
            }
        }
        Ok((all, late_at))
    }
}

fn broken(one: &BrokenContract) -> Standing {
    let (name, number) = (&one.dictionary, one.number);
    let rules = match one.rules {
        1 => "1 rule".to_owned(),
        many => format!("{many} rules"),
    };
    Standing {
        state: State::ContractBroken,
        subject: name.clone(),
        because: format!(
            "version {number} of `{name}` breaks {rules} of its contract; `ddgend contract check \
             {name}` shows them"
        ),
    }
}

fn quarantine(watch: &str, files: u64) -> Standing {
    let files = match files {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    };
    Standing {
        state: State::Quarantine,
        subject: watch.to_owned(),
        because: format!(
            "{files} of the watch `{watch}` in quarantine; `ddgend quarantine` says why, `ddgend \
             release` lets one through"
        ),
    }
}

fn stuck(watch: &str, files: u64, problem: &str) -> Standing {
    let files = match files {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    };
    Standing {
        state: State::FilesStuck,
        subject: watch.to_owned(),
        because: format!(
            "{files} of the watch `{watch}` could not be moved or removed, and stay where they are: \
             {problem}; it is tried again every minute"
        ),
    }
}

/// How long nothing may come of a dictionary.
fn allowed(one: &Delivered, pipeline: &Pipeline) -> Option<Duration> {
    match one.own {
        true => one.freshness,
        false => pipeline.contract_of(&one.watch)?.freshness(&one.stem),
    }
}

fn late(one: &Delivered, allowed: Duration) -> Standing {
    Standing {
        state: State::ContractLate,
        subject: one.dictionary.clone(),
        because: format!(
            "nothing came for `{}` since {}; its contract wants something every {}",
            one.dictionary,
            one.at,
            crate::settings::show_span(allowed)
        ),
    }
}
