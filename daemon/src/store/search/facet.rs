//! What filters ask for, as words of the index.

use super::ask::{Nulls, Operator};

/// Where the shares of missing values are cut: a filter looks through few of the cuts, and only
/// within one of them at the numbers themselves.
const CUTS: [f64; 13] = [
    0.0, 1.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0,
];

pub(super) fn word(key: &str, value: &str) -> String {
    format!("{key}={value}")
}

/// The facet of a share of missing values: the last cut it reaches, and none apart from few.
pub(super) fn null(missing: u64, count: u64) -> String {
    let percent = match count {
        0 => 0.0,
        #[expect(clippy::cast_precision_loss, reason = "a cut, not a number")]
        _ => missing as f64 * 100.0 / count as f64,
    };
    let cut = CUTS.iter().rposition(|cut| percent >= *cut).unwrap_or(0);
    cut_word(cut, missing == 0)
}

fn cut_word(cut: usize, none: bool) -> String {
    if none {
        return word("null", "none");
    }
    word("null", &cut.to_string())
}

/// All facets in which a share may satisfy the filter.
pub(super) fn nulls(filter: Nulls) -> Vec<String> {
    let Nulls { operator, percent } = filter;
    let reaches = |low: f64, high: f64| match operator {
        Operator::Less => low < percent,
        Operator::LessOrSame => low <= percent,
        Operator::Same => low <= percent && percent <= high,
        Operator::MoreOrSame => high >= percent,
        Operator::More => high > percent,
    };
    let mut words = Vec::new();
    if reaches(0.0, 0.0) {
        words.push(cut_word(0, true));
    }
    for (at, low) in CUTS.iter().enumerate() {
        let high = CUTS.get(at + 1).copied().unwrap_or(*low);
        if reaches(*low, high) {
            words.push(cut_word(at, false));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_share_that_satisfies_a_filter_lies_in_one_of_its_cuts() {
        let operators = [
            Operator::Less,
            Operator::LessOrSame,
            Operator::Same,
            Operator::MoreOrSame,
            Operator::More,
        ];
        for missing in 0..=200_u32 {
            let share = f64::from(missing) / 2.0;
            for wanted in 0..=200_u32 {
                let percent = f64::from(wanted) / 2.0;
                for operator in operators {
                    let holds = match operator {
                        Operator::Less => share < percent,
                        Operator::LessOrSame => share <= percent,
                        Operator::Same => missing == wanted,
                        Operator::MoreOrSame => share >= percent,
                        Operator::More => share > percent,
                    };
                    let cuts = nulls(Nulls { operator, percent });
                    let there = cuts.contains(&null(u64::from(missing), 200));
                    assert!(there || !holds, "{share} {operator:?} {percent}");
                }
            }
        }
        // A filter for much does not look through what has nothing missing.
        let much = nulls(Nulls {
            operator: Operator::More,
            percent: 90.0,
        });
        assert_eq!(much, ["null=11", "null=12"]);
    }
}
