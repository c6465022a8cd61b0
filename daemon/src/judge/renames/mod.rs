//! Which of the fields that went are fields that came, under another name: found from their values,
//! types, places and names, each used once. Only what is certain is applied; what is likely is asked.

mod evidence;
mod names;

use std::cmp::Reverse;

use ddgen_profile::document::Field;
use ddgen_profile::sketch::FieldSketch;

use evidence::{Evidence, weigh};

/// Points from which a pair is worth asking about, and from which it may be applied unasked.
const LIKELY: f64 = 0.8;
const CERTAIN: f64 = 3.5;
/// By how much a pair must beat every other one of either side to be applied unasked.
const MARGIN: f64 = 2.0;
/// What the values must say for it, unless the names are the same but for their spelling.
const CONTENT: f64 = 1.5;

/// Pairs that are weighed at most: with more fields gone and come than that it is another table.
const PAIRS: usize = 40_000;

/// A field that went or came.
pub struct Candidate<'a> {
    pub field: &'a Field,
    /// Its sketch, where it was made under the present key.
    pub sketch: Option<&'a FieldSketch>,
    /// Of a field that went: its sketch one version earlier, which tells how much it moves anyway.
    pub earlier: Option<&'a FieldSketch>,
    /// How many of the fields that stayed stand before it.
    pub slot: usize,
    /// Its place among those that went, or came, at the same slot.
    pub nth: usize,
}

/// A pair, by places in the lists handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Renaming {
    pub gone: usize,
    pub come: usize,
    /// From 0 to 1: how sure it is, as far as the evidence goes.
    pub score: f64,
    /// Beyond doubt, by the rules of this file.
    pub certain: bool,
    /// What it was seen by, in words.
    pub because: String,
}

/// Pairs of fields that went and fields that came, best first, each field in one pair at most.
#[must_use]
pub fn renames(gone: &[Candidate<'_>], come: &[Candidate<'_>]) -> Vec<Renaming> {
    if gone.len().saturating_mul(come.len()) > PAIRS {
        return Vec::new();
    }
    let weights: Vec<Vec<Evidence>> = gone
        .iter()
        .map(|g| {
            let alone = |c: &Candidate<'_>| alone(gone, g.slot) && alone(come, c.slot);
            come.iter().map(|c| weigh(g, c, alone(c))).collect()
        })
        .collect();
    let mut pairs: Vec<(usize, usize)> = (0..gone.len())
        .flat_map(|g| (0..come.len()).map(move |c| (g, c)))
        .filter(|(g, c)| weights[*g][*c].sum >= LIKELY)
        .collect();
    pairs.sort_by(|one, other| {
        let sum = |(g, c): &(usize, usize)| weights[*g][*c].sum;
        sum(other).total_cmp(&sum(one)).then(one.cmp(other))
    });
    let (mut went, mut came) = (vec![false; gone.len()], vec![false; come.len()]);
    let mut found = Vec::new();
    for (g, c) in pairs {
        if went[g] || came[c] {
            continue;
        }
        (went[g], came[c]) = (true, true);
        let evidence = weights[g][c];
        let rival = rival(&weights, g, c);
        found.push(Renaming {
            gone: g,
            come: c,
            score: score(evidence.sum),
            certain: is_certain(&evidence, rival),
            because: because(&evidence, rival),
        });
    }
    found.sort_by_key(|renaming| Reverse((renaming.score * 1e6) as u64));
    found
}

fn alone(side: &[Candidate<'_>], slot: usize) -> bool {
    side.iter().filter(|c| c.slot == slot).count() == 1
}

/// The best of the pairs that either field could have made otherwise.
fn rival(weights: &[Vec<Evidence>], g: usize, c: usize) -> f64 {
    let row = (0..weights[g].len())
        .filter(|other| *other != c)
        .map(|other| weights[g][other].sum);
    let column = (0..weights.len())
        .filter(|other| *other != g)
        .map(|other| weights[other][c].sum);
    row.chain(column).fold(f64::NEG_INFINITY, f64::max)
}

fn is_certain(evidence: &Evidence, rival: f64) -> bool {
    let by_values = evidence.content >= CONTENT;
    let by_name = evidence.name >= 1.0 && evidence.content > -0.6;
    // Without hashes the values say little: the names must be alike as well.
    let known = evidence.keyed || evidence.name >= 0.6;
    evidence.sum >= CERTAIN
        && evidence.sum - rival >= MARGIN
        && !evidence.conflict
        && known
        && (by_values || by_name)
}

/// Points as a share, to three digits: what is written does not hang on the last bit of a sum.
fn score(sum: f64) -> f64 {
    let share = 1.0 / (1.0 + (-sum).exp());
    (share * 1e3).round() / 1e3
}

fn because(evidence: &Evidence, rival: f64) -> String {
    let mut said = Vec::new();
    said.push(match evidence.content {
        much if much >= CONTENT => "the values agree",
        some if some > 0.3 => "the values agree in part",
        none if none >= -0.6 => "the values say little",
        _ => "the values differ",
    });
    said.push(match evidence.name {
        same if same >= 1.0 => "the names differ in spelling only",
        alike if alike >= 0.5 => "the names are alike",
        _ => "the names are not alike",
    });
    if evidence.conflict {
        said.push("the types differ");
    }
    if evidence.sum - rival < MARGIN {
        said.push("another pair is about as likely");
    }
    if !evidence.keyed {
        said.push(
            "values could not be compared by their hashes, which are missing or made under another \
             key: only what the profiles show was",
        );
    }
    said.join("; ")
}

#[cfg(test)]
mod tests;
