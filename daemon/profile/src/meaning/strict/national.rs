//! National numbers of persons: by checksum where there is one, by strict syntax else.

use crate::meaning::checksum::{
    all_same, ddmmyy, is_day, luhn, mod11_2, mod11_10, verhoeff, weighted, yymmdd,
};
use crate::meaning::shape::{Shape, fits, number};

/// `123-45-6789` with area, group and serial that are given out.
pub(crate) fn us_ssn_written(s: &Shape<'_>) -> bool {
    (fits(s.bytes(), b"999-99-9999") || fits(s.bytes(), b"999 99 9999")) && us_ssn(s.compact())
}

pub(crate) fn us_ssn(d: &[u8]) -> bool {
    d.len() == 9
        && &d[..3] != b"000"
        && &d[..3] != b"666"
        && d[0] != b'9'
        && &d[3..5] != b"00"
        && &d[5..] != b"0000"
}

/// `9xx-7x-xxxx` and the other groups given out.
pub(crate) fn us_itin(s: &Shape<'_>) -> bool {
    fits(s.bytes(), b"999-99-9999") && s.bytes()[0] == b'9' && {
        let group = number(&s.compact()[3..5]);
        matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
    }
}

/// Medicare beneficiary identifier: eleven characters, no S L O I B Z.
pub(crate) fn us_mbi(s: &Shape<'_>) -> bool {
    let c = s.compact();
    let letter = |b: u8| b.is_ascii_uppercase() && !b"SLOIBZ".contains(&b);
    let either = |b: u8| letter(b) || b.is_ascii_digit();
    c.len() == 11
        && s.light_separators()
        && (b'1'..=b'9').contains(&c[0])
        && letter(c[1])
        && either(c[2])
        && c[3].is_ascii_digit()
        && letter(c[4])
        && either(c[5])
        && c[6].is_ascii_digit()
        && letter(c[7])
        && letter(c[8])
        && c[9].is_ascii_digit()
        && c[10].is_ascii_digit()
}

/// Two letters and seven digits with the DEA's check digit.
pub(crate) fn medical_license(s: &Shape<'_>) -> bool {
    let b = s.bytes();
    (fits(b, b"AA9999999") || fits(b, b"A99999999")) && b"ABCDEFGHJKLMPRSTUX".contains(&b[0]) && {
        let d = &b[2..];
        let odd = weighted(d, &[1, 0, 1, 0, 1, 0]);
        let even = weighted(d, &[0, 1, 0, 1, 0, 1]);
        (odd + 2 * even) % 10 == u32::from(d[6] - b'0')
    }
}

/// NHS number: ten digits, weights 10 to 2, modulo 11.
pub(crate) fn uk_nhs(s: &Shape<'_>) -> bool {
    s.digits_of(10).is_some_and(|d| {
        let check = (11 - weighted(d, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        check != 10 && check == u32::from(d[9] - b'0') && !all_same(d)
    })
}

/// National insurance number.
pub(crate) fn uk_nino(s: &Shape<'_>) -> bool {
    let c = s.compact();
    fits(c, b"AA999999A")
        && s.light_separators()
        && (s.bytes().first().is_some_and(u8::is_ascii_uppercase))
        && !b"DFIQUV".contains(&c[0])
        && !b"DFIQUVO".contains(&c[1])
        && ![&b"BG"[..], b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&&c[..2])
        && (b'A'..=b'D').contains(&c[8])
}

const NIF_LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// Spanish DNI: eight digits and their letter.
pub(crate) fn es_nif(s: &Shape<'_>) -> bool {
    let c = s.compact();
    fits(c, b"99999999A")
        && s.light_separators()
        && NIF_LETTERS[(number(&c[..8]) % 23) as usize] == c[8]
}

/// Spanish number of a foreigner: X, Y or Z, seven digits, a letter.
pub(crate) fn es_nie(s: &Shape<'_>) -> bool {
    let c = s.compact();
    fits(c, b"A9999999A") && s.light_separators() && (b'X'..=b'Z').contains(&c[0]) && {
        let n = u64::from(c[0] - b'X') * 10_000_000 + number(&c[1..8]);
        NIF_LETTERS[(n % 23) as usize] == c[8]
    }
}

/// Codice fiscale with its control letter.
pub(crate) fn it_fiscal_code(s: &Shape<'_>) -> bool {
    const ODD: [u32; 36] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3,
        6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    let c = s.compact();
    if c.len() != 16
        || s.text.len() != 16
        || !c[..6].iter().all(u8::is_ascii_uppercase)
        || !c[15].is_ascii_uppercase()
    {
        return false;
    }
    let digit = |b: u8| b.is_ascii_digit() || b"LMNPQRSTUV".contains(&b);
    if ![6, 7, 9, 10, 12, 13, 14].iter().all(|i| digit(c[*i]))
        || !b"ABCDEHLMPRST".contains(&c[8])
        || !c[11].is_ascii_uppercase()
    {
        return false;
    }
    let sum: u32 = c[..15]
        .iter()
        .enumerate()
        .map(|(i, b)| {
            let at = if b.is_ascii_digit() {
                usize::from(b - b'0')
            } else {
                usize::from(b - b'A') + 10
            };
            if i % 2 == 0 {
                ODD[at]
            } else {
                u32::try_from(at % 10).unwrap_or(0)
                    + if at >= 20 {
                        u32::try_from(at / 10 - 1).unwrap_or(0) * 10
                    } else {
                        0
                    }
            }
        })
        .sum();
    (sum % 26) as u8 + b'A' == c[15]
}

/// PESEL: birth date with the century in the month, weights 1 3 7 9.
pub(crate) fn pl_pesel(s: &Shape<'_>) -> bool {
    s.bare_digits() && s.digits == 11 && {
        let d = s.compact();
        let month = number(&d[2..4]) % 20;
        is_day(number(&d[..2]), month, number(&d[4..6]))
            && weighted(d, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
    }
}

/// Singapore's NRIC and FIN.
pub(crate) fn sg_nric(s: &Shape<'_>) -> bool {
    let b = s.bytes();
    fits(b, b"A9999999A") && b"STFGM".contains(&b[0]) && {
        let sum = weighted(&b[1..8], &[2, 7, 6, 5, 4, 3, 2]);
        let (offset, letters): (u32, &[u8; 11]) = match b[0] {
            b'S' => (0, b"JZIHGFEDCBA"),
            b'T' => (4, b"JZIHGFEDCBA"),
            b'F' => (0, b"XWUTRQPNMLK"),
            b'G' => (4, b"XWUTRQPNMLK"),
            _ => (3, b"KLJNPQRTUWX"),
        };
        let at = ((sum + offset) % 11) as usize;
        let at = if b[0] == b'M' { 10 - at } else { at };
        letters[at] == b[8]
    }
}

/// Australian tax file number: nine digits.
pub(crate) fn au_tfn(s: &Shape<'_>) -> bool {
    s.digits_of(9).is_some_and(|d| {
        weighted(d, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11) && !all_same(d)
    })
}

/// Australian Medicare number: ten digits, the ninth being the check digit.
pub(crate) fn au_medicare(s: &Shape<'_>) -> bool {
    s.digits_of(10).is_some_and(|d| {
        (b'2'..=b'6').contains(&d[0])
            && weighted(d, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == u32::from(d[8] - b'0')
            && d[9] != b'0'
    })
}

/// Indian permanent account number of a person or firm.
pub(crate) fn in_pan(s: &Shape<'_>) -> bool {
    let b = s.bytes();
    fits(b, b"AAAAA9999A") && b"PCHFATBLJG".contains(&b[3])
}

/// Aadhaar: twelve digits, Verhoeff.
pub(crate) fn in_aadhaar(s: &Shape<'_>) -> bool {
    (s.bare_digits() || fits(s.bytes(), b"9999 9999 9999") || fits(s.bytes(), b"9999-9999-9999"))
        && s.digits == 12
        && s.compact()[0] >= b'2'
        && verhoeff(s.compact())
}

/// Finnish personal identity code.
pub(crate) fn fi_pic(s: &Shape<'_>) -> bool {
    const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let b = s.bytes();
    b.len() == 11
        && b[..6].iter().all(u8::is_ascii_digit)
        && b"+-YXWVUABCDEF".contains(&b[6])
        && b[7..10].iter().all(u8::is_ascii_digit)
        && ddmmyy(b)
        && CHECK[((number(&b[..6]) * 1000 + number(&b[7..10])) % 31) as usize] == b[10]
}

/// Swedish personal number, of ten or twelve digits.
pub(crate) fn se_personnummer(s: &Shape<'_>) -> bool {
    let b = s.bytes();
    let plain = fits(b, b"999999-9999")
        || fits(b, b"999999+9999")
        || fits(b, b"99999999-9999")
        || s.bare_digits();
    let d = s.compact();
    let ten = match d.len() {
        10 => d,
        12 if d.starts_with(b"19") || d.starts_with(b"20") => &d[2..],
        _ => return false,
    };
    // Sixty is added to the day of a coordination number.
    let day = number(&ten[4..6]) % 60;
    plain && is_day(number(&ten[..2]), number(&ten[2..4]), day) && luhn(ten)
}

/// Norwegian birth number: two modulo-11 checks.
pub(crate) fn no_fodselsnummer(s: &Shape<'_>) -> bool {
    s.digits_of(11).is_some_and(|d| {
        let day = number(&d[..2]) % 40;
        is_day(number(&d[4..6]), number(&d[2..4]) % 40, day)
            && weighted(d, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
            && weighted(d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

/// Danish CPR as written, `ddmmyy-xxxx`; its old check digit is no longer given.
pub(crate) fn dk_cpr_written(s: &Shape<'_>) -> bool {
    fits(s.bytes(), b"999999-9999") && ddmmyy(s.bytes())
}

/// German tax identification number: one digit twice or thrice among the first ten, MOD 11,10.
pub(crate) fn de_tax_id(s: &Shape<'_>) -> bool {
    s.digits_of(11).is_some_and(|d| {
        let mut seen = [0u8; 10];
        for b in &d[..10] {
            seen[usize::from(b - b'0')] += 1;
        }
        let repeated = seen.iter().filter(|n| **n > 1).count();
        d[0] != b'0' && repeated == 1 && seen.iter().all(|n| *n <= 3) && mod11_10(d)
    })
}

/// German pension insurance number: area, birth date, letter, serial, check digit.
pub(crate) fn de_social_security(s: &Shape<'_>) -> bool {
    let c = s.compact();
    fits(c, b"99999999A999") && s.light_separators() && ddmmyy(&c[2..8]) && {
        let letter = u32::from(c[8] - b'A') + 1;
        let mut expanded = [0u8; 12];
        expanded[..8].copy_from_slice(&c[..8]);
        expanded[8] = b'0' + u8::try_from(letter / 10).unwrap_or(0);
        expanded[9] = b'0' + u8::try_from(letter % 10).unwrap_or(0);
        expanded[10..].copy_from_slice(&c[9..11]);
        let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
        let sum: u32 = expanded
            .iter()
            .zip(weights)
            .map(|(d, w)| {
                let product = u32::from(d - b'0') * w;
                product / 10 + product % 10
            })
            .sum();
        sum % 10 == u32::from(c[11] - b'0')
    }
}

/// French INSEE number: sex, year, month, place, order, and 97 minus the rest.
pub(crate) fn fr_nir(s: &Shape<'_>) -> bool {
    let c = s.compact();
    if c.len() != 15 || s.wide > 0 || !s.light_separators() || !matches!(c[0], b'1' | b'2') {
        return false;
    }
    let mut digits = [0u8; 15];
    digits.copy_from_slice(c);
    // Corsica: 2A counts as 19, 2B as 18.
    match &c[5..7] {
        b"2A" => digits[5..7].copy_from_slice(b"19"),
        b"2B" => digits[5..7].copy_from_slice(b"18"),
        _ => {}
    }
    digits.iter().all(u8::is_ascii_digit) && {
        let month = number(&digits[3..5]);
        (matches!(month, 1..=12 | 20 | 30..=42 | 50..=99))
            && 97 - number(&digits[..13]) % 97 == number(&digits[13..])
    }
}

/// Dutch BSN: the eleven test.
pub(crate) fn nl_bsn(s: &Shape<'_>) -> bool {
    s.digits_of(9).is_some_and(|d| {
        let sum = i64::from(weighted(d, &[9, 8, 7, 6, 5, 4, 3, 2])) - i64::from(d[8] - b'0');
        sum % 11 == 0 && !all_same(d)
    })
}

/// Belgian national number: birth date, serial, 97 minus the rest (with 2 before it after 1999).
pub(crate) fn be_national(s: &Shape<'_>) -> bool {
    s.digits_of(11).is_some_and(|d| {
        let head = number(&d[..9]);
        let check = number(&d[9..]);
        yymmdd(d) && (97 - head % 97 == check || 97 - (2_000_000_000 + head) % 97 == check)
    })
}

/// Swiss AHV number: 756 and an EAN-13 check digit.
pub(crate) fn ch_ahv(s: &Shape<'_>) -> bool {
    s.digits_of(13)
        .is_some_and(|d| d.starts_with(b"756") && crate::meaning::checksum::gs1(d))
}

/// Brazilian CPF: two modulo-11 checks.
pub(crate) fn br_cpf(s: &Shape<'_>) -> bool {
    s.digits_of(11).is_some_and(|d| {
        let check = |n: usize| {
            let sum: u32 = d[..n]
                .iter()
                .enumerate()
                .map(|(i, b)| u32::from(b - b'0') * (n as u32 + 1 - i as u32))
                .sum();
            (sum * 10 % 11) % 10 == u32::from(d[n] - b'0')
        };
        !all_same(d) && check(9) && check(10)
    })
}

/// Canadian social insurance number.
pub(crate) fn ca_sin(s: &Shape<'_>) -> bool {
    s.digits_of(9)
        .is_some_and(|d| d[0] != b'0' && d[0] != b'8' && luhn(d) && !all_same(d))
}

/// Mexican CURP with its check digit.
pub(crate) fn mx_curp(s: &Shape<'_>) -> bool {
    let b = s.bytes();
    if b.len() != 18
        || !fits(&b[..16], b"AAAA999999AAAAAA")
        || !b"HMX".contains(&b[10])
        || !yymmdd(&b[4..10])
    {
        return false;
    }
    let sum: u32 = b[..17]
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let v = match c {
                b'0'..=b'9' => u32::from(c - b'0'),
                b'A'..=b'N' => u32::from(c - b'A') + 10,
                _ => u32::from(c.saturating_sub(b'A')) + 11,
            };
            v * (18 - i as u32)
        })
        .sum();
    b[17].is_ascii_digit() && (10 - sum % 10) % 10 == u32::from(b[17] - b'0')
}

/// Turkish identity number: two checks.
pub(crate) fn tr_tckn(s: &Shape<'_>) -> bool {
    s.bare_digits() && s.digits == 11 && {
        let d = s.compact();
        let v = |i: usize| i64::from(d[i] - b'0');
        let odd = v(0) + v(2) + v(4) + v(6) + v(8);
        let even = v(1) + v(3) + v(5) + v(7);
        d[0] != b'0' && (odd * 7 - even).rem_euclid(10) == v(9) && (odd + even + v(9)) % 10 == v(10)
    }
}

/// South African identity number: birth date, citizenship, Luhn.
pub(crate) fn za_id(s: &Shape<'_>) -> bool {
    s.bare_digits() && s.digits == 13 && {
        let d = s.compact();
        yymmdd(d) && matches!(d[10], b'0' | b'1' | b'2') && luhn(d)
    }
}

/// Chinese resident identity: place, birth date, serial, MOD 11-2.
pub(crate) fn cn_resident(s: &Shape<'_>) -> bool {
    let c = s.compact();
    c.len() == 18
        && s.text.len() == 18
        && c[..17].iter().all(u8::is_ascii_digit)
        && (1900..=2099).contains(&number(&c[6..10]))
        && is_day(number(&c[6..10]), number(&c[10..12]), number(&c[12..14]))
        && mod11_2(c)
}

/// Korean resident registration number as written, `yymmdd-gxxxxxx`; its check digit is no longer
/// given.
pub(crate) fn kr_rrn_written(s: &Shape<'_>) -> bool {
    fits(s.bytes(), b"999999-9999999") && yymmdd(s.bytes()) && (b'1'..=b'8').contains(&s.bytes()[7])
}
