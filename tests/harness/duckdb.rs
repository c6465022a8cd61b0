//! DuckDB, the second opinion on numbers, and files of PyPI packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A folder of an installed Python package, where `./test` put it.
#[must_use]
pub fn python_package(name: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("DDGEN_TEST_PYTHON")?).join(name);
    folder.is_dir().then_some(folder)
}

/// The rows that a query gives, each a list; `{file}` stands for the quoted path. None without
/// DuckDB.
///
/// # Panics
/// When DuckDB refuses the query.
#[must_use]
pub fn duckdb(file: &Path, query: &str) -> Option<Vec<Vec<Value>>> {
    const SCRIPT: &str = "import duckdb, json, sys, datetime, decimal\n\
        def plain(v):\n    \
            return v if isinstance(v, (int, float, str, bool)) or v is None else str(v)\n\
        rows = duckdb.sql(sys.argv[1]).fetchall()\n\
        print(json.dumps([[plain(v) for v in row] for row in rows]))";
    python_package("duckdb")?;
    let quoted = format!("'{}'", file.display().to_string().replace('\'', "''"));
    let output = Command::new("python3")
        .args(["-c", SCRIPT, &query.replace("{file}", &quoted)])
        .env("PYTHONPATH", std::env::var_os("DDGEN_TEST_PYTHON")?)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{query}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
