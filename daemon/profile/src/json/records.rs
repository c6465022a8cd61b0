//! Chunks of records on all threads: JSON lines, and the elements of an array.

use std::sync::Mutex;

use super::count::Side;
use super::cut::{Between, Chunk, Cutter, Next};
use super::flatten::Flatten;
use super::lexer::NO_VALUE;
use super::paths::KeyCounts;
use super::stop::Stop;
use super::window::Window;
use super::{Outcome, Rejected};
use crate::accumulate::Columns;
use crate::accumulate::common::Commons;

/// Bytes of a chunk, where its records are not longer: with what is held of them they stay in a
/// core's own cache.
pub(super) const CHUNK: usize = 256 << 10;

/// A longer line is first passed over, to see that it is valid, and then counted as it comes: what
/// a line holds can take many times its bytes.
const LONG_LINE: usize = 1 << 20;

/// A longer chunk is one line, and read alone: memory is for one of them.
const ALONE: usize = 8 << 20;

/// How records are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub depth: usize,
    pub threads: usize,
    pub chunk: usize,
    /// Records that stood before, and were counted as chunk 0.
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

/// What refuses everything, and the chunk it lies in.
struct Failed(u32, Stop);

/// Reads what is left in `window`, which stands at the start of a line or after the bracket of an
/// array.
pub(super) fn read(
    window: Window<'_>,
    between: Between,
    plan: Plan,
    columns: &mut Columns,
) -> Result<Outcome, Stop> {
    let first = u32::from(plan.before > 0);
    let cutter = Mutex::new(Cutter::new(window, between, plan.chunk, first));
    let mut beside: Vec<Columns> = (1..plan.threads.max(1)).map(|_| columns.beside()).collect();
    let commons = Commons::default();
    let side = |number: usize| Side {
        commons: (plan.threads > 1).then_some(&commons),
        backwards: number % 2 == 1,
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let others: Vec<_> = beside
            .drain(..)
            .zip(1..)
            .map(|(mut own, number)| {
                let (cutter, side) = (&cutter, side(number));
                scope.spawn(move || {
                    let flatten = Flatten::new(&mut own, plan.depth).on(side);
                    read_chunks(cutter, between, flatten).map(|counted| (counted, own))
                })
            })
            .collect();
        let flatten = Flatten::new(columns, plan.depth).on(side(0));
        let ours = read_chunks(&cutter, between, flatten);
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
                columns.merge_on(own, plan.threads);
                counted
            }));
        }
        results
    });
    let (mut parts, mut keys) = (Vec::new(), KeyCounts::default());
    let mut failed: Option<Failed> = None;
    for result in results {
        match result {
            Ok((theirs, their_keys)) => {
                parts.extend(theirs);
                keys.repeated += their_keys.repeated;
                keys.personal += their_keys.personal;
            }
            // Every chunk before the first that failed was read to its end.
            Err(one) if failed.as_ref().is_none_or(|f| one.0 < f.0) => failed = Some(one),
            Err(_) => {}
        }
    }
    if let Some(Failed(_, stop)) = failed {
        return Err(stop);
    }
    let bytes = columns.fields.iter().map(|f| f.spec.path.len()).sum();
    super::paths::check_width(columns.fields.len(), bytes)?;
    match between {
        Between::LineFeed => outcome(parts, plan.before, keys),
        Between::Comma => Ok(Outcome::document(keys)),
    }
}

fn outcome(mut parts: Vec<Part>, before: u64, keys: KeyCounts) -> Result<Outcome, Stop> {
    parts.sort_unstable_by_key(|part| part.number);
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
fn read_chunks(
    cutter: &Mutex<Cutter<'_>>,
    between: Between,
    mut flatten: Flatten<'_>,
) -> Result<(Vec<Part>, KeyCounts), Failed> {
    let lock = || {
        cutter
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    };
    let mut parts = Vec::new();
    let mut room = Vec::new();
    loop {
        let mut held = lock();
        let next = held
            .next(room)
            .map_err(|stop| Failed(held.number(), stop))?;
        let chunk = match next {
            Next::End => break,
            Next::Chunk(chunk) => chunk,
            Next::Huge(number, mut window) => {
                match read_huge(&mut window, number, &mut flatten) {
                    Ok(closed) => held.go_on(*window, closed),
                    Err(stop) => {
                        held.stop();
                        return Err(Failed(number, stop));
                    }
                }
                room = Vec::new();
                continue;
            }
        };
        let alone = (chunk.length > ALONE).then_some(held);
        let number = chunk.number;
        let (read, text) = read_chunk(chunk, between, &mut flatten);
        room = if text.len() > ALONE { Vec::new() } else { text };
        drop(alone);
        match read {
            Ok(part) => parts.push(part),
            Err(stop) => {
                lock().stop();
                return Err(Failed(number, stop));
            }
        }
    }
    flatten.end_part();
    Ok((parts, flatten.keys()))
}

/// Reads one element as it comes; whether the array is closed after it.
fn read_huge(
    window: &mut Window<'_>,
    number: u32,
    flatten: &mut Flatten<'_>,
) -> Result<bool, Stop> {
    flatten.begin_chunk(number, 0);
    flatten.count_early(true);
    flatten.record(window)?;
    flatten.end_record();
    flatten.end_chunk(&[]);
    window.comma_or(b']').map(|more| !more)
}

/// Reads a chunk; its memory comes back.
fn read_chunk(
    chunk: Chunk,
    between: Between,
    flatten: &mut Flatten<'_>,
) -> (Result<Part, Stop>, Vec<u8>) {
    let lines = between == Between::LineFeed;
    let sound = std::str::from_utf8(&chunk.text[..chunk.length]).is_ok();
    let number = chunk.number;
    let mut window = Window::over(chunk.text, chunk.length, chunk.offset, lines);
    flatten.begin_chunk(number, chunk.length);
    let mut part = Part {
        number,
        lines: 0,
        records: 0,
        rejected: 0,
        first: None,
    };
    let read = if lines {
        read_lines(&mut window, sound, flatten, &mut part)
    } else {
        read_elements(&mut window, sound, flatten)
    };
    if read.is_ok() {
        flatten.end_chunk(window.whole());
    }
    (read.map(|()| part), window.into_buffer())
}

fn read_elements(
    window: &mut Window<'_>,
    sound: bool,
    flatten: &mut Flatten<'_>,
) -> Result<(), Stop> {
    flatten.count_early(true);
    loop {
        window.skip_space()?;
        if !sound || !flatten.fast_record(window, false) {
            flatten.record(window)?;
        }
        flatten.end_record();
        if !window.comma_or(b']')? {
            break;
        }
        // After its last comma a chunk ends, unless the array does.
        if window.rest().is_empty() {
            return Ok(());
        }
    }
    window.skip_space()?;
    match window.peek()? {
        None => Ok(()),
        Some(byte) => Err(window.fail(super::after_document(byte))),
    }
}

fn read_lines(
    window: &mut Window<'_>,
    sound: bool,
    flatten: &mut Flatten<'_>,
    part: &mut Part,
) -> Result<(), Stop> {
    loop {
        window.skip_space()?;
        let start = window.at();
        let read = match window.peek()? {
            None => return Ok(()),
            Some(b'\n') => {
                window.bump();
                part.lines += 1;
                continue;
            }
            Some(_) if sound && flatten.fast_record(window, true) => end_line(window),
            Some(_) => Ok(false),
        };
        let read = match read {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => {
                flatten.discard();
                window.go_to(start);
                exact_line(window, flatten)
            }
        };
        part.lines += 1;
        let (offset, why) = match read {
            Ok(()) => {
                part.records += 1;
                flatten.end_record();
                continue;
            }
            Err(Stop::Syntax { offset, why }) => (offset, why),
            Err(Stop::TooDeep { offset }) => (offset, "brackets are nested too deep"),
            Err(stop) => return Err(stop),
        };
        flatten.discard();
        part.rejected += 1;
        part.first.get_or_insert(Rejected {
            line: part.lines - 1,
            offset,
            why,
        });
        window.skip_line();
    }
}

/// The record at the start of a line, and the end of it.
fn exact_line(window: &mut Window<'_>, flatten: &mut Flatten<'_>) -> Result<(), Stop> {
    let long = window.line_length() > LONG_LINE;
    if long {
        let start = window.at();
        window.next_token(NO_VALUE)?;
        window.pass_value()?;
        check_end(window)?;
        window.go_to(start);
    }
    flatten.count_early(long);
    flatten.record(window)?;
    check_end(window)
}

/// Moves past the end of a line.
fn check_end(window: &mut Window<'_>) -> Result<(), Stop> {
    if end_line(window)? {
        return Ok(());
    }
    Err(window.fail("something follows the value on its line"))
}

/// Moves past the end of a line, if it comes next.
#[inline]
fn end_line(window: &mut Window<'_>) -> Result<bool, Stop> {
    window.skip_space()?;
    match window.peek()? {
        None => Ok(true),
        Some(b'\n') => {
            window.bump();
            Ok(true)
        }
        Some(_) => Ok(false),
    }
}
