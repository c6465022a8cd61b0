use std::collections::BTreeSet;
use std::fs;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use ddgen_ops::backup::{Depth, check};

use super::*;

/// The same damage in every run.
fn dice() -> TestRng {
    TestRng::deterministic_rng(RngAlgorithm::ChaCha)
}

fn below(dice: &mut TestRng, end: usize) -> usize {
    usize::try_from(dice.next_u64() % end as u64).unwrap()
}

impl Yard {
    /// What a check finds wrong.
    fn problems(&self, known: &BTreeSet<String>) -> Vec<String> {
        let control = Control::default();
        let found = check(&self.shop.local, known, Depth::Bytes, &control).unwrap();
        found.into_iter().map(|problem| problem.because).collect()
    }
}

async fn three_backups(key: Option<&str>) -> (Yard, BTreeSet<String>) {
    let yard = Yard::new(key);
    yard.fill(0, 40).await;
    let full = yard.full();
    yard.fill(40, 10).await;
    let increment = yard.incremental(&full);
    yard.fill(50, 10).await;
    let other = yard.full();
    let known = [full.id, increment.id, other.id].into();
    assert_eq!(yard.problems(&known), Vec::<String>::new());
    (yard, known)
}

#[tokio::test]
async fn a_thousand_flipped_bytes_and_a_hundred_cuts_are_all_found() {
    for key in [None, Some("a key that is long enough")] {
        let (yard, known) = three_backups(key).await;
        let files = yard.objects();
        let mut dice = dice();
        for round in 0..550 {
            let path = &files[below(&mut dice, files.len())];
            let whole = fs::read(path).unwrap();
            let mut bytes = whole.clone();
            let what = if round % 11 == 0 {
                bytes.truncate(below(&mut dice, bytes.len()));
                format!("{} cut to {} bytes", path.display(), bytes.len())
            } else {
                let at = below(&mut dice, bytes.len());
                bytes[at] ^= 1 << below(&mut dice, 8);
                format!("{} changed at {at}", path.display())
            };
            fs::write(path, bytes).unwrap();
            assert!(!yard.problems(&known).is_empty(), "{what}");
            fs::write(path, whole).unwrap();
        }
        assert_eq!(yard.problems(&known), Vec::<String>::new());
    }
}

#[tokio::test]
async fn swapped_and_deleted_files_and_folders_are_all_found() {
    let (yard, known) = three_backups(None).await;
    let files = yard.objects();
    for one in &files {
        let kept = yard.dir.path().join("kept");
        fs::rename(one, &kept).unwrap();
        assert!(
            !yard.problems(&known).is_empty(),
            "{} is gone",
            one.display()
        );
        fs::rename(&kept, one).unwrap();
    }
    let swap = |one: &Path, other: &Path| {
        let kept = yard.dir.path().join("kept");
        fs::rename(one, &kept).unwrap();
        fs::rename(other, one).unwrap();
        fs::rename(&kept, other).unwrap();
    };
    for one in &files {
        for other in files.iter().filter(|other| *other > one) {
            if fs::read(one).unwrap() == fs::read(other).unwrap() {
                continue;
            }
            swap(one, other);
            let what = format!("{} and {} were swapped", one.display(), other.display());
            assert!(!yard.problems(&known).is_empty(), "{what}");
            swap(one, other);
        }
    }
    let folders: Vec<PathBuf> = known
        .iter()
        .map(|id| yard.shop.local.root().join(id))
        .collect();
    for one in &folders {
        let kept = yard.dir.path().join("kept");
        fs::rename(one, &kept).unwrap();
        assert!(
            !yard.problems(&known).is_empty(),
            "{} is gone",
            one.display()
        );
        fs::rename(&kept, one).unwrap();
        for other in folders.iter().filter(|other| *other > one) {
            swap(one, other);
            assert!(!yard.problems(&known).is_empty(), "folders were swapped");
            swap(one, other);
        }
    }
    assert_eq!(yard.problems(&known), Vec::<String>::new());
}

/// What is whole byte for byte and not what the snapshot held: only a restore can tell.
#[tokio::test]
async fn a_copy_that_is_whole_and_wrong_is_found_by_restoring_it() {
    let yard = Yard::new(None);
    yard.fill(0, 20).await;
    let mut manifest = yard.full();
    manifest.contents.tables.get_mut("drops").unwrap().rows += 1;
    let path = yard
        .shop
        .local
        .root()
        .join(&manifest.id)
        .join("manifest.json");
    fs::write(path, manifest.to_text().unwrap()).unwrap();
    let place = &yard.shop.local;
    let error = yard
        .shop
        .verify(place, &manifest.id, &Control::default())
        .unwrap_err();
    assert!(error.is_damage(), "{error}");
    assert!(
        error.to_string().contains("drops had 21 rows and has 20"),
        "{error}"
    );
}
