//! Sketches as numbers, as bytes, and of real files.

mod bytes;
mod files;
mod merging;

use super::*;
use crate::accumulate::hash::hash;
use crate::{Brief, Learned};

const KEY: [u8; 32] = [7; 32];

fn key() -> SketchKey {
    SketchKey::new(KEY)
}

fn bounds(values: usize, buckets: usize) -> Bounds {
    Bounds { values, buckets }
}

/// As the engine would, of texts with their counts.
fn values(texts: &[(&str, u64)], level: u8, bound: usize) -> ValueSketch {
    let seen = texts.iter().map(|(text, count)| Value {
        text: text.as_bytes(),
        hash: hash(text.as_bytes()),
        count: *count,
        first: 0,
    });
    ValueSketch::new(seen, 1, level, bound, &key())
}

fn learn(text: &str, memory_budget: u64) -> Learned {
    let brief = Brief {
        sketch_key: Some(key()),
        memory_budget,
        threads: 2,
        ..Brief::default()
    };
    crate::learn(&text.as_bytes().to_vec(), &brief, &|_| {}).expect("a readable text")
}

/// The sketch of a field by its path.
fn sketch_of<'a>(learned: &'a Learned, path: &str) -> &'a FieldSketch {
    let fields = &learned.profile.tables[0].fields;
    let at = fields.iter().position(|f| f.path == path).expect("a field");
    &learned.sketches.tables[0][at]
}
