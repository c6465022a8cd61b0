//! Backups: when they are made, where they lie, how long they are kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::{Time, Weekday};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::data::DataSettings;
use super::key::Key;
use super::kind::{Kind, absolute, boolean, choice, path, size, span, text};
use super::notice::Notice;
use super::reader::Reader;
use super::secret::{placeholder, secret, web_address};
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
    /// Whether moments between backups can be restored: each commit goes into a journal, too, which
    /// the increments take in.
    pub point_in_time: bool,
    pub keep_full: Duration,
    pub keep_incremental: Duration,
    pub keep_on_demand: Duration,
    /// Encrypts all of them.
    pub key: Option<SecretString>,
    /// A directory, or `s3://BUCKET/FOLDER`, that gets a copy of a full one each week.
    pub offsite: Option<String>,
    /// The day of that, at `full_at`.
    pub offsite_on: Weekday,
    pub keep_offsite: Duration,
    pub s3: S3Access,
    /// Bytes that copies and trial restores may take beside the store.
    pub scratch_limit: u64,
}

/// Who asks an S3 service, and which.
#[derive(Debug, Clone)]
pub struct S3Access {
    /// `None`: that of Amazon in the region.
    pub endpoint: Option<String>,
    pub region: String,
    pub access_key: Option<String>,
    pub secret_key: Option<SecretString>,
}

const ENABLED: Key = Key::new("backup.enabled", "BACKUP_ENABLED");
const DIR: Key = Key::new("backup.dir", "BACKUP_DIR");
const FULL_AT: Key = Key::new("backup.full_at", "BACKUP_FULL_AT");
const INCREMENTAL_EVERY: Key = Key::new("backup.incremental_every", "BACKUP_INCREMENTAL_EVERY");
const POINT_IN_TIME: Key = Key::new("backup.point_in_time", "BACKUP_POINT_IN_TIME");
const KEEP_FULL: Key = Key::new("backup.keep_full", "BACKUP_KEEP_FULL");
const KEEP_INCREMENTAL: Key = Key::new("backup.keep_incremental", "BACKUP_KEEP_INCREMENTAL");
const KEEP_ON_DEMAND: Key = Key::new("backup.keep_on_demand", "BACKUP_KEEP_ON_DEMAND");
const KEY: Key = Key::new("backup.key", "BACKUP_KEY").secret();
const OFFSITE: Key = Key::new("backup.offsite", "BACKUP_OFFSITE");
const OFFSITE_ON: Key = Key::new("backup.offsite_on", "BACKUP_OFFSITE_ON");
const KEEP_OFFSITE: Key = Key::new("backup.keep_offsite", "BACKUP_KEEP_OFFSITE");
const S3_ENDPOINT: Key = Key::new("backup.s3_endpoint", "BACKUP_S3_ENDPOINT");
const S3_REGION: Key = Key::new("backup.s3_region", "BACKUP_S3_REGION");
const S3_ACCESS_KEY: Key = Key::new("backup.s3_access_key", "BACKUP_S3_ACCESS_KEY");
const S3_SECRET_KEY: Key = Key::new("backup.s3_secret_key", "BACKUP_S3_SECRET_KEY").secret();
const SCRATCH_LIMIT: Key = Key::new("backup.scratch_limit", "BACKUP_SCRATCH_LIMIT");

const DAYS: &[(&str, Weekday)] = &[
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

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
            point_in_time: reader.get(&POINT_IN_TIME, &boolean(), true),
            keep_full: reader.get(&KEEP_FULL, &kept(), DAY * 30),
            keep_incremental: reader.get(&KEEP_INCREMENTAL, &kept(), DAY * 7),
            keep_on_demand: reader.get(&KEEP_ON_DEMAND, &kept(), DAY * 90),
            key: read_key(reader),
            offsite: read_offsite(reader),
            offsite_on: reader.get(&OFFSITE_ON, &choice(DAYS), Weekday::Sunday),
            keep_offsite: reader.get(&KEEP_OFFSITE, &kept(), DAY * 365),
            s3: S3Access::read(reader),
            scratch_limit: reader.get(&SCRATCH_LIMIT, &size(64 << 20..=1 << 44), 64 << 30),
        }
    }
}

impl S3Access {
    fn read(reader: &mut Reader<'_>) -> Self {
        let endpoint = reader.get(&S3_ENDPOINT, &web_address().optional(), None);
        let region = reader.get(&S3_REGION, &text(60), "us-east-1".to_owned());
        let access_key = reader.get(&S3_ACCESS_KEY, &text(200).optional(), None);
        Self {
            endpoint,
            region,
            access_key,
            secret_key: reader.get(&S3_SECRET_KEY, &secret().optional(), None),
        }
    }
}

/// A relative folder starts at the working directory; an address stays what it is.
fn read_offsite(reader: &mut Reader<'_>) -> Option<String> {
    let base = reader.working_dir().to_path_buf();
    let parse = move |text: &str| {
        if let Some(rest) = text.strip_prefix("s3://") {
            return match rest.split('/').next() {
                None | Some("") => Err("expected a folder, or s3://BUCKET/FOLDER".to_owned()),
                Some(_) => Ok(text.trim_end_matches('/').to_owned()),
            };
        }
        if text.is_empty() || text.contains("://") {
            return Err("expected a folder, or s3://BUCKET/FOLDER".to_owned());
        }
        let path = absolute(&base, Path::new(text));
        Ok(path.to_string_lossy().into_owned())
    };
    let kind = Kind::new(parse, |value: &String| Value::from(value.as_str()));
    reader.get(&OFFSITE, &kind.optional(), None)
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

pub(super) fn time_of_day() -> Kind<Time> {
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
