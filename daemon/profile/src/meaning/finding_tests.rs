//! Findings and masking of finished fields; the numbers are small enough to be counted by eye.

use std::collections::BTreeMap;

use super::{NO_TYPE, TableFacts, judge, judge_as, mask_names, say, table_findings};
use crate::document::{
    Bin, Field, Finding, Length, Number, Pii, Quantiles, Said, SaidPii, Severity, Table, TopValue,
    TypeException,
};

/// A field with the counts of `values`; statistics are set where a test needs them.
fn field(name: &str, field_type: &str, values: &[(&str, u64)], missing: u64) -> Field {
    let present: u64 = values.iter().map(|(_, n)| n).sum();
    let mut type_counts = BTreeMap::from([(field_type.to_owned(), present)]);
    if missing > 0 {
        type_counts.insert("missing".into(), missing);
    }
    Field {
        path: name.into(),
        name: name.into(),
        parent_path: None,
        position: 1,
        nesting_level: 0,
        field_type: field_type.into(),
        format: None,
        nullable: missing > 0,
        type_counts,
        type_exception: None,
        count: present + missing,
        null_count: missing,
        null_proportion: missing as f64 / (present + missing).max(1) as f64,
        missing_values: vec![],
        distinct_count: values.len() as u64,
        unique_count: None,
        min: None,
        max: None,
        mean: None,
        stddev: None,
        sum: None,
        quantiles: None,
        histogram: None,
        top_values: vec![],
        length: Some(Length {
            min: 1,
            max: 9,
            mean: 5.0,
        }),
        samples: vec![],
        semantic_type: None,
        semantic_confidence: None,
        pii: None,
        said: None,
        found: None,
        masked: false,
        estimates: BTreeMap::new(),
        declared: None,
        findings: vec![],
    }
}

fn codes(name: &str, field_type: &str, values: &[(&str, u64)], missing: u64) -> Vec<String> {
    let mut field = field(name, field_type, values, missing);
    judge(&mut field, values, true, Some("2026-11-23"));
    field.findings.into_iter().map(|f| f.code).collect()
}

#[test]
fn each_alert_has_its_case_and_its_opposite() {
    assert_eq!(codes("c", "string", &[("a", 9)], 0), ["CONSTANT"]);
    assert_eq!(
        codes("c", "string", &[("a", 1)], 0),
        [] as [&str; 0],
        "one value is no constant"
    );
    assert_eq!(codes("c", "string", &[], 4), ["MISSING"]);
    assert_eq!(
        codes("c", "string", &[("a", 50), ("b", 46)], 4),
        [] as [&str; 0],
        "4 % are few"
    );
    assert_eq!(
        codes("c", "string", &[("a", 50), ("b", 44)], 6),
        ["MISSING"]
    );
    let unique: Vec<String> = (0..60)
        .map(|i| format!("name {}", "x".repeat(i + 1)))
        .collect();
    let once: Vec<(&str, u64)> = unique.iter().map(|v| (v.as_str(), 1)).collect();
    assert_eq!(codes("c", "string", &once, 0), ["UNIQUE"]);
    let measured: Vec<String> = (0..60).map(|i| format!("{i}.5")).collect();
    let measured: Vec<(&str, u64)> = measured.iter().map(|v| (v.as_str(), 1)).collect();
    assert_eq!(codes("c", "number", &measured, 0), [] as [&str; 0]);
    let mut twice = once.clone();
    twice[0].1 = 2;
    assert_eq!(codes("c", "string", &twice, 0), ["HIGH_CARDINALITY"]);
    assert_eq!(
        codes("c", "string", &[("a", 96), ("b", 4)], 0),
        ["IMBALANCE"]
    );
    assert_eq!(
        codes("c", "string", &[("a", 60), ("b", 40)], 0),
        [] as [&str; 0]
    );
    assert_eq!(
        codes("c", "integer", &[("0", 60), ("5", 20), ("7", 20)], 0),
        ["ZEROS"]
    );
    assert_eq!(
        codes("c", "integer", &[("0", 60), ("1", 40)], 0),
        [] as [&str; 0],
        "a flag"
    );
    assert_eq!(
        codes(
            "c",
            "string",
            &[("Berlin", 30), ("berlin", 9), ("BERLIN ", 1), ("Rome", 40)],
            0
        ),
        ["DIRTY_CATEGORIES", "WHITESPACE"]
    );
    assert_eq!(
        codes("c", "string", &[("A-1", 30), ("A1", 30)], 0),
        [] as [&str; 0],
        "next to digits marks mean something"
    );
    assert_eq!(
        codes("c", "string", &[("caf\u{c3}\u{a9}", 3), ("th\u{e9}", 3)], 0),
        ["ENCODING_DAMAGE"]
    );
    assert_eq!(
        codes(
            "c",
            "date",
            &[("2024-01-01", 30), ("2031-01-01", 1), ("1900-01-01", 2)],
            0
        ),
        ["OUT_OF_RANGE_DATES"]
    );
    assert_eq!(
        codes("c", "date", &[("2024-01-01", 30), ("1901-02-03", 2)], 0),
        [] as [&str; 0]
    );
    assert_eq!(
        codes(" ", "string", &[("a", 2), ("b", 2)], 0),
        ["EMPTY_NAME"]
    );
    assert_eq!(
        codes("bob@example.org", "string", &[("a", 2), ("b", 2)], 0),
        ["PERSONAL_DATA_IN_NAME"]
    );
}

#[test]
fn old_dates_are_no_fault_of_old_data() {
    let old = [("1854-08-19", 5), ("1854-08-20", 4)];
    assert_eq!(codes("c", "date", &old, 0), [] as [&str; 0]);
    let slip = [("1854-08-19", 1), ("2014-08-20", 4), ("2014-08-21", 4)];
    assert_eq!(codes("c", "date", &slip, 0), ["OUT_OF_RANGE_DATES"]);
}

#[test]
fn spellings_are_shown_with_their_counts() {
    let values = [("Aero", 3), ("AERO", 1), ("Bio", 40)];
    let mut dirty = field("c", "string", &values, 0);
    judge(&mut dirty, &values, true, None);
    let finding = dirty
        .findings
        .iter()
        .find(|f| f.code == "DIRTY_CATEGORIES")
        .expect("dirty");
    assert_eq!(
        finding.message,
        "2 spellings come to one value when case, spaces and punctuation are left aside: \"Aero\" (3) and \"AERO\" (1)."
    );
}

#[test]
fn a_mixture_is_told_with_its_numbers() {
    let values = [("x", 5), ("1", 95)];
    let mut mixed = field("c", "string", &values, 0);
    mixed.type_counts = BTreeMap::from([
        ("integer".into(), 90),
        ("number".into(), 5),
        ("string".into(), 5),
    ]);
    judge(&mut mixed, &values, true, None);
    let finding = mixed
        .findings
        .iter()
        .find(|f| f.code == "MIXED_TYPES")
        .expect("mixed");
    assert_eq!(
        finding.message,
        "Values look like several types: 95 number, 5 string."
    );
    assert_eq!(
        (finding.severity, finding.numbers["share"]),
        (Severity::Warning, 0.05)
    );
}

#[test]
fn skewness_is_the_third_moment() {
    // 999 zeros-and-ones around, one value far out: skewness of a single outlier among n is
    // about sqrt(n).
    let values = [("1", 500), ("2", 499), ("100000", 1)];
    let n = 1000.0;
    let mean = (500.0 + 998.0 + 100_000.0) / n;
    let square = |v: f64| (v - mean) * (v - mean);
    let variance = (500.0 * square(1.0) + 499.0 * square(2.0) + square(100_000.0)) / (n - 1.0);
    let mut skewed = field("c", "integer", &values, 0);
    skewed.mean = Some(mean);
    skewed.stddev = Some(variance.sqrt());
    judge(&mut skewed, &values, true, None);
    let finding = skewed
        .findings
        .iter()
        .find(|f| f.code == "SKEWED")
        .expect("skewed");
    assert!(
        (finding.numbers["skewness"] - 31.5).abs() < 0.2,
        "{}",
        finding.numbers["skewness"]
    );
}

#[test]
fn a_personal_field_shows_no_value_anywhere() {
    let values = [
        ("ada@example.org", 2),
        ("Bob@Example.org", 1),
        ("bob@example.org", 1),
        ("n/k", 1),
    ];
    let mut personal = field("contact", "string", &values, 1);
    personal.samples = values.iter().map(|(v, _)| (*v).to_owned()).collect();
    personal.top_values = values
        .iter()
        .map(|(v, n)| TopValue {
            value: (*v).into(),
            count: *n,
        })
        .collect();
    personal.min = Some(Number::Text("Bob@Example.org".into()));
    personal.max = Some(Number::Text("n/k".into()));
    personal.type_exception = Some(TypeException {
        record: 4,
        value: "n/k".into(),
    });
    let text = || Number::Text("ada@example.org".into());
    personal.quantiles = Some(Quantiles {
        p05: text(),
        p25: text(),
        p50: text(),
        p75: text(),
        p95: text(),
    });
    personal.histogram = Some(vec![Bin {
        from: text(),
        to: text(),
        count: 5,
    }]);
    judge(&mut personal, &values, true, None);
    assert!(
        matches!(&personal.pii, Some(Pii { entity, matched: 3, tested: 4, .. }) if entity == "EMAIL_ADDRESS")
    );
    assert!(personal.masked);
    let shown = serde_json::to_string(&personal)
        .expect("serialises")
        .to_lowercase();
    for (value, _) in values {
        assert!(!shown.contains(&value.to_lowercase()), "{value} in {shown}");
    }
    assert_eq!(personal.top_values[0].value, "xxx@xxxxxxx.xxx");
}

#[test]
fn single_values_are_masked_in_any_field() {
    let values = [
        ("see ada@example.org", 1),
        ("nothing here", 1),
        ("other words", 1),
        ("4111 1111 1111 1111", 1),
    ];
    let mut notes = field("notes", "string", &values, 0);
    notes.samples = values.iter().map(|(v, _)| (*v).to_owned()).collect();
    notes.min = Some(Number::Text("4111 1111 1111 1111".into()));
    judge(&mut notes, &values, true, None);
    assert_eq!(notes.pii, None);
    assert!(notes.masked);
    assert_eq!(
        notes.samples,
        [
            "xxx xxx@xxxxxxx.xxx",
            "nothing here",
            "other words",
            "#### #### #### ####"
        ]
    );
    assert_eq!(notes.min, Some(Number::Text("#### #### #### ####".into())));
    let plain = [("nothing here", 1)];
    let mut clean = field("notes", "string", &plain, 0);
    clean.samples = vec!["nothing here".into()];
    judge(&mut clean, &plain, true, None);
    assert!(!clean.masked);
}

#[test]
fn what_a_person_said_wins() {
    let values = [("ada@example.org", 2), ("bob@example.org", 1)];
    let told = |pii: Option<SaidPii>, values: &[(&str, u64)]| {
        let said = Said {
            semantic_type: Some("shade".into()),
            pii,
            ..Said::default()
        };
        let mut told = field("c", "string", values, 0);
        told.samples = values.iter().map(|(v, _)| (*v).to_owned()).collect();
        judge_as(&mut told, values, true, None, Some(&said));
        assert_eq!(told.semantic_type.as_deref(), Some("shade"));
        assert_eq!(told.semantic_confidence, Some(1.0));
        assert_eq!(told.said.as_ref(), Some(&said), "the document tells");
        told
    };
    let evidence = |field: &Field| {
        field
            .pii
            .clone()
            .map(|p| (p.entity, p.confidence, p.matched))
    };

    let not = told(Some(SaidPii::No), &values);
    assert_eq!(not.pii, None);
    // An address alone is masked whatever its field is.
    assert_eq!(not.samples[0], "xxx@xxxxxxx.xxx");
    let doubt = not.findings.iter().find(|f| f.code == "SAID_NOT_PERSONAL");
    let doubt = doubt.expect("the values say something else");
    assert_eq!(
        (doubt.numbers["matched"], doubt.numbers["tested"]),
        (2.0, 2.0)
    );
    assert!(doubt.message.contains("EMAIL_ADDRESS"), "{}", doubt.message);

    let plain = [("blue", 2), ("green", 1)];
    let person = told(Some(SaidPii::Entity("PERSON".into())), &plain);
    assert_eq!(evidence(&person), Some(("PERSON".into(), 1.0, 0)));
    assert_eq!(person.pii.expect("said").because, "a person said so");
    assert_eq!(person.samples, ["xxxx", "xxxxx"]);

    // The evidence of the values stays beside the word, if both name one entity.
    let mail = told(Some(SaidPii::Entity("EMAIL_ADDRESS".into())), &values);
    assert_eq!(evidence(&mail), Some(("EMAIL_ADDRESS".into(), 1.0, 2)));
    let because = mail.pii.expect("said").because;
    assert!(because.starts_with("a person said so; 2 of 2"), "{because}");

    // Nothing said of whose they are: what the values say stands.
    assert_eq!(
        evidence(&told(None, &values)).map(|(e, ..)| e),
        Some("EMAIL_ADDRESS".into())
    );
    // What the values say is kept beside the word.
    let found = told(Some(SaidPii::No), &values).found.expect("kept");
    assert_eq!(
        found.pii.map(|pii| pii.entity).as_deref(),
        Some("EMAIL_ADDRESS")
    );
    let quiet = told(Some(SaidPii::No), &plain);
    assert_eq!(quiet.samples, ["blue", "green"]);
    assert!(quiet.findings.iter().all(|f| f.code != "SAID_NOT_PERSONAL"));
}

/// A field as it is stored, with what its values say.
fn stored(values: &[(&str, u64)]) -> Field {
    let mut stored = field("c", "string", values, 0);
    stored.samples = values.iter().map(|(v, _)| (*v).to_owned()).collect();
    stored.min = stored.samples.first().cloned().map(Number::Text);
    judge(&mut stored, values, true, None);
    stored
}

fn by_ana(semantic_type: Option<&str>, pii: Option<SaidPii>) -> Said {
    Said {
        type_by: semantic_type.map(|_| "ana".into()),
        semantic_type: semantic_type.map(Into::into),
        pii_by: pii.as_ref().map(|_| "ana".into()),
        pii,
    }
}

#[test]
fn what_is_said_later_is_personal_is_masked_where_it_is_stored() {
    let values = [("canary blue", 2), ("canary green", 1)];
    let before = stored(&values);
    assert!(!before.masked);
    let mut after = before;
    after.findings.push(Finding {
        code: "DATES_ODD".into(),
        severity: Severity::Info,
        message: "canary blue is odd".into(),
        numbers: BTreeMap::new(),
    });
    let said = by_ana(None, Some(SaidPii::Entity("PERSON".into())));
    say(&mut after, Some(&said));
    let text = serde_json::to_string(&after).expect("JSON");
    assert!(!text.contains("canary"), "{text}");
    assert!(text.contains("said by ana"), "{text}");
    assert!(after.masked);
    // Taken back: nothing personal any more, but the values are gone.
    say(&mut after, None);
    assert_eq!(
        (&after.pii, &after.said, &after.found),
        (&None, &None, &None)
    );
    assert_eq!(after.samples, ["xxxxxx xxxx", "xxxxxx xxxxx"]);
    let codes: Vec<&str> = after.findings.iter().map(|f| f.code.as_str()).collect();
    assert!(codes.contains(&"VALUES_STAY_MASKED"), "{codes:?}");
    assert!(!codes.contains(&"PERSONAL_DATA"), "{codes:?}");
}

#[test]
fn what_is_said_later_is_not_personal_stays_masked_and_is_taken_back() {
    let values = [("ada@example.org", 2), ("bob@example.org", 1)];
    let before = stored(&values);
    let mut after = before.clone();
    say(&mut after, Some(&by_ana(Some("shade"), Some(SaidPii::No))));
    assert_eq!(after.pii, None);
    assert_eq!(after.semantic_type.as_deref(), Some("shade"));
    assert_eq!(after.samples, before.samples);
    let codes: Vec<&str> = after.findings.iter().map(|f| f.code.as_str()).collect();
    assert!(codes.contains(&"SAID_NOT_PERSONAL"), "{codes:?}");
    assert!(codes.contains(&"VALUES_STAY_MASKED"), "{codes:?}");
    say(&mut after, Some(&by_ana(Some(NO_TYPE), None)));
    assert_eq!(after.semantic_type, None);
    assert_eq!(after.pii, before.pii, "nothing said of it any more");
    say(&mut after, None);
    let sorted = |mut field: Field| {
        field.findings.sort_by(|a, b| a.code.cmp(&b.code));
        field
    };
    assert_eq!(sorted(after), sorted(before), "as the values say");
}

#[test]
fn cards_kept_as_numbers_are_masked() {
    let values = [("4111111111111111", 1), ("17", 90)];
    let mut mixed = field("n", "integer", &values, 0);
    mixed.max = Some(Number::Integer(4_111_111_111_111_111));
    mixed.min = Some(Number::Integer(17));
    judge(&mut mixed, &values, true, None);
    assert_eq!(mixed.max, Some(Number::Text("################".into())));
    assert_eq!(mixed.min, Some(Number::Integer(17)));
}

#[test]
fn names_that_are_personal_data_are_masked_and_kept_apart() {
    let named = |name: &str, path: &str| {
        let mut field = field(name, "integer", &[("1", 1)], 0);
        field.path = path.into();
        field
    };
    let mut fields = [
        named("ada@example.org", "ada@example.org"),
        named("xxx@xxxxxxx.xxx", "xxx@xxxxxxx.xxx"),
        named("bob@example.org", "bob@example.org"),
        named("email", "email"),
        named("ada@example.org", "ada@example.org#2"),
    ];
    mask_names(&mut fields);
    let shown: Vec<(&str, &str)> = fields
        .iter()
        .map(|f| (f.name.as_str(), f.path.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("xxx@xxxxxxx.xxx", "xxx@xxxxxxx.xxx#2"),
            ("xxx@xxxxxxx.xxx", "xxx@xxxxxxx.xxx"),
            ("xxx@xxxxxxx.xxx", "xxx@xxxxxxx.xxx#3"),
            ("email", "email"),
            ("xxx@xxxxxxx.xxx", "xxx@xxxxxxx.xxx#4"),
        ]
    );
}

#[test]
fn what_lies_below_a_masked_name_follows_it() {
    let below = |path: &str, parent: Option<&str>| {
        let name = path.rsplit('.').next().unwrap();
        let mut field = field(name, "integer", &[("1", 1)], 0);
        (field.path, field.parent_path) = (path.into(), parent.map(str::to_owned));
        field
    };
    let mut person = field("ada@example.org", "object", &[("1", 1)], 0);
    person.path = "people[].ada@example\\.org".into();
    person.parent_path = Some("people[]".into());
    let mut fields = [
        below("people", None),
        person,
        below(
            "people[].ada@example\\.org.city",
            Some("people[].ada@example\\.org"),
        ),
        below(
            "people[].ada@example\\.org.x.y",
            Some("people[].ada@example\\.org.x"),
        ),
        below("people[].ada@example\\.organic", Some("people[]")),
    ];
    mask_names(&mut fields);
    let shown: Vec<(&str, Option<&str>)> = fields
        .iter()
        .map(|f| (f.path.as_str(), f.parent_path.as_deref()))
        .collect();
    let masked = "xxx@xxxxxxx.xxx";
    assert_eq!(
        shown,
        [
            ("people", None),
            (masked, Some("people[]")),
            ("xxx@xxxxxxx.xxx.city", Some(masked)),
            ("xxx@xxxxxxx.xxx.x.y", Some("xxx@xxxxxxx.xxx.x")),
            ("people[].ada@example\\.organic", Some("people[]")),
        ]
    );
}

#[test]
fn findings_of_tables() {
    let table = Table {
        name: "t".into(),
        records: 8,
        duplicate_records: Some(2),
        rejected_records: 2,
        estimates: BTreeMap::new(),
        findings: vec![],
        violations: None,
        fields: vec![],
    };
    let facts = TableFacts {
        ragged_records: 3,
        first_ragged: Some(5),
        repeated_keys: 1,
        personal_keys: 4,
        first_rejected: Some((3, 17, "why")),
        ..TableFacts::default()
    };
    let found = table_findings(&table, &facts);
    let said: Vec<(&str, &str)> = found
        .iter()
        .map(|f| (f.code.as_str(), f.message.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                "DUPLICATE_RECORDS",
                "2 of 8 records repeat an earlier one (25 %)."
            ),
            (
                "REJECTED_RECORDS",
                "2 of 10 records could not be read and are in no number; the first is line 3: at byte 17, why."
            ),
            (
                "RAGGED_RECORDS",
                "3 of 8 records have more or fewer values than there are columns, the first is record 5."
            ),
            (
                "REPEATED_KEYS",
                "1 times an object gives one key twice; each value is kept under a path of its own (`key#2`)."
            ),
            (
                "PERSONAL_DATA_IN_KEYS",
                "Keys of objects are personal data, 4 times; the path says `<PERSONAL_DATA>` for all of them, and what stands under them is counted together."
            ),
        ]
    );
}
