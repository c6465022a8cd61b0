use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn counts_are_those_of_a_map(values in prop::collection::vec("[ab\0]{0,20}|[a-z]{1,3}", 0..400)) {
        let (mut table, mut map) = (ValueTable::default(), BTreeMap::new());
        for (place, value) in (0_u64..).zip(&values) {
            let bytes = value.as_bytes();
            if (1..=SHORT).contains(&bytes.len()) && place % 2 == 0 {
                let (low, high) = words(bytes);
                let pair = Pair { low, high, length: bytes.len() as u32 };
                table.add_short(pair, hash(bytes), place, place % 4 == 0);
            } else {
                table.add(bytes, 1, place);
            }
            map.entry(bytes.to_vec()).or_insert((0_u64, place)).0 += 1;
        }
        let held: BTreeMap<_, _> = table.iter().map(|v| (v.text.to_vec(), (v.count, v.first))).collect();
        prop_assert_eq!(&held, &map);
        prop_assert!(table.iter().all(|v| v.hash == hash(v.text)));
        // Every level splits into what stays and what goes, and loses nothing.
        let mut dropped = 0;
        table.raise(|value| dropped += value.count);
        prop_assert_eq!(dropped + table.iter().map(|v| v.count).sum::<u64>(), values.len() as u64);
        prop_assert!(table.iter().all(|v| v.hash <= u64::MAX >> 1 || marker::is_candidate(v.text)));
    }
}
