//! Fields and dictionaries by words: of their names, and of what people wrote on them.

use ddgen_ipc::Timestamp;
use rusqlite::types::ToSql;
use rusqlite::{Connection, Row};
use serde::Serialize;

use super::error::StoreError;
use super::values::count;

/// Words of one search that count; each of them must be found.
const WORDS: usize = 8;

/// One field of a current version that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundField {
    pub dictionary: String,
    pub version: u32,
    pub path: String,
    pub name: String,
    #[serde(rename = "type")]
    pub field_type: String,
    pub position: u32,
    pub semantic_type: Option<String>,
    pub pii: Option<String>,
    pub description: Option<String>,
}

/// One dictionary that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundDictionary {
    pub name: String,
    pub watch: String,
    pub version: u32,
    pub records: u64,
    pub fields: u32,
    pub updated_at: Timestamp,
    pub description: Option<String>,
}

/// Which part of what was found is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub offset: u32,
    pub limit: u32,
}

/// Fields of current versions in which every word stands: in the path, the meaning, the class of
/// personal data, or what was written on them. Whose name is the whole search come first.
pub(super) fn fields(
    db: &Connection,
    wanted: &str,
    part: Part,
) -> Result<Vec<FoundField>, StoreError> {
    let words = words(wanted);
    let all = condition(
        words.len(),
        "(f.path LIKE {} ESCAPE '\\' OR x.semantic_type LIKE {} ESCAPE '\\' \
         OR x.pii LIKE {} ESCAPE '\\' OR EXISTS (SELECT 1 FROM annotations a \
         WHERE a.field = f.id AND a.replaced = 0 AND a.value LIKE {} ESCAPE '\\'))",
    );
    let sql = format!(
        "SELECT d.name, v.number, f.path, x.name, x.type, x.position, x.semantic_type, x.pii, \
         (SELECT a.value FROM annotations a WHERE a.field = f.id AND a.aspect = 'description' \
          AND a.replaced = 0 AND a.value <> '' LIMIT 1) \
         FROM dictionaries d JOIN versions v ON v.id = d.current \
         JOIN version_fields x ON x.version = v.id JOIN fields f ON f.id = x.field \
         WHERE d.deleted_at IS NULL AND {all} \
         ORDER BY x.name <> ?3 COLLATE NOCASE, d.name, x.ordinal LIMIT ?1 OFFSET ?2"
    );
    collect(db, &sql, wanted, &words, part, |row| {
        Ok(FoundField {
            dictionary: row.get(0)?,
            version: row.get(1)?,
            path: row.get(2)?,
            name: row.get(3)?,
            field_type: row.get(4)?,
            position: row.get(5)?,
            semantic_type: row.get(6)?,
            pii: row.get(7)?,
            description: row.get(8)?,
        })
    })
}

/// Dictionaries in which every word stands: in the name, or in what was written on them. The one
/// whose name is the whole search comes first.
pub(super) fn dictionaries(
    db: &Connection,
    wanted: &str,
    part: Part,
) -> Result<Vec<FoundDictionary>, StoreError> {
    let words = words(wanted);
    let all = condition(
        words.len(),
        "(d.name LIKE {} ESCAPE '\\' OR EXISTS (SELECT 1 FROM annotations a \
         WHERE a.dictionary = d.id AND a.field IS NULL AND a.replaced = 0 AND a.value LIKE {} ESCAPE '\\'))",
    );
    let sql = format!(
        "SELECT d.name, d.watch, v.number, v.records, v.fields, d.updated_at, \
         (SELECT a.value FROM annotations a WHERE a.dictionary = d.id AND a.field IS NULL \
          AND a.aspect = 'description' AND a.replaced = 0 AND a.value <> '' LIMIT 1) \
         FROM dictionaries d JOIN versions v ON v.id = d.current \
         WHERE d.deleted_at IS NULL AND {all} ORDER BY d.name <> ?3 COLLATE NOCASE, d.name LIMIT ?1 OFFSET ?2"
    );
    collect(db, &sql, wanted, &words, part, |row| {
        Ok(FoundDictionary {
            name: row.get(0)?,
            watch: row.get(1)?,
            version: row.get(2)?,
            records: count(row.get(3)?),
            fields: row.get(4)?,
            updated_at: Timestamp(row.get(5)?),
            description: row.get(6)?,
        })
    })
}

fn collect<T>(
    db: &Connection,
    sql: &str,
    wanted: &str,
    words: &[String],
    part: Part,
    row: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    // Nothing is wanted: not everything is found.
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let name = wanted.trim();
    let mut values: Vec<&dyn ToSql> = vec![&part.limit, &part.offset, &name];
    values.extend(words.iter().map(|word| word as &dyn ToSql));
    let mut found = db.prepare_cached(sql)?;
    let found = found.query_map(values.as_slice(), row)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The same condition for every word; `{}` is where its parameter goes. Three come before them.
fn condition(words: usize, one: &str) -> String {
    let all: Vec<String> = (0..words)
        .map(|word| one.replace("{}", &format!("?{}", word + 4)))
        .collect();
    all.join(" AND ")
}

/// Words as patterns: what they are made of means only itself.
fn words(wanted: &str) -> Vec<String> {
    let escaped = |word: &str| {
        let word = word.replace('\\', "\\\\");
        word.replace('%', "\\%").replace('_', "\\_")
    };
    wanted
        .split_whitespace()
        .take(WORDS)
        .map(|word| format!("%{}%", escaped(word)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_itself_and_there_are_not_too_many() {
        assert_eq!(words(" a_b  100% \\ "), ["%a\\_b%", "%100\\%%", "%\\\\%"]);
        assert_eq!(words(&"x ".repeat(50)).len(), WORDS);
        assert_eq!(condition(2, "p LIKE {}"), "p LIKE ?4 AND p LIKE ?5");
    }
}
