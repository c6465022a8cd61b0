//! Encoding, packing and dialect: any bytes end in a profile that adds up or in a refusal, and packed
//! they end in the same.

#![no_main]

use ddgen_profile::Brief;
use libfuzzer_sys::fuzz_target;

fn tables(bytes: &[u8]) -> Option<String> {
    let profile = ddgen_profile::profile(&bytes.to_vec(), &Brief::default(), &|_| {}).ok()?;
    assert_eq!(profile.source.bytes, bytes.len() as u64);
    for field in profile.tables.iter().flat_map(|table| &table.fields) {
        assert_eq!(field.type_counts.values().sum::<u64>(), field.count);
        assert!(field.null_count <= field.count);
    }
    let tables = serde_json::to_string(&profile.tables).expect("a document");
    Some(tables.replace(" of the unpacked content", ""))
}

fuzz_target!(|bytes: &[u8]| {
    let plain = tables(bytes);
    // Not each time: packing costs as much as reading.
    if bytes.len() % 8 == 0
        && let Some(plain) = plain
        && !is_packed(bytes)
    {
        let packed = zstd::encode_all(bytes, 1).expect("memory");
        assert_eq!(tables(&packed), Some(plain), "packed");
    }
});

/// What is packed is not read when it is packed once more.
fn is_packed(bytes: &[u8]) -> bool {
    let profile = ddgen_profile::profile(&bytes.to_vec(), &Brief::default(), &|_| {});
    profile.is_ok_and(|profile| profile.source.compression.is_some())
}
