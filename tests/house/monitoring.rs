//! The monitoring scripts of the original deployment guide, as they stand there, against a daemon
//! that was started with the guide's own settings.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use harness::{Daemon, Place, Plan, curl, is_root, skip, until};

/// A network of its own, in which port 8000 is free whatever else runs here.
const ALONE: [&str; 4] = ["unshare", "--net", "sh", "-c"];

/// Stand-ins for what the scripts ask of the machine: full disks are no matter of ours.
fn stand_ins(place: &Place) {
    let bin = place.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let mail = format!("cat >> {}", place.path().join("mail").display());
    for (name, body) in [
        ("mail", mail.as_str()),
        ("df", "echo head; echo '/dev/x 10G 1G 9G 10% /app/data'"),
        ("free", "echo head; echo 'Mem: 1000 100'"),
    ] {
        let path = bin.join(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    }
}

fn run(place: &Place, script: &str, inside: Option<&Daemon>) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("house/guide")
        .join(script);
    let mut command = Command::new("nsenter");
    match inside {
        Some(daemon) => {
            let pid = daemon.pid().as_raw_nonzero().to_string();
            command.args(["--net", "--target", &pid]);
        }
        // A network in which nobody listens.
        None => {
            command = Command::new("unshare");
            command.arg("--net");
        }
    }
    let path = std::env::var("PATH").unwrap();
    command
        .arg("bash")
        .arg(script)
        .env(
            "PATH",
            format!("{}:{path}", place.path().join("bin").display()),
        )
        .output()
        .unwrap()
}

fn mail(place: &Place) -> String {
    fs::read_to_string(place.path().join("mail")).unwrap_or_default()
}

#[test]
fn the_scripts_of_the_guide_find_a_daemon_well_and_miss_one_that_is_gone() {
    if !is_root() {
        return skip("the guide's scripts", "only root has a network of its own");
    }
    let place = Place::new();
    stand_ins(&place);
    let script = "ip link set lo up && exec \"$0\" \"$@\"";
    let plan = Plan::default()
        .started_by(ALONE.iter().copied().chain([script]))
        .with_argument("--http")
        .with_argument("127.0.0.1:8000");
    let mut plan = plan;
    plan.environment = vec![("API_KEY_ENABLED".into(), "false".into())];
    let daemon = Daemon::start_as(&place, &plan);
    for script in [
        "check-data-dictionary-health.sh",
        "comprehensive-health-check.sh",
    ] {
        let ran = run(&place, script, Some(&daemon));
        assert_eq!(ran.status.code(), Some(0), "{ran:?}");
        assert_eq!(mail(&place), "", "{script}: {ran:?}");
    }
    let ran = run(&place, "check-data-dictionary-health.sh", None);
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    assert!(mail(&place).contains("health check failed: HTTP 000"));
    run(&place, "comprehensive-health-check.sh", None);
    assert!(mail(&place).contains("ALERT: System unhealthy"));
}

#[test]
fn the_guide_finds_its_security_headers() {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let _daemon = Daemon::start_as(&place, &plan);
    let http = until("HTTP", || Some(place.http()));
    for path in ["/health", "/api/v1/database/health", "/nothing"] {
        let answer = curl(&["-I", &format!("{http}{path}")]);
        for name in [
            "x-frame-options",
            "x-content-type-options",
            "x-xss-protection",
        ] {
            assert!(answer.header(name).is_some(), "{path}: {name}");
        }
    }
}
