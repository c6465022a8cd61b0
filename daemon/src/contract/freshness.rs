//! How long nothing may come, as a contract says.

use std::time::Duration;

use serde_json::Value;

use crate::settings::parse_span;

/// A year; what comes less often nobody waits for.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// ODCS says how often data is delivered (`frequency`), and how late it may be (`latency`); Table Schema
/// has no word for it, so that it stands under `ddgen`.
pub(super) fn of(document: &Value) -> Result<Option<Duration>, String> {
    let allowed = match document["slaProperties"].as_array() {
        Some(properties) => {
            let Some(often) = property(properties, "frequency")? else {
                return Ok(None);
            };
            often.saturating_add(property(properties, "latency")?.unwrap_or_default())
        }
        None => match &document["ddgen"]["freshness"] {
            Value::Null => return Ok(None),
            Value::String(text) => parse_span(text).ok_or_else(|| {
                format!("ddgen.freshness is `{text}`: expected a length of time such as 26h or 8d")
            })?,
            other => {
                return Err(format!(
                    "ddgen.freshness is {other}: expected a text such as 26h"
                ));
            }
        },
    };
    match allowed {
        Duration::ZERO => {
            Err("its freshness is nothing at all: every moment would be late".to_owned())
        }
        allowed => Ok(Some(allowed.min(LONGEST))),
    }
}

fn property(properties: &[Value], name: &str) -> Result<Option<Duration>, String> {
    let Some(property) = properties.iter().find(|one| one["property"] == name) else {
        return Ok(None);
    };
    let value = match &property["value"] {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let unit = property["unit"].as_str().unwrap_or("d");
    let seconds = match unit.to_ascii_lowercase().as_str() {
        "s" | "second" | "seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        "mo" | "month" | "months" => 31.0 * 86_400.0,
        "y" | "yr" | "year" | "years" => 366.0 * 86_400.0,
        _ => {
            return Err(format!(
                "slaProperties: `{unit}` is no unit of `{name}`: use d, h or m"
            ));
        }
    };
    let span = value
        .filter(|value| value.is_finite() && *value >= 0.0)
        .map(|value| Duration::from_secs_f64((value * seconds).min(LONGEST.as_secs_f64())));
    span.map(Some)
        .ok_or_else(|| format!("slaProperties: the value of `{name}` is no number"))
}
