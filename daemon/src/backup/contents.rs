//! What a store holds, told by its rows: the same for a store and for its true copy.

use ddgen_ops::backup::{BackupError, Contents, Control, Table};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

use super::sqlite;

/// Rows between two looks at whether to stop.
const LOOK: u64 = 1024;

/// Reads every row of every table, in one snapshot where `db` has a transaction open.
pub(super) fn of(db: &Connection, control: &Control) -> Result<Contents, BackupError> {
    let mut contents = Contents {
        schema: schema(db).map_err(sqlite::failed("reading the store"))?,
        ..Contents::default()
    };
    let names = tables(db).map_err(sqlite::failed("reading the store"))?;
    for (name, keyed) in names {
        let table = table(db, &name, keyed, control)?;
        contents.tables.insert(name, table);
    }
    Ok(contents)
}

/// Number of the last migration; 0 where there is none.
fn schema(db: &Connection) -> rusqlite::Result<u32> {
    let known: Option<i64> = db
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    match known {
        None => Ok(0),
        Some(_) => db.query_row(
            "SELECT coalesce(max(number), 0) FROM migrations",
            [],
            |row| row.get(0),
        ),
    }
}

/// Every table that has rows of its own, and whether it is its own key. A full-text index is its
/// shadow tables.
fn tables(db: &Connection) -> rusqlite::Result<Vec<(String, bool)>> {
    let mut found = db.prepare(
        "SELECT name, wr FROM pragma_table_list \
         WHERE schema = 'main' AND type IN ('table', 'shadow') AND name <> 'sqlite_schema' \
         ORDER BY name",
    )?;
    let found = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    found.collect()
}

fn table(
    db: &Connection,
    name: &str,
    keyed: bool,
    control: &Control,
) -> Result<Table, BackupError> {
    let failed = sqlite::failed(format!("reading the table {name}"));
    let quoted = name.replace('"', "\"\"");
    // NOT INDEXED: in order of the table's own key, by whatever index it could be had quicker.
    let columns = if keyed { "*" } else { "_rowid_, *" };
    let sql = format!("SELECT {columns} FROM main.\"{quoted}\" NOT INDEXED");
    let mut statement = db.prepare(&sql).map_err(&failed)?;
    let columns = statement.column_count();
    let mut found = statement.query([]).map_err(&failed)?;
    let mut hasher = blake3::Hasher::new();
    let (mut rows, mut bytes) = (0_u64, 0_u64);
    while let Some(row) = found.next().map_err(&failed)? {
        for column in 0..columns {
            bytes += take_in(&mut hasher, row.get_ref(column).map_err(&failed)?);
        }
        rows += 1;
        if rows.is_multiple_of(LOOK) {
            control.advance(bytes)?;
            bytes = 0;
        }
    }
    control.advance(bytes)?;
    Ok(Table {
        rows,
        blake3: hasher.finalize().to_hex().to_string(),
    })
}

/// A tag, a length where the type has none of its own, the bytes.
fn take_in(hasher: &mut blake3::Hasher, value: ValueRef<'_>) -> u64 {
    let (tag, bytes): (u8, &[u8]) = match value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(number) => (1, &number.to_le_bytes()),
        ValueRef::Real(number) => (2, &number.to_bits().to_le_bytes()),
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(blob) => (4, blob),
    };
    hasher.update(&[tag]);
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
    bytes.len() as u64 + 9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(sql: &str) -> Contents {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(sql).unwrap();
        of(&db, &Control::default()).unwrap()
    }

    #[test]
    fn order_of_insertion_and_indexes_do_not_show_and_every_value_does() {
        let one = contents(
            "CREATE TABLE t (k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID;
             INSERT INTO t VALUES ('a', 1), ('b', 2.0);",
        );
        let other = contents(
            "CREATE TABLE t (k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID;
             CREATE INDEX i ON t (v, k);
             INSERT INTO t VALUES ('b', 2.0), ('a', 1);",
        );
        assert_eq!(one, other);
        assert_eq!(one.tables["t"].rows, 2);
        for changed in [
            "UPDATE t SET v = '1' WHERE k = 'a'",
            "DELETE FROM t WHERE k = 'b'",
        ] {
            let changed = contents(&format!(
                "CREATE TABLE t (k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID;
                 INSERT INTO t VALUES ('a', 1), ('b', 2.0); {changed}"
            ));
            assert_ne!(one, changed);
        }
    }

    #[test]
    fn a_table_without_its_key_shows_its_row_numbers_and_a_text_index_its_shadows() {
        let rows = |id| {
            contents(&format!(
                "CREATE TABLE t (v); INSERT INTO t(rowid, v) VALUES ({id}, 1)"
            ))
        };
        assert_ne!(rows(1), rows(2));
        let index =
            contents("CREATE VIRTUAL TABLE x USING fts5(words); INSERT INTO x VALUES ('a b');");
        assert!(index.tables.contains_key("x_data") && !index.tables.contains_key("x"));
    }
}
