//! Streams packed by other hands, whole, joined, cut and damaged.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Bytes, Packing};
use crate::{Brief, Refusal};

const TEXT: &[u8] = b"id,name,city\n1,Ada,London\n2,Grace,New York\n3,Joan,Paris\n";

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(content).expect("memory");
    writer.finish().expect("memory")
}

fn bz2(content: &[u8]) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    writer.write_all(content).expect("memory");
    writer.finish().expect("memory")
}

fn xz(content: &[u8]) -> Vec<u8> {
    let mut writer = liblzma::write::XzEncoder::new(Vec::new(), 6);
    writer.write_all(content).expect("memory");
    writer.finish().expect("memory")
}

fn zstd(content: &[u8]) -> Vec<u8> {
    zstd::encode_all(content, 3).expect("memory")
}

fn archive(files: Files<'_>, method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(method);
        if name.ends_with('/') {
            writer.add_directory(*name, options).expect("memory");
        } else {
            writer.start_file(*name, options).expect("memory");
            writer.write_all(content).expect("memory");
        }
    }
    writer.finish().expect("memory").into_inner()
}

fn zip(content: &[u8]) -> Vec<u8> {
    archive(&[("t.csv", content)], CompressionMethod::Deflated)
}

type Files<'a> = &'a [(&'a str, &'a [u8])];
type Pack = fn(&[u8]) -> Vec<u8>;

const STREAMS: [(&str, Pack); 4] = [("gzip", gzip), ("zstd", zstd), ("bz2", bz2), ("xz", xz)];

/// The content, read in pieces of a size.
fn unpacked(file: &[u8], piece: usize) -> Result<(Option<&'static str>, Vec<u8>), Refusal> {
    let input = file.to_vec();
    let packing = Packing::of(&input, file)?;
    let mut bytes = Bytes::new(&input, packing)?;
    let (mut content, mut room) = (Vec::new(), vec![0; piece]);
    loop {
        let length = bytes.fill(&mut room)?;
        content.extend_from_slice(&room[..length]);
        if length < piece {
            break;
        }
    }
    let (size, hash) = bytes.finish()?;
    assert_eq!(size, file.len() as u64);
    assert_eq!(hash, blake3::hash(file).to_hex().as_str());
    Ok((packing.name(), content))
}

fn refusal(file: &[u8]) -> (String, u64) {
    match unpacked(file, 100) {
        Err(Refusal::Unreadable {
            message,
            offset: Some(offset),
        }) => (message, offset),
        other => panic!("{other:?} is no refusal with its place"),
    }
}

#[test]
fn every_kind_is_known_by_its_content_and_comes_back() {
    let content = TEXT.repeat(20_000);
    for (name, pack) in STREAMS {
        for piece in [1 << 10, 256 << 10] {
            let (kind, back) = unpacked(&pack(&content), piece).expect("sound");
            assert_eq!(kind, Some(name));
            assert!(back == content, "{name}");
        }
    }
    for method in [
        CompressionMethod::Stored,
        CompressionMethod::Deflated,
        CompressionMethod::Bzip2,
        CompressionMethod::Zstd,
        CompressionMethod::Xz,
    ] {
        let file = archive(&[("t.csv", &content)], method);
        let (kind, back) = unpacked(&file, 64 << 10).expect("sound");
        assert_eq!(kind, Some("zip"));
        assert!(back == content, "{method:?}");
    }
    assert_eq!(unpacked(TEXT, 7).expect("plain"), (None, TEXT.to_vec()));
    // A name that looks like the start of a stream is a name.
    for text in ["BZh9,a\n1,2\n", "PK,a\n1,2\n", "\u{1f},a\n1,2\n"] {
        let (kind, back) = unpacked(text.as_bytes(), 7).expect("plain");
        assert_eq!((kind, back.as_slice()), (None, text.as_bytes()));
    }
}

#[test]
fn joined_streams_are_one_content() {
    for (name, pack) in STREAMS {
        let (first, second) = TEXT.split_at(31);
        let padding: &[u8] = if name == "xz" { &[0; 8] } else { b"" };
        let file = [&pack(first), padding, &pack(b""), &pack(second)].concat();
        let (_, back) = unpacked(&file, 9).expect("sound");
        assert_eq!(back, TEXT, "{name}");
        let (_, back) = unpacked(&[file, vec![0; 512]].concat(), 9).expect("padded");
        assert_eq!(back, TEXT, "{name}");
    }
}

#[test]
fn what_follows_a_stream_is_refused_with_its_place() {
    for (name, pack) in STREAMS {
        let packed = pack(TEXT);
        let (message, offset) = refusal(&[&packed, b"hello".as_slice()].concat());
        assert!(
            message.contains(name) && message.contains("no part of it"),
            "{message}"
        );
        assert_eq!(offset, packed.len() as u64, "{name}");
    }
}

#[test]
fn a_stream_cut_anywhere_is_refused_with_its_place() {
    for (name, pack) in STREAMS {
        let packed = pack(TEXT);
        for length in 12..packed.len() {
            let (message, offset) = refusal(&packed[..length]);
            assert!(message.contains("cut short"), "{name} {length}: {message}");
            assert_eq!(offset, length as u64, "{name}");
        }
    }
    let archive = zip(TEXT);
    let (message, offset) = refusal(&archive[..archive.len() - 30]);
    assert!(message.contains("cut short"), "{message}");
    assert_eq!(offset, archive.len() as u64 - 30);
}

#[test]
fn damage_is_refused_near_its_place() {
    // Bytes no packing shortens, so that damage to any of them shows.
    let noise: Vec<u8> = (0..200_000_u64)
        .map(|n| (crate::accumulate::hash::mix(n, 7) >> 32) as u8)
        .collect();
    for (name, pack) in STREAMS.into_iter().chain([("zip", zip as Pack)]) {
        let mut packed = pack(&noise);
        let at = packed.len() / 2;
        packed[at] ^= 0x55;
        let (message, offset) = refusal(&packed);
        assert!(message.contains("damaged"), "{name}: {message}");
        assert!(offset <= packed.len() as u64, "{name}: {offset}");
    }
}

#[test]
fn an_archive_is_read_when_it_holds_one_file() {
    let noise: Files<'_> = &[
        ("folder/", b""),
        ("folder/t.csv", TEXT),
        ("__MACOSX/folder/._t.csv", b"\0\x05\x16\x07"),
        ("folder/.DS_Store", b"\0\0\0\x01"),
    ];
    let (kind, back) = unpacked(&archive(noise, CompressionMethod::Deflated), 64).expect("one");
    assert_eq!((kind, back.as_slice()), (Some("zip"), TEXT));
    let cases: [(Files<'_>, &str); 5] = [
        (&[("a.csv", TEXT), ("b.csv", TEXT)], "several files"),
        (&[("folder/", b"")], "no file"),
        (&[], "no file"),
        (
            &[("[Content_Types].xml", b"<Types/>"), ("xl/a.xml", b"<a/>")],
            "office document",
        ),
        (
            &[("mimetype", b"application/vnd"), ("content.xml", b"<a/>")],
            "office document",
        ),
    ];
    for (files, word) in cases {
        let (message, _) = refusal(&archive(files, CompressionMethod::Stored));
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn what_an_archive_cannot_give_is_refused_in_words() {
    let mut encrypted = zip(TEXT);
    let directory = memchr::memmem::find(&encrypted, b"PK\x01\x02").expect("a directory");
    encrypted[directory + 8] |= 1;
    let (message, _) = refusal(&encrypted);
    assert!(message.contains("encrypted"), "{message}");
    let mut other = zip(TEXT);
    other[directory + 10] = 9;
    let (message, _) = refusal(&other);
    assert!(message.contains("method 9"), "{message}");
}

#[test]
fn what_is_packed_twice_is_refused() {
    for (outer, pack) in STREAMS.into_iter().chain([("zip", zip as Pack)]) {
        for (inner, pack_inner) in STREAMS.into_iter().chain([("zip", zip as Pack)]) {
            let file = pack(&pack_inner(TEXT));
            let refused = crate::profile(&file, &Brief::default(), &|_| {}).expect_err("nested");
            let message = refused.to_string();
            assert!(
                message.contains(&format!("{inner} inside {outer}")),
                "{message}"
            );
        }
    }
}

#[test]
fn a_window_beyond_all_measure_is_refused_before_it_is_made() {
    let mut writer = zstd::Encoder::new(Vec::new(), 1).expect("memory");
    writer.window_log(29).expect("allowed");
    writer.write_all(TEXT).expect("memory");
    let file = writer.finish().expect("memory");
    let Err(Refusal::TooLarge(message)) = unpacked(&file, 100) else {
        panic!("a window of 512 MiB");
    };
    assert!(message.contains("window"), "{message}");
}

#[test]
fn a_bomb_goes_by_in_bounded_memory() {
    // 64 MiB of one cell from 64 KiB: more than a record may have.
    let bomb = gzip(&[b"a,b\n1,\"".to_vec(), vec![b'x'; 66 << 20]].concat());
    assert!(bomb.len() < 128 << 10);
    let refused = crate::profile(&bomb, &Brief::default(), &|_| {}).expect_err("endless");
    assert!(refused.to_string().contains("does not end"), "{refused}");
}

proptest! {
    #[test]
    fn no_bytes_break_a_stream(
        kind in 0_usize..5,
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let pack = [gzip, zstd, bz2, xz, zip][kind];
        let mut file = pack(TEXT);
        let at = at.index(file.len());
        file[at] = byte;
        file.truncate(cut.index(file.len()) + 1);
        // Read or refused, and never longer than it was by more than a few.
        if let Ok((_, content)) = unpacked(&file, 64) {
            prop_assert!(content.len() <= 10 * TEXT.len());
        }
    }
}
