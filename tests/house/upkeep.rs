//! Upkeep by command, and through a restart.

use harness::{Daemon, Place, Plan, curl, ddgend, until};

#[test]
fn every_task_runs_when_asked_and_says_what_it_did() {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let mut daemon = Daemon::start_as(&place, &plan);
    place.drop_file("sales.csv", "id,amount\n1,2\n");
    place.settled(1);
    let names: Vec<String> = {
        let list = place.ask(&["upkeep"]);
        let rows = list["tasks"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names,
        ["wal", "optimize", "analyze", "thin", "vacuum", "integrity"]
    );
    for name in &names {
        let list = place.ask(&["upkeep", "run", name]);
        let row = list["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["name"] == **name);
        let row = row.unwrap();
        assert!(
            row["result"].is_string() && row["problem"].is_null(),
            "{row}"
        );
        assert!(
            row["last_began"].is_string() && row["next"].is_string(),
            "{row}"
        );
    }
    let unknown = ddgend(&place, ["upkeep", "run", "vacum"]);
    assert_eq!(unknown.code, 1);
    assert!(
        unknown.stderr.contains("wal, optimize"),
        "{}",
        unknown.stderr
    );
    let health = curl(&[&format!("{}/api/v1/database/health", place.http())]).json();
    assert_eq!(health["integrity"], "ok", "{health}");
    let metrics = curl(&[&format!("{}/metrics", place.http())]).body;
    assert!(
        metrics.contains("ddgen_upkeep_failed{task=\"vacuum\"} 0\n"),
        "{metrics}"
    );

    let paused = place.ask(&["upkeep", "pause"]);
    assert!(paused["paused_by"].is_string(), "{paused}");
    daemon.stop();
    let mut daemon = Daemon::start_as(&place, &plan);
    let list = place.ask(&["upkeep", "list"]);
    assert_eq!(list["paused_by"], paused["paused_by"]);
    assert!(list["tasks"][0]["next"].is_null(), "{list}");
    // What was done by the daemon before is known to this one.
    assert!(list["tasks"][4]["result"].is_string(), "{list}");
    let list = place.ask(&["upkeep", "resume"]);
    assert!(list["tasks"][0]["next"].is_string(), "{list}");
    daemon.stop();
}

#[test]
fn a_damaged_store_is_found_and_said_everywhere() {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let mut daemon = Daemon::start_as(&place, &plan);
    for number in 0..20 {
        place.drop_file(
            &format!("file{number}x.csv"),
            format!("id,amount\n{number},2\n"),
        );
    }
    place.settled(20);
    daemon.stop();
    // Rows that lack what their table demands: nothing reads wrong, and the check must find it.
    let db = rusqlite::Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    db.execute_batch(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, 'reason            TEXT', 'reason TEXT NOT NULL')
           WHERE name = 'drops';",
    )
    .unwrap();
    drop(db);
    let mut daemon = Daemon::start_as(&place, &plan);
    let run = ddgend(&place, ["upkeep", "run", "integrity", "--format", "json"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.stdout.contains("the store is damaged"),
        "{}",
        run.stdout
    );
    until("the probe", || {
        let status = place.ask(&["status"]);
        let probes = status["probes"].as_array().unwrap().clone();
        let probe = probes
            .iter()
            .find(|probe| probe["name"] == "upkeep")
            .unwrap();
        (probe["verdict"] == "degraded").then_some(())
    });
    let health = curl(&[&format!("{}/api/v1/database/health", place.http())]).json();
    assert_eq!(health["integrity"], "failed", "{health}");
    daemon.stop();
}
