use std::collections::BTreeMap;
use std::time::Duration;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AlertSeverity, AlertState, ProbeRow, Verdict};

use super::*;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

fn at(ms: i64) -> Timestamp {
    Timestamp(1_700_000_000_000 + ms)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn rule(name: &str, probe: &str, hold: u64, clear_after: u64) -> Rule {
    Rule {
        name: name.into(),
        on: On::Probe {
            probe: probe.into(),
            verdict: Verdict::Degraded,
        },
        severity: AlertSeverity::Warning,
        hold: seconds(hold),
        clear_after: seconds(clear_after),
        sinks: None,
    }
}

fn event_rule(count: u32, within: u64, clear_after: u64) -> Rule {
    Rule {
        on: On::Event {
            happening: Happening::DropParked,
            count,
            within: seconds(within),
        },
        ..rule("parks", "", 0, clear_after)
    }
}

fn probe(name: &str, bad: bool) -> ProbeRow {
    ProbeRow {
        name: name.into(),
        verdict: if bad { Verdict::Degraded } else { Verdict::Ok },
        because: format!("{name} because"),
    }
}

fn parked(subject: &str, ms: i64) -> Happened {
    Happened {
        happening: Happening::DropParked,
        subject: subject.into(),
        at: at(ms),
        because: "parked".into(),
    }
}

/// What sinks would be told.
fn told(changes: &[Change]) -> Vec<String> {
    let word = |change: &Change| match change {
        Change::Raised(row, _) => Some(format!("raised {}", row.alert)),
        Change::Cleared(row, _) => Some(format!("cleared {}", row.alert)),
        Change::Shown(_) => None,
    };
    changes.iter().filter_map(word).collect()
}

#[test]
fn it_is_raised_after_its_time_and_cleared_after_its_time_each_once() {
    let mut book = Book::new(vec![rule("disk", "disk_*", 60, 30)]);
    let bad = [probe("disk_data", true), probe("memory", true)];
    let good = [probe("disk_data", false)];
    assert!(book.judge(&bad, at(0)).is_empty());
    assert_eq!(book.list(at(0)).alerts[0].state, AlertState::Pending);
    assert_eq!(book.next_due(at(0)), Some(at(MINUTE)));
    assert!(book.judge(&bad, at(MINUTE - 1)).is_empty());
    assert_eq!(
        told(&book.judge(&bad, at(MINUTE))),
        ["raised disk/disk_data"]
    );
    assert_eq!(
        book.next_due(at(MINUTE)),
        None,
        "nothing is to be waited for"
    );
    assert!(book.judge(&bad, at(10 * MINUTE)).is_empty());
    // Well for a moment, and not again: it goes on.
    assert!(book.judge(&good, at(11 * MINUTE)).is_empty());
    assert_eq!(
        book.next_due(at(11 * MINUTE)),
        Some(at(11 * MINUTE + 30 * SECOND))
    );
    assert!(book.judge(&bad, at(11 * MINUTE + 29 * SECOND)).is_empty());
    assert!(book.judge(&good, at(12 * MINUTE)).is_empty());
    assert!(book.judge(&good, at(12 * MINUTE + 29 * SECOND)).is_empty());
    let changes = book.judge(&good, at(12 * MINUTE + 30 * SECOND));
    assert_eq!(told(&changes), ["cleared disk/disk_data"]);
    let list = book.list(at(13 * MINUTE));
    assert!(list.alerts.is_empty());
    assert_eq!(list.cleared[0].since, at(0));
    assert_eq!(list.cleared[0].because, "disk_data because");
}

#[test]
fn trouble_that_passes_before_its_time_is_told_to_nobody() {
    let mut book = Book::new(vec![rule("disk", "disk_*", 60, 30)]);
    for minute in 0..10 {
        assert!(
            book.judge(&[probe("disk_data", true)], at(minute * MINUTE))
                .is_empty()
        );
        let later = at(minute * MINUTE + 59 * SECOND);
        assert!(book.judge(&[probe("disk_data", false)], later).is_empty());
        assert!(book.list(later).alerts.is_empty());
    }
}

/// Against another way to see it: the whole history of one probe, second by second.
#[test]
fn over_random_histories_it_is_raised_and_cleared_when_an_oracle_says() {
    let mut seed = 7_u64;
    let mut random = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    let mut turns = 0;
    for _ in 0..200 {
        let (hold, clear) = (random() % 6, random() % 6);
        let mut book = Book::new(vec![rule("r", "p", hold, clear)]);
        let history: Vec<bool> = (0..100).map(|_| random() % 3 != 0).collect();
        let mut raised = false;
        for now in 0..history.len() {
            let steady = |wanted: bool, span: u64| {
                let span = usize::try_from(span).unwrap();
                now >= span && history[now - span..=now].iter().all(|bad| *bad == wanted)
            };
            let expected: Vec<&str> = match raised {
                false if steady(true, hold) => vec!["raised r/p"],
                true if steady(false, clear) => vec!["cleared r/p"],
                _ => vec![],
            };
            raised ^= !expected.is_empty();
            turns += expected.len();
            let moment = at(i64::try_from(now).unwrap() * SECOND);
            let changes = book.judge(&[probe("p", history[now])], moment);
            assert_eq!(told(&changes), expected, "second {now}, {hold} {clear}");
        }
    }
    assert!(turns > 1_000, "{turns}");
}

#[test]
fn what_was_raised_stays_so_through_a_restart_and_is_not_told_again() {
    let rules = vec![
        rule("disk", "disk_*", 60, 30),
        rule("memory", "memory", 60, 30),
    ];
    let mut book = Book::new(rules.clone());
    book.judge(&[probe("disk_data", true)], at(0));
    book.judge(
        &[probe("disk_data", true), probe("memory", true)],
        at(MINUTE),
    );
    book.acknowledge("disk", "ana", Some("on it".into()), at(MINUTE))
        .unwrap();
    book.silence("memory", at(10 * MINUTE), "ana", None, at(MINUTE))
        .unwrap();
    let mut next = Book::with_kept(rules.clone(), &book.kept()).unwrap();
    // Nobody looked in between: what was only pending begins anew.
    let later = at(2 * MINUTE);
    let both = [probe("disk_data", true), probe("memory", true)];
    assert!(next.judge(&both, later).is_empty());
    let list = next.list(later);
    assert_eq!(list.alerts[0].acknowledged_by.as_deref(), Some("ana"));
    assert_eq!(list.alerts[1].since, later);
    assert_eq!(list.silences.len(), 1);
    let mut third = Book::with_kept(rules, &next.kept()).unwrap();
    assert!(
        third
            .judge(&[probe("disk_data", false)], at(3 * MINUTE))
            .is_empty()
    );
    let changes = third.judge(&[probe("disk_data", false)], at(4 * MINUTE));
    assert_eq!(told(&changes), ["cleared disk/disk_data"]);
    // A rule that is gone ends what it raised.
    let mut book = Book::with_kept(vec![], &book.kept()).unwrap();
    let changes = book.judge(&[probe("disk_data", true)], at(5 * MINUTE));
    assert_eq!(told(&changes), ["cleared disk/disk_data"]);
}

#[test]
fn what_is_silenced_is_told_when_the_silence_ends_if_it_still_stands() {
    let mut book = Book::new(vec![rule("disk", "disk_*", 0, 0)]);
    let refused = book
        .silence("disc", at(MINUTE), "ana", None, at(0))
        .unwrap_err();
    assert!(
        refused.to_string().contains("the rules are disk"),
        "{refused}"
    );
    assert!(book.silence("disk", at(0), "ana", None, at(0)).is_err());
    book.silence(
        "disk/disk_a",
        at(MINUTE),
        "ana",
        Some("known".into()),
        at(0),
    )
    .unwrap();
    let bad = [probe("disk_a", true), probe("disk_b", true)];
    assert_eq!(told(&book.judge(&bad, at(1))), ["raised disk/disk_b"]);
    assert_eq!(book.list(at(1)).alerts.len(), 2);
    assert_eq!(book.next_due(at(1)), Some(at(MINUTE)));
    assert_eq!(told(&book.judge(&bad, at(MINUTE))), ["raised disk/disk_a"]);
    // Gone before anybody was told: nobody hears of its end either.
    book.silence("all", at(9 * MINUTE), "ana", None, at(2 * MINUTE))
        .unwrap();
    let third = [
        probe("disk_a", true),
        probe("disk_b", true),
        probe("disk_c", true),
    ];
    assert_eq!(told(&book.judge(&third, at(3 * MINUTE))), [""; 0]);
    let ended = [
        probe("disk_a", false),
        probe("disk_b", true),
        probe("disk_c", false),
    ];
    // Who was told that it came is told that it went.
    assert_eq!(
        told(&book.judge(&ended, at(4 * MINUTE))),
        ["cleared disk/disk_a"]
    );
    assert_eq!(
        told(&book.unsilence("all", at(5 * MINUTE)).unwrap()),
        [""; 0]
    );
    assert!(book.unsilence("all", at(5 * MINUTE)).is_err());
    assert!(
        book.acknowledge("disk/disk_a", "ana", None, at(5 * MINUTE))
            .is_err()
    );
}

#[test]
fn events_raise_when_enough_of_them_come_in_time_and_clear_when_none_comes() {
    let mut book = Book::new(vec![event_rule(3, 60, 120)]);
    assert!(book.happened(&[parked("in", 0)], at(0)).is_empty());
    assert!(
        book.happened(&[parked("in", 30_000)], at(30_000))
            .is_empty()
    );
    // The first one is too old by now, and another watch counts for itself.
    let late = [parked("in", 61_000), parked("out", 61_000)];
    assert!(book.happened(&late, at(61_000)).is_empty());
    let third = book.happened(&[parked("in", 62_000)], at(62_000));
    assert_eq!(told(&third), ["raised parks/in"]);
    assert!(
        book.happened(&[parked("in", 63_000)], at(63_000))
            .is_empty()
    );
    assert_eq!(book.list(at(63_000)).alerts[0].count, 5);
    assert!(book.judge(&[], at(180_000)).is_empty());
    assert_eq!(
        book.next_due(at(180_000)),
        Some(at(181_000)),
        "what was only pending"
    );
    let changes = book.judge(&[], at(183_000));
    assert_eq!(told(&changes), ["cleared parks/in"]);
    assert!(book.list(at(183_000)).alerts.is_empty());
    assert_eq!(book.next_due(at(183_000)), None);
}

#[test]
fn a_flood_of_subjects_makes_one_alert_more() {
    let mut book = Book::new(vec![event_rule(1, 60, 120)]);
    let flood: Vec<Happened> = (0..2_000).map(|n| parked(&format!("w{n}"), 0)).collect();
    let raised = told(&book.happened(&flood, at(0)));
    assert_eq!(raised.len(), 501);
    assert!(raised.contains(&"raised parks/others".to_owned()));
    assert_eq!(told(&book.judge(&[], at(200_000))).len(), 501);
    assert_eq!(book.list(at(200_000)).cleared.len(), 100);
}

#[test]
fn the_default_rules_have_names_of_their_own_and_none_without_a_probe_of_ours() {
    let rules = default_rules();
    let names: BTreeMap<&str, usize> = rules.iter().map(|rule| (rule.name.as_str(), 1)).collect();
    assert_eq!(names.len(), rules.len());
    assert!(rules.iter().any(|rule| rule.on.is_of("disk_drops")));
    assert!(!rules.iter().any(|rule| rule.on.is_of("settings")));
}

// ---- the outbox ----------------------------------------------------------------------------------

fn notice(id: i64, event: Turn) -> Notice {
    let mut book = Book::new(vec![rule("disk", "disk_*", 0, 0)]);
    let changes = book.judge(&[probe("disk_data", true)], at(id));
    let Change::Raised(row, _) = &changes[0] else {
        panic!("{changes:?}");
    };
    let from = Origin {
        name: "ddgen".into(),
        host: "h".into(),
        version: "1".into(),
    };
    let mut row = row.clone();
    row.id = id.unsigned_abs();
    Notice::of(&row, event, &from)
}

#[test]
fn a_notice_is_tried_again_with_growing_pauses_and_then_given_up_in_sight() {
    let retry = Retry {
        first: seconds(10),
        give_up_after: seconds(3600),
    };
    let mut outbox = Outbox::default();
    outbox.put("hook", notice(1, Turn::Raised), at(0));
    outbox.put("hook", notice(1, Turn::Cleared), at(0));
    outbox.put("hook", notice(2, Turn::Raised), at(0));
    let down = Undelivered::yet("no route");
    let mut now = at(0);
    let mut pauses = Vec::new();
    let first = outbox.due("hook", now).unwrap().number;
    while let Fate::AgainAt(next) = outbox.failed(first, &down, retry, now).unwrap() {
        // Another alert goes ahead, the end of the same one does not.
        if pauses.is_empty() {
            let other = outbox.due("hook", now).unwrap();
            assert_eq!((other.notice.id, other.notice.event), (2, Turn::Raised));
            let other = other.number;
            outbox.sent(other, now);
            assert!(outbox.due("hook", now).is_none());
        }
        assert_eq!(outbox.next_at("hook"), Some(next));
        pauses.push((next.0 - now.0) / SECOND);
        now = next;
        let kept = outbox.kept();
        outbox = Outbox::of_kept(&kept, &["hook".into()]).unwrap();
    }
    // The next one would be 2560 s later, and beyond the hour.
    assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1280]);
    let dead = outbox.dead_letters();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].tries, dead[0].because.as_str()), (9, "no route"));
    let next = outbox.due("hook", now).unwrap();
    assert_eq!(next.notice.event, Turn::Cleared);
    let number = next.number;
    let refused = Undelivered::for_good("404");
    assert_eq!(
        outbox.failed(number, &refused, retry, now),
        Some(Fate::Dead)
    );
    let row = outbox.row("hook", "webhook");
    assert_eq!((row.waiting, row.sent, row.dead), (0, 1, 2));
    assert_eq!(row.problem.as_deref(), Some("404"));
}

#[test]
fn an_outbox_that_is_full_gives_up_its_oldest() {
    let mut outbox = Outbox::default();
    for id in 0..300 {
        outbox.put("hook", notice(id, Turn::Raised), at(id));
    }
    outbox.put("mail", notice(1, Turn::Raised), at(0));
    let row = outbox.row("hook", "webhook");
    assert_eq!((row.waiting, row.dead), (256, 44));
    assert_eq!(outbox.due("hook", at(999)).unwrap().notice.id, 44);
    assert_eq!(outbox.dead_letters().len(), 44);
    // A sink that the settings name no longer is forgotten.
    let outbox = Outbox::of_kept(&outbox.kept(), &["mail".into()]).unwrap();
    assert_eq!(outbox.row("hook", "webhook").waiting, 0);
    assert_eq!(outbox.row("mail", "email").waiting, 1);
}

// ---- the sink that runs a program -----------------------------------------------------------------

fn command(script: &str, timeout: Duration) -> Command {
    Command {
        words: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(),
        timeout,
    }
}

#[test]
fn a_command_gets_the_notice_and_nothing_of_our_surroundings() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("said");
    let script = format!("cat > {0} && env > {0}.env", file.display());
    command(&script, seconds(60))
        .send(&notice(7, Turn::Raised))
        .unwrap();
    let said: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(said["alert"], "disk/disk_data");
    assert_eq!(said["event"], "raised");
    assert_eq!(said["severity"], "warning");
    assert_eq!(said["key"], "h/ddgen/7/raised");
    let env = std::fs::read_to_string(file.with_extension("env")).unwrap();
    assert!(!env.contains("CARGO") && env.contains("PATH="), "{env}");
}

#[test]
fn a_command_that_fails_or_hangs_says_so_and_leaves_nothing_behind() {
    let one = notice(1, Turn::Raised);
    let failed = command("echo no pager >&2; exit 3", seconds(60))
        .send(&one)
        .unwrap_err();
    assert!(
        failed.because.contains("no pager") && failed.because.contains('3'),
        "{failed:?}"
    );
    let gone = Command {
        words: vec!["/nowhere/at/all".into()],
        timeout: seconds(1),
    };
    assert!(
        gone.send(&one)
            .unwrap_err()
            .because
            .contains("/nowhere/at/all")
    );
    // Says more than any pipe holds, and takes nothing.
    let loud = command(
        "exec <&-; head -c 1000000 /dev/zero >&2; exit 0",
        seconds(60),
    );
    loud.send(&one).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let pid = dir.path().join("pid");
    let script = format!("sleep 1000 & echo $! > {}; wait", pid.display());
    let hung = command(&script, Duration::from_millis(500))
        .send(&one)
        .unwrap_err();
    assert!(
        hung.because.contains("did not end within 0.5 s"),
        "{hung:?}"
    );
    assert!(!hung.for_good);
    // What it has started is gone with it: dead, or a corpse that init has not buried.
    let pid = std::fs::read_to_string(pid).unwrap();
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    let deadline = std::time::Instant::now() + seconds(20);
    while state().is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(std::time::Instant::now() < deadline, "the sleeper lives");
    }
}

#[test]
fn what_stands_is_raised_once_and_cleared_when_it_ends() {
    let state = Rule {
        on: On::State(State::ContractBroken),
        ..rule("broken", "", 0, 0)
    };
    let late = Rule {
        on: On::State(State::ContractLate),
        ..rule("late", "", 60, 0)
    };
    let rules = vec![state, late];
    let mut book = Book::new(rules.clone());
    let stands = |state, subject: &str| Standing {
        state,
        subject: subject.into(),
        because: "it breaks".into(),
    };
    let sales = stands(State::ContractBroken, "sales");
    let names = |changes: &[Change]| -> Vec<(String, AlertState)> {
        let row = |change: &Change| match change {
            Change::Raised(row, _) | Change::Cleared(row, _) | Change::Shown(row) => {
                (row.alert.clone(), row.state)
            }
        };
        changes.iter().map(row).collect()
    };
    let raised = book.stands(std::slice::from_ref(&sales), at(0));
    assert_eq!(
        names(&raised),
        [("broken/sales".to_owned(), AlertState::Raised)]
    );
    // Neither looking again nor what the probes say changes it.
    let both = [sales.clone(), stands(State::ContractLate, "sales")];
    assert_eq!(book.stands(&both, at(SECOND)), []);
    assert_eq!(book.judge(&[probe("disk_data", false)], at(SECOND)), []);
    assert_eq!(
        book.next_due(at(2 * SECOND)),
        Some(at(61 * SECOND)),
        "the other one waits"
    );
    // It outlives a restart, too.
    let mut book = Book::with_kept(rules, &book.kept()).unwrap();
    assert_eq!(
        book.stands(std::slice::from_ref(&sales), at(3 * SECOND)),
        []
    );
    let ended = book.stands(&[stands(State::ContractBroken, "stock")], at(4 * SECOND));
    let expected = [
        ("broken/sales".to_owned(), AlertState::Cleared),
        ("broken/stock".to_owned(), AlertState::Raised),
    ];
    assert_eq!(names(&ended), expected);
    assert_eq!(names(&book.stands(&[], at(5 * SECOND))).len(), 1);
}
