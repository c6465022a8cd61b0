//! Sound texts, damaged at random: what holds of any text must hold of them. A short run is part of
//! the usual tests; `long` goes on for ten minutes (`DDGEN_FUZZ_SECONDS` says otherwise).

use std::time::{Duration, Instant};

use super::Signs;
use super::scan::tests::hold;
use crate::accumulate::hash::mix;

const SEEDS: [&[u8]; 5] = [
    b"year,month,day,dep_time,carrier,tailnum,origin\n2013,1,1,517,UA,N14228,EWR\n2013,1,1,NA,,N24211,LGA\n",
    b"id,title,body\r\n1,\"a, b\",\"he said \"\"no\"\",\nand left\"\r\n2,,\"\"\r\n3,\"x\",y\r\n",
    b"a;b\rc;'d;''e'\rf;g\r\r",
    "name\tcity\tnote\nJürgen\tZürich\t\u{20ac} 5\nAda\t\"Lyon\t2\"\t\n".as_bytes(),
    b"\"all\",\"are\",\"quoted\"\n\"1\",\"2\",\"3\"\n\"\"\"4\"\"\",\"5\",\"\"\n",
];

const SIGNS: [(u8, u8); 6] = [
    (b',', b'"'),
    (b';', b'\''),
    (b'\t', b'"'),
    (b'|', b'"'),
    (b',', b'\''),
    (b' ', b'`'),
];

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 += 1;
        (mix(self.0, 0xf0) >> 16) as usize % bound.max(1)
    }
}

fn damaged(dice: &mut Dice, signs: Signs) -> Vec<u8> {
    let mut text = SEEDS[dice.below(SEEDS.len())].repeat(1 + dice.below(6));
    for _ in 0..dice.below(12) {
        let at = dice.below(text.len() + 1);
        let to = (at + dice.below(90)).min(text.len());
        let sign = [signs.delimiter, signs.quote, b'\n', b'\r', b'x', 0xc3][dice.below(6)];
        match dice.below(5) {
            0 => text.insert(at, sign),
            1 => drop(text.drain(at..to)),
            2 => {
                let again = text[at..to].to_vec();
                text.splice(at..at, again);
            }
            3 => text.truncate(to),
            _ => text[at..to]
                .iter_mut()
                .step_by(7)
                .for_each(|byte| *byte = sign),
        }
    }
    text
}

fn run(first: u64, more: impl Fn(u64) -> bool) -> u64 {
    let mut round = first;
    while more(round) {
        let mut dice = Dice(round << 20);
        let (delimiter, quote) = SIGNS[dice.below(SIGNS.len())];
        let signs = Signs { delimiter, quote };
        let text = damaged(&mut dice, signs);
        let held = std::panic::catch_unwind(|| hold(&text, signs));
        assert!(
            held.is_ok(),
            "round {round}: {:?}",
            String::from_utf8_lossy(&text)
        );
        round += 1;
    }
    round - first
}

#[test]
fn damaged_texts_scan_as_the_csv_crate_reads_them() {
    run(0, |round| round < 3_000);
}

mod long {
    use super::*;

    #[test]
    fn damaged_texts_scan_as_the_csv_crate_reads_them_for_long() {
        let seconds = std::env::var("DDGEN_FUZZ_SECONDS").ok();
        let seconds = seconds.and_then(|s| s.parse().ok()).unwrap_or(600);
        let end = Instant::now() + Duration::from_secs(seconds);
        let rounds = run(1 << 32, |_| Instant::now() < end);
        println!("{rounds} texts");
    }
}
