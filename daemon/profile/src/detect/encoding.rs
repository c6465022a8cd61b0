//! Which encoding a text is written in.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::Refusal;
use crate::input::ReadAt;
use crate::source::read_full;

/// How the bytes of a file become UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub encoding: &'static Encoding,
    /// Bytes of a byte order mark to skip.
    pub mark: u64,
    /// True when the bytes may be used as they are, provided each chunk proves valid.
    pub direct: bool,
}

/// Bytes that are looked at before anything is read in full.
const HEAD: usize = 64 << 10;

/// The plan by a byte order mark or the lie of zero bytes; UTF-8 otherwise, to be proven.
pub fn plan(head: &[u8]) -> Plan {
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        return Plan {
            encoding,
            mark: mark as u64,
            direct: encoding == UTF_8,
        };
    }
    let head = &head[..head.len().min(HEAD) & !1];
    let zeros = |offset: usize| {
        head.iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    // Text of Latin letters in UTF-16 has a zero in almost every pair, always on the same side.
    let encoding = if odd * 2 > pairs && even * 20 < pairs {
        UTF_16LE
    } else if even * 2 > pairs && odd * 20 < pairs {
        UTF_16BE
    } else {
        UTF_8
    };
    Plan {
        encoding,
        mark: 0,
        direct: encoding == UTF_8,
    }
}

/// The plan for a file that is not valid UTF-8, judged over all its bytes.
///
/// # Errors
/// [`Refusal::Io`] when the medium fails.
pub fn plan_damaged(input: &dyn ReadAt, mark: u64) -> Result<Plan, Refusal> {
    let mut guess = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut text = vec![0; 256 << 10];
    let mut block = vec![0; 64 << 10];
    let (mut at, mut good, mut bad) = (mark, 0_u64, 0_u64);
    loop {
        let length = read_full(input, &mut block, at)?;
        let last = length < block.len();
        guess.feed(&block[..length], last);
        at += length as u64;
        let mut rest = &block[..length];
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
            encoding: UTF_8,
            mark,
            direct: false,
        });
    }
    let encoding = guess.guess(None, chardetng::Utf8Detection::Deny);
    Ok(Plan {
        encoding,
        mark,
        direct: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_zeros_tell_utf_16() {
        assert_eq!(plan(b"\xff\xfea\0").encoding, UTF_16LE);
        assert_eq!(
            plan(b"\xef\xbb\xbfa,b"),
            Plan {
                encoding: UTF_8,
                mark: 3,
                direct: true
            }
        );
        let big: Vec<u8> = "name,age\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(plan(&big).encoding, UTF_16BE);
        assert_eq!(plan(b"a,b\n1,2\n").encoding, UTF_8);
    }

    #[test]
    fn legacy_text_is_told_from_damaged_utf_8() {
        let latin = b"name;ort\nM\xfcller;K\xf6ln\nJos\xe9;Orl\xe9ans\n".repeat(20);
        let plan = plan_damaged(&latin, 0).expect("memory does not fail");
        assert_eq!(plan.encoding.name(), "windows-1252");
        let mut damaged = "name;ort\nMüller;Köln\nJosé;Orléans\n"
            .repeat(20)
            .into_bytes();
        damaged.extend_from_slice(b"\xff;x\n");
        let plan = plan_damaged(&damaged, 0).expect("memory does not fail");
        assert_eq!(
            plan,
            Plan {
                encoding: UTF_8,
                mark: 0,
                direct: false
            }
        );
    }
}
