//! What clients are told when people wrote.

use ddgen_ipc::message::{Edit, Event};

use super::Desk;

impl Desk {
    /// Somebody wrote about this dictionary or its fields. A verdict also changes what lists show.
    pub async fn tell_written(&self, dictionary: &str, verdicts: bool) {
        self.hub.publish(Event::Annotated {
            dictionary: dictionary.to_owned(),
        });
        if verdicts && let Ok(row) = self.store.dictionary(dictionary).await {
            self.hub.publish(Event::Dictionary(Box::new(row)));
        }
    }
}

/// Whether one of them is a verdict on what a field means.
#[must_use]
pub fn has_verdict(edits: &[Edit]) -> bool {
    edits.iter().any(|edit| edit.aspect.is_verdict())
}
