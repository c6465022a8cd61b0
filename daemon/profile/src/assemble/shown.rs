//! Values as the document shows them.

use super::population::{Key, Population, float, number};
use super::verdict::Verdict;
use crate::document::{Bin, Number, Quantiles};
use crate::lex::Class;
use crate::lex::number::local::{Group, Notation};
use crate::lex::number::{Decimal, read};
use crate::number::big::Big;
use crate::number::moments::decimal_text;

/// Bins of a histogram at most.
const BINS: i128 = 20;

/// Integers beyond this round in an f64.
const SAFE: u64 = 1 << 53;

const SECOND: i128 = 1_000_000;
const DAY: i128 = 86_400 * SECOND;

/// More digits than this are of no use to anyone: the nearest f64 is shown.
const MAX_DIGITS: usize = 38;

/// A number in decimal notation: as a JSON number, or as text where an f64 would round.
pub fn decimal(text: &str) -> Number {
    if let Ok(value) = text.parse::<i64>()
        && value.unsigned_abs() <= SAFE
    {
        return Number::Integer(value);
    }
    let Ok(near) = text.parse::<f64>() else {
        return Number::Text(text.to_owned());
    };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let same = || {
        let (_, a) = read(text.as_bytes())?;
        let (_, b) = read(format!("{near:?}").as_bytes())?;
        // `order` puts equal values with different decimals apart: normalised texts do not.
        Some(decimal_of(a) == decimal_of(b))
    };
    if digits > MAX_DIGITS || same() == Some(true) {
        Number::Float(near)
    } else {
        Number::Text(text.to_owned())
    }
}

/// A decimal in plain notation.
pub fn decimal_of(value: Decimal) -> String {
    decimal_text(
        value.negative,
        &Big::from(value.mantissa),
        i32::from(value.scale),
    )
}

/// A value of the type.
pub fn key(verdict: &Verdict, key: Key<'_>) -> Number {
    match (verdict, key) {
        (Verdict::Temporal { format, .. }, Key::Whole(moment)) => {
            Number::Text(format.show(moment as i64))
        }
        (Verdict::Boolean, Key::Whole(truth)) => Number::Text((truth != 0).to_string()),
        (Verdict::Duration, Key::Whole(length)) => Number::Text(duration(length as i64)),
        (_, Key::Whole(value)) => decimal(&value.to_string()),
        (_, Key::Float(bits)) => Number::Float(float(bits)),
        (_, Key::Text(text)) => Number::Text(String::from_utf8_lossy(text).into_owned()),
    }
}

/// How numbers that are not plain are written, in the words of Table Schema.
pub fn notation(notation: Notation, group: Option<Group>) -> Option<String> {
    let decimal = match notation {
        Notation::Plain => return None,
        Notation::Point => '.',
        Notation::Comma => ',',
    };
    let group = group.map(|group| match group {
        Group::Comma => ',',
        Group::Point => '.',
        Group::Blank => ' ',
        Group::Apostrophe => '\'',
    });
    let group = group.map_or(String::new(), |group| format!(" groupChar=\"{group}\""));
    Some(format!("decimalChar=\"{decimal}\"{group}"))
}

/// Microseconds in ISO 8601.
pub fn duration(length: i64) -> String {
    let sign = if length < 0 { "-" } else { "" };
    let all = length.unsigned_abs();
    let (days, rest) = (all / 86_400_000_000, all % 86_400_000_000);
    let seconds = rest / 1_000_000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{sign}P");
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    if rest > 0 || days == 0 {
        text.push('T');
        for (value, unit) in [(hours, 'H'), (minutes, 'M')] {
            if value > 0 {
                text.push_str(&format!("{value}{unit}"));
            }
        }
        match rest % 1_000_000 {
            0 if seconds > 0 || (hours == 0 && minutes == 0) => {
                text.push_str(&format!("{seconds}S"));
            }
            0 => {}
            micros => text.push_str(format!("{seconds}.{micros:06}").trim_end_matches('0')),
        }
        if rest % 1_000_000 != 0 {
            text.push('S');
        }
    }
    text
}

/// The five quantiles of the document.
pub fn quantiles(verdict: &Verdict, population: &Population<'_>) -> Option<Quantiles> {
    let at = |q: f64| {
        if verdict.is_numeric() {
            population
                .quantile_cont(q)
                .map(|near| between(verdict, near))
        } else {
            population.quantile_disc(q).map(|found| key(verdict, found))
        }
    };
    Some(Quantiles {
        p05: at(0.05)?,
        p25: at(0.25)?,
        p50: at(0.5)?,
        p75: at(0.75)?,
        p95: at(0.95)?,
    })
}

/// A quantile of integers that is one is shown as one.
fn between(verdict: &Verdict, near: f64) -> Number {
    if matches!(verdict, Verdict::Integer(_)) && near.fract() == 0.0 && near.abs() <= SAFE as f64 {
        Number::Integer(near as i64)
    } else {
        Number::Float(near)
    }
}

/// Equal bins from the smallest to the largest value of a type that has distances.
pub fn histogram(verdict: &Verdict, population: &Population<'_>) -> Option<Vec<Bin>> {
    let unit = match verdict {
        Verdict::Integer(_) => 1,
        Verdict::Number(_) => return float_histogram(population),
        Verdict::Temporal {
            class: Class::Date | Class::YearMonth,
            ..
        } => DAY,
        Verdict::Temporal { .. } | Verdict::Duration => SECOND,
        _ => return None,
    };
    let whole = |at: usize| match population.members.get(at)?.key {
        Key::Whole(value) => Some(value),
        _ => None,
    };
    let (low, high) = (whole(0)?, whole(population.members.len() - 1)?);
    let units = (high - low) / unit;
    let (width, bins) = if units < BINS {
        (unit, units + 1)
    } else {
        let width = (units + BINS - 1) / BINS * unit;
        (width, (high - low + width - 1) / width)
    };
    let mut counts = vec![0; bins as usize];
    for member in &population.members {
        if let Key::Whole(value) = member.key {
            counts[((value - low) / width).min(bins - 1) as usize] += member.count;
        }
    }
    let end = |at: i128| {
        if units < BINS || at < bins {
            low + at * width
        } else {
            high
        }
    };
    let bin = |(at, count): (i128, u64)| Bin {
        from: key(verdict, Key::Whole(low + at * width)),
        to: key(verdict, Key::Whole(end(at + 1))),
        count,
    };
    Some((0..).zip(counts).map(bin).collect())
}

fn float_histogram(population: &Population<'_>) -> Option<Vec<Bin>> {
    let low = number(population.members.first()?.key)?;
    let high = number(population.members.last()?.key)?;
    let bins = if low < high { BINS as usize } else { 1 };
    let edge = |at: usize| {
        if at == bins {
            high
        } else {
            low + (high - low) * (at as f64 / bins as f64)
        }
    };
    let mut counts = vec![0; bins];
    let mut bin = 0;
    for member in &population.members {
        let value = number(member.key)?;
        while bin + 1 < bins && value >= edge(bin + 1) {
            bin += 1;
        }
        counts[bin] += member.count;
    }
    let show = |(at, count)| Bin {
        from: Number::Float(edge(at)),
        to: Number::Float(edge(at + 1)),
        count,
    };
    Some(counts.into_iter().enumerate().map(show).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accumulate::Kind;

    #[test]
    fn numbers_an_f64_would_round_are_texts() {
        assert_eq!(decimal("12"), Number::Integer(12));
        assert_eq!(decimal("0.25"), Number::Float(0.25));
        assert_eq!(
            decimal("9007199254740993"),
            Number::Text("9007199254740993".into())
        );
        assert_eq!(
            decimal("0.12345678901234567891"),
            Number::Text("0.12345678901234567891".into())
        );
        assert_eq!(decimal("1000000000000000000000"), Number::Float(1e21));
    }

    #[test]
    fn bins_cover_every_value_once() {
        let texts: Vec<String> = (0..=241).map(|n| n.to_string()).collect();
        let values = texts.iter().map(|t| (Kind::Cell, t.as_bytes(), 1));
        let bins = histogram(
            &Verdict::Integer(Notation::Plain),
            &Population::new(values, &Verdict::Integer(Notation::Plain)),
        );
        let bins = bins.expect("numbers have distances");
        assert_eq!(bins.len(), 19);
        assert_eq!(
            (&bins[0].from, &bins[0].to, bins[0].count),
            (&Number::Integer(0), &Number::Integer(13), 13)
        );
        assert_eq!((&bins[18].to, bins[18].count), (&Number::Integer(241), 8));
        let values = ["0.5", "1.5"].map(|t| (Kind::Cell, t.as_bytes(), 2));
        let bins = histogram(
            &Verdict::Number(Notation::Plain),
            &Population::new(values.into_iter(), &Verdict::Number(Notation::Plain)),
        );
        let counts: Vec<u64> = bins.expect("numbers").iter().map(|b| b.count).collect();
        assert_eq!((counts.len(), counts[0], counts[19]), (20, 2, 2));
    }

    #[test]
    fn durations_are_shown_in_their_parts() {
        assert_eq!(duration(93_784_500_000), "P1DT2H3M4.5S");
        assert_eq!(duration(0), "PT0S");
        assert_eq!(duration(-3_600_000_000), "-PT1H");
        assert_eq!(duration(2 * 86_400_000_000), "P2D");
    }
}
