//! Some versions of a dictionary become one of their own.

use std::collections::{BTreeSet, HashSet};

use ddgen_ipc::message::SplitBy;
use rusqlite::{Connection, OptionalExtension, params};

use super::{By, Fold, Home, home, lead, naming, versions, words};
use crate::dataset::Folding;
use crate::store::error::StoreError;
use crate::store::values::int;
use crate::store::{drops, find, place};

/// A version as far as it is chosen by.
struct Candidate {
    id: i64,
    number: u32,
    /// What its file is called.
    folding: Folding,
    watch: String,
}

impl Candidate {
    fn is_of(&self, series: &str) -> bool {
        let Folding {
            name, plain, stem, ..
        } = &self.folding;
        [name, plain, stem].into_iter().any(|own| own == series)
    }
}

/// Answers the new dictionary, and the one it was taken out of.
pub(super) fn split(
    db: &Connection,
    name: &str,
    to: &str,
    what: &SplitBy,
    fold: Fold<'_>,
    by: By<'_>,
) -> Result<Vec<i64>, StoreError> {
    let from = find::dictionary(db, name)?;
    let old = home(db, from)?;
    let all = candidates(db, from, fold)?;
    let chosen: Vec<&Candidate> = match what {
        SplitBy::Series(series) => all.iter().filter(|one| one.is_of(series)).collect(),
        SplitBy::Versions(numbers) => {
            let there: HashSet<u32> = all.iter().map(|one| one.number).collect();
            if let Some(missing) = numbers.iter().find(|number| !there.contains(number)) {
                return Err(StoreError::Refused(format!(
                    "`{name}` has no version {missing}; it has 1 to {}",
                    all.len()
                )));
            }
            all.iter()
                .filter(|one| numbers.contains(&one.number))
                .collect()
        }
    };
    if chosen.is_empty() {
        return Err(StoreError::Refused(format!(
            "no version of `{name}` is of such files: they are called {}",
            named(&all)
        )));
    }
    if chosen.len() == all.len() {
        return Err(StoreError::Refused(format!(
            "that is all of `{name}`, and nothing would be left: `ddgend move` gives it another name"
        )));
    }
    let to = naming::free(db, to)?;
    let stem = match what {
        SplitBy::Series(series) if is_free(db, &old, series)? => series.clone(),
        _ => to.clone(),
    };
    if !is_free(db, &old, &stem)? {
        return Err(StoreError::Refused(format!(
            "files called `{stem}` in `{}` belong to another dictionary: choose another name",
            old.watch
        )));
    }
    let new = create(db, &old, &to, &stem, by)?;
    if let SplitBy::Series(series) = what {
        let watches: BTreeSet<&str> = chosen.iter().map(|one| &*one.watch).collect();
        for watch in watches {
            lead(db, watch, series, &old.table, new, by)?;
        }
    }
    let going: HashSet<i64> = chosen.iter().map(|one| one.id).collect();
    part(db, from, new, &going)?;
    Ok(vec![new, from])
}

/// The files that there are, for whoever named none of them.
fn named(all: &[Candidate]) -> String {
    let stems: BTreeSet<&str> = all.iter().map(|one| &*one.folding.stem).collect();
    let shown: Vec<String> = stems
        .into_iter()
        .take(5)
        .map(|stem| format!("`{stem}`"))
        .collect();
    shown.join(", ")
}

/// Takes the file of a drop, and others of its very name, out of the series it was folded into.
pub(super) fn unfold(
    db: &Connection,
    drop: &str,
    fold: Fold<'_>,
    by: By<'_>,
) -> Result<Vec<i64>, StoreError> {
    let drop = drops::find(db, drop)?;
    let seq = int(drop.seq);
    let homes: Vec<i64> = db
        .prepare_cached(
            "SELECT dictionary FROM versions WHERE drop_seq = ?1 \
             UNION SELECT dictionary FROM drops WHERE seq = ?1 AND dictionary IS NOT NULL",
        )?
        .query_map([seq], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let file = drop.path.rsplit('/').next().unwrap_or(&drop.path);
    let (watch, name) = (drop.watch.clone(), fold(&drop.watch, file).name);
    let mut done = Vec::new();
    for from in homes {
        let old = home(db, from)?;
        if old.stem == name {
            continue;
        }
        let all = candidates(db, from, fold)?;
        let own = |one: &&Candidate| one.folding.name == name && one.watch == watch;
        let going: HashSet<i64> = all.iter().filter(own).map(|one| one.id).collect();
        if going.is_empty() || !is_free(db, &old, &name)? {
            continue;
        }
        let called = place::free_name(db, &watch, &name, &old.table)?;
        if going.len() == all.len() {
            // Nothing else is in it: it is this file's from now on, and the series begins anew.
            db.prepare_cached(
                "UPDATE dictionaries SET name = ?2, stem = ?3, family = NULL, named_by = ?4 \
                 WHERE id = ?1",
            )?
            .execute(params![from, called, name, by.author])?;
            naming::former(db, &old.name, from)?;
            lead(db, &watch, &name, &old.table, from, by)?;
            done.push(from);
            continue;
        }
        let new = create(db, &old, &called, &name, by)?;
        lead(db, &watch, &name, &old.table, new, by)?;
        part(db, from, new, &going)?;
        done.extend([new, from]);
    }
    match done.is_empty() {
        false => Ok(done),
        true => Err(StoreError::Refused(format!(
            "`{name}` was not folded into anything that it could be taken out of"
        ))),
    }
}

fn candidates(
    db: &Connection,
    dictionary: i64,
    fold: Fold<'_>,
) -> Result<Vec<Candidate>, StoreError> {
    let mut rows = db.prepare_cached(
        "SELECT v.id, v.number, v.file, p.watch FROM versions v JOIN drops p ON p.seq = v.drop_seq \
         WHERE v.dictionary = ?1 ORDER BY v.number",
    )?;
    let rows = rows.query_map([dictionary], |row| {
        let (file, watch): (String, String) = (row.get(2)?, row.get(3)?);
        Ok(Candidate {
            id: row.get(0)?,
            number: row.get(1)?,
            folding: fold(&watch, &file),
            watch,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn is_free(db: &Connection, old: &Home, stem: &str) -> Result<bool, StoreError> {
    let mut taken = db.prepare_cached(
        "SELECT 1 FROM dictionaries WHERE watch = ?1 AND stem = ?2 AND table_name = ?3",
    )?;
    Ok(!taken.exists(params![old.watch, stem, old.table])?)
}

fn create(
    db: &Connection,
    old: &Home,
    name: &str,
    stem: &str,
    by: By<'_>,
) -> Result<i64, StoreError> {
    db.prepare_cached(
        "INSERT INTO dictionaries (name, watch, stem, table_name, created_at, updated_at, named_by) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
    )?
    .execute(params![name, old.watch, stem, old.table, by.now.0, by.author])?;
    Ok(db.last_insert_rowid())
}

/// Moves the versions that go, with all that hangs on them.
fn part(db: &Connection, from: i64, new: i64, going: &HashSet<i64>) -> Result<(), StoreError> {
    let plan = words::plan(db, from, going)?;
    let mut moved: Vec<i64> = going.iter().copied().collect();
    moved.sort_unstable();
    // What a rename took along stays where it is now, on either side.
    let mut settled = db.prepare_cached(
        "DELETE FROM rename_moves WHERE rename IN (SELECT id FROM renames WHERE version = ?1)",
    )?;
    for version in &moved {
        settled.execute([version])?;
    }
    versions::refield(db, &moved, from, new)?;
    let home = |id: i64, old: i64| if going.contains(&id) { new } else { old };
    let moves = versions::rehome(db, [from, new], home)?;
    words::share(db, &plan, from, new, &moves)?;
    for dictionary in [from, new] {
        versions::count(db, dictionary)?;
        show_latest(db, dictionary)?;
    }
    moves.compare(db)
}

/// The current version is the one it was, where that is still there; else the latest.
fn show_latest(db: &Connection, dictionary: i64) -> Result<(), StoreError> {
    let stays: Option<i64> = db
        .prepare_cached(
            "SELECT v.id FROM dictionaries d JOIN versions v ON v.id = d.current \
             AND v.dictionary = d.id WHERE d.id = ?1",
        )?
        .query_row([dictionary], |row| row.get(0))
        .optional()?;
    if stays.is_some() {
        return Ok(());
    }
    db.prepare_cached(
        "UPDATE dictionaries SET (current, updated_at) = (SELECT id, created_at FROM versions \
           WHERE dictionary = ?1 ORDER BY number DESC LIMIT 1) WHERE id = ?1",
    )?
    .execute([dictionary])?;
    Ok(())
}
