//! What `ddgend config` shows: every setting, its value, and where it came from.

use std::fmt::Write;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::load::inspect;
use super::notice::Notice;
use super::reader::Row;
use super::surroundings::Surroundings;

/// The document of `ddgend config`. Holds no secret.
#[derive(Debug, Clone, Serialize)]
pub struct ConfigDocument {
    /// Files that were read, weakest first.
    pub files: Vec<PathBuf>,
    pub settings: Vec<Row>,
    /// Errors, warnings and notes; with an error among them the daemon would not start.
    pub notices: Vec<Notice>,
}

/// Every setting as it stands, also where something is wrong: this is where one looks for it.
#[must_use]
pub fn config(around: &Surroundings) -> ConfigDocument {
    let loaded = inspect(around);
    let mut notices = loaded.notices;
    notices.sort_by_key(|notice| std::cmp::Reverse(notice.severity));
    notices.extend(overrides(&loaded.rows));
    ConfigDocument {
        files: loaded.files,
        settings: loaded.rows,
        notices,
    }
}

/// Says what lost, since that is what one wonders about: `PORT` set, and nothing happens.
fn overrides(rows: &[Row]) -> impl Iterator<Item = Notice> {
    rows.iter()
        .filter(|row| !row.overrides.is_empty())
        .map(|row| {
            let losers: Vec<String> = row.overrides.iter().map(ToString::to_string).collect();
            let message = format!(
                "{}: {} wins over {}",
                row.name,
                row.origin,
                losers.join(" and ")
            );
            Notice::note(&row.name, message)
        })
}

impl ConfigDocument {
    /// For people: a table, then what there is to say.
    #[must_use]
    pub fn table(&self) -> String {
        let cells: Vec<[String; 3]> = self
            .settings
            .iter()
            .map(|row| {
                let note = row
                    .note
                    .as_ref()
                    .map_or(String::new(), |note| format!("  ({note})"));
                [
                    row.name.clone(),
                    plain(&row.value),
                    format!("{}{note}", row.origin),
                ]
            })
            .collect();
        let widest = |column: usize, head: &str| {
            // One long value must not push all origins off the screen.
            const WIDEST: usize = 48;
            let widths = cells.iter().map(|cell| cell[column].width().min(WIDEST));
            widths.chain([head.width()]).max().unwrap_or_default()
        };
        let (first, second) = (widest(0, "SETTING"), widest(1, "VALUE"));
        let mut text = String::new();
        let mut line = |a: &str, b: &str, c: &str| {
            let a_gap = " ".repeat(first.saturating_sub(a.width()));
            let b_gap = " ".repeat(second.saturating_sub(b.width()));
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{a}{a_gap}  {b}{b_gap}  {c}");
        };
        line("SETTING", "VALUE", "ORIGIN");
        for [name, value, origin] in &cells {
            line(name, value, origin);
        }
        for notice in &self.notices {
            let _ = write!(text, "\n{}: {notice}", notice.severity.as_str());
        }
        if !self.notices.is_empty() {
            text.push('\n');
        }
        text
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
