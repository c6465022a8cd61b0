//! Which encoding a text is written in.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::Refusal;
use crate::charset::Charset;
use crate::unpack::Bytes;

/// How the bytes of a file become UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub charset: Charset,
    /// Bytes of a byte order mark to skip.
    pub mark: u64,
    /// True when the bytes may be used as they are, provided each chunk proves valid.
    pub direct: bool,
}

impl Plan {
    fn new(charset: Charset, mark: u64) -> Self {
        Self {
            charset,
            mark,
            direct: charset == Charset::UTF_8,
        }
    }
}

/// The plan by a byte order mark or the lie of zero bytes; UTF-8 otherwise, to be proven.
pub fn plan(head: &[u8]) -> Plan {
    // UTF-16's mark and a zero character would be no text: it is that of UTF-32.
    if head.starts_with(b"\xff\xfe\0\0") {
        return Plan::new(Charset::Utf32Le, 4);
    }
    if head.starts_with(b"\0\0\xfe\xff") {
        return Plan::new(Charset::Utf32Be, 4);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        return Plan::new(Charset::Web(encoding), mark as u64);
    }
    if memchr::memchr(0, head).is_none() {
        return Plan::new(Charset::UTF_8, 0);
    }
    let charset = if is_utf_32(head, u32::from_le_bytes) {
        Charset::Utf32Le
    } else if is_utf_32(head, u32::from_be_bytes) {
        Charset::Utf32Be
    } else {
        utf_16(head).map_or(Charset::UTF_8, Charset::Web)
    };
    Plan::new(charset, 0)
}

/// Chance does not make characters out of four bytes each.
fn is_utf_32(head: &[u8], order: fn([u8; 4]) -> u32) -> bool {
    let (units, _) = head.as_chunks::<4>();
    let mut numbers = units.iter().map(|unit| order(*unit));
    // Beyond the third plane there is nothing one writes: but two units of UTF-16, one a line end,
    // look like it.
    let is_written = |n: u32| n != 0 && (n < 0x4_0000 || (0xe_0000..0xe_0200).contains(&n));
    !units.is_empty() && numbers.all(|n| is_written(n) && char::from_u32(n).is_some())
}

/// The order of UTF-16, of a text that has zero bytes: delimiters, digits and line ends have theirs
/// always on the same side, whatever the script.
fn utf_16(head: &[u8]) -> Option<&'static Encoding> {
    let (units, _) = head.as_chunks::<2>();
    let plain = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x1f..=0x7e);
    let count = |holds: &dyn Fn(u8, u8) -> bool| units.iter().filter(|u| holds(u[0], u[1])).count();
    let little = count(&|low, high| high == 0 && plain(low));
    let big = count(&|high, low| high == 0 && plain(low));
    // Two such bytes in one unit are two characters of another encoding; of Chinese ones a fifth is
    // so, and of a few by chance the half.
    let two = count(&|a, b| plain(a) && plain(b));
    if two * 3 > units.len() * 2 || count(&|a, b| a == 0 && b == 0) > 0 {
        return None;
    }
    match (little, big) {
        (little, big) if little > 4 * big => Some(UTF_16LE),
        (little, big) if big > 4 * little => Some(UTF_16BE),
        _ => None,
    }
}

/// The plan for a file that is not valid UTF-8, judged over all its bytes.
///
/// # Errors
/// [`Refusal`] when the medium fails or a packed stream is damaged.
pub fn plan_damaged(mut bytes: Bytes<'_>, mark: u64) -> Result<Plan, Refusal> {
    let mut guess = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut text = vec![0; 256 << 10];
    let mut block = vec![0; 64 << 10];
    let (mut skip, mut good, mut bad) = (mark as usize, 0_u64, 0_u64);
    loop {
        let length = bytes.fill(&mut block)?;
        let last = length < block.len();
        let mut rest = &block[std::mem::take(&mut skip).min(length)..length];
        guess.feed(rest, last);
        loop {
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(rest, &mut text, last);
            good += text[..written].iter().filter(|b| **b >= 0xc0).count() as u64;
            rest = &rest[read..];
            match result {
                encoding_rs::DecoderResult::Malformed(_, _) => bad += 1,
                encoding_rs::DecoderResult::OutputFull => {}
                encoding_rs::DecoderResult::InputEmpty => break,
            }
        }
        if last {
            break;
        }
    }
    // Legacy text makes valid sequences by rare chance only: some damage among many good ones is
    // UTF-8 that was cut or patched.
    if mark > 0 || good >= 4 * bad {
        return Ok(Plan {
            charset: Charset::UTF_8,
            mark,
            direct: false,
        });
    }
    let encoding = guess.guess(None, chardetng::Utf8Detection::Deny);
    Ok(Plan {
        charset: Charset::Web(encoding),
        mark,
        direct: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::Packing;

    fn damaged(text: &[u8]) -> Plan {
        let input = text.to_vec();
        let bytes = Bytes::new(&input, Packing::None).expect("memory");
        plan_damaged(bytes, 0).expect("memory does not fail")
    }

    fn utf_16_of(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn marks_and_zeros_tell_utf_16() {
        assert_eq!(plan(b"\xff\xfea\0").charset, Charset::Web(UTF_16LE));
        assert_eq!(plan(b"\xef\xbb\xbfa,b"), Plan::new(Charset::UTF_8, 3));
        for text in ["name,age\n", "имя;лет\nАнна;12\n", "名前,値\n東京,三四\n"] {
            let little = utf_16_of(text, u16::to_le_bytes);
            assert_eq!(plan(&little).charset, Charset::Web(UTF_16LE), "{text}");
            let big = utf_16_of(text, u16::to_be_bytes);
            assert_eq!(plan(&big).charset, Charset::Web(UTF_16BE), "{text}");
        }
        assert_eq!(plan(b"a,b\n1,2\n").charset, Charset::UTF_8);
        assert_eq!(plan(b"a,b\n1,\0\n").charset, Charset::UTF_8);
        assert_eq!(plan(b"\0\0\0\0").charset, Charset::UTF_8);
    }

    #[test]
    fn marks_and_zeros_tell_utf_32() {
        let text = "größe,😀\n1,2\n";
        let little: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        let big: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect();
        assert_eq!(plan(&little), Plan::new(Charset::Utf32Le, 0));
        assert_eq!(plan(&big), Plan::new(Charset::Utf32Be, 0));
        let marked = [b"\xff\xfe\0\0".as_slice(), &little].concat();
        assert_eq!(plan(&marked), Plan::new(Charset::Utf32Le, 4));
        let marked = [b"\0\0\xfe\xff".as_slice(), &big].concat();
        assert_eq!(plan(&marked), Plan::new(Charset::Utf32Be, 4));
    }

    #[test]
    fn legacy_text_is_told_from_damaged_utf_8() {
        let latin = b"name;ort\nM\xfcller;K\xf6ln\nJos\xe9;Orl\xe9ans\n".repeat(20);
        assert_eq!(damaged(&latin).charset.name(), "windows-1252");
        let mut text = "name;ort\nMüller;Köln\nJosé;Orléans\n"
            .repeat(20)
            .into_bytes();
        text.extend_from_slice(b"\xff;x\n");
        let expected = Plan {
            direct: false,
            ..Plan::new(Charset::UTF_8, 0)
        };
        assert_eq!(damaged(&text), expected);
    }
}
