//! Files that are cut, damaged or lie: refused in words, with the place, and without the memory
//! they claim.

use super::files::{Cells, Column, How, file, texts};
use super::{profile_by, refusal};
use crate::Refusal;

fn sound() -> Vec<u8> {
    let message = "message m { required int64 n; optional binary s (STRING); }";
    let columns = vec![
        Cells::I64((0..200).collect()).into(),
        Column::optional(texts(&["a"; 200]), &[1; 200]),
    ];
    let how = How {
        compression: ::parquet::basic::Compression::UNCOMPRESSED,
        dictionary: false,
        ..How::default()
    };
    file(message, &[columns], &how)
}

fn message(bytes: &[u8]) -> String {
    match refusal(bytes) {
        Refusal::Unreadable { message, offset } => {
            assert!(offset.is_some(), "{message}");
            message
        }
        other => other.to_string(),
    }
}

#[test]
fn a_cut_file_says_so() {
    let bytes = sound();
    for length in [4, 5, 11, 12, 100, bytes.len() - 1] {
        let message = message(&bytes[..length]);
        assert!(
            message.starts_with("not a sound Parquet file: near byte "),
            "{length}: {message}"
        );
    }
    assert!(message(&bytes[..bytes.len() - 3]).contains("does not end as it should"));
}

#[test]
fn a_footer_that_is_longer_than_the_file_or_encrypted() {
    let mut bytes = sound();
    let at = bytes.len() - 8;
    bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(message(&bytes).contains("longer than the file"));
    let mut bytes = sound();
    let at = bytes.len() - 4;
    bytes[at..].copy_from_slice(b"PARE");
    assert!(message(&bytes).contains("encrypted"));
}

/// A page's header: type, unpacked and packed size, then (values, encoding, level encodings).
fn header(kind: u8, unpacked: u64, packed: u64, values: u64) -> Vec<u8> {
    let mut bytes = vec![0x15, kind << 1];
    for size in [unpacked, packed] {
        bytes.push(0x15);
        varint(&mut bytes, size << 1);
    }
    bytes.extend([0x2c, 0x15]);
    varint(&mut bytes, values << 1);
    bytes.extend([0x15, 0, 0x15, 6, 0x15, 6, 0, 0]);
    bytes
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The sound file with the header of its first page replaced; what follows is overwritten.
fn with_header(header: &[u8]) -> Vec<u8> {
    let mut bytes = sound();
    bytes[4..4 + header.len()].copy_from_slice(header);
    bytes
}

#[test]
fn a_page_that_claims_gigabytes_is_refused_before_they_are_taken() {
    // 10 GB do not fit the 32 bits a size has; 2 GB do.
    for (size, said) in [
        (10_000_000_000, "32 bits"),
        (2_000_000_000, "claims 2000000000 bytes"),
    ] {
        let message = message(&with_header(&header(0, size, 100, 200)));
        assert!(
            message.contains("column 1 of row group 1") && message.contains(said),
            "{message}"
        );
    }
    let beyond = message(&with_header(&header(0, 1_000_000, 1_000_000, 200)));
    assert!(beyond.contains("beyond the end of the pages"), "{beyond}");
    let many = message(&with_header(&header(0, 100, 100, 2_000_000_000)));
    assert!(many.contains("more values than it says"), "{many}");
    let few = message(&with_header(&header(0, 100, 100, 200)));
    assert!(few.contains("the bytes end within a structure"), "{few}");
}

#[test]
fn a_damaged_page_is_known_by_its_size_or_content() {
    let message = "message m { required binary s (STRING); }";
    let how = How {
        dictionary: false,
        compression: ::parquet::basic::Compression::SNAPPY,
        ..How::default()
    };
    let words: Vec<String> = (0..300).map(|n| format!("word {n}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let bytes = file(message, &[vec![texts(&words).into()]], &how);
    let mut damaged = 0;
    for at in 30..200 {
        let mut other = bytes.clone();
        other[at] ^= 0x55;
        if let Err(refusal) = profile_by(&other, 1, 100) {
            damaged += 1;
            assert!(
                refusal.to_string().contains("column 1 of row group 1"),
                "{refusal}"
            );
        }
    }
    assert!(damaged > 20, "{damaged}");
}

#[test]
fn progress_ends_at_the_size() {
    let bytes = sound();
    let told = std::sync::Mutex::new(Vec::new());
    let progress = |now| told.lock().unwrap().push(now);
    crate::profile(&bytes, &super::brief(1), &progress).unwrap();
    let told = told.into_inner().unwrap();
    assert!(
        told.is_sorted() && told.last() == Some(&(bytes.len() as u64)),
        "{told:?}"
    );
}
