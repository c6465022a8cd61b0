//! What was exported comes back as it was.

use std::collections::BTreeMap;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{AnnotationRow, Aspect};
use ddgen_profile::Brief;
use proptest::prelude::*;

use super::*;
use crate::export::{Dictionary, Form, directory, render};

type Cells = BTreeMap<(Option<String>, Aspect), (String, Option<u64>)>;

/// A dictionary whose paths and texts are as odd as they may be.
fn dictionary(texts: &[(usize, Aspect, String)]) -> Dictionary {
    let header =
        "id,\"a \"\"q\"\"\",=x,_x0041_, blank ,,\"tab\there\"\n1,2,3,4,5,6,7\n8,9,1,2,3,4,5\n";
    let brief = Brief {
        name: "t.csv".into(),
        ..Brief::default()
    };
    let profile = ddgen_profile::profile(&header.as_bytes().to_vec(), &brief, &|_| {}).unwrap();
    let paths: Vec<Option<String>> = std::iter::once(None)
        .chain(
            profile.tables[0]
                .fields
                .iter()
                .map(|field| Some(field.path.clone())),
        )
        .collect();
    let mut rows: BTreeMap<(Option<String>, Aspect), AnnotationRow> = BTreeMap::new();
    for (revision, (at, aspect, value)) in (1..).zip(texts) {
        let field = paths[at % paths.len()].clone();
        let row = AnnotationRow {
            field: field.clone(),
            aspect: *aspect,
            value: value.clone(),
            author: "ana".to_owned(),
            written_at: Timestamp(0),
            revision,
            version: Some(1),
        };
        rows.insert((field, *aspect), row);
    }
    Dictionary {
        name: "=t/'x".to_owned(),
        watch: "w".to_owned(),
        version: 1,
        records: 2,
        updated_at: Timestamp(0),
        annotations: rows.into_values().collect(),
        profile,
    }
}

fn expected(dictionary: &Dictionary) -> Cells {
    let rows = dictionary.annotations.iter();
    rows.map(|row| {
        (
            (row.field.clone(), row.aspect),
            (row.value.clone(), Some(row.revision)),
        )
    })
    .collect()
}

/// What is written, and of the rest that nothing was.
fn found(cells: Vec<ImportCell>) -> Cells {
    let mut found = Cells::new();
    for cell in cells {
        assert_eq!(cell.dictionary, "=t/'x");
        if cell.value.is_empty() {
            assert_eq!(cell.base, Some(0));
        } else {
            found.insert((cell.field, cell.aspect), (cell.value, cell.base));
        }
    }
    found
}

fn texts() -> impl Strategy<Value = Vec<(usize, Aspect, String)>> {
    let odd = prop_oneof![
        "[ -~äß日\u{1f600}]{1,30}",
        "[=+@'-][ -~]{0,10}",
        "_x00[0-9A-F]{2}_[a-z]",
        "[a-z,;\"\n\t]{1,20}",
    ];
    // As the store keeps texts: without blanks around.
    let odd = odd
        .prop_map(|text| text.trim().to_owned())
        .prop_filter("blank", |text| !text.is_empty());
    let aspect = prop::sample::select(Aspect::ALL.to_vec());
    prop::collection::vec((0..20_usize, aspect, odd), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_form_that_can_be_imported_comes_back_as_it_was(texts in texts()) {
        let one = dictionary(&texts);
        for form in [Form::Csv, Form::Xlsx, Form::Json] {
            let bytes = render(form, std::slice::from_ref(&one)).unwrap();
            prop_assert_eq!(found(read(&bytes).unwrap()), expected(&one), "{:?}", form);
        }
        let bytes = directory::sheet(&one).unwrap();
        prop_assert_eq!(found(read(&bytes).unwrap()), expected(&one));
    }

    #[test]
    fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
        let _ = read(&[b"PK\x03\x04".as_slice(), &bytes].concat());
        let _ = read(&[b"{\"name\":".as_slice(), &bytes].concat());
    }
}

#[test]
fn a_list_made_by_hand_says_only_what_it_says() {
    let cells =
        read(b"Dictionary;Path;Description\nsales;amount;net\nsales;day;\nsales;;all of it\n")
            .unwrap();
    let said: Vec<_> = cells
        .iter()
        .map(|cell| (cell.field.as_deref(), &*cell.value, cell.base))
        .collect();
    assert_eq!(
        said,
        [(Some("amount"), "net", None), (None, "all of it", None)]
    );
}

#[test]
fn what_is_no_export_is_refused_in_words() {
    let cases: [(&[u8], &str); 5] = [
        (
            b"a,b\n1,2\n",
            "`dictionary` and at least one of description",
        ),
        (
            b"dictionary,path,description\na,b,c\na,b,d\n",
            "description of b in `a`",
        ),
        (b"{\"ddgen_export\":2,\"dictionaries\":[]}", "version 2"),
        (b"\xff\xfe", "neither a workbook"),
        (b"PK\x03\x04nothing", "the workbook cannot be read"),
    ];
    for (bytes, words) in cases {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_text_too_long_for_a_cell_is_left_alone() {
    let long = "x".repeat(40_000);
    let one = dictionary(&[
        (0, Aspect::Description, long),
        (0, Aspect::Owner, "ana".into()),
    ]);
    let cells = found(read(&render(Form::Xlsx, &[one]).unwrap()).unwrap());
    assert_eq!(
        cells.into_keys().collect::<Vec<_>>(),
        [(None, Aspect::Owner)]
    );
}
