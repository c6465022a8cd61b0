//! How the values of a version differ from those of the versions before it: drift, in words.
//!
//! Against a rolling baseline of what is stored of earlier versions, their files unread. What moved much
//! among the earlier versions themselves may move as much again.

mod field;
mod freshness;

use ddgen_profile::document::{Finding, Severity};
use ddgen_profile::sketch::FieldSketch;

pub use freshness::{Overdue, overdue};

/// Versions that the baseline is made of: a week of daily drops, and one more.
pub const BASELINE: u32 = 8;
/// With fewer of them nobody knows what is usual.
pub const FEWEST: usize = 3;
/// Values of a field below which shares are chance.
const ENOUGH: u64 = 50;

/// A field of one version, as far as drift needs it.
#[derive(Debug, Clone, Default)]
pub struct Level {
    pub count: u64,
    pub missing: u64,
    pub distinct: u64,
    /// Made under the present key; else only the counts are compared.
    pub sketch: Option<FieldSketch>,
}

/// A field with its past.
pub struct Course<'a> {
    pub path: &'a str,
    pub field_type: &'a str,
    pub now: Level,
    /// In earlier versions, newest first, under whatever path.
    pub before: Vec<Level>,
    /// Values that may be shown with their hashes: of the new version, and of the one before.
    pub shown: &'a dyn Fn() -> (Shown, Shown),
}

/// Hashes with the values they are of.
pub type Shown = Vec<(u64, String)>;

/// A finding and the field it is about; none: the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    pub path: Option<String>,
    pub finding: Finding,
}

/// All drift of a version. `records`: of the version, and of those before it, newest first.
#[must_use]
pub fn drift(records: (u64, &[u64]), courses: &[Course<'_>]) -> Vec<Drift> {
    let of_table = volume(records.0, records.1).map(|finding| Drift {
        path: None,
        finding,
    });
    let of_fields = courses.iter().flat_map(|course| {
        field::drift(course).into_iter().map(|finding| Drift {
            path: Some(course.path.to_owned()),
            finding,
        })
    });
    of_table.into_iter().chain(of_fields).collect()
}

/// Far fewer records than usual, or far more.
fn volume(now: u64, before: &[u64]) -> Option<Finding> {
    if before.len() < FEWEST {
        return None;
    }
    let (least, most) = span(before.iter().map(|n| *n as f64));
    // A table that halves or doubles, beyond what it did before.
    let odd = (now as f64) < least / 2.0 || (now as f64) > most * 2.0 && now >= ENOUGH;
    odd.then(|| {
        let message = format!(
            "{now} records; in the {} versions before there were {}",
            before.len(),
            between(least, most, |n| format!("{n:.0}"))
        );
        finding(
            "DRIFT_RECORDS",
            message,
            &[("now", now as f64), ("least", least), ("most", most)],
        )
    })
}

fn finding(code: &str, message: String, numbers: &[(&str, f64)]) -> Finding {
    Finding {
        code: code.to_owned(),
        severity: Severity::Warning,
        message,
        numbers: numbers
            .iter()
            .map(|(name, n)| ((*name).to_owned(), *n))
            .collect(),
    }
}

fn span(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), n| {
        (least.min(n), most.max(n))
    })
}

fn between(least: f64, most: f64, shown: impl Fn(f64) -> String) -> String {
    let (least, most) = (shown(least), shown(most));
    if least == most {
        least
    } else {
        format!("{least} to {most}")
    }
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        none if none <= 0.0 => "0 %".to_owned(),
        little if little < 1.0 => format!("{little:.2} %"),
        some if some < 10.0 => format!("{some:.1} %"),
        much => format!("{much:.0} %"),
    }
}

#[cfg(test)]
mod tests;
