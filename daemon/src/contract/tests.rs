//! Documents as their standards write them.

use ddgen_profile::contract::{FieldRule, Matching};
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
    assert!(why("kind: DataContract\n").contains("has no schema"));
    assert!(why("{\"fields\": [}").contains("begins as JSON"));
    let open = why("kind: [DataContract\nschema: x\n");
    assert!(open.contains("no YAML (line 2 column 7"), "{open}");
    let twice = why("kind: DataContract\nkind: DataContract\n");
    assert!(twice.contains("duplicate mapping key: kind)"), "{twice}");
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
    let schema = init_table_schema(&profile);
    assert_eq!(
        schema["fields"][0]["constraints"],
        json!({ "required": true, "unique": true })
    );
    assert_eq!(
        schema["fields"][1]["constraints"]["enum"],
        json!(["off", "on"])
    );
    let odcs = as_yaml(&init_odcs(&profile, "letters: all")).unwrap();
    assert!(odcs.contains("\n  name: \"letters: all\"\n"), "{odcs}");
    let rules = |text: &str| parse(text, "letters: all").unwrap();
    let expected = rules(&schema.to_string());
    assert_eq!(rules(&odcs), expected, "both say the same");
    for made in [schema.to_string(), odcs] {
        // No address of anybody in it.
        assert!(!made.contains("@mail"), "{made}");
        let brief = ddgen_profile::Brief {
            contracts: [(String::new(), rules(&made))].into(),
            ..ddgen_profile::Brief::default()
        };
        let again = ddgen_profile::profile(&text, &brief, &|_| {}).unwrap();
        assert_eq!(again.tables[0].violations.as_deref(), Some(&[][..]));
    }
}

#[test]
fn yaml_and_json_are_the_same_contract() {
    let yaml = "\
apiVersion: v3.1.0
kind: DataContract
schema:
- name: orders
  properties:
  - {name: code, logicalType: string, quality: [{metric: invalidValues, validValues: [no, 0870, 1e3]}]}
  - name: price
    logicalType: number
    logicalTypeOptions: &bounds {minimum: 0.5, maximum: 10}
  - name: paid
    logicalType: number
    logicalTypeOptions: *bounds
";
    let contract = parse(yaml, "orders").unwrap();
    let [code, price, paid] = &contract.fields[..] else {
        panic!("{contract:?}");
    };
    assert_eq!(code.values[..2], ["no", "0870"], "a country, and a code");
    let bounds = |rule: &FieldRule| (rule.minimum.clone(), rule.maximum.clone());
    assert_eq!(bounds(price), (Some("0.5".into()), Some("10".into())));
    assert_eq!(bounds(price), bounds(paid));
    let table_schema = "fields:\n- name: a\n  type: integer\n";
    assert_eq!(
        parse(table_schema, "t").unwrap(),
        parse(r#"{"fields":[{"name":"a","type":"integer"}]}"#, "t").unwrap()
    );
}

#[test]
fn nested_fields_are_nested_in_odcs_and_come_back() {
    let text =
        br#"{"to":{"city":"Bonn","zip":[1,2]},"lines":[{"sku":"x"}],"at":"2026-01-05T10:00:00Z"}"#
            .to_vec();
    let profile = ddgen_profile::profile(&text, &ddgen_profile::Brief::default(), &|_| {}).unwrap();
    let made = init_odcs(&profile, "t");
    let read = parse(&as_yaml(&made).unwrap(), "t").unwrap();
    let mut paths: Vec<&str> = read.fields.iter().map(|rule| &*rule.path).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        ["at", "lines", "lines[].sku", "to", "to.city", "to.zip"]
    );
}

#[test]
fn a_bomb_of_aliases_is_refused_before_it_grows() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let nine = vec![format!("*a{}", n - 1); 9].join(", ");
        bomb += &format!("a{n}: &a{n} [{nine}]\n");
    }
    // Nine to the twelfth texts, out of 600 bytes.
    let refused = parse(&bomb, "t").unwrap_err().to_string();
    assert!(refused.contains("alias replay limit"), "{refused}");
    let deep: String = (0..3_000)
        .map(|n| format!("{}a:\n", " ".repeat(n)))
        .collect();
    assert!(parse(&deep, "t").is_err());
    assert!(parse(&"[".repeat(100_000), "t").is_err());
}

#[test]
fn how_long_nothing_may_come_is_read_from_both() {
    let of = |text: &str| freshness(text).map(|span| span.map(|span| span.as_secs()));
    let odcs = |more: &str| format!("kind: DataContract\nschema: [{{name: t}}]\n{more}");
    assert_eq!(of(&odcs("")).unwrap(), None);
    let daily = "slaProperties:\n- {property: frequency, value: 1, unit: d}\n";
    assert_eq!(of(&odcs(daily)).unwrap(), Some(86_400));
    let late = format!("{daily}- {{property: latency, value: '2', unit: hours}}\n");
    assert_eq!(of(&odcs(&late)).unwrap(), Some(26 * 3_600));
    let only = "slaProperties:\n- {property: latency, value: 4}\n";
    assert_eq!(of(&odcs(only)).unwrap(), None);
    assert_eq!(
        of("fields: []\nddgen: {freshness: 26h}\n").unwrap(),
        Some(26 * 3_600)
    );
    for (wrong, why) in [
        (
            "slaProperties:\n- {property: frequency, value: often}\n",
            "is no number",
        ),
        (
            "slaProperties:\n- {property: frequency, value: 1, unit: moons}\n",
            "`moons` is no unit",
        ),
        (
            "slaProperties:\n- {property: frequency, value: 0}\n",
            "nothing at all",
        ),
    ] {
        let refused = parse(&odcs(wrong), "t").unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    assert!(parse("fields: []\nddgen: {freshness: soon}\n", "t").is_err());
}
