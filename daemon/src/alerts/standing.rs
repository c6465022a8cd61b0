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
        let Ok(all) = self.standing_now(pipeline, now).await else {
            return;
        };
        let changes = self.inner.lock().book.stands(&all, now);
        self.apply(changes, now).await;
    }

    async fn standing_now(
        &self,
        pipeline: &Pipeline,
        now: Timestamp,
    ) -> Result<Vec<Standing>, StoreError> {
        let store = &self.inner.store;
        let mut all: Vec<Standing> = Vec::new();
        all.extend(store.broken_contracts(now).await?.iter().map(broken));
        let held = store.held_by_watch().await?;
        all.extend(held.iter().map(|(watch, files)| quarantine(watch, *files)));
        let delivered = store.deliveries().await?;
        all.extend(delivered.iter().filter_map(|one| late(one, pipeline, now)));
        Ok(all)
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

fn late(one: &Delivered, pipeline: &Pipeline, now: Timestamp) -> Option<Standing> {
    let of_watch = || {
        let contract = pipeline.contract_of(&one.watch)?;
        contract.freshness(&one.stem)
    };
    let allowed = match one.own {
        true => one.freshness,
        false => of_watch(),
    }?;
    let since = Duration::from_millis(u64::try_from(now.0.saturating_sub(one.at.0)).unwrap_or(0));
    (since > allowed).then(|| Standing {
        state: State::ContractLate,
        subject: one.dictionary.clone(),
        because: format!(
            "nothing came for `{}` since {}; its contract wants something every {}",
            one.dictionary,
            one.at,
            crate::settings::show_span(allowed)
        ),
    })
}
