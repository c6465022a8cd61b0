//! Many small files of different shapes, and what must be known of each.

use std::fmt::Write;
use std::path::PathBuf;

/// A file, and what its dictionary has to say of it.
#[derive(Debug, Clone)]
pub struct SmallFile {
    /// Below the watched folder.
    pub path: PathBuf,
    pub content: String,
    pub records: u64,
    /// Paths of its fields in order.
    pub fields: Vec<String>,
    /// The name of the dictionary it belongs to, once all files are there.
    pub dictionary: String,
}

/// Kinds of [`small_files`], in turn.
const KINDS: usize = 8;

/// So many files, no two of the same content. Among them are a series by date (`sales`), one by a
/// counter (`part`, whose fields agree) and tables of different fields that only share the look of
/// their names (`table_1`, `table_2`), which stay apart.
#[must_use]
pub fn small_files(count: usize) -> Vec<SmallFile> {
    (0..count).map(small_file).collect()
}

fn small_file(number: usize) -> SmallFile {
    let round = number / KINDS;
    let records = 1 + number % 7;
    let id = |record: usize| number * 100 + record;
    // Ends in a letter: nothing of it folds.
    let alone = format!("n{number}x");
    match number % KINDS {
        0 => delimited(
            format!("orders {alone}.csv"),
            ',',
            &["id", "city", "price", "day"],
            records,
            |r| format!("{},Wien,{}.5,2026-01-{:02}", id(r), r, r + 1),
        ),
        1 => delimited(
            format!("stock-{alone}.tsv"),
            '\t',
            &["id", "name"],
            records,
            |r| format!("{}\titem {r}", id(r)),
        ),
        2 => {
            let objects: Vec<String> = (0..records).map(|r| object(id(r))).collect();
            json(
                format!("nested_{alone}.json"),
                format!("[{}]", objects.join(",\n")),
                records,
            )
        }
        3 => {
            let lines: String = (0..records).map(|r| object(id(r)) + "\n").collect();
            json(format!("lines_{alone}.jsonl"), lines, records)
        }
        4 => delimited(
            format!("sales_{}.csv", day(round)),
            ',',
            &["id", "amount"],
            records,
            |r| format!("{},{}", id(r), r * 3),
        ),
        5 => delimited(
            format!("part_{:04}.csv", round + 1),
            ',',
            &["id", "x", "y"],
            records,
            |r| format!("{},{r},{}", id(r), r * r),
        ),
        6 => {
            let own = [format!("a{round}"), format!("b{round}")];
            let own = [own[0].as_str(), own[1].as_str()];
            delimited(
                format!("table_{}.csv", round + 1),
                ',',
                &own,
                records,
                |r| format!("{},z", id(r)),
            )
        }
        _ => {
            let mut file = delimited(
                format!("notes {alone}.csv"),
                ';',
                &["id", "note"],
                records,
                |r| format!("{};\"a; b\nline {r} \"\"quoted\"\"\"", id(r)),
            );
            file.path = PathBuf::from(format!("deep/{}", round % 10)).join(file.path);
            file
        }
    }
}

fn object(id: usize) -> String {
    format!("{{\"id\": {id}, \"who\": {{\"name\": \"n{id}\"}}}}")
}

/// Days from 2024-01-01 on, twelve months of 28 days each.
fn day(number: usize) -> String {
    let (year, month, day) = (2024 + number / 336, number / 28 % 12 + 1, number % 28 + 1);
    format!("{year}-{month:02}-{day:02}")
}

fn delimited(
    name: String,
    delimiter: char,
    fields: &[&str],
    records: usize,
    line: impl Fn(usize) -> String,
) -> SmallFile {
    let mut content = fields.join(&delimiter.to_string()) + "\n";
    for record in 0..records {
        writeln!(content, "{}", line(record)).expect("a string takes everything");
    }
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    small(name, content, records, fields)
}

fn json(name: String, content: String, records: usize) -> SmallFile {
    let fields = ["id", "who", "who.name"].map(str::to_owned);
    small(name, content, records, fields.to_vec())
}

fn small(name: String, content: String, records: usize, fields: Vec<String>) -> SmallFile {
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    let dictionary = match stem.split_once('_') {
        Some((series @ ("sales" | "part"), _)) => series.to_owned(),
        _ => stem.to_owned(),
    };
    SmallFile {
        path: name.into(),
        content,
        records: records as u64,
        fields,
        dictionary,
    }
}
