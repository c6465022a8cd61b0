//! YAML as the tree that JSON gives, within limits: a few kilobytes of aliases must never become
//! gigabytes, whoever hands them in.

use serde_json::Value;

/// What aliases may repeat in all: a contract repeats a rule or two, a bomb doubles with every line.
const REPEATED: usize = 20_000;
/// Maps, lists and texts: those of some ten thousand fields.
const NODES: usize = 400_000;
/// Maps and lists within each other; nested properties take two each.
const DEEPEST: usize = 80;

/// Reads one document.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: NODES,
            max_events: NODES * 2,
            max_depth: DEEPEST,
            max_documents: 1,
            max_anchors: 1_000,
            max_aliases: 10_000,
            max_merge_keys: 1_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: REPEATED,
            max_replay_stack_depth: 16,
        },
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::Error,
        // `no` is a country, and `0870` a code.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let words = error.to_string();
        // The lines below the first draw the place of the mistake, and options are not the writer's.
        let first = words.lines().next().unwrap_or_default();
        let first = first.strip_prefix("error: ").unwrap_or(first);
        let end = first.find(", set ").unwrap_or(first.len());
        first[..end].to_owned()
    })
}

/// Writes a tree as people like to read it.
pub(super) fn write(value: &Value) -> Result<String, String> {
    serde_saphyr::to_string(value).map_err(|error| error.to_string())
}
