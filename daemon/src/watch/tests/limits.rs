//! The kernel's limits, in user namespaces of their own: the machine's are shared with others.

use std::future::Future;
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::*;

/// Set for the copy of this test program that runs under other conditions.
const INSIDE: &str = "DDGEN_TEST_INSIDE";

/// Runs the body of a test that is only meant for the other process.
pub(super) fn inside(test: impl Future<Output = ()>) {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()
        .expect("a runtime")
        .block_on(test);
    println!("INSIDE: passed");
}

fn program(test: &str) -> (std::path::PathBuf, [String; 3]) {
    let arguments = ["--exact", test, "--nocapture"].map(str::to_owned);
    (std::env::current_exe().expect("this program"), arguments)
}

fn passes(command: &mut Command) -> Option<()> {
    let output = command.env(INSIDE, "1").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !text.contains("running 1 test") {
        return None;
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("INSIDE: passed"), "{text}\n{errors}");
    Some(())
}

/// Runs a test as an account that is not root.
pub(super) fn as_somebody(test: &str) {
    let (program, arguments) = program(test);
    let mut command = Command::new(program);
    command.args(arguments);
    if rustix::process::geteuid().is_root() {
        command
            .uid(65534)
            .gid(65534)
            .env("TMPDIR", "/tmp")
            .current_dir("/");
    }
    if passes(&mut command).is_none() {
        eprintln!("SKIPPED: this program cannot be run by an account without privileges");
    }
}

/// Runs a test in a user namespace where `limit` of inotify is `value`.
fn limited(limit: &str, value: u32, test: &str) {
    let (program, arguments) = program(test);
    let script = format!("echo {value} > /proc/sys/user/{limit} && exec \"$0\" \"$@\"");
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", &script]);
    if passes(command.arg(program).args(arguments)).is_none() {
        eprintln!("SKIPPED: no user namespace with its own {limit} can be made here");
    }
}

#[test]
fn too_few_watches_are_named_and_polled_instead() {
    limited(
        "max_inotify_watches",
        20,
        "watch::tests::limits::inside_few_watches",
    );
}

#[test]
fn inside_few_watches() {
    inside(async {
        let mut bench = Bench::unready(
            |root| {
                for number in 0..30 {
                    fs::create_dir(root.join(number.to_string())).expect("folder");
                }
            },
            |_| {},
        );
        bench.observing().await;
        let state = bench.state();
        assert!(matches!(state.how, How::Polled { .. }), "{state:?}");
        let because = state.because.expect("a reason");
        assert!(
            because.contains("fs.inotify.max_user_watches = "),
            "{because}"
        );
        assert!(
            because.contains("`sysctl -w fs.inotify.max_user_watches="),
            "{because}"
        );
        assert_eq!(state.folders, 31);
        bench.write("29/a.csv", "x\n1\n");
        assert_eq!(bench.paths(1).await, ["29/a.csv"]);
        // What it registered before it met the limit is free again.
        let other = bench.outside("other");
        fs::create_dir(&other).expect("root");
        let rules = vec![
            quick("w", &bench.dir.path().join("in")),
            quick("other", &other),
        ];
        bench.handle.set_rules(rules).expect("rules");
        bench.observing().await;
        assert_eq!(bench.handle.states()[1].how, How::Native);
        // With fewer folders it works by events again.
        for number in 0..30 {
            fs::remove_dir_all(bench.path(&number.to_string())).expect("removed");
        }
        bench.handle.rescan("w");
        bench
            .until("native", |state| state.how == How::Native)
            .await;
        assert_eq!(bench.state().because, None);
    });
}

#[test]
fn a_limit_met_while_observing_turns_to_polling() {
    limited(
        "max_inotify_watches",
        20,
        "watch::tests::limits::inside_growing",
    );
}

#[test]
fn inside_growing() {
    inside(async {
        let mut bench = Bench::new().await;
        assert_eq!(bench.state().how, How::Native);
        for number in 0..30 {
            fs::create_dir(bench.path(&number.to_string())).expect("folder");
        }
        bench
            .until("polled", |state| matches!(state.how, How::Polled { .. }))
            .await;
        bench.write("29/a.csv", "x\n1\n");
        assert_eq!(bench.paths(1).await, ["29/a.csv"]);
        assert!(
            bench
                .state()
                .because
                .expect("a reason")
                .contains("max_user_watches")
        );
    });
}

#[test]
fn no_instance_is_named_and_polled_instead() {
    limited(
        "max_inotify_instances",
        0,
        "watch::tests::limits::inside_no_instance",
    );
}

#[test]
fn inside_no_instance() {
    inside(async {
        let mut bench = Bench::new().await;
        let state = bench.state();
        assert!(matches!(state.how, How::Polled { .. }), "{state:?}");
        let because = state.because.expect("a reason");
        assert!(
            because.contains("fs.inotify.max_user_instances = "),
            "{because}"
        );
        bench.write("a.csv", "x\n1\n");
        assert_eq!(bench.paths(1).await, ["a.csv"]);
    });
}
