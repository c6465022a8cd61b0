//! A person's verdict on personal data, given through every door: nothing of it is shown any more.

use std::fs;

use harness::{Daemon, Place, Plan, curl};
use serde_json::Value;

const CANARY: &str = "canarybird";

fn shades(day: u32) -> String {
    let mut text = "id,shade,first_name\n".to_owned();
    let names = ["Anna", "Peter", "Maria", "Thomas", "Laura", "Michael"];
    for at in 0..60_usize {
        let name = names[(at + day as usize) % names.len()];
        text.push_str(&format!(
            "{at},{CANARY} {},{name}\n",
            ["blue", "green"][at % 2]
        ));
    }
    text
}

/// Everything a person could look at.
fn everything(place: &Place) -> String {
    let mut all = String::new();
    for args in [
        &["list"][..],
        &["show", "shades"],
        &["show", "shades", "--version", "1"],
        &["search", CANARY],
        &["diff", "shades", "1"],
        &["show", "shades", "--format", "json"],
    ] {
        let out = place.run(args);
        all.push_str(&out.stdout);
    }
    for form in [
        "markdown",
        "csv",
        "json",
        "html",
        "data-package",
        "json-schema",
        "odcs",
        "dcat",
    ] {
        let out = place.run(&["export", "shades", "--as", form]);
        assert_eq!(out.code, 0, "{form}: {}", out.stderr);
        all.push_str(&out.stdout);
    }
    all.to_lowercase()
}

#[test]
fn a_field_said_to_be_personal_is_masked_at_once_and_from_then_on() {
    let place = Place::new();
    let mut daemon = Daemon::start(&place);
    place.drop_file("shades_2026-01-05.csv", shades(5));
    place.settled(1);
    assert!(everything(&place).contains(CANARY));

    let said = place.ask(&[
        "verdict", "shades", "shade", "--pii", "PERSON", "--type", "shade",
    ]);
    assert_eq!(said["pii"], "PERSON");
    assert_eq!(said["found_pii"], Value::Null);
    assert!(said["notes"][0].as_str().unwrap().contains("age out"));
    let all = everything(&place);
    assert!(!all.contains(CANARY), "{all}");
    let author = said["said"]["pii_by"].as_str().unwrap().to_lowercase();
    assert!(all.contains(&format!("said by {author}")), "{all}");

    // The next file is masked before it reaches the store, after a kill as well.
    daemon.kill();
    let mut daemon = Daemon::start(&place);
    place.drop_file("shades_2026-01-06.csv", shades(6));
    place.settled(2);
    let all = everything(&place);
    assert!(!all.contains(CANARY), "{all}");
    let shown = place.ask(&["show", "shades"]);
    let field = &shown["profile"]["tables"][0]["fields"][1];
    assert_eq!(field["semantic_type"], "shade");
    assert_eq!(
        field["pii"]["because"],
        format!("said by {}", said["said"]["pii_by"].as_str().unwrap())
    );
    daemon.stop();
    let store = fs::read(place.data_dir().join("ddgen.db")).unwrap();
    let canary = CANARY.as_bytes();
    assert!(!store.windows(canary.len()).any(|window| window == canary));
}

#[test]
fn a_field_said_not_to_be_personal_is_shown_from_the_next_file_on() {
    let place = Place::new();
    let _daemon = Daemon::start(&place);
    place.drop_file("shades_2026-01-05.csv", shades(5));
    place.settled(1);
    let found = place.ask(&["verdict", "shades", "first_name"]);
    assert_eq!(found["found_pii"], "PERSON", "{found}");
    let said = place.ask(&["verdict", "shades", "first_name", "--pii", "none"]);
    assert_eq!(
        (&said["pii"], &said["masked"]),
        (&Value::Null, &Value::Bool(true))
    );
    let note = said["notes"][0].as_str().unwrap();
    assert!(note.contains("until the next file"), "{note}");
    assert!(!everything(&place).contains("thomas"));
    place.drop_file("shades_2026-01-06.csv", shades(6));
    place.settled(2);
    assert!(everything(&place).contains("thomas"));
    // Taken back: personal data again, and masked at once.
    let back = place.ask(&["verdict", "shades", "first_name", "--clear"]);
    assert_eq!(back["pii"], "PERSON", "{back}");
    assert!(!everything(&place).contains("thomas"));
}

#[test]
fn verdicts_come_over_http_and_by_import() {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let _daemon = Daemon::start_as(&place, &plan);
    place.drop_file("shades_2026-01-05.csv", shades(5));
    place.settled(1);
    let url = format!("{}/api/v1/dictionaries/shades/fields/shade", place.http());
    let body = r#"{"said_pii": "PERSON"}"#;
    let patched = curl(&[
        "-X",
        "PATCH",
        "-H",
        "Content-Type: application/json",
        "-d",
        body,
        &url,
    ]);
    assert_eq!(patched.code, 200, "{}", patched.body);
    assert_eq!(patched.json()["annotations"][0]["value"], "PERSON");
    assert!(!everything(&place).contains(CANARY));
    let sheet = place.path().join("verdicts.csv");
    fs::write(
        &sheet,
        "dictionary,path,said_pii\nshades,shade,none\nshades,first_name,none\n",
    )
    .unwrap();
    let done = place.run(&[
        "import",
        sheet.to_str().unwrap(),
        "--on-conflict",
        "overwrite",
    ]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let shown = place.ask(&["verdict", "shades", "first_name"]);
    assert_eq!(shown["pii"], Value::Null, "{shown}");
}
