//! Backups of the running daemon: the store copied while it is written to, noted in the store's own
//! catalogue, verified by restoring.

mod catalogue;
mod contents;
mod elsewhere;
mod extras;
mod gaps;
mod places;
mod runs;
mod schedule;
mod sqlite;
mod standing;
mod three_two_one;
mod turn;

#[cfg(test)]
mod tests;

pub use extras::Extras;
pub use places::place;
pub use runs::Job;
pub use sqlite::SqliteSubject;
pub use standing::Standing;

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::Metrics;
use ddgen_ops::backup::{DirPlace, Every, Journal, Keep, Key, Workshop};
use jiff::tz::TimeZone;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::settings::{BackupSettings, Loaded, Settings};
use crate::store::Store;
use elsewhere::Elsewhere;
use turn::Turns;

/// The folder in the data directory where copies and trial restores are made.
const SCRATCH: &str = "backup-scratch";

/// Everything about backups while the daemon runs. Clones share it.
#[derive(Clone)]
pub struct Backups {
    inner: Arc<Inner>,
}

struct Inner {
    shop: Arc<Workshop>,
    /// Gets a copy each week.
    elsewhere: Elsewhere,
    extras: Extras,
    store: Store,
    metrics: Metrics,
    plan: Plan,
    turns: Turns,
    /// The chain of the journal that the newest backup stands in.
    marked: Mutex<Option<String>>,
    /// What was free when the schedule last ran out of space; none when it has not.
    ran_full: Mutex<Option<(u64, u64)>>,
    stop: CancellationToken,
    tasks: TaskTracker,
    standing: RwLock<Standing>,
}

/// What the settings say about when and how long.
#[derive(Clone)]
struct Plan {
    enabled: bool,
    full: Every,
    incremental: Option<Every>,
    keep: Keep,
    elsewhere: Option<Every>,
    elsewhere_days: i32,
    zone: TimeZone,
}

impl Backups {
    /// Begins to keep to the schedule.
    pub async fn start(loaded: &Loaded, store: Store, metrics: Metrics) -> Self {
        let settings = &loaded.settings;
        let extras = extras_of(loaded);
        let shop = workshop(settings, extras.clone(), store.journal().cloned());
        let elsewhere = elsewhere_of(&settings.backup);
        let stop = CancellationToken::new();
        let backups = Self {
            inner: Arc::new(Inner {
                shop: Arc::new(shop),
                plan: plan_of(&settings.backup, elsewhere.place.is_some()),
                elsewhere,
                turns: Turns::new(stop.clone()),
                standing: RwLock::default(),
                marked: Mutex::default(),
                ran_full: Mutex::default(),
                tasks: TaskTracker::new(),
                extras,
                store,
                metrics,
                stop,
            }),
        };
        backups.look().await;
        backups.look_for_marks().await;
        let scheduled = backups.clone();
        let stop = backups.inner.stop.clone();
        backups.inner.tasks.spawn(scheduled.keep_to_schedule(stop));
        backups
    }

    /// How backups stand, for the probe.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let standing = self.inner.standing.read();
        standing.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends what is under way at its next step, and waits for it.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

/// The tools, for the daemon and for commands without one.
#[must_use]
pub fn workshop(settings: &Settings, extras: Extras, journal: Option<Arc<Journal>>) -> Workshop {
    let data_dir = &settings.data.dir;
    Workshop {
        subject: Arc::new(SqliteSubject {
            file: settings.data.store_file.clone(),
            busy: settings.database.busy_timeout,
            extras,
            journal,
        }),
        local: DirPlace::new(&settings.backup.dir),
        scratch: data_dir.join(SCRATCH),
        scratch_limit: settings.backup.scratch_limit,
        key: settings.backup.key.clone().map(Key::new),
        made_by: env!("CARGO_PKG_VERSION").to_owned(),
        clock: Timestamp::now,
    }
}

fn elsewhere_of(settings: &BackupSettings) -> Elsewhere {
    let named = settings.offsite.as_ref();
    let place = named.map(|name| places::place(name, settings)).transpose();
    if let Err(error) = &place {
        tracing::error!(%error, "no backup is copied elsewhere");
    }
    Elsewhere {
        unusable: place.as_ref().err().cloned(),
        place: place.ok().flatten().map(Arc::from),
    }
}

fn plan_of(settings: &BackupSettings, elsewhere: bool) -> Plan {
    let days = |span: Duration| i32::try_from(span.as_secs() / 86_400).unwrap_or(i32::MAX);
    let every = settings.incremental_every;
    Plan {
        enabled: settings.enabled,
        full: Every::Day(settings.full_at),
        incremental: every.map(Every::Span),
        keep: Keep {
            full_days: days(settings.keep_full),
            incremental_days: days(settings.keep_incremental),
            on_demand_days: days(settings.keep_on_demand),
            incremental_every: every.unwrap_or(Duration::from_secs(3600)),
            weekly_days: None,
        },
        elsewhere: elsewhere.then_some(Every::Week(settings.offsite_on, settings.full_at)),
        elsewhere_days: days(settings.keep_offsite),
        zone: TimeZone::system(),
    }
}

fn extras_of(loaded: &Loaded) -> Extras {
    let settings = &loaded.settings;
    // A value that is shown masked is one, whole or in part.
    let masked =
        |value: &serde_json::Value| value.as_str().is_some_and(|text| text.contains("***"));
    let secret_settings = loaded
        .rows
        .iter()
        .filter(|row| masked(&row.value))
        .map(|row| row.name.clone());
    let secrets: [(&str, Option<&SecretString>); 4] = [
        ("SECRET_KEY", settings.application.secret_key.as_ref()),
        ("OPENAI_API_KEY", settings.openai.api_key.as_ref()),
        (
            "DDGEN_BACKUP_S3_SECRET_KEY",
            settings.backup.s3.secret_key.as_ref(),
        ),
        (
            "DDGEN_OPENLINEAGE_API_KEY",
            settings.lineage.api_key.as_ref(),
        ),
    ];
    let given = secrets
        .into_iter()
        .filter_map(|(name, secret)| Some((name.to_owned(), secret?.clone())))
        .chain(settings.alerts.secrets());
    Extras {
        data_dir: settings.data.dir.clone(),
        settings_files: loaded.files.clone(),
        secret_settings: secret_settings.collect(),
        secrets: given.collect(),
    }
}
