//! What watches say of the severity of changes, as the settings of the running daemon have it.

use std::collections::BTreeMap;

use ddgen_ipc::Timestamp;
use rusqlite::Connection;

use super::error::StoreError;
use super::{Store, remembered};
use crate::judge::Severities;

/// Among what the daemon remembers.
const PART: &str = "severities";

type ByWatch = BTreeMap<String, Severities>;

impl Store {
    /// Takes what watches say in place of what they said before. Versions that are stored keep what was
    /// noted with them; what is compared from now on is judged by this.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn set_severities(&self, said: ByWatch) -> Result<(), StoreError> {
        let said: ByWatch = said
            .into_iter()
            .filter(|(_, said)| !said.0.is_empty())
            .collect();
        if self.readers.read(all).await? == said {
            return Ok(());
        }
        let text = serde_json::to_string(&said)
            .map_err(|error| StoreError::Internal(error.to_string()))?;
        self.writer
            .write(move |db| remembered::note(db, PART, &text, Timestamp::now()))
            .await
    }
}

fn all(db: &Connection) -> Result<ByWatch, StoreError> {
    let text = remembered::of(db, PART)?;
    // What another ddgend wrote and this one cannot read says nothing.
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

/// What the watch of a dictionary says.
pub(super) fn of(db: &Connection, dictionary: i64) -> Result<Severities, StoreError> {
    let mut all = all(db)?;
    if all.is_empty() {
        return Ok(Severities::default());
    }
    let watch: String = db
        .prepare_cached("SELECT watch FROM dictionaries WHERE id = ?1")?
        .query_row([dictionary], |row| row.get(0))?;
    Ok(all.remove(&watch).unwrap_or_default())
}
