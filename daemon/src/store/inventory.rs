//! The tables of the store: what they hold and how they are built.

use super::Store;
use rusqlite::Connection;
use serde::Serialize;

use super::error::StoreError;
use super::values::count;

impl Store {
    /// The tables of the store in order of name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tables(&self) -> Result<Vec<TableRow>, StoreError> {
        self.readers.read(tables).await
    }
}

/// One table of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableRow {
    pub name: String,
    pub rows: u64,
    pub columns: Vec<ColumnRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnRow {
    pub name: String,
    #[serde(rename = "type")]
    pub column_type: String,
    pub nullable: bool,
    pub primary_key: bool,
}

/// All tables in order of name, SQLite's own left out.
pub(super) fn tables(db: &Connection) -> Result<Vec<TableRow>, StoreError> {
    let mut names = db.prepare_cached(
        // What SQLite keeps for a full-text index is no table of ours, nor has that index rows to count.
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )?;
    let names = names.query_map([], |row| row.get::<_, String>(0))?;
    let mut tables = Vec::new();
    for name in names {
        let name = name?;
        let quoted = name.replace('"', "\"\"");
        let sql = format!("SELECT count(*) FROM \"{quoted}\"");
        let rows = db.prepare(&sql)?.query_row([], |row| row.get(0))?;
        tables.push(TableRow {
            rows: count(rows),
            columns: columns(db, &name)?,
            name,
        });
    }
    Ok(tables)
}

fn columns(db: &Connection, table: &str) -> Result<Vec<ColumnRow>, StoreError> {
    let mut found = db.prepare_cached(
        "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1) ORDER BY cid",
    )?;
    let found = found.query_map([table], |row| {
        let key: bool = row.get::<_, i64>(3)? > 0;
        Ok(ColumnRow {
            name: row.get(0)?,
            column_type: row.get(1)?,
            nullable: !row.get::<_, bool>(2)? && !key,
            primary_key: key,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
