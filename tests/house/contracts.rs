//! What drops must satisfy, end to end.

use harness::{Daemon, Place, Plan, until};
use rustix::process::Signal;
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
        alone.stdout.contains("1 value is none of the 2 allowed"),
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

/// Of this check: exit code, then what it printed.
fn checked(place: &Place, name: &str) -> (i32, Value) {
    let check = place.run(&["contract", "check", name, "--format", "json"]);
    let found = serde_json::from_str(&check.stdout).unwrap_or(Value::Null);
    (check.code, found)
}

fn set_contract(place: &Place, name: &str, contract: &Value) {
    let file = place.path().join(format!("{name}.contract"));
    std::fs::write(&file, contract.to_string()).unwrap();
    place.ask(&["contract", "set", name, file.to_str().unwrap()]);
}

#[test]
fn a_file_is_held_against_the_contract_of_the_dictionary_it_ends_up_in() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    place.drop_file("table_1.csv", "id,amount\n1,2\n");
    place.settled(1);
    let least = |fields: &[&str]| {
        let required = json!({ "required": true });
        let field = |name: &&str| json!({ "name": name, "constraints": required });
        let fields: Vec<Value> = fields.iter().map(field).collect();
        json!({ "fields": fields, "fieldsMatch": "superset" })
    };
    // The second of a series is one of the first, whose name it makes shorter.
    set_contract(&place, "table_1", &least(&["id", "amount"]));
    place.drop_file("table_2.csv", "id,amount\n1,\n");
    place.settled(2);
    let (code, found) = checked(&place, "table");
    assert_eq!((code, &found[0]["field"]), (4, &json!("amount")), "{found}");
    // One with the same stem and other fields is another: that contract is none of its own.
    place.drop_file("table_3.csv", "name,town\nAna,Bonn\n");
    place.settled(3);
    assert_eq!(place.ask(&["list"])[1]["name"], "table_3");
    assert_eq!(checked(&place, "table_3"), (1, Value::Null));
    let drops = place.ask(&["drops"]);
    assert!(!drops[0].to_string().contains("breaks"), "{}", drops[0]);
    let shown = place.ask(&["show", "table_3"]);
    assert!(!shown.to_string().contains("CONTRACT_"), "{shown}");
    // Another of those keeps or breaks what its own dictionary says.
    set_contract(&place, "table_3", &least(&["name", "town"]));
    place.drop_file("table_3.csv", "name,town\nAna,\n");
    let found = until("the breach", || {
        let (code, found) = checked(&place, "table_3");
        (code == 4).then_some(found)
    });
    assert_eq!(found[0]["field"], "town", "{found}");
}

#[test]
fn the_contract_of_a_watch_holds_for_dictionaries_without_one() {
    let place = Place::new();
    let file = place.drop_file("rules.yaml", "fields: [");
    let watch = format!(
        "[[watch]]\npath = \"{}\"\nprovisional = \"0s\"\ncontract = \"{}\"\n",
        place.drop_dir().display(),
        file.display()
    );
    let plan = Plan::default().with_settings(&watch);
    let (code, said) = Daemon::refusal(&place, &plan);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("rules.yaml is no contract: it is no YAML"),
        "{said}"
    );
    let rules = "\
kind: DataContract
schema:
- name: orders
  properties: [{name: id, unique: true}]
- name: people
  properties: [{name: mail, required: true}]
";
    std::fs::write(&file, rules).unwrap();
    let mut daemon = Daemon::start_as(&place, &plan);
    place.drop_file("orders_2026-01-05.csv", "id\n1\n1\n");
    place.drop_file("people.csv", "id,mail\n1,\n1,a@b.org\n");
    place.drop_file("towns.csv", "id\n1\n1\n");
    place.settled(3);
    let list = place.ask(&["list"]);
    assert_eq!(
        list.as_array().unwrap().len(),
        3,
        "the contract is no delivery: {list}"
    );
    let (code, found) = checked(&place, "orders");
    assert_eq!((code, &found[0]["rule"]), (4, &json!("unique")));
    let (code, found) = checked(&place, "people");
    assert_eq!(
        (code, &found[0]["rule"], found[1].is_null()),
        (4, &json!("required"), true)
    );
    // It names others, so that it says nothing of this one.
    assert_eq!(checked(&place, "towns").0, 1);
    // A contract of one's own goes before that of the watch.
    set_contract(&place, "orders", &json!({ "fields": [{ "name": "id" }] }));
    place.drop_file("orders_2026-01-06.csv", "id\n2\n2\n");
    place.settled(4);
    assert_eq!(checked(&place, "orders"), (0, json!([])));
    // With one schema it holds for every file, from a reload on.
    std::fs::write(&file, "fields: [{name: id, constraints: {unique: true}}]").unwrap();
    daemon.signal(Signal::HUP);
    until("the reload", || {
        Daemon::log(&place).contains("were reloaded").then_some(())
    });
    place.drop_file("streets.csv", "id\n1\n1\n");
    place.settled(5);
    assert_eq!(checked(&place, "streets").0, 4);
    daemon.stop();
}

/// The raised alerts of one dictionary or watch, by their rules.
fn raised(place: &Place, subject: &str) -> Vec<String> {
    let list = place.ask(&["alerts"]);
    let rows = list["alerts"].as_array().unwrap().iter();
    let mine = rows.filter(|row| row["subject"] == subject && row["state"] == "raised");
    mine.map(|row| row["rule"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn alerts_stand_for_as_long_as_a_contract_is_broken_or_nothing_comes() {
    let place = Place::new();
    let settings = format!(
        "[[watch]]\npath = \"{}\"\nprovisional = \"0s\"\n\
         [[alerts.rule]]\nname = \"late\"\nstate = \"contract_late\"\nseverity = \"info\"\n\
         for = \"0s\"\nclear_after = \"0s\"\n",
        place.drop_dir().display()
    );
    let mut daemon = Daemon::start_as(&place, &Plan::default().with_settings(settings));
    place.drop_file("orders_1.csv", "id,mail\n1,a@b.org\n");
    place.settled(1);
    let mail = json!({ "name": "mail", "constraints": { "required": true } });
    let contract =
        |more: Value| json!({ "fields": [mail], "fieldsMatch": "superset", "ddgen": more });
    set_contract(&place, "orders_1", &contract(json!({})));
    place.drop_file("orders_2.csv", "id,mail\n2,\n");
    until("the alert", || {
        (raised(&place, "orders") == ["contract_broken"]).then_some(())
    });
    place.drop_file("orders_3.csv", "id,mail\n3,c@b.org\n");
    until("its end", || {
        raised(&place, "orders").is_empty().then_some(())
    });
    // Nor is a contract broken that is there no more.
    place.drop_file("orders_4.csv", "id,mail\n4,\n");
    until("the next alert", || {
        (raised(&place, "orders") == ["contract_broken"]).then_some(())
    });
    place.run(&["contract", "remove", "orders"]);
    until("its end, too", || {
        raised(&place, "orders").is_empty().then_some(())
    });
    place.drop_file("orders_5.csv", "id,mail\n5,e@b.org\n");
    place.settled(5);
    // Nothing comes for longer than the contract allows, until something does.
    set_contract(&place, "orders", &contract(json!({ "freshness": "2s" })));
    until("what is late", || {
        (raised(&place, "orders") == ["contract_late", "late"]).then_some(())
    });
    set_contract(&place, "orders", &contract(json!({ "freshness": "10m" })));
    until("the end of that", || {
        raised(&place, "orders").is_empty().then_some(())
    });
    daemon.stop();
}
