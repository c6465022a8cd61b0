//! Backups: when they are made, where they lie, how long they are kept.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Time;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::data::DataSettings;
use super::key::Key;
use super::kind::{Kind, boolean, path, size, span};
use super::notice::Notice;
use super::reader::Reader;
use super::secret::{placeholder, secret};
use super::units::{parse_span, show_span};

/// Backups of the store.
#[derive(Debug, Clone)]
pub struct BackupSettings {
    /// Whether the schedule makes any; `backup now` always does.
    pub enabled: bool,
    /// Where they are made.
    pub dir: PathBuf,
    /// Moment of the day, by the machine's time zone, of the daily full one.
    pub full_at: Time,
    /// Between two increments; `None`: none are made.
    pub incremental_every: Option<Duration>,
    pub keep_full: Duration,
    pub keep_incremental: Duration,
    pub keep_on_demand: Duration,
    /// Encrypts all of them.
    pub key: Option<SecretString>,
    /// Bytes that copies and trial restores may take beside the store.
    pub scratch_limit: u64,
}

const ENABLED: Key = Key::new("backup.enabled", "BACKUP_ENABLED");
const DIR: Key = Key::new("backup.dir", "BACKUP_DIR");
const FULL_AT: Key = Key::new("backup.full_at", "BACKUP_FULL_AT");
const INCREMENTAL_EVERY: Key = Key::new("backup.incremental_every", "BACKUP_INCREMENTAL_EVERY");
const KEEP_FULL: Key = Key::new("backup.keep_full", "BACKUP_KEEP_FULL");
const KEEP_INCREMENTAL: Key = Key::new("backup.keep_incremental", "BACKUP_KEEP_INCREMENTAL");
const KEEP_ON_DEMAND: Key = Key::new("backup.keep_on_demand", "BACKUP_KEEP_ON_DEMAND");
const KEY: Key = Key::new("backup.key", "BACKUP_KEY").secret();
const SCRATCH_LIMIT: Key = Key::new("backup.scratch_limit", "BACKUP_SCRATCH_LIMIT");

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Ten years.
const LONGEST: Duration = Duration::from_secs(3650 * 24 * 3600);
/// What a passphrase needs to stand against guessing where the backup is in strange hands.
const SHORTEST_KEY: usize = 20;

impl BackupSettings {
    pub(super) fn read(reader: &mut Reader<'_>, data: &DataSettings) -> Self {
        let base = reader.working_dir();
        let usual_dir = data.dir.join("backups");
        let kept = || span(DAY..=LONGEST);
        let night = Time::constant(2, 0, 0, 0);
        let hour = Some(Duration::from_secs(3600));
        let enabled = reader.get(&ENABLED, &boolean(), true);
        let dir = reader.get(&DIR, &path(base), usual_dir);
        Self {
            enabled,
            dir,
            full_at: reader.get(&FULL_AT, &time_of_day(), night),
            incremental_every: reader.get(&INCREMENTAL_EVERY, &span_or_off(), hour),
            keep_full: reader.get(&KEEP_FULL, &kept(), DAY * 30),
            keep_incremental: reader.get(&KEEP_INCREMENTAL, &kept(), DAY * 7),
            keep_on_demand: reader.get(&KEEP_ON_DEMAND, &kept(), DAY * 90),
            key: read_key(reader),
            scratch_limit: reader.get(&SCRATCH_LIMIT, &size(64 << 20..=1 << 44), 64 << 30),
        }
    }
}

fn read_key(reader: &mut Reader<'_>) -> Option<SecretString> {
    let given = reader.given(&KEY, &secret().optional(), &None)?;
    let key = given.value?;
    let text = key.expose_secret();
    let weakness = match placeholder(text) {
        Some(why) => Some(why.to_owned()),
        None if text.chars().count() < SHORTEST_KEY => {
            Some(format!("is shorter than {SHORTEST_KEY} characters"))
        }
        None => None,
    };
    if let Some(why) = weakness {
        let message = format!(
            "backup.key {why}: make one with `openssl rand -hex 32`, keep it in a file of mode \
             600, and keep a copy of it away from this machine: without it no backup opens"
        );
        let notice = Notice::error(KEY.name, message).at(&given.origin);
        reader.notices.push(notice);
    }
    Some(key)
}

fn time_of_day() -> Kind<Time> {
    let parse = |text: &str| {
        let expected = || "expected a time of day such as 02:00 or 23:30".to_owned();
        let (hour, minute) = text.split_once(':').ok_or_else(expected)?;
        let two = |digits: &str| {
            let short = digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit());
            short.then(|| digits.parse::<i8>().ok()).flatten()
        };
        two(hour)
            .zip(two(minute))
            .and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok())
            .ok_or_else(expected)
    };
    Kind::new(parse, |time| {
        Value::from(format!("{:02}:{:02}", time.hour(), time.minute()))
    })
}

/// Hours go round with the day: what does not divide it would drift through it.
fn span_or_off() -> Kind<Option<Duration>> {
    let parse = |text: &str| {
        if text.eq_ignore_ascii_case("off") {
            return Ok(None);
        }
        let fits = |span: &Duration| {
            let minutes = span.as_secs() / 60;
            span.as_secs().is_multiple_of(60)
                && span.subsec_nanos() == 0
                && (5..=1440).contains(&minutes)
                && 1440_u64.is_multiple_of(minutes)
        };
        parse_span(text).filter(fits).map(Some).ok_or_else(|| {
            "expected off, or a duration of whole minutes that divides a day, such as 1h, 30m or \
             6h, from 5m on"
                .to_owned()
        })
    };
    Kind::new(parse, |span| {
        Value::from(span.map_or_else(|| "off".to_owned(), show_span))
    })
}
