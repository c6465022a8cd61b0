//! The table at the widths people have, in colour and without.

use ddgen_profile::{Brief, Profile};
use proptest::prelude::*;

use super::{render, render_fields};
use crate::cli::screen::Screen;
use crate::cli::text::{acts, width};

fn screen(width: Option<usize>, colour: bool) -> Screen {
    Screen {
        width,
        colour,
        terminal: width.is_some(),
    }
}

fn profiled(name: &str, text: &str) -> Profile {
    let brief = Brief {
        name: name.into(),
        ..Brief::default()
    };
    ddgen_profile::profile(&text.as_bytes().to_vec(), &brief, &|_| {}).unwrap()
}

/// Numbers, moments, texts, a wide script, personal data, missing values, a long name.
fn orders() -> Profile {
    let mut text = String::from(
        "id,ordered_at,顧客名,e-mail,amount,paid,discount_granted_by_the_regional_office,note\n",
    );
    for n in 0..200_u32 {
        let day = n % 28 + 1;
        let amount = f64::from(n * n % 977) / 8.0;
        let note = if n % 3 == 0 { "" } else { "rush" };
        text.push_str(&format!(
            "{n},2026-03-{day:02}T08:{:02}:00Z,東京{},u{n}@example.org,{amount},{},{},{note}\n",
            n % 60,
            n % 7,
            n % 5 != 0,
            if n == 0 { "1234567890123" } else { "0" },
        ));
    }
    profiled("orders.csv", &text)
}

fn nested() -> Profile {
    let mut text = String::new();
    for n in 0..40_u32 {
        text.push_str(&format!(
            "{{\"id\":{n},\"customer\":{{\"name\":\"n{n}\",\"address\":[{{\"city\":\"Oslo\",\"zip\":\"0{}\"}}]}},\"tags\":[\"a\"],\"weight\":{}}}\n",
            870 + n % 3,
            f64::from(n) / 4.0,
        ));
    }
    profiled("nested.jsonl", &text)
}

/// Colours as readable words.
fn written(text: &str) -> String {
    text.replace("\u{1b}[0m", "‹/›")
        .replace("\u{1b}[1m", "‹bold›")
        .replace("\u{1b}[2m", "‹dim›")
        .replace("\u{1b}[31m", "‹red›")
        .replace("\u{1b}[32m", "‹green›")
        .replace("\u{1b}[34m", "‹blue›")
        .replace("\u{1b}[35m", "‹magenta›")
        .replace("\u{1b}[36m", "‹cyan›")
}

fn without_colour(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    out + rest
}

#[test]
fn a_file_is_summed_up_at_every_width() {
    for (name, profile) in [("orders", orders()), ("nested", nested())] {
        for columns in [40, 80, 120] {
            let plain = render(&profile, screen(Some(columns), false));
            insta::assert_snapshot!(format!("{name}_{columns}_plain"), plain);
            let coloured = render(&profile, screen(Some(columns), true));
            assert_eq!(without_colour(&coloured), plain);
            insta::assert_snapshot!(format!("{name}_{columns}_colour"), written(&coloured));
        }
        insta::assert_snapshot!(
            format!("{name}_pipe"),
            render(&profile, screen(None, false))
        );
    }
}

#[test]
fn one_field_is_told_in_full() {
    let mut profile = orders();
    profile.tables[0]
        .fields
        .retain(|field| ["amount", "e-mail"].contains(&field.path.as_str()));
    for field in &mut profile.tables[0].fields {
        // Which ones are chosen is the engine's to say; here it is how they stand.
        let top = field.top_values.iter().take(4);
        field.samples = top.map(|top| top.value.clone()).collect();
    }
    for columns in [40, 80] {
        let text = render_fields(&profile, screen(Some(columns), false));
        insta::assert_snapshot!(format!("fields_{columns}"), text);
    }
}

#[test]
fn several_tables_stand_below_each_other_and_all_fields_are_there() {
    let mut profile = orders();
    let mut more = nested().tables;
    profile.tables.append(&mut more);
    let text = render(&profile, screen(None, false));
    let tables: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("table "))
        .collect();
    assert_eq!(tables, ["table       orders", "table       nested"]);
    for field in profile.tables.iter().flat_map(|table| &table.fields) {
        assert!(text.contains(&field.path), "{}", field.path);
    }
}

#[test]
fn a_wide_file_shows_every_field() {
    let header: Vec<String> = (0..2_000).map(|n| format!("c{n}")).collect();
    let row = vec!["1"; 2_000].join(",");
    let profile = profiled("wide.csv", &format!("{}\n{row}\n{row}\n", header.join(",")));
    let text = render(&profile, screen(Some(80), false));
    for name in header {
        assert!(text.contains(&format!("  {name} ")), "{name}");
    }
}

#[test]
fn columns_without_a_name_and_of_the_same_name_are_told_apart() {
    let profile = profiled("t.csv", "a,,a\n1,2,3\n4,5,6\n");
    let text = render(&profile, screen(Some(80), false));
    for name in [" a ", " (column 2) ", " a#2 "] {
        assert!(text.contains(name), "{name} in\n{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Names and values of a stranger, at any width.
    #[test]
    fn no_line_is_wider_than_the_screen_and_none_steers_it(
        name in "[^,\"\r\n]{1,30}|[\u{1b}\u{9b}\u{202e}a]{1,9}",
        value in "[^,\"\r\n]{1,60}|[\u{1b}\u{7}\u{8}\u{feff}x]{1,9}",
        columns in 24_usize..160,
    ) {
        let text = format!("{name},n\n{value},1\nx{value},23456789012\n");
        let brief = Brief { name, ..Brief::default() };
        let bytes = text.into_bytes();
        // What is no table is refused, as it should be.
        if let Ok(profile) = ddgen_profile::profile(&bytes, &brief, &|_| {}) {
            for text in [
                render(&profile, screen(Some(columns), false)),
                render_fields(&profile, screen(Some(columns), false)),
            ] {
                for line in text.lines() {
                    prop_assert!(!line.chars().any(acts), "{line:?}");
                    prop_assert!(width(line) <= columns, "{columns}: {line:?}");
                }
            }
        }
    }
}
