//! New rules for running watches.

use super::*;
use crate::watch::RuleError;

#[tokio::test(flavor = "multi_thread")]
async fn new_rules_replace_old_ones() {
    let dir = tempfile::tempdir().expect("a folder");
    let (one, two) = (dir.path().join("in"), dir.path().join("two"));
    fs::create_dir(&one).expect("root");
    fs::create_dir(&two).expect("root");
    let mut bench = Bench::over(dir, vec![quick("one", &one), quick("two", &two)], 8);
    bench.observing().await;
    bench.write("a.json", "{}");
    assert_eq!(bench.paths(1).await, ["a.json"]);

    let mut only_csv = quick("one", &one);
    only_csv.include = vec!["*.csv".into()];
    bench.handle.set_rules(vec![only_csv]).expect("rules");
    bench.observing().await;
    let names: Vec<_> = bench
        .handle
        .states()
        .into_iter()
        .map(|state| state.name)
        .collect();
    assert_eq!(names, ["one"]);
    bench.write("b.json", "{}");
    fs::write(two.join("c.csv"), "x\n1\n").expect("written");
    bench.nothing_else().await;
    assert!(!bench.handle.rescan("two"));
    bench.stop.cancel();
    bench.handle.wait().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rules_leave_the_old_ones_in_force() {
    let mut bench = Bench::new().await;
    let twice = vec![quick("w", &bench.path("")), quick("w", &bench.path(""))];
    let error = bench
        .handle
        .set_rules(twice)
        .expect_err("one name, two watches");
    assert_eq!(error, RuleError::SameName { watch: "w".into() });
    let error = bench
        .handle
        .set_rules(vec![quick("v", Path::new("relative"))])
        .expect_err("no absolute root");
    assert_eq!(
        error.to_string(),
        "watch `v`: the folder `relative` is not an absolute path; write it from `/` on"
    );
    bench.write("a.csv", "x\n1\n");
    assert_eq!(bench.paths(1).await, ["a.csv"]);
}
