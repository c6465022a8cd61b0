//! Two daemons: one to a place, any number beside each other.

use std::process::ExitStatus;

use harness::{Daemon, Place, Plan, until};

fn at(variable: &str, value: impl Into<std::ffi::OsString>) -> Plan {
    Plan {
        environment: vec![(variable.into(), value.into())],
        ..Plan::default()
    }
}

/// The second one says who is first and leaves it alone.
fn second_is_told(place: &Place, first: &Daemon, plan: &Plan) {
    let (code, said) = Daemon::refusal(place, plan);
    assert_eq!(code, 1, "{said}");
    let process = format!("process {}", first.pid().as_raw_nonzero());
    assert!(
        said.contains(&process) && said.contains("--data-dir"),
        "{said}"
    );
    assert_eq!(
        place.ask(&["status"])["pid"],
        first.pid().as_raw_nonzero().get()
    );
}

#[test]
fn the_same_data_directory_is_for_one() {
    let place = Place::new();
    let first = Daemon::start(&place);
    second_is_told(&place, &first, &Plan::default());
    // Also where its socket would be another.
    let elsewhere = place.path().join("other-run");
    second_is_told(&place, &first, &at("DDGEN_RUNTIME_DIR", &elsewhere));
    assert!(!elsewhere.join("v1/ddgend.sock").exists());
    // The one that runs is as well as before.
    place.drop_file("a.csv", "id\n1\n");
    assert_eq!(place.settled(1)["drops"]["done"], 1);
}

#[test]
fn the_same_runtime_folder_is_for_one() {
    let place = Place::new();
    let first = Daemon::start(&place);
    let data = place.path().join("other-data");
    second_is_told(&place, &first, &at("DDGEN_DATA_DIR", &data));
    assert!(
        !data.join("ddgen.db").exists(),
        "a refused daemon makes no store"
    );
}

#[test]
fn of_two_started_at_once_one_runs() {
    for _ in 0..5 {
        let place = Place::new();
        let mut both = [(); 2].map(|()| Daemon::launch(&place, &Plan::default()));
        let ended = until("one of two gives way", || {
            let ended: Vec<Option<ExitStatus>> = both.iter_mut().map(Daemon::ended).collect();
            ended.iter().any(Option::is_some).then_some(ended)
        });
        let loser = ended.iter().position(Option::is_some).unwrap();
        assert_eq!(
            ended[loser].unwrap().code(),
            Some(1),
            "{}",
            Daemon::log(&place)
        );
        let winner = &mut both[1 - loser];
        let status = until("the other answers", || {
            assert_eq!(winner.ended(), None, "{}", Daemon::log(&place));
            let answer = place.run(&["status", "--format", "json"]);
            (answer.code == 0).then(|| answer.json())
        });
        let pid = winner.pid().as_raw_nonzero();
        assert_eq!(status["pid"], pid.get());
        let log = Daemon::log(&place);
        assert!(
            log.contains(&format!("process {pid}")) || log.contains("another process holds"),
            "{log}"
        );
    }
}

#[test]
fn side_by_side_in_different_places_they_do_not_meet() {
    let (here, there) = (Place::new(), Place::new());
    let (one, other) = (Daemon::start(&here), Daemon::start(&there));
    here.drop_file("here.csv", "id\n1\n");
    there.drop_file("there.csv", "id\n1\n");
    for (place, daemon, name) in [(&here, &one, "here"), (&there, &other, "there")] {
        let status = place.settled(1);
        assert_eq!(status["pid"], daemon.pid().as_raw_nonzero().get());
        let list = place.ask(&["list"]);
        assert_eq!(list.as_array().unwrap().len(), 1);
        assert_eq!(list[0]["name"], name);
    }
}

#[test]
fn side_by_side_by_data_directory_alone() {
    let places = [Place::new(), Place::new()];
    let plans = places
        .each_ref()
        .map(|place| at("DDGEN_RUNTIME_DIR", place.data_dir().join("run")));
    let _daemons: Vec<Daemon> = places
        .iter()
        .zip(&plans)
        .map(|(place, plan)| Daemon::launch(place, plan))
        .collect();
    for place in &places {
        let data = place.data_dir();
        let status = until("the daemon of this data directory", || {
            let answer = place.run(&[
                "status",
                "--runtime-dir",
                data.join("run").to_str()?,
                "--format",
                "json",
            ]);
            (answer.code == 0).then(|| answer.json())
        });
        assert_eq!(status["data_dir"], data.to_str().unwrap());
    }
}
