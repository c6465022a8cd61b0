//! A document of 10,000 fields.

use std::time::Instant;

use super::*;

const FIELDS: usize = 10_000;

#[tokio::test]
async fn ten_thousand_fields_are_paged_without_reading_the_document() {
    let (dir, store) = new_store();
    let paths: Vec<String> = (0..FIELDS)
        .map(|at| format!("group{}.field{at}", at % 7))
        .collect();
    let shape: Vec<_> = paths
        .iter()
        .map(|path| (path.as_str(), "integer"))
        .collect();
    let whole = arrived(1, "w", "wide.csv", 1, &shape);
    let text = serde_json::to_string(&whole.document).unwrap();
    store.commit(whole).await.unwrap();

    let start = Instant::now();
    let mut seen = Vec::new();
    for offset in (0..FIELDS).step_by(500) {
        let offset = u32::try_from(offset).unwrap();
        let (total, rows) = store.fields("wide", None, offset, 500).await.unwrap();
        assert_eq!(total as usize, FIELDS);
        seen.extend(rows.into_iter().map(|row| row.path));
    }
    let paging = start.elapsed();
    assert_eq!(seen, paths);
    let start = Instant::now();
    let last = store
        .field_json("wide", None, &paths[FIELDS - 1])
        .await
        .unwrap();
    let one = start.elapsed();
    assert!(last.contains("\"position\":10000"));
    let shown = store.show_json("wide", Some(1)).await.unwrap();
    assert!(shown.ends_with(&format!("{text}}}")));
    // Far above what it takes (20 pages in 60 ms, one field in 2 ms), far below a full parse each.
    assert!(paging < Duration::from_secs(2), "{paging:?}");
    assert!(one < Duration::from_millis(500), "{one:?}");
    println!("20 pages of 500 fields: {paging:?}; one field: {one:?}");

    let second = arrived(2, "w", "wide.csv", 2, &shape[..FIELDS / 2]);
    let start = Instant::now();
    store.commit(second).await.unwrap();
    println!("a commit of 5,000 fields: {:?}", start.elapsed());
    assert_eq!(
        number(&dir, "SELECT count(*) FROM fields WHERE last_version = 2"),
        5_000
    );
    assert_sound(&dir);
}
