//! Files with bytes flipped, cut, doubled and moved: read or refused, never a panic.

use ::parquet::basic::{Compression, Encoding, ZstdLevel};

use super::files::{Cells, Column, How, file, texts};
use super::profile_by;

/// Small files that between them use every decoder.
fn seeds() -> Vec<Vec<u8>> {
    let words: Vec<String> = (0..60).map(|n| format!("word {}", n % 7)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let levels: Vec<i16> = (0..90).map(|n| i16::from(n % 3 != 0)).collect();
    let flat = "message m { required int64 a; optional binary s (STRING); required double f; required boolean b; required fixed_len_byte_array(4) x (DECIMAL(9,2)); }";
    let columns = || {
        vec![
            Cells::I64((0..90).map(|n| n % 11).collect()).into(),
            Column::optional(texts(&words), &levels),
            Cells::F64((0..90).map(f64::from).collect()).into(),
            Cells::Bool((0..90).map(|n| n % 2 == 0).collect()).into(),
            Cells::Fixed((0..90_i32).map(|n| n.to_be_bytes().to_vec()).collect()).into(),
        ]
    };
    let nested = "message m { optional group c { optional binary t (STRING); optional group l (LIST) { repeated group list { optional int32 element; } } } }";
    let lists = vec![
        Column::optional(texts(&["Oslo", "Rom"]), &[0, 1, 2, 2]),
        Column::repeated(
            Cells::I32(vec![1, 2, 3]),
            &[0, 1, 2, 4, 4, 3, 4],
            &[0, 0, 0, 0, 1, 1, 1],
        ),
    ];
    let delta = |second_version| How {
        compression: Compression::UNCOMPRESSED,
        second_version,
        dictionary: false,
        encodings: vec![
            ("a".into(), Encoding::DELTA_BINARY_PACKED),
            ("s".into(), Encoding::DELTA_BYTE_ARRAY),
            ("f".into(), Encoding::BYTE_STREAM_SPLIT),
            ("b".into(), Encoding::RLE),
            ("x".into(), Encoding::DELTA_BYTE_ARRAY),
        ],
        rows_a_page: 40,
    };
    let zstd = How {
        compression: Compression::ZSTD(ZstdLevel::default()),
        second_version: true,
        ..How::default()
    };
    let open = How {
        compression: Compression::UNCOMPRESSED,
        ..How::default()
    };
    vec![
        file(flat, &[columns(), columns()], &How::default()),
        file(flat, &[columns()], &open),
        file(flat, &[columns()], &delta(false)),
        file(flat, &[columns()], &delta(true)),
        file(nested, &[lists.clone(), lists.clone()], &zstd),
        file(nested, &[lists], &open),
    ]
}

struct Dice(u64);

impl Dice {
    /// A number below `most`.
    fn below(&mut self, most: usize) -> usize {
        self.0 = crate::accumulate::hash::mix(self.0, 7);
        (self.0 % most.max(1) as u64) as usize
    }
}

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    // Half of all changes hit the footer, which is the smaller part of larger files.
    let from = if dice.below(2) == 0 {
        bytes.len().saturating_sub(400)
    } else {
        0
    };
    let at = from + dice.below(bytes.len() - from);
    match dice.below(8) {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][dice.below(5)],
        2 => bytes[at] = bytes[at].wrapping_add(1),
        3 => bytes[at] = dice.below(256) as u8,
        4 => {
            bytes.remove(at);
        }
        5 => bytes.insert(at, dice.below(256) as u8),
        6 => {
            let length = (1 + dice.below(16)).min(bytes.len() - at);
            let to = dice.below(bytes.len() - length + 1);
            bytes.copy_within(at..at + length, to);
        }
        _ => {
            let end = (at + 1 + dice.below(9)).min(bytes.len());
            bytes[at..end].fill(0xff);
        }
    }
}

fn run(seed: u64, cases: usize) -> (usize, usize) {
    let seeds = seeds();
    let mut dice = Dice(seed);
    let (mut read, mut refused) = (0, 0);
    for case in 0..cases {
        let mut bytes = seeds[dice.below(seeds.len())].clone();
        for _ in 0..=dice.below(3) {
            mutate(&mut bytes, &mut dice);
        }
        if dice.below(20) == 0 {
            bytes.truncate(dice.below(bytes.len()));
        }
        match profile_by(&bytes, 1, 50) {
            Ok(_) => read += 1,
            Err(refusal) => {
                assert!(!refusal.to_string().is_empty(), "case {case}");
                refused += 1;
            }
        }
    }
    (read, refused)
}

#[test]
fn changed_bytes_are_read_or_refused() {
    for seed in seeds() {
        profile_by(&seed, 1, 50).expect("unchanged, it is sound");
    }
    let (read, refused) = run(1, 3_000);
    assert!(
        read > 100 && refused > 1000,
        "{read} read, {refused} refused"
    );
}

mod long {
    /// About ten minutes on one core.
    #[test]
    fn changed_bytes_are_read_or_refused_for_long() {
        for seed in 2..202 {
            super::run(seed, 10_000);
        }
    }
}
