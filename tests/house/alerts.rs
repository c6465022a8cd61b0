//! Alerts told to real servers, through failures and restarts.

use std::fs;

use harness::{Daemon, Listener, Place, Plan, curl, ddgend, skip, until};
use serde_json::Value;

/// Not JSON, and no other format either: it is parked.
const BROKEN: &str = "{\"a\": 1,, \"b\": [}";

/// Rules of one probe that judge at once, and the sinks of a test.
fn settings(place: &Place, more: &str) -> Plan {
    let text = format!(
        "[[watch]]\npath = \"{}\"\nprovisional = \"0s\"\n\
         [[alerts.rule]]\nname = \"parked\"\nfor = \"0s\"\nclear_after = \"0s\"\n\
         [[alerts.rule]]\nname = \"disk\"\nenabled = false\n\
         [[alerts.rule]]\nname = \"memory\"\nenabled = false\n{more}",
        place.drop_dir().display()
    );
    Plan::default().with_settings(text)
}

fn raised(place: &Place, alert: &str) -> Option<Value> {
    let list = place.ask(&["alerts"]);
    let rows = list["alerts"].as_array().unwrap().clone();
    rows.into_iter()
        .find(|row| row["rule"] == alert && row["state"] == "raised")
}

fn sink(place: &Place, name: &str) -> Value {
    let list = place.ask(&["alerts", "list"]);
    let rows = list["sinks"].as_array().unwrap().clone();
    rows.into_iter().find(|row| row["name"] == name).unwrap()
}

fn turns(told: &[Value]) -> Vec<String> {
    let word = |line: &Value| line["body"]["event"].as_str().unwrap().to_owned();
    told.iter().map(word).collect()
}

#[test]
fn a_parked_file_is_told_once_everywhere_and_again_when_it_is_mended() {
    let place = Place::new();
    let listener = Listener::start(&place);
    let said = place.path().join("command.jsonl");
    let token = place.path().join("token");
    fs::write(&token, "Bearer hush-hush\n").unwrap();
    let mut more = format!(
        "[[alerts.sink]]\nname = \"hook\"\nkind = \"webhook\"\n\
         url = \"http://127.0.0.1:{}/hook\"\nauthorization_file = \"{}\"\n\
         [[alerts.sink]]\nname = \"pager\"\nkind = \"command\"\n\
         command = [\"/bin/sh\", \"-c\", \"cat >> {2} && echo >> {2}\"]\n\
         [[alerts.sink]]\nname = \"log\"\nkind = \"log\"\n",
        listener.web,
        token.display(),
        said.display()
    );
    match listener.mail {
        None => skip("alerts by mail", "aiosmtpd is not installed"),
        Some(port) => more.push_str(&format!(
            "[[alerts.sink]]\nname = \"mail\"\nkind = \"email\"\nhost = \"127.0.0.1\"\n\
             port = {port}\ntls = \"off\"\nfrom = \"ddgen <ddgen@example.org>\"\n\
             to = [\"ana@example.org\", \"Ben Ž <ben@example.org>\"]\n"
        )),
    }
    let plan = settings(&place, &more)
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let mut daemon = Daemon::start_as(&place, &plan);
    let file = place.drop_file("orders.json", BROKEN);
    let row = until("the alert", || raised(&place, "parked"));
    assert_eq!(row["alert"], "parked");
    assert!(
        row["because"]
            .as_str()
            .unwrap()
            .contains("1 file is parked"),
        "{row}"
    );
    let hook = until("the webhook", || listener.told("/hook").pop());
    assert_eq!(hook["body"]["alert"], "parked");
    assert_eq!(hook["body"]["severity"], "warning");
    assert_eq!(hook["authorization"], "Bearer hush-hush");
    assert_eq!(hook["key"], hook["body"]["key"]);
    let line = until("the command", || {
        fs::read_to_string(&said).ok().filter(|t| t.ends_with("\n"))
    });
    let line: Value = serde_json::from_str(line.trim()).unwrap();
    assert_eq!(line["key"], hook["key"]);
    until("the log", || {
        Daemon::log(&place)
            .contains("an alert was raised")
            .then_some(())
    });
    if listener.mail.is_some() {
        let mail = until("the mail", || listener.told("mail").pop());
        assert_eq!(mail["from"], "ddgen@example.org");
        assert_eq!(mail["to"].as_array().unwrap().len(), 2);
        let text = mail["text"].as_str().unwrap();
        assert!(
            text.contains("Subject: [ddgen] warning: parked\r\n"),
            "{text}"
        );
        assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
        assert!(text.contains("1 file is parked"), "{text}");
    }
    let acked = place.ask(&["alerts", "ack", "parked", "--note", "on it"]);
    assert_eq!(acked["alerts"][0]["note"], "on it");
    assert!(acked["alerts"][0]["acknowledged_by"].is_string(), "{acked}");

    // Another daemon goes on where this one was killed: nobody is told twice.
    until("all are told", || {
        let rows = place.ask(&["alerts"]);
        let rows = rows["sinks"].as_array().unwrap().clone();
        rows.iter().all(|row| row["sent"] == 1).then_some(())
    });
    daemon.kill();
    let mut daemon = Daemon::start_as(&place, &plan);
    let row = raised(&place, "parked").expect("it is still raised");
    assert_eq!(row["note"], "on it");
    fs::write(&file, "{\"a\": 1}").unwrap();
    until("the file is mended", || {
        let status = place.ask(&["status"]);
        (status["drops"]["parked"] == 0 && status["queue"]["parked"] == 0).then_some(())
    });
    until("its end is told", || {
        (listener.told("/hook").len() >= 2).then_some(())
    });
    assert_eq!(turns(&listener.told("/hook")), ["raised", "cleared"]);
    assert!(raised(&place, "parked").is_none());
    assert_eq!(place.ask(&["alerts"])["cleared"][0]["alert"], "parked");
    let metrics = curl(&[&format!("{}/metrics", place.http())]).body;
    let sent = "ddgen_alert_notices_total{sink=\"webhook\",outcome=\"sent\"} 1\n";
    assert!(metrics.contains(sent), "{metrics}");
    assert!(
        metrics.contains("ddgen_alerts{severity=\"warning\"} 0\n"),
        "{metrics}"
    );
    let told = curl(&[&format!("{}/api/v1/alerts", place.http())]);
    assert_eq!(told.json(), place.ask(&["alerts"]));
    assert!(!Daemon::log(&place).contains("hush-hush"));
    daemon.stop();
}

#[test]
fn a_sink_that_is_down_slow_or_refuses_holds_nobody_up_and_is_seen() {
    let place = Place::new();
    let listener = Listener::start(&place);
    // A port that nobody listens on any more.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = closed.local_addr().unwrap().port();
    drop(closed);
    let hook = |name: &str, port: u16| {
        format!(
            "[[alerts.sink]]\nname = \"{name}\"\nkind = \"webhook\"\n\
             url = \"http://127.0.0.1:{port}/{name}\"\ntimeout = \"300ms\"\n"
        )
    };
    let more = format!(
        "[alerts]\nretry_first = \"100ms\"\ngive_up_after = \"3s\"\n{}{}{}{}",
        hook("down", gone),
        hook("slow", listener.web),
        hook("refuses", listener.web),
        hook("fine", listener.web)
    );
    listener.answers("/slow 200 2\n/refuses 404\n");
    let mut daemon = Daemon::start_as(&place, &settings(&place, &more));
    place.drop_file("orders.json", BROKEN);
    until("the good one is told", || {
        (!listener.told("/fine").is_empty()).then_some(())
    });
    // Refused for good: one try, and it is given up in sight.
    until("the refusal is seen", || {
        (sink(&place, "refuses")["dead"] == 1).then_some(())
    });
    assert_eq!(listener.told("/refuses").len(), 1);
    until("the closed port is given up", || {
        (sink(&place, "down")["dead"] == 1).then_some(())
    });
    let list = place.ask(&["alerts"]);
    let letters = list["dead_letters"].as_array().unwrap();
    let of = |name: &str| {
        letters
            .iter()
            .find(|letter| letter["sink"] == name)
            .unwrap()
    };
    assert_eq!(of("refuses")["tries"], 1);
    assert!(of("refuses")["because"].as_str().unwrap().contains("404"));
    assert!(of("down")["tries"].as_u64().unwrap() > 3, "{list}");
    until("the slow one was tried again", || {
        (listener.told("/slow").len() >= 2).then_some(())
    });
    let status = place.ask(&["status"]);
    let probes = status["probes"].as_array().unwrap();
    let probe = probes
        .iter()
        .find(|probe| probe["name"] == "alerts")
        .unwrap();
    assert_eq!(probe["verdict"], "degraded", "{probe}");

    // It answers in time again, with the next alert at the latest; the same notice has the same key.
    listener.answers("");
    daemon.stop();
    let mut daemon = Daemon::start_as(&place, &settings(&place, &more));
    place.drop_file("orders.json", "{\"a\": 1}");
    until("the end is told", || {
        turns(&listener.told("/slow"))
            .contains(&"cleared".to_owned())
            .then_some(())
    });
    until("the end is told to the other", || {
        (listener.told("/refuses").len() == 2).then_some(())
    });
    assert_eq!(turns(&listener.told("/fine")), ["raised", "cleared"]);
    daemon.stop();
}

#[test]
fn a_breaking_version_is_told_when_it_is_final_and_never_when_it_was_replaced() {
    let place = Place::new();
    let listener = Listener::start(&place);
    let text = format!(
        "[[watch]]\npath = \"{}\"\nprovisional = \"8s\"\n\
         [[alerts.sink]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{}/hook\"\n\
         [[alerts.rule]]\nname = \"disk\"\nenabled = false\n",
        place.drop_dir().display(),
        listener.web
    );
    let mut daemon = Daemon::start_as(&place, &Plan::default().with_settings(text));
    place.drop_file("apples_1.csv", "id,amount\n1,2\n");
    place.drop_file("pears_1.csv", "id,amount\n1,2\n");
    place.settled(2);
    place.drop_file("apples_2.csv", "id\n1\n2\n");
    place.settled(3);
    place.drop_file("apples_2.csv", "id,amount\n1,2\n3,4\n");
    let apples = || place.ask(&["list"])[0].clone();
    until("the replacement", || {
        (apples()["fields"] == 2).then_some(())
    });
    assert_eq!(apples()["versions"], 2, "it came in time");
    place.drop_file("pears_2.csv", "id\n1\n2\n3\n");
    let row = until("the alert", || raised(&place, "breaking_change"));
    assert_eq!(row["subject"], "pears");
    assert!(
        row["because"]
            .as_str()
            .unwrap()
            .contains("1 breaking change"),
        "{row}"
    );
    let versions = place.ask(&["drops"]);
    let drop = versions.as_array().unwrap().iter();
    let drop = drop
        .clone()
        .find(|drop| drop["path"].as_str().unwrap().ends_with("pears_2.csv"));
    let moment = |value: &Value| -> jiff::Timestamp { value.as_str().unwrap().parse().unwrap() };
    let waited = moment(&row["raised_at"]).duration_since(moment(&drop.unwrap()["arrived_at"]));
    assert!(waited >= jiff::SignedDuration::from_secs(8), "{waited}");
    until("the webhook", || listener.told("/hook").pop());
    // Those of the apples would have been final before.
    let subjects: Vec<Value> = listener
        .told("/hook")
        .iter()
        .map(|told| told["body"]["subject"].clone())
        .collect();
    assert_eq!(subjects, ["pears"]);
    daemon.stop();
}

#[test]
fn what_is_silenced_is_told_to_nobody_until_the_silence_ends() {
    let place = Place::new();
    let listener = Listener::start(&place);
    let more = format!(
        "[[alerts.sink]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{}/hook\"\n",
        listener.web
    );
    let mut daemon = Daemon::start_as(&place, &settings(&place, &more));
    let wrong = ddgend(&place, ["alerts", "silence", "parkt", "--for", "1h"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.stderr.contains("the rules are"), "{}", wrong.stderr);
    let long = ddgend(&place, ["alerts", "silence", "parked", "--for", "soon"]);
    assert_eq!(long.code, 2, "{}", long.stderr);
    let list = place.ask(&[
        "alerts",
        "silence",
        "parked",
        "--for",
        "8h",
        "--because",
        "known",
    ]);
    assert_eq!(list["silences"][0]["because"], "known");
    place.drop_file("orders.json", BROKEN);
    let row = until("the alert", || raised(&place, "parked"));
    assert!(row["silenced_until"].is_string(), "{row}");
    assert_eq!(sink(&place, "hook")["waiting"], 0);
    assert!(listener.told("/hook").is_empty());
    // Silences outlive a restart.
    daemon.stop();
    let mut daemon = Daemon::start_as(&place, &settings(&place, &more));
    assert_eq!(place.ask(&["alerts"])["silences"][0]["alert"], "parked");
    assert_eq!(ddgend(&place, ["alerts", "unsilence", "disk"]).code, 1);
    place.ask(&["alerts", "unsilence", "parked"]);
    until("the webhook", || listener.told("/hook").pop());
    assert_eq!(turns(&listener.told("/hook")), ["raised"]);
    daemon.stop();
}
