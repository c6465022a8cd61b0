//! Keeps the index in step with the tables. Triggers note in `search_stale` what was written;
//! before the writer's transaction commits, all of it is looked at again, so that readers see both
//! or neither. Whoever writes need not know of the index.

use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;

use super::spelling::{self, Learner};
use super::{facet, words};
use crate::store::error::StoreError;
use crate::store::values::count;

/// Words of one column of an entry; what lies behind is not found.
const NAMES: usize = 48;
const TEXTS: usize = 256;
const SAMPLED: usize = 64;
/// Values of a field that are looked at.
const SAMPLES: usize = 10;

/// Everything in `search_stale`: all of the dictionary's fields and itself, or itself alone.
const ALL: i64 = 0;
const ITSELF: i64 = -1;

/// What one entry is found by.
#[derive(Default)]
struct Entry {
    name: Vec<String>,
    path: Vec<String>,
    text: Vec<String>,
    sample: Vec<String>,
    facet: BTreeSet<String>,
}

/// What people wrote on one field, or on the dictionary.
type Written = HashMap<String, String>;

struct Dictionary {
    id: i64,
    name: String,
    watch: String,
    current: i64,
    /// By field; 0: the dictionary's own.
    written: HashMap<i64, Written>,
}

/// The part of a stored field that is read for its values.
#[derive(Deserialize)]
struct Values {
    samples: Vec<String>,
    masked: bool,
}

/// Brings into step what is stale, at most `most` dictionaries of it; says whether there was any.
pub(super) fn settle(db: &Connection, most: u32) -> Result<bool, StoreError> {
    let stale: Vec<(i64, bool)> = db
        .prepare_cached(
            "SELECT dictionary, max(field = 0) FROM search_stale GROUP BY dictionary LIMIT ?1",
        )?
        .query_map([most], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut learner = Learner::default();
    let mut gone = false;
    for (id, all) in &stale {
        let fields = match all {
            true => vec![ALL],
            false => db
                .prepare_cached("SELECT field FROM search_stale WHERE dictionary = ?1")?
                .query_map([id], |row| row.get(0))?
                .collect::<Result<_, _>>()?,
        };
        gone |= !refresh(db, &mut learner, *id, &fields)?;
        db.prepare_cached("DELETE FROM search_stale WHERE dictionary = ?1")?
            .execute([id])?;
    }
    // What was taken away must not be read out of what completes and corrects.
    if gone {
        spelling::forget_unused(db)?;
    }
    Ok(!stale.is_empty())
}

/// False when entries went with their dictionary.
fn refresh(
    db: &Connection,
    learner: &mut Learner,
    id: i64,
    stale: &[i64],
) -> Result<bool, StoreError> {
    let all = stale.contains(&ALL);
    let mut before = standing(db, id, stale, all)?;
    let dictionary = dictionary(db, id)?;
    if let Some(dictionary) = &dictionary {
        if all || stale.contains(&ITSELF) {
            let entry = of_dictionary(db, dictionary)?;
            put(db, learner, &mut before, (-id, id, 0), entry)?;
        }
        fields(db, dictionary, stale, all, |field, row, entry| {
            put(db, learner, &mut before, (field, id, row), entry)
        })?;
    }
    let mut remove = db.prepare_cached("DELETE FROM search WHERE rowid = ?1")?;
    let mut forget = db.prepare_cached("DELETE FROM search_entries WHERE id = ?1")?;
    for gone in before.keys() {
        remove.execute([gone])?;
        forget.execute([gone])?;
    }
    Ok(dictionary.is_some() || before.is_empty())
}

/// Entries of the dictionary that are looked at again: row shown, and digest.
fn standing(
    db: &Connection,
    dictionary: i64,
    stale: &[i64],
    all: bool,
) -> Result<HashMap<i64, (i64, i64)>, StoreError> {
    let mut found = db.prepare_cached(
        "SELECT id, entry, digest FROM search_entries WHERE dictionary = ?1 AND (?2 = 0 OR id = ?2)",
    )?;
    let mut standing = HashMap::new();
    let only = |field: &i64| {
        if *field == ITSELF {
            -dictionary
        } else {
            *field
        }
    };
    let wanted: Vec<i64> = match all {
        true => vec![ALL],
        false => stale.iter().map(only).collect(),
    };
    for id in wanted {
        let rows = found.query_map([dictionary, id], |row| {
            Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
        })?;
        for row in rows {
            let (id, entry) = row?;
            standing.insert(id, entry);
        }
    }
    Ok(standing)
}

/// Writes an entry where it is new or differs, and takes it out of those that stood before.
fn put(
    db: &Connection,
    learner: &mut Learner,
    before: &mut HashMap<i64, (i64, i64)>,
    (id, dictionary, row): (i64, i64, i64),
    entry: Entry,
) -> Result<(), StoreError> {
    let Entry {
        name,
        path,
        text,
        sample,
        facet,
    } = entry;
    let columns = [
        name.join(" "),
        path.join(" "),
        text.join(" "),
        sample.join(" "),
        facet.into_iter().collect::<Vec<_>>().join(" "),
    ];
    let digest = digest(&columns);
    let stood = before.remove(&id);
    if stood == Some((row, digest)) {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT INTO search_entries (id, dictionary, entry, digest) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (id) DO UPDATE SET dictionary = excluded.dictionary, \
           entry = excluded.entry, digest = excluded.digest",
    )?
    .execute(params![id, dictionary, row, digest])?;
    if stood.is_some_and(|(_, before)| before == digest) {
        return Ok(());
    }
    // Also where none is known: a field may have come from another dictionary.
    db.prepare_cached("DELETE FROM search WHERE rowid = ?1")?
        .execute([id])?;
    db.prepare_cached(
        "INSERT INTO search (rowid, name, path, text, sample, facet) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        id, columns[0], columns[1], columns[2], columns[3], columns[4]
    ])?;
    for words in [&name, &path, &text] {
        for word in words.iter().filter(|word| !is_joined(word, words)) {
            learner.learn(db, word)?;
        }
    }
    Ok(())
}

/// Whether the word is others put together, as the whole of a name is: whoever begins to type it
/// finds them, and it would only crowd out words that say something else.
fn is_joined(word: &str, words: &[String]) -> bool {
    let others = || words.iter().filter(|other| *other != word);
    others().any(|other| word.starts_with(other.as_str()))
        && others().any(|other| word.ends_with(other.as_str()))
}

fn digest(columns: &[String; 5]) -> i64 {
    let mut hasher = blake3::Hasher::new();
    for column in columns {
        hasher.update(column.as_bytes());
        hasher.update(&[0]);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_le_bytes(first)
}

/// None: it is gone or hidden, or has no version.
fn dictionary(db: &Connection, id: i64) -> Result<Option<Dictionary>, StoreError> {
    let found = db
        .prepare_cached(
            "SELECT name, watch, current FROM dictionaries WHERE id = ?1 AND current IS NOT NULL AND deleted_at IS NULL",
        )?
        .query_row([id], |row| {
            Ok(Dictionary {
                id,
                name: row.get(0)?,
                watch: row.get(1)?,
                current: row.get(2)?,
                written: HashMap::new(),
            })
        })
        .optional()?;
    let Some(mut dictionary) = found else {
        return Ok(None);
    };
    let mut rows = db.prepare_cached(
        "SELECT coalesce(field, 0), aspect, value FROM annotations \
         WHERE dictionary = ?1 AND replaced = 0 AND value <> ''",
    )?;
    let mut rows = rows.query([id])?;
    while let Some(row) = rows.next()? {
        let written = dictionary.written.entry(row.get(0)?).or_default();
        written.insert(row.get(1)?, row.get(2)?);
    }
    Ok(Some(dictionary))
}

fn of_dictionary(db: &Connection, dictionary: &Dictionary) -> Result<Entry, StoreError> {
    let (file, personal): (String, bool) = db
        .prepare_cached("SELECT file, pii_fields > 0 FROM versions WHERE id = ?1")?
        .query_row([dictionary.current], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut entry = Entry {
        name: words::of_name(&dictionary.name),
        ..Entry::default()
    };
    entry.path.extend(words::of_name(&file));
    entry.path.extend(words::of_name(&dictionary.watch));
    entry
        .facet
        .insert(facet::word("whole", &words::whole(&dictionary.name)));
    entry
        .facet
        .insert(facet::word("pii", if personal { "yes" } else { "no" }));
    written_on(&mut entry, dictionary, 0);
    Ok(entry)
}

/// Calls `each` with every field that is wanted: its id, its row, its entry.
fn fields(
    db: &Connection,
    dictionary: &Dictionary,
    stale: &[i64],
    all: bool,
    mut each: impl FnMut(i64, i64, Entry) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    if !all && stale.iter().all(|field| *field == ITSELF) {
        return Ok(());
    }
    let around = words::of_name(&dictionary.name);
    let mut rows = db.prepare_cached(
        "SELECT f.id, x.id, f.path, x.name, x.type, x.semantic_type, x.pii, x.count, x.null_count, \
           x.profile FROM version_fields x JOIN fields f ON f.id = x.field WHERE x.version = ?1",
    )?;
    let mut rows = rows.query([dictionary.current])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if !all && !stale.contains(&id) {
            continue;
        }
        let (path, name): (String, String) = (row.get(2)?, row.get(3)?);
        let mut entry = Entry {
            name: words::of_name(&name),
            ..Entry::default()
        };
        if path != name {
            entry.path = words::of_name(&path);
        }
        entry.path.extend_from_slice(&around);
        entry
            .facet
            .insert(facet::word("whole", &words::whole(&name)));
        entry.facet.insert(facet::word(
            "type",
            row.get_ref(4)?.as_str().unwrap_or("any"),
        ));
        let semantic: Option<String> = row.get(5)?;
        let pii: Option<String> = row.get(6)?;
        for (key, value) in [("semantic", &semantic), ("pii", &pii)] {
            if let Some(value) = value {
                entry.text.extend(words::of_name(value));
                entry.facet.insert(facet::word(key, &words::value(value)));
            }
        }
        entry
            .facet
            .insert(facet::word("pii", if pii.is_some() { "yes" } else { "no" }));
        entry
            .facet
            .insert(facet::null(count(row.get(8)?), count(row.get(7)?)));
        let values: Result<Values, _> =
            serde_json::from_str(row.get_ref(9)?.as_str().unwrap_or(""));
        // Whatever hides behind a mask must not be found either.
        if let Ok(values) = values
            && !values.masked
            && pii.is_none()
        {
            let samples = values.samples.iter().take(SAMPLES);
            entry.sample = samples
                .flat_map(|value| words::of_text(value))
                .take(SAMPLED)
                .collect();
        }
        written_on(&mut entry, dictionary, id);
        each(id, row.get(1)?, entry)?;
    }
    Ok(())
}

/// What people wrote, and the facets all entries have.
fn written_on(entry: &mut Entry, dictionary: &Dictionary, field: i64) {
    let none = Written::new();
    let of = |field| dictionary.written.get(&field).unwrap_or(&none);
    let written = of(field);
    if let Some(name) = written.get("business_name") {
        entry.name.extend(words::of_name(name));
        entry
            .facet
            .insert(facet::word("whole", &words::whole(name)));
    }
    // In this order: a long description must not crowd out the short ones.
    for aspect in [
        "tags",
        "owner",
        "classification",
        "criticality",
        "description",
        "examples",
    ] {
        if let Some(text) = written.get(aspect) {
            entry.text.extend(words::of_text(text).take(TEXTS));
        }
    }
    let owner = written.get("owner").or_else(|| of(0).get("owner"));
    for (key, word) in [
        ("described", "description"),
        ("classified", "classification"),
    ] {
        let is = if written.contains_key(word) {
            "yes"
        } else {
            "no"
        };
        entry.facet.insert(facet::word(key, is));
    }
    entry.facet.insert(facet::word(
        "owned",
        if owner.is_some() { "yes" } else { "no" },
    ));
    if let Some(owner) = owner {
        entry
            .facet
            .insert(facet::word("owner", &words::value(owner)));
        entry
            .facet
            .extend(words::of_text(owner).map(|word| facet::word("owner", &word)));
    }
    for tag in written
        .get("tags")
        .into_iter()
        .flat_map(|tags| tags.split(','))
    {
        entry.facet.insert(facet::word("tag", &words::value(tag)));
    }
    entry
        .facet
        .insert(facet::word("watch", &words::value(&dictionary.watch)));
    entry
        .facet
        .insert(facet::word("in", &dictionary.id.to_string()));
    entry.name.truncate(NAMES);
    entry.path.truncate(NAMES);
    entry.text.truncate(TEXTS);
}
