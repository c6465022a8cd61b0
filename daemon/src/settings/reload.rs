//! What a reload changes at once, and what waits for a restart.

use serde::Serialize;
use serde_json::Value;

use super::Settings;
use super::load::Loaded;
use super::reader::Row;

/// One setting that is not what it was. Secrets show as `***` on both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    pub name: String,
    /// `null`: was not there.
    pub from: Value,
    /// `null`: is gone.
    pub to: Value,
}

/// The difference between two loaded settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reload {
    /// Takes effect now.
    pub live: Vec<Changed>,
    /// Takes effect when the daemon is started again.
    pub restart: Vec<Changed>,
}

impl Reload {
    /// Compares what runs with what was loaded just now.
    #[must_use]
    pub fn between(running: &Loaded, new: &Loaded) -> Self {
        let mut reload = Self::default();
        let find = |rows: &[Row], name: &str| rows.iter().find(|row| row.name == name).cloned();
        let added = new
            .rows
            .iter()
            .filter(|row| find(&running.rows, &row.name).is_none());
        for row in running.rows.iter().chain(added) {
            let (old, new) = (find(&running.rows, &row.name), find(&new.rows, &row.name));
            let same =
                old.as_ref().map(|row| row.fingerprint) == new.as_ref().map(|r| r.fingerprint);
            if same {
                continue;
            }
            let value = |row: Option<Row>| row.map_or(Value::Null, |row| row.value);
            let changed = Changed {
                name: row.name.clone(),
                from: value(old),
                to: value(new),
            };
            if row.live {
                reload.live.push(changed);
            } else {
                reload.restart.push(changed);
            }
        }
        reload
    }

    /// Whether both say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.live.is_empty() && self.restart.is_empty()
    }
}

impl Settings {
    /// What runs after a reload: of `new` what applies live, of `self` everything else.
    #[must_use]
    pub fn reloaded(&self, new: &Self) -> Self {
        let mut next = self.clone();
        next.watches = new.watches.clone();
        next.scan_interval = new.scan_interval;
        next.worker = super::WorkerSettings {
            count: self.worker.count,
            tries: self.worker.tries,
            ..new.worker.clone()
        };
        next.profile = new.profile.clone();
        next.log.level = new.log.level;
        next
    }
}
