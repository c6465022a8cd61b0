//! Copies in another place: once a week and when somebody asks, kept for a year.

use std::sync::Arc;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{BackupProblem, BackupPruned, BackupRow, BackupVerified};
use ddgen_ops::backup::{BackupError, Depth, Kind, Place, Why, check, copy, read_manifest};

use super::runs::{Job, known};
use super::turn::Turn;
use super::{Backups, catalogue};

/// Where copies go, as far as the settings say.
pub(super) struct Elsewhere {
    pub(super) place: Option<Arc<dyn Place>>,
    /// Why what they name cannot be used.
    pub(super) unusable: Option<BackupError>,
}

impl Elsewhere {
    pub(super) fn name(&self) -> Option<String> {
        self.place.as_ref().map(|place| place.describe())
    }

    fn named(&self) -> Result<Arc<dyn Place>, BackupError> {
        match (&self.place, &self.unusable) {
            (Some(place), _) => Ok(Arc::clone(place)),
            (None, Some(error)) => Err(error.clone()),
            (None, None) => Err(BackupError::Refused(
                "no place elsewhere is named: set backup.offsite to a mounted folder or \
                 s3://BUCKET/FOLDER"
                    .to_owned(),
            )),
        }
    }
}

impl Backups {
    /// Makes a full backup, verifies it, and copies it elsewhere.
    ///
    /// # Errors
    /// [`BackupError::Busy`], or no place is named; all else is said by the job.
    pub fn start_elsewhere(&self, why: Why) -> Result<Job<BackupRow>, BackupError> {
        self.inner.elsewhere.named()?;
        self.begin(async move |backups, turn| {
            let copied = match backups.full(&turn, why).await {
                Ok(made) => backups.copy_elsewhere(&turn, made.id).await,
                Err(error) => Err(error),
            };
            backups.look().await;
            copied
        })
    }

    /// Copies a verified full backup to the place elsewhere, and takes away there what is kept no
    /// longer.
    pub(super) async fn copy_elsewhere(
        &self,
        turn: &Turn,
        id: String,
    ) -> Result<BackupRow, BackupError> {
        let place = self.inner.elsewhere.named()?;
        let (name, wanted, to) = (place.describe(), id.clone(), Arc::clone(&place));
        let copied = turn
            .run(&self.inner.shop, move |shop, control| {
                copy(&shop.local, &wanted, &*to, control)
            })
            .await;
        let now = Timestamp::now();
        match copied {
            Ok(manifest) => {
                let mut record = catalogue::record_of(&manifest, &name);
                // Every object was read back and was the one that was verified here.
                record.verified_at = Some(now);
                record.finished_at = now;
                tracing::info!(backup = %id, place = %name, "a backup was copied");
                self.inner.metrics.backup_copied(true);
                self.note(record.clone()).await;
                // It is there, whatever becomes of older ones.
                if let Err(error) = self.prune_elsewhere(turn, false).await {
                    tracing::warn!(place = %name, %error, "older copies stay a while longer");
                }
                Ok(catalogue::row_of(record, true))
            }
            Err(BackupError::Stopped) => Err(BackupError::Stopped),
            Err(error) => {
                tracing::error!(backup = %id, place = %name, %error, "a backup was not copied");
                self.inner.metrics.backup_copied(false);
                let records = self.records().await?;
                let of_original = records.into_iter().find(|record| record.id == id);
                if let Some(mut record) = of_original {
                    record.place = name;
                    (record.made, record.verified_at) = (false, None);
                    (record.finished_at, record.problem) = (now, Some(error.to_string()));
                    self.note(record).await;
                }
                Err(error)
            }
        }
    }

    /// Removes there what is kept no longer, or says what it would remove; nothing where no place is
    /// named.
    pub(super) async fn prune_elsewhere(
        &self,
        turn: &Turn,
        dry_run: bool,
    ) -> Result<Vec<BackupPruned>, BackupError> {
        let Some(place) = self.inner.elsewhere.place.clone() else {
            return Ok(Vec::new());
        };
        let mut keep = self.inner.plan.keep.clone();
        keep.weekly_days = Some(self.inner.plan.elsewhere_days);
        self.prune_place(turn, place, keep, dry_run).await
    }

    /// Reads all manifests there and restores the newest copy. The bytes of older ones are left where
    /// they are: to fetch a year of them would cost more than it tells.
    pub(super) async fn verify_elsewhere(
        &self,
        turn: &Turn,
        verified: &mut BackupVerified,
    ) -> Result<(), BackupError> {
        let Some(place) = self.inner.elsewhere.place.clone() else {
            return Ok(());
        };
        let name = place.describe();
        let known = known(&self.records().await?, &name);
        let (problems, newest) = turn
            .run(&self.inner.shop, move |shop, control| {
                let mut problems = check(&*place, &known, Depth::Manifests, control)?;
                let found = place.list()?;
                let newest = found
                    .iter()
                    .rev()
                    .find(|found| found.has_manifest && read_manifest(&*place, &found.id).is_ok());
                let newest = newest.map(|found| found.id.clone());
                if let Some(id) = &newest {
                    match shop.verify(&*place, id, control) {
                        Ok(_) => {}
                        Err(error) if error.is_damage() => {
                            problems.push((id.clone(), error.to_string()).into());
                            return Ok((problems, None));
                        }
                        Err(error) => return Err(error),
                    }
                }
                Ok((problems, newest))
            })
            .await?;
        for problem in problems {
            if let Some(id) = &problem.id {
                self.judge(id, &name, Some(problem.because.clone())).await;
            }
            verified.problems.push(BackupProblem {
                id: problem.id,
                place: name.clone(),
                because: problem.because,
            });
        }
        if let Some(id) = newest {
            self.judge(&id, &name, None).await;
            verified.checked = verified.checked.saturating_add(1);
            verified.restored.push(id);
        }
        Ok(())
    }

    /// Takes note of the copies that lie there where the store knows of none: it was restored from
    /// one of them, or the place is new to it.
    pub(super) async fn adopt_elsewhere(&self, turn: &Turn) -> Result<(), BackupError> {
        let Some(place) = self.inner.elsewhere.place.clone() else {
            return Ok(());
        };
        let name = place.describe();
        let records = self.records().await?;
        if records.iter().any(|record| record.place == name) {
            return Ok(());
        }
        let found = turn
            .run(&self.inner.shop, move |_, _| catalogue::manifests(&*place))
            .await?;
        for manifest in found.values().filter(|found| found.kind == Kind::Full) {
            self.note(catalogue::record_of(manifest, &name)).await;
        }
        Ok(())
    }
}
