use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::{option, proptest};

use super::super::job::Job;
use super::super::record::{Place, Record};
use crate::arrival::{DropId, Origin, Sighting};

fn a_path() -> impl Strategy<Value = std::path::PathBuf> {
    proptest::collection::vec(1_u8..=255, 0..60).prop_map(|bytes| OsString::from_vec(bytes).into())
}

fn a_sighting() -> impl Strategy<Value = Sighting> {
    (
        any::<String>(),
        a_path(),
        a_path(),
        any::<(u64, i64, u64)>(),
    )
        .prop_map(|(watch, root, path, (size, mtime_ns, inode))| Sighting {
            watch,
            root,
            path,
            size,
            mtime_ns,
            inode,
        })
}

fn a_record() -> impl Strategy<Value = Record> {
    let place = prop_oneof![
        Just(Place::Ready),
        any::<i64>().prop_map(Place::Later),
        any::<i64>().prop_map(Place::Parked)
    ];
    let numbers = any::<(u128, u64, i64, i64, u32, u32, bool, bool)>();
    (a_sighting(), place, numbers, option::of(any::<String>())).prop_map(
        |(sighting, place, numbers, reason)| {
            let (id, seq, first_seen, arrived_at, tries, waits, ran, ingest) = numbers;
            let origin = if ingest {
                Origin::Ingest
            } else {
                Origin::Watched
            };
            let id = DropId(id);
            let job = Job {
                id,
                sighting,
                origin,
                first_seen,
                arrived_at,
                tries,
                waits,
                reason,
            };
            Record {
                job,
                seq,
                ran,
                place,
            }
        },
    )
}

proptest! {
    #[test]
    fn a_record_comes_back_as_it_was(record in a_record()) {
        assert_eq!(Record::decode(&record.encode()), Ok(record));
    }

    #[test]
    fn a_record_cut_short_or_with_bytes_left_is_refused(record in a_record(), cut in any::<u16>()) {
        let mut bytes = record.encode();
        let at = usize::from(cut) % bytes.len();
        assert!(Record::decode(&bytes[..at]).is_err());
        bytes.push(0);
        assert!(Record::decode(&bytes).is_err());
    }

    #[test]
    fn noise_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Record::decode(&bytes);
    }
}

/// Bytes that a released daemon may have left on disk. When this fails, raise the version.
#[test]
fn yesterdays_bytes_are_read() {
    let mut bytes = vec![1];
    bytes.extend(5_u128.to_le_bytes());
    bytes.extend(6_u64.to_le_bytes());
    bytes.extend([3, 1]);
    bytes.extend(70_i64.to_le_bytes());
    bytes.extend(8_i64.to_le_bytes());
    bytes.extend(9_i64.to_le_bytes());
    bytes.extend(2_u32.to_le_bytes());
    bytes.extend(4_u32.to_le_bytes());
    bytes.extend(11_u64.to_le_bytes());
    bytes.extend(12_i64.to_le_bytes());
    bytes.extend(13_u64.to_le_bytes());
    for text in ["in", "/in", "a.csv", "no"] {
        bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    let sighting = Sighting {
        watch: "in".into(),
        root: "/in".into(),
        path: "a.csv".into(),
        size: 11,
        mtime_ns: 12,
        inode: 13,
    };
    let job = Job {
        id: DropId(5),
        sighting,
        origin: Origin::Ingest,
        first_seen: 8,
        arrived_at: 9,
        tries: 2,
        waits: 4,
        reason: Some("no".into()),
    };
    let record = Record {
        job,
        seq: 6,
        ran: true,
        place: Place::Later(70),
    };
    assert_eq!(Record::decode(&bytes), Ok(record.clone()));
    assert_eq!(record.encode(), bytes);
}
