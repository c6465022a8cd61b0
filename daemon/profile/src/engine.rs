//! One file from bytes to profile.

mod delimited_text;
mod findings;
mod json_text;
mod parquet_file;

use crate::accumulate::columns::Columns;
use crate::assemble::shorten::shorten;
use crate::assemble::table::{Facts, Manner, table};
use crate::detect::encoding::{self, Plan};
use crate::detect::format;
use crate::document::{self, Field, PROFILE_VERSION, Profile, Table};
use crate::input::ReadAt;
use crate::meaning::TableFacts;
use crate::sketch::{FieldSketch, Sketches};
use crate::source::{Source, read_full};
use crate::unpack::{self, Bytes, Packing};
use crate::{Brief, Learned, Refusal, meaning, parquet};

use delimited_text::delimited_text;
use json_text::json_text;
use parquet_file::parquet_file;
#[cfg(test)]
pub(crate) use parquet_file::profile_of;

/// Raw bytes that tell encoding and foreign formats.
const HEAD: usize = 64 << 10;

/// Text that tells the format.
const SAMPLE: usize = 256 << 10;

/// Text that tells the dialect: it is read once for every delimiter that is tried.
const DIALECT: usize = 64 << 10;

/// Reads one file, `block` bytes at once: see [`crate::learn`].
///
/// # Errors
/// [`Refusal`] when the bytes cannot be read as any known format, or a bound is met.
pub fn run(
    input: &dyn ReadAt,
    brief: &Brief,
    block: usize,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Learned, Refusal> {
    let mut head = vec![0; HEAD];
    let length = read_full(input, &mut head, 0)?;
    head.truncate(length);
    if head.is_empty() {
        return Err(refused("the file is empty", 0));
    }
    if parquet::opens(&head) {
        return parquet_file(input, brief, progress);
    }
    let packing = Packing::of(input, &head)?;
    if packing != Packing::None {
        head.resize(HEAD, 0);
        let length = Bytes::new(input, packing)?.fill(&mut head)?;
        head.truncate(length);
        unpack::refuse_nested(packing, &head)?;
    }
    format::refuse_foreign(&head)?;
    let plan = encoding::plan(&head);
    let mut way = Way {
        packing,
        plan,
        exact: false,
    };
    // Each answer but the last changes the way for good, so three tries are the most.
    for _ in 0..3 {
        match attempt(input, way, brief, block, progress)? {
            Attempt::Done(learned) => return Ok(*learned),
            Attempt::NotUtf8 => {
                let bytes = Bytes::new(input, way.packing)?;
                way.plan = encoding::plan_damaged(bytes, way.plan.mark)?;
            }
            Attempt::Stray => way.exact = true,
        }
    }
    Err(refused("the text could not be decoded", plan.mark))
}

/// How a file is read.
#[derive(Debug, Clone, Copy)]
struct Way {
    packing: Packing,
    plan: Plan,
    /// Byte by byte, since quotes stand in odd places.
    exact: bool,
}

/// What reading one way came to.
enum Attempt {
    Done(Box<Learned>),
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
    let mut source = Source::new(Bytes::new(input, way.packing)?, plan, block, progress);
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
        format::Format::Json => json_text(source, text, way, brief).map(done),
        format::Format::Delimited => delimited_text(source, text, way, brief),
    }
}

fn done(learned: Learned) -> Attempt {
    Attempt::Done(Box::new(learned))
}

/// A finished table, with the sketches of its fields where the brief has a key for them.
struct Judged {
    table: Table,
    sketches: Vec<FieldSketch>,
}

/// The finished table, every field judged and masked.
fn judged(columns: &mut Columns, facts: Facts, brief: &Brief, seen: &TableFacts) -> Judged {
    judged_with(columns, facts, brief, seen, |_| {})
}

/// As [`judged`], of fields that `state` completes by what the file says of them.
fn judged_with(
    columns: &mut Columns,
    facts: Facts,
    brief: &Brief,
    seen: &TableFacts,
    state: impl Fn(&mut Field) + Sync,
) -> Judged {
    let manner = Manner {
        sample_size: brief.sample_size,
        threads: brief.threads,
        sketch_key: brief.sketch_key.as_ref(),
        contract: brief.contract_of(&facts.name),
    };
    let said = brief.said_of(&facts.name);
    let today = brief.today.as_deref();
    let (mut table, sketches) = table(columns, facts, manner, |field| {
        state(&mut field.field);
        let said = said.and_then(|said| meaning::said_of(said, &field.field));
        let (values, complete) = (&field.values, field.complete);
        meaning::judge_as(&mut field.field, values, complete, today, said);
        shorten(&mut field.field);
    });
    let found = meaning::table_findings(&table, seen);
    table.findings.extend(found);
    Judged { table, sketches }
}

/// All tables of a file as one document, and their sketches beside it.
fn learned(source: document::Source, judged: Vec<Judged>) -> Learned {
    let (tables, sketches) = judged.into_iter().map(|j| (j.table, j.sketches)).unzip();
    Learned {
        profile: Profile {
            profile_version: PROFILE_VERSION,
            source,
            tables,
        },
        sketches: Sketches { tables: sketches },
    }
}

fn refused(message: &str, offset: u64) -> Refusal {
    Refusal::Unreadable {
        message: message.to_owned(),
        offset: Some(offset),
    }
}

#[cfg(test)]
mod tests;
