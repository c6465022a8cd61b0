//! Columns whose label is known, made here by the rules of the issuers, with opaque names, missing
//! values and noise: how many are found, and how many look-alikes are taken for persons.

mod dice;
mod look_alikes;
mod personal;

use super::{Values, View, assess};
use dice::Dice;
use look_alikes::LOOK_ALIKES;
use personal::PERSONAL;

/// Makes one value of a kind.
type Maker = fn(&mut Dice) -> String;

/// A column of up to `n` values: a tenth missing, a fiftieth noise.
fn column(dice: &mut Dice, make: Maker, n: usize) -> Vec<String> {
    let mut values: Vec<String> = (0..n)
        .filter_map(|_| match dice.below(50) {
            0..5 => None,
            5 => Some("unknown".to_owned()),
            _ => Some(make(dice)),
        })
        .collect();
    values.sort();
    values.dedup();
    values
}

fn entity(values: &[String]) -> Option<String> {
    let integers = values
        .iter()
        .all(|v| v.bytes().all(|b| b.is_ascii_digit()) && !v.starts_with('0'));
    let numbers = values
        .iter()
        .all(|v| v.parse::<f64>().is_ok() && !v.starts_with('0'));
    let field_type = if integers {
        "integer"
    } else if numbers {
        "number"
    } else {
        "string"
    };
    let values = Values::collect(values.iter().map(|v| (v.as_str(), 1)), true);
    assess(&View {
        name: "c17",
        field_type,
        values: &values,
    })
    .pii
    .map(|p| p.entity)
}

const SIZES: [usize; 5] = [20, 35, 60, 120, 400];
const ROUNDS: usize = 4;

#[test]
fn personal_columns_are_found_and_look_alikes_are_not() {
    let mut dice = Dice(20_261_123);
    let mut columns = 0usize;
    let (mut wrong_kind, mut missed) = (Vec::new(), Vec::new());
    for (label, make) in PERSONAL {
        for n in SIZES.iter().cycle().take(SIZES.len() * ROUNDS) {
            columns += 1;
            match entity(&column(&mut dice, *make, *n)) {
                Some(found) if found == *label => {}
                Some(found) => wrong_kind.push(format!("{label} as {found}")),
                None => missed.push(*label),
            }
        }
    }
    let (mut alikes, mut taken) = (0usize, Vec::new());
    for (label, make) in LOOK_ALIKES {
        for n in SIZES.iter().cycle().take(SIZES.len() * ROUNDS) {
            alikes += 1;
            if let Some(found) = entity(&column(&mut dice, *make, *n)) {
                taken.push(format!("{label} as {found}"));
            }
        }
    }
    let hits = columns - wrong_kind.len() - missed.len();
    let f1 =
        2.0 * hits as f64 / (2 * hits + missed.len() + 2 * wrong_kind.len() + taken.len()) as f64;
    assert!(
        f1 >= 0.95,
        "F1 {f1}: missed {missed:?}, took {wrong_kind:?} {taken:?}"
    );
    assert!(
        taken.len() * 100 <= alikes,
        "{} of {alikes} look-alikes: {taken:?}",
        taken.len()
    );
}
