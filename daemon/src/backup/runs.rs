//! What can be done: make and verify, check, prune. Each takes the turn, and notes what came of it.

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{BackupProblem, BackupPruned, BackupRow, BackupVerified};
use ddgen_ops::backup::{
    BackupError, Control, Depth, Keep, Kind, Manifest, Place, Why, Workshop, check, prune,
};
use tokio::task::JoinHandle;

use super::turn::Turn;
use super::{Backups, catalogue};
use crate::store::BackupRecord;

/// Work that goes on whether or not somebody waits for it.
pub struct Job<T> {
    control: Control,
    done: JoinHandle<Result<T, BackupError>>,
}

impl<T> Job<T> {
    /// Bytes worked through, and bytes in all as far as they are known.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        self.control.progress()
    }

    /// Waits for the end; may be called again after it was given up.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn end(&mut self) -> Result<T, BackupError> {
        let done = (&mut self.done).await;
        done.unwrap_or_else(|_| {
            Err(BackupError::Io {
                what: "the backup".to_owned(),
                because: "it was dropped; the log knows more".to_owned(),
            })
        })
    }
}

impl Backups {
    /// Makes a full backup and verifies it.
    ///
    /// # Errors
    /// [`BackupError::Busy`]; all else is said by the job.
    pub fn start_full(&self, why: Why) -> Result<Job<BackupRow>, BackupError> {
        self.begin(async move |backups, turn| {
            let made = backups.full(&turn, why).await;
            backups.look().await;
            made
        })
    }

    /// Verifies one backup, or reads all and restores the newest.
    ///
    /// # Errors
    /// As [`Backups::start_full`].
    pub fn start_verify(&self, id: Option<String>) -> Result<Job<BackupVerified>, BackupError> {
        self.begin(async move |backups, turn| {
            let verified = match id {
                Some(id) => backups.verify_named(&turn, id).await,
                None => backups.verify_all(&turn).await,
            };
            backups.look().await;
            verified
        })
    }

    /// Removes what is kept no longer, or says what it would remove.
    ///
    /// # Errors
    /// As [`Backups::start_full`].
    pub fn start_prune(&self, dry_run: bool) -> Result<Job<Vec<BackupPruned>>, BackupError> {
        self.begin(async move |backups, turn| {
            let pruned = match backups.prune(&turn, dry_run).await {
                Ok(mut pruned) => {
                    let elsewhere = backups.prune_elsewhere(&turn, dry_run).await;
                    elsewhere.map(|rows| {
                        pruned.extend(rows);
                        pruned
                    })
                }
                refused => refused,
            };
            backups.look().await;
            pruned
        })
    }

    /// Copies the store as it is now, for somebody who takes it along; verified, and kept nowhere.
    ///
    /// # Errors
    /// As [`Backups::start_full`].
    pub fn start_copy(&self) -> Result<Job<File>, BackupError> {
        self.begin(async move |backups, turn| {
            turn.run(&backups.inner.shop, Workshop::loose_copy).await
        })
    }

    pub(super) fn begin<T: Send + 'static, W>(
        &self,
        work: impl FnOnce(Backups, Turn) -> W + Send + 'static,
    ) -> Result<Job<T>, BackupError>
    where
        W: Future<Output = Result<T, BackupError>> + Send + 'static,
    {
        let turn = self.inner.turns.take()?;
        let control = turn.control();
        let done = self.inner.tasks.spawn(work(self.clone(), turn));
        Ok(Job { control, done })
    }

    pub(super) async fn full(&self, turn: &Turn, why: Why) -> Result<BackupRow, BackupError> {
        let began = Timestamp::now();
        let made = turn
            .run(&self.inner.shop, move |shop, control| {
                shop.full(why, control)
            })
            .await;
        self.made(turn, Kind::Full, why, began, made).await
    }

    pub(super) async fn increment(
        &self,
        turn: &Turn,
        base: String,
    ) -> Result<BackupRow, BackupError> {
        let began = Timestamp::now();
        let made = turn
            .run(&self.inner.shop, move |shop, control| {
                shop.incremental(&base, Why::Schedule, control)
            })
            .await;
        self.made(turn, Kind::Incremental, Why::Schedule, began, made)
            .await
    }

    /// Notes what was made, or why nothing was, and verifies it.
    async fn made(
        &self,
        turn: &Turn,
        kind: Kind,
        why: Why,
        began: Timestamp,
        made: Result<Manifest, BackupError>,
    ) -> Result<BackupRow, BackupError> {
        let place = self.inner.shop.local.describe();
        let manifest = match made {
            Ok(manifest) => manifest,
            Err(error) => {
                self.failed(kind, why, began, place, &error).await;
                return Err(error);
            }
        };
        self.marked(manifest.mark.as_ref());
        let mut record = catalogue::record_of(&manifest, &place);
        self.note(record.clone()).await;
        if kind == Kind::Full {
            self.verify_one(turn, &manifest.id).await?;
            record.verified_at = Some(Timestamp::now());
        }
        tracing::info!(
            backup = %manifest.id, bytes = record.bytes, store = record.store_bytes,
            "a backup was made"
        );
        self.inner.metrics.backup_made(kind, true);
        Ok(catalogue::row_of(record, true))
    }

    async fn failed(
        &self,
        kind: Kind,
        why: Why,
        began: Timestamp,
        place: String,
        error: &BackupError,
    ) {
        if *error == BackupError::Stopped {
            return;
        }
        tracing::error!(%error, "a backup failed");
        self.inner.metrics.backup_made(kind, false);
        let record = BackupRecord {
            id: Manifest::id_of(began, kind),
            place,
            kind: kind.to_string(),
            why: catalogue::word(why).to_owned(),
            base: None,
            taken_at: began,
            finished_at: Timestamp::now(),
            bytes: 0,
            store_bytes: 0,
            made: false,
            verified_at: None,
            problem: Some(error.to_string()),
            removed_at: None,
        };
        self.note(record).await;
    }

    /// Restores one backup into the scratch place, and notes what was found.
    pub(super) async fn verify_one(&self, turn: &Turn, id: &str) -> Result<(), BackupError> {
        let (wanted, place) = (id.to_owned(), self.inner.shop.local.describe());
        let verified = turn
            .run(&self.inner.shop, move |shop, control| {
                shop.verify(&shop.local, &wanted, control)
            })
            .await;
        match &verified {
            Ok(_) => self.judge(id, &place, None).await,
            Err(error) if error.is_damage() => {
                tracing::error!(backup = %id, %error, "a backup is not what it was");
                self.judge(id, &place, Some(error.to_string())).await;
            }
            Err(BackupError::Stopped) => {}
            Err(error) => tracing::warn!(backup = %id, %error, "a backup could not be verified"),
        }
        verified.map(drop)
    }

    async fn verify_named(&self, turn: &Turn, id: String) -> Result<BackupVerified, BackupError> {
        let mut verified = BackupVerified {
            checked: 1,
            restored: Vec::new(),
            problems: Vec::new(),
        };
        match self.verify_one(turn, &id).await {
            Ok(()) => verified.restored.push(id),
            Err(error) if error.is_damage() => {
                let place = self.inner.shop.local.describe();
                verified.problems.push(BackupProblem {
                    id: Some(id),
                    place,
                    because: error.to_string(),
                });
            }
            Err(error) => return Err(error),
        }
        Ok(verified)
    }

    async fn verify_all(&self, turn: &Turn) -> Result<BackupVerified, BackupError> {
        let place = self.inner.shop.local.describe();
        let records = self.records().await?;
        let known = known(&records, &place);
        let (found, problems) = turn
            .run(&self.inner.shop, move |shop, control| {
                let problems = check(&shop.local, &known, Depth::Bytes, control)?;
                Ok((shop.local.list()?, problems))
            })
            .await?;
        let mut verified = BackupVerified {
            checked: u32::try_from(found.len()).unwrap_or(u32::MAX),
            restored: Vec::new(),
            problems: Vec::new(),
        };
        for problem in problems {
            if let Some(id) = &problem.id {
                self.judge(id, &place, Some(problem.because.clone())).await;
            }
            verified.problems.push(BackupProblem {
                id: problem.id,
                place: place.clone(),
                because: problem.because,
            });
        }
        let bad: BTreeSet<&String> = verified
            .problems
            .iter()
            .filter_map(|p| p.id.as_ref())
            .collect();
        let whole = found.iter().rev().filter(|found| !bad.contains(&found.id));
        let newest = |kind: Kind| {
            let ending = format!("-{kind}");
            let mut whole = whole.clone();
            whole
                .find(|found| found.id.ends_with(&ending))
                .map(|found| found.id.clone())
        };
        for id in [newest(Kind::Full), newest(Kind::Incremental)]
            .into_iter()
            .flatten()
        {
            let one = self.verify_named(turn, id).await?;
            verified.restored.extend(one.restored);
            verified.problems.extend(one.problems);
        }
        self.verify_elsewhere(turn, &mut verified).await?;
        Ok(verified)
    }

    pub(super) async fn prune(
        &self,
        turn: &Turn,
        dry_run: bool,
    ) -> Result<Vec<BackupPruned>, BackupError> {
        let place = Arc::new(self.inner.shop.local.clone());
        let keep = self.inner.plan.keep.clone();
        self.prune_place(turn, place, keep, dry_run).await
    }

    pub(super) async fn prune_place(
        &self,
        turn: &Turn,
        place: Arc<dyn Place>,
        keep: Keep,
        dry_run: bool,
    ) -> Result<Vec<BackupPruned>, BackupError> {
        let records = self.records().await?;
        let (zone, now) = (self.inner.plan.zone.clone(), Timestamp::now());
        let name = place.describe();
        let pruned = turn
            .run(&self.inner.shop, move |_, control| {
                let manifests = catalogue::manifests(&*place)?;
                let entries = catalogue::entries(&manifests, &records, &place.describe());
                let mut pruned = Vec::new();
                for (id, because) in prune(&entries, &keep, now, &zone) {
                    control.check()?;
                    let bytes = manifests.get(&id).map_or(0, Manifest::packed_bytes);
                    if !dry_run {
                        place.remove(&id)?;
                    }
                    pruned.push((id, bytes, because));
                }
                Ok(pruned)
            })
            .await?;
        let mut rows = Vec::with_capacity(pruned.len());
        for (id, bytes, because) in pruned {
            if !dry_run {
                tracing::info!(backup = %id, place = %name, %because, "a backup was removed");
                let removed = self.inner.store.backup_removed(&id, &name, now).await;
                if let Err(error) = removed {
                    tracing::warn!(%error, "the removal of a backup was not noted");
                }
            }
            rows.push(BackupPruned {
                id,
                place: name.clone(),
                bytes,
                because,
            });
        }
        Ok(rows)
    }

    pub(super) async fn records(&self) -> Result<Vec<BackupRecord>, BackupError> {
        self.inner
            .store
            .backups()
            .await
            .map_err(|error| BackupError::Io {
                what: "reading the catalogue of backups".to_owned(),
                because: error.to_string(),
            })
    }

    /// A backup stands by itself: a store that takes no note of it makes it no worse.
    pub(super) async fn note(&self, record: BackupRecord) {
        if let Err(error) = self.inner.store.note_backup(record).await {
            tracing::warn!(%error, "a backup was not noted in the store");
        }
    }

    pub(super) async fn judge(&self, id: &str, place: &str, problem: Option<String>) {
        let judged = self
            .inner
            .store
            .judge_backup(id, place, Timestamp::now(), problem);
        if let Err(error) = judged.await {
            tracing::warn!(%error, "what a verification found was not noted in the store");
        }
    }
}

/// The backups that should lie in a place.
pub(super) fn known(records: &[BackupRecord], place: &str) -> BTreeSet<String> {
    let made = records
        .iter()
        .filter(|record| record.made && record.place == place);
    made.map(|record| record.id.clone()).collect()
}
