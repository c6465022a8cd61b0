//! Where cells and records end.
//!
//! A quote opens a cell only as its first character, and is doubled inside; what follows the
//! closing quote up to the next delimiter belongs to the cell. `\n`, `\r\n` and `\r` end a record.
//! That is how the `csv` crate reads, and the tests hold both side by side.
//!
//! [`fast`] tells inside from outside by the parity of quotes alone. That is the same as long as
//! every quote stands where it may; it says when one does not, and [`exact`] reads such a text.

use super::Signs;
use super::simd;

/// Where the cells of a text end. The byte there is a delimiter, a line end, or the text's end.
#[derive(Debug, Default)]
pub struct Ends {
    at: Vec<u32>,
    length: usize,
    /// Records among them.
    pub records: usize,
    /// Whether a byte beyond ASCII was met; [`exact`] does not look.
    pub wide: bool,
}

/// A quote where none may be, or where parity cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stray;

impl Ends {
    /// Forgets all, keeping the memory.
    pub fn clear(&mut self) {
        self.length = 0;
        self.records = 0;
        self.wide = false;
    }

    /// The ends, in order.
    #[inline(always)]
    pub fn all(&self) -> &[u32] {
        &self.at[..self.length]
    }

    fn push(&mut self, end: usize) {
        // A chunk is bounded far below 4 GiB.
        self.room()[0] = end as u32;
        self.length += 1;
    }

    #[inline(always)]
    fn room(&mut self) -> &mut [u32; 64] {
        if self.at.len() < self.length + 64 {
            self.at.resize((self.at.len() * 2).max(4096), 0);
        }
        self.at[self.length..]
            .first_chunk_mut()
            .expect("made above")
    }

    /// Adds the set bits of a mask of 64 bytes that start at `base`.
    #[inline(always)]
    pub fn push_bits(&mut self, mut bits: u64, base: usize) {
        let count = bits.count_ones() as usize;
        let (groups, _) = self.room().as_chunks_mut::<8>();
        for (number, group) in groups.iter_mut().enumerate() {
            // Whole groups are written, and what is beyond the count is written over next time.
            for end in group {
                *end = base as u32 + bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
            }
            if count <= (number + 1) * 8 {
                break;
            }
        }
        self.length += count;
    }

    /// Ends the last record at the end of the text where no line end does.
    pub fn close(&mut self, text: &[u8]) {
        let start = self.all().last().map_or(0, |end| next_start(text, *end));
        let open = match self.all().last() {
            Some(end) if !is_record_end(text, *end) => true,
            _ => start < text.len(),
        };
        if open {
            self.push(text.len());
            self.records += 1;
        }
    }
}

#[inline(always)]
fn is_record_end(text: &[u8], end: u32) -> bool {
    matches!(text.get(end as usize), None | Some(b'\n' | b'\r'))
}

/// First byte of the record after an end.
#[inline(always)]
pub fn next_start(text: &[u8], end: u32) -> usize {
    let at = end as usize;
    at + 1 + usize::from(text.get(at) == Some(&b'\r') && text.get(at + 1) == Some(&b'\n'))
}

/// Cells and records of a chunk whose records may differ in width.
#[derive(Debug, Default)]
pub struct Structure {
    cell_ends: Vec<u32>,
    /// First byte of every record.
    pub record_starts: Vec<u32>,
    /// How many cells there are up to the end of every record.
    record_cells: Vec<u32>,
}

impl Structure {
    /// Groups the ends of a text, of which `length` bytes are meant, into records.
    pub fn of(text: &[u8], length: usize, ends: &Ends, delimiter: u8) -> Self {
        let mut found = Self {
            cell_ends: ends.all().to_vec(),
            ..Self::default()
        };
        let mut start = 0;
        for (cells, end) in (1..).zip(ends.all()) {
            let at = *end as usize;
            if at < length && text[at] == delimiter {
                continue;
            }
            found.record_starts.push(start);
            found.record_cells.push(cells);
            start = next_start(&text[..length], *end) as u32;
        }
        found
    }

    /// Records found.
    pub fn records(&self) -> usize {
        self.record_starts.len()
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

/// All cells and records of a text that starts at a record, read exactly.
pub fn structure(text: &[u8], signs: Signs) -> Structure {
    let mut ends = Ends::default();
    exact(text, signs, &mut ends);
    Structure::of(text, text.len(), &ends, signs.delimiter)
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

impl State {
    #[inline(always)]
    fn after(self, byte: u8, signs: Signs) -> Self {
        match self {
            Self::Quoted if byte == signs.quote => Self::Closing,
            Self::Quoted => Self::Quoted,
            Self::Closing | Self::Start if byte == signs.quote => Self::Quoted,
            _ if byte == signs.delimiter || byte == b'\n' || byte == b'\r' => Self::Start,
            _ => Self::Bare,
        }
    }
}

/// Finds all ends in a text that starts at a record, one byte after the other. The last record need
/// not end in a line break. A blank line is a record of one empty cell.
pub fn exact(text: &[u8], signs: Signs, found: &mut Ends) {
    let mut state = State::Start;
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        let quoted = state == State::Quoted;
        state = state.after(byte, signs);
        if state == State::Start && !quoted {
            found.push(at);
            if byte != signs.delimiter {
                found.records += 1;
                at += usize::from(byte == b'\r' && text.get(at + 1) == Some(&b'\n'));
            }
        }
        at += 1;
    }
    found.close(text);
}

/// As [`exact`], 64 bytes at a time.
///
/// # Errors
/// [`Stray`] when a quote stands where parity cannot tell; `found` is then of no use.
#[inline]
pub fn fast(text: &[u8], signs: Signs, found: &mut Ends) -> Result<(), Stray> {
    simd::scan(text, signs, found)?;
    found.close(text);
    Ok(())
}

/// Byte after the last complete record of a text that starts at a record and goes on.
pub fn last_end_exact(text: &[u8], signs: Signs) -> usize {
    let (mut state, mut end) = (State::Start, 0);
    for (at, byte) in text.iter().copied().enumerate() {
        let quoted = state == State::Quoted;
        state = state.after(byte, signs);
        if state == State::Start && !quoted && ends_record(text, at) {
            end = at + 1;
        }
    }
    end
}

/// As [`last_end_exact`], by the parity of quotes.
pub fn last_end_fast(text: &[u8], signs: Signs) -> usize {
    let mut inside = memchr::memchr_iter(signs.quote, text).count() % 2 == 1;
    let mut after = text.len();
    for at in memchr::memrchr2_iter(b'\n', b'\r', text) {
        let passed = memchr::memchr_iter(signs.quote, &text[at..after]).count();
        inside ^= passed % 2 == 1;
        after = at;
        if !inside && ends_record(text, at) {
            return at + 1;
        }
    }
    0
}

/// Whether a record surely ends at a byte. After `\r` the `\n` that may follow belongs to the same
/// end: it must be in sight.
fn ends_record(text: &[u8], at: usize) -> bool {
    match text[at] {
        b'\n' => true,
        b'\r' => text.get(at + 1).is_some_and(|next| *next != b'\n'),
        _ => false,
    }
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

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIGNS: Signs = Signs {
        delimiter: b',',
        quote: b'"',
    };

    /// Cells as the scan finds them.
    pub(in crate::delimited) fn by_scan(text: &[u8], signs: Signs) -> Vec<Vec<Vec<u8>>> {
        let found = structure(text, signs);
        let mut room = Vec::new();
        let mut cell =
            |(from, to)| value(&text[from as usize..to as usize], signs.quote, &mut room).to_vec();
        let records = (0..found.records()).map(|r| found.cells(r).map(&mut cell).collect());
        // The `csv` crate passes over blank lines; who fills the accumulators decides here.
        records
            .filter(|r: &Vec<Vec<u8>>| r.len() > 1 || !r[0].is_empty())
            .collect()
    }

    /// Cells as the `csv` crate finds them.
    pub(in crate::delimited) fn by_crate(text: &[u8], signs: Signs) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(signs.delimiter)
            .quote(signs.quote)
            .from_reader(text);
        let records = reader.byte_records().map(|r| r.expect("flexible"));
        let cells = records.map(|r| r.iter().map(<[u8]>::to_vec).collect::<Vec<_>>());
        // A lone quoted empty cell is a record to the crate and a blank line to us.
        cells.filter(|r| r.len() > 1 || !r[0].is_empty()).collect()
    }

    /// What must hold of any text: the scan is the crate's, the fast one the exact one or it says
    /// so, and every machine's the same.
    pub(in crate::delimited) fn hold(text: &[u8], signs: Signs) {
        assert_eq!(by_scan(text, signs), by_crate(text, signs));
        let mut found = Ends::default();
        if fast(text, signs, &mut found).is_ok() {
            let exactly = ends(|found| exact(text, signs, found));
            assert_eq!((found.all().to_vec(), found.records), exactly);
            assert_eq!(last_end_fast(text, signs), last_end_exact(text, signs));
            assert_eq!(found.wide, !text.is_ascii());
        }
        let portable = ends(|found| _ = simd::scan_portable(text, signs, found));
        let chosen = ends(|found| _ = simd::scan(text, signs, found));
        assert_eq!(portable, chosen);
    }

    /// Texts of signs mostly, long enough to cross blocks of 64 bytes.
    fn messy() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            3 => Just(b",".to_vec()), 2 => Just(b"\"".to_vec()), 1 => Just(b"\"\"".to_vec()),
            1 => Just(b"\n".to_vec()), 1 => Just(b"\r\n".to_vec()), 1 => Just(b"\r".to_vec()),
            4 => "[a-c]{0,9}".prop_map(String::into_bytes),
        ];
        prop::collection::vec(piece, 0..160).prop_map(|pieces| pieces.concat())
    }

    /// Well-formed text.
    fn proper() -> impl Strategy<Value = Vec<u8>> {
        let cell = prop_oneof![
            "[a-c ]{0,8}",
            "[a-c,\r\n\"]{0,30}".prop_map(|c| format!("\"{}\"", c.replace('"', "\"\""))),
        ];
        let record = (
            prop::collection::vec(cell, 1..6),
            prop_oneof!["\n", "\r\n", "\r"],
        );
        prop::collection::vec(record, 0..30).prop_map(|records| {
            let lines = records.iter().map(|(cells, end)| cells.join(",") + end);
            lines.collect::<String>().into_bytes()
        })
    }

    fn ends(scan: impl Fn(&mut Ends)) -> (Vec<u32>, usize) {
        let mut found = Ends::default();
        scan(&mut found);
        (found.all().to_vec(), found.records)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_reads_as_the_csv_crate_reads_it(text in messy()) {
            hold(&text, SIGNS);
        }

        #[test]
        fn the_fast_scan_reads_all_proper_text(text in proper()) {
            let mut found = Ends::default();
            prop_assert_eq!(fast(&text, SIGNS, &mut found), Ok(()));
            let exactly = ends(|found| exact(&text, SIGNS, found));
            prop_assert_eq!((found.all().to_vec(), found.records), exactly);
            prop_assert_eq!(last_end_fast(&text, SIGNS), last_end_exact(&text, SIGNS));
        }
    }
}
