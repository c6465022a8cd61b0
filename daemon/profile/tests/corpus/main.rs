//! Awkward delimited files, each with what it proves and what is in it, stated by hand; and the same
//! files in other encodings and packings.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod case;
mod delimiters;
mod headers;
mod lines;
mod numbers;
mod packed;
mod quotes;
mod surroundings;
mod values;

use case::Case;
use ddgen_profile::{Brief, Profile, Refusal};

fn corpus() -> Vec<Case> {
    [
        delimiters::cases(),
        quotes::cases(),
        lines::cases(),
        headers::cases(),
        surroundings::cases(),
        numbers::cases(),
        values::cases(),
    ]
    .concat()
}

fn profile(bytes: &[u8]) -> Result<Profile, Refusal> {
    let brief = Brief {
        name: "t.csv".into(),
        ..Brief::default()
    };
    ddgen_profile::profile(&bytes.to_vec(), &brief, &|_| {})
}

#[test]
fn every_file_reads_as_it_was_meant() {
    let corpus = corpus();
    assert!(corpus.len() >= 150, "{} files", corpus.len());
    let mut names: Vec<&str> = corpus.iter().map(|case| case.name).collect();
    names.sort_unstable();
    assert!(
        names.windows(2).all(|pair| pair[0] != pair[1]),
        "a name twice"
    );
    let wrong: Vec<String> = corpus.iter().flat_map(Case::faults).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
