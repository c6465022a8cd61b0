//! Sketches beside versions.

use ddgen_profile::sketch::{FieldSketch, KeyId, Packed};
use ddgen_profile::{Brief, SketchKey};

use super::*;

fn key() -> SketchKey {
    SketchKey::new([3; 32])
}

/// A drop of a real file, read by the real engine.
fn read(id: u128, path: &str, text: &str) -> Arrived {
    let brief = Brief {
        name: path.to_owned(),
        sketch_key: Some(key()),
        ..Brief::default()
    };
    let learned = ddgen_profile::learn(&text.as_bytes().to_vec(), &brief, &|_| {}).unwrap();
    Arrived {
        document: learned.profile,
        sketches: Some(Packed::unpack(&learned.sketches.pack(&key())).unwrap()),
        ..arrived(id, "w", path, 0, SALES)
    }
}

fn decoded(sketch: &StoredSketch) -> FieldSketch {
    assert_eq!(sketch.key, key().id());
    FieldSketch::decode(&sketch.data, &key()).unwrap()
}

#[tokio::test]
async fn fields_are_found_by_version_and_path() {
    let (dir, store) = new_store();
    for (id, day, text) in [
        (1, "05", "city,people\nOslo,7\nBergen,3\n"),
        (2, "06", "people,city,area\n8,Oslo,1.5\n2,Bodo,2.5\n"),
    ] {
        let drop = read(id, &format!("cities_2026-01-{day}.csv"), text);
        store.commit(drop).await.unwrap();
    }
    let found = store.sketches("cities", 10).await.unwrap();
    let shape: Vec<(u32, Vec<&str>)> = found
        .iter()
        .map(|v| {
            (
                v.version,
                v.fields.iter().map(|f| f.path.as_str()).collect(),
            )
        })
        .collect();
    let expected = [
        (2, vec!["people", "city", "area"]),
        (1, vec!["city", "people"]),
    ];
    assert_eq!(shape, expected);
    let (after, before) = (decoded(&found[0].fields[1]), decoded(&found[1].fields[0]));
    let common = before.overlap(&after).unwrap();
    assert_eq!((common.jaccard, common.of_left), (1.0 / 3.0, 0.5));
    assert_eq!(decoded(&found[0].fields[2]).quantile(1.0), Some(2.5));
    assert_eq!(store.sketches("cities", 1).await.unwrap(), found[..1]);
    let missing = store.sketches("city", 1).await.unwrap_err();
    assert!(missing.to_string().contains("cities"), "{missing}");
    assert_sound(&dir);
}

#[tokio::test]
async fn replaced_content_takes_its_sketches_with_it() {
    let (dir, store) = new_store();
    let first = read(1, "cities.csv", "city,people\nOslo,7\n");
    store.commit(first.provisional(1_000, 9_000)).await.unwrap();
    let second = read(2, "cities.csv", "city\nBodo\nOslo\n");
    let done = store
        .commit(second.provisional(2_000, 9_000))
        .await
        .unwrap();
    assert_eq!(done.outcome, Outcome::Replaced);
    let found = store.sketches("cities", 9).await.unwrap();
    assert_eq!((found.len(), found[0].fields.len()), (1, 1));
    assert_eq!(decoded(&found[0].fields[0]).present(), 2);
    assert_eq!(number(&dir, "SELECT count(*) FROM sketches"), 1);
    assert_sound(&dir);
}

#[tokio::test]
async fn only_the_newest_versions_keep_theirs() {
    let (dir, store) = new_store();
    for n in 1..=40_u32 {
        let drop = read(n.into(), "cities.csv", &format!("city\nOslo\n{n}x\n"));
        store.commit(drop).await.unwrap();
    }
    let found = store.sketches("cities", u32::MAX).await.unwrap();
    let versions: Vec<u32> = found.iter().map(|v| v.version).collect();
    assert_eq!(versions, (9..=40).rev().collect::<Vec<_>>());
    assert_eq!(number(&dir, "SELECT count(*) FROM sketches"), 32);
    assert_sound(&dir);
}

#[tokio::test]
async fn versions_without_sketches_are_left_out() {
    let (_dir, store) = new_store();
    store
        .commit(arrived(1, "w", "sales.csv", 1, SALES))
        .await
        .unwrap();
    assert_eq!(store.sketches("sales", 5).await.unwrap(), []);
    let mut odd = arrived(2, "w", "sales.csv", 2, SALES);
    // Fewer than there are fields: what is there belongs to the first of them.
    odd.sketches = Some(Packed {
        key: KeyId([9; 8]),
        tables: vec![vec![vec![1, 2, 3]]],
    });
    store.commit(odd).await.unwrap();
    let found = store.sketches("sales", 5).await.unwrap();
    let paths: Vec<&str> = found[0].fields.iter().map(|f| f.path.as_str()).collect();
    assert_eq!((found.len(), paths), (1, vec!["id"]));
}
