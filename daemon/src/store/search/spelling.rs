//! The words there are: to complete what is typed, and to find what is misspelt.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::error::StoreError;
use crate::store::values::int;

/// Words that are known at most: a hundred thousand are more than a house uses, and may be looked
/// through in some milliseconds. Later ones are found by their whole alone.
const WORDS: i64 = 100_000;
/// Words that one typed word stands for at most, itself among them.
const MEANT: usize = 32;
/// Letters a word needs, so that it is looked for inside of others, and may be misspelt.
const TELLING: usize = 3;
const MISSPELT: usize = 4;
/// A word of so many letters may be misspelt twice.
const LONG: usize = 8;

/// Learns words; what was learned in one go is not asked for again.
#[derive(Default)]
pub(super) struct Learner {
    known: HashSet<String>,
}

impl Learner {
    pub(super) fn learn(&mut self, db: &Connection, word: &str) -> Result<(), StoreError> {
        // Numbers are not misspelt but others, and codes are no words.
        let letters = word.chars().all(char::is_alphabetic);
        if !letters || word.chars().nth(TELLING - 1).is_none() || self.known.contains(word) {
            return Ok(());
        }
        self.known.insert(word.to_owned());
        let added: Option<i64> = db
            .prepare_cached(
                "INSERT OR IGNORE INTO search_words (word) \
                 SELECT ?1 WHERE (SELECT coalesce(max(id), 0) FROM search_words) < ?2 RETURNING id",
            )?
            .query_row(params![word, WORDS], |row| row.get(0))
            .optional()?;
        let Some(id) = added else { return Ok(()) };
        let mut insert = db.prepare_cached(
            "INSERT OR IGNORE INTO search_spellings (spelling, word) VALUES (?1, ?2)",
        )?;
        for spelling in without_one(word) {
            insert.execute(params![spelling, id])?;
        }
        Ok(())
    }
}

/// Forgets the words that no entry has any more. Looks each of them up: some seconds at most, when a
/// dictionary is taken away.
pub(super) fn forget_unused(db: &Connection) -> Result<(), StoreError> {
    let mut words = db.prepare_cached("SELECT id, word FROM search_words")?;
    let mut used = db.prepare_cached("SELECT 1 FROM search WHERE search MATCH ?1 LIMIT 1")?;
    let mut unused: Vec<(i64, String)> = Vec::new();
    for row in words.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (id, word): (i64, String) = row?;
        if !used.exists([format!("{{name path text}} : \"{word}\"")])? {
            unused.push((id, word));
        }
    }
    let mut forget = db.prepare_cached("DELETE FROM search_words WHERE id = ?1")?;
    let mut unspell =
        db.prepare_cached("DELETE FROM search_spellings WHERE spelling = ?1 AND word = ?2")?;
    for (id, word) in unused {
        forget.execute([id])?;
        for spelling in without_one(&word) {
            unspell.execute(params![spelling, id])?;
        }
    }
    Ok(())
}

/// The words that begin with this one or have it inside, itself first.
pub(super) fn meant(db: &Connection, word: &str) -> Result<Vec<String>, StoreError> {
    let mut words = vec![word.to_owned()];
    let length = word.chars().count();
    if length > 1 {
        // Up to the last word that can begin so.
        let end = format!("{word}\u{10ffff}");
        let mut found = db.prepare_cached(
            "SELECT word FROM search_words WHERE word > ?1 AND word < ?2 \
             ORDER BY length(word), word LIMIT ?3",
        )?;
        let found = found.query_map(params![word, end, int(MEANT - 1)], |row| row.get(0))?;
        for word in found {
            words.push(word?);
        }
    }
    if length >= TELLING && words.len() < MEANT {
        let mut found = db.prepare_cached(
            "SELECT word FROM search_words WHERE instr(word, ?1) > 1 \
             ORDER BY length(word), word LIMIT ?2",
        )?;
        let found = found.query_map(params![word, int(MEANT - words.len())], |row| row.get(0))?;
        for word in found {
            words.push(word?);
        }
    }
    Ok(words)
}

/// The words that may have been meant by one that is not there: the nearest alone.
pub(super) fn near(db: &Connection, word: &str) -> Result<Vec<String>, StoreError> {
    let letters = word.chars().count();
    if letters < MISSPELT {
        return Ok(Vec::new());
    }
    let farthest = if letters < LONG { 1 } else { 2 };
    let mut typed: HashSet<String> = without_one(word).collect();
    if farthest > 1 {
        let more: Vec<String> = typed.iter().flat_map(|word| without_one(word)).collect();
        typed.extend(more);
    }
    typed.insert(word.to_owned());
    let mut spelt = db.prepare_cached(
        "SELECT w.word FROM search_spellings s JOIN search_words w ON w.id = s.word \
         WHERE s.spelling = ?1 UNION SELECT word FROM search_words WHERE word = ?1",
    )?;
    let mut found: HashSet<(usize, String)> = HashSet::new();
    for spelling in typed {
        let words = spelt.query_map([&spelling], |row| row.get::<_, String>(0))?;
        for candidate in words {
            let candidate = candidate?;
            let distance = strsim::damerau_levenshtein(word, &candidate);
            if distance <= farthest {
                found.insert((distance, candidate));
            }
        }
    }
    let mut found: Vec<(usize, String)> = found.into_iter().collect();
    found.sort();
    let nearest = found.first().map_or(0, |(distance, _)| *distance);
    let nearest = found.into_iter().filter(|(far, _)| *far == nearest);
    Ok(nearest.map(|(_, word)| word).take(MEANT).collect())
}

/// A word without one of its letters, each in turn; of short words nothing telling is left.
fn without_one(word: &str) -> impl Iterator<Item = String> {
    let enough = word.chars().nth(MISSPELT - 2).is_some();
    word.char_indices()
        .filter(move |_| enough)
        .map(|(at, c)| format!("{}{}", &word[..at], &word[at + c.len_utf8()..]))
}
