//! A text of an odd dialect becomes one of the usual: then the usual way counts it.

use super::Signs;
use super::cut::MAX_RECORD;
use super::tokens::{Dialect, Sink, Tokens};
use crate::Refusal;

/// Rewrites block by block; memory is bounded by the longest cell.
pub struct Rewriter {
    tokens: Tokens,
    writer: Writer,
}

struct Writer {
    signs: Signs,
    text: Vec<u8>,
    begun: bool,
    comments: u64,
}

impl Rewriter {
    pub fn new(dialect: Dialect) -> Self {
        Self {
            tokens: Tokens::new(dialect),
            writer: Writer {
                signs: signs(&dialect),
                text: Vec::new(),
                begun: false,
                comments: 0,
            },
        }
    }

    /// Appends what a block becomes, the `last` one or not.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] when a cell does not end.
    pub fn rewrite(&mut self, block: &[u8], last: bool, text: &mut Vec<u8>) -> Result<(), Refusal> {
        self.tokens.push(block, &mut self.writer);
        if last {
            self.tokens.finish(&mut self.writer);
        }
        text.append(&mut self.writer.text);
        if self.tokens.pending() > MAX_RECORD {
            return Err(Refusal::TooLarge(format!(
                "a cell of more than {MAX_RECORD} bytes does not end; probably a quote is opened \
                 and never closed"
            )));
        }
        Ok(())
    }

    /// Lines that were comments.
    pub fn comments(&self) -> u64 {
        self.writer.comments
    }
}

/// The signs of what a dialect is rewritten to.
pub fn signs(dialect: &Dialect) -> Signs {
    Signs {
        delimiter: match dialect.blanks {
            None => dialect.delimiter,
            Some(_) => b'\t',
        },
        quote: b'"',
    }
}

impl Sink for Writer {
    fn cell(&mut self, value: &[u8], quoted: bool) {
        if std::mem::replace(&mut self.begun, true) {
            self.text.push(self.signs.delimiter);
        }
        let Signs { delimiter, quote } = self.signs;
        let sign = |byte: &u8| *byte == delimiter || matches!(byte, b'\n' | b'\r');
        let opens = value.first() == Some(&quote);
        // A quoted cell of nothing is no blank line.
        if !(opens || (quoted && value.is_empty()) || value.iter().any(sign)) {
            self.text.extend_from_slice(value);
            return;
        }
        self.text.push(quote);
        for byte in value {
            if *byte == quote {
                self.text.push(quote);
            }
            self.text.push(*byte);
        }
        self.text.push(quote);
    }

    fn record(&mut self, _start: usize) {
        self.text.push(b'\n');
        self.begun = false;
    }

    fn comment(&mut self, _start: usize) {
        self.comments += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::scan::{structure, value};
    use super::*;

    /// Records of cells.
    #[derive(Default)]
    struct Records {
        all: Vec<Vec<Vec<u8>>>,
        cells: Vec<Vec<u8>>,
    }

    impl Sink for Records {
        fn cell(&mut self, value: &[u8], _quoted: bool) {
            self.cells.push(value.to_vec());
        }

        fn record(&mut self, _start: usize) {
            self.all.push(std::mem::take(&mut self.cells));
        }

        fn comment(&mut self, _start: usize) {}
    }

    fn tokens(dialect: Dialect, text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let (mut tokens, mut records) = (Tokens::new(dialect), Records::default());
        tokens.push(text, &mut records);
        tokens.finish(&mut records);
        records.all
    }

    fn rewritten(dialect: Dialect, text: &[u8], block: usize) -> Vec<Vec<Vec<u8>>> {
        let (mut rewriter, mut out) = (Rewriter::new(dialect), Vec::new());
        for part in text.chunks(block) {
            rewriter.rewrite(part, false, &mut out).expect("short");
        }
        rewriter.rewrite(b"", true, &mut out).expect("short");
        let signs = signs(&dialect);
        let found = structure(&out, signs);
        let mut room = Vec::new();
        let mut cell =
            |(from, to)| value(&out[from as usize..to as usize], b'"', &mut room).to_vec();
        (0..found.records())
            .map(|record| found.cells(record).map(&mut cell).collect())
            .collect()
    }

    fn text(dialect: Dialect, text: &str) -> Vec<Vec<String>> {
        let cells = |record: Vec<Vec<u8>>| {
            let cells = record.into_iter().map(String::from_utf8);
            cells.map(|cell| cell.expect("UTF-8")).collect()
        };
        rewritten(dialect, text.as_bytes(), 3)
            .into_iter()
            .map(cells)
            .collect()
    }

    fn messy() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            3 => Just(",".to_owned()), 2 => Just("\"".to_owned()), 1 => Just("\\".to_owned()),
            1 => Just("\n".to_owned()), 1 => Just("\r\n".to_owned()), 1 => Just("\r".to_owned()),
            1 => Just("#".to_owned()), 1 => Just(" ".to_owned()), 1 => Just("'".to_owned()),
            1 => Just("\t".to_owned()), 3 => "[a-c]{1,5}",
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat().into_bytes())
    }

    fn dialects() -> impl Strategy<Value = Dialect> {
        let sign = |sign: u8| prop_oneof![Just(None), Just(Some(sign))];
        (
            prop_oneof![Just(b'"'), Just(b'\'')],
            sign(b'\\'),
            sign(b'#'),
            any::<bool>(),
            prop_oneof![3 => Just(None), 1 => Just(Some(1_usize)), 1 => Just(Some(2))],
        )
            .prop_map(|(quote, escape, comment, skip_space, blanks)| Dialect {
                quote,
                escape,
                comment,
                skip_space,
                blanks,
                ..Dialect::usual(b',')
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_is_rewritten_reads_as_it_was(dialect in dialects(), text in messy(), block in 1_usize..20) {
            prop_assert_eq!(rewritten(dialect, &text, block), tokens(dialect, &text));
        }

        #[test]
        fn cells_are_those_of_the_csv_crate(
            text in messy(), quote in prop_oneof![Just(b'"'), Just(b'\'')], comment in any::<bool>(),
        ) {
            // The crate ends a comment at `\n` only.
            let text: Vec<u8> = text.into_iter().filter(|byte| !comment || *byte != b'\r').collect();
            let dialect = Dialect { quote, comment: comment.then_some(b'#'), ..Dialect::usual(b',') };
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true)
                .quote(quote).comment(dialect.comment).from_reader(&text[..]);
            let records = reader.byte_records().map(|r| r.expect("flexible"));
            let theirs: Vec<Vec<Vec<u8>>> = records
                .map(|r| r.iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
                .filter(|r: &Vec<Vec<u8>>| r.len() > 1 || !r[0].is_empty())
                .collect();
            let mut ours = tokens(dialect, &text);
            ours.retain(|r| r.len() > 1 || !r[0].is_empty());
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn escapes_in_quotes_are_those_of_the_csv_crate(
            cells in prop::collection::vec(prop::collection::vec("[a-c,\"\\\\\n ]{0,9}", 1..4), 1..9),
        ) {
            let quoted = |cell: &String| {
                format!("\"{}\"", cell.replace('\\', "\\\\").replace('"', "\\\""))
            };
            let lines = cells.iter().map(|r| r.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n");
            let text: String = lines.collect();
            let dialect = Dialect { escape: Some(b'\\'), ..Dialect::usual(b',') };
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true)
                .escape(Some(b'\\')).from_reader(text.as_bytes());
            let theirs: Vec<Vec<Vec<u8>>> = reader.byte_records()
                .map(|r| r.expect("flexible").iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
                .collect();
            prop_assert_eq!(&tokens(dialect, text.as_bytes()), &theirs);
            let written: Vec<Vec<Vec<u8>>> = cells.iter()
                .map(|r| r.iter().map(|c| c.clone().into_bytes()).collect()).collect();
            prop_assert_eq!(theirs, written);
        }
    }

    #[test]
    fn runs_of_blanks_are_one_delimiter() {
        let blanks = |least| Dialect {
            blanks: Some(least),
            ..Dialect::usual(b' ')
        };
        assert_eq!(
            text(blanks(1), "  a  b c \n1 \"x y\"  3\n"),
            [["a", "b", "c"], ["1", "x y", "3"]]
        );
        assert_eq!(
            text(blanks(2), "first name  age\nAda B.      36\n"),
            [["first name", "age"], ["Ada B.", "36"]]
        );
    }

    #[test]
    fn escapes_outside_quotes_spare_signs_only() {
        let escape = Dialect {
            escape: Some(b'\\'),
            ..Dialect::usual(b',')
        };
        assert_eq!(
            text(escape, "a\\,b,\\N,C:\\dir\n\"x \\\"y\\\"\",2,\\\\\n"),
            [["a,b", "\\N", "C:\\dir"], ["x \"y\"", "2", "\\"]]
        );
    }

    #[test]
    fn other_record_ends_and_blanks_before_quotes() {
        let units = Dialect {
            record_end: Some(0x1e),
            ..Dialect::usual(0x1f)
        };
        assert_eq!(
            text(units, "a\u{1f}b\u{1e}1\n2\u{1f}3\u{1e}\n"),
            [["a", "b"], ["1\n2", "3"]]
        );
        let spaced = Dialect {
            skip_space: true,
            ..Dialect::usual(b',')
        };
        assert_eq!(
            text(spaced, "\"a\", \"b, c\" , d\n1,2, 3\n"),
            [["a", "b, c", " d"], ["1", "2", " 3"]]
        );
    }
}
