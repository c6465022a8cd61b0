//! What drops read and taught, told to a file and a server through absences and kills.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use harness::{Daemon, Listener, Place, Plan, skip, until};
use serde_json::Value;

const PATH: &str = "/api/v1/lineage";

fn kinds_of(events: &[Value], file: &str) -> Vec<String> {
    let of_file = |event: &&Value| event["inputs"][0]["name"].as_str().unwrap().ends_with(file);
    let kind = |event: &Value| event["eventType"].as_str().unwrap().to_owned();
    events.iter().filter(of_file).map(kind).collect()
}

fn accepted(listener: &Listener) -> Vec<Value> {
    let told = listener.told(PATH).into_iter();
    told.filter(|line| line["code"] == 200)
        .map(|line| line["body"].clone())
        .collect()
}

/// What OpenLineage's own client says of them: how many are right.
fn checked(lines: &str) -> Option<String> {
    let packages = std::env::var_os("DDGEN_TEST_PYTHON")?;
    let path = std::path::Path::new(&packages).join("lineage");
    if !path.join("openlineage").exists() {
        return None;
    }
    let mut check = Command::new("python3")
        .args(["-c", include_str!("lineage/check.py")])
        .env("PYTHONPATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut into = check.stdin.take().unwrap();
    into.write_all(lines.as_bytes()).unwrap();
    drop(into);
    let done = check.wait_with_output().unwrap();
    assert!(done.status.success(), "an event is none of OpenLineage's");
    Some(String::from_utf8(done.stdout).unwrap().trim().to_owned())
}

#[test]
fn every_end_is_told_to_file_and_server_through_absence_and_kill() {
    let place = Place::new();
    let listener = Listener::start(&place);
    let file = place.path().join("lineage.jsonl");
    let settings = format!(
        "[lineage]\nfile = \"{}\"\nurl = \"http://127.0.0.1:{}\"\napi_key = \"hush-hush-8841\"\n\
         [[watch]]\npath = \"{}\"\nprovisional = \"0s\"\n",
        file.display(),
        listener.web,
        place.drop_dir().display()
    );
    let plan = Plan::default().with_settings(settings);
    let mut daemon = Daemon::start_as(&place, &plan);
    place.drop_file(
        "sales.csv",
        "id,amount,mail\n1,10.5,ana@corp.com\n2,20.25,ben@corp.com\n3,,\n",
    );
    place.settled(1);
    until("the server has its end", || {
        kinds_of(&accepted(&listener), "sales.csv")
            .contains(&"COMPLETE".to_owned())
            .then_some(())
    });
    assert_eq!(
        listener.told(PATH)[0]["authorization"],
        "Bearer hush-hush-8841"
    );
    let first = accepted(&listener);
    assert_eq!(kinds_of(&first, "sales.csv"), ["START", "COMPLETE"]);
    let end = &first[1];
    assert_eq!(end["run"]["runId"], first[0]["run"]["runId"]);
    let output = &end["outputs"][0];
    assert_eq!(
        (&output["name"], &output["namespace"]),
        (&"sales".into(), &"ddgen".into())
    );
    assert_eq!(output["facets"]["version"]["datasetVersion"], "1");
    let hash = &place.ask(&["drops"])[0]["blake3"];
    assert_eq!(
        &end["inputs"][0]["facets"]["version"]["datasetVersion"],
        hash
    );
    let told = &end["inputs"][0]["inputFacets"]["dataQualityMetrics"];
    assert_eq!(told["rowCount"], 3);
    let amount = &told["columnMetrics"]["amount"];
    assert_eq!(
        (&amount["sum"], &amount["nullCount"]),
        (&30.75.into(), &1.into())
    );
    assert!(!end.to_string().contains("ana@corp.com"), "{end}");

    // While the server is away the daemon is killed, and what came meanwhile is told in the end.
    listener.answers(&format!("{PATH} 503\n"));
    place.drop_file("broken.json", "{\"a\": 1,, \"b\": [}");
    place.drop_file("stock.csv", "sku,n\na,1\n");
    until("both came to an end", || {
        let counts = place.ask(&["status"])["drops"].clone();
        (counts["done"] == 2 && counts["parked"] == 1).then_some(())
    });
    until("the server refused", || {
        (listener.told(PATH).len() > 2).then_some(())
    });
    daemon.kill();
    listener.answers("");
    let _daemon = Daemon::start_as(&place, &plan);
    until("the server has them", || {
        let told = accepted(&listener);
        let stock = kinds_of(&told, "stock.csv").contains(&"COMPLETE".to_owned());
        (stock && kinds_of(&told, "broken.json").contains(&"FAIL".to_owned())).then_some(())
    });
    let told = accepted(&listener);
    let failed = told
        .iter()
        .find(|event| event["eventType"] == "FAIL")
        .unwrap();
    let why = failed["run"]["facets"]["errorMessage"]["message"]
        .as_str()
        .unwrap();
    assert!(why.contains("JSON"), "{why}");
    assert_eq!(
        kinds_of(&told, "sales.csv"),
        ["START", "COMPLETE"],
        "nothing is told again"
    );
    let lines = until("the file has them", || {
        let text = fs::read_to_string(&file).unwrap();
        let events: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let ends = events
            .iter()
            .filter(|event| event["eventType"] != "START")
            .count();
        (ends >= 3).then_some(text)
    });
    assert!(!lines.contains("hush-hush"));
    assert!(!Daemon::log(&place).contains("hush-hush"));
    match checked(&lines) {
        Some(count) => assert_eq!(count, lines.lines().count().to_string()),
        None => skip("the form of events", "openlineage-python is not installed"),
    }
}
