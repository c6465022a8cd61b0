//! What there is: the places' manifests and the store's notes, side by side.

use std::collections::BTreeMap;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{BackupList, BackupRow};
use ddgen_ops::backup::{BackupError, Entry, Kind, Manifest, Place, Why, read_manifest};

use super::Backups;
use super::three_two_one::{self, Places};
use crate::store::BackupRecord;

/// Rows of one answer: it must fit a frame.
const MOST: usize = 1_000;

impl Backups {
    /// All backups, and what they amount to.
    ///
    /// # Errors
    /// When the store or the place cannot be read.
    pub async fn list(&self) -> Result<BackupList, BackupError> {
        let records = self.records().await?;
        let shop = std::sync::Arc::clone(&self.inner.shop);
        let looked = tokio::task::spawn_blocking(move || {
            Ok::<_, BackupError>((manifests(&shop.local)?, shop.local.describe()))
        });
        let (manifests, place) = looked.await.map_err(|error| BackupError::Io {
            what: "looking at the backups".to_owned(),
            because: error.to_string(),
        })??;
        let mut rows: Vec<BackupRow> = records
            .into_iter()
            .map(|record| {
                // Another place is not asked each time: what was noted counts.
                let there = match record.place == place {
                    true => manifests.contains_key(&record.id),
                    false => record.made,
                };
                row_of(record, there)
            })
            .collect();
        // A store that was restored knows nothing of what was made after its own backup.
        let unknown = manifests.values().filter(|manifest| {
            !rows
                .iter()
                .any(|row| row.id == manifest.id && row.place == place)
        });
        let unknown: Vec<BackupRow> = unknown
            .map(|manifest| row_of(record_of(manifest, &place), true))
            .collect();
        rows.extend(unknown);
        rows.sort_by_key(|row| std::cmp::Reverse(row.taken_at));
        let more = rows.len() > MOST;
        rows.truncate(MOST);
        Ok(self.summed_up(rows, more))
    }

    fn summed_up(&self, backups: Vec<BackupRow>, more: bool) -> BackupList {
        let plan = &self.inner.plan;
        let now = Timestamp::now();
        let next = |every: Option<ddgen_ops::backup::Every>| {
            every
                .filter(|_| plan.enabled)
                .map(|every| every.next(now, &plan.zone))
        };
        let local = self.inner.shop.local.describe();
        let elsewhere = self.inner.elsewhere.name();
        let places = Places {
            data_dir: &self.inner.extras.data_dir,
            local: &local,
            elsewhere: elsewhere.as_deref(),
        };
        let judged = three_two_one::judge(&backups, &places, now);
        BackupList {
            copies: judged.copies,
            media: judged.media,
            offsite_at: judged.offsite_at,
            broken: judged.broken,
            reminders: self.reminders(),
            next_full: next(Some(plan.full)),
            next_incremental: next(plan.incremental),
            next_offsite: next(plan.elsewhere),
            backups,
            more,
        }
    }

    pub(super) fn reminders(&self) -> Vec<String> {
        let left_out = match &self.inner.shop.key {
            Some(_) => None,
            None => self.inner.extras.left_out(),
        };
        let reminder = left_out.map(|what| {
            format!(
                "no backup holds {what}, and an empty machine would need them: set backup.key, or \
                 keep a copy elsewhere"
            )
        });
        let journal = self.inner.store.journal();
        let ended = journal.and_then(|journal| journal.standing().1);
        let gap = ended.map(|why| {
            format!("only moments of backups can be restored, since the journal ended: {why}")
        });
        reminder.into_iter().chain(gap).collect()
    }
}

/// Every manifest of a place that can be read; what is wrong with others is for a check to say.
pub(super) fn manifests(place: &dyn Place) -> Result<BTreeMap<String, Manifest>, BackupError> {
    let mut manifests = BTreeMap::new();
    for found in place.list()?.into_iter().filter(|found| found.has_manifest) {
        match read_manifest(place, &found.id) {
            Ok(manifest) => drop(manifests.insert(found.id, manifest)),
            Err(error) => tracing::warn!(%error, "a backup is left out"),
        }
    }
    Ok(manifests)
}

/// What retention looks at.
pub(super) fn entries(
    manifests: &BTreeMap<String, Manifest>,
    records: &[BackupRecord],
    place: &str,
) -> Vec<Entry> {
    let verified = |id: &str| {
        records.iter().any(|record| {
            record.id == id
                && record.place == place
                && record.verified_at.is_some()
                && record.problem.is_none()
        })
    };
    let entries = manifests.values().map(|manifest| Entry {
        id: manifest.id.clone(),
        kind: manifest.kind,
        why: manifest.why,
        base: manifest.base.clone(),
        taken_at: manifest.taken_at,
        journal: !manifest.journal.is_empty(),
        verified: verified(&manifest.id),
    });
    entries.collect()
}

pub(super) fn record_of(manifest: &Manifest, place: &str) -> BackupRecord {
    BackupRecord {
        id: manifest.id.clone(),
        place: place.to_owned(),
        kind: manifest.kind.to_string(),
        why: word(manifest.why).to_owned(),
        base: manifest.base.clone(),
        taken_at: manifest.taken_at,
        finished_at: manifest.finished_at,
        bytes: manifest.packed_bytes(),
        store_bytes: manifest.store.bytes,
        made: true,
        verified_at: None,
        problem: None,
        removed_at: None,
    }
}

pub(super) fn row_of(record: BackupRecord, there: bool) -> BackupRow {
    BackupRow {
        id: record.id,
        place: record.place,
        kind: record.kind,
        why: record.why,
        base: record.base,
        taken_at: record.taken_at,
        finished_at: record.finished_at,
        bytes: record.bytes,
        store_bytes: record.store_bytes,
        there,
        verified_at: record.verified_at,
        problem: record.problem,
    }
}

pub(super) fn word(why: Why) -> &'static str {
    match why {
        Why::Schedule => "schedule",
        Why::OnDemand => "on_demand",
    }
}

/// Whether a record is of a full backup.
pub(super) fn is_full(record: &BackupRecord) -> bool {
    record.kind == Kind::Full.as_str()
}
