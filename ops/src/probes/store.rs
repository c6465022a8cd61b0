use crate::{Facts, Finding, Probe};

/// The one probe that can take the daemon down.
pub(crate) const STORE: &str = "store";

/// Whether the store answers, and whether it takes anything in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Store;

impl Probe for Store {
    fn name(&self) -> &str {
        STORE
    }

    fn look(&self, facts: &Facts) -> Finding {
        let store = &facts.store;
        match (
            &store.silent,
            store.stuck.as_ref().or(store.read_only.as_ref()),
        ) {
            (Some(because), _) => Finding::down(format!("the store does not answer: {because}")),
            (None, Some(because)) => Finding::degraded(format!(
                "the store can be read but not written, new files wait: {because}"
            )),
            (None, None) => Finding::ok(format!(
                "the store answers: {} dictionaries, {} versions",
                store.dictionaries, store.versions
            )),
        }
    }
}
