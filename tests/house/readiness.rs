//! What load balancers are told while the store is locked by another program.

use std::time::{Duration, Instant};

use harness::{Daemon, Place, Plan, curl, until};
use rusqlite::Connection;

/// Holds the store's lock until readiness is gone, at least for so long, and until it is back.
fn locked_for(held: Duration) {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let _daemon = Daemon::start_as(&place, &plan);
    let http = place.http();
    place.drop_file("sales.csv", "id,city\n1,Wien\n");
    place.settled(1);
    let at = |path: &str| curl(&[&format!("{http}{path}")]);
    assert_eq!(at("/readyz").code, 200);

    let other = Connection::open(place.data_dir().join("ddgen.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked = Instant::now();
    let reasons = until("it is not ready", || {
        assert_eq!(at("/livez").code, 200);
        let ready = at("/readyz");
        (ready.code == 503).then(|| ready.json()["reasons"].to_string())
    });
    assert!(reasons.contains("locked"), "{reasons}");
    while locked.elapsed() < held {
        assert_eq!(at("/livez").code, 200);
        assert_eq!(at("/readyz").code, 503);
        std::thread::park_timeout(Duration::from_millis(200));
    }
    // Reading goes on, and health says what is the matter without turning anybody away.
    assert_eq!(at("/api/v1/dictionaries/sales").code, 200);
    let health = at("/health");
    assert_eq!(
        (health.code, health.json()["status"] == "degraded"),
        (200, true)
    );
    assert_eq!(at("/api/v1/database/health").json()["status"], "degraded");

    other.execute_batch("ROLLBACK").unwrap();
    until("it is ready again", || {
        assert_eq!(at("/livez").code, 200);
        (at("/readyz").code == 200).then_some(())
    });
    place.drop_file("people.csv", "id,name\n1,Anne\n");
    place.settled(2);
}

#[test]
fn a_locked_store_is_not_ready_and_says_why_and_is_ready_again_by_itself() {
    locked_for(Duration::ZERO);
}

mod long {
    use super::*;

    #[test]
    fn a_store_that_is_locked_for_a_minute_is_not_ready_all_the_while() {
        locked_for(Duration::from_secs(60));
    }
}
