//! Sizes, durations, `.env` lines: read, written, and read again.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use crate::settings::env_file::EnvFile;
use crate::settings::kind::absolute;
use crate::settings::suggest::nearest;
use crate::settings::toml_file::TomlFile;
use crate::settings::units::{parse_size, parse_span, show_size, show_span};

#[test]
fn sizes_are_read_as_people_write_them() {
    for (text, bytes) in [
        ("512MiB", 536_870_912),
        ("512 mib", 536_870_912),
        ("1GB", 1_000_000_000),
        ("1.5GiB", 1_610_612_736),
        ("524288000", 524_288_000),
        ("64k", 65_536),
        ("10B", 10),
        ("0", 0),
        ("1_000", 1000),
    ] {
        assert_eq!(parse_size(text), Some(bytes), "{text}");
    }
    for text in [
        "",
        "MiB",
        "-1",
        "1e9",
        "12 parsecs",
        "1..5G",
        "5.",
        "99999999999TiB",
        "٣MiB",
    ] {
        assert_eq!(parse_size(text), None, "{text}");
    }
}

#[test]
fn durations_are_read_as_people_write_them() {
    for (text, millis) in [
        ("10s", 10_000),
        ("500ms", 500),
        ("1h30m", 5_400_000),
        ("30", 30_000),
        ("2.5s", 2500),
        ("1d 2h", 93_600_000),
        ("0", 0),
        ("5 min", 300_000),
        ("0.5", 500),
    ] {
        assert_eq!(
            parse_span(text),
            Some(Duration::from_millis(millis)),
            "{text}"
        );
    }
    for text in [
        "",
        "s",
        "soon",
        "1m1h",
        "1s1s",
        "-1s",
        "1 fortnight",
        "1h30",
        "9999999999999999999d",
    ] {
        assert_eq!(parse_span(text), None, "{text}");
    }
}

#[test]
fn env_lines_are_read_as_compose_reads_them() {
    let text = "\u{feff}# comment\r\n\r\nexport A=1\r\nAPP_NAME=Data Dictionary Generator\n\
                B = spaced \nC=\"two \\\"words\\\"\\n\" # why\nD='$HOME #1'\nE=a#b\nF=x # y\nG=\n\
                H=# nothing\nI=$A\n";
    let (file, notices) = EnvFile::parse(Path::new(".env"), text);
    assert!(notices.is_empty(), "{notices:?}");
    let read: Vec<(&str, &str, usize)> = file
        .lines
        .iter()
        .map(|l| (l.name.as_str(), l.value.as_str(), l.line))
        .collect();
    let expected = [
        ("A", "1", 3),
        ("APP_NAME", "Data Dictionary Generator", 4),
        ("B", "spaced", 5),
        ("C", "two \"words\"\n", 6),
        ("D", "$HOME #1", 7),
        ("E", "a#b", 8),
        ("F", "x", 9),
        ("G", "", 10),
        ("H", "", 11),
        ("I", "$A", 12),
    ];
    assert_eq!(read, expected);
}

#[test]
fn a_name_that_stands_twice_counts_once_and_is_mentioned() {
    let (file, notices) = EnvFile::parse(Path::new(".env"), "A=1\nA=2\n");
    assert_eq!(file.get("A").unwrap().value, "2");
    assert_eq!(
        notices[0].message,
        "A stands twice: line 2 counts, line 1 does not"
    );
}

#[test]
fn paths_are_read_as_a_shell_reads_them() {
    for (path, expected) in [
        ("./data/app.db", "/w/data/app.db"),
        ("../x", "/x"),
        ("/a/./b/../c", "/a/c"),
        ("../../..", "/"),
        ("a//b/", "/w/a/b"),
    ] {
        assert_eq!(
            absolute(Path::new("/w"), Path::new(path)),
            Path::new(expected),
            "{path}"
        );
    }
}

#[test]
fn near_is_near_and_far_is_nothing() {
    let known = ["http.port", "log.level", "worker.count"];
    assert_eq!(nearest("http.prot", known), Some("http.port"));
    assert_eq!(nearest("log.levels", known), Some("log.level"));
    assert_eq!(nearest("colour", known), None);
}

proptest! {
    #[test]
    fn a_size_that_was_shown_is_read_back(bytes: u64) {
        prop_assert_eq!(parse_size(&show_size(bytes)), Some(bytes));
    }

    #[test]
    fn a_duration_that_was_shown_is_read_back(millis in 0_u64..=1_u64 << 50) {
        let span = Duration::from_millis(millis);
        prop_assert_eq!(parse_span(&show_span(span)), Some(span));
    }

    #[test]
    fn any_text_can_be_quoted_into_an_env_file(value in "[^\0]{0,40}") {
        let mut quoted = String::new();
        for c in value.chars() {
            match c {
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '"' | '\\' | '$' => quoted.extend(['\\', c]),
                c => quoted.push(c),
            }
        }
        let (file, notices) = EnvFile::parse(Path::new(".env"), &format!("A=\"{quoted}\"\n"));
        prop_assert!(notices.is_empty(), "{:?}", notices);
        prop_assert_eq!(&file.get("A").unwrap().value, &value);
    }

    /// Nothing that can be typed into the files makes the loader panic or print without a place.
    #[test]
    fn no_text_breaks_the_parsers(text in "(?s).{0,200}") {
        let (_, from_env) = EnvFile::parse(Path::new(".env"), &text);
        let (_, from_toml) = TomlFile::parse(Path::new("ddgen.toml"), &text);
        prop_assert!(from_env.iter().chain(&from_toml).all(|notice| notice.origin.is_some()));
    }

    #[test]
    fn no_words_break_units_and_suggestions(text in "(?s).{0,40}") {
        let _ = (parse_size(&text), parse_span(&text), nearest(&text, ["worker.count", "debug"]));
    }
}
