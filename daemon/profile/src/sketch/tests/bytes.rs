//! Sketches as bytes: the same for ever, never larger than promised, and safe to read from anyone.

use proptest::prelude::*;

use super::*;

fn small() -> Learned {
    learn(
        "city,people\nOslo,700000\nBergen,290000\nOslo,\nBodo,53000\n",
        64 << 20,
    )
}

/// What was written once is read for ever. Where this fails, what is hashed, the unkeyed hash or the
/// bytes have changed: sketches of before cannot be compared with those of now, and `FORMAT` goes up.
#[test]
fn golden_bytes() {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let learned = small();
    assert_eq!(hex(&sketch_of(&learned, "city").encode(&key())), CITY);
    assert_eq!(hex(&sketch_of(&learned, "people").encode(&key())), PEOPLE);
}

/// Worked out by another program, with another BLAKE3.
const CITY: &str = "01d1696524340490730400c0020003801b203125c5d0485411dccdba47b4\
    66e92e29499adf0fd9a2935e01020101";
const PEOPLE: &str = "01d1696524340490730301c00200030ddb3a36ddb3565a3dceaaab57abf6\
    d4f565db3d422b55ff8f40160101010200008701000380c2a7870c01c0a49f010180d34e01";

#[test]
fn hashes_are_those_of_the_values_as_written_and_counts_are_theirs() {
    let learned = small();
    let city = sketch_of(&learned, "city");
    assert_eq!((city.present(), city.missing()), (4, 0));
    let mut expected = [("Oslo", 2), ("Bergen", 1), ("Bodo", 1)]
        .map(|(text, count)| (key().hash(text.as_bytes()), count));
    expected.sort_unstable();
    let found: Vec<(u64, u64)> = city
        .values()
        .entries()
        .iter()
        .map(|e| (e.hash, e.count))
        .collect();
    assert_eq!(found, expected);
    let people = sketch_of(&learned, "people");
    assert_eq!((people.present(), people.missing()), (3, 1));
    assert_eq!(people.quantile(0.0), Some(53_000.0));
    assert_eq!(people.quantile(0.5), Some(290_000.0));
    assert_eq!(people.quantile(1.0), Some(700_000.0));
}

/// As large as a sketch of these bounds can become.
fn worst(bounds: Bounds) -> FieldSketch {
    let entry = |at: usize| Entry {
        hash: u64::MAX - (bounds.values - at) as u64,
        depth: 64,
        count: u64::MAX,
    };
    let step = u32::MAX / (bounds.buckets.max(1) as u32 + 1);
    let many = u64::MAX / (bounds.buckets.max(1) as u64 + 1);
    FieldSketch {
        present: u64::MAX,
        missing: u64::MAX,
        values: ValueSketch {
            level: 65,
            bound: bounds.values,
            entries: (0..bounds.values).map(entry).collect(),
        },
        order: Order::Told(Quantiles {
            scale: Scale::Duration,
            sampled: true,
            bound: bounds.buckets,
            width: 0,
            buckets: (0..bounds.buckets as u32)
                .map(|at| ((at + 1) * step, many))
                .collect(),
        }),
    }
}

#[test]
fn no_field_and_no_file_is_larger_than_promised() {
    for fields in [1, 2, 511, 512, 513, 1_000, 10_000, 65_536] {
        let bounds = Bounds::of(fields).expect("room");
        let bytes = worst(bounds).encode(&key()).len();
        assert!(bytes <= FIELD_BYTES, "{bytes} of {bounds:?}");
        // Length of one among the others, and the head of the file.
        let all = fields * (bytes + 2) + 64;
        assert!(all <= FILE_BYTES + 64, "{all} of {fields} fields");
    }
    assert_eq!(Bounds::of(65_537), None);
    let one = Bounds::of(1).expect("room");
    assert!(one.values >= 256 && one.buckets >= 128, "{one:?}");
}

proptest! {
    #[test]
    fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = FieldSketch::decode(&bytes, &key());
        let _ = Packed::unpack(&bytes);
        // Behind a right head as well.
        let headed = [&[FORMAT][..], &key().id().0, &bytes].concat();
        if let Ok(read) = FieldSketch::decode(&headed, &key()) {
            prop_assert_eq!(&read.encode(&key()), &headed);
            let mut twice = read.clone();
            twice.merge(&read);
            let _ = (read.overlap(&twice), read.quantile(0.5), twice.values().distinct());
        }
        if let Ok(packed) = Packed::unpack(&headed) {
            prop_assert_eq!(packed.key, key().id());
        }
    }

    #[test]
    fn a_changed_byte_is_no_panic(at in 0_usize..200, to in any::<u8>()) {
        let mut bytes = sketch_of(&small(), "people").encode(&key());
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(mut read) = FieldSketch::decode(&bytes, &key()) {
            let other = read.clone();
            read.merge(&other);
            let _ = (read.overlap(&other), read.quantile(0.5), read.encode(&key()));
        }
    }
}

#[test]
fn what_is_cut_or_goes_on_is_damaged() {
    let bytes = sketch_of(&small(), "people").encode(&key());
    for length in 0..bytes.len() {
        assert_eq!(
            FieldSketch::decode(&bytes[..length], &key()),
            Err(Unusable::Damaged)
        );
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(FieldSketch::decode(&longer, &key()), Err(Unusable::Damaged));
}

#[test]
fn other_keys_and_later_formats_are_told_apart() {
    let mut bytes = sketch_of(&small(), "city").encode(&key());
    let other = SketchKey::new([8; 32]);
    assert_eq!(
        FieldSketch::decode(&bytes, &other),
        Err(Unusable::OtherKey(key().id()))
    );
    bytes[0] = 2;
    assert_eq!(
        FieldSketch::decode(&bytes, &key()),
        Err(Unusable::Format(2))
    );
}

#[test]
fn a_file_is_told_apart_into_its_fields() {
    let learned = small();
    let packed = Packed::unpack(&learned.sketches.pack(&key())).unwrap();
    assert_eq!(packed.key, key().id());
    assert!(packed.fits([2].into_iter()));
    assert!(!packed.fits([3].into_iter()) && !packed.fits([2, 0].into_iter()));
    let read = |bytes: &Vec<u8>| FieldSketch::decode(bytes, &key()).unwrap();
    let fields: Vec<FieldSketch> = packed.tables[0].iter().map(read).collect();
    assert_eq!(fields, learned.sketches.tables[0]);
}
