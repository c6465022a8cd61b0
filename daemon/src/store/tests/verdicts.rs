//! A person's word on what a field means wins, and what is personal data by it is nowhere to be found.

use ddgen_ipc::message::{Aspect, Edit, ImportCell, OnConflict, RenameCall};
use ddgen_profile::document::{Number, Said, SaidPii, TopValue};
use ddgen_profile::meaning::mask;

use super::*;

const CANARY: &str = "canaryofverdicts";
const SHADES: &[(&str, &str)] = &[("id", "integer"), ("shade", "string"), ("email", "string")];

/// A drop whose field `path` shows values that nobody takes for personal data.
fn shown(id: u128, content: u64, shape: &[(&str, &str)], path: &str) -> Arrived {
    let mut work = arrived(
        id,
        "w",
        &format!("shades_2026-01-0{id}.csv"),
        content,
        shape,
    );
    for field in &mut work.document.tables[0].fields {
        if field.path == path {
            field.samples = vec![format!("{CANARY} blue"), "green".into()];
            field.top_values = vec![TopValue {
                value: format!("{CANARY} blue"),
                count: 7,
            }];
            field.min = Some(Number::Text(format!("{CANARY} blue")));
            field.max = Some(Number::Text("green".into()));
        }
    }
    work
}

fn say(field: &str, aspect: Aspect, word: &str) -> Edit {
    Edit {
        field: Some(field.to_owned()),
        aspect,
        value: word.to_owned(),
        expects: None,
    }
}

const ALL: Part = Part {
    offset: 0,
    limit: 10,
};

async fn field_of(store: &Store, version: u32, path: &str) -> serde_json::Value {
    let text = store.field_json("shades", Some(version), path).await;
    serde_json::from_str(&text.unwrap()).unwrap()
}

fn codes(field: &serde_json::Value) -> Vec<&str> {
    let findings = field["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|f| f["code"].as_str().unwrap())
        .collect()
}

async fn two_versions() -> (TempDir, Store) {
    let (dir, store) = new_store();
    store.commit(shown(1, 1, SHADES, "shade")).await.unwrap();
    store.commit(shown(2, 2, SHADES, "shade")).await.unwrap();
    (dir, store)
}

#[tokio::test]
async fn what_is_said_to_be_personal_is_masked_everywhere_at_once() {
    let (dir, store) = two_versions().await;
    assert_eq!(store.search_fields(CANARY, ALL).await.unwrap().len(), 1);
    let before = store.dictionary("shades").await.unwrap();

    let edit = say("shade", Aspect::SaidPii, "person");
    let (_, rows) = store.annotate("shades", vec![edit], "ana").await.unwrap();
    assert_eq!(rows[0].value, "PERSON");
    assert_eq!(store.search_fields(CANARY, ALL).await.unwrap(), []);
    assert_eq!(
        store.search_fields("pii:PERSON", ALL).await.unwrap().len(),
        1
    );
    let row = store.dictionary("shades").await.unwrap();
    assert_eq!(row.pii_fields, before.pii_fields + 1);
    for version in [1, 2] {
        let shown = store.show_json("shades", Some(version)).await.unwrap();
        assert!(!shown.contains(CANARY), "{shown}");
        let (_, fields) = store.fields("shades", Some(version), 0, 9).await.unwrap();
        let field = fields.iter().find(|field| field.path == "shade").unwrap();
        assert_eq!(field.pii.as_deref(), Some("PERSON"));
        assert_eq!(
            field.min.as_deref(),
            Some(&*mask(&format!("{CANARY} blue")))
        );
        let field = field_of(&store, version, "shade").await;
        assert_eq!(field["said"]["pii_by"], "ana");
        assert_eq!(field["pii"]["because"], "said by ana");
        assert_eq!(field["samples"][1], "xxxxx");
    }
    // It was so all along: nothing changed between the versions.
    let diff = store.diff_json("shades", Some(1), Some(2)).await.unwrap();
    assert!(diff.contains("\"changes\":[]"), "{diff}");

    // Not only out of sight: out of the bytes.
    store.scrub().await.unwrap();
    store.close().await.unwrap();
    drop(store);
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes());
            assert!(!found, "{} still has it", path.display());
        }
    }
    assert_sound(&dir);
}

#[tokio::test]
async fn what_is_said_to_be_none_stays_masked_and_this_is_told() {
    let (dir, store) = two_versions().await;
    let before = field_of(&store, 2, "email").await;
    assert_eq!(before["pii"]["entity"], "EMAIL_ADDRESS");
    let edits = vec![
        say("email", Aspect::SaidPii, "None"),
        say("email", Aspect::SaidType, "Login Name"),
    ];
    store.annotate("shades", edits, "ana").await.unwrap();
    let after = field_of(&store, 2, "email").await;
    assert_eq!(after["pii"], serde_json::Value::Null);
    assert_eq!(after["semantic_type"], "login_name");
    assert_eq!(after["masked"], true);
    assert_eq!(after["found"]["pii"]["entity"], "EMAIL_ADDRESS");
    assert!(codes(&after).contains(&"VALUES_STAY_MASKED"), "{after}");
    assert_eq!(store.dictionary("shades").await.unwrap().pii_fields, 0);

    // Taken back: what the values say stands again.
    let edits = vec![
        say("email", Aspect::SaidPii, ""),
        say("email", Aspect::SaidType, ""),
    ];
    store.annotate("shades", edits, "bob").await.unwrap();
    let back = field_of(&store, 2, "email").await;
    assert_eq!(back["pii"], before["pii"]);
    assert_eq!(back["semantic_type"], before["semantic_type"]);
    assert_eq!(back.get("said"), None);
    assert_eq!(store.dictionary("shades").await.unwrap().pii_fields, 1);
    let history = store.history("shades", Some("email".into()), Aspect::SaidPii);
    let words: Vec<String> = history
        .await
        .unwrap()
        .into_iter()
        .map(|r| r.value)
        .collect();
    assert_eq!(words, ["", "none"]);
    assert_sound(&dir);
}

#[tokio::test]
async fn a_verdict_goes_to_the_worker_and_wins_over_a_file_that_was_read_meanwhile() {
    let (_dir, store) = two_versions().await;
    let edit = say("shade", Aspect::SaidPii, "PERSON");
    store.annotate("shades", vec![edit], "ana").await.unwrap();
    let folding = dataset::fold("shades_2026-01-03.csv", None);
    let told = store.said_of("w", &folding).await.unwrap();
    let said = Said {
        pii: Some(SaidPii::Entity("PERSON".into())),
        pii_by: Some("ana".into()),
        ..Said::default()
    };
    assert_eq!(told[""]["shade"], said);
    assert!(store.said_of("other", &folding).await.unwrap().is_empty());
    // This one was read before the verdict was given.
    store.commit(shown(3, 3, SHADES, "shade")).await.unwrap();
    let text = store.show_json("shades", None).await.unwrap();
    assert!(!text.contains(CANARY), "{text}");
    assert_eq!(store.search_fields(CANARY, ALL).await.unwrap(), []);
    // And one that was read under a verdict which was taken back meanwhile.
    let mut late = shown(4, 4, SHADES, "shade");
    late.document.tables[0].fields[1].said = Some(said);
    store
        .annotate("shades", vec![say("shade", Aspect::SaidPii, "")], "ana")
        .await
        .unwrap();
    store.commit(late).await.unwrap();
    assert_eq!(field_of(&store, 4, "shade").await.get("said"), None);
}

#[tokio::test]
async fn a_verdict_goes_along_when_its_field_is_renamed() {
    let (_dir, store) = two_versions().await;
    let edit = say("shade", Aspect::SaidPii, "PERSON");
    store.annotate("shades", vec![edit], "ana").await.unwrap();
    let renamed: &[(&str, &str)] = &[("id", "integer"), ("tint", "string"), ("email", "string")];
    store.commit(shown(3, 3, renamed, "tint")).await.unwrap();
    let rename = RenameCall {
        from: Some("shade".into()),
        to: "tint".into(),
    };
    store
        .accept("shades", vec![rename.clone()], "ana")
        .await
        .unwrap();
    let text = store.show_json("shades", None).await.unwrap();
    assert!(!text.contains(CANARY), "{text}");
    assert_eq!(field_of(&store, 3, "tint").await["said"]["pii_by"], "ana");
    assert_eq!(field_of(&store, 1, "shade").await["said"]["pii_by"], "ana");
    // They are two fields after all: the verdict is of the first alone.
    store.refuse("shades", vec![rename], "ana").await.unwrap();
    assert_eq!(field_of(&store, 3, "tint").await.get("said"), None);
    assert_eq!(field_of(&store, 1, "shade").await["said"]["pii_by"], "ana");
}

#[tokio::test]
async fn verdicts_are_words_of_a_form_and_about_fields() {
    let (_dir, store) = two_versions().await;
    for (edit, because) in [
        (say("shade", Aspect::SaidPii, "an e-mail!"), "no entity"),
        (say("shade", Aspect::SaidType, "1st"), "no semantic type"),
        (
            Edit {
                field: None,
                ..say("", Aspect::SaidType, "email")
            },
            "about a field",
        ),
    ] {
        let refused = store.annotate("shades", vec![edit], "ana").await;
        let words = refused.unwrap_err().to_string();
        assert!(words.contains(because), "{words}");
    }
    let cell = ImportCell {
        dictionary: "shades".into(),
        field: Some("shade".into()),
        aspect: Aspect::SaidPii,
        value: "PERSON".into(),
        base: None,
    };
    let done = store.import(vec![cell], OnConflict::Fail, "ana", false);
    assert_eq!(done.await.unwrap().len(), 1);
    let text = store.show_json("shades", None).await.unwrap();
    assert!(!text.contains(CANARY), "{text}");
}
