//! Gaps of the journal: a chain that no backup stands in leads nowhere, so that it gets one soon.

use std::sync::{Arc, PoisonError};

use ddgen_ops::backup::Mark;

use super::{Backups, catalogue};

impl Backups {
    /// Notes the chain that a new backup stands in.
    pub(super) fn marked(&self, mark: Option<&Mark>) {
        let marked = self.inner.marked.lock();
        *marked.unwrap_or_else(PoisonError::into_inner) = mark.map(|mark| mark.chain.clone());
    }

    /// Whether the chain that is being written has no backup yet.
    pub(super) fn has_gap(&self) -> bool {
        let Some(journal) = self.inner.store.journal() else {
            return false;
        };
        let (chain, _) = journal.standing();
        let marked = self.inner.marked.lock();
        chain.is_some() && chain != *marked.unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks which chain the newest backup stands in.
    pub(super) async fn look_for_marks(&self) {
        let shop = Arc::clone(&self.inner.shop);
        let looked = tokio::task::spawn_blocking(move || catalogue::manifests(&shop.local)).await;
        if let Ok(Ok(manifests)) = looked {
            let newest = manifests.into_values().next_back();
            self.marked(newest.and_then(|newest| newest.mark).as_ref());
        }
    }
}
