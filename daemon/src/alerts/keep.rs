//! What outlives a restart: alerts, silences, and notices on their way.

use std::time::{Duration, Instant};

use ddgen_ops::alerts::{Book, Outbox, Rule};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::Mutex;

use super::{Alerts, State};
use crate::store::{Finals, Store};

/// The part's name in the store.
const PART: &str = "alerts";
/// A store that takes no write by then gets it with the next change: an alert about the store itself
/// must not wait for the store.
const DEADLINE: Duration = Duration::from_secs(5);
/// How far was looked is kept this often where nothing else is to be kept.
const LAZILY: Duration = Duration::from_secs(60);

#[derive(Serialize, Deserialize)]
struct Kept {
    book: Box<RawValue>,
    outbox: Box<RawValue>,
    finals: Finals,
}

/// One writing at a time, so that an older state never follows a newer one.
#[derive(Default)]
pub(super) struct Keeper {
    last: Mutex<Option<Instant>>,
}

/// What was kept; nothing where there is nothing, or it cannot be read.
pub(super) async fn load(store: &Store, rules: Vec<Rule>, sinks: &[String]) -> State {
    let fresh = |rules| State {
        book: Book::new(rules),
        ..State::default()
    };
    let text = match store.remembered(PART).await {
        Ok(Some(text)) => text,
        Ok(None) => return fresh(rules),
        Err(error) => {
            tracing::warn!(%error, "alerts begin anew: what was raised before is not known");
            return fresh(rules);
        }
    };
    let read = || -> Result<State, serde_json::Error> {
        let kept: Kept = serde_json::from_str(&text)?;
        Ok(State {
            book: Book::with_kept(rules.clone(), kept.book.get())?,
            outbox: Outbox::of_kept(kept.outbox.get(), sinks)?,
            finals: kept.finals,
            late_at: None,
        })
    };
    read().unwrap_or_else(|error| {
        tracing::warn!(%error, "alerts begin anew: what an earlier daemon kept cannot be read");
        fresh(rules)
    })
}

impl Alerts {
    pub(super) async fn keep(&self) {
        let mut last = self.inner.keeper.last.lock().await;
        let kept = {
            let state = self.inner.lock();
            let raw = |text: String| RawValue::from_string(text);
            raw(state.book.kept())
                .and_then(|book| {
                    Ok(Kept {
                        book,
                        outbox: raw(state.outbox.kept())?,
                        finals: state.finals.clone(),
                    })
                })
                .and_then(|kept| serde_json::to_string(&kept))
        };
        let text = kept.expect("structures of text and numbers are JSON");
        let store = &self.inner.store;
        match tokio::time::timeout(DEADLINE, store.remember(PART, text)).await {
            Ok(Ok(())) => *last = Some(Instant::now()),
            Ok(Err(error)) => tracing::warn!(%error, "alerts are not kept in the store yet"),
            Err(_) => tracing::warn!("alerts are not kept yet: the store does not answer"),
        }
    }

    /// For what costs nothing but a second look when it is lost.
    pub(super) async fn keep_lazily(&self) {
        let last = *self.inner.keeper.last.lock().await;
        if last.is_none_or(|last| last.elapsed() >= LAZILY) {
            self.keep().await;
        }
    }
}
