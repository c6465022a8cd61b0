//! Folders that appear, move and vanish.

use super::*;
use crate::watch::ProblemKind;

#[tokio::test(flavor = "multi_thread")]
async fn nested_folders_and_their_files_at_once() {
    let mut bench = Bench::new().await;
    let mut expected = HashSet::new();
    for round in 0..50 {
        let folder = format!("{round}/b/c/d");
        fs::create_dir_all(bench.path(&folder)).expect("folders");
        bench.write(&format!("{folder}/a.csv"), "x\n1\n");
        expected.insert(format!("{folder}/a.csv"));
        bench.write(&format!("{round}/b/b.csv"), "x\n1\n");
        expected.insert(format!("{round}/b/b.csv"));
    }
    let seen = bench.paths(100).await;
    assert_eq!(seen.iter().cloned().collect::<HashSet<_>>(), expected);
    bench.until("observed", |state| state.folders == 201).await;
    // Every one of them is observed now, by events.
    bench.write("49/b/c/d/z.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["49/b/c/d/z.csv"]);
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn worked_off_and_hidden_folders_are_left_alone() {
    let mut bench = Bench::new().await;
    for folder in ["done", "quarantine", "sub/done", ".git", "batch.tmp"] {
        fs::create_dir_all(bench.path(folder)).expect("folder");
        bench.write(&format!("{folder}/a.csv"), "x\n1\n");
    }
    bench.until("observed", |state| state.folders == 2).await;
    bench.nothing_else().await;
    // A folder that was built under an unfinished name arrives with its rename.
    fs::rename(bench.path("batch.tmp"), bench.path("batch")).expect("renamed");
    assert_eq!(bench.paths(1).await, ["batch/a.csv"]);
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flat_watch_sees_no_folders() {
    let mut bench = Bench::with(|rules| rules.recursive = false).await;
    fs::create_dir(bench.path("sub")).expect("folder");
    bench.write("sub/a.csv", "x\n1\n");
    bench.nothing_else().await;
    assert_eq!(bench.state().folders, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_folder_is_observed_where_it_is_now() {
    let mut bench = Bench::new().await;
    fs::create_dir_all(bench.path("a/b")).expect("folders");
    bench.write("a/b/1.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["a/b/1.csv"]);
    fs::rename(bench.path("a"), bench.path("c")).expect("renamed");
    assert_eq!(bench.paths(1).await, ["c/b/1.csv"]);
    bench.write("c/b/2.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["c/b/2.csv"]);
    bench.until("three", |state| state.folders == 3).await;
    // Out of the watch: what happens there is not ours.
    fs::rename(bench.path("c"), bench.outside("c")).expect("renamed");
    bench.until("one", |state| state.folders == 1).await;
    fs::write(bench.outside("c/b/3.csv"), "x\n1\n").expect("written");
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_made_again_is_observed_again() {
    let mut bench = Bench::new().await;
    for round in 0..10 {
        fs::create_dir(bench.path("a")).expect("folder");
        let name = format!("a/{round}.csv");
        bench.write(&name, "x\n1\n");
        assert_eq!(bench.paths(1).await, [name]);
        fs::remove_dir_all(bench.path("a")).expect("removed");
    }
    bench.until("one", |state| state.folders == 1).await;
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_may_vanish_and_come_back() {
    let mut bench = Bench::new().await;
    bench.write("a.csv", "x\n1\n");
    bench.next().await;
    fs::remove_dir_all(bench.path("")).expect("removed");
    bench
        .until("broken", |state| state.how == How::Broken)
        .await;
    let because = bench.state().because.expect("a reason");
    assert!(
        because.contains("does not exist; create it or mount it"),
        "{because}"
    );
    fs::create_dir(bench.path("")).expect("root");
    bench.write("b.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["b.csv"]);
    assert_eq!(
        (bench.state().how, bench.state().because),
        (How::Native, None)
    );
    bench.write("c.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["c.csv"]);
    // Renamed away and replaced: the new folder is the root, the old one is nobody's.
    fs::rename(bench.path(""), bench.outside("old")).expect("renamed");
    fs::create_dir(bench.path("")).expect("root");
    bench.write("d.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["d.csv"]);
    fs::write(bench.outside("old/e.csv"), "x\n1\n").expect("written");
    bench.write("f.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["f.csv"]);
    bench.nothing_else().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_whose_parent_moves_is_another_root() {
    let dir = tempfile::tempdir().expect("a folder");
    let (parent, root) = (dir.path().join("in"), dir.path().join("in/root"));
    fs::create_dir_all(&root).expect("root");
    let mut bench = Bench::over(dir, vec![quick("w", &root)], 8);
    bench.observing().await;
    // No event tells of it: the look of every minute does, here a scan.
    fs::rename(&parent, bench.outside("old")).expect("renamed");
    fs::create_dir_all(&root).expect("root");
    bench.write("root/a.csv", "x\n1\n");
    bench.handle.rescan("w");
    assert_eq!(bench.paths(1).await, ["a.csv"]);
    bench.write("root/b.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["b.csv"]);
    assert_eq!(bench.state().folders, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_no_text_is_refused_in_words() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let mut bench = Bench::new().await;
    let name = OsStr::from_bytes(b"caf\xe9.csv");
    fs::write(bench.path("").join(name), "x\n1\n").expect("written");
    bench
        .until("refused", |state| state.problems.len() == 1)
        .await;
    let problem = bench.state().problems.swap_remove(0);
    assert_eq!(
        (problem.path.as_os_str(), problem.kind),
        (name, ProblemKind::RefusedName)
    );
    assert_eq!(problem.because, "the name is not valid UTF-8; rename it");
    assert_eq!(bench.state().refused_names, 1);
    // A folder is one name, whether an event or a scan comes upon it.
    let folder = bench.path("").join(OsStr::from_bytes(b"\xe9t\xe9"));
    fs::create_dir(&folder).expect("folder");
    fs::write(folder.join("a.csv"), "x\n1\n").expect("written");
    let two = |state: &WatchState| state.refused_names == 2;
    bench.until("two names", two).await;
    assert_eq!(bench.state().folders, 1);
    fs::remove_dir_all(folder).expect("removed");
    bench
        .until("one name", |state| state.refused_names == 1)
        .await;
    bench.handle.rescan("w");
    bench.nothing_else().await;
    fs::rename(bench.path("").join(name), bench.path("cafe.csv")).expect("renamed");
    assert_eq!(bench.paths(1).await, ["cafe.csv"]);
    bench
        .until("resolved", |state| state.problems.is_empty())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_may_come_late_and_must_be_a_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path().join("in");
    fs::write(&root, "a file").expect("written");
    let mut bench = Bench::over(dir, vec![quick("w", &root)], 8);
    bench
        .until("broken", |state| state.how == How::Broken)
        .await;
    let because = bench.state().because.expect("a reason");
    assert!(
        because.ends_with("is not a folder; a watch needs one"),
        "{because}"
    );
    fs::remove_file(&root).expect("removed");
    fs::create_dir(&root).expect("root");
    bench.observing().await;
    bench.write("a.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["a.csv"]);
}

#[test]
fn what_cannot_be_read_is_said_and_tried_again() {
    super::limits::as_somebody("watch::tests::folders::inside_unreadable");
}

/// Runs in a process of its own that may not read everything.
#[test]
fn inside_unreadable() {
    use std::os::unix::fs::PermissionsExt;
    super::limits::inside(async {
        let mut bench = Bench::new().await;
        fs::create_dir(bench.path("shut")).expect("folder");
        bench.write("shut/a.csv", "x\n1\n");
        bench.next().await;
        let root = bench.path("");
        let mode = |name: &str, mode| {
            let mode = fs::Permissions::from_mode(mode);
            fs::set_permissions(root.join(name), mode).expect("mode");
        };
        fs::write(bench.outside("b"), "x\n1\n").expect("written");
        fs::set_permissions(bench.outside("b"), fs::Permissions::from_mode(0o000)).expect("mode");
        fs::rename(bench.outside("b"), bench.path("b.csv")).expect("renamed");
        mode("shut", 0o000);
        bench.handle.rescan("w");
        bench
            .until("unreadable", |state| state.unreadable == 2)
            .await;
        let state = bench.state();
        let kinds: Vec<_> = state
            .problems
            .iter()
            .map(|one| (one.path.to_str().expect("plain"), one.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                ("b.csv", ProblemKind::UnreadableFile),
                ("shut", ProblemKind::UnreadableFolder)
            ]
        );
        for problem in &state.problems {
            assert!(
                problem.because.contains("give it permission"),
                "{problem:?}"
            );
        }
        // Permission is noticed by its event.
        mode("b.csv", 0o600);
        assert_eq!(bench.paths(1).await, ["b.csv"]);
        mode("shut", 0o700);
        bench.until("readable", |state| state.unreadable == 0).await;
        bench.write("shut/c.csv", "x\n1\n");
        assert_eq!(bench.paths(1).await, ["shut/c.csv"]);
        assert_eq!(bench.state().problems, []);
    });
}
