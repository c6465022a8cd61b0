//! UTF-32, which the web has given up.

use super::Damage;

/// Four bytes a character, in either order.
pub struct Utf32 {
    order: fn([u8; 4]) -> u32,
    /// Bytes of a character that its block does not complete.
    carry: [u8; 4],
    carried: usize,
}

impl Utf32 {
    pub(super) fn new(order: fn([u8; 4]) -> u32) -> Self {
        Self {
            order,
            carry: [0; 4],
            carried: 0,
        }
    }

    pub(super) fn decode(
        &mut self,
        block: &[u8],
        last: bool,
        start: u64,
        text: &mut Vec<u8>,
        damage: &mut Damage,
    ) {
        let mut at = start - self.carried as u64;
        let mut rest = block;
        if self.carried > 0 {
            let taken = rest.len().min(4 - self.carried);
            self.carry[self.carried..self.carried + taken].copy_from_slice(&rest[..taken]);
            self.carried += taken;
            rest = &rest[taken..];
            if self.carried == 4 {
                self.carried = 0;
                self.push(self.carry, at, text, damage);
                at += 4;
            }
        }
        let (units, left) = rest.as_chunks::<4>();
        text.reserve(units.len());
        for unit in units {
            self.push(*unit, at, text, damage);
            at += 4;
        }
        if !left.is_empty() {
            self.carry[..left.len()].copy_from_slice(left);
            self.carried = left.len();
        }
        if last && self.carried > 0 {
            self.carried = 0;
            damage.note(at);
            text.extend_from_slice("\u{fffd}".as_bytes());
        }
    }

    fn push(&self, unit: [u8; 4], at: u64, text: &mut Vec<u8>, damage: &mut Damage) {
        let character = char::from_u32((self.order)(unit)).unwrap_or_else(|| {
            damage.note(at);
            char::REPLACEMENT_CHARACTER
        });
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Charset, Damage};

    fn decoded(charset: Charset, bytes: &[u8], block: usize) -> (String, Damage) {
        let (mut text, mut damage) = (Vec::new(), Damage::default());
        let mut decoder = charset.decoder();
        let mut at = 0;
        for part in bytes.chunks(block) {
            decoder.decode(part, false, at, &mut text, &mut damage);
            at += part.len() as u64;
        }
        decoder.decode(b"", true, at, &mut text, &mut damage);
        (String::from_utf8(text).expect("UTF-8"), damage)
    }

    proptest! {
        #[test]
        fn any_text_comes_back_in_any_blocks(text in "\\PC{0,40}", block in 1_usize..17) {
            let little: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
            let big: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
            prop_assert_eq!(decoded(Charset::Utf32Le, &little, block), (text.clone(), Damage::default()));
            prop_assert_eq!(decoded(Charset::Utf32Be, &big, block), (text, Damage::default()));
        }
    }

    #[test]
    fn what_is_no_character_is_counted_with_its_place() {
        // A surrogate, a number beyond Unicode, and half a character.
        let units = [0x61_u32, 0xd800, 0x62, 0x11_0000];
        let mut bytes: Vec<u8> = units.into_iter().flat_map(u32::to_le_bytes).collect();
        bytes.extend_from_slice(&[0x63, 0]);
        for block in 1..20 {
            let (text, damage) = decoded(Charset::Utf32Le, &bytes, block);
            assert_eq!(text, "a\u{fffd}b\u{fffd}\u{fffd}");
            let expected = Damage {
                sequences: 3,
                first: Some(4),
            };
            assert_eq!(damage, expected);
        }
    }
}
