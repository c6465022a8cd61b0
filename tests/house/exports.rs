//! Dictionaries out of a real daemon, edited, and in again.

use std::fs;
use std::path::Path;

use harness::{Daemon, Place, Plan, curl};

fn with_two() -> (Place, Daemon) {
    let place = Place::new();
    let daemon = Daemon::start(&place);
    place.drop_file(
        "sales.csv",
        "id,amount,mail\n1,10,a@corp.com\n2,20,b@corp.com\n",
    );
    place.drop_file("=x & y.csv", "=1+1,name\n1,2\n");
    place.settled(2);
    place.ask(&[
        "annotate",
        "sales",
        "owner=ana",
        "description=All **sales**\n\nand more",
    ]);
    place.ask(&[
        "annotate",
        "sales",
        "--field",
        "amount",
        "description==1+1",
        "tags=net",
    ]);
    (place, daemon)
}

/// All files of a folder, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn what_was_exported_and_left_alone_changes_nothing_when_imported() {
    let (place, _daemon) = with_two();
    let before = place.ask(&["annotate", "sales"]);
    let folder = place.path().join("dictionary");
    let dir = folder.to_str().unwrap();
    let done = place.ask(&["export", "--all", "--dir", dir]);
    assert_eq!(done["written"].as_array().unwrap().len(), 3);
    let first = files(&folder);
    assert_eq!(first.len(), 3);
    let again = place.ask(&["export", "--all", "--dir", dir]);
    assert_eq!(again["written"].as_array().unwrap().len(), 0);
    assert_eq!(files(&folder), first);
    for form in ["xlsx", "csv", "json"] {
        let file = place.path().join(format!("all.{form}"));
        let file = file.to_str().unwrap();
        place.ask(&["export", "--all", "--as", form, "--out", file]);
        let done = place.ask(&["import", file]);
        assert_eq!(done["cells"].as_array().unwrap().len(), 0, "{form}: {done}");
    }
    let done = place.ask(&["import", dir]);
    assert_eq!(done["cells"].as_array().unwrap().len(), 0, "{done}");
    assert_eq!(place.ask(&["annotate", "sales"]), before);
}

#[test]
fn edits_of_a_list_come_back_and_meet_those_made_meanwhile() {
    let (place, _daemon) = with_two();
    let file = place.path().join("sales.csv.out");
    let path = file.to_str().unwrap();
    place.ask(&["export", "sales", "--as", "csv", "--out", path]);
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("'=1+1") && !text.contains("corp.com"),
        "{text}"
    );
    fs::write(
        &file,
        text.replace("'=1+1", "before tax").replace("ana", "eve"),
    )
    .unwrap();

    let dry = place.ask(&["import", path, "--dry-run"]);
    assert_eq!(
        (&dry["written"], &dry["dry_run"]),
        (&2.into(), &true.into())
    );
    assert_eq!(dry["cells"][1]["before"], "=1+1");
    assert_eq!(place.ask(&["annotate", "sales"])[0]["value"], "ana");

    place.ask(&["annotate", "sales", "owner=bob"]);
    let refused = place.run(&["import", path]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("owner of the dictionary"),
        "{}",
        refused.stderr
    );
    assert_eq!(
        place.ask(&["import", path, "--on-conflict", "skip"])["written"],
        1
    );
    let amount = place.ask(&["annotate", "sales", "--field", "amount"]);
    let written = amount.as_array().unwrap().iter();
    let mut written = written.filter(|row| row["aspect"] == "description");
    assert_eq!(written.next().unwrap()["value"], "before tax");
    assert_eq!(
        place.ask(&["import", path, "--on-conflict", "overwrite"])["written"],
        1
    );
    assert_eq!(
        place.ask(&["search", "owner:eve amount"])["fields"][0]["path"],
        "amount"
    );
}

#[test]
fn lint_tells_what_is_missing_by_its_exit_code() {
    let (place, _daemon) = with_two();
    let report = place.ask(&["lint", "sales"]);
    assert_eq!(report["dictionaries"][0]["described"], 1);
    assert_eq!(report["dictionaries"][0]["owned"], 3);
    assert_eq!(report["next"].as_array().unwrap().len(), 2);
    assert_eq!(place.run(&["lint", "sales", "--min-owned", "100"]).code, 0);
    let missing = place.run(&["lint", "--min-described", "50"]);
    assert_eq!(missing.code, 1);
    assert!(
        missing.stdout.contains("20.0% of the fields are described"),
        "{}",
        missing.stdout
    );
}

#[test]
fn a_folder_of_other_files_is_left_alone() {
    let (place, _daemon) = with_two();
    fs::write(place.path().join("drop").join("mine.txt.tmp"), "x").unwrap();
    let drop = place.drop_dir();
    let refused = place.run(&["export", "--all", "--dir", drop.to_str().unwrap()]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("holds other files"),
        "{}",
        refused.stderr
    );
}

#[test]
fn over_http_an_export_goes_out_and_what_was_edited_comes_back() {
    let place = Place::new();
    let plan = Plan::default()
        .with_argument("--http")
        .with_argument("127.0.0.1:0");
    let _daemon = Daemon::start_as(&place, &plan);
    place.drop_file(
        "sales.csv",
        "id,amount,mail\n1,10,a@corp.com\n2,20,b@corp.com\n",
    );
    place.settled(1);
    let http = place.http();
    let out = |form: &str| {
        curl(&[&format!(
            "{http}/api/v1/dictionaries/sales/export?as={form}"
        )])
    };
    // The same as the command prints.
    for form in ["csv", "markdown", "html", "table-schema", "odcs"] {
        let answered = out(form);
        assert_eq!(answered.code, 200, "{form}: {}", answered.body);
        let printed = place.run(&["export", "sales", "--as", form]).stdout;
        assert_eq!(answered.body, printed, "{form}");
        assert!(!answered.body.contains("corp.com"), "{form}");
    }
    let known = out("parquet");
    assert_eq!(known.code, 400);
    assert!(known.body.contains("table-schema"), "{}", known.body);
    let missing = curl(&[&format!("{http}/api/v1/dictionaries/none/export")]);
    assert_eq!(missing.code, 404);

    place.ask(&["annotate", "sales", "--field", "amount", "owner=ana"]);
    let body = out("csv").body.replace("ana", "eve");
    let back = |query: &str| {
        let url = format!("{http}/api/v1/import{query}");
        curl(&[
            "-X",
            "POST",
            "-H",
            "Content-Type: text/csv",
            "--data-binary",
            &body,
            &url,
        ])
    };
    let dry = back("?dry_run=true").json();
    assert_eq!(
        (&dry["written"], &dry["dry_run"]),
        (&1.into(), &true.into())
    );
    let owner = || place.ask(&["annotate", "sales", "--field", "amount"])[0]["value"].clone();
    assert_eq!(owner(), "ana");
    assert_eq!(back("").json()["written"], 1);
    assert_eq!(owner(), "eve");
    // Once is enough.
    assert_eq!(back("").json()["written"], 0);
    let workbook = curl(&[
        "-X",
        "POST",
        "--data-binary",
        "PK\u{3}\u{4}",
        &format!("{http}/api/v1/import"),
    ]);
    assert_eq!(workbook.code, 415, "{}", workbook.body);
}
