//! Personal data in one value alone, whatever its field is taken for: the whole value, or a part
//! of a longer text.

use super::shape::{Shape, fits};
use super::strict::{bank, email, national, net, phone};
use crate::lex;

/// Whether this value alone passes a strict detector, or holds something that does. Must be asked
/// of the value as it is, before it is shortened: half an address is still somebody's.
#[must_use]
pub fn is_pii(value: &str) -> bool {
    let told = value.bytes().any(|b| {
        b.is_ascii_digit() || b >= 128 || (b.is_ascii_alphabetic() && !b"xX".contains(&b))
    });
    if !told {
        // What `mask` leaves behind.
        return false;
    }
    whole(&Shape::of(value, 1))
        || holds(value.as_bytes())
        || written_out(value).is_some_and(|digits| whole(&Shape::of(&digits, 1)))
}

/// The digits of a whole number that is written with an exponent: `4.111111111111111e15` is as good
/// a card number as its digits are.
fn written_out(value: &str) -> Option<String> {
    let value = value.trim();
    if !(4..=32).contains(&value.len()) || !value.contains(['e', 'E']) {
        return None;
    }
    let (_, number) = lex::number::read(value.as_bytes())?;
    let zeros = u32::try_from(number.scale.checked_neg()?).ok()?;
    let whole = number.mantissa.checked_mul(10_u128.checked_pow(zeros)?)?;
    Some(whole.to_string())
}

/// A whole value, by the detectors that need no second witness.
fn whole(s: &Shape<'_>) -> bool {
    let b = s.bytes();
    if b.len() > 64 {
        return email::is_email(b);
    }
    if s.digits < 3 {
        return (s.others > 0 && (email::is_email(b) || net::is_mac(b) || net::is_ipv6(s.text)))
            || bank::is_crypto(b);
    }
    email::is_email(b)
        || token(s)
        || net::is_ipv6(s.text)
        || phone::is_international(b)
        || phone::is_north_american(b)
        || (s.light_separators() && bank::is_iban(s.compact()))
        || card(b, s)
        || spaced_number(s)
}

/// What a token of a longer text is refused or taken by: nothing here may hold white space.
fn token(s: &Shape<'_>) -> bool {
    let b = s.bytes();
    match b.len() {
        0..9 => net::is_plain_ipv4(b),
        9..=18 => {
            net::is_plain_ipv4(b)
                || net::is_mac(b)
                || national::us_ssn_written(s)
                || national::us_itin(s)
                || (fits(b, b"AA999999A") && national::uk_nino(s))
                || (fits(b, b"99999999A") && national::es_nif(s))
                || (fits(b, b"A9999999A") && (national::es_nie(s) || national::sg_nric(s)))
                || national::it_fiscal_code(s)
                || national::fi_pic(s)
                || national::mx_curp(s)
                || national::cn_resident(s)
                || national::in_pan(s)
                || (fits(b, b"99999999A999") && national::de_social_security(s))
                || (fits(b, b"999.999.999-99") && national::br_cpf(s))
                || (fits(b, b"999.9999.9999.99") && national::ch_ahv(s))
                || ((fits(b, b"999999-9999") || fits(b, b"99999999-9999"))
                    && national::se_personnummer(s))
                || national::kr_rrn_written(s)
                || (s.bare_digits() && s.digits == 15 && national::fr_nir(s))
        }
        _ => bank::is_crypto(b) || net::is_ipv6(s.text),
    }
}

/// Numbers that are written with spaces.
fn spaced_number(s: &Shape<'_>) -> bool {
    let b = s.bytes();
    s.spaces > 0
        && (fits(b, b"9999 9999 9999") && national::in_aadhaar(s)
            || fits(b, b"AA 99 99 99 A") && national::uk_nino(s)
            || b.len() <= 24 && national::fr_nir(s))
}

fn card(bytes: &[u8], s: &Shape<'_>) -> bool {
    (14..=19).contains(&s.digits)
        && s.letters == 0
        && bank::written_like_a_card(bytes)
        && bank::is_card_number(s.compact())
}

/// Looks for personal data within a text.
fn holds(text: &[u8]) -> bool {
    holds_email(text) || holds_token(text) || holds_number(text) || holds_iban(text)
}

fn holds_email(text: &[u8]) -> bool {
    memchr::memchr_iter(b'@', text).any(|at| {
        let local = |b: &u8| b.is_ascii_alphanumeric() || b"._%+-".contains(b) || *b >= 128;
        let host = |b: &u8| b.is_ascii_alphanumeric() || b".-_".contains(b) || *b >= 128;
        let left = text[..at]
            .iter()
            .rev()
            .take(65)
            .take_while(|b| local(b))
            .count();
        let right = text[at + 1..]
            .iter()
            .take(254)
            .take_while(|b| host(b))
            .count();
        let mut found = &text[at - left..at + 1 + right];
        while let Some((b'.' | b'-' | b'_', head)) = found.split_last() {
            found = head;
        }
        while let Some((b'.' | b'-', rest)) = found.split_first() {
            found = rest;
        }
        // `git@host` in a URL and `pkg@1.2` are no addresses; the host check refuses the second.
        email::is_email(found)
    })
}

/// Words of a text, without the punctuation around them.
fn holds_token(text: &[u8]) -> bool {
    let parts = |b: &u8| b.is_ascii_whitespace() || b",;<>()[]{}\"'|=&?\\".contains(b);
    text.split(parts).any(|word| {
        let word = trim(word);
        if !(7..=64).contains(&word.len()) || word.len() == text.len() {
            return false;
        }
        // `ip:10.1.2.3` and `10.1.2.3:80`, unless the colon belongs to the address.
        let colon = word.iter().rposition(|b| *b == b':');
        let (head, tail) = colon.map_or((word, word), |at| (&word[..at], &word[at + 1..]));
        [word, tail, head].iter().any(|w| {
            w.iter().any(u8::is_ascii_digit)
                && std::str::from_utf8(w).is_ok_and(|w| {
                    let s = Shape::of(w, 1);
                    token(&s) || card(s.bytes(), &s)
                })
        })
    })
}

fn trim(mut word: &[u8]) -> &[u8] {
    while let Some((b'.' | b':' | b'!' | b'-' | b'/' | b'*', head)) = word.split_last() {
        word = head;
    }
    while let Some((b'.' | b'!' | b'-' | b'/' | b'*' | b'#', rest)) = word.split_first() {
        word = rest;
    }
    word
}

/// Runs of digit groups: cards, telephone numbers and the like that are written with spaces.
fn holds_number(text: &[u8]) -> bool {
    /// Groups looked at from one start; a card has five at most, a telephone number seven.
    const GROUPS: usize = 8;
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let opens = matches!(text[at], b'0'..=b'9' | b'+' | b'(');
        let fresh = at == 0
            || !(text[at - 1].is_ascii_alphanumeric()
                || matches!(text[at - 1], b'.' | b'-' | b'+' | b'('));
        at += 1;
        if !opens || !fresh {
            continue;
        }
        let mut end = start;
        let mut groups = 0;
        let mut digits = 0;
        while end < text.len() && groups < GROUPS && digits <= 19 {
            let before = end;
            while end < text.len() && end - before < 4 && b" -.()+/".contains(&text[end]) {
                end += 1;
            }
            let group = text[end..]
                .iter()
                .take(20)
                .take_while(|b| b.is_ascii_digit())
                .count();
            if group == 0 {
                break;
            }
            end += group;
            digits += group;
            groups += 1;
            // What goes on behind a point is a fraction, and no part of a number people are called by.
            let closed = match text.get(end) {
                Some(b'.') => !text.get(end + 1).is_some_and(u8::is_ascii_digit),
                Some(b) => !b.is_ascii_alphanumeric() && *b != b'-',
                None => true,
            };
            if closed && digits >= 9 && number_part(&text[start..end]) {
                return true;
            }
        }
    }
    false
}

fn number_part(part: &[u8]) -> bool {
    std::str::from_utf8(part).is_ok_and(|part| {
        let s = Shape::of(part, 1);
        card(s.bytes(), &s)
            || phone::is_international(s.bytes())
            || phone::is_north_american(s.bytes())
            || national::us_ssn_written(&s)
            || fits(s.bytes(), b"9999 9999 9999") && national::in_aadhaar(&s)
    })
}

fn holds_iban(text: &[u8]) -> bool {
    if text.len() < 15 {
        return false;
    }
    text.windows(4).enumerate().any(|(at, w)| {
        let fresh = at == 0 || !text[at - 1].is_ascii_alphanumeric();
        if !fresh
            || !w[0].is_ascii_uppercase()
            || !w[1].is_ascii_uppercase()
            || !w[2].is_ascii_digit()
            || !w[3].is_ascii_digit()
        {
            return false;
        }
        let Some(length) = bank::iban_length(&w[..2]) else {
            return false;
        };
        let mut compact = [0u8; 34];
        let mut n = 0;
        let mut end = at;
        while n < length && end < text.len() {
            let b = text[end];
            if b.is_ascii_alphanumeric() {
                compact[n] = b.to_ascii_uppercase();
                n += 1;
            } else if b != b' ' && b != b'-' {
                break;
            }
            end += 1;
        }
        n == length
            && text.get(end).is_none_or(|b| !b.is_ascii_alphanumeric())
            && bank::is_iban(&compact[..n])
    })
}
