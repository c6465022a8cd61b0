//! Cards and accounts.

use crate::meaning::checksum::{all_same, luhn, mod97};
use crate::meaning::shape::{fits, number};

/// Issuer, length and check digit: what a single value must have to be taken for a card.
pub(crate) fn is_card_number(digits: &[u8]) -> bool {
    (14..=19).contains(&digits.len()) && issuer_fits(digits) && !all_same(digits) && luhn(digits)
}

fn issuer_fits(digits: &[u8]) -> bool {
    let (two, three, four) = (
        number(&digits[..2]),
        number(&digits[..3]),
        number(&digits[..4]),
    );
    let six = number(&digits[..6]);
    match digits.len() {
        14 => (300..=305).contains(&three) || matches!(two, 36 | 38 | 39),
        15 => matches!(two, 34 | 37) || matches!(four, 2131 | 1800),
        16 => {
            digits[0] == b'4'
                || (51..=55).contains(&two)
                || (2221..=2720).contains(&four)
                || four == 6011
                || two == 65
                || (644..=649).contains(&three)
                || (3528..=3589).contains(&four)
                || (622_126..=622_925).contains(&six)
                || maestro(four, two)
                || (2200..=2204).contains(&four)
        }
        18 => maestro(four, two),
        19 => digits[0] == b'4' || maestro(four, two) || two == 62,
        _ => false,
    }
}

fn maestro(four: u64, two: u64) -> bool {
    matches!(
        four,
        5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761 | 6762 | 6763 | 6390
    ) || matches!(two, 56..=58)
}

/// Twelve digits and more that some issuer gives out and whose check digit is right: enough where
/// a whole column agrees, not for one value.
pub(crate) fn may_be_card(digits: &[u8]) -> bool {
    (12..=19).contains(&digits.len())
        && matches!(digits[0], b'2' | b'3' | b'4' | b'5' | b'6' | b'1')
        && !all_same(digits)
        && luhn(digits)
}

/// How people write a card: together, in groups of four, or 4-6-5 and 4-6-4, one separator
/// throughout.
pub(crate) fn written_like_a_card(bytes: &[u8]) -> bool {
    if bytes.iter().all(u8::is_ascii_digit) {
        return true;
    }
    let Some(separator) = bytes.iter().copied().find(|b| !b.is_ascii_digit()) else {
        return false;
    };
    let mut groups = [0usize; 6];
    let mut n = 0;
    for group in bytes.split(|b| *b == separator) {
        if n == groups.len() || group.is_empty() || !group.iter().all(u8::is_ascii_digit) {
            return false;
        }
        groups[n] = group.len();
        n += 1;
    }
    (separator == b' ' || separator == b'-')
        && matches!(
            groups[..n],
            [4, 4, 4, 4] | [4, 6, 5] | [4, 6, 4] | [4, 4, 4, 4, 1..=3] | [4, 4, 4]
        )
}

/// Lengths of the SWIFT register, by country.
const IBAN_LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// Length of an IBAN of the country whose code stands first.
pub(crate) fn iban_length(code: &[u8]) -> Option<usize> {
    IBAN_LENGTHS
        .iter()
        .find(|(country, _)| country[..] == *code)
        .map(|(_, length)| *length)
}

/// Country, its length, and MOD 97-10; upper-case letters and digits only.
pub(crate) fn is_iban(compact: &[u8]) -> bool {
    compact.len() >= 15
        && iban_length(&compact[..2]) == Some(compact.len())
        && compact[2].is_ascii_digit()
        && compact[3].is_ascii_digit()
        && mod97(&[&compact[4..], &compact[..4]]) == Some(1)
}

/// Two letters, two digits, and MOD 97-10, of a country whose length is not known.
pub(crate) fn may_be_iban(compact: &[u8]) -> bool {
    (15..=34).contains(&compact.len())
        && compact[..2].iter().all(u8::is_ascii_uppercase)
        && compact[2..4].iter().all(u8::is_ascii_digit)
        && compact.iter().filter(|b| b.is_ascii_digit()).count() >= 8
        && mod97(&[&compact[4..], &compact[..4]]) == Some(1)
}

/// Bank code, country, place, branch: 8 or 11 characters.
pub(crate) fn is_bic(bytes: &[u8]) -> bool {
    fits(bytes, b"AAAAAA**") || fits(bytes, b"AAAAAA*****")
}

/// A Bitcoin address: bech32 by its checksum; base58 by syntax, since it mixes digits with letters
/// of both cases.
pub(crate) fn is_crypto(bytes: &[u8]) -> bool {
    if let Some(data) = bytes.strip_prefix(b"bc1") {
        return bech32(data);
    }
    (26..=35).contains(&bytes.len())
        && (bytes[0] == b'1' || bytes[0] == b'3')
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() && !b"0OIl".contains(b))
        && bytes.iter().any(u8::is_ascii_lowercase)
        && bytes.iter().any(u8::is_ascii_uppercase)
        && bytes.iter().filter(|b| b.is_ascii_digit()).count() >= 2
}

fn bech32(data: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    const BECH32: u32 = 1;
    const BECH32M: u32 = 0x2bc8_30a3;
    if !(11..=87).contains(&data.len()) {
        return false;
    }
    let mut check = 1u32;
    let mut step = |v: u32| {
        let top = check >> 25;
        check = ((check & 0x01ff_ffff) << 5) ^ v;
        for (i, g) in GENERATOR.iter().enumerate() {
            if (top >> i) & 1 == 1 {
                check ^= g;
            }
        }
    };
    // The human part `bc`: high bits, zero, low bits.
    for v in [3, 3, 0, 2, 3] {
        step(v);
    }
    for b in data {
        let Some(v) = ALPHABET.iter().position(|a| a == b) else {
            return false;
        };
        step(u32::try_from(v).unwrap_or(0));
    }
    check == BECH32 || check == BECH32M
}
