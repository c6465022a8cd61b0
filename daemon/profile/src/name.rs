//! Endings of file names that tell the format, not the dataset.

/// How the bytes are packed; may stand behind a format.
const PACKED: [&str; 9] = ["gz", "gzip", "zst", "zstd", "bz2", "xz", "lz4", "br", "zip"];

/// What the bytes are.
const FORMAT: [&str; 32] = [
    "csv", "tsv", "tab", "psv", "ssv", "txt", "dat", "data", "json", "jsonl", "ndjson", "geojson",
    "geojsonl", "topojson", "parquet", "pq", "avro", "arrow", "feather", "orc", "xml", "xlsx",
    "xls", "xlsm", "ods", "db", "sqlite", "sqlite3", "gpkg", "proto", "pb", "log",
];

/// The file name without its extensions of format and compression, in whatever case they are
/// written. A name that is nothing but an extension (`.csv`) stays as it is.
#[must_use]
pub fn without_extensions(file_name: &str) -> &str {
    let unpacked = cut(file_name, &PACKED);
    cut(unpacked, &FORMAT)
}

fn cut<'a>(name: &'a str, known: &[&str]) -> &'a str {
    match name.rsplit_once('.') {
        Some((rest, ending))
            if !rest.is_empty() && known.iter().any(|known| known.eq_ignore_ascii_case(ending)) =>
        {
            rest
        }
        _ => name,
    }
}

/// The name of the one table of a file: what is left without extensions.
pub fn table_name(file_name: &str) -> String {
    without_extensions(file_name).to_owned()
}
