//! Documents as their standards write them.

use ddgen_profile::contract::Matching;
use serde_json::json;

use super::*;

#[test]
fn a_table_schema_is_read_with_all_its_constraints() {
    let schema = json!({
        "fields": [
            { "name": "id", "type": "integer", "constraints": { "minimum": 1, "exclusiveMaximum": 100 } },
            { "name": "mail", "type": "string",
              "constraints": { "required": true, "pattern": ".+@.+", "minLength": 3, "maxLength": 80 } },
            { "name": "state", "constraints": { "enum": ["on", "off"], "unique": true } },
            { "name": "day", "type": "date", "constraints": { "minimum": "2026-01-01" } },
        ],
        "primaryKey": "id",
        "fieldsMatch": "equal",
        "ddgen": { "minRecords": 5, "maxRecords": 9 },
    });
    let contract = parse(&schema.to_string(), "t").unwrap();
    assert_eq!(contract.matching, Matching::Equal);
    assert_eq!(
        (contract.min_records, contract.max_records),
        (Some(5), Some(9))
    );
    let [id, mail, state, day] = &contract.fields[..] else {
        panic!("{contract:?}");
    };
    assert!(id.required && id.unique && id.exclusive_maximum && !id.exclusive_minimum);
    assert_eq!(
        (id.minimum.as_deref(), id.maximum.as_deref()),
        (Some("1"), Some("100"))
    );
    assert_eq!(mail.pattern.as_deref(), Some(".+@.+"));
    assert_eq!((mail.min_length, mail.max_length), (Some(3), Some(80)));
    assert_eq!(
        (&state.values[..], &state.field_type),
        (&["on".to_owned(), "off".to_owned()][..], &None)
    );
    assert_eq!(day.minimum.as_deref(), Some("2026-01-01"));
    let plain = parse(r#"{"fields":[{"name":"a"}]}"#, "t").unwrap();
    assert_eq!(plain.matching, Matching::Exact);
}

#[test]
fn an_odcs_contract_is_read_by_its_table() {
    let document = json!({
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "x", "version": "1.0.0", "status": "active",
        "schema": [
            { "name": "other", "properties": [{ "name": "x" }] },
            { "name": "orders", "logicalType": "object",
              "quality": [{ "metric": "rowCount", "mustBeBetween": [10, 20] }],
              "properties": [
                { "name": "id", "logicalType": "integer", "primaryKey": true },
                { "name": "at", "logicalType": "timestamp", "required": true },
                { "name": "price", "logicalType": "number",
                  "logicalTypeOptions": { "minimum": 0, "exclusiveMinimum": true } },
                { "name": "state", "logicalType": "string",
                  "quality": [{ "metric": "invalidValues", "arguments": { "validValues": ["a", "b"] },
                                "mustBe": 0 }] },
                { "name": "to", "logicalType": "object",
                  "properties": [{ "name": "city", "logicalType": "string" }] },
              ] },
        ],
    });
    let contract = parse(&document.to_string(), "orders").unwrap();
    let paths: Vec<&str> = contract.fields.iter().map(|f| &*f.path).collect();
    assert_eq!(paths, ["id", "at", "price", "state", "to", "to.city"]);
    assert_eq!(
        (contract.min_records, contract.max_records),
        (Some(10), Some(20))
    );
    assert!(contract.fields[0].required && contract.fields[0].unique);
    assert_eq!(contract.fields[1].field_type.as_deref(), Some("datetime"));
    assert!(contract.fields[2].exclusive_minimum);
    assert_eq!(contract.fields[3].values, ["a", "b"]);
    let unknown = parse(&document.to_string(), "nowhere").unwrap_err();
    assert!(
        unknown
            .to_string()
            .contains("none of the contract's 2 schemas"),
        "{unknown}"
    );
}

#[test]
fn what_is_no_contract_is_refused_in_words() {
    let why = |text: &str| parse(text, "t").unwrap_err().to_string();
    assert!(why("kind: DataContract\n").contains("YAML is not read"));
    assert!(why("[]").contains("neither a Table Schema"));
    assert!(why(r#"{"fields":[{"type":"string"}]}"#).contains("has no name"));
    assert!(why(r#"{"fields":[{"name":"a","type":"text"}]}"#).contains("no type of Table Schema"));
    let bad = r#"{"fields":[{"name":"a","constraints":{"pattern":"("}}]}"#;
    assert!(why(bad).contains("field `a`: the pattern"));
}

#[test]
fn one_that_was_made_from_a_file_is_kept_by_that_file() {
    let mut text = String::from("id,state,mail\n");
    for n in 0..200 {
        text += &format!("{n},{},u{n}@mail.org\n", ["on", "off"][n % 2]);
    }
    let text = text.into_bytes();
    let profile = ddgen_profile::profile(&text, &ddgen_profile::Brief::default(), &|_| {}).unwrap();
    let made = from_profile(&profile);
    assert_eq!(
        made["fields"][0]["constraints"],
        json!({ "required": true, "unique": true })
    );
    assert_eq!(
        made["fields"][1]["constraints"]["enum"],
        json!(["off", "on"])
    );
    // No address of anybody in it.
    assert!(!made.to_string().contains("@mail"), "{made}");
    let brief = ddgen_profile::Brief {
        contracts: [(String::new(), parse(&made.to_string(), "").unwrap())].into(),
        ..ddgen_profile::Brief::default()
    };
    let again = ddgen_profile::profile(&text, &brief, &|_| {}).unwrap();
    assert_eq!(again.tables[0].violations.as_deref(), Some(&[][..]));
}
