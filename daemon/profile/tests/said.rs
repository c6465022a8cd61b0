//! What people said of fields and which day it is reach the document through the brief.
#![allow(clippy::unwrap_used, reason = "a test that unwraps says so itself")]

use std::collections::BTreeMap;

use ddgen_profile::document::{Field, Said, SaidPii};
use ddgen_profile::{Brief, SketchKey, learn, profile};

fn not_personal() -> Said {
    Said {
        pii: Some(SaidPii::No),
        ..Said::default()
    }
}

fn personal(entity: &str) -> Said {
    Said {
        pii: Some(SaidPii::Entity(entity.to_owned())),
        ..Said::default()
    }
}

fn brief(table: &str, said: &[(&str, Said)]) -> Brief {
    let said = said
        .iter()
        .map(|(path, said)| ((*path).to_owned(), said.clone()));
    Brief {
        name: "people.csv".into(),
        said: BTreeMap::from([(table.to_owned(), said.collect())]),
        ..Brief::default()
    }
}

fn fields(text: &str, brief: &Brief) -> Vec<Field> {
    let document = profile(&text.as_bytes().to_vec(), brief, &|_| {}).unwrap();
    document.tables.into_iter().next().unwrap().fields
}

const PEOPLE: &str = "mail,shade\nada@example.org,blue\nbob@example.org,green\n";

#[test]
fn a_word_on_a_path_wins_and_is_shown() {
    for table in ["", "people"] {
        let said = [("mail", not_personal()), ("shade", personal("PERSON"))];
        let fields = fields(PEOPLE, &brief(table, &said));
        assert!(fields[0].pii.is_none());
        assert_eq!(fields[0].said, Some(not_personal()));
        assert!(
            fields[0]
                .findings
                .iter()
                .any(|f| f.code == "SAID_NOT_PERSONAL")
        );
        assert_eq!(fields[1].pii.as_ref().unwrap().because, "a person said so");
        let mut samples = fields[1].samples.clone();
        samples.sort();
        assert_eq!(samples, ["xxxx", "xxxxx"]);
        let json = serde_json::to_value(&fields[1]).unwrap();
        assert_eq!(
            json["said"],
            serde_json::json!({ "pii": { "entity": "PERSON" } })
        );
    }
    let fields = fields(PEOPLE, &brief("another table", &[("mail", not_personal())]));
    assert!(fields.iter().all(|field| field.said.is_none()));
    assert!(fields[0].pii.is_some());
    assert!(
        serde_json::to_value(&fields[1])
            .unwrap()
            .get("said")
            .is_none()
    );
}

#[test]
fn nested_paths_and_masked_names_are_found() {
    let json = r#"{"who":{"shade":"blue"}}"#;
    let nested = fields(json, &brief("", &[("who.shade", personal("PERSON"))]));
    assert!(
        nested
            .iter()
            .any(|f| f.path == "who.shade" && f.pii.is_some())
    );
    // Stored under its masked name, since that is all that left the worker.
    let header = "ada@example.org,n\nblue,1\ngreen,2\n";
    let masked = fields(
        header,
        &brief("", &[("xxx@xxxxxxx.xxx", personal("PERSON"))]),
    );
    assert_eq!(masked[0].path, "xxx@xxxxxxx.xxx");
    assert!(masked[0].pii.is_some());
}

#[test]
fn what_is_said_to_be_personal_has_no_order_in_its_sketch() {
    let text = "n\n1\n2\n3\n";
    let quantiles = |said: &[(&str, Said)]| {
        let brief = Brief {
            sketch_key: Some(SketchKey::new([1; 32])),
            ..brief("", said)
        };
        let learned = learn(&text.as_bytes().to_vec(), &brief, &|_| {}).unwrap();
        learned.sketches.tables[0][0].quantiles().is_some()
    };
    assert!(quantiles(&[]));
    assert!(!quantiles(&[("n", personal("US_SSN"))]));
}

#[test]
fn a_brief_with_all_of_it_survives_the_wire() {
    let brief = Brief {
        sketch_key: Some(SketchKey::new([1; 32])),
        today: Some("2026-11-23".into()),
        ..brief(
            "",
            &[("mail", not_personal()), ("shade", personal("PERSON"))],
        )
    };
    let json = serde_json::to_string(&brief).unwrap();
    assert_eq!(serde_json::from_str::<Brief>(&json).unwrap(), brief);
}

#[test]
fn dates_are_called_future_by_the_day_that_is_handed_in() {
    let mut text = String::from("seen,due_date\n");
    for day in 1..=28 {
        text.push_str(&format!("2026-02-{day:02},2026-02-{day:02}\n"));
    }
    let future = |today: Option<&str>, at: usize| {
        let brief = Brief {
            today: today.map(str::to_owned),
            ..Brief::default()
        };
        let fields = fields(&text, &brief);
        let found = fields[at]
            .findings
            .iter()
            .find(|f| f.code == "OUT_OF_RANGE_DATES");
        found.map(|f| f.numbers["future"])
    };
    assert_eq!(future(None, 0), None);
    assert_eq!(future(Some("2026-02-28"), 0), None);
    assert_eq!(future(Some("2026-02-25"), 0), Some(3.0));
    // What is due lies ahead.
    assert_eq!(future(Some("2026-02-25"), 1), None);
}
