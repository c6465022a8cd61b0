//! Awkward delimited files, each with what it proves and what is in it, stated by hand; and the same
//! files in other encodings and packings.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod case;
mod delimiters;
mod headers;
mod lines;
mod mutated;
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

/// `DDGEN_SEEDS=FOLDER` has the corpus written there, for a fuzzer to start from.
#[test]
fn the_corpus_can_be_written_down() {
    let scratch = tempfile::tempdir().unwrap();
    let asked_for = std::env::var_os("DDGEN_SEEDS").map(std::path::PathBuf::from);
    let folder = asked_for.unwrap_or_else(|| scratch.path().to_owned());
    for case in corpus() {
        let wide: Vec<u8> = case
            .text
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let path = folder.join(case.name);
        std::fs::write(path.with_extension("csv"), case.text).unwrap();
        std::fs::write(
            path.with_extension("zst"),
            zstd::encode_all(&wide[..], 1).unwrap(),
        )
        .unwrap();
        std::fs::write(path.with_extension("utf-16"), wide).unwrap();
    }
    let written = std::fs::read_dir(&folder).unwrap().count();
    assert!(written >= 3 * 150, "{written}");
}
