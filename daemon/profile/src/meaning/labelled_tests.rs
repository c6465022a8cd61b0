//! Columns whose label is known, made here by the rules of the issuers, with opaque names, missing
//! values and noise: how many are found, and how many look-alikes are taken for persons.

use super::{Values, View, assess};

/// A small generator: the same columns on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let x = self.0 ^ (self.0 >> 33);
        x.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 11
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    fn digits(&mut self, n: usize) -> String {
        (0..n)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    fn letters(&mut self, n: usize) -> String {
        (0..n)
            .map(|_| char::from(b'A' + self.below(26) as u8))
            .collect()
    }
}

fn digit(text: &str, at: usize) -> u64 {
    u64::from(text.as_bytes()[at] - b'0')
}

fn total(text: &str, weights: &[u64]) -> u64 {
    weights
        .iter()
        .enumerate()
        .map(|(i, w)| digit(text, i) * w)
        .sum()
}

/// Appends the digit that makes the Luhn sum a multiple of ten, found by trying.
fn with_luhn(head: &str) -> String {
    let sum = |text: &str| -> u64 {
        let n = text.len();
        (0..n)
            .map(|i| {
                let d = digit(text, i);
                if (n - i).is_multiple_of(2) {
                    [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d as usize]
                } else {
                    d
                }
            })
            .sum()
    };
    (0..10)
        .map(|d| format!("{head}{d}"))
        .find(|t| sum(t).is_multiple_of(10))
        .expect("one of ten fits")
}

/// Long division, a digit at a time.
fn rest_of_97(number: &str) -> u64 {
    number
        .bytes()
        .fold(0, |rest, b| (rest * 10 + u64::from(b - b'0')) % 97)
}

fn iban(d: &mut Dice) -> String {
    // Country as digits (A = 10) for the computation of the check digits.
    let (country, code, length) = [
        ("DE", "1314", 18),
        ("AT", "1029", 16),
        ("PL", "2521", 24),
        ("CZ", "1235", 20),
    ][d.below(4) as usize];
    let account = d.digits(length);
    let check = 98 - rest_of_97(&format!("{account}{code}00"));
    let text = format!("{country}{check:02}{account}");
    if d.below(2) == 0 {
        return text;
    }
    text.as_bytes()
        .chunks(4)
        .map(|c| String::from_utf8_lossy(c).into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn card(d: &mut Dice) -> String {
    let (prefix, length) = [
        ("4", 16),
        ("51", 16),
        ("5412", 16),
        ("37", 15),
        ("6011", 16),
    ][d.below(5) as usize];
    with_luhn(&format!("{prefix}{}", d.digits(length - 1 - prefix.len())))
}

fn email(d: &mut Dice) -> String {
    let name = d.pick(&[
        "ana", "b.lee", "chen_w", "d-ortiz", "eva+shop", "f.o.x", "günter",
    ]);
    let host = d.pick(&[
        "example.org",
        "mail.example.co.uk",
        "firma-x.de",
        "уни.рф",
        "a.io",
    ]);
    format!("{name}{}@{host}", d.below(9999))
}

fn phone(d: &mut Dice) -> String {
    match d.below(4) {
        0 => format!(
            "+49 {} {}",
            d.between(30, 999),
            d.between(100_000, 99_999_999)
        ),
        1 => format!(
            "({}{}) {}{}-{}",
            d.between(2, 9),
            d.digits(2),
            d.between(2, 9),
            d.digits(2),
            d.digits(4)
        ),
        2 => format!(
            "0{} {} {} {} {}",
            d.between(1, 9),
            d.digits(2),
            d.digits(2),
            d.digits(2),
            d.digits(2)
        ),
        _ => format!(
            "+44 {} {}",
            d.between(1000, 9999),
            d.between(100_000, 999_999)
        ),
    }
}

fn ipv4(d: &mut Dice) -> String {
    format!(
        "{}.{}.{}.{}",
        d.between(11, 223),
        d.below(256),
        d.below(256),
        d.below(256)
    )
}

fn mac(d: &mut Dice) -> String {
    (0..6)
        .map(|_| format!("{:02x}", d.below(256)))
        .collect::<Vec<_>>()
        .join(d.pick(&[":"]))
}

fn ssn(d: &mut Dice) -> String {
    format!(
        "{:03}-{:02}-{:04}",
        d.between(1, 665),
        d.between(1, 99),
        d.between(1, 9999)
    )
}

fn pesel(d: &mut Dice) -> String {
    let head = format!(
        "{:02}{:02}{:02}{}",
        d.below(100),
        d.between(1, 12),
        d.between(1, 28),
        d.digits(4)
    );
    let sum = total(&head, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
    format!("{head}{}", (10 - sum % 10) % 10)
}

fn cpf(d: &mut Dice) -> String {
    let head = d.digits(9);
    let check = |text: &str, first: u64| {
        let sum: u64 = (0..text.len())
            .map(|i| digit(text, i) * (first - i as u64))
            .sum();
        match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        }
    };
    let one = check(&head, 10);
    let two = check(&format!("{head}{one}"), 11);
    format!("{}.{}.{}-{one}{two}", &head[..3], &head[3..6], &head[6..])
}

fn nif(d: &mut Dice) -> String {
    let n = d.below(100_000_000);
    format!(
        "{n:08}{}",
        char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[(n % 23) as usize])
    )
}

fn nir(d: &mut Dice) -> String {
    let head = format!(
        "{}{:02}{:02}{:02}{}",
        d.between(1, 2),
        d.below(100),
        d.between(1, 12),
        d.between(1, 95),
        d.digits(6)
    );
    let n: u64 = head.parse().expect("digits");
    format!("{head}{:02}", 97 - n % 97)
}

fn personnummer(d: &mut Dice) -> String {
    let head = format!(
        "{:02}{:02}{:02}{}",
        d.below(100),
        d.between(1, 12),
        d.between(1, 28),
        d.digits(3)
    );
    let all = with_luhn(&head);
    format!("{}-{}", &all[..6], &all[6..])
}

fn bsn(d: &mut Dice) -> String {
    loop {
        let head = format!("{}{}", d.between(1, 9), d.digits(7));
        let rest = total(&head, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        if rest < 10 {
            return format!("{head}{rest}");
        }
    }
}

fn cn_id(d: &mut Dice) -> String {
    let head = format!(
        "{}{}{:02}{:02}{}",
        d.between(110_000, 659_000),
        d.between(1940, 2010),
        d.between(1, 12),
        d.between(1, 28),
        d.digits(3)
    );
    let sum = total(
        &head,
        &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2],
    );
    format!("{head}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

fn nino(d: &mut Dice) -> String {
    let first = d.pick(&["A", "B", "C", "E", "H", "J", "L", "P", "S", "T"]);
    let second = d.pick(&["A", "C", "E", "H", "L", "M", "P", "R", "S", "W"]);
    format!(
        "{first}{second}{}{}",
        d.digits(6),
        d.pick(&["A", "B", "C", "D"])
    )
}

type Maker = fn(&mut Dice) -> String;

const PERSONAL: &[(&str, Maker)] = &[
    ("EMAIL_ADDRESS", email),
    ("IBAN_CODE", iban),
    ("CREDIT_CARD", card),
    ("PHONE_NUMBER", phone),
    ("IP_ADDRESS", ipv4),
    ("MAC_ADDRESS", mac),
    ("US_SSN", ssn),
    ("PL_PESEL", pesel),
    ("BR_CPF", cpf),
    ("ES_NIF", nif),
    ("FR_NIR", nir),
    ("SE_PERSONNUMMER", personnummer),
    ("NL_BSN", bsn),
    ("CN_RESIDENT_ID", cn_id),
    ("UK_NINO", nino),
];

const LOOK_ALIKES: &[(&str, Maker)] = &[
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

/// A column of up to `n` values: a tenth missing, a fiftieth noise.
fn column(dice: &mut Dice, make: Maker, n: usize) -> Vec<String> {
    let mut values: Vec<String> = (0..n)
        .filter_map(|_| match dice.below(50) {
            0..5 => None,
            5 => Some("unknown".to_owned()),
            _ => Some(make(dice)),
        })
        .collect();
    values.sort();
    values.dedup();
    values
}

fn entity(values: &[String]) -> Option<String> {
    let integers = values
        .iter()
        .all(|v| v.bytes().all(|b| b.is_ascii_digit()) && !v.starts_with('0'));
    let numbers = values
        .iter()
        .all(|v| v.parse::<f64>().is_ok() && !v.starts_with('0'));
    let field_type = if integers {
        "integer"
    } else if numbers {
        "number"
    } else {
        "string"
    };
    let values = Values::collect(values.iter().map(|v| (v.as_str(), 1)), true);
    assess(&View {
        name: "c17",
        field_type,
        values: &values,
    })
    .pii
    .map(|p| p.entity)
}

const SIZES: [usize; 5] = [20, 35, 60, 120, 400];
const ROUNDS: usize = 4;

#[test]
fn personal_columns_are_found_and_look_alikes_are_not() {
    let mut dice = Dice(20_261_123);
    let mut columns = 0usize;
    let (mut wrong_kind, mut missed) = (Vec::new(), Vec::new());
    for (label, make) in PERSONAL {
        for n in SIZES.iter().cycle().take(SIZES.len() * ROUNDS) {
            columns += 1;
            match entity(&column(&mut dice, *make, *n)) {
                Some(found) if found == *label => {}
                Some(found) => wrong_kind.push(format!("{label} as {found}")),
                None => missed.push(*label),
            }
        }
    }
    let (mut alikes, mut taken) = (0usize, Vec::new());
    for (label, make) in LOOK_ALIKES {
        for n in SIZES.iter().cycle().take(SIZES.len() * ROUNDS) {
            alikes += 1;
            if let Some(found) = entity(&column(&mut dice, *make, *n)) {
                taken.push(format!("{label} as {found}"));
            }
        }
    }
    let hits = columns - wrong_kind.len() - missed.len();
    let f1 =
        2.0 * hits as f64 / (2 * hits + missed.len() + 2 * wrong_kind.len() + taken.len()) as f64;
    assert!(
        f1 >= 0.95,
        "F1 {f1}: missed {missed:?}, took {wrong_kind:?} {taken:?}"
    );
    assert!(
        taken.len() * 100 <= alikes,
        "{} of {alikes} look-alikes: {taken:?}",
        taken.len()
    );
}
