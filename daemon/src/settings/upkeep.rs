//! Upkeep of the store: when it is done, and what of old versions is kept.

use std::time::Duration;

use jiff::civil::Time;
use serde_json::Value;

use super::backup::time_of_day;
use super::key::Key;
use super::kind::{Kind, boolean, number};
use super::reader::Reader;
use super::units::{parse_span, show_span};

/// Upkeep by schedule; `ddgend upkeep run` works always.
#[derive(Debug, Clone)]
pub struct UpkeepSettings {
    pub enabled: bool,
    /// Moment of the day, by the machine's time zone, of what is done daily and weekly.
    pub at: Time,
    /// Versions older than this lose the values shown in their profile; none: they never do.
    pub thin_after: Option<Duration>,
    /// So many of the newest versions of each dictionary keep theirs, however old.
    pub keep_whole: u32,
}

const ENABLED: Key = Key::new("upkeep.enabled", "UPKEEP_ENABLED");
const AT: Key = Key::new("upkeep.at", "UPKEEP_AT");
const THIN_AFTER: Key = Key::new("upkeep.thin_after", "UPKEEP_THIN_AFTER");
const KEEP_WHOLE: Key = Key::new("upkeep.keep_whole", "UPKEEP_KEEP_WHOLE");

impl UpkeepSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let night = Time::constant(3, 30, 0, 0);
        Self {
            enabled: reader.get(&ENABLED, &boolean(), true),
            at: reader.get(&AT, &time_of_day(), night),
            thin_after: reader.get(&THIN_AFTER, &days_or_off(), None),
            keep_whole: reader.get(&KEEP_WHOLE, &number(1..=100_000), 30),
        }
    }
}

fn days_or_off() -> Kind<Option<Duration>> {
    let day = Duration::from_secs(24 * 3600);
    let parse = move |text: &str| {
        if text.eq_ignore_ascii_case("off") {
            return Ok(None);
        }
        let fits = |span: &Duration| (day..=day * 36_500).contains(span);
        parse_span(text)
            .filter(fits)
            .map(Some)
            .ok_or_else(|| "expected off, or a duration from 1d on, such as 365d".to_owned())
    };
    Kind::new(parse, |span| {
        Value::from(span.map_or_else(|| "off".to_owned(), show_span))
    })
}
