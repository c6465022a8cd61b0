//! Numbers and addresses of persons, by the rules of their issuers.

use super::Maker;
use super::dice::{Dice, digit, rest_of_97, total, with_luhn};

/// Each with the entity it is.
pub(super) const PERSONAL: &[(&str, Maker)] = &[
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
