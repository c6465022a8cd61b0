//! How files come, one by one.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use super::*;
use crate::watch::ProblemKind;

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_file_is_handed_on_as_it_is() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    let seen = bench.next().await;
    assert_eq!(seen, sighting(&bench, "a.csv"));
    assert_eq!(seen.full_path(), bench.path("a.csv"));
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_is_handed_on_within_moments_of_its_close() {
    let mut bench = Bench::with(|rules| rules.settle = Settle::default()).await;
    let content = vec![b'x'; 1 << 20];
    let mut fastest = Duration::MAX;
    for round in 0..10 {
        let name = format!("{round}.csv");
        fs::write(bench.path(&name), &content).expect("written");
        let closed = Instant::now();
        let seen = bench.next().await;
        assert_eq!((seen.path.to_str(), seen.size), (Some(&*name), 1 << 20));
        fastest = fastest.min(closed.elapsed());
    }
    println!("fastest of ten: {fastest:?}");
    assert!(
        fastest >= Duration::from_millis(15),
        "not settled: {fastest:?}"
    );
    // Not as late as what only a scan found.
    assert!(fastest < Settle::default().scanned, "{fastest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_renamed_into_place_needs_no_quiet() {
    // Both quiet times are longer than the test may take.
    let mut bench = Bench::with(|rules| {
        rules.settle.closed = DEADLINE * 2;
        rules.settle.scanned = DEADLINE * 2;
    })
    .await;
    fs::write(bench.outside("a"), "x\n1\n").expect("written");
    fs::rename(bench.outside("a"), bench.path("a.csv")).expect("renamed");
    assert_eq!(bench.next().await, sighting(&bench, "a.csv"));
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_names_wait_for_their_rename() {
    let mut bench = Bench::new().await;
    for name in [
        "a.csv.part",
        ".b.csv.Xa81Zq",
        "c.tmp",
        "d.csv~",
        "e.crdownload",
        ".f.csv",
    ] {
        bench.write(name, "x\n1\n");
    }
    bench.nothing_else().await;
    fs::rename(bench.path("a.csv.part"), bench.path("a.csv")).expect("renamed");
    assert_eq!(bench.next().await, sighting(&bench, "a.csv"));
    fs::rename(bench.path(".b.csv.Xa81Zq"), bench.path("b.csv")).expect("renamed");
    assert_eq!(bench.next().await, sighting(&bench, "b.csv"));
    // A scan must not take them either.
    assert!(bench.handle.rescan("w"));
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_replaces_another_is_a_new_sighting() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    let first = bench.next().await;
    fs::write(bench.outside("b"), "x\n2\n").expect("written");
    fs::rename(bench.outside("b"), bench.path("a.csv")).expect("renamed");
    let second = bench.next().await;
    assert_eq!(second.path, first.path);
    assert_ne!(second.inode, first.inode);
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hard_link_has_no_writer_to_wait_for() {
    let mut bench = Bench::with(|rules| rules.settle.held_open = DEADLINE * 2).await;
    fs::write(bench.outside("a"), "x\n1\n").expect("written");
    fs::hard_link(bench.outside("a"), bench.path("a.csv")).expect("linked");
    assert_eq!(bench.next().await, sighting(&bench, "a.csv"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_deleted_while_it_settles_is_nothing() {
    let mut bench = Bench::with(|rules| rules.settle.closed = SCANNED).await;
    bench.write("a.csv", "x\n1\n");
    bench
        .until("waiting", |state| state.pending_settle == 1)
        .await;
    fs::remove_file(bench.path("a.csv")).expect("removed");
    bench
        .until("forgotten", |state| state.pending_settle == 0)
        .await;
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_a_file_is_no_arrival() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    bench.next().await;
    let asked = bench.memory.asked();
    for _ in 0..100 {
        assert_eq!(fs::read(bench.path("a.csv")).expect("read"), b"x\n1\n");
    }
    bench.nothing_else().await;
    assert_eq!(bench.memory.asked(), asked + 1, "only the last file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_mtime_is_a_new_sighting_and_a_new_mode_is_none() {
    use std::os::unix::fs::PermissionsExt;
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    bench.next().await;
    fs::set_permissions(bench.path("a.csv"), fs::Permissions::from_mode(0o600)).expect("mode");
    bench.nothing_else().await;
    set_mtime(&bench.path("a.csv"), 1_000_000_000);
    let seen = bench.next().await;
    assert_eq!(seen.mtime_ns, 1_000_000_000_000_000_000);
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_special_files_are_refused_in_words_and_once() {
    let mut bench = Bench::new().await;
    fs::write(bench.outside("secret"), "x\n1\n").expect("written");
    symlink(bench.outside("secret"), bench.path("link.csv")).expect("link");
    fs::create_dir(bench.outside("folder")).expect("folder");
    symlink(bench.outside("folder"), bench.path("linked")).expect("link");
    fs::write(bench.outside("folder/a.csv"), "x\n1\n").expect("written");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        bench.path("pipe.csv"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .expect("pipe");
    let _socket = std::os::unix::net::UnixListener::bind(bench.path("socket.csv")).expect("socket");
    bench
        .until("refused", |state| state.problems.len() == 4)
        .await;
    let state = bench.state();
    let said: Vec<_> = state
        .problems
        .iter()
        .map(|problem| (problem.path.to_str().expect("plain"), &*problem.because))
        .collect();
    let rest = "is neither followed nor read; put the file itself here";
    assert_eq!(
        said,
        [
            ("link.csv", &*format!("a symbolic link {rest}")),
            ("linked", &*format!("a symbolic link {rest}")),
            ("pipe.csv", &*format!("a pipe {rest}")),
            ("socket.csv", &*format!("a socket {rest}")),
        ]
    );
    assert!(
        state
            .problems
            .iter()
            .all(|one| one.kind == ProblemKind::Refused)
    );
    assert_eq!(state.unreadable, 0);
    bench.nothing_else().await;
    fs::remove_file(bench.path("link.csv")).expect("removed");
    bench
        .until("three", |state| state.problems.len() == 3)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn include_and_exclude_decide() {
    let mut bench = Bench::with(|rules| {
        rules.include = vec!["*.csv".into(), "raw/*.json".into()];
        rules.exclude = vec!["*secret*".into(), "old/".into()];
    })
    .await;
    fs::create_dir(bench.path("raw")).expect("folder");
    fs::create_dir(bench.path("old")).expect("folder");
    for name in ["a.json", "a.txt", "secret.csv", "old/a.csv", "raw/a.txt"] {
        bench.write(name, "x\n1\n");
    }
    for name in ["raw/b.json", "c.csv"] {
        bench.write(name, "x\n1\n");
    }
    let mut paths = bench.paths(2).await;
    paths.sort();
    assert_eq!(paths, ["c.csv", "raw/b.json"]);
    bench.until("two folders", |state| state.folders == 2).await;
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overlapping_watches_each_see_what_is_theirs() {
    let dir = tempfile::tempdir().expect("a folder");
    let (all, inner) = (dir.path().join("in"), dir.path().join("in/inner"));
    fs::create_dir_all(&inner).expect("folders");
    let linked = dir.path().join("linked");
    symlink(&all, &linked).expect("link");
    let mut flat = quick("flat", &linked);
    flat.recursive = false;
    let rules = vec![quick("all", &all), quick("inner", &inner), flat];
    let mut bench = Bench::over(dir, rules, 8);
    bench.observing().await;
    bench.write("inner/a.csv", "x\n1\n");
    bench.write("b.csv", "x\n1\n");
    let mut seen = Vec::new();
    for _ in 0..4 {
        let one = bench.next().await;
        assert!(one.full_path().exists());
        seen.push((one.watch, one.path.to_str().expect("plain").to_owned()));
    }
    seen.sort();
    let expected = [
        ("all", "b.csv"),
        ("all", "inner/a.csv"),
        ("flat", "b.csv"),
        ("inner", "a.csv"),
    ];
    assert_eq!(
        seen,
        expected.map(|(watch, path)| (watch.to_owned(), path.to_owned()))
    );
    // One of them goes; the others still hear.
    bench
        .handle
        .set_rules(vec![quick("inner", &inner)])
        .expect("rules");
    let mut file = File::create(inner.join("c.csv")).expect("file");
    file.write_all(b"x\n1\n").expect("written");
    drop(file);
    let seen = bench.next().await;
    assert_eq!((&*seen.watch, seen.path.to_str()), ("inner", Some("c.csv")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_while_it_was_read_comes_again() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    let seen = bench.next().await;
    assert!(bench.handle.settle_again(&seen));
    assert_eq!(bench.next().await, seen);
    bench.nothing_else().await;
}
