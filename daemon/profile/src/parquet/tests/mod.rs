//! Files by the `parquet` crate's writer, read by the engine.

mod against_jsonl;
mod damage;
mod files;
mod logical_types;
mod mutations;
mod nested;

use super::read_by;
use crate::document::{Field, Profile, Table};
use crate::engine::profile_of;
use crate::{Brief, Refusal};

fn brief(threads: usize) -> Brief {
    Brief {
        name: "t.parquet".into(),
        threads,
        ..Brief::default()
    }
}

/// Read by so many threads, so many rows at a time.
fn profile_by(bytes: &[u8], threads: usize, rows: u64) -> Result<Profile, Refusal> {
    let brief = brief(threads);
    let mut outcome = read_by(&bytes.to_vec(), &brief, Some(rows), &|_| {})?;
    Ok(profile_of(&mut outcome, bytes.len() as u64, &brief))
}

fn table(bytes: &[u8]) -> Table {
    let profile = crate::profile(&bytes.to_vec(), &brief(2), &|_| {}).expect("a sound file");
    assert_eq!(profile.source.format, "parquet");
    assert_eq!(profile.source.blake3, blake3::hash(bytes).to_hex().as_str());
    profile.tables.into_iter().next().expect("one table")
}

fn field<'t>(table: &'t Table, path: &str) -> &'t Field {
    let found = table.fields.iter().find(|field| field.path == path);
    found.unwrap_or_else(|| panic!("no field {path}"))
}

fn refusal(bytes: &[u8]) -> Refusal {
    match crate::profile(&bytes.to_vec(), &brief(2), &|_| {}) {
        Err(refusal) => refusal,
        Ok(_) => panic!("it was read"),
    }
}
