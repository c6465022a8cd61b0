//! One file from bytes to profile.

use std::collections::BTreeMap;

use crate::accumulate::columns::{Budget, Columns};
use crate::assemble::shorten::shorten;
use crate::assemble::table::{Facts, RecordNumbers, table};
use crate::delimited::ragged::Ragged;
use crate::detect::encoding::{self, Plan};
use crate::detect::{dialect, format};
use crate::document::{Dialect, Finding, PROFILE_VERSION, Profile, Severity, Table};
use crate::input::ReadAt;
use crate::meaning::TableFacts;
use crate::source::{Damage, Source, read_full};
use crate::{Brief, Refusal, delimited, document, json, meaning};

/// Raw bytes that tell encoding and foreign formats.
const HEAD: usize = 64 << 10;

/// Text that tells the format.
const SAMPLE: usize = 256 << 10;

/// Text that tells the dialect: it is read once for every delimiter that is tried.
const DIALECT: usize = 64 << 10;

/// Profiles one file, read `block` bytes at once: see [`crate::profile`].
///
/// # Errors
/// [`Refusal`] when the bytes cannot be read as any known format, or a bound is met.
pub fn run(
    input: &dyn ReadAt,
    brief: &Brief,
    block: usize,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Profile, Refusal> {
    let mut head = vec![0; HEAD];
    let length = read_full(input, &mut head, 0)?;
    head.truncate(length);
    if head.is_empty() {
        return Err(refused("the file is empty", 0));
    }
    format::refuse_foreign(&head)?;
    let plan = encoding::plan(&head);
    let mut way = Way { plan, exact: false };
    // Each answer but the last changes the way for good, so three tries are the most.
    for _ in 0..3 {
        match attempt(input, way, brief, block, progress)? {
            Attempt::Done(profile) => return Ok(*profile),
            Attempt::NotUtf8 => way.plan = encoding::plan_damaged(input, way.plan.mark)?,
            Attempt::Stray => way.exact = true,
        }
    }
    Err(refused("the text could not be decoded", plan.mark))
}

/// How a file is read.
#[derive(Debug, Clone, Copy)]
struct Way {
    plan: Plan,
    /// Byte by byte, since quotes stand in odd places.
    exact: bool,
}

/// What reading one way came to.
enum Attempt {
    Done(Box<Profile>),
    /// The promise of valid UTF-8 did not hold.
    NotUtf8,
    /// Quotes stand where parity cannot tell.
    Stray,
}

fn attempt(
    input: &dyn ReadAt,
    way: Way,
    brief: &Brief,
    block: usize,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Attempt, Refusal> {
    let plan = &way.plan;
    let mut source = Source::new(input, plan, block, progress);
    let mut text = Vec::new();
    while text.len() < SAMPLE && source.append(&mut text)? {}
    if text.trim_ascii().is_empty() && source.is_ended() {
        return Err(refused("there is nothing but white space in it", plan.mark));
    }
    if let Some(at) = memchr::memchr(0, &text) {
        return Err(refused(
            "a zero byte shows that this is no text",
            plan.mark + at as u64,
        ));
    }
    match format::of_text(&text, source.is_ended()) {
        format::Format::Json => json_text(source, text, plan, brief).map(done),
        format::Format::Delimited => delimited_text(source, text, way, brief),
    }
}

fn delimited_text(
    source: Source<'_>,
    text: Vec<u8>,
    way: Way,
    brief: &Brief,
) -> Result<Attempt, Refusal> {
    let plan = &way.plan;
    let ended = source.is_ended();
    let whole = ended && text.len() <= DIALECT;
    let found = dialect::detect(&text[..text.len().min(DIALECT)], whole);
    let mut read = match delimited::read(source, text, ended, &found, way.exact, brief)? {
        delimited::Outcome::Read(read) => *read,
        delimited::Outcome::NotUtf8 => return Ok(Attempt::NotUtf8),
        delimited::Outcome::Stray => return Ok(Attempt::Stray),
    };
    let damage = read.source.damage;
    let (bytes, blake3) = read.source.finish()?;
    let mut findings = Vec::new();
    findings.extend(ragged_finding(
        &read.ragged,
        &RecordNumbers::new(&read.columns),
    ));
    findings.extend(damage_finding(damage, plan));
    let facts = Facts {
        name: stem(&brief.name),
        findings,
        ..Facts::default()
    };
    let mut table = judged(&mut read.columns, facts, brief, &TableFacts::default());
    meaning::mask_names(&mut table.fields);
    let tables = vec![table];
    let dialect = Dialect {
        delimiter: char::from(found.signs.delimiter).to_string(),
        quote: Some(char::from(found.signs.quote).to_string()),
        escape: None,
        comment: None,
        line_terminator: found.line_terminator.to_owned(),
        header: found.header,
        preamble_lines: found.preamble_lines,
        byte_order_mark: plan.mark > 0,
    };
    let source = document::Source {
        name: brief.name.clone(),
        bytes,
        blake3,
        format: "csv".into(),
        compression: None,
        encoding: Some(plan.encoding.name().to_ascii_lowercase()),
        dialect: Some(dialect),
    };
    Ok(done(Profile {
        profile_version: PROFILE_VERSION,
        source,
        tables,
    }))
}

fn done(profile: Profile) -> Attempt {
    Attempt::Done(Box::new(profile))
}

fn json_text(
    mut source: Source<'_>,
    text: Vec<u8>,
    plan: &Plan,
    brief: &Brief,
) -> Result<Profile, Refusal> {
    source.unread(text);
    let mut columns = Columns::new(Budget::of(brief.memory_budget));
    let limits = json::Limits {
        nested_depth: brief.nested_depth_limit,
        first_byte: plan.mark,
        threads: brief.threads,
    };
    let outcome = json::read(&mut source, limits, &mut columns)?;
    columns.enforce();
    let damage = source.damage;
    let (bytes, blake3) = source.finish()?;
    let mut findings = Vec::new();
    findings.extend(damage_finding(damage, plan));
    let facts = Facts {
        name: stem(&brief.name),
        rejected_records: outcome.rejected,
        findings,
        by_first_occurrence: true,
    };
    let table_facts = TableFacts {
        repeated_keys: outcome.repeated_keys,
        personal_keys: outcome.personal_keys,
        first_rejected: outcome.first_rejected.map(|r| (r.line, r.offset, r.why)),
        ..TableFacts::default()
    };
    let tables = vec![judged(&mut columns, facts, brief, &table_facts)];
    let source = document::Source {
        name: brief.name.clone(),
        bytes,
        blake3,
        format: outcome.format.to_owned(),
        compression: None,
        encoding: Some(plan.encoding.name().to_ascii_lowercase()),
        dialect: None,
    };
    Ok(Profile {
        profile_version: PROFILE_VERSION,
        source,
        tables,
    })
}

/// The finished table, every field judged and masked.
fn judged(columns: &mut Columns, facts: Facts, brief: &Brief, seen: &TableFacts) -> Table {
    let mut table = table(columns, facts, brief.sample_size, brief.threads, |field| {
        meaning::judge(&mut field.field, &field.values, field.complete, None);
        shorten(&mut field.field);
    });
    let found = meaning::table_findings(&table, seen);
    table.findings.extend(found);
    table
}

/// The name of a table: the file's, without what follows the last dot.
fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.is_empty() {
        name.to_owned()
    } else {
        stem.to_owned()
    }
}

fn refused(message: &str, offset: u64) -> Refusal {
    Refusal::Unreadable {
        message: message.to_owned(),
        offset: Some(offset),
    }
}

fn ragged_finding(ragged: &Ragged, numbers: &RecordNumbers) -> Option<Finding> {
    let first = numbers.number(ragged.first?);
    Some(Finding {
        code: "RAGGED_RECORDS".into(),
        severity: Severity::Warning,
        message: format!(
            "{} records have fewer cells than there are columns and {} have more, the first is \
             record {first}; missing cells count as missing values, the {} cells beyond the last \
             column belong to no field",
            ragged.short, ragged.long, ragged.extra_cells,
        ),
        numbers: BTreeMap::from([
            ("short".to_owned(), ragged.short as f64),
            ("long".to_owned(), ragged.long as f64),
            ("extra_cells".to_owned(), ragged.extra_cells as f64),
            ("first_record".to_owned(), first as f64),
        ]),
    })
}

fn damage_finding(damage: Damage, plan: &Plan) -> Option<Finding> {
    let first = damage.first?;
    Some(Finding {
        code: "INVALID_BYTES".into(),
        severity: Severity::Warning,
        message: format!(
            "{} byte sequences are not valid {}, the first near byte {first}; U+FFFD stands for each",
            damage.sequences,
            plan.encoding.name(),
        ),
        numbers: BTreeMap::from([
            ("sequences".to_owned(), damage.sequences as f64),
            ("first_byte".to_owned(), first as f64),
        ]),
    })
}

#[cfg(test)]
mod tests;
