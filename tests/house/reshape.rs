//! Dictionaries renamed, merged, split and unfolded in a real daemon; severities that a watch gives.

use harness::{Daemon, Place, Plan, curl};
use serde_json::{Value, json};

fn names(place: &Place) -> Vec<(String, u64)> {
    let rows = place.ask(&["list"]);
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| {
        let name = row["name"].as_str().unwrap().to_owned();
        (name, row["versions"].as_u64().unwrap())
    })
    .collect()
}

fn named(names: &[(&str, u64)]) -> Vec<(String, u64)> {
    names
        .iter()
        .map(|(name, versions)| ((*name).to_owned(), *versions))
        .collect()
}

fn post(url: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let answered = curl(&[
        "-X",
        "POST",
        "-H",
        "Content-Type: application/json",
        "-d",
        &body,
        url,
    ]);
    (answered.code, answered.json())
}

#[test]
fn what_people_decide_outlives_a_kill_and_leads_later_files() {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let mut daemon = Daemon::start_as(&place, &plan);
    for (drops, (name, content)) in (1..).zip([
        ("sales_2026-01-05.csv", "id,amount\n1,10\n"),
        ("orders_2026-01-05.csv", "id,who\n1,x\n"),
        ("sales_2026-01-06.csv", "id,amount\n2,20\n"),
    ]) {
        place.drop_file(name, content);
        place.settled(drops);
    }
    place.ask(&[
        "annotate",
        "orders",
        "--field",
        "who",
        "description=the buyer",
    ]);
    place.ask(&["merge", "orders", "sales"]);
    assert_eq!(names(&place), named(&[("sales", 3)]));
    place.ask(&["move", "sales", "trade"]);
    daemon.kill();
    let _daemon = Daemon::start_as(&place, &plan);
    place.drop_file("orders_2026-01-06.csv", "id,who\n2,y\n");
    place.settled(4);
    assert_eq!(names(&place), named(&[("trade", 4)]));
    let shown = place.ask(&["show", "orders"]);
    assert_eq!(shown["annotations"][0]["value"], "the buyer");
    assert_eq!(
        shown["drop"]["path"],
        place
            .drop_dir()
            .join("orders_2026-01-06.csv")
            .to_str()
            .unwrap()
    );

    let http = place.http();
    let url = format!("{http}/api/v1/dictionaries/trade/split");
    let (code, answer) = post(&url, &json!({ "to": "orders", "series": "orders" }));
    assert_eq!(
        (code, &answer["dictionaries"][0]["name"]),
        (200, &json!("orders")),
        "{answer}"
    );
    let (code, answer) = post(&url, &json!({ "to": "trade", "versions": [1] }));
    assert_eq!(code, 422, "{answer}");
    let (code, _) = post(
        &format!("{http}/api/v1/dictionaries/trade/move"),
        &json!({ "to": "sales" }),
    );
    assert_eq!(code, 200);
    assert_eq!(names(&place), named(&[("orders", 2), ("sales", 2)]));

    // Folded by its name, and taken out again by its file.
    let file = place.drop_file("sales_2026-01-07.csv", "id,amount\n3,30\n");
    let drops = place.settled(5);
    assert_eq!(drops["drops"]["done"], 5);
    let row = &place.ask(&["drops"])[0];
    assert_eq!(row["reason"], "folded into `sales`");
    place.ask(&["unfold", file.to_str().unwrap()]);
    assert_eq!(
        names(&place),
        named(&[("orders", 2), ("sales", 2), ("sales_2026-01-07", 1)])
    );
    let again = place.run(&["unfold", file.to_str().unwrap()]);
    assert_eq!(again.code, 1, "{}", again.stdout);

    // As a changelog, by command and over HTTP.
    let text = place.run(&["diff", "sales", "--format", "markdown"]);
    assert!(
        text.stdout.starts_with("# sales: version 1 to 2"),
        "{}",
        text.stdout
    );
    let diff = format!("{http}/api/v1/dictionaries/sales/diff");
    let asked = curl(&[&format!("{diff}?as=markdown")]);
    assert_eq!(asked.body.trim(), text.stdout.trim());
    let accepted = curl(&["-H", "Accept: text/markdown", &diff]);
    assert_eq!(accepted.body, asked.body);
    assert_eq!(place.run(&["list", "--format", "markdown"]).code, 2);
}

#[test]
fn a_watch_says_how_much_changes_matter() {
    let place = Place::new();
    let settings = |severity: &str| {
        let root = place.drop_dir();
        format!(
            "[[watch]]\nname = \"drop\"\npath = \"{}\"\n{severity}\n",
            root.display()
        )
    };
    let plan = |severity: &str| Plan::default().with_settings(settings(severity));
    let mut daemon = Daemon::start_as(
        &place,
        &plan("severity = { added = \"breaking\", removed = \"info\" }"),
    );
    place.drop_file("sales_2026-01-05.csv", "id,amount\n1,10\n");
    place.settled(1);
    place.drop_file("sales_2026-01-06.csv", "id,price\nx,AA\n");
    place.settled(2);
    let severities = || {
        let diff = place.ask(&["diff", "sales"]);
        let changes = diff["changes"].as_array().unwrap();
        let of = |kind: &str| {
            let change = changes.iter().find(|change| change["kind"] == kind);
            change.unwrap()["severity"].as_str().unwrap().to_owned()
        };
        (of("added"), of("removed"))
    };
    assert_eq!(severities(), ("breaking".into(), "info".into()));
    daemon.stop();
    let _daemon = Daemon::start_as(&place, &plan(""));
    assert_eq!(severities(), ("info".into(), "breaking".into()));
}
