//! All strips of rows on all threads, into one accumulator.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::codec::Codecs;
use super::footer::Footer;
use super::leaf::{Cursor, Reading, Rows, Scratch};
use super::levels::Levels;
use super::page::Shared;
use super::sampled::Sampled;
use super::schema::Schema;
use super::sink::{Damage, Sink};
use super::stop::Stop;
use crate::accumulate::hash::{hash, mix};
use crate::accumulate::{Budget, Columns};
use crate::name::table_name;
use crate::source::read_full;
use crate::{Brief, Refusal, input::ReadAt};

/// Rows that one thread reads at a time, all columns of them: enough that a dictionary is worth
/// reading, few enough that two threads share a small file.
const STRIP: u64 = 1 << 17;

/// Bytes hashed at once.
const HASHED: usize = 1 << 20;

/// A run of rows of one row group.
#[derive(Debug, Clone, Copy)]
struct Strip {
    /// In the order of the file.
    number: u32,
    group: usize,
    rows: Rows,
}

/// Hands out the strips, in order.
struct Strips<'f> {
    footer: &'f Footer,
    group: usize,
    row: u64,
    number: u32,
    rows: u64,
}

impl Strips<'_> {
    fn next(&mut self) -> Option<Strip> {
        loop {
            let group = self.footer.groups.get(self.group)?;
            if self.row >= group.rows {
                self.group += 1;
                self.row = 0;
                continue;
            }
            // Strips of equal size, so that the last is not the one that all wait for.
            let size = group.rows.div_ceil(group.rows.div_ceil(self.rows));
            let end = group.rows.min(self.row + size);
            let strip = Strip {
                number: self.number,
                group: self.group,
                rows: Rows {
                    start: self.row,
                    end,
                },
            };
            self.row = end;
            self.number += 1;
            return Some(strip);
        }
    }
}

/// All that was counted.
pub(super) struct Counted {
    pub(super) columns: Columns,
    pub(super) damage: Damage,
    pub(super) blake3: String,
}

/// Tells how far reading has come: every byte is hashed and, as part of a page, read.
struct Progress<'a> {
    tell: &'a (dyn Fn(u64) + Sync),
    size: u64,
    hashed: AtomicU64,
    told: AtomicU64,
}

impl Progress<'_> {
    fn tell(&self, read: &AtomicU64) {
        let both =
            self.hashed.load(Ordering::Relaxed) + read.load(Ordering::Relaxed).min(self.size);
        let now = (both / 2).min(self.size);
        if self.told.fetch_max(now, Ordering::Relaxed) < now {
            (self.tell)(now);
        }
    }
}

/// Reads all columns of all rows.
pub(super) fn count(
    input: &dyn ReadAt,
    footer: &Footer,
    schema: &Schema,
    brief: &Brief,
    rows_a_strip: Option<u64>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Counted, Stop> {
    check(footer, schema)?;
    let shared = Shared {
        input,
        end: footer.start,
        large: Mutex::new(()),
        read: AtomicU64::new(0),
    };
    let progress = Progress {
        tell: progress,
        size: input.size(),
        hashed: AtomicU64::new(0),
        told: AtomicU64::new(0),
    };
    let strips = Mutex::new(Strips {
        footer,
        group: 0,
        row: 0,
        number: 0,
        rows: rows_a_strip.unwrap_or(STRIP),
    });
    let failed = AtomicBool::new(false);
    let rules = brief
        .rules_of(&table_name(&brief.name))
        .map_err(Stop::Refused)?;
    let whole = Columns::new(Budget::of(brief.memory_budget)).with_rules(rules);
    let work = || {
        let mut worker = Worker::new(&shared, footer, schema, whole.beside());
        while !failed.load(Ordering::Relaxed) {
            let next = strips
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .next();
            let Some(strip) = next else { break };
            if let Err(stop) = worker.strip(strip, &progress) {
                failed.store(true, Ordering::Relaxed);
                return Err((strip.number, stop));
            }
        }
        Ok(worker)
    };
    let threads = brief.threads.max(1);
    let (blake3, results) = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let hashed = hash_all(&shared, &progress, &failed);
        let mut results = vec![work()];
        results.extend(others.into_iter().map(|thread| {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        }));
        (hashed, results)
    });
    let mut all: Option<(Columns, Damage)> = None;
    let mut first: Option<(u32, Stop)> = None;
    for result in results {
        match result {
            Ok(worker) => match &mut all {
                None => all = Some((worker.columns, worker.damage)),
                Some((columns, damage)) => {
                    columns.merge_on(worker.columns, threads);
                    damage.merge(worker.damage);
                }
            },
            // All strips before a failed one were begun, and are finished: the first failure is the
            // same however many threads there were.
            Err((number, stop)) => {
                if first.as_ref().is_none_or(|(other, _)| number < *other) {
                    first = Some((number, stop));
                }
            }
        }
    }
    if let Some((_, stop)) = first {
        return Err(stop);
    }
    let blake3 = blake3.map_err(Stop::Refused)?;
    (progress.tell)(progress.size);
    let (mut columns, damage) = all.expect("this thread gave a result");
    columns.enforce();
    Ok(Counted {
        columns,
        damage,
        blake3,
    })
}

/// What can be said of the footer before any page is read.
fn check(footer: &Footer, schema: &Schema) -> Result<(), Stop> {
    let mut rows = 0_u64;
    let mut strips = 0_u64;
    for (number, group) in (1..).zip(&footer.groups) {
        if group.chunks.len() != schema.leaves.len() {
            let why = format!(
                "row group {number} has {} columns, and the schema {}",
                group.chunks.len(),
                schema.leaves.len()
            );
            return Err(Stop::broken(footer.start, why));
        }
        rows = rows.saturating_add(group.rows);
        strips = strips.saturating_add(group.rows.div_ceil(STRIP));
        for (column, chunk) in (1..).zip(&group.chunks) {
            if let Some(codec) = Codecs::refuses(chunk.codec) {
                let why = format!("it is compressed by {codec}");
                return Err(Stop::broken(chunk.start, why).within(column, number));
            }
        }
    }
    if rows != footer.rows {
        let why = format!("it counts {} rows, and its row groups {rows}", footer.rows);
        return Err(Stop::broken(footer.start, why));
    }
    if strips >= u64::from(u32::MAX) {
        return Err(Stop::too_large(
            footer.start,
            "there are more rows than can be counted",
        ));
    }
    Ok(())
}

/// The hash of all bytes of the file.
fn hash_all(
    shared: &Shared<'_>,
    progress: &Progress<'_>,
    failed: &AtomicBool,
) -> Result<String, Refusal> {
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; HASHED];
    let mut at = 0;
    while at < progress.size && !failed.load(Ordering::Relaxed) {
        let left = usize::try_from(progress.size - at)
            .unwrap_or(HASHED)
            .min(HASHED);
        let length = read_full(shared.input, &mut block[..left], at)?;
        if length == 0 {
            break;
        }
        hasher.update(&block[..length]);
        at += length as u64;
        progress.hashed.store(at, Ordering::Relaxed);
        progress.tell(&shared.read);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// One thread's part.
struct Worker<'w> {
    shared: &'w Shared<'w>,
    footer: &'w Footer,
    schema: &'w Schema,
    columns: Columns,
    damage: Damage,
    scratch: Scratch,
    sampled: Sampled,
    text: Vec<u8>,
    states: Vec<u64>,
    /// Where this thread stands in the columns of a row group: strips come in order.
    cursors: Vec<Cursor>,
    group: Option<usize>,
}

impl<'w> Worker<'w> {
    fn new(
        shared: &'w Shared<'w>,
        footer: &'w Footer,
        schema: &'w Schema,
        mut columns: Columns,
    ) -> Self {
        columns.sample.expect(footer.rows);
        for field in &schema.fields {
            columns.field(&field.spec);
        }
        Self {
            shared,
            footer,
            schema,
            columns,
            damage: Damage::default(),
            scratch: Scratch::default(),
            sampled: Sampled::default(),
            text: Vec::new(),
            states: Vec::new(),
            cursors: Vec::new(),
            group: None,
        }
    }

    fn strip(&mut self, strip: Strip, progress: &Progress<'_>) -> Result<(), Stop> {
        let group = &self.footer.groups[strip.group];
        if self.group != Some(strip.group) {
            self.group = Some(strip.group);
            self.cursors.clear();
            self.cursors.extend(group.chunks.iter().map(|chunk| Cursor {
                at: chunk.start,
                ..Cursor::default()
            }));
        }
        let base = u64::from(strip.number) << 32;
        // At most STRIP of them.
        let rows = (strip.rows.end - strip.rows.start) as usize;
        self.states.clear();
        self.states.resize(rows, 0);
        self.sampled.begin(&self.columns.sample, base, rows as u32);
        for (at, leaf) in self.schema.leaves.iter().enumerate() {
            let mut reading = Reading {
                shared: self.shared,
                leaf,
                chunk: &group.chunks[at],
                group,
                rows: strip.rows,
                states: &mut self.states,
                levels: Levels::new(leaf),
            };
            let mut sink = Sink::new(
                &mut self.columns,
                &mut self.sampled,
                &mut self.damage,
                &mut self.text,
                leaf,
                base,
            );
            reading
                .run(&mut self.cursors[at], &mut self.scratch, &mut sink)
                .map_err(|stop| stop.within(at + 1, strip.group + 1))?;
            let levels = reading.levels;
            self.note_levels(at, &levels, base);
            self.columns.enforce();
            progress.tell(&self.shared.read);
        }
        for state in &self.states {
            self.columns.record_hashes.add(mix(*state, 0));
        }
        self.columns.chunk_records.insert(strip.number, rows as u64);
        self.sampled.flush(&mut self.columns.sample);
        Ok(())
    }

    /// Counts containers and missing values by the levels of a leaf.
    fn note_levels(&mut self, leaf: usize, levels: &Levels, base: u64) {
        let leaf = &self.schema.leaves[leaf];
        for node in leaf.containers.iter().chain(&leaf.node) {
            let field = &mut self.columns.fields[node.field.0 as usize];
            if let Some(missing) = levels.missing(node) {
                field.add_missing(missing.count, base + u64::from(missing.first));
            }
        }
        for node in &leaf.containers {
            if let Some(seen) = levels.present(node) {
                let field = &mut self.columns.fields[node.field.0 as usize];
                let place = base + u64::from(seen.first);
                field.first = field.first.min(place);
                field
                    .column(node.kind)
                    .add_hashed(b"", hash(b""), seen.count, place);
            }
        }
    }
}
