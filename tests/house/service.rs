//! What the service manager is told.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use harness::{Daemon, Place, Plan, until};

/// All that was said until now.
fn said(socket: &UnixDatagram) -> String {
    let mut all = String::new();
    let mut bytes = [0; 4096];
    while let Ok(count) = socket.recv(&mut bytes) {
        all.push_str(&String::from_utf8_lossy(&bytes[..count]));
        all.push('\n');
    }
    all
}

#[test]
fn it_says_ready_once_and_feeds_the_watchdog_as_it_gets_on() {
    let place = Place::new();
    let path = place.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let mut plan = Plan::default();
    plan.environment.push(("NOTIFY_SOCKET".into(), path.into()));
    let mut daemon = Daemon::start_as(&place, &plan);
    let first = until("ready", || {
        Some(said(&socket)).filter(|said| said.contains("READY=1"))
    });
    assert!(first.contains("STATUS=watching 1 folders"), "{first}");
    // Work brings a look at itself, and that feeds.
    place.drop_file("sales.csv", "id\n1\n");
    place.settled(1);
    until("the watchdog", || {
        said(&socket).contains("WATCHDOG=1").then_some(())
    });
    daemon.stop();
    assert!(said(&socket).contains("STOPPING=1"));
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging/ddgend.service");
    assert!(fs::read_to_string(unit).unwrap().contains("\nWatchdogSec="));
}
