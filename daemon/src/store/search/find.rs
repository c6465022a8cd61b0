//! Which entries are found, in which order.

use std::collections::HashSet;

use rusqlite::{Connection, params, params_from_iter};

use super::ask::{Asked, Nulls};
use super::{Kind, Part, facet, rows, spelling};
use crate::store::error::StoreError;
use crate::store::values::int;

/// Entries of a tier that are put in order among themselves (short names first); of more, nobody
/// looks at all, and they stay in the order they came in.
const ORDERED: usize = 100;
/// Dictionaries that one filter may stand for.
const DICTIONARIES: usize = 200;

/// Row numbers of the part that is wanted, and how words were read that are nowhere.
pub(super) fn ids(
    db: &Connection,
    asked: &Asked,
    kind: Kind,
    part: Part,
) -> Result<(Vec<i64>, Option<String>), StoreError> {
    if asked.is_empty() {
        return Ok((Vec::new(), None));
    }
    let filters = filters(db, asked)?;
    let mut meant = Vec::with_capacity(asked.words.len());
    for word in &asked.words {
        meant.push(spelling::meant(db, word)?);
    }
    let found = through(db, &tiers(asked, &meant, &filters), asked, kind, part)?;
    if !found.is_empty() || part.offset > 0 && has_any(db, asked, &meant, &filters, kind)? {
        return Ok((found, None));
    }
    let mut read_as = Vec::with_capacity(asked.words.len());
    let mut changed = false;
    for (word, meant) in asked.words.iter().zip(&mut meant) {
        let near = spelling::near(db, word)?;
        // What is a word by itself is not corrected.
        if meant.len() == 1 && !near.is_empty() && near[0] != *word {
            *meant = near;
            changed = true;
        }
        read_as.push(meant[0].clone());
    }
    if !changed {
        return Ok((Vec::new(), None));
    }
    let found = through(db, &tiers(asked, &meant, &filters), asked, kind, part)?;
    let read_as = (!found.is_empty()).then(|| read_as.join(" "));
    Ok((found, read_as))
}

/// Whether anything at all is found as it is spelt: past the last page nothing is corrected.
fn has_any(
    db: &Connection,
    asked: &Asked,
    meant: &[Vec<String>],
    filters: &[String],
    kind: Kind,
) -> Result<bool, StoreError> {
    let first = Part {
        offset: 0,
        limit: 1,
    };
    let found = through(db, &tiers(asked, meant, filters), asked, kind, first)?;
    Ok(!found.is_empty())
}

/// Expressions of FTS5, each of which finds at least what the one before it finds.
fn tiers(asked: &Asked, meant: &[Vec<String>], filters: &[String]) -> Vec<String> {
    let with = |parts: Vec<String>| -> String {
        let mut all = parts;
        all.extend_from_slice(filters);
        all.join(" AND ")
    };
    if asked.words.is_empty() {
        return vec![with(Vec::new())];
    }
    let exact: Vec<Vec<String>> = asked.words.iter().map(|word| vec![word.clone()]).collect();
    let every = |columns: &str, words: &[Vec<String>]| {
        let all = words.iter().map(|words| any(columns, words));
        with(all.collect())
    };
    let mut tiers = vec![
        with(vec![any("facet", &[facet::word("whole", &asked.whole)])]),
        every("name", &exact),
        every("name", meant),
        every("name path", meant),
        every("name path text", meant),
        every("name path text sample", meant),
    ];
    // Words that nothing completes make two tiers the same.
    tiers.dedup();
    tiers
}

/// One of these words in one of these columns.
fn any(columns: &str, words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    format!("({{{columns}}} : ({}))", words.join(" OR "))
}

fn filters(db: &Connection, asked: &Asked) -> Result<Vec<String>, StoreError> {
    let mut filters: Vec<String> = Vec::new();
    for facet in &asked.facets {
        filters.push(any("facet", std::slice::from_ref(facet)));
    }
    for nulls in &asked.nulls {
        filters.push(any("facet", &facet::nulls(*nulls)));
    }
    for name in &asked.dictionaries {
        filters.push(any("facet", &named(db, name)?));
    }
    Ok(filters)
}

/// The dictionary of this name, else those in whose names it stands.
fn named(db: &Connection, name: &str) -> Result<Vec<String>, StoreError> {
    let ids = |sql: &str| -> Result<Vec<i64>, StoreError> {
        let mut found = db.prepare_cached(sql)?;
        let found = found.query_map(params![name, int(DICTIONARIES + 1)], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    };
    let mut found = ids(
        "SELECT id FROM dictionaries WHERE name = ?1 COLLATE NOCASE AND deleted_at IS NULL LIMIT ?2",
    )?;
    if found.is_empty() {
        found = ids(
            "SELECT d.id FROM former_names f JOIN dictionaries d ON d.id = f.dictionary \
             WHERE f.name = ?1 AND d.deleted_at IS NULL LIMIT ?2",
        )?;
    }
    if found.is_empty() {
        found = ids(
            "SELECT id FROM dictionaries WHERE instr(lower(name), lower(?1)) AND deleted_at IS NULL LIMIT ?2",
        )?;
    }
    match found.len() {
        0 => Err(StoreError::Asked(format!(
            "no dictionary has `{name}` in its name: `ddgend list` prints them"
        ))),
        many if many > DICTIONARIES => Err(StoreError::Asked(format!(
            "more than {DICTIONARIES} dictionaries have `{name}` in their names: write more of it"
        ))),
        _ => Ok(found
            .iter()
            .map(|id| facet::word("in", &id.to_string()))
            .collect()),
    }
}

/// Reads the tiers one after the other until the part is full.
fn through(
    db: &Connection,
    tiers: &[String],
    asked: &Asked,
    kind: Kind,
    part: Part,
) -> Result<Vec<i64>, StoreError> {
    let wanted = part.offset as usize + part.limit as usize;
    let mut seen = HashSet::new();
    let mut found: Vec<i64> = Vec::new();
    let sql = statement(&asked.nulls, kind);
    let mut statement = db.prepare_cached(&sql)?;
    for tier in tiers {
        // Whether a tier is put in order must not depend on how much of it is wanted.
        let most = wanted.max(ORDERED + 1);
        let numbers = asked.nulls.iter().map(|nulls| nulls.percent);
        let values = params_from_iter(
            [rusqlite::types::Value::from(tier.clone()), int(most).into()]
                .into_iter()
                .chain(numbers.map(Into::into)),
        );
        let ids = statement.query_map(values, |row| row.get(0))?;
        let mut ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
        let few = ids.len() <= ORDERED;
        ids.retain(|id| seen.insert(*id));
        if few {
            rows::order(db, kind, &mut ids)?;
        }
        found.extend(ids);
        if found.len() >= wanted {
            break;
        }
    }
    found.truncate(wanted);
    found.drain(..found.len().min(part.offset as usize));
    Ok(found)
}

/// In order of row number, so that FTS5 stops reading at the limit.
fn statement(nulls: &[Nulls], kind: Kind) -> String {
    let side = match kind {
        Kind::Fields => "rowid > 0",
        Kind::Dictionaries => "rowid < 0",
    };
    let mut sql = format!("SELECT rowid FROM search WHERE search MATCH ?1 AND {side}");
    for (at, nulls) in nulls.iter().enumerate() {
        sql.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM search_entries s JOIN version_fields x ON x.id = s.entry \
             WHERE s.id = search.rowid AND x.null_count * 100.0 {} ?{} * max(x.count, 1))",
            nulls.operator.sql(),
            at + 3
        ));
    }
    sql.push_str(" ORDER BY rowid LIMIT ?2");
    sql
}
