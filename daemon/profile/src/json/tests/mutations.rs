//! Damaged texts: never a panic, the verdict of serde_json, and its values, on every way of reading.

use std::time::{Duration, Instant};

use serde::de::IgnoredAny;
use serde_json::Value;

use super::super::form::HEAD;
use super::against_serde::expected;
use super::{counted, read_on, read_once};
use crate::accumulate::hash::mix;

/// What is damaged: each opens something else.
const SEEDS: &[&str] = &[
    r#"[{"id":1,"name":"Ada","address":{"city":"Zürich","zip":"08001"},"tags":["a","b"],"ok":true},{"id":2,"name":null,"tags":[]}]"#,
    r#"[{"a":"\u0041\ud834\udd1e\n\"","b":[1,2.5,-3e10,[],{}]},{"b":{"c":{"d":{"e":1}}},"a":""}]"#,
    "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n{\"b\":\"z\",\"a\":3.5}\n",
    "{\"a\":{\"b\":[1,2,3]}}\r\n{\"a\":{\"b\":[]}}\r\n\r\n{\"a\":null}\r\n",
    r#"{"long key with more than sixteen bytes":"a text that is longer than sixteen bytes","x":[true,false,null,0,-0,0.5]}"#,
    r#"[[1,[2,[3,[4,[5]]]]],"text",12345678901234567890,{"":{"":""}}]"#,
    r#"{"k":{"$oid":1},"$x":{"$date":"no"},"$numberLong":"1","y":2}"#,
    "[1,2,3]\n[4,5,6]\n[]\n",
];

const BYTES: &[u8] = b"{}[]\",:0123456789.eE+-\\/ntfu \n\r\t\x00\x1f\x7f\x80\xc3\xbc\xff$";

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = mix(self.0, 1);
        (self.0 % n as u64) as usize
    }
}

fn damaged(dice: &mut Dice) -> Vec<u8> {
    let mut text = SEEDS[dice.below(SEEDS.len())].as_bytes().to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(text.len().max(1)).min(text.len());
        match dice.below(6) {
            0 if at < text.len() => text[at] = BYTES[dice.below(BYTES.len())],
            1 if at < text.len() => drop(text.remove(at)),
            2 => text.truncate(at),
            3 => {
                let to = at + dice.below(text.len() + 1 - at);
                let part = text[at..to].to_vec();
                let place = dice.below(text.len() + 1);
                text.splice(place..place, part);
            }
            4 => {
                let other = SEEDS[dice.below(SEEDS.len())].as_bytes();
                let from = dice.below(other.len());
                text.splice(at.., other[from..].iter().copied());
            }
            _ => text.insert(at, BYTES[dice.below(BYTES.len())]),
        }
    }
    text
}

/// As serde_json has it, but for numbers past an f64 and halves of surrogate pairs, which are JSON.
fn is_json(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok() && serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// The values, where serde_json shows them as we count them: a key that comes again, a number that
/// it writes another way and a wrapper are ours alone.
fn comparable(text: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(text).ok()?;
    let written = |text: &[u8]| {
        let kept: Vec<u8> = text
            .iter()
            .copied()
            .filter(|b| !b" \t\r\n".contains(b))
            .collect();
        kept.len()
    };
    let plain = !text.iter().any(|b| b"\\$".contains(b));
    let same = serde_json::to_vec(&value)
        .ok()
        .is_some_and(|again| written(&again) == written(text));
    // Past 64 bits it makes floats of whole numbers.
    let long = text.chunk_by(|a, b| a.is_ascii_digit() && b.is_ascii_digit());
    let whole = !text.iter().any(|b| b".eE".contains(b))
        && !has_minus_zero(text)
        && long.into_iter().all(|run: &[u8]| run.len() < 19);
    (plain && same && whole).then_some(value)
}

fn has_minus_zero(text: &[u8]) -> bool {
    text.windows(2).any(|pair| pair == b"-0")
}

fn check(text: &[u8]) {
    let shown = String::from_utf8_lossy(text);
    let (columns, outcome) = read_once(text, 50, 1 << 20, HEAD);
    // Other chunks, other threads, other pieces: the same.
    for (threads, chunk) in [(1, 1), (2, 33), (2, 80)] {
        let (again, second) = read_on(text, threads, chunk);
        let depth = read_once(text, 10, 1 << 20, HEAD);
        assert_eq!(format!("{:?}", depth.1), format!("{second:?}"), "{shown}");
        if second.is_ok() {
            assert_eq!(counted(&depth.0), counted(&again), "{shown}");
            assert_eq!(depth.0.records(), again.records(), "{shown}");
        }
    }
    match outcome {
        Ok(o) if o.format == "json" => {
            assert!(is_json(text), "{shown}");
            if let Some(value) = comparable(text) {
                let records = match &value {
                    Value::Array(items) => items.iter().collect(),
                    other => vec![other],
                };
                assert_eq!(counted(&columns), expected(&records), "{shown}");
            }
        }
        Ok(o) => {
            let lines = text
                .split(|b| *b == b'\n')
                .filter(|l| !l.iter().all(|b| b" \t\r".contains(b)));
            let (good, bad): (Vec<&[u8]>, Vec<&[u8]>) = lines.partition(|line| is_json(line));
            assert_eq!(
                (good.len() as u64, bad.len() as u64),
                (columns.records(), o.rejected),
                "{shown}"
            );
            let values: Option<Vec<Value>> = good.iter().map(|line| comparable(line)).collect();
            if let Some(values) = values {
                assert_eq!(
                    counted(&columns),
                    expected(&values.iter().collect::<Vec<_>>()),
                    "{shown}"
                );
            }
        }
        Err(_) => assert!(!is_json(text), "{shown}"),
    }
}

#[test]
fn some_damaged_texts() {
    let mut dice = Dice(20_261_123);
    for _ in 0..6_000 {
        check(&damaged(&mut dice));
    }
}

mod long {
    use super::*;

    /// As many as ten minutes allow, others every time.
    #[test]
    fn damaged_texts_for_ten_minutes() {
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap();
        let mut dice = Dice(since.as_nanos() as u64);
        let (start, mut texts) = (Instant::now(), 0_u64);
        println!("begins with {}", dice.0);
        while start.elapsed() < Duration::from_secs(600) {
            for _ in 0..1000 {
                check(&damaged(&mut dice));
            }
            texts += 1000;
        }
        println!("{texts} texts");
    }
}
