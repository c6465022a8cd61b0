//! The rules that a value by itself keeps or breaks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use regex::bytes::{Regex, RegexBuilder};

use super::{Contract, FieldRule};

/// Bytes that a compiled pattern may take: a worker's memory is bounded.
const PATTERN: usize = 1 << 20;
/// Bytes of an example that are kept: personal data is recognised whole before less of it is shown.
const EXAMPLE: usize = 4 << 10;

/// A rule of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Minimum,
    Maximum,
    Length,
    Pattern,
    Values,
}

impl Rule {
    pub(crate) const ALL: [Self; 5] = [
        Self::Minimum,
        Self::Maximum,
        Self::Length,
        Self::Pattern,
        Self::Values,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Length => "length",
            Self::Pattern => "pattern",
            Self::Values => "values",
        }
    }
}

/// The rules of all fields, ready to be asked.
#[derive(Debug, Default)]
pub(crate) struct Rules(HashMap<String, Arc<Check>>);

impl Rules {
    /// None where no rule is about values.
    pub(crate) fn of(contract: &Contract) -> Result<Option<Arc<Self>>, String> {
        let mut rules = HashMap::new();
        for rule in &contract.fields {
            let check = Check::new(rule).map_err(|why| format!("field `{}`: {why}", rule.path))?;
            if !check.is_empty() {
                rules.insert(rule.path.clone(), Arc::new(check));
            }
        }
        Ok((!rules.is_empty()).then(|| Arc::new(Self(rules))))
    }

    pub(crate) fn of_field(&self, path: &str) -> Option<Arc<Check>> {
        self.0.get(path).cloned()
    }
}

/// A bound of an order.
#[derive(Debug, Clone, PartialEq)]
enum Bound {
    Number(f64),
    /// Dates and times in ISO 8601, whose order is that of their texts where they are of one length.
    Text(Vec<u8>),
}

impl Bound {
    fn parse(text: &str) -> Result<Self, String> {
        if let Ok(number) = text.parse::<f64>()
            && number.is_finite()
        {
            return Ok(Self::Number(number));
        }
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        match digits >= 4 {
            true => Ok(Self::Text(text.as_bytes().to_vec())),
            false => Err(format!("the bound `{text}` is neither a number nor a date")),
        }
    }

    /// How a value stands to it; none where they cannot be compared.
    fn order(&self, value: &[u8]) -> Option<std::cmp::Ordering> {
        match self {
            Self::Number(bound) => {
                let number: f64 = std::str::from_utf8(value).ok()?.trim().parse().ok()?;
                number.partial_cmp(bound)
            }
            Self::Text(bound) => {
                let alike = value.len() >= bound.len()
                    && value
                        .iter()
                        .zip(bound)
                        .all(|(a, b)| a.is_ascii_digit() == b.is_ascii_digit());
                alike.then(|| value[..bound.len()].cmp(bound))
            }
        }
    }
}

/// The rules of one field that look at values.
#[derive(Debug, Default)]
pub(crate) struct Check {
    minimum: Option<(Bound, bool)>,
    maximum: Option<(Bound, bool)>,
    length: Option<(u64, u64)>,
    pattern: Option<Regex>,
    values: HashSet<Vec<u8>>,
    /// Numbers among the values, which are equal however they are written.
    numbers: Vec<f64>,
}

impl Check {
    pub(crate) fn new(rule: &FieldRule) -> Result<Self, String> {
        let bound = |text: &Option<String>, exclusive: bool| {
            let bound = text.as_deref().map(Bound::parse).transpose()?;
            Ok::<_, String>(bound.map(|bound| (bound, exclusive)))
        };
        let pattern = rule.pattern.as_deref().map(|pattern| {
            RegexBuilder::new(&format!("^(?:{pattern})$"))
                .size_limit(PATTERN)
                .build()
                .map_err(|error| format!("the pattern `{pattern}` cannot be used: {error}"))
        });
        let length = (rule.min_length.is_some() || rule.max_length.is_some()).then(|| {
            (
                rule.min_length.unwrap_or(0),
                rule.max_length.unwrap_or(u64::MAX),
            )
        });
        Ok(Self {
            minimum: bound(&rule.minimum, rule.exclusive_minimum)?,
            maximum: bound(&rule.maximum, rule.exclusive_maximum)?,
            length,
            pattern: pattern.transpose()?,
            values: rule.values.iter().map(|v| v.as_bytes().to_vec()).collect(),
            numbers: rule.values.iter().filter_map(|v| v.parse().ok()).collect(),
        })
    }

    fn is_empty(&self) -> bool {
        self.minimum.is_none()
            && self.maximum.is_none()
            && self.length.is_none()
            && self.pattern.is_none()
            && self.values.is_empty()
    }

    fn breaks(&self, rule: Rule, value: &[u8]) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        match rule {
            Rule::Minimum => self.minimum.as_ref().is_some_and(|(bound, exclusive)| {
                let order = bound.order(value);
                order == Some(Less) || (*exclusive && order == Some(Equal))
            }),
            Rule::Maximum => self.maximum.as_ref().is_some_and(|(bound, exclusive)| {
                let order = bound.order(value);
                order == Some(Greater) || (*exclusive && order == Some(Equal))
            }),
            Rule::Length => self.length.is_some_and(|(least, most)| {
                let length = String::from_utf8_lossy(value).chars().count() as u64;
                length < least || length > most
            }),
            Rule::Pattern => self.pattern.as_ref().is_some_and(|p| !p.is_match(value)),
            Rule::Values => {
                !self.values.is_empty() && !self.values.contains(value) && {
                    let number = std::str::from_utf8(value)
                        .ok()
                        .and_then(|v| v.parse::<f64>().ok());
                    number.is_none_or(|number| !self.numbers.contains(&number))
                }
            }
        }
    }
}

/// What broke one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) count: u64,
    /// Place and text of the first.
    pub(crate) first: Option<(u64, Vec<u8>)>,
}

/// What broke the rules of a field. Any order of adding and merging ends in the same.
#[derive(Debug, Clone)]
pub(crate) struct Broken {
    check: Arc<Check>,
    counts: [Count; Rule::ALL.len()],
}

impl Broken {
    pub(crate) fn new(check: Arc<Check>) -> Self {
        Self {
            check,
            counts: Default::default(),
        }
    }

    /// The same rules, and nothing that broke them.
    pub(crate) fn blank(&self) -> Self {
        Self::new(Arc::clone(&self.check))
    }

    /// Holds a value against the rules.
    pub(crate) fn see(&mut self, value: &[u8], count: u64, place: u64) {
        for (rule, counted) in Rule::ALL.into_iter().zip(&mut self.counts) {
            if !self.check.breaks(rule, value) {
                continue;
            }
            counted.count += count;
            let earlier = counted
                .first
                .as_ref()
                .is_none_or(|(first, _)| place < *first);
            if earlier {
                counted.first = Some((place, value[..value.len().min(EXAMPLE)].to_vec()));
            }
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (ours, theirs) in self.counts.iter_mut().zip(&other.counts) {
            ours.count += theirs.count;
            ours.first = match (ours.first.take(), theirs.first.clone()) {
                (Some(a), Some(b)) => Some(if b.0 < a.0 { b } else { a }),
                (a, b) => a.or(b),
            };
        }
    }

    pub(crate) fn counts(&self) -> impl Iterator<Item = (Rule, &Count)> {
        Rule::ALL
            .into_iter()
            .zip(&self.counts)
            .filter(|(_, count)| count.count > 0)
    }
}
