//! Files against contracts, counted by other means.

use proptest::prelude::*;

use super::*;
use crate::{Brief, learn};

fn rule(path: &str) -> FieldRule {
    FieldRule {
        path: path.to_owned(),
        ..FieldRule::default()
    }
}

fn of(fields: Vec<FieldRule>) -> Contract {
    Contract {
        fields,
        ..Contract::default()
    }
}

fn brief(contract: Contract, budget: u64, threads: usize) -> Brief {
    Brief {
        name: "t.csv".to_owned(),
        memory_budget: budget,
        threads,
        contracts: [(String::new(), contract)].into(),
        ..Brief::default()
    }
}

fn violations(text: &str, contract: Contract) -> Vec<Violation> {
    let learned = learn(
        &text.as_bytes().to_vec(),
        &brief(contract, 64 << 20, 1),
        &|_| {},
    )
    .unwrap();
    learned.profile.tables[0].violations.clone().unwrap()
}

/// Field, rule, count and first record of each.
fn told(text: &str, contract: Contract) -> Vec<(String, String, Option<u64>, Option<u64>)> {
    let found = violations(text, contract).into_iter();
    found
        .map(|v| (v.field.unwrap_or_default(), v.rule, v.count, v.first_record))
        .collect()
}

fn one(
    field: &str,
    rule: &str,
    count: u64,
    first: u64,
) -> Vec<(String, String, Option<u64>, Option<u64>)> {
    vec![(field.to_owned(), rule.to_owned(), Some(count), Some(first))]
}

const TABLE: &str = "id,city,price,day\n1,Oslo,10.5,2026-01-01\n2,,-3,2026-01-02\n2,Bodo,7,2026-02-01\n\
                     4,oslo,200,2026-01-04\n5,Moss,x,2026-01-05\n";

#[test]
fn every_rule_tells_how_many_and_the_first_record() {
    let with = |path: &str, set: fn(&mut FieldRule)| {
        let mut rule = rule(path);
        set(&mut rule);
        told(TABLE, of(vec![rule]))
    };
    assert_eq!(
        with("city", |r| r.required = true),
        one("city", "required", 1, 2)
    );
    assert_eq!(with("id", |r| r.unique = true), one("id", "unique", 1, 2));
    assert_eq!(
        with("price", |r| r.minimum = Some("0".into())),
        one("price", "minimum", 1, 2)
    );
    assert_eq!(
        with("price", |r| r.maximum = Some("10".into())),
        one("price", "maximum", 2, 1)
    );
    assert_eq!(
        with("id", |r| {
            r.minimum = Some("2".into());
            r.exclusive_minimum = true;
        }),
        one("id", "minimum", 3, 1)
    );
    assert_eq!(
        with("day", |r| r.maximum = Some("2026-01-31".into())),
        one("day", "maximum", 1, 3)
    );
    assert_eq!(
        with("city", |r| r.pattern = Some("[A-Z][a-z]+".into())),
        one("city", "pattern", 1, 4)
    );
    assert_eq!(
        with("city", |r| r.values = vec!["Oslo".into(), "Bodo".into()]),
        one("city", "values", 2, 4)
    );
    assert_eq!(
        with("id", |r| r.values =
            vec!["1.0".into(), "2".into(), "4".into(), "5".into()]),
        []
    );
    assert_eq!(
        with("day", |r| r.max_length = Some(9)),
        one("day", "length", 5, 1)
    );
    assert_eq!(
        with("price", |r| r.field_type = Some("number".into())),
        one("price", "type", 1, 5)
    );
    assert_eq!(with("id", |r| r.field_type = Some("number".into())), []);
    assert_eq!(with("id", |r| r.field_type = Some("string".into())), []);
    assert_eq!(
        with("nowhere", |_| ()),
        [("nowhere".into(), "field".into(), None, None)]
    );
}

#[test]
fn fields_match_as_the_contract_says() {
    let rules = |matching, fields: &[&str]| {
        let contract = Contract {
            fields: fields.iter().map(|path| rule(path)).collect(),
            matching,
            ..Contract::default()
        };
        let found = violations("a,b,c\n1,2,3\n", contract);
        found
            .into_iter()
            .map(|v| format!("{} {}", v.rule, v.field.unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(rules(Matching::Superset, &["c", "a"]), none);
    assert_eq!(rules(Matching::Superset, &["a", "x"]), ["field x"]);
    assert_eq!(rules(Matching::Exact, &["a", "b", "c"]), none);
    assert_eq!(rules(Matching::Exact, &["b", "a", "c"]), ["order a"]);
    assert_eq!(rules(Matching::Equal, &["b", "a", "c"]), none);
    assert_eq!(rules(Matching::Equal, &["b", "a"]), ["unexpected c"]);
    assert_eq!(rules(Matching::Subset, &["a", "b", "c", "d"]), none);
    assert_eq!(rules(Matching::Partial, &["x", "a"]), none);
    assert_eq!(rules(Matching::Partial, &["x"]), ["field "]);
}

#[test]
fn records_are_counted() {
    let records = |least, most| {
        let contract = Contract {
            min_records: least,
            max_records: most,
            ..Contract::default()
        };
        told(TABLE, contract).len()
    };
    assert_eq!(
        [
            records(Some(5), Some(5)),
            records(Some(6), None),
            records(None, Some(4))
        ],
        [0, 1, 1]
    );
}

#[test]
fn examples_of_personal_data_are_masked() {
    let text = "mail\nanna@corp.com\nbob@corp.com\neve@mail.org\n";
    let mut only = rule("mail");
    only.pattern = Some(".*@mail[.]org".to_owned());
    let found = violations(text, of(vec![only]));
    assert_eq!((found[0].count, found[0].first_record), (Some(2), Some(1)));
    let shown = serde_json::to_string(&found).unwrap();
    assert!(
        !shown.contains("anna") && !shown.contains("corp"),
        "{shown}"
    );
}

#[test]
fn json_text_is_no_number_and_its_numbers_are_no_text() {
    let mut text = rule("a");
    text.field_type = Some("string".to_owned());
    let found = told("{\"a\":\"x\"}\n{\"a\":7}\n", of(vec![text]));
    assert_eq!(found, one("a", "type", 1, 2));
}

#[test]
fn what_cannot_be_checked_is_refused() {
    let mut bad = rule("a");
    bad.pattern = Some("(".to_owned());
    let why = of(vec![bad]).validate().unwrap_err();
    assert!(why.contains("field `a`: the pattern `(`"), "{why}");
    let mut bad = rule("a");
    bad.minimum = Some("low".to_owned());
    assert!(
        of(vec![bad])
            .validate()
            .unwrap_err()
            .contains("neither a number nor a date")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// With room for a few values only nearly all are let pass: counts and first records are those of
    /// a plain loop, on any number of threads.
    #[test]
    fn counts_do_not_hang_on_memory_or_threads(
        numbers in prop::collection::vec(0_u32..100_000, 1..6000),
        least in 0_u32..100_000,
        threads in 1_usize..4,
    ) {
        let mut text = String::from("n,other\n");
        for n in &numbers {
            text += &format!("{n},x{n}\n");
        }
        let mut low = rule("n");
        low.minimum = Some(least.to_string());
        let mut odd = rule("other");
        odd.pattern = Some("x[0-9]*[02468]".to_owned());
        let brief = brief(of(vec![low, odd]), 20_000, threads);
        let learned = learn(&text.into_bytes(), &brief, &|_| {}).unwrap();
        let found = learned.profile.tables[0].violations.clone().unwrap();
        let expected = |breaks: &dyn Fn(u32) -> bool| {
            let count = numbers.iter().filter(|n| breaks(**n)).count() as u64;
            let first = numbers.iter().position(|n| breaks(*n)).map(|at| at as u64 + 1);
            (count > 0).then_some((Some(count), first))
        };
        let of = |rule: &str| {
            let found = found.iter().find(|v| v.rule == rule);
            found.map(|v| (v.count, v.first_record))
        };
        prop_assert_eq!(of("minimum"), expected(&|n| n < least));
        prop_assert_eq!(of("pattern"), expected(&|n| n % 2 == 1));
    }
}
