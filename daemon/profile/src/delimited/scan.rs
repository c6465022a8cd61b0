//! Where cells and records end.
//!
//! A quote opens a cell only as its first character, and is doubled inside; what follows the
//! closing quote up to the next delimiter belongs to the cell. `\n`, `\r\n` and `\r` end a record.
//! That is how the `csv` crate reads, and the tests hold both side by side.

use super::Signs;

/// Cells and records of a chunk.
#[derive(Debug, Default)]
pub struct Structure {
    /// Byte after the last of every cell.
    pub cell_ends: Vec<u32>,
    /// First byte of every record.
    pub record_starts: Vec<u32>,
    /// How many cells there are up to the end of every record.
    pub record_cells: Vec<u32>,
}

impl Structure {
    /// Forgets all, keeping the memory.
    pub fn clear(&mut self) {
        self.cell_ends.clear();
        self.record_starts.clear();
        self.record_cells.clear();
    }

    /// Records found.
    pub fn records(&self) -> usize {
        self.record_starts.len()
    }

    fn end_record(&mut self, start: usize, end: usize) {
        self.cell_ends.push(end as u32);
        self.record_starts.push(start as u32);
        self.record_cells.push(self.cell_ends.len() as u32);
    }

    /// First byte and byte after the last of the cells of a record.
    pub fn cells(&self, record: usize) -> impl Iterator<Item = (u32, u32)> {
        let from = if record == 0 {
            0
        } else {
            self.record_cells[record - 1] as usize
        };
        let ends = &self.cell_ends[from..self.record_cells[record] as usize];
        let mut start = self.record_starts[record];
        ends.iter()
            .map(move |end| (std::mem::replace(&mut start, end + 1), *end))
    }
}

/// What a cell is in the middle of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Bare,
    Quoted,
    /// After a quote inside a quoted cell: the closing one, or the first of two.
    Closing,
}

/// Finds all cells and records of a text that starts at a record, one byte after the other.
/// The last record need not end in a line break. A blank line is a record of one empty cell.
pub fn scan(text: &[u8], signs: Signs, found: &mut Structure) {
    let (mut state, mut record) = (State::Start, 0);
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        match state {
            State::Quoted => {
                match memchr::memchr(signs.quote, &text[at..]) {
                    Some(offset) => at += offset,
                    None => break,
                }
                state = State::Closing;
            }
            State::Closing if byte == signs.quote => state = State::Quoted,
            State::Start if byte == signs.quote => state = State::Quoted,
            _ if byte == signs.delimiter => {
                found.cell_ends.push(at as u32);
                state = State::Start;
            }
            _ if byte == b'\n' || byte == b'\r' => {
                found.end_record(record, at);
                at += usize::from(byte == b'\r' && text.get(at + 1) == Some(&b'\n'));
                record = at + 1;
                state = State::Start;
            }
            _ => state = State::Bare,
        }
        at += 1;
    }
    if record < text.len() {
        found.end_record(record, text.len());
    }
}

/// Byte after the last complete record of a text that starts at a record.
pub fn last_record_end(text: &[u8], signs: Signs, ended: bool) -> usize {
    if ended {
        return text.len();
    }
    let (mut state, mut end) = (State::Start, 0);
    for (at, byte) in text.iter().copied().enumerate() {
        state = match state {
            State::Quoted if byte == signs.quote => State::Closing,
            State::Quoted => State::Quoted,
            State::Closing | State::Start if byte == signs.quote => State::Quoted,
            _ if byte == signs.delimiter => State::Start,
            _ if byte == b'\n' => {
                end = at + 1;
                State::Start
            }
            // The `\n` that may follow belongs to the same end: it must be in sight.
            _ if byte == b'\r' => {
                if text.get(at + 1).is_some_and(|next| *next != b'\n') {
                    end = at + 1;
                }
                State::Start
            }
            _ => State::Bare,
        };
    }
    end
}

/// The value of a cell: without the quotes around it, doubled quotes made single.
#[inline]
pub fn value<'a>(cell: &'a [u8], quote: u8, room: &'a mut Vec<u8>) -> &'a [u8] {
    match cell.first() {
        Some(first) if *first == quote => unquote(cell, quote, room),
        _ => cell,
    }
}

fn unquote<'a>(cell: &'a [u8], quote: u8, room: &'a mut Vec<u8>) -> &'a [u8] {
    let inner = &cell[1..];
    match memchr::memchr(quote, inner) {
        None => return inner,
        Some(at) if at + 1 == inner.len() => return &inner[..at],
        Some(_) => {}
    }
    room.clear();
    let mut rest = inner;
    while let Some(at) = memchr::memchr(quote, rest) {
        room.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if rest.first() == Some(&quote) {
            room.push(quote);
            rest = &rest[1..];
        } else {
            break;
        }
    }
    room.extend_from_slice(rest);
    room
}
