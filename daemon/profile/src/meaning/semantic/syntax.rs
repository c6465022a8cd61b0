//! Values that tell by their syntax alone what they are.

use super::Test;
use crate::meaning::checksum::{luhn, mod97};
use crate::meaning::shape::{Shape, fits, number};
use crate::meaning::strict::{email, net};

/// A semantic type and its test, the narrower first.
pub(super) static SYNTAX: &[(&str, Test)] = &[
    ("uuid", |s| net::is_uuid(s.bytes())),
    ("url", |s| email::is_url(s.bytes())),
    ("email", |s| email::is_email(s.bytes())),
    ("ip_address", |s| {
        net::ipv4(s.bytes()).is_some() || net::is_ipv6(s.text)
    }),
    ("version", is_version),
    ("color", |s| {
        matches!(s.text.len(), 4 | 7 | 9)
            && s.text.starts_with('#')
            && s.bytes()[1..].iter().all(u8::is_ascii_hexdigit)
    }),
    ("percentage", |s| {
        s.text
            .strip_suffix('%')
            .is_some_and(|n| is_decimal(n.trim_end()))
    }),
    ("amount", is_money),
    ("time_zone", |s| {
        s.text.split_once('/').is_some_and(|(area, city)| {
            [
                "Africa",
                "America",
                "Antarctica",
                "Arctic",
                "Asia",
                "Atlantic",
                "Australia",
                "Europe",
                "Indian",
                "Pacific",
                "Etc",
                "US",
            ]
            .contains(&area)
                && city
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_/-+".contains(&b))
        })
    }),
    ("mime_type", |s| {
        s.text.split_once('/').is_some_and(|(kind, rest)| {
            [
                "application",
                "audio",
                "font",
                "image",
                "message",
                "model",
                "multipart",
                "text",
                "video",
            ]
            .contains(&kind)
                && !rest.is_empty()
                && !rest.contains(' ')
        })
    }),
    ("json", |s| {
        matches!(
            (s.bytes().first(), s.bytes().last()),
            (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']'))
        ) && s.others > 3
    }),
    ("html", |s| {
        s.text.starts_with('<') && s.text.ends_with('>') && s.text.contains("</")
    }),
    ("user_agent", |s| {
        s.text.starts_with("Mozilla/") || s.text.starts_with("Opera/")
    }),
    ("point", |s| {
        s.text.starts_with("POINT")
            || s.text.starts_with("POLYGON")
            || s.text.starts_with("MULTI")
            || s.text.starts_with("LINESTRING")
    }),
    ("vin", is_vin),
    ("isin", is_isin),
    ("lei", |s| {
        s.text.len() == 20 && s.bare_upper() && mod97(&[s.compact()]) == Some(1)
    }),
    ("path", |s| {
        (s.text.starts_with('/') || s.text.starts_with("./") || s.text.get(1..3) == Some(":\\"))
            && s.text.len() > 3
            && !s.text.contains("//")
    }),
    ("ulid", |s| {
        s.text.len() == 26
            && s.bare_upper()
            && (b'0'..=b'7').contains(&s.bytes()[0])
            && !s.bytes().iter().any(|b| b"ILOU".contains(b))
    }),
];

impl Shape<'_> {
    fn bare_upper(&self) -> bool {
        self.bytes()
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    }
}

fn is_decimal(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.,".contains(&b))
        && text.bytes().any(|b| b.is_ascii_digit())
}

fn is_money(s: &Shape<'_>) -> bool {
    const SIGNS: &[&str] = &[
        "$", "€", "£", "¥", "₹", "US$", "USD", "EUR", "GBP", "CHF", "R$", "zł", "kr", "Kč",
    ];
    let text = s.text.trim_start_matches('-');
    SIGNS.iter().any(|sign| {
        text.strip_prefix(sign)
            .or_else(|| text.strip_suffix(sign))
            .is_some_and(|n| is_decimal(&n.trim().replace(' ', "")))
    })
}

/// `1.2.3`, `v2.0.1-rc1`: at least three parts (two with a `v`), the first one small.
fn is_version(s: &Shape<'_>) -> bool {
    let (text, marked) = match s.text.strip_prefix(['v', 'V']) {
        Some(rest) => (rest, true),
        None => (s.text, false),
    };
    let core = text.split(['-', '+']).next().unwrap_or(text);
    let parts: Vec<&str> = core.split('.').collect();
    let sound = parts
        .iter()
        .all(|p| (1..=5).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
    sound
        && (parts.len() >= 3 || marked && parts.len() == 2)
        && parts.len() <= 5
        && parts[0].len() <= 4
}

/// Vehicle identification: 17 characters without I, O, Q, the ninth a check digit (North America)
/// or any.
fn is_vin(s: &Shape<'_>) -> bool {
    let b = s.bytes();
    b.len() == 17
        && s.bare_upper()
        && s.letters >= 3
        && s.digits >= 4
        && !b.iter().any(|c| b"IOQ".contains(c))
        && b[13..].iter().all(u8::is_ascii_digit)
}

/// Securities: country, nine characters, a Luhn digit over the letters written as numbers.
fn is_isin(s: &Shape<'_>) -> bool {
    if !fits(s.bytes(), b"AA*********9") || !s.bare_upper() {
        return false;
    }
    let mut digits = Vec::with_capacity(24);
    for b in s.bytes() {
        match b {
            b'0'..=b'9' => digits.push(*b),
            _ => {
                let v = b - b'A' + 10;
                digits.extend([b'0' + v / 10, b'0' + v % 10]);
            }
        }
    }
    number(&s.bytes()[11..]) <= 9 && luhn(&digits)
}
