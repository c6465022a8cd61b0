use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ops::backup::{
    self, BackupError, Control, DirPlace, Manifest, Place, Replay, Restored, Subject, Target,
    Workshop,
};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::json;

use super::args::{Format, RestoreArgs};
use super::failure::Failure;
use super::output;
use super::progress::Progress;
use crate::backup::{Extras, workshop};
use crate::instance::{Holder, InstanceError, InstanceLock};
use crate::settings::{self, Flags, Settings, Surroundings};
use crate::store;

/// Between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(50);
/// The old store's companions, and the working memory, which knows files the new store does not.
const DISCARD: [&str; 3] = ["ddgen.db-wal", "ddgen.db-shm", "queue.redb"];

/// What a restore that was cut short leaves in a folder.
const OURS: [&str; 4] = [
    "ddgend.lock",
    "restore-staging",
    "restore.journal",
    "restored-settings",
];

pub(super) fn run(args: &RestoreArgs, format: Format) -> Result<ExitCode, Failure> {
    let flags = Flags {
        config: args.config.clone(),
        data_dir: args.data_dir.clone(),
        ..Flags::default()
    };
    let around = Surroundings::of_process(flags)?;
    let loaded =
        settings::load(&around).map_err(|refused| Failure::refused(refused.to_string()))?;
    let settings = &loaded.settings;
    let at = args.at.as_deref().map(moment).transpose()?;
    let place = place(args.from.as_deref(), settings)?;
    let shop = workshop(settings, Extras::default(), None);
    let (choice, replay) = match at {
        Some(at) => {
            let here = settings.data.dir.join(store::JOURNAL);
            backup::reach(&*place, &here, shop.key.as_ref(), at, &Control::default())?
        }
        None => (backup::choose(&*place, None)?, None),
    };
    for passed_over in &choice.passed_over {
        eprintln!("passed over: {}", output::printable(passed_over));
    }
    let dir = match &args.into {
        Some(dir) => empty_folder(&std::path::absolute(dir)?)?,
        None => settings.data.dir.clone(),
    };
    let _lock = lock(&dir, args.into.is_some())?;
    if let Some(id) = backup::finish_restore(&dir)? {
        eprintln!("an earlier restore, of {id}, was completed first");
    }
    let restored = restore(&*place, &choice.manifest, replay.as_ref(), &shop, &dir)?;
    report(&choice.manifest, replay.as_ref(), &restored, &dir, format)?;
    Ok(ExitCode::SUCCESS)
}

/// With a line that says how far it is, where somebody watches.
fn restore(
    place: &dyn Place,
    manifest: &Manifest,
    replay: Option<&Replay>,
    shop: &Workshop,
    dir: &Path,
) -> Result<Restored, BackupError> {
    let discard: Vec<String> = DISCARD.map(str::to_owned).to_vec();
    let subject: &dyn Subject = &*shop.subject;
    let target = Target {
        data_dir: dir,
        discard: &discard,
        subject,
        now: Timestamp::now(),
    };
    let control = Control::default();
    let progress = Progress::start("restoring");
    std::thread::scope(|scope| {
        let work = scope.spawn(|| {
            backup::restore(
                place,
                manifest,
                replay,
                shop.key.as_ref(),
                &target,
                &control,
            )
        });
        while !work.is_finished() {
            let (done, total) = control.progress();
            progress.tell(done, Some(total));
            std::thread::park_timeout(LOOK);
        }
        work.join().unwrap_or_else(|_| {
            Err(BackupError::Refused(
                "the restore panicked, which is a defect; the old store is in its place".to_owned(),
            ))
        })
    })
}

fn report(
    manifest: &Manifest,
    replay: Option<&Replay>,
    restored: &Restored,
    dir: &Path,
    format: Format,
) -> Result<(), Failure> {
    if format == Format::Json {
        return output::json(&json!({
            "id": manifest.id,
            "taken_at": manifest.taken_at,
            "commits": replay.map_or(0, Replay::commits),
            "last_commit_at": replay.and_then(|replay| replay.at),
            "data_dir": dir,
            "tables": restored.tables,
            "rows": restored.rows,
            "aside": restored.aside,
            "settings": restored.settings,
            "data_files": restored.data_files,
        }));
    }
    let dir = output::printable(&dir.display().to_string());
    let (rows, tables) = (output::grouped(restored.rows), restored.tables);
    match replay.and_then(|replay| Some((replay.commits(), replay.at?))) {
        None => output::line(&format!(
            "{}: the store as of {} is in {dir}; {rows} rows of {tables} tables compared, all equal",
            manifest.id, manifest.taken_at,
        ))?,
        Some((commits, at)) => output::line(&format!(
            "{} and {commits} commits of the journal, the last of {at}: in {dir}; {rows} rows of \
             {tables} tables, nothing wrong in them",
            manifest.id,
        ))?,
    }
    let tell = |what: &str, path: &Option<PathBuf>| match path {
        Some(path) => output::line(&format!(
            "{what} {}",
            output::printable(&path.display().to_string())
        )),
        None => Ok(()),
    };
    tell("what was there is kept in", &restored.aside)?;
    tell("the settings of that time lie in", &restored.settings)
}

/// The place that is named, or the one backups are made in.
fn place(from: Option<&str>, settings: &Settings) -> Result<Box<dyn Place>, Failure> {
    let Some(from) = from else {
        return Ok(Box::new(DirPlace::new(&settings.backup.dir)));
    };
    let place = crate::backup::place(from, &settings.backup)?;
    if !from.starts_with("s3://") && !Path::new(from).is_dir() {
        return Err(Failure::refused(format!(
            "`{from}` is no folder, so that no backups lie in it"
        )));
    }
    Ok(place)
}

/// A moment with its offset, or a date and time by the local clock.
pub(super) fn moment(text: &str) -> Result<Timestamp, Failure> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(moment.as_millisecond()));
    }
    let local: Option<DateTime> = text.parse().ok();
    let zoned = local.and_then(|local| local.to_zoned(TimeZone::system()).ok());
    zoned
        .map(|zoned| Timestamp(zoned.timestamp().as_millisecond()))
        .ok_or_else(|| {
            Failure::refused(format!(
                "`{text}` is no time: write 2026-01-31T14:00Z, or 2026-01-31T14:00 by the local clock"
            ))
        })
}

fn empty_folder(dir: &Path) -> Result<PathBuf, Failure> {
    let refused = |because: String| Failure::refused(format!("`{}` {because}", dir.display()));
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(dir.to_path_buf()),
        Err(error) => return Err(refused(format!("cannot be looked into: {error}"))),
    };
    for entry in entries {
        let name = entry?.file_name();
        // What an earlier try left behind is ours.
        if !OURS.iter().any(|ours| name == *ours) {
            return Err(refused(
                "is not empty: name a folder that is, or that is not there".to_owned(),
            ));
        }
    }
    Ok(dir.to_path_buf())
}

/// The lock a daemon on this data directory would hold.
fn lock(dir: &Path, elsewhere: bool) -> Result<InstanceLock, Failure> {
    crate::instance::make_private(dir)
        .map_err(|error| Failure::refused(format!("`{}`: {error}", dir.display())))?;
    let holder = Holder {
        pid: std::process::id(),
        started_at: Timestamp::now(),
        data_dir: dir.to_path_buf(),
        socket: PathBuf::new(),
    };
    InstanceLock::take(&dir.join("ddgend.lock"), &holder).map_err(|error| match error {
        InstanceError::Held(holder) if !elsewhere => Failure::refused(format!(
            "the daemon that uses `{}` runs as process {}: stop it first, or unpack beside it with \
             --into DIR",
            dir.display(),
            holder.pid
        )),
        error => Failure::refused(error.to_string()),
    })
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        Self::refused(error.to_string())
    }
}
