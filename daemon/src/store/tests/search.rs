//! What is found, in which order, and that the index never falls behind.

use std::collections::BTreeMap;

use ddgen_ipc::message::{Aspect, Edit};
use ddgen_profile::document::Field;
use proptest::prelude::*;

use super::removal::entry;
use super::*;
use crate::store::migrate::{ALL, migrate};

const ALL_OF_IT: Part = Part {
    offset: 0,
    limit: 100,
};

fn edit(field: Option<&str>, aspect: Aspect, value: &str) -> Edit {
    Edit {
        field: field.map(str::to_owned),
        aspect,
        value: value.to_owned(),
        expects: None,
    }
}

/// `dictionary.path` of the fields that are found, in order.
async fn fields(store: &Store, words: &str) -> Vec<String> {
    let found = store.search_fields(words, ALL_OF_IT).await.unwrap();
    let found = found.into_iter();
    found
        .map(|field| format!("{}.{}", field.dictionary, field.path))
        .collect()
}

async fn dictionaries(store: &Store, words: &str) -> Vec<String> {
    let found = store.search_dictionaries(words, ALL_OF_IT).await.unwrap();
    found.into_iter().map(|found| found.name).collect()
}

/// Commits a file whose fields are changed first.
async fn commit_with(
    store: &Store,
    id: u128,
    path: &str,
    shape: &[(&str, &str)],
    mut change: impl FnMut(&mut Field),
) {
    let mut arrived = arrived(id, "w", path, u64::try_from(id).unwrap(), shape);
    arrived.document.tables[0]
        .fields
        .iter_mut()
        .for_each(&mut change);
    store.commit(arrived).await.unwrap();
}

#[tokio::test]
async fn a_name_comes_before_a_path_before_words_before_values() {
    let (_dir, store) = new_store();
    let shape = [
        ("seen_in", "string"),
        ("note", "string"),
        ("city.code", "string"),
        ("customerCity", "string"),
        ("citizen", "string"),
        ("city", "string"),
    ];
    commit_with(&store, 1, "visits.csv", &shape, |field| {
        if let Some((_, name)) = field.path.rsplit_once('.') {
            field.name = name.to_owned();
        }
        if field.path == "seen_in" {
            field.samples = vec!["Mexico City".to_owned()];
        }
    })
    .await;
    let about = vec![edit(Some("note"), Aspect::Description, "Says which city.")];
    store.annotate("visits", about, "ana").await.unwrap();
    let found = fields(&store, "City").await;
    let expected = ["city", "customerCity", "city.code", "note", "seen_in"];
    assert_eq!(found, expected.map(|path| format!("visits.{path}")));
    // A beginning finds as well, but after the word itself.
    let found = fields(&store, "citi").await;
    assert_eq!(found, ["visits.citizen"]);
    assert_eq!(
        fields(&store, "visits custom").await,
        ["visits.customerCity"]
    );
    // Pages join without gaps, wherever they are cut.
    for limit in 1..=5 {
        let mut joined = Vec::new();
        for offset in (0..6).step_by(limit as usize) {
            let part = Part { offset, limit };
            let found = store.search_fields("city", part).await.unwrap();
            joined.extend(found.into_iter().map(|field| field.path));
        }
        assert_eq!(joined, expected, "{limit}");
    }
}

#[tokio::test]
async fn a_misspelt_word_is_read_as_the_nearest_and_this_is_said() {
    let (_dir, store) = new_store();
    let shape = [
        ("customer_address", "string"),
        ("email", "string"),
        ("quantity", "integer"),
    ];
    commit_with(&store, 1, "orders.csv", &shape, |_| ()).await;
    let cases = [
        ("custmer", "customer_address"),
        ("adress", "customer_address"),
        ("emial", "email"),
        ("quantitiy", "quantity"),
        ("qauntitty", "quantity"),
        ("custommerr addres", "customer_address"),
        ("mail", "email"),
    ];
    for (typed, path) in cases {
        let found = fields(&store, typed).await;
        assert_eq!(found[0], format!("orders.{path}"), "{typed}: {found:?}");
    }
    let found = store.search("custmer email", ALL_OF_IT).await.unwrap();
    assert_eq!((found.fields.len(), found.read_as), (0, None));
    let found = store
        .search("custmer type:string", ALL_OF_IT)
        .await
        .unwrap();
    assert_eq!(found.read_as.as_deref(), Some("customer"));
    assert!(fields(&store, "zzzz").await.is_empty());
    // Past the end of what is found, nothing else is.
    let past = Part {
        offset: 5,
        limit: 5,
    };
    assert!(store.search_fields("email", past).await.unwrap().is_empty());
}

#[tokio::test]
async fn filters_ask_for_facts() {
    let (_dir, store) = new_store();
    let shape = [
        ("id", "integer"),
        ("day", "date"),
        ("email", "string"),
        ("amount", "number"),
    ];
    commit_with(&store, 1, "sales.csv", &shape, |field| {
        (field.count, field.null_count) = match &*field.path {
            "day" => (1000, 100),
            "amount" => (1000, 101),
            "email" => (1000, 1000),
            _ => (1000, 0),
        };
        field.semantic_type = (field.path == "amount").then(|| "currency_amount".to_owned());
    })
    .await;
    commit_with(&store, 2, "people.csv", PEOPLE, |_| ()).await;
    let edits = vec![
        edit(None, Aspect::Owner, "Ana Müller"),
        edit(Some("amount"), Aspect::Owner, "bob"),
        edit(Some("amount"), Aspect::Tags, "Gold, net value"),
        edit(Some("day"), Aspect::Description, "of the sale"),
        edit(Some("day"), Aspect::Classification, "public"),
    ];
    store.annotate("sales", edits, "ana").await.unwrap();
    let cases: [(&str, &[&str]); 17] = [
        ("type:date", &["sales.day"]),
        ("pii:yes", &["people.email", "sales.email"]),
        ("pii:EMAIL_ADDRESS dictionary:sales", &["sales.email"]),
        ("pii:no dictionary:PEOPLE", &["people.name"]),
        ("semantic:currency_amount", &["sales.amount"]),
        ("owner:muller", &["sales.id", "sales.day", "sales.email"]),
        ("owner:\"ana muller\" type:date", &["sales.day"]),
        ("owner:bob", &["sales.amount"]),
        ("tag:\"net value\"", &["sales.amount"]),
        ("null>10%", &["sales.email", "sales.amount"]),
        ("null>=10 null<100%", &["sales.day", "sales.amount"]),
        ("null=10%", &["sales.day"]),
        ("null=0 owned:no", &["people.name", "people.email"]),
        ("described:yes classified:yes", &["sales.day"]),
        ("watch:w amount", &["sales.amount"]),
        ("watch:other amount", &[]),
        ("email dictionary:ales", &["sales.email"]),
    ];
    for (typed, expected) in cases {
        let mut found = fields(&store, typed).await;
        let mut expected: Vec<String> = expected.iter().map(|&path| path.to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{typed}");
    }
    assert_eq!(dictionaries(&store, "owner:ana").await, ["sales"]);
    assert_eq!(dictionaries(&store, "pii:yes sales").await, ["sales"]);
    for typed in ["typ:date", "dictionary:nowhere"] {
        let error = store.search_fields(typed, ALL_OF_IT).await.unwrap_err();
        assert!(matches!(error, StoreError::Asked(_)), "{error}");
    }
}

#[tokio::test]
async fn values_of_people_are_not_found() {
    let (dir, store) = new_store();
    let shape = [
        ("email", "string"),
        ("remark", "string"),
        ("street", "string"),
    ];
    commit_with(&store, 1, "people.csv", &shape, |field| {
        field.samples = vec!["zanzibar".to_owned()];
        field.masked = field.path != "street";
    })
    .await;
    assert_eq!(fields(&store, "zanzibar").await, ["people.street"]);
    // Found out later: the values leave the index with the verdict.
    look(&dir)
        .execute_batch("UPDATE version_fields SET pii = 'LOCATION' WHERE name = 'street'")
        .unwrap();
    let about = vec![edit(None, Aspect::Owner, "ana")];
    store.annotate("people", about, "ana").await.unwrap();
    assert!(fields(&store, "zanzibar").await.is_empty());
    assert_eq!(fields(&store, "pii:location").await, ["people.street"]);
}

#[tokio::test]
async fn what_is_found_follows_versions_words_and_names() {
    let (dir, store) = new_store();
    commit_with(&store, 1, "table_1.csv", SALES, |_| ()).await;
    let about = |value: &str| vec![edit(Some("amount"), Aspect::Description, value)];
    store
        .annotate("table_1", about("turnover"), "ana")
        .await
        .unwrap();
    assert_eq!(fields(&store, "turnover").await, ["table_1.amount"]);
    // The second one of its shape: the dictionary takes the name of the series.
    commit_with(&store, 2, "table_2.csv", SALES, |_| ()).await;
    assert_eq!(fields(&store, "turnover").await, ["table.amount"]);
    assert_eq!(dictionaries(&store, "table").await, ["table"]);
    assert_eq!(
        fields(&store, "amount dictionary:table_1").await,
        ["table.amount"]
    );
    store.annotate("table", about(""), "ana").await.unwrap();
    assert!(fields(&store, "turnover").await.is_empty());
    // A version without the field.
    commit_with(&store, 3, "table_3.csv", &SALES[..2], |_| ()).await;
    assert!(fields(&store, "amount").await.is_empty());
    assert_eq!(fields(&store, "id").await, ["table.id"]);
    assert_eq!(number(&dir, "SELECT count(*) FROM search_entries"), 3);
    assert_eq!(number(&dir, "SELECT count(*) FROM search_stale"), 0);
    assert_sound(&dir);
}

#[tokio::test]
async fn nothing_is_left_of_what_was_taken_away() {
    let (dir, store) = new_store();
    commit_with(&store, 1, "sales.csv", SALES, |_| ()).await;
    commit_with(&store, 2, "people.csv", PEOPLE, |_| ()).await;
    let about = vec![edit(Some("amount"), Aspect::Description, "turnover")];
    store.annotate("sales", about, "ana").await.unwrap();
    store.hide("sales", entry()).await.unwrap();
    assert!(fields(&store, "amount").await.is_empty());
    store.bring_back("sales", entry()).await.unwrap();
    assert_eq!(fields(&store, "turnover").await, ["sales.amount"]);
    store.erase("sales", entry()).await.unwrap();
    assert!(fields(&store, "amount").await.is_empty());
    for table in ["search_words WHERE word", "search_spellings WHERE spelling"] {
        let sql = format!("SELECT count(*) FROM {table} GLOB 'turnov*'");
        assert_eq!(number(&dir, &sql), 0, "{table}");
    }
    assert_eq!(fields(&store, "email").await, ["people.email"]);
    store.clear(entry()).await.unwrap();
    for table in [
        "search",
        "search_entries",
        "search_words",
        "search_spellings",
        "search_stale",
    ] {
        assert_eq!(
            number(&dir, &format!("SELECT count(*) FROM {table}")),
            0,
            "{table}"
        );
    }
}

#[tokio::test]
async fn a_store_that_knew_of_no_search_is_indexed_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    let before = ALL.iter().position(|one| one.name == "search").unwrap();
    let mut db = connect::writer(&path, Duration::from_secs(1)).unwrap();
    migrate(&mut db, &path, &ALL[..before], 0).unwrap();
    // A commit of today notes findings and moves as well, and asks where people led files, which came
    // later.
    for later in ["findings", "moves", "routes"] {
        let later = ALL.iter().find(|one| one.name == later).unwrap();
        db.execute_batch(later.sql).unwrap();
    }
    let (writer, thread) = Writer::start(db, |_| Ok(()), None).unwrap();
    for (id, name) in [(1, "sales.csv"), (2, "people.csv")] {
        let work = prepare::prepare(arrived(id, "w", name, 1, SALES)).unwrap();
        writer
            .write(move |db| commit::commit(db, &work))
            .await
            .unwrap();
    }
    writer.close().await.unwrap();
    thread.join().unwrap();
    look(&dir)
        .execute_batch(
            "DROP TABLE findings; DROP TABLE moves; DROP TABLE routes; \
             ALTER TABLE dictionaries DROP COLUMN named_by",
        )
        .unwrap();
    let store = open(&dir);
    assert_eq!(
        fields(&store, "amount").await,
        ["people.amount", "sales.amount"]
    );
}

#[tokio::test]
async fn an_index_that_is_broken_keeps_nothing_from_being_stored() {
    let (dir, store) = new_store();
    commit_with(&store, 1, "sales.csv", SALES, |_| ()).await;
    look(&dir)
        .execute_batch("ALTER TABLE search_words RENAME TO elsewhere")
        .unwrap();
    commit_with(&store, 2, "sales.csv", &[("turnover", "number")], |_| ()).await;
    assert_eq!(store.dictionary("sales").await.unwrap().version, 2);
    store.close().await.unwrap();
    look(&dir)
        .execute_batch("ALTER TABLE elsewhere RENAME TO search_words")
        .unwrap();
    assert_eq!(fields(&open(&dir), "turnover").await, ["sales.turnover"]);
}

/// Everything the index holds, by identity.
fn entries(dir: &TempDir) -> BTreeMap<i64, (i64, i64)> {
    let db = look(dir);
    let mut rows = db
        .prepare("SELECT id, entry, digest FROM search_entries")
        .unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))));
    let rows: BTreeMap<_, _> = rows.unwrap().map(Result::unwrap).collect();
    let mut indexed = db
        .prepare("SELECT rowid FROM search ORDER BY rowid")
        .unwrap();
    let indexed = indexed.query_map([], |row| row.get(0)).unwrap();
    let indexed: Vec<i64> = indexed.map(Result::unwrap).collect();
    assert_eq!(indexed, rows.keys().copied().collect::<Vec<_>>());
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever was done step by step, an index made anew is no other.
    #[test]
    fn the_index_is_what_it_would_be_made_anew(
        steps in prop::collection::vec((0..4_u8, 0..3_u8, 0..5_u8), 1..25)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (dir, store) = new_store();
            let names = ["a_1.csv", "a_2.csv", "b.csv"];
            let paths = ["id", "day", "amount", "city", "email"];
            for (id, (step, which, what)) in (1..).zip(steps) {
                let (name, what) = (names[usize::from(which)], usize::from(what));
                let dictionary = name.trim_end_matches(".csv");
                match step {
                    0 | 1 => {
                        let shape: Vec<_> = paths[..=what].iter().map(|p| (*p, "string")).collect();
                        let mut one = arrived(id, "w", name, u64::try_from(id).unwrap(), &shape);
                        if step == 1 {
                            one = one.provisional(1_000, 9_000);
                        }
                        store.commit(one).await.unwrap();
                    }
                    step => {
                        let field = (step == 2).then_some(paths[what]);
                        let aspect = Aspect::ALL[what];
                        let text = format!("word{id}");
                        // The dictionary or its field may not be there yet.
                        let _ = store.annotate(dictionary, vec![edit(field, aspect, &text)], "ana").await;
                    }
                }
            }
            let kept = entries(&dir);
            store.close().await.unwrap();
            look(&dir).execute_batch(
                "DELETE FROM search; DELETE FROM search_entries;
                 INSERT INTO search_stale SELECT id, 0 FROM dictionaries;"
            ).unwrap();
            open(&dir).close().await.unwrap();
            prop_assert_eq!(kept, entries(&dir));
            Ok(())
        })?;
    }
}
