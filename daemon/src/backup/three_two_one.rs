//! Three copies, on two media, one of them elsewhere: which of these is broken, and what to do.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::BackupRow;

use super::standing::LATE_ELSEWHERE_MS;

/// Where copies may lie.
pub(super) struct Places<'a> {
    pub(super) data_dir: &'a Path,
    pub(super) local: &'a str,
    pub(super) elsewhere: Option<&'a str>,
}

pub(super) struct Judged {
    pub(super) copies: u32,
    pub(super) media: u32,
    pub(super) offsite_at: Option<Timestamp>,
    pub(super) broken: Vec<String>,
}

pub(super) fn judge(rows: &[BackupRow], places: &Places<'_>, now: Timestamp) -> Judged {
    let newest = |place: &str| {
        let there = rows
            .iter()
            .filter(|row| row.place == place && row.there && row.problem.is_none());
        there.map(|row| row.taken_at).max()
    };
    let here = newest(places.local);
    let offsite_at = places.elsewhere.and_then(newest);
    let copies = 1 + u32::from(here.is_some()) + u32::from(offsite_at.is_some());
    let mut media = vec![device(places.data_dir)];
    if here.is_some() {
        media.push(device(Path::new(places.local)));
    }
    if let (Some(_), Some(place)) = (offsite_at, places.elsewhere) {
        // A bucket is no disk of this machine.
        media.push(if place.starts_with("s3://") {
            Some(u64::MAX)
        } else {
            device(Path::new(place))
        });
    }
    let mut media: Vec<u64> = media.into_iter().flatten().collect();
    media.sort_unstable();
    media.dedup();
    let media = u32::try_from(media.len()).unwrap_or(u32::MAX);
    let mut broken = Vec::new();
    if here.is_none() {
        broken.push("there is no backup: `ddgend backup now` makes one".to_owned());
    }
    if copies < 3 {
        broken.push(format!(
            "3 copies: there are {copies}, the store itself among them"
        ));
    }
    if media < 2 {
        broken
            .push("2 media: all lie on one disk; set backup.dir to a folder on another".to_owned());
    }
    let late = offsite_at
        .map(|at| now.0.saturating_sub(at.0))
        .filter(|age| *age > LATE_ELSEWHERE_MS);
    match (places.elsewhere, offsite_at, late) {
        (None, _, _) => broken.push(
            "1 elsewhere: set backup.offsite to a mounted folder or s3://BUCKET/FOLDER".to_owned(),
        ),
        (Some(place), None, _) => broken.push(format!("1 elsewhere: {place} has none yet")),
        (Some(place), Some(_), Some(age)) => broken.push(format!(
            "1 elsewhere: the newest in {place} is {} days old",
            age / 86_400_000
        )),
        _ => {}
    }
    Judged {
        copies,
        media,
        offsite_at,
        broken,
    }
}

/// The disk a folder is on, or will be.
fn device(path: &Path) -> Option<u64> {
    let there = path.ancestors().find(|path| path.exists())?;
    there.metadata().ok().map(|data| data.dev())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(place: &str, at: i64) -> BackupRow {
        BackupRow {
            id: "x".into(),
            place: place.into(),
            kind: "full".into(),
            why: "schedule".into(),
            base: None,
            taken_at: Timestamp(at),
            finished_at: Timestamp(at),
            bytes: 1,
            store_bytes: 1,
            there: true,
            verified_at: None,
            problem: None,
        }
    }

    #[test]
    fn what_is_broken_is_named_and_what_is_whole_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let local = dir.path().to_str().unwrap();
        let places = |elsewhere| Places {
            data_dir: dir.path(),
            local,
            elsewhere,
        };
        let now = Timestamp(100 * 86_400_000);
        let none = judge(&[], &places(None), now);
        assert_eq!((none.copies, none.media, none.broken.len()), (1, 1, 4));
        let bucket = Some("s3://b/x");
        let two = [row(local, now.0), row("s3://b/x", now.0 - 86_400_000)];
        let whole = judge(&two, &places(bucket), now);
        assert_eq!((whole.copies, whole.media), (3, 2));
        assert_eq!(whole.broken, Vec::<String>::new());
        let late = judge(&two, &places(bucket), Timestamp(now.0 + 10 * 86_400_000));
        assert_eq!(late.broken.len(), 1);
        assert!(late.broken[0].contains("11 days old"), "{:?}", late.broken);
        // A folder on the same disk is one more copy and no other medium.
        let same = dir.path().join("mounted");
        let same = same.to_str().unwrap();
        let near = judge(
            &[row(local, now.0), row(same, now.0)],
            &places(Some(same)),
            now,
        );
        assert_eq!((near.copies, near.media), (3, 1));
        assert!(near.broken[0].starts_with("2 media"), "{:?}", near.broken);
    }
}
