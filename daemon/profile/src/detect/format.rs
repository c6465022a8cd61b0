//! Which reader a content is for.

use crate::Refusal;

/// A known kind of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Delimited,
    /// One document or many lines: its reader finds out.
    Json,
}

/// Contents that are known and not read, by how they open.
const FOREIGN: [(&[u8], &str); 13] = [
    (b"\x1f\x8b", "gzip of an unknown method"),
    (b"\x1f\x9d", "packed by `compress`"),
    (b"\x04\x22\x4d\x18", "packed by lz4"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (
        b"PAR1",
        "Parquet within another file, which has to be unpacked first",
    ),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"Obj\x01", "Avro"),
    (b"ARROW1", "Arrow"),
    (b"%PDF-", "PDF"),
    (b"\x7fELF", "a program"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old office document",
    ),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
];

/// Where a tape archive says that it is one.
const TAR: std::ops::Range<usize> = 257..262;

/// Refuses contents that cannot be text, by their first raw bytes.
///
/// # Errors
/// [`Refusal::Unreadable`], in words.
pub fn refuse_foreign(head: &[u8]) -> Result<(), Refusal> {
    let tar = head.get(TAR) == Some(b"ustar");
    let known = FOREIGN.iter().find(|(magic, _)| head.starts_with(magic));
    let known = known.map(|(_, name)| *name);
    known
        .or(tar.then_some("a tar archive"))
        .map_or(Ok(()), |name| {
            Err(Refusal::Unreadable {
                message: format!(
                    "the content is {name}; this version reads delimited text, JSON, JSON \
                     lines and Parquet"
                ),
                offset: Some(0),
            })
        })
}

/// The reader for a decoded text, by its start.
///
/// What opens as JSON is JSON: it is read or refused, and never taken for delimited text.
/// `whole` when `head` is all there is.
pub fn of_text(head: &[u8], whole: bool) -> Format {
    let rest = head.trim_ascii_start();
    if whole && crate::json::is_scalar_document(head) {
        return Format::Json;
    }
    match rest.first() {
        Some(b'{') => Format::Json,
        Some(b'[') if opens_array(&rest[1..]) => Format::Json,
        _ => Format::Delimited,
    }
}

/// Tells `[1, 2]` and `[{"a":` from a delimited text whose first name happens to start with a
/// bracket (`[id],[name]`).
fn opens_array(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    match rest.first() {
        None | Some(b'{' | b'[' | b']' | b'"' | b'-' | b'0'..=b'9') => true,
        _ => [b"true".as_slice(), b"false", b"null"]
            .iter()
            .any(|word| rest.starts_with(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_known_by_how_it_opens() {
        for text in ["{\"a\":1}", " [1]", "\n{", "[", "[null]", "[\"x\"]"] {
            assert_eq!(of_text(text.as_bytes(), true), Format::Json, "{text}");
        }
        for text in ["a,b", "[id],[name]\n1,2", "\"{\",1", ""] {
            assert_eq!(of_text(text.as_bytes(), true), Format::Delimited, "{text}");
        }
    }
}
