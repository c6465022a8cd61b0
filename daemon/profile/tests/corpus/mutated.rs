//! The corpus, mutated: any bytes end in a profile that adds up or in a refusal, and packed they end
//! in the same.
//!
//! `DDGEN_FUZZ_SECONDS` says for how long (5), `DDGEN_FUZZ_SEED` where it begins (1).

use std::time::{Duration, Instant};

use super::packed::{ENCODINGS, PACKINGS};

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().unwrap())
}

/// Numbers that come again with their seed.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap()
    }

    /// A place in a text, at a character.
    fn place(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }
}

const PIECES: [&str; 26] = [
    ",",
    ";",
    "\t",
    "|",
    "\u{1f}",
    "\"",
    "\"\"",
    "'",
    "`",
    "\\",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "#",
    " ",
    "  ",
    "1,5",
    "1.234,5",
    "-999",
    "Total rows: 3\n",
    "é",
    "\u{feff}",
    "{",
    "[1",
    "\u{1e}",
];

fn mutate(text: &mut String, other: &str, dice: &mut Dice) {
    for _ in 0..=dice.below(6) {
        let (a, b) = (dice.place(text), dice.place(text));
        let (from, to) = (a.min(b), a.max(b));
        match dice.below(6) {
            0 => text.replace_range(from..to.min(text.floor_char_boundary(from + 8)), ""),
            1 => text.insert_str(a, PIECES[dice.below(PIECES.len())]),
            2 => {
                let piece = text[from..to.min(text.floor_char_boundary(from + 200))].to_owned();
                text.insert_str(b.min(text.len()), &piece);
            }
            3 => text.truncate(a),
            4 => text.insert_str(a, &other[dice.place(other)..]),
            _ => {
                let piece = PIECES[dice.below(PIECES.len())].repeat(1 + dice.below(40));
                text.insert_str(a, &piece);
            }
        }
    }
}

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, dice.next() as u8),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = dice.next() as u8;
                }
            }
        }
    }
}

fn check(bytes: &[u8]) -> Option<String> {
    let profile = super::profile(bytes).ok()?;
    assert_eq!(profile.source.bytes, bytes.len() as u64);
    for table in &profile.tables {
        for field in &table.fields {
            assert_eq!(field.type_counts.values().sum::<u64>(), field.count);
            assert!(field.null_count <= field.count);
            assert!(field.nesting_level > 0 || field.count == table.records);
        }
    }
    let tables = serde_json::to_string(&profile.tables).unwrap();
    Some(tables.replace(" of the unpacked content", ""))
}

#[test]
fn any_bytes_end_in_a_profile_or_a_refusal() {
    let until = Instant::now() + Duration::from_secs(setting("DDGEN_FUZZ_SECONDS", 5));
    let seed = setting("DDGEN_FUZZ_SEED", 1);
    let corpus = super::corpus();
    let mut round = seed << 32;
    while Instant::now() < until {
        round += 1;
        let mut dice = Dice(round);
        let mut text = corpus[dice.below(corpus.len())].text.to_owned();
        let other = corpus[dice.below(corpus.len())].text;
        mutate(&mut text, other, &mut dice);
        let (_, _, encode) = ENCODINGS[dice.below(ENCODINGS.len())];
        let mut bytes = match dice.below(3) {
            0 => encode(&text).unwrap_or_default(),
            _ => text.into_bytes(),
        };
        if dice.below(3) == 0 {
            damage(&mut bytes, &mut dice);
        }
        let outcome = std::panic::catch_unwind(|| {
            let (_, pack) = PACKINGS[Dice(round).below(PACKINGS.len())];
            let mut packed = pack(&bytes);
            // What is refused for itself (nothing in it, packed already) is refused packed as well.
            assert_eq!(check(&bytes), check(&packed), "packed");
            damage(&mut packed, &mut Dice(round));
            check(&packed);
        });
        assert!(
            outcome.is_ok(),
            "round {round}: {:?}",
            bytes.escape_ascii().to_string()
        );
    }
}
