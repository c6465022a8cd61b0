//! Encodings of text, and their way into UTF-8.

mod utf32;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use utf32::Utf32;

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Any that the web knows.
    Web(&'static Encoding),
    Utf32Le,
    Utf32Be,
}

impl Charset {
    pub const UTF_8: Self = Self::Web(UTF_8);

    /// WHATWG's label where there is one, in lower case.
    pub fn name(self) -> String {
        match self {
            Self::Web(encoding) => encoding.name().to_ascii_lowercase(),
            Self::Utf32Le => "utf-32le".into(),
            Self::Utf32Be => "utf-32be".into(),
        }
    }

    /// Bytes of the smallest character.
    pub fn unit(self) -> u64 {
        match self {
            Self::Web(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => 2,
            Self::Web(_) => 1,
            Self::Utf32Le | Self::Utf32Be => 4,
        }
    }

    /// A decoder at the start of a text whose byte order mark is skipped already.
    pub fn decoder(self) -> Decoder {
        match self {
            Self::Web(encoding) => Decoder::Web(encoding.new_decoder_without_bom_handling()),
            Self::Utf32Le => Decoder::Utf32(Utf32::new(u32::from_le_bytes)),
            Self::Utf32Be => Decoder::Utf32(Utf32::new(u32::from_be_bytes)),
        }
    }
}

/// Bytes that no character of the encoding stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Damage {
    pub sequences: u64,
    /// Byte of the content the first one lies near (exact where the encoding is UTF-8 or UTF-32).
    pub first: Option<u64>,
}

impl Damage {
    fn note(&mut self, at: u64) {
        self.sequences += 1;
        self.first.get_or_insert(at);
    }
}

/// Decodes a text block by block.
pub enum Decoder {
    Web(encoding_rs::Decoder),
    Utf32(Utf32),
}

impl Decoder {
    /// Appends a block that starts at the byte `start`, the `last` one or not. U+FFFD stands for
    /// each sequence that is not valid.
    pub fn decode(
        &mut self,
        block: &[u8],
        last: bool,
        start: u64,
        text: &mut Vec<u8>,
        damage: &mut Damage,
    ) {
        match self {
            Self::Web(decoder) => web(decoder, block, last, start, text, damage),
            Self::Utf32(decoder) => decoder.decode(block, last, start, text, damage),
        }
    }
}

fn web(
    decoder: &mut encoding_rs::Decoder,
    block: &[u8],
    last: bool,
    start: u64,
    text: &mut Vec<u8>,
    damage: &mut Damage,
) {
    let mut read_so_far = 0;
    loop {
        let rest = &block[read_so_far..];
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len());
        let from = text.len();
        // A block is small, so the room is known and small.
        text.resize(from + room.unwrap_or(1 << 20), 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(rest, &mut text[from..], last);
        text.truncate(from + written);
        read_so_far += read;
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                let back = u64::from(length) + u64::from(after);
                damage.note((start + read_so_far as u64).saturating_sub(back));
                text.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
    }
}
