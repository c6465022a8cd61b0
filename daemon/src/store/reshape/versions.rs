//! Versions that change their dictionary, and so their numbers and the identity of their fields.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::store::changes;
use crate::store::error::StoreError;

/// What became of a version's place: by the old dictionary and number, the new ones.
pub(super) struct Moves {
    places: HashMap<(i64, u32), (i64, u32)>,
    /// Those with another version before them, and their dictionaries.
    other_before: Vec<(i64, i64)>,
}

impl Moves {
    /// The number that a version has now, where it is in this dictionary.
    pub(super) fn number(&self, was: (i64, u32), now: i64) -> Option<u32> {
        let (dictionary, number) = self.places.get(&was)?;
        (*dictionary == now).then_some(*number)
    }

    /// Notes anew how versions differ from those that are before them now.
    pub(super) fn compare(&self, db: &Connection) -> Result<(), StoreError> {
        for (dictionary, version) in &self.other_before {
            changes::renote(db, *dictionary, *version)?;
        }
        Ok(())
    }
}

struct Stood {
    id: i64,
    dictionary: i64,
    number: u32,
}

/// Gives each version of two dictionaries its new home, and numbers them there in the order in which they
/// were committed.
pub(super) fn rehome(
    db: &Connection,
    dictionaries: [i64; 2],
    new_home: impl Fn(i64, i64) -> i64,
) -> Result<Moves, StoreError> {
    let stood: Vec<Stood> = db
        .prepare_cached(
            "SELECT id, dictionary, number FROM versions WHERE dictionary IN (?1, ?2) ORDER BY id",
        )?
        .query_map(dictionaries, |row| {
            Ok(Stood {
                id: row.get(0)?,
                dictionary: row.get(1)?,
                number: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut moves = Moves {
        places: HashMap::new(),
        other_before: Vec::new(),
    };
    let mut last: HashMap<i64, (u32, i64)> = HashMap::new();
    let old_last: HashMap<(i64, u32), i64> = stood
        .iter()
        .map(|version| ((version.dictionary, version.number), version.id))
        .collect();
    // Below zero first: two must never have one number.
    let mut aside = db.prepare_cached("UPDATE versions SET number = -id WHERE id = ?1")?;
    for version in &stood {
        aside.execute([version.id])?;
    }
    let mut place =
        db.prepare_cached("UPDATE versions SET dictionary = ?2, number = ?3 WHERE id = ?1")?;
    for version in &stood {
        let home = new_home(version.id, version.dictionary);
        let before = last.get(&home).copied();
        let number = before.map_or(1, |(number, _)| number + 1);
        place.execute(params![version.id, home, number])?;
        last.insert(home, (number, version.id));
        let was = (version.dictionary, version.number);
        moves.places.insert(was, (home, number));
        let earlier = old_last.get(&(version.dictionary, version.number.wrapping_sub(1)));
        if earlier.copied() != before.map(|(_, id)| id) {
            moves.other_before.push((home, version.id));
        }
    }
    drops(db, dictionaries, &moves)?;
    Ok(moves)
}

/// Drops tell the version they led to by its number.
fn drops(db: &Connection, dictionaries: [i64; 2], moves: &Moves) -> Result<(), StoreError> {
    let told: Vec<(i64, i64, u32)> = db
        .prepare_cached(
            "SELECT seq, dictionary, version FROM drops \
             WHERE dictionary IN (?1, ?2) AND version IS NOT NULL",
        )?
        .query_map(dictionaries, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut tell =
        db.prepare_cached("UPDATE drops SET dictionary = ?2, version = ?3 WHERE seq = ?1")?;
    for (seq, dictionary, version) in told {
        if let Some((home, number)) = moves.places.get(&(dictionary, version)) {
            tell.execute(params![seq, home, number])?;
        }
    }
    Ok(())
}

/// The fields of these versions are those of the new dictionary with the same paths, also where nothing
/// but a rename or a word is left of them.
pub(super) fn refield(
    db: &Connection,
    versions: &[i64],
    old: i64,
    new: i64,
) -> Result<(), StoreError> {
    let into = "INSERT OR IGNORE INTO fields (dictionary, path)";
    let there = "(SELECT n.id FROM fields o JOIN fields n ON n.dictionary = ?2 AND n.path = o.path \
                  WHERE o.id = ";
    for sql in [
        &format!(
            "{into} SELECT ?2, f.path FROM version_fields x JOIN fields f ON f.id = x.field \
             WHERE x.version = ?1 AND f.dictionary = ?3"
        ),
        &format!(
            "{into} SELECT ?2, f.path FROM renames r JOIN fields f ON f.id IN (r.before, r.after) \
             WHERE r.version = ?1 AND f.dictionary = ?3"
        ),
        &format!(
            "{into} SELECT ?2, f.path FROM findings g JOIN fields f ON f.id = g.field \
             WHERE g.version = ?1 AND f.dictionary = ?3"
        ),
        &format!(
            "{into} SELECT ?2, f.path FROM changes c JOIN fields f ON f.id = c.field \
             WHERE c.version = ?1 AND f.dictionary = ?3"
        ),
        &format!(
            "UPDATE version_fields SET field = {there} field) WHERE version = ?1 AND ?3 <> ?2"
        ),
        &format!("UPDATE sketches SET field = {there} field) WHERE version = ?1 AND ?3 <> ?2"),
        &format!(
            "UPDATE findings SET field = {there} field) \
             WHERE version = ?1 AND ?3 <> ?2 AND field IS NOT NULL"
        ),
        &format!(
            "UPDATE changes SET field = {there} field) \
             WHERE version = ?1 AND ?3 <> ?2 AND field IS NOT NULL"
        ),
        &format!(
            "UPDATE renames SET before = {there} before), after = {there} after) \
             WHERE version = ?1 AND ?3 <> ?2"
        ),
    ] {
        let mut work = db.prepare_cached(sql)?;
        for version in versions {
            work.execute([version, &new, &old])?;
        }
    }
    Ok(())
}

/// Counts anew what a dictionary has: its versions, its newest drop, and in which versions its fields are.
pub(super) fn count(db: &Connection, dictionary: i64) -> Result<(), StoreError> {
    db.prepare_cached(
        "UPDATE dictionaries SET \
           versions = (SELECT count(*) FROM versions WHERE dictionary = ?1), \
           newest_drop = (SELECT max(seq) FROM drops WHERE dictionary = ?1) WHERE id = ?1",
    )?
    .execute([dictionary])?;
    db.prepare_cached(
        "UPDATE fields SET first_version = NULL, last_version = NULL WHERE dictionary = ?1",
    )?
    .execute([dictionary])?;
    // One pass over the entries, however many fields there are.
    db.prepare_cached(
        "UPDATE fields SET first_version = s.first, last_version = s.last FROM \
           (SELECT x.field AS field, min(v.number) AS first, max(v.number) AS last \
              FROM versions v JOIN version_fields x ON x.version = v.id \
             WHERE v.dictionary = ?1 GROUP BY x.field) AS s WHERE fields.id = s.field",
    )?
    .execute([dictionary])?;
    Ok(())
}
