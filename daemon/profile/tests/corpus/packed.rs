//! The corpus in other encodings and packings: the same profile, save for what tells the source.

use std::io::{Cursor, Write};

use ddgen_profile::Profile;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::case::Case;

type Pack = fn(&[u8]) -> Vec<u8>;
type Change = fn(&str) -> Option<Vec<u8>>;

/// Another encoding, and how it is named.
pub const ENCODINGS: [(&str, &str, Change); 10] = [
    ("UTF-8 with a mark", "utf-8", |t| {
        Some(format!("\u{feff}{t}").into_bytes())
    }),
    ("UTF-16LE", "utf-16le", |t| {
        Some(utf_16(t, u16::to_le_bytes))
    }),
    ("UTF-16BE", "utf-16be", |t| {
        Some(utf_16(t, u16::to_be_bytes))
    }),
    ("UTF-16LE with a mark", "utf-16le", |t| {
        Some(utf_16(&format!("\u{feff}{t}"), u16::to_le_bytes))
    }),
    ("UTF-16BE with a mark", "utf-16be", |t| {
        Some(utf_16(&format!("\u{feff}{t}"), u16::to_be_bytes))
    }),
    ("UTF-32LE", "utf-32le", |t| {
        Some(utf_32(t, u32::to_le_bytes))
    }),
    ("UTF-32BE", "utf-32be", |t| {
        Some(utf_32(t, u32::to_be_bytes))
    }),
    ("UTF-32LE with a mark", "utf-32le", |t| {
        Some(utf_32(&format!("\u{feff}{t}"), u32::to_le_bytes))
    }),
    ("UTF-32BE with a mark", "utf-32be", |t| {
        Some(utf_32(&format!("\u{feff}{t}"), u32::to_be_bytes))
    }),
    ("Windows-1252", "windows-1252", windows_1252),
];

pub const PACKINGS: [(&str, Pack); 5] = [
    ("gzip", |bytes| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }),
    ("zstd", |bytes| zstd::encode_all(bytes, 1).unwrap()),
    ("bz2", |bytes| {
        let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }),
    ("xz", |bytes| {
        let mut writer = liblzma::write::XzEncoder::new(Vec::new(), 1);
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }),
    ("zip", |bytes| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file("inner name.txt", SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap().into_inner()
    }),
];

fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

fn utf_32(text: &str, order: fn(u32) -> [u8; 4]) -> Vec<u8> {
    text.chars().flat_map(|c| order(u32::from(c))).collect()
}

/// Texts of Western letters, where there are enough of them to tell the encoding from others.
fn windows_1252(text: &str) -> Option<Vec<u8>> {
    let western = |c: char| matches!(c, '\u{20}'..='\u{7e}' | '\n' | '\r' | '\t' | 'à'..='ÿ' | 'ß');
    let letters = text.chars().filter(|c| !c.is_ascii()).count();
    let fits = letters >= 3 && text.chars().all(western);
    fits.then(|| text.chars().map(|c| c as u8).collect())
}

/// What must not differ.
fn content(profile: &Profile) -> (String, String) {
    let mut dialect = profile.source.dialect.clone().unwrap();
    dialect.byte_order_mark = false;
    let tables = serde_json::to_string(&profile.tables).unwrap();
    (tables, format!("{dialect:?}"))
}

#[test]
fn other_encodings_give_the_same_profile() {
    let mut compared = 0;
    for case in super::corpus() {
        let plain = super::profile(case.text.as_bytes()).unwrap();
        for (name, label, change) in ENCODINGS {
            let Some(bytes) = change(case.text) else {
                continue;
            };
            let found = super::profile(&bytes)
                .unwrap_or_else(|refusal| panic!("{} in {name}: {refusal}", case.name));
            assert_eq!(
                found.source.encoding.as_deref(),
                Some(label),
                "{} in {name}",
                case.name
            );
            assert_eq!(content(&found), content(&plain), "{} in {name}", case.name);
            compared += 1;
        }
    }
    assert!(compared > 9 * 150, "{compared}");
}

#[test]
fn other_packings_give_the_same_profile() {
    let twice = |case: &Case| {
        [
            case.text.as_bytes().to_vec(),
            utf_16(case.text, u16::to_be_bytes),
        ]
    };
    for case in super::corpus() {
        for bytes in twice(&case) {
            let plain = super::profile(&bytes).unwrap();
            for (name, pack) in PACKINGS {
                let packed = pack(&bytes);
                let found = super::profile(&packed)
                    .unwrap_or_else(|refusal| panic!("{} in {name}: {refusal}", case.name));
                let source = &found.source;
                assert_eq!(source.compression.as_deref(), Some(name), "{}", case.name);
                assert_eq!(source.bytes, packed.len() as u64);
                assert_eq!(source.blake3, blake3::hash(&packed).to_hex().as_str());
                assert_eq!(source.encoding, plain.source.encoding);
                assert_eq!(content(&found), content(&plain), "{} in {name}", case.name);
            }
        }
    }
}
