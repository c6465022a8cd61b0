//! What drops must satisfy, end to end.

use harness::{Daemon, Place};
use serde_json::{Value, json};

fn orders(first: u32, odd: &str) -> String {
    let mut text = "id,state,mail\n".to_owned();
    for n in first..first + 200 {
        let state = ["open", "paid"][(n % 2) as usize];
        text += &format!("{n},{state},u{n}@mail.org\n");
    }
    text + odd
}

#[test]
fn a_breach_is_flagged_told_and_leaves_the_file_where_it_is() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    place.drop_file("orders_2026-01-05.csv", orders(1, ""));
    place.settled(1);
    let none = place.run(&["contract", "check", "orders"]);
    assert_eq!(none.code, 1, "{}", none.stdout);
    let made = place.run(&["contract", "init", "orders"]);
    assert!(!made.stdout.contains("u1@"), "{}", made.stdout);
    let file = place.path().join("orders.json");
    std::fs::write(&file, &made.stdout).unwrap();
    place.ask(&["contract", "set", "orders", file.to_str().unwrap()]);
    assert_eq!(place.ask(&["contract", "show", "orders"])["name"], "orders");

    place.drop_file("orders_2026-01-06.csv", orders(201, ""));
    place.settled(2);
    assert_eq!(place.ask(&["contract", "check", "orders"]), json!([]));

    let odd = "401,lost,anna@corp.com\n401,,x@mail.org\n";
    let arrived = place.drop_file("orders_2026-01-07.csv", orders(401, odd));
    place.settled(3);
    let broken = place.run(&["contract", "check", "orders", "--format", "json"]);
    assert_eq!(broken.code, 4, "{}", broken.stderr);
    let found: Vec<Value> = serde_json::from_str(&broken.stdout).unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|v| json!([v["field"], v["rule"], v["count"], v["first_record"]]))
        .collect();
    let expected = [
        json!(["id", "unique", 2, 1]),
        json!(["state", "required", 1, 202]),
        json!(["state", "values", 1, 201]),
    ];
    assert_eq!(told, expected, "{found:?}");
    let drops = place.ask(&["drops"]);
    let reason = drops[0]["reason"].as_str().unwrap();
    assert!(
        reason.contains("breaks its contract: `id`: 2 values"),
        "{reason}"
    );
    assert_eq!(drops[0]["state"], "done");
    let diff = place.ask(&["diff", "orders"]);
    assert_eq!(diff["findings"][0]["code"], "CONTRACT_UNIQUE");
    assert!(!diff.to_string().contains("anna@"), "{diff}");
    assert!(arrived.is_file(), "nothing moves unless its watch says so");

    let alone = place.run(&[
        "profile",
        arrived.to_str().unwrap(),
        "--contract",
        file.to_str().unwrap(),
    ]);
    assert_eq!(alone.code, 4, "{}", alone.stderr);
    assert!(
        alone.stdout.contains("are none of the 2 allowed"),
        "{}",
        alone.stdout
    );
    place.run(&["contract", "remove", "orders"]);
    assert_eq!(place.ask(&["contract", "show", "orders"]), Value::Null);
}

#[test]
fn what_is_no_contract_is_refused_in_words() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    place.drop_file("orders.csv", "id\n1\n");
    place.settled(1);
    let file = place.path().join("c.yaml");
    let file = file.to_str().unwrap();
    for (text, why) in [
        ("kind: DataContract\n", "has no schema"),
        ("kind: [DataContract\n", "no YAML (line 1"),
        ("{\"fields\": [}", "begins as JSON"),
    ] {
        std::fs::write(file, text).unwrap();
        let refused = place.run(&["contract", "set", "orders", file]);
        assert_eq!(refused.code, 1);
        assert!(refused.stderr.contains(why), "{}", refused.stderr);
    }
    // What is made from a version is kept by that version's file, as YAML too.
    let made = place.run(&["contract", "init", "orders", "--as", "odcs"]);
    assert!(
        made.stdout.contains("\nkind: DataContract\n"),
        "{}",
        made.stdout
    );
    std::fs::write(file, &made.stdout).unwrap();
    let set = place.ask(&["contract", "set", "orders", file]);
    assert_eq!(set["text"], made.stdout);
    place.drop_file("orders_2.csv", "id\n2\n");
    place.settled(2);
    assert_eq!(place.ask(&["contract", "check", "orders"]), json!([]));
    let json = place.ask(&["contract", "init", "orders", "--as", "odcs"]);
    assert_eq!(json["schema"][0]["properties"][0]["logicalType"], "integer");
}
