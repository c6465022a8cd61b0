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
const FOREIGN: [(&[u8], &str); 11] = [
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"Obj\x01", "Avro"),
    (b"ARROW1", "Arrow"),
    (b"%PDF-", "PDF"),
    (b"\x7fELF", "a program"),
];

/// Refuses contents that cannot be text, by their first raw bytes.
///
/// # Errors
/// [`Refusal::Unreadable`], in words.
pub fn refuse_foreign(head: &[u8]) -> Result<(), Refusal> {
    let known = FOREIGN.iter().find(|(magic, _)| head.starts_with(magic));
    known.map_or(Ok(()), |(_, name)| {
        Err(Refusal::Unreadable {
            message: format!(
                "the content is {name}; this version reads delimited text, JSON and JSON lines"
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
