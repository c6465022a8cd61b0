//! Names as people and exports write them.

use proptest::prelude::*;

use super::*;

/// File name, stem, whether a counter was folded, and the stem where the counter may not fold.
const TABLE: &[(&str, &str, bool, &str)] = &[
    // Plain names.
    ("sales.csv", "sales", false, "sales"),
    ("sales", "sales", false, "sales"),
    ("Sales.CSV", "Sales", false, "Sales"),
    ("sales.csv.gz", "sales", false, "sales"),
    ("sales.JSONL.ZST", "sales", false, "sales"),
    ("events.jsonl", "events", false, "events"),
    ("report.final.csv", "report.final", false, "report.final"),
    ("adult.test", "adult.test", false, "adult.test"),
    (".csv", ".csv", false, ".csv"),
    (".csv.gz", ".csv", false, ".csv"),
    ("", "", false, ""),
    ("archive.csv.csv", "archive.csv", false, "archive.csv"),
    // Dates.
    ("sales_2026-01-05.csv", "sales", false, "sales"),
    ("sales-2026-01-05.csv", "sales", false, "sales"),
    ("sales.2026-01-05.csv.gz", "sales", false, "sales"),
    ("sales 2026-01-05.csv", "sales", false, "sales"),
    ("sales (2026-01-05).csv", "sales", false, "sales"),
    ("sales(2026-01-05).csv", "sales", false, "sales"),
    ("sales_20260105.csv", "sales", false, "sales"),
    ("sales_2026_01_05.csv", "sales", false, "sales"),
    ("sales_2026.01.05.csv", "sales", false, "sales"),
    ("sales_2026-01.csv", "sales", false, "sales"),
    ("sales_202601.csv", "sales", false, "sales"),
    ("sales_2026-W03.csv", "sales", false, "sales"),
    ("sales_2026W03.csv", "sales", false, "sales"),
    ("sales_2026-01-05_.csv", "sales", false, "sales"),
    ("sales_2026-01-05", "sales", false, "sales"),
    // Dates with times, and times.
    ("data-20260105T1200.csv", "data", false, "data"),
    ("data-20260105T1200", "data", false, "data"),
    ("data_20260105T120000Z.csv", "data", false, "data"),
    ("data_2026-01-05T12:00:00Z.csv", "data", false, "data"),
    (
        "data_2026-01-05T12:00:00.123+0100.csv",
        "data",
        false,
        "data",
    ),
    ("data_2026-01-05T12.csv", "data", false, "data"),
    ("data_2026-01-05_12-00-00.csv", "data", false, "data"),
    ("data_2026-01-05 12.00.00.csv", "data", false, "data"),
    ("data_20260105_120000.csv", "data", false, "data"),
    ("data_20260105_1200.csv", "data", false, "data"),
    ("data_20260105120000.csv", "data", false, "data"),
    ("data_202601051200.csv", "data", false, "data"),
    ("data_12-30-59.csv", "data", false, "data"),
    ("data_T1230.csv", "data", false, "data"),
    // A name that is nothing but a token stays, whole.
    ("2026-01-05.csv", "2026-01-05", false, "2026-01-05"),
    ("20260105.csv", "20260105", false, "20260105"),
    ("2026-01.csv", "2026-01", false, "2026-01"),
    (
        "2026-01-05_120000.csv",
        "2026-01-05_120000",
        false,
        "2026-01-05_120000",
    ),
    ("3f2a9c1d.csv", "3f2a9c1d", false, "3f2a9c1d"),
    ("42.csv", "42", false, "42"),
    ("_1.csv", "_1", false, "_1"),
    ("(1).csv", "(1)", false, "(1)"),
    ("2026-01-05_1.csv", "2026-01-05", true, "2026-01-05_1"),
    // Counters.
    ("table_1.csv", "table", true, "table_1"),
    ("table-02.csv", "table", true, "table-02"),
    ("table.3.csv", "table", true, "table.3"),
    ("sales (1).csv", "sales", true, "sales (1)"),
    ("sales(1).csv", "sales", true, "sales(1)"),
    ("sales_2026.csv", "sales", true, "sales_2026"),
    ("covid-19.csv", "covid", true, "covid-19"),
    ("export_12345678.csv", "export", true, "export_12345678"),
    ("export_1767571200.csv", "export", true, "export_1767571200"),
    ("v2.csv", "v2", false, "v2"),
    ("sales_v2.csv", "sales_v2", false, "sales_v2"),
    ("sales2.csv", "sales2", false, "sales2"),
    ("sales_2026-13-45.csv", "sales", true, "sales_2026-13-45"),
    ("sales_05.01.2026.csv", "sales", true, "sales_05.01.2026"),
    // Several tokens.
    (
        "sales_2026-01-05_1.csv",
        "sales",
        true,
        "sales_2026-01-05_1",
    ),
    ("sales_1_2026-01-05.csv", "sales", true, "sales_1"),
    (
        "sales_2026-01-05 (2).csv",
        "sales",
        true,
        "sales_2026-01-05 (2)",
    ),
    ("sales_2026-01-05_3f2a9c1d.csv", "sales", false, "sales"),
    (
        "part-0001-2026-01-05-3f2a9c1d.csv",
        "part",
        true,
        "part-0001",
    ),
    ("2026-01-05_3f2a9c1d.csv", "2026-01-05", false, "2026-01-05"),
    // Hexadecimal.
    ("export_3f2a9c1d.csv", "export", false, "export"),
    ("export_3F2A9C1D.csv", "export", false, "export"),
    ("abc_deadbeef.csv", "abc_deadbeef", false, "abc_deadbeef"),
    ("abc_3f2a9c1.csv", "abc_3f2a9c1", false, "abc_3f2a9c1"),
    ("abc_3f2a9c1g.csv", "abc_3f2a9c1g", false, "abc_3f2a9c1g"),
    ("abc3f2a9c1d.csv", "abc3f2a9c1d", false, "abc3f2a9c1d"),
    (
        "e_550e8400-e29b-41d4-a716-446655440000.csv",
        "e",
        false,
        "e",
    ),
    (
        "e_550e8400-e29b-41d4-a716-44665544000a.csv",
        "e",
        false,
        "e",
    ),
    // A token in front of the rest is a part of the name.
    (
        "2026-01-05_sales.csv",
        "2026-01-05_sales",
        false,
        "2026-01-05_sales",
    ),
    ("1_sales.csv", "1_sales", false, "1_sales"),
    // Other scripts.
    ("Umsätze_2026-01-05.csv", "Umsätze", false, "Umsätze"),
    ("売上_2026-01-05.csv", "売上", false, "売上"),
    ("продажи (3).csv", "продажи", true, "продажи (3)"),
    ("sales_٣.csv", "sales_٣", false, "sales_٣"),
    (
        "données-été_20260105.jsonl",
        "données-été",
        false,
        "données-été",
    ),
];

#[test]
fn names_fold_as_the_table_says() {
    for (file, stem, counter, plain) in TABLE {
        let folding = fold(file, None);
        assert_eq!(
            (
                folding.stem.as_str(),
                folding.counter,
                folding.plain.as_str()
            ),
            (*stem, *counter, *plain),
            "{file}"
        );
    }
}

#[test]
fn what_was_folded_is_told() {
    let folding = fold("sales_2026-01-05.csv.gz", None);
    assert_eq!(folding.name, "sales_2026-01-05");
    assert_eq!(folding.folded.as_deref(), Some("_2026-01-05"));
    assert_eq!(fold("sales.csv", None).folded, None);
}

#[test]
fn a_watch_s_own_pattern_wins() {
    let naming = Naming::parse(r"^[0-9]+_(?<stem>[a-z]+)").unwrap();
    let folding = fold("0042_orders_2026.csv", Some(&naming));
    assert_eq!((folding.stem.as_str(), folding.counter), ("orders", false));
    assert_eq!(folding.folded.as_deref(), Some("0042_orders_2026"));
    // Where it does not match, the rule of the house holds.
    assert_eq!(fold("orders_2026-01-05.csv", Some(&naming)).stem, "orders");
    let may_be_empty = Naming::parse("^(?<stem>x*)").unwrap();
    assert_eq!(
        fold("orders_2026-01-05.csv", Some(&may_be_empty)).stem,
        "orders"
    );
}

#[test]
fn a_pattern_that_cannot_work_is_refused_in_words() {
    let no_stem = Naming::parse("^([a-z]+)_").unwrap_err().to_string();
    assert!(no_stem.contains("no group named `stem`"), "{no_stem}");
    let broken = Naming::parse("^(?<stem>[a-z+").unwrap_err().to_string();
    assert!(broken.contains("is no regular expression"), "{broken}");
    assert!(Naming::parse(r"(?<stem>\w{5000})").is_err());
}

proptest! {
    #[test]
    fn a_stem_is_what_its_name_begins_with(file in "\\PC{0,40}") {
        let folding = fold(&file, None);
        prop_assert!(folding.name.starts_with(&folding.plain));
        prop_assert!(folding.plain.starts_with(&folding.stem));
        prop_assert_eq!(folding.stem.is_empty(), file.is_empty());
        prop_assert!(folding.counter || folding.plain == folding.stem);
    }

    #[test]
    fn a_stem_folds_no_further(file in "[a-f0-9_. ()T-]{1,30}") {
        let once = fold_name(&file);
        prop_assert_eq!(&fold_name(&once.stem).stem, &once.stem);
    }

    #[test]
    fn all_days_of_a_dataset_meet(
        stem in "[A-Za-zäß]{1,3}[A-Za-z_]{0,10}[A-Za-zé]",
        separator in "[_. -]",
        days in prop::collection::vec((1900..2100_i16, 1..=12_i8, 1..=28_i8), 1..5),
        compact in any::<bool>(),
    ) {
        for (year, month, day) in days {
            let date = if compact {
                format!("{year:04}{month:02}{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}")
            };
            let folding = fold(&format!("{stem}{separator}{date}.csv"), None);
            prop_assert_eq!(&folding.stem, &stem);
            prop_assert!(!folding.counter);
        }
    }

    #[test]
    fn numbers_of_a_dataset_are_counters(stem in "[A-Za-z]{1,10}", number in 0..10_000_u32) {
        let folding = fold(&format!("{stem} ({number}).csv"), None);
        prop_assert_eq!(&folding.stem, &stem);
        prop_assert!(folding.counter);
    }
}
