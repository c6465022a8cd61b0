//! Compressed files: told by their content, unpacked as a stream in bounded memory.
//!
//! What is read is the content; what is hashed and counted as `bytes` is the file as it lies there.

mod decoder;
mod stream;
mod zip;

#[cfg(test)]
mod tests;

use crate::Refusal;
use crate::input::ReadAt;

pub use stream::Bytes;
pub use zip::Member;

/// How the bytes of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    /// The one file of an archive.
    Zip(Member),
}

impl Packing {
    /// Of a file that starts with `head`.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`] for an archive whose content is not one readable file, and
    /// [`Refusal::Io`] when the medium fails.
    pub fn of(input: &dyn ReadAt, head: &[u8]) -> Result<Self, Refusal> {
        if is_zip(head) {
            return zip::only_file(input).map(Self::Zip);
        }
        Ok(Self::of_stream(head).unwrap_or(Self::None))
    }

    /// As the document names it.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
            Self::Bzip2 => Some("bz2"),
            Self::Xz => Some("xz"),
            Self::Zip(_) => Some("zip"),
        }
    }

    fn of_stream(head: &[u8]) -> Option<Self> {
        [Self::Gzip, Self::Zstd, Self::Bzip2, Self::Xz]
            .into_iter()
            .find(|packing| packing.opens(head))
    }

    /// Whether a stream of this kind starts with `head`.
    fn opens(self, head: &[u8]) -> bool {
        match self {
            Self::Gzip => head.starts_with(b"\x1f\x8b\x08"),
            // A skippable frame may come first.
            Self::Zstd => {
                head.starts_with(b"\x28\xb5\x2f\xfd")
                    || (head.len() > 4 && head[0] >> 4 == 5 && head[1..4] == *b"\x2a\x4d\x18")
            }
            // `BZh9` alone may be the first name of a table: what follows is a block or the end.
            Self::Bzip2 => {
                head.starts_with(b"BZh")
                    && head.get(4..10).is_some_and(|block| {
                        block == b"\x31\x41\x59\x26\x53\x59" || block == b"\x17\x72\x45\x38\x50\x90"
                    })
            }
            Self::Xz => head.starts_with(b"\xfd7zXZ\0"),
            Self::None | Self::Zip(_) => false,
        }
    }
}

/// Refuses a content that is packed once more.
///
/// # Errors
/// [`Refusal::Unreadable`], in words.
pub fn refuse_nested(outer: Packing, head: &[u8]) -> Result<(), Refusal> {
    let Some(outer) = outer.name() else {
        return Ok(());
    };
    let inner = match Packing::of_stream(head).and_then(Packing::name) {
        Some(name) => name,
        None if is_zip(head) => "zip",
        None => return Ok(()),
    };
    Err(Refusal::Unreadable {
        message: format!(
            "the content is packed twice ({inner} inside {outer}); unpack it once and drop it again"
        ),
        offset: Some(0),
    })
}

fn is_zip(head: &[u8]) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"]
        .iter()
        .any(|magic| head.starts_with(*magic))
}
