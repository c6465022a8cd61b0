//! What people write stays with the field, and what changed is told.

use harness::{Daemon, Place};
use serde_json::{Value, json};

/// Field, aspect and text of what is written.
fn written(place: &Place) -> Vec<(Value, Value, Value)> {
    let rows = place.ask(&["annotate", "sales"]);
    let rows = rows.as_array().unwrap();
    rows.iter()
        .map(|row| {
            (
                row["field"].clone(),
                row["aspect"].clone(),
                row["value"].clone(),
            )
        })
        .collect()
}

#[test]
fn words_outlive_new_versions_and_a_kill() {
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    place.drop_file("sales_2026-01-05.csv", "id,amount,city\n1,10,Wien\n");
    place.settled(1);
    place.ask(&["annotate", "sales", "owner=ana", "tags=finance, eu"]);
    let amount = "description=Net, in **EUR**";
    place.ask(&["annotate", "sales", "--field", "amount", amount]);
    let expected = [
        (json!(null), json!("owner"), json!("ana")),
        (json!(null), json!("tags"), json!("finance, eu")),
        (
            json!("amount"),
            json!("description"),
            json!("Net, in **EUR**"),
        ),
    ];
    assert_eq!(written(&place), expected);

    // A drop comes in between, with other columns in another order, and the daemon is killed.
    place.drop_file("sales_2026-01-06.csv", "town,amount,id\nGraz,1.5,2\n");
    daemon.kill();
    let _again = Daemon::start(&place);
    place.settled(2);
    assert_eq!(written(&place), expected);
    let shown = place.ask(&["show", "sales"]);
    assert_eq!(shown["version"], 2);
    assert_eq!(shown["annotations"][2]["value"], "Net, in **EUR**");
    assert_eq!(shown["annotations"][2]["version"], 1);

    // Two people: the second one saw the words of before.
    let revision = shown["annotations"][0]["revision"].to_string();
    let owner = |name: &str| {
        let word = format!("owner={name}");
        place.run(&["annotate", "sales", &word, "--expects", &revision])
    };
    assert_eq!(owner("bob").code, 0);
    let late = owner("eve");
    assert_eq!(late.code, 1);
    assert!(late.stderr.contains("meanwhile"), "{}", late.stderr);
    assert_eq!(written(&place)[2].2, "bob");
    let history = place.ask(&["annotate", "sales", "--history", "owner"]);
    let values: Vec<&Value> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["value"])
        .collect();
    assert_eq!(values, ["bob", "ana"]);
}

#[test]
fn what_changed_is_told_of_any_two_versions() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    let days = [
        "id,level,city\n1,10,Wien\n2,20,Graz\n",
        "id,level,city\n1,10.5,Wien\n2,20,\n",
        "level,id,country\n1.5,A7,AT\n",
    ];
    for (day, content) in (1..).zip(days) {
        place.drop_file(&format!("sales_2026-01-0{day}.csv"), content);
        place.settled(day);
    }
    let modified = |path: &str, severity: &str, aspect: &str, from: Value, to: Value| {
        json!({ "kind": "modified", "severity": severity, "path": path, "aspect": aspect,
                "from": from, "to": to })
    };
    let changes = |versions: &[&str]| {
        let words: Vec<&str> = ["diff", "sales"].iter().chain(versions).copied().collect();
        place.ask(&words)["changes"].clone()
    };
    let second = json!([
        modified(
            "level",
            "warning",
            "type",
            json!("integer"),
            json!("number")
        ),
        modified("city", "warning", "nullable", json!(false), json!(true)),
    ]);
    assert_eq!(changes(&["1", "2"]), second);
    let last = changes(&[]);
    let kinds: Vec<(&Value, &Value)> = last
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (&change["kind"], &change["path"]))
        .collect();
    let (removed, modified, added, reordered) = (
        json!("removed"),
        json!("modified"),
        json!("added"),
        json!("reordered"),
    );
    let (city, id, country, level) = (json!("city"), json!("id"), json!("country"), json!("level"));
    let expected = [
        (&removed, &city),
        (&modified, &id),
        (&added, &country),
        (&reordered, &level),
    ];
    assert_eq!(kinds, expected, "{last}");
    let unknown = place.run(&["diff", "sales", "1", "9"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.stderr.contains("version 9"), "{}", unknown.stderr);
}
