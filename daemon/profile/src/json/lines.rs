//! JSON lines on all threads: chunks of whole lines, in order, each read by one thread.

use std::sync::Mutex;

use super::flatten::{Flatten, Records};
use super::paths::KeyCounts;
use super::stop::Stop;
use super::window::{Chunked, LARGEST, Window};
use super::{Outcome, Rejected};
use crate::accumulate::Columns;

/// Bytes of a chunk, where its lines are not longer.
pub(super) const CHUNK: usize = 1 << 20;

/// How lines are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub depth: usize,
    pub threads: usize,
    pub chunk: usize,
    /// Records that stood on lines before, and were counted as chunk 0.
    pub before: u64,
}

/// What a chunk came to, beside its values.
struct Part {
    number: u32,
    lines: u64,
    records: u64,
    rejected: u64,
    /// Its line is counted from 0 within the chunk.
    first: Option<Rejected>,
}

/// Reads what is left in `window`, which stands at the start of a line.
pub(super) fn read(window: Window<'_>, plan: Plan, columns: &mut Columns) -> Result<Outcome, Stop> {
    let cutter = Mutex::new(Cutter::new(window, plan));
    let budget = columns.budget();
    let results: Vec<_> = std::thread::scope(|scope| {
        let work = || {
            let mut own = Columns::new(budget);
            count(&cutter, plan.depth, &mut own).map(|counted| (counted, own))
        };
        let others: Vec<_> = (1..plan.threads.max(1))
            .map(|_| scope.spawn(work))
            .collect();
        let ours = count(&cutter, plan.depth, columns);
        let theirs: Vec<_> = others
            .into_iter()
            .map(|t| {
                t.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect();
        let mut results = vec![ours];
        for part in theirs {
            results.push(part.map(|(counted, own)| {
                columns.merge(own);
                counted
            }));
        }
        results
    });
    let (mut parts, mut keys) = (Vec::new(), KeyCounts::default());
    for result in results {
        let (theirs, their_keys) = result?;
        parts.extend(theirs);
        keys.repeated += their_keys.repeated;
        keys.personal += their_keys.personal;
    }
    super::paths::check_width(columns.fields.len().saturating_sub(1))?;
    parts.sort_unstable_by_key(|part| part.number);
    outcome(parts, plan.before, keys)
}

fn outcome(parts: Vec<Part>, before: u64, keys: KeyCounts) -> Result<Outcome, Stop> {
    let (mut lines, mut records, mut rejected) = (before, before, 0);
    let mut first_rejected: Option<Rejected> = None;
    for part in parts {
        if let (None, Some(first)) = (&first_rejected, part.first) {
            first_rejected = Some(Rejected {
                line: lines + first.line + 1,
                ..first
            });
        }
        lines += part.lines;
        records += part.records;
        rejected += part.rejected;
    }
    if let (0, Some(Rejected { offset, why, .. })) = (records, &first_rejected) {
        return Err(Stop::Syntax {
            offset: *offset,
            why,
        });
    }
    // One value in one line is a document as much as a line; a document is what people call it.
    let format = if records == 1 && rejected == 0 {
        "json"
    } else {
        "jsonl"
    };
    Ok(Outcome {
        format,
        rejected,
        first_rejected,
        repeated_keys: keys.repeated,
        personal_keys: keys.personal,
    })
}

/// One thread's part: chunks as they come.
fn count(
    cutter: &Mutex<Cutter<'_>>,
    depth: usize,
    columns: &mut Columns,
) -> Result<(Vec<Part>, KeyCounts), Stop> {
    let lock = || {
        cutter
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    };
    let mut flatten = Flatten::new(columns, depth, Records::Held);
    let mut parts = Vec::new();
    let mut room = Vec::new();
    loop {
        let next = lock().next(room);
        let Some(chunk) = next? else { break };
        flatten.begin_chunk(chunk.number);
        let mut window = Window::over(chunk.text, chunk.offset);
        match read_chunk(&mut window, chunk.number, &mut flatten) {
            Ok(part) => parts.push(part),
            Err(stop) => {
                lock().stop();
                return Err(stop);
            }
        }
        room = window.into_buffer();
    }
    let keys = flatten.keys();
    Ok((parts, keys))
}

fn read_chunk(
    window: &mut Window<'_>,
    number: u32,
    flatten: &mut Flatten<'_>,
) -> Result<Part, Stop> {
    let mut part = Part {
        number,
        lines: 0,
        records: 0,
        rejected: 0,
        first: None,
    };
    loop {
        let (offset, why) = match read_line(window, flatten) {
            Ok(Line::End) => return Ok(part),
            Ok(Line::Blank) => {
                part.lines += 1;
                continue;
            }
            Ok(Line::Record) => {
                part.lines += 1;
                part.records += 1;
                flatten.release();
                continue;
            }
            Err(Stop::Syntax { offset, why }) => (offset, why),
            Err(Stop::TooDeep { offset }) => (offset, "brackets are nested too deep"),
            Err(stop) => return Err(stop),
        };
        flatten.discard();
        part.rejected += 1;
        part.first.get_or_insert(Rejected {
            line: part.lines,
            offset,
            why,
        });
        part.lines += 1;
        window.skip_line();
    }
}

enum Line {
    Record,
    Blank,
    End,
}

fn read_line(window: &mut Window<'_>, flatten: &mut Flatten<'_>) -> Result<Line, Stop> {
    window.skip_space()?;
    match window.peek()? {
        None => return Ok(Line::End),
        Some(b'\n') => {
            window.bump();
            return Ok(Line::Blank);
        }
        Some(_) => flatten.record(window)?,
    }
    window.skip_space()?;
    match window.peek()? {
        None => Ok(Line::Record),
        Some(b'\n') => {
            window.bump();
            Ok(Line::Record)
        }
        Some(_) => Err(window.fail("something follows the value on its line")),
    }
}

/// A run of whole lines.
struct Chunk {
    number: u32,
    offset: u64,
    text: Vec<u8>,
}

/// Cuts a text after line feeds.
struct Cutter<'r> {
    source: Chunked<'r>,
    carry: Vec<u8>,
    /// Of the first byte of `carry`.
    offset: u64,
    next: u32,
    chunk: usize,
    ended: bool,
}

impl<'r> Cutter<'r> {
    fn new(window: Window<'r>, plan: Plan) -> Self {
        let offset = window.offset();
        let (carry, source) = window.into_rest();
        Self {
            source,
            carry,
            offset,
            next: u32::from(plan.before > 0),
            chunk: plan.chunk,
            ended: false,
        }
    }

    /// Hands out nothing more: another thread has failed.
    fn stop(&mut self) {
        self.ended = true;
        self.carry.clear();
    }

    /// The next chunk; `text` gives its memory.
    fn next(&mut self, mut text: Vec<u8>) -> Result<Option<Chunk>, Stop> {
        text.clear();
        text.append(&mut self.carry);
        let mut searched = 0;
        let cut = loop {
            if text.len() >= self.chunk {
                if let Some(at) = memchr::memrchr(b'\n', &text[searched..]) {
                    break searched + at + 1;
                }
                searched = text.len();
            }
            if self.ended {
                break text.len();
            }
            if text.len() > LARGEST {
                self.ended = true;
                let why = format!("one line is larger than {} MiB", LARGEST >> 20);
                return Err(Stop::TooLarge {
                    offset: self.offset,
                    why,
                });
            }
            let from = text.len();
            text.resize(from + self.chunk, 0);
            let read = self
                .source
                .read_into(&mut text[from..], self.offset + from as u64);
            let Ok(n) = read else {
                self.stop();
                return read.map(|_| None);
            };
            text.truncate(from + n);
            self.ended = n == 0;
        };
        self.carry.extend_from_slice(&text[cut..]);
        text.truncate(cut);
        if text.is_empty() {
            return Ok(None);
        }
        let chunk = Chunk {
            number: self.next,
            offset: self.offset,
            text,
        };
        self.offset += cut as u64;
        self.next = self.next.checked_add(1).ok_or_else(|| Stop::TooLarge {
            offset: self.offset,
            why: "the text has more chunks than can be counted".into(),
        })?;
        Ok(Some(chunk))
    }
}
