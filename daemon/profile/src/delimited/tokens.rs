//! Delimited text of any dialect, cell by cell.
//!
//! It reads as the `csv` crate does (quotes open a cell as its first character and are doubled or
//! escaped inside), and beyond it: runs of blanks as one delimiter, blanks before a quote, escapes
//! outside quotes, other record ends. The usual dialects never come here for more than their start.

/// The signs of a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    /// Runs of this many blanks and more stand for the delimiter.
    pub blanks: Option<usize>,
    pub quote: u8,
    pub escape: Option<u8>,
    /// Opens a line that is no record.
    pub comment: Option<u8>,
    /// Blanks between a delimiter and a quote say nothing.
    pub skip_space: bool,
    /// What ends a record in place of a line end.
    pub record_end: Option<u8>,
}

impl Dialect {
    /// A delimiter, double quotes, line ends.
    pub fn usual(delimiter: u8) -> Self {
        Self {
            delimiter,
            blanks: None,
            quote: b'"',
            escape: None,
            comment: None,
            skip_space: false,
            record_end: None,
        }
    }

    /// Whether delimiter and quote say everything.
    pub fn is_plain(&self) -> bool {
        let Self {
            delimiter,
            blanks,
            quote,
            escape,
            comment,
            skip_space,
            record_end,
        } = *self;
        let signs = Self {
            quote,
            ..Self::usual(delimiter)
        };
        let all = Self {
            delimiter,
            blanks,
            quote,
            escape,
            comment,
            skip_space,
            record_end,
        };
        signs == all
    }
}

/// Is told what is found.
pub trait Sink {
    /// A cell's value, and whether it was quoted.
    fn cell(&mut self, value: &[u8], quoted: bool);

    /// The end of a record that began at a byte; one of one empty cell is a blank line.
    fn record(&mut self, start: usize);

    /// A line that is a comment began at a byte.
    fn comment(&mut self, start: usize);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Record,
    Cell,
    Bare,
    Quoted,
    /// After a quote inside a quoted cell: the closing one, or the first of two.
    Closing,
    EscapeQuoted,
    EscapeBare,
    Comment,
}

/// Reads block by block.
pub struct Tokens {
    dialect: Dialect,
    state: State,
    cell: Vec<u8>,
    quoted: bool,
    /// Blanks seen that may be a delimiter, or belong to the cell.
    blanks: usize,
    /// The last byte was a `\r` that ended a line.
    carriage: bool,
    start: usize,
    at: usize,
    /// Quotes where none should be.
    pub strays: u64,
}

impl Tokens {
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            state: State::Record,
            cell: Vec::new(),
            quoted: false,
            blanks: 0,
            carriage: false,
            start: 0,
            at: 0,
            strays: 0,
        }
    }

    /// Reads on.
    pub fn push(&mut self, text: &[u8], sink: &mut impl Sink) {
        for byte in text {
            self.step(*byte, sink);
            self.at += 1;
        }
    }

    /// Ends the last record where no line end does.
    pub fn finish(&mut self, sink: &mut impl Sink) {
        if self.state == State::EscapeBare {
            self.cell.extend(self.dialect.escape);
        }
        if !matches!(self.state, State::Record | State::Comment) {
            self.end_cell(sink);
            sink.record(self.start);
        }
        self.state = State::Record;
    }

    /// Bytes of the cell that is not at its end.
    pub fn pending(&self) -> usize {
        self.cell.len()
    }

    fn ends_record(&self, byte: u8) -> bool {
        match self.dialect.record_end {
            None => byte == b'\n' || byte == b'\r',
            Some(end) => byte == end,
        }
    }

    fn is_blank(&self, byte: u8) -> bool {
        self.dialect.blanks.is_some() && matches!(byte, b' ' | b'\t')
    }

    #[inline]
    fn step(&mut self, byte: u8, sink: &mut impl Sink) {
        if std::mem::take(&mut self.carriage) && byte == b'\n' {
            return;
        }
        match self.state {
            State::Record => self.open_record(byte, sink),
            State::Cell => self.open_cell(byte, sink),
            State::Bare => self.bare(byte, sink),
            State::Quoted if Some(byte) == self.dialect.escape => self.state = State::EscapeQuoted,
            State::Quoted if byte == self.dialect.quote => self.state = State::Closing,
            State::Quoted => self.cell.push(byte),
            State::Closing => self.closing(byte, sink),
            State::EscapeQuoted => {
                self.cell.push(byte);
                self.state = State::Quoted;
            }
            State::EscapeBare => self.escaped(byte),
            State::Comment if self.ends_record(byte) => {
                self.carriage = byte == b'\r';
                self.state = State::Record;
            }
            State::Comment => {}
        }
    }

    fn open_record(&mut self, byte: u8, sink: &mut impl Sink) {
        if self.dialect.record_end.is_some() && matches!(byte, b'\n' | b'\r') {
            return;
        }
        self.start = self.at;
        if Some(byte) == self.dialect.comment {
            sink.comment(self.start);
            self.state = State::Comment;
            return;
        }
        self.state = State::Cell;
        self.open_cell(byte, sink);
    }

    fn open_cell(&mut self, byte: u8, sink: &mut impl Sink) {
        let Dialect {
            quote,
            delimiter,
            escape,
            skip_space,
            ..
        } = self.dialect;
        if byte == quote && (self.cell.is_empty() || skip_space) {
            self.cell.clear();
            self.quoted = true;
            self.state = State::Quoted;
        } else if self.ends_record(byte) {
            self.end_record(byte, sink);
        } else if self.is_blank(byte) {
            // Before the first cell, or more of a run that has ended one.
        } else if byte == delimiter && self.dialect.blanks.is_none() {
            self.end_cell(sink);
        } else if skip_space && byte == b' ' {
            // They belong to the cell unless a quote follows.
            self.cell.push(byte);
        } else if Some(byte) == escape {
            self.state = State::EscapeBare;
        } else {
            self.cell.push(byte);
            self.state = State::Bare;
        }
    }

    fn bare(&mut self, byte: u8, sink: &mut impl Sink) {
        if self.ends_record(byte) {
            self.blanks = 0;
            self.end_record(byte, sink);
        } else if self.is_blank(byte) {
            self.blanks += 1;
        } else if self.blanks > 0 {
            self.after_blanks(byte, sink);
        } else if byte == self.dialect.delimiter && self.dialect.blanks.is_none() {
            self.end_cell(sink);
            self.state = State::Cell;
        } else if Some(byte) == self.dialect.escape {
            self.state = State::EscapeBare;
        } else {
            self.strays += u64::from(byte == self.dialect.quote);
            self.cell.push(byte);
        }
    }

    fn after_blanks(&mut self, byte: u8, sink: &mut impl Sink) {
        let blanks = std::mem::take(&mut self.blanks);
        if blanks >= self.dialect.blanks.unwrap_or(1) {
            self.end_cell(sink);
            self.state = State::Cell;
            self.open_cell(byte, sink);
        } else {
            self.cell.extend(std::iter::repeat_n(b' ', blanks));
            self.state = State::Bare;
            self.bare(byte, sink);
        }
    }

    fn closing(&mut self, byte: u8, sink: &mut impl Sink) {
        if byte == self.dialect.quote && self.blanks == 0 {
            self.cell.push(byte);
            self.state = State::Quoted;
        } else if self.ends_record(byte) {
            self.blanks = 0;
            self.end_record(byte, sink);
        } else if self.is_blank(byte) {
            self.blanks += 1;
        } else if self.blanks > 0 {
            self.after_blanks(byte, sink);
        } else if byte == self.dialect.delimiter && self.dialect.blanks.is_none() {
            self.end_cell(sink);
            self.state = State::Cell;
        } else if self.dialect.skip_space && byte == b' ' {
            // Between the closing quote and the delimiter.
        } else {
            self.strays += 1;
            self.cell.push(byte);
            self.state = State::Bare;
        }
    }

    /// Outside quotes an escape makes a sign of the dialect an ordinary character, and is one
    /// itself before any other (`\N`).
    fn escaped(&mut self, byte: u8) {
        let Dialect {
            delimiter,
            quote,
            escape,
            ..
        } = self.dialect;
        let is_sign = byte == delimiter || byte == quote || Some(byte) == escape;
        if !is_sign && !self.ends_record(byte) {
            self.cell.extend(escape);
        }
        self.cell.push(byte);
        self.state = State::Bare;
    }

    fn end_record(&mut self, byte: u8, sink: &mut impl Sink) {
        self.end_cell(sink);
        sink.record(self.start);
        self.carriage = byte == b'\r';
        self.state = State::Record;
    }

    fn end_cell(&mut self, sink: &mut impl Sink) {
        sink.cell(&self.cell, self.quoted);
        self.cell.clear();
        self.quoted = false;
    }
}
