use ddgen_ipc::message::{Verdict, WatchRow, WorkerRow};

use super::{Parked, QueueAge, Store, Watches, Workers};
use crate::{Board, Facts, Finding, Probe, Snapshot, Stage, Timestamp};

fn running() -> Facts {
    let mut facts = Facts::at_start("1", Timestamp(0));
    facts.stage = Stage::Running;
    facts.store.silent = None;
    facts.taken_at = Timestamp(3_600_000);
    facts
}

#[test]
fn the_store_is_down_when_silent_and_degraded_when_it_only_reads() {
    let mut facts = running();
    assert_eq!(Store.look(&facts).verdict, Verdict::Ok);
    facts.store.read_only = Some("the disk is full".into());
    let found = Store.look(&facts);
    assert_eq!(found.verdict, Verdict::Degraded);
    assert!(found.because.contains("the disk is full"));
    facts.store.silent = Some("timeout".into());
    assert_eq!(Store.look(&facts).verdict, Verdict::Down);
}

#[test]
fn a_file_that_waits_for_long_and_parked_ones_degrade() {
    let mut facts = running();
    facts.queue.pending = 4;
    facts.oldest_pending = Some(Timestamp(3_000_001));
    assert_eq!(QueueAge::default().look(&facts).verdict, Verdict::Ok);
    facts.oldest_pending = Some(Timestamp(3_000_000));
    let found = QueueAge::default().look(&facts);
    assert_eq!(found.verdict, Verdict::Degraded);
    assert!(
        found
            .because
            .contains("1970-01-01T00:50:00.000Z (10 minutes)"),
        "{}",
        found.because
    );

    assert_eq!(Parked::default().look(&facts).verdict, Verdict::Ok);
    facts.queue.parked = 1;
    assert!(
        Parked::default()
            .look(&facts)
            .because
            .starts_with("1 file is parked")
    );
    assert_eq!(Parked::default().look(&facts).verdict, Verdict::Degraded);
    assert_eq!(Parked { warn_at: 2 }.look(&facts).verdict, Verdict::Ok);
}

#[test]
fn broken_watches_are_named_and_the_rest_counted() {
    let mut facts = running();
    for n in 0..5 {
        facts.watches.push(WatchRow {
            name: format!("w{n}"),
            root: format!("/srv/w{n}"),
            how: if n == 0 { "native" } else { "broken" }.into(),
            because: (n == 1).then(|| "permission denied".into()),
            folders: 1,
            unreadable: 0,
            refused_names: 0,
        });
    }
    let found = Watches.look(&facts);
    assert_eq!(found.verdict, Verdict::Degraded);
    let because = found.because;
    assert!(
        because.contains("w1 (/srv/w1): permission denied; w2 (/srv/w2)"),
        "{because}"
    );
    assert!(
        because.ends_with("and 1 more") && !because.contains("w0"),
        "{because}"
    );
    facts.watches.truncate(1);
    assert_eq!(Watches.look(&facts).verdict, Verdict::Ok);
}

#[test]
fn what_a_watch_leaves_out_is_counted_and_the_first_is_named() {
    let row = |name: &str, how: &str, unreadable, refused_names, because: &str| WatchRow {
        name: name.into(),
        root: format!("/srv/{name}"),
        how: how.into(),
        because: Some(because.into()),
        folders: 1,
        unreadable,
        refused_names,
    };
    let mut facts = running();
    facts
        .watches
        .push(row("a", "polled", 0, 0, "a network mount"));
    assert_eq!(Watches.look(&facts).verdict, Verdict::Ok);
    facts.watches.push(row("b", "native", 2, 0, "`x.csv`: no"));
    facts.watches.push(row("c", "native", 0, 1, "`y.csv`: no"));
    let found = Watches.look(&facts);
    assert_eq!(found.verdict, Verdict::Degraded);
    assert_eq!(
        found.because,
        "left out: 2 unreadable, 1 with a name that is not UTF-8, in \
         b (/srv/b): `x.csv`: no; c (/srv/c): `y.csv`: no"
    );
    // A broken watch is said first, and only as that.
    facts.watches.push(row("d", "broken", 5, 0, "it is gone"));
    assert_eq!(
        Watches.look(&facts).because,
        format!(
            "files are not seen in d (/srv/d): it is gone; {}",
            found.because
        )
    );
}

#[test]
fn no_worker_at_all_degrades_once_started() {
    let mut facts = running();
    facts.workers_wanted = 2;
    assert_eq!(Workers.look(&facts).verdict, Verdict::Degraded);
    facts.stage = Stage::Starting;
    assert_eq!(Workers.look(&facts).verdict, Verdict::Ok);
    facts.stage = Stage::Running;
    facts.workers.push(WorkerRow {
        pid: 9,
        busy: true,
        jobs_done: 3,
    });
    assert_eq!(
        Workers.look(&facts),
        Finding::ok("1 of 2 workers run, 1 busy")
    );
}

#[test]
fn a_snapshot_asks_every_probe_and_the_board_shows_the_newest() {
    let probes: Vec<Box<dyn Probe>> = vec![Box::new(Store), Box::new(Parked::default())];
    let starting = Snapshot::take(Facts::at_start("1", Timestamp(500)), &probes);
    assert_eq!(starting.status, Verdict::Down);
    assert_eq!(starting.not_ready().len(), 2);
    let board = Board::new(starting);
    let reader = board.clone();
    let old = reader.get();

    let mut facts = running();
    facts.queue.parked = 3;
    board.put(Snapshot::take(facts, &probes));
    let new = reader.get();
    assert_eq!((new.status, new.not_ready().len()), (Verdict::Degraded, 0));
    let names: Vec<_> = new.probes.iter().map(|probe| probe.name.as_str()).collect();
    assert_eq!(names, ["store", "parked"]);
    assert_eq!(new.uptime_seconds(Timestamp(61_999)), 61);
    assert_eq!(
        old.status,
        Verdict::Down,
        "who still reads the old one is not disturbed"
    );
}
