//! The vote of a column on personal data.

use std::cell::Cell;
use std::collections::HashSet;

use super::detectors::{DETECTORS, Detector};
use super::hint::says;
use super::shape::{Shape, fits, matching, number};
use super::strict::{bank, goods, net, phone};
use super::{View, person, place, round2};
use crate::document::Pii;

/// Orders of magnitude by which chance must be ruled out, without and with a hint by the name.
const WITNESS: f64 = 4.0;
const WITNESS_HINTED: f64 = 1.5;

struct Verdict {
    entity: &'static str,
    what: &'static str,
    matched: u64,
    chance: f64,
    confidence: f64,
    hinted: bool,
}

/// The one entity a field is taken for, with its evidence.
pub(crate) fn vote(view: &View<'_>, shapes: &[Shape<'_>], words: &[String]) -> Option<Pii> {
    let tested = shapes.len() as u64;
    let verdict = match view.field_type {
        "boolean" | "time" | "year" | "yearmonth" | "duration" | "geopoint" | "geojson"
        | "number" => None,
        "date" | "datetime" => birth(tested, words),
        _ => by_detector(shapes, words)
            .or_else(|| by_phone(shapes, words))
            .or_else(|| by_address(view, shapes, words))
            .or_else(|| by_name(view, shapes, words)),
    }?;
    Some(Pii {
        entity: verdict.entity.to_owned(),
        confidence: round2(verdict.confidence),
        matched: verdict.matched,
        tested,
        because: because(view, &verdict, tested),
    })
}

fn because(view: &View<'_>, verdict: &Verdict, tested: u64) -> String {
    let sample = if view.values.is_complete() {
        String::new()
    } else {
        format!(
            " (of {} known ones, chosen by smallest hash)",
            view.values.offered()
        )
    };
    let hint = if verdict.hinted {
        "; the name says so too"
    } else {
        ""
    };
    let is = if verdict.matched == 1 {
        "is"
    } else {
        "are each"
    };
    format!(
        "{} of {tested} distinct values looked at{sample} {is} {}{hint}",
        verdict.matched, verdict.what
    )
}

fn by_detector(shapes: &[Shape<'_>], words: &[String]) -> Option<Verdict> {
    let mut best: Option<Verdict> = None;
    for detector in DETECTORS {
        let hinted = says(words, detector.hints);
        if detector.needs_hint && !hinted {
            continue;
        }
        let least = needed(detector, hinted);
        let matched = matching(shapes, least, detector.test);
        if !believed(detector, matched, shapes.len(), hinted)
            || refused(detector, shapes, words, hinted)
        {
            continue;
        }
        let matched = matched as u64;
        let share = matched as f64 / shapes.len() as f64;
        let better = best.as_ref().is_none_or(|b| {
            matched > b.matched
                || (matched == b.matched
                    && (hinted && !b.hinted || hinted == b.hinted && detector.chance < b.chance))
        });
        if better {
            let doubt = (detector.chance * 0.5).max(0.01);
            let hint_bonus = if hinted { 0.5 } else { 1.0 };
            best = Some(Verdict {
                entity: detector.entity,
                what: detector.what,
                matched,
                chance: detector.chance,
                confidence: ((1.0 - doubt * hint_bonus) * (0.6 + 0.4 * share)).clamp(0.5, 0.99),
                hinted,
            });
        }
    }
    best
}

/// The least share of the values that must pass.
fn needed(detector: &Detector, hinted: bool) -> f64 {
    if hinted {
        detector.share.min(0.6)
    } else {
        detector.share
    }
}

/// Enough of the values, and more of them than chance would bring.
fn believed(detector: &Detector, matched: usize, tested: usize, hinted: bool) -> bool {
    let witness = if detector.needs_hint {
        0.0
    } else if hinted {
        WITNESS_HINTED
    } else {
        WITNESS
    };
    matched > 0
        && matched as f64 >= needed(detector, hinted) * tested as f64
        && matched as f64 * -detector.chance.log10() >= witness
}

/// Look-alikes that pass the test of every value and are told apart only together.
fn refused(detector: &Detector, shapes: &[Shape<'_>], words: &[String], hinted: bool) -> bool {
    let share_of = |test: &dyn Fn(&Shape<'_>) -> bool| {
        shapes.iter().filter(|s| test(s)).count() as f64 / shapes.len().max(1) as f64
    };
    match detector.entity {
        // Versions: four small numbers, or a name that says so.
        "IP_ADDRESS" => {
            says(words, &["version", "build", "release", "firmware", "oid"])
                || (!hinted
                    && share_of(&|s| net::ipv4(s.bytes()).is_some_and(net::like_a_version)) > 0.5)
        }
        // IMEI, ICCID and others carry a Luhn digit too, but no issuer's prefix.
        "CREDIT_CARD" => share_of(&|s| bank::is_card_number(s.compact())) < 0.5,
        // An ISBN-10 has the same check; one column of them shows an X sooner or later, and few
        // books of one house are of its first digits, which are those of a language.
        "UK_NHS" => {
            let first_digits: HashSet<u8> = shapes
                .iter()
                .filter_map(|s| s.bytes().first().copied())
                .collect();
            let written = share_of(&|s| fits(s.bytes(), b"999 999 9999")) >= 0.8;
            let varied = shapes.len() >= 12 && first_digits.len() >= 3;
            let isbn = shapes
                .iter()
                .any(|s| s.text.len() >= 10 && matches!(s.bytes().last(), Some(b'X' | b'x')));
            !hinted && (isbn || !(written || varied))
        }
        // Article numbers have the same form, but few prefixes of two letters.
        "UK_NINO" => {
            let taken = || {
                shapes
                    .iter()
                    .filter(|s| s.spaces == 0 && (detector.test)(s))
            };
            let prefixes: HashSet<&[u8]> = taken().map(|s| &s.bytes()[..2]).collect();
            !hinted && prefixes.len() < (taken().count() / 2).min(20)
        }
        _ => false,
    }
}

const PHONE: &[&str] = &[
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "cellphone",
    "fax",
    "phone number",
    "telefon",
    "handy",
    "mobil",
    "telefono",
    "telephone",
    "téléphone",
    "portable",
    "celular",
    "whatsapp",
    "msisdn",
    "phone1",
    "phone2",
    "contact number",
    "rufnummer",
    "telefoon",
    "电话",
    "電話番号",
];

fn by_phone(shapes: &[Shape<'_>], words: &[String]) -> Option<Verdict> {
    let hinted = says(words, PHONE);
    let needed = if hinted { 0.6 } else { 0.8 };
    let plain = Cell::new(0usize);
    let possible = matching(shapes, needed, |s| {
        let written = phone::written(s.text);
        plain.set(plain.get() + usize::from(matches!(written, Some(phone::Written::Plain))));
        written.is_some()
    });
    let plain = plain.get();
    let share = |n: usize| n as f64 / shapes.len() as f64;
    let believed = if hinted {
        share(possible) >= needed
    } else {
        let of_all =
            |test: fn(&Shape<'_>) -> bool| share(shapes.iter().filter(|s| test(s)).count());
        let abroad = || of_all(|s| phone::is_international(s.bytes()));
        let written = || plain >= 3 && (share(plain) >= 0.4 || abroad() >= 0.2);
        share(possible) >= needed
            && of_all(goods::is_isbn10) < 0.8
            && (written() || chinese_mobiles(shapes))
            && !one_plan(shapes)
            && !parts_in_phone_form(shapes)
    };
    believed.then(|| Verdict {
        entity: "PHONE_NUMBER",
        what: "written like a telephone number",
        matched: possible as u64,
        chance: 0.1,
        confidence: (if hinted { 0.75 } else { 0.6 } + 0.2 * share(plain))
            * (0.6 + 0.4 * share(possible)),
        hinted,
    })
}

/// Eleven digits that begin with 13 to 19 under many different prefixes of three.
fn chinese_mobiles(shapes: &[Shape<'_>]) -> bool {
    let mobile = |s: &&Shape<'_>| {
        s.bare_digits() && s.digits == 11 && s.bytes()[0] == b'1' && s.bytes()[1] >= b'3'
    };
    let matched = shapes.iter().filter(mobile).count();
    let prefixes: HashSet<&[u8]> = shapes
        .iter()
        .filter(mobile)
        .map(|s| &s.bytes()[..3])
        .collect();
    matched >= 5 && matched * 20 >= shapes.len() * 19 && prefixes.len() >= 5
}

/// Numbers of the form `999-999-9999` of which too many would be given out nowhere in North America,
/// where it is at home: of random digits it is every third.
fn parts_in_phone_form(shapes: &[Shape<'_>]) -> bool {
    let at_home = |s: &&Shape<'_>| fits(s.bytes(), b"999-999-9999");
    let all = shapes.iter().filter(at_home).count();
    let given_out = |s: &Shape<'_>| phone::is_north_american(s.bytes());
    let right = shapes
        .iter()
        .filter(at_home)
        .filter(|s| given_out(s))
        .count();
    all >= 5 && (all - right) * 10 > all
}

/// Numbers of one drawn-up plan rather than of many people: consecutive, or all with one head of
/// six digits and more (`2024-000123`).
fn one_plan(shapes: &[Shape<'_>]) -> bool {
    let mut numbers: Vec<u64> = shapes
        .iter()
        .filter(|s| (7..=15).contains(&s.digits))
        .map(|s| {
            let digits: Vec<u8> = s
                .bytes()
                .iter()
                .copied()
                .filter(u8::is_ascii_digit)
                .collect();
            number(&digits)
        })
        .collect();
    numbers.sort_unstable();
    let close = numbers.windows(2).filter(|w| w[1] - w[0] <= 10).count();
    numbers.len() > 4 && close * 2 > numbers.len()
}

const BIRTH: &[&str] = &[
    "birth",
    "birthday",
    "birthdate",
    "birth date",
    "date of birth",
    "dob",
    "born",
    "geburtsdatum",
    "geburtstag",
    "date naissance",
    "date de naissance",
    "fecha nacimiento",
    "fecha de nacimiento",
    "data nascita",
    "geboortedatum",
];

/// A day of birth is told from another day by its name alone.
fn birth(tested: u64, words: &[String]) -> Option<Verdict> {
    says(words, BIRTH).then_some(Verdict {
        entity: "DATE_TIME",
        what: "a date, and by the name of the field a day of birth",
        matched: tested,
        chance: 0.5,
        confidence: 0.8,
        hinted: true,
    })
}

fn by_address(view: &View<'_>, shapes: &[Shape<'_>], words: &[String]) -> Option<Verdict> {
    if view.field_type != "string" {
        return None;
    }
    let hinted = says(
        words,
        &[
            "address",
            "street",
            "addr",
            "adresse",
            "strasse",
            "straße",
            "direccion",
            "indirizzo",
            "adres",
            "endereco",
            "住所",
            "地址",
        ],
    ) && !says(words, &["ip", "mac", "email", "mail", "web", "url"]);
    let needed = if hinted { 0.3 } else { 0.6 };
    let matched = matching(shapes, needed, |s| place::is_street(s.text));
    let share = matched as f64 / shapes.len() as f64;
    (matched > 0 && share >= needed && (hinted || matched >= 3)).then_some(Verdict {
        entity: "LOCATION",
        what: "written like a postal address",
        matched: matched as u64,
        chance: 0.05,
        confidence: if hinted { 0.9 } else { 0.75 } * (0.6 + 0.4 * share),
        hinted,
    })
}

fn by_name(view: &View<'_>, shapes: &[Shape<'_>], words: &[String]) -> Option<Verdict> {
    if view.field_type != "string" {
        return None;
    }
    let hinted = person::named_for_people(words);
    let needed = if hinted { 0.7 } else { 0.8 };
    let known = Cell::new(0usize);
    let like = matching(shapes, needed, |s| {
        let like = person::is_name_like(s.text);
        known.set(known.get() + usize::from(like && person::holds_known_name(s.text)));
        like
    });
    let known = known.get();
    let share = |n: usize| n as f64 / shapes.len() as f64;
    let believed = if hinted {
        // Two words are roles (`groom`, `bride`) as soon as names.
        share(like) >= needed && (shapes.len() > 2 || known > 0) && !person::named_for_things(words)
    } else {
        let people = share(like) >= needed && share(known) >= 0.3 && known >= 5;
        let firms = || shapes.iter().filter(|s| person::is_firm_like(s.text));
        people && share(firms().count()) < 0.1 && !person::named_for_things(words)
    };
    believed.then(|| Verdict {
        entity: "PERSON",
        what: if hinted && share(known) < 0.3 {
            "written like a name"
        } else {
            "written like a name, many with a known given or family name"
        },
        matched: like as u64,
        chance: 0.3,
        confidence: (if hinted { 0.7 } else { 0.55 } + 0.25 * share(known))
            * (0.6 + 0.4 * share(like)),
        hinted,
    })
}
