//! Numbers of a field by every notation they may turn out to be written in.

use super::plains::Plains;
use crate::lex::number::local::{self, Group, Notation, Reading};
use crate::lex::number::{Decimal, Shape};
use crate::number::Moments;

/// Sums and range of some numbers.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    pub moments: Moments,
    pub range: Option<(Decimal, Decimal)>,
}

impl Numbers {
    fn add(&mut self, value: Decimal, count: u64) {
        self.moments.add(value, count);
        self.join((value, value));
    }

    fn merge(&mut self, other: &Self) {
        self.moments.merge(&other.moments);
        if let Some(range) = other.range {
            self.join(range);
        }
    }

    fn join(&mut self, with: (Decimal, Decimal)) {
        self.range = Some(match self.range {
            None => with,
            Some((low, high)) => (
                if with.0.order(&low).is_lt() {
                    with.0
                } else {
                    low
                },
                if with.1.order(&high).is_gt() {
                    with.1
                } else {
                    high
                },
            ),
        });
    }
}

/// Values that are no plain numbers, by one of the other notations.
#[derive(Debug, Clone, Default)]
pub struct Localized {
    numbers: Numbers,
    /// Values it reads.
    count: u64,
    integers: u64,
    /// Marks between thousands that occur, a bit each.
    groups: u8,
    /// Fewest and most digits before the decimal mark.
    digits: Option<(u8, u8)>,
}

impl Localized {
    fn add(&mut self, reading: &Reading, count: u64) {
        self.numbers.add(reading.value, count);
        self.count += count;
        self.integers += count * u64::from(reading.shape == Shape::Integer);
        self.groups |= reading.group.map_or(0, |group| 1 << group as u8);
        self.join_digits((reading.digits, reading.digits));
    }

    fn merge(&mut self, other: &Self) {
        self.numbers.merge(&other.numbers);
        self.count += other.count;
        self.integers += other.integers;
        self.groups |= other.groups;
        if let Some(digits) = other.digits {
            self.join_digits(digits);
        }
    }

    fn join_digits(&mut self, with: (u8, u8)) {
        self.digits = Some(
            self.digits
                .map_or(with, |(low, high)| (low.min(with.0), high.max(with.1))),
        );
    }

    fn group(&self) -> Option<Group> {
        let all = [Group::Comma, Group::Point, Group::Blank, Group::Apostrophe];
        all.into_iter()
            .find(|group| self.groups == 1 << *group as u8)
    }
}

/// All numbers of a field.
#[derive(Debug, Clone, Default)]
pub struct NumberTally {
    /// Plain integers.
    whole: Numbers,
    /// Plain decimals.
    decimal: Numbers,
    /// A plain decimal was seen whose point cannot stand between thousands: there is no decimal
    /// comma in this field, and `comma` is of no use any more.
    point_only: bool,
    /// Not plain, by the decimal point.
    point: Localized,
    /// Not plain, and plain decimals whose point may stand between thousands.
    comma: Localized,
}

impl NumberTally {
    /// Adds a plain number.
    #[inline]
    pub fn add_plain(&mut self, shape: Shape, value: Decimal, count: u64) {
        if shape == Shape::Integer {
            self.whole.add(value, count);
            return;
        }
        self.decimal.add(value, count);
        if self.point_only {
            return;
        }
        match local::as_thousands(value) {
            None => self.point_only = true,
            Some(value) => self.comma.add(
                &Reading {
                    shape: Shape::Integer,
                    value,
                    group: Some(Group::Point),
                    digits: 4,
                },
                count,
            ),
        }
    }

    /// Adds plain numbers that were read already; how many of them were whole, and how many not.
    pub fn add_plains(&mut self, run: &Plains) -> (u64, u64) {
        let (mut whole, mut point) = (0, 0);
        for (scale, sums) in run.by_scale() {
            let (side, count) = if scale == 0 {
                (&mut self.whole, &mut whole)
            } else {
                (&mut self.decimal, &mut point)
            };
            *count += sums.count;
            side.moments
                .add_sums(scale, sums.count, sums.sum, sums.squares);
            let [low, high] = [sums.range.0, sums.range.1].map(|value| Decimal {
                negative: false,
                mantissa: u128::from(value),
                scale,
            });
            side.join((low, high));
        }
        // None of them could be read otherwise: see [`Plains::add`].
        self.point_only |= point > 0;
        (whole, point)
    }

    /// Adds a number that is not plain.
    pub fn add_local(&mut self, text: &[u8], count: u64) {
        for (notation, side) in [
            (Notation::Point, &mut self.point),
            (Notation::Comma, &mut self.comma),
        ] {
            if let Some(reading) = local::read(text, notation) {
                side.add(&reading, count);
            }
        }
    }

    /// Joins other numbers.
    pub fn merge(&mut self, other: &Self) {
        self.whole.merge(&other.whole);
        self.decimal.merge(&other.decimal);
        self.point_only |= other.point_only;
        self.point.merge(&other.point);
        self.comma.merge(&other.comma);
    }

    /// The notation that reads all values, `locals` of which are not plain; of two that do, the
    /// one with a decimal comma when that is `likely`.
    pub fn notation(&self, locals: u64, likely: Notation) -> Option<Notation> {
        if locals == 0 {
            return Some(Notation::Plain);
        }
        let decimals = self.decimal.moments.count();
        let point = self.point.count == locals && self.is_consistent(&self.point, decimals);
        let comma = !self.point_only
            && self.comma.count == locals + decimals
            && self.is_consistent(&self.comma, 0);
        match (point, comma) {
            (true, true) => Some(likely),
            (true, false) => Some(Notation::Point),
            (false, true) => Some(Notation::Comma),
            (false, false) => None,
        }
    }

    /// One mark between thousands; and numbers of all sizes: groups of digits that are always as
    /// many belong to a number by which something is known, not counted.
    fn is_consistent(&self, side: &Localized, decimals: u64) -> bool {
        let varies = side.digits.is_some_and(|(low, high)| low < high);
        let counted = side.integers < side.count || decimals + self.whole.moments.count() > 0;
        let group = side.group();
        (side.groups == 0 || group.is_some()) && (varies || counted || group == Some(Group::Comma))
    }

    /// Numbers by a notation, all but the plain integers: how many there are, and how many of them
    /// are integers.
    pub fn others(&self, notation: Notation) -> (u64, u64) {
        let decimals = self.decimal.moments.count();
        match notation {
            Notation::Plain => (decimals, 0),
            Notation::Point => (decimals + self.point.count, self.point.integers),
            Notation::Comma => (self.comma.count, self.comma.integers),
        }
    }

    /// The mark between thousands.
    pub fn group(&self, notation: Notation) -> Option<Group> {
        match notation {
            Notation::Plain => None,
            Notation::Point => self.point.group(),
            Notation::Comma => self.comma.group(),
        }
    }

    /// Sums and range of all numbers by a notation.
    pub fn by(&self, notation: Notation) -> Numbers {
        let mut all = self.whole.clone();
        match notation {
            Notation::Plain => all.merge(&self.decimal),
            Notation::Point => {
                all.merge(&self.decimal);
                all.merge(&self.point.numbers);
            }
            Notation::Comma => all.merge(&self.comma.numbers),
        }
        all
    }
}
