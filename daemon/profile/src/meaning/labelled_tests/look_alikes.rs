//! What looks like the number of a person and is none.

use super::Maker;
use super::dice::{total, with_luhn};

/// Each with what it is.
pub(super) const LOOK_ALIKES: &[(&str, Maker)] = &[
    ("order", |d| {
        format!("ORD-{}-{}", d.between(2018, 2026), d.digits(6))
    }),
    ("marketplace order", |d| {
        format!("{}-{}-{}", d.digits(3), d.digits(7), d.digits(7))
    }),
    ("parcel", |d| format!("1Z{}{}", d.letters(8), d.digits(8))),
    ("epoch", |d| {
        d.between(1_000_000_000, 1_800_000_000).to_string()
    }),
    ("epoch ms", |d| {
        d.between(1_000_000_000_000, 1_800_000_000_000).to_string()
    }),
    ("version", |d| {
        format!("{}.{}.{}", d.below(10), d.below(30), d.below(100))
    }),
    ("version of four", |d| {
        format!(
            "{}.{}.{}.{}",
            d.below(12),
            d.below(30),
            d.below(100),
            d.below(20)
        )
    }),
    ("build", |d| {
        format!("10.0.{}.{}", d.between(10_000, 22_000), d.between(1, 5000))
    }),
    ("imei", |d| with_luhn(&format!("35{}", d.digits(12)))),
    ("iccid", |d| with_luhn(&format!("8949{}", d.digits(15)))),
    ("company", |d| {
        let n = with_luhn(&d.digits(8));
        format!("{} {} {}", &n[..3], &n[3..6], &n[6..])
    }),
    ("nine digits", |d| {
        d.between(100_000_000, 999_999_999).to_string()
    }),
    ("ten digits", |d| {
        d.between(1_000_000_000, 9_999_999_999).to_string()
    }),
    ("eleven digits", |d| {
        d.between(20_000_000_000, 99_999_999_999).to_string()
    }),
    ("thirteen digits", |d| {
        d.between(1_000_000_000_000, 9_999_999_999_999).to_string()
    }),
    ("sixteen digits", |d| {
        d.between(1_000_000_000_000_000, 9_999_999_999_999_999)
            .to_string()
    }),
    ("eighteen digits", |d| {
        d.between(100_000_000_000_000_000, 999_999_999_999_999_999)
            .to_string()
    }),
    ("isbn 13", |d| {
        let head = format!("978{}", d.digits(9));
        let sum = total(&head, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
        format!("{head}{}", (10 - sum % 10) % 10)
    }),
    ("isbn 10", |d| {
        let head = d.digits(9);
        let rest = (11 - total(&head, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        format!(
            "{}-{}-{}-{}",
            &head[..1],
            &head[1..5],
            &head[5..],
            if rest == 10 {
                "X".into()
            } else {
                rest.to_string()
            }
        )
    }),
    ("ean", |d| {
        let head = format!("40{}", d.digits(10));
        let sum = total(&head, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
        format!("{head}{}", (10 - sum % 10) % 10)
    }),
    ("md5", |d| {
        format!("{:016x}{:016x}", d.next() << 11, d.next() << 11)
    }),
    ("object id", |d| {
        format!("{:08x}{:016x}", d.below(1 << 32), d.next() << 11)
    }),
    ("uuid", |d| {
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            d.below(1 << 32),
            d.below(1 << 16),
            d.below(1 << 12),
            d.below(1 << 12),
            d.below(1 << 48)
        )
    }),
    ("article", |d| {
        format!(
            "{}{}{}",
            d.pick(&["AA", "BK", "CX", "EP"]),
            d.digits(6),
            d.pick(&["A", "B", "C", "D"])
        )
    }),
    ("invoice", |d| format!("INV{}", d.digits(8))),
    ("iso time", |d| {
        format!(
            "20{:02}-{:02}-{:02}T{:02}:{:02}:00",
            d.below(30),
            d.between(1, 12),
            d.between(1, 28),
            d.below(24),
            d.below(60)
        )
    }),
    ("german date", |d| {
        format!(
            "{:02}.{:02}.20{:02}",
            d.between(1, 28),
            d.between(1, 12),
            d.below(30)
        )
    }),
    ("compact time", |d| {
        format!(
            "20{:02}{:02}{:02}{:02}{:02}{:02}",
            d.below(30),
            d.between(1, 12),
            d.between(1, 28),
            d.below(24),
            d.below(60),
            d.below(60)
        )
    }),
    ("place", |d| {
        format!(
            "{}.{},-{}.{}",
            d.below(90),
            d.digits(4),
            d.below(180),
            d.digits(4)
        )
    }),
    ("zip+4", |d| format!("{}-{}", d.digits(5), d.digits(4))),
    ("drug", |d| {
        format!("{}-{}-{}", d.digits(5), d.digits(4), d.digits(2))
    }),
    ("object of management", |d| {
        format!("1.3.6.1.{}.{}", d.below(9), d.below(999))
    }),
    ("doi", |d| {
        format!("10.{}/{}", d.between(1000, 9999), d.digits(6))
    }),
    ("account", |d| format!("00{}", d.digits(8))),
    ("handle", |d| {
        format!("@{}{}", d.pick(&["ana", "bo", "cy"]), d.below(999))
    }),
    ("package", |d| {
        format!(
            "{}@{}.{}.{}",
            d.pick(&["left-pad", "react", "lodash"]),
            d.below(20),
            d.below(20),
            d.below(20)
        )
    }),
    ("share of a host", |d| {
        format!(
            "{}.internal",
            d.pick(&["web", "db", "cache"]).to_owned() + &d.below(99).to_string()
        )
    }),
    ("words", |d| {
        format!(
            "{} {}",
            d.pick(&["red", "blue", "green"]),
            d.pick(&["table", "chair", "lamp"])
        )
    }),
    ("money", |d| {
        format!("{}.{:02}", d.below(9999), d.below(100))
    }),
    ("tail number", |d| {
        format!("N{}{}", d.between(100, 999), d.letters(2))
    }),
];
