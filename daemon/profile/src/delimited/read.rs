//! All chunks of a text on all threads, into one accumulator.

use std::sync::Mutex;

use super::cut::{Chunk, Cutter};
use super::fill::{Room, fill};
use super::footer::Footer;
use super::ragged::Ragged;
use super::rewrite::Rewriter;
use super::scan::{self, Ends, value};
use super::{Signs, header};
use crate::accumulate::{Budget, Columns, FieldSpec};
use crate::detect::dialect::Found;
use crate::name::table_name;
use crate::source::Source;
use crate::{Brief, Refusal};

/// A table may not have more fields: a text without line ends must not become a million columns.
const MAX_FIELDS: usize = 1 << 15;

/// What reading came to.
pub enum Outcome<'a> {
    Read(Box<Table<'a>>),
    /// Bytes that are not UTF-8 where the plan promised it: the caller plans again.
    NotUtf8,
    /// Quotes stand where they may not: the caller asks for the exact way.
    Stray,
}

/// All that was counted.
pub struct Table<'a> {
    pub columns: Columns,
    pub ragged: Ragged,
    pub source: Source<'a>,
    pub footer: Footer,
}

enum Stop {
    NotUtf8,
    Stray,
    Refused(Refusal),
}

/// Reads a text from where its start `head` was taken; `ended` when `head` is all of it.
///
/// # Errors
/// [`Refusal`] when the medium fails or a bound is met.
pub fn read<'a>(
    source: Source<'a>,
    head: Vec<u8>,
    ended: bool,
    found: &Found,
    exact: bool,
    brief: &Brief,
) -> Result<Outcome<'a>, Refusal> {
    let signs = found.signs;
    let mut rest = head;
    rest.drain(..found.start);
    let mut source = source;
    if !found.dialect.is_plain() {
        rest = source.rewrite(Rewriter::new(found.dialect), &rest)?;
    }
    let mut cutter = Cutter::new(source, found, exact, rest, ended);
    let Some(first) = cutter.next(Vec::new())? else {
        return Err(Refusal::Unreadable {
            message: "there is no record in it".into(),
            offset: None,
        });
    };
    let Ok((fields, first)) = take_header(first, found) else {
        return Ok(Outcome::NotUtf8);
    };
    if fields.len() > MAX_FIELDS {
        return Err(Refusal::TooLarge(format!(
            "{} columns are more than the {MAX_FIELDS} a table may have",
            fields.len()
        )));
    }
    let budget = Budget::of(brief.memory_budget);
    let lines = memchr::memchr_iter(b'\n', first.text()).count().max(1);
    let expected = cutter.source.size() / (first.text().len() / lines).max(1) as u64;
    let queue = Mutex::new((cutter, Some(first)));
    let whole = Columns::new(budget).with_rules(brief.rules_of(&table_name(&brief.name))?);
    let work = || {
        let mut columns = whole.beside();
        columns.sample.expect(expected);
        for field in &fields {
            columns.field(field);
        }
        count(&queue, columns, signs, exact)
    };
    let threads = brief.threads.max(1);
    let results: Vec<_> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let ours = work();
        let theirs = others.into_iter().map(|t| {
            t.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        std::iter::once(ours).chain(theirs).collect()
    });
    let mut all: Option<(Columns, Ragged)> = None;
    for result in results {
        let (columns, ragged) = match result {
            Ok(part) => part,
            Err(Stop::NotUtf8) => return Ok(Outcome::NotUtf8),
            Err(Stop::Stray) => return Ok(Outcome::Stray),
            Err(Stop::Refused(refusal)) => return Err(refusal),
        };
        match &mut all {
            None => all = Some((columns, ragged)),
            Some((whole, whole_ragged)) => {
                whole.merge_on(columns, threads);
                whole_ragged.merge(ragged);
            }
        }
    }
    let (columns, ragged) = all.expect("this thread gave a result");
    let (cutter, _) = queue
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(Outcome::Read(Box::new(Table {
        columns,
        ragged,
        footer: cutter.footer,
        source: cutter.source,
    })))
}

/// The fields, and the first chunk without the header.
fn take_header(
    mut first: Chunk,
    found: &Found,
) -> Result<(Vec<FieldSpec>, Chunk), std::str::Utf8Error> {
    if !found.header {
        return Ok((header::fields(None, found), first));
    }
    let structure = scan::structure(first.text(), found.signs);
    let mut room = Vec::new();
    let mut names = Vec::new();
    for (from, to) in structure.cells(0) {
        let cell = value(
            &first.text()[from as usize..to as usize],
            found.signs.quote,
            &mut room,
        );
        names.push(std::str::from_utf8(cell)?.to_owned());
    }
    let rest = structure
        .record_starts
        .get(1)
        .map_or(first.text().len(), |at| *at as usize);
    first.drop_front(rest);
    Ok((header::fields(Some(&names), found), first))
}

/// One thread's part: chunks as they come.
fn count(
    queue: &Mutex<(Cutter<'_>, Option<Chunk>)>,
    mut columns: Columns,
    signs: Signs,
    exact: bool,
) -> Result<(Columns, Ragged), Stop> {
    let (mut ragged, mut room, mut ends) = (Ragged::default(), Room::default(), Ends::default());
    let mut memory = Vec::new();
    loop {
        let chunk = {
            let mut queue = queue
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            match queue.1.take() {
                Some(first) => Some(first),
                None => queue.0.next(memory).map_err(Stop::Refused)?,
            }
        };
        let Some(chunk) = chunk else {
            return Ok((columns, ragged));
        };
        ends.clear();
        let found = if exact {
            scan::exact(chunk.text(), signs, &mut ends);
            Ok(())
        } else {
            scan::fast(chunk.text(), signs, &mut ends)
        };
        // What is ASCII is UTF-8; only the fast scan has looked.
        let unsure = exact || ends.wide || found.is_err();
        if unsure && std::str::from_utf8(chunk.text()).is_err() {
            return Err(Stop::NotUtf8);
        }
        found.map_err(|_| Stop::Stray)?;
        ragged.merge(fill(&chunk, &ends, signs, &mut columns, &mut room));
        memory = chunk.into_room();
    }
}
