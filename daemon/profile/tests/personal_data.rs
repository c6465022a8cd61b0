//! No value of a person shows in a profile document: a thousand of them, in every place of a file
//! that the document draws from.

use std::fmt::Write as _;

use ddgen_profile::{Brief, Profile, profile};

/// A deterministic sequence: the same canaries on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd) >> 11
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }
}

fn with_luhn(head: &str) -> String {
    let sum = |text: &str| -> u32 {
        text.bytes()
            .rev()
            .enumerate()
            .map(|(i, b)| {
                let d = u32::from(b - b'0');
                if i % 2 == 0 {
                    d
                } else {
                    [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d as usize]
                }
            })
            .sum()
    };
    (0..10)
        .map(|d| format!("{head}{d}"))
        .find(|t| sum(t).is_multiple_of(10))
        .expect("one of ten fits")
}

fn iban(d: &mut Dice) -> String {
    let account = format!(
        "{:08}{:010}",
        d.between(10_000_000, 99_999_999),
        d.between(0, 9_999_999_999)
    );
    // DE is 1314 in digits.
    let rest = format!("{account}131400")
        .bytes()
        .fold(0, |r, b| (r * 10 + u64::from(b - b'0')) % 97);
    format!("DE{:02}{account}", 98 - rest)
}

/// Canaries that a strict detector knows alone.
fn canary(d: &mut Dice, kind: usize) -> String {
    match kind % 7 {
        0 => format!(
            "canary{}@bird{}.example.org",
            d.between(0, 99_999),
            d.between(0, 99)
        ),
        1 => with_luhn(&format!("4{:014}", d.between(0, 99_999_999_999_999))),
        2 => iban(d),
        3 => format!(
            "{:03}-{:02}-{:04}",
            d.between(1, 665),
            d.between(1, 99),
            d.between(1, 9999)
        ),
        4 => format!(
            "+49 {} {}",
            d.between(151, 179),
            d.between(1_000_000, 99_999_999)
        ),
        5 => format!(
            "{}.{}.{}.{}",
            d.between(110, 223),
            d.between(0, 255),
            d.between(0, 255),
            d.between(0, 255)
        ),
        _ => (0..6)
            .map(|_| format!("{:02X}", d.between(0, 255)))
            .collect::<Vec<_>>()
            .join(":"),
    }
}

fn profiled(text: &str, depth: usize, budget: u64) -> Profile {
    let brief = Brief {
        name: "t".into(),
        nested_depth_limit: depth,
        memory_budget: budget,
        threads: 2,
        ..Brief::default()
    };
    profile(&text.as_bytes().to_vec(), &brief, &|_| {}).expect("readable")
}

fn assert_hidden(profile: &Profile, canaries: &[String]) {
    assert_absent(profile, canaries);
    let shown = serde_json::to_string(profile).expect("serialises");
    assert!(shown.contains("\"masked\":true"));
}

fn assert_absent(profile: &Profile, canaries: &[String]) {
    let shown = serde_json::to_string(profile).expect("serialises");
    for canary in canaries {
        assert!(!shown.contains(canary.as_str()), "{canary} shows");
    }
}

#[test]
fn in_columns_of_their_own() {
    let mut d = Dice(1);
    let rows: Vec<Vec<String>> = (0..150)
        .map(|_| (0..7).map(|kind| canary(&mut d, kind)).collect())
        .collect();
    let mut text = "a,b,c,d,e,f,g\n".to_owned();
    for row in &rows {
        text.push_str(&row.join(","));
        text.push('\n');
    }
    let document = profiled(&text, 10, 64 << 20);
    let entities: Vec<&str> = document.tables[0]
        .fields
        .iter()
        .map(|f| f.pii.as_ref().expect("all are personal").entity.as_str())
        .collect();
    assert_eq!(
        entities,
        [
            "EMAIL_ADDRESS",
            "CREDIT_CARD",
            "IBAN_CODE",
            "US_SSN",
            "PHONE_NUMBER",
            "IP_ADDRESS",
            "MAC_ADDRESS",
        ]
    );
    let canaries = rows.concat();
    assert_hidden(&document, &canaries);
    // A budget that turns columns into samples hides no less.
    assert_hidden(&profiled(&text, 10, 4000), &canaries);
}

#[test]
fn among_other_values_and_as_exceptions() {
    let mut d = Dice(2);
    let mut text = "n,note,t\n".to_owned();
    let mut canaries = Vec::new();
    for i in 0..1000 {
        let found = canary(&mut d, i);
        match i % 4 {
            0 => writeln!(text, "{i},plain words {i},2024-01-01"),
            1 => writeln!(text, "{found},words,2024-01-01"),
            2 => writeln!(text, "{i},please write to {found} today,2024-01-01"),
            _ => writeln!(text, "{i},\"a, {found}\",{found}"),
        }
        .expect("memory");
        if i % 4 > 0 {
            canaries.push(found);
        }
    }
    for budget in [64 << 20, 4000] {
        assert_hidden(&profiled(&text, 10, budget), &canaries);
    }
}

#[test]
fn in_json_at_every_depth() {
    let mut d = Dice(3);
    let mut lines = String::new();
    let mut canaries = Vec::new();
    for i in 0..1000 {
        let found = canary(&mut d, i);
        let number = with_luhn(&format!("51{:013}", d.between(0, 9_999_999_999_999)));
        writeln!(
            lines,
            r#"{{"id":{i},"a":{{"b":[{{"c":"{found}","d":{{"e":["{found}",{number}]}}}}],"n":{number}}},"text":"see {found}."}}"#
        )
        .expect("memory");
        canaries.extend([found, number]);
    }
    for depth in [0, 1, 2, 3, 10] {
        assert_hidden(&profiled(&lines, depth, 64 << 20), &canaries);
    }
    let array = format!("[{}]", lines.trim_end().replace('\n', ","));
    assert_hidden(&profiled(&array, 10, 64 << 20), &canaries);
}

#[test]
fn as_keys_at_every_depth() {
    let mut d = Dice(4);
    let mut lines = String::new();
    let mut canaries = Vec::new();
    for i in 0..1000 {
        let keys: Vec<String> = (0..3).map(|n| canary(&mut d, i + n)).collect();
        let [a, b, c] = &keys[..] else {
            unreachable!("three were made")
        };
        writeln!(
            lines,
            r#"{{"id":{i},"users":{{"{a}":{{"n":{i},"{b}":[{{"{c}":true}}]}},"total":1}},"{b}":null,"{b}":2,"see {c}.":"x"}}"#
        )
        .expect("memory");
        if i % 100 == 0 {
            writeln!(lines, "{{\"{a}\": {{\"{b}\" 1}}}}").expect("memory");
        }
        canaries.extend(keys);
    }
    for depth in [0, 1, 2, 3, 4, 10] {
        for budget in [64 << 20, 4000] {
            assert_absent(&profiled(&lines, depth, budget), &canaries);
        }
    }
    let document = profiled(&lines, 10, 64 << 20);
    let table = &document.tables[0];
    assert_eq!((table.records, table.rejected_records), (1000, 10));
    assert_eq!(table.duplicate_records, Some(0));
    let paths: Vec<(&str, u64, u64)> = table
        .fields
        .iter()
        .map(|f| (f.path.as_str(), f.count, f.null_count))
        .collect();
    // Every record has one user, with one list of one element; three keys stand beside the users.
    assert_eq!(
        paths,
        [
            ("id", 1000, 0),
            ("users", 1000, 0),
            ("users.<PERSONAL_DATA>", 1000, 0),
            ("users.<PERSONAL_DATA>.n", 1000, 0),
            ("users.<PERSONAL_DATA>.<PERSONAL_DATA>", 1000, 0),
            ("users.<PERSONAL_DATA>.<PERSONAL_DATA>[]", 1000, 0),
            (
                "users.<PERSONAL_DATA>.<PERSONAL_DATA>[].<PERSONAL_DATA>",
                1000,
                0
            ),
            ("users.total", 1000, 0),
            ("<PERSONAL_DATA>", 3000, 1000),
        ]
    );
    let said = table
        .findings
        .iter()
        .find(|f| f.code == "PERSONAL_DATA_IN_KEYS")
        .expect("said");
    assert_eq!(said.numbers["keys"], 6000.0);
}

#[test]
fn as_headers() {
    let mut d = Dice(5);
    let mut canaries: Vec<String> = (0..100).map(|i| canary(&mut d, i)).collect();
    canaries.push(canaries[0].clone());
    let mut text = format!("day,{}\n", canaries.join(","));
    for day in 1..20 {
        let numbers: Vec<String> = (0..canaries.len()).map(|i| (i * day).to_string()).collect();
        writeln!(text, "2024-01-{day:02},{}", numbers.join(",")).expect("memory");
    }
    let document = profiled(&text, 10, 64 << 20);
    assert!(
        document.source.dialect.as_ref().is_some_and(|d| d.header),
        "else the canaries would be values"
    );
    assert_absent(&document, &canaries);
    let fields = &document.tables[0].fields;
    assert_eq!(fields.len(), canaries.len() + 1);
    assert_eq!(fields[0].path, "day");
    let paths: std::collections::HashSet<&str> = fields.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths.len(), fields.len(), "paths stay apart");
    for (i, field) in fields[1..].iter().enumerate() {
        assert!(field.path.starts_with(&field.name));
        assert!(
            field
                .findings
                .iter()
                .any(|f| f.code == "PERSONAL_DATA_IN_NAME"),
            "{}",
            field.path
        );
        // 1 + ... + 19 = 190: the numbers below a masked name are those of its column.
        assert_eq!(
            field.sum,
            Some(ddgen_profile::document::Number::Integer(190 * i as i64))
        );
    }
    let repeated = &fields[101].findings;
    assert!(repeated.iter().any(|f| f.code == "REPEATED_NAME"));
}

#[test]
fn in_refusals() {
    let brief = Brief::default();
    for text in [
        "{\"a\": \"ada@example.org\", oops}",
        "[\"4111111111111111\" \"ada@example.org\"]",
        "{\"ada@example.org\" 1}",
        "{\"a\": {\"ada@example.org\": {\"4111111111111111\": oops}}}",
        "{\"ada@example.org\": 1, \"ada@example.org",
    ] {
        let refusal = profile(&text.as_bytes().to_vec(), &brief, &|_| {}).expect_err("not JSON");
        let said = format!("{refusal} {refusal:?}");
        assert!(
            !said.contains("example.org") && !said.contains("4111"),
            "{said}"
        );
    }
}

/// Nothing of a column of ordinary things is hidden: masking everything would pass all of the above.
#[test]
fn ordinary_values_stay() {
    let mut text = "order,version,isbn,when,price,city\n".to_owned();
    for i in 0..200_u64 {
        writeln!(
            text,
            "ORD-2024-{:06},1.{}.{}.3,978-3-16-{:06}-0,2024-01-{:02}T10:00:00,{}.50,Berlin",
            i * 37,
            i % 9,
            i % 30,
            i,
            i % 28 + 1,
            i
        )
        .expect("memory");
    }
    let document = profiled(&text, 10, 64 << 20);
    let shown = serde_json::to_string(&document).expect("serialises");
    assert!(!shown.contains("\"masked\":true"), "{shown}");
    assert!(shown.contains("ORD-2024-"));
}
