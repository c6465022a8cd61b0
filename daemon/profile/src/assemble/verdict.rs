//! The type of a field, decided by every value.

use crate::accumulate::Kind;
use crate::accumulate::tally::{FormatTally, Tally};
use crate::lex::Class;
use crate::lex::number::local::Notation;
use crate::lex::temporal::Format;

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Integer(Notation),
    Number(Notation),
    Boolean,
    /// Dates, datetimes, times, years with months: read by one format.
    Temporal {
        class: Class,
        format: Format,
        fraction: bool,
    },
    Duration,
    Text,
    Binary,
    Object,
    Array,
    /// Values of several kinds whose own format tells them apart, or no value at all.
    Any,
}

impl Verdict {
    /// The Table Schema type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Integer(_) => "integer",
            Self::Number(_) => "number",
            Self::Boolean => "boolean",
            Self::Temporal { class, .. } => class.type_name(),
            Self::Duration => "duration",
            Self::Text => "string",
            Self::Binary => "binary",
            Self::Object => "object",
            Self::Array => "array",
            Self::Any => "any",
        }
    }

    /// Narrower than text.
    pub fn is_typed(&self) -> bool {
        !matches!(self, Self::Text | Self::Any)
    }

    /// Integer or number.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Number(_))
    }

    /// How its numbers are written.
    pub fn notation(&self) -> Notation {
        match self {
            Self::Integer(notation) | Self::Number(notation) => *notation,
            _ => Notation::Plain,
        }
    }

    /// Read by a format.
    pub fn is_temporal(&self) -> bool {
        matches!(self, Self::Temporal { .. })
    }
}

/// Looks that a boolean column may be made of, one style a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct YesNo {
    pub yes: bool,
    pub no: bool,
}

/// Decides. `yes_no` tells which of the two words occur; `likely` is how numbers are written where
/// they read both ways.
pub fn decide(tally: &Tally, kinds: &[Kind], yes_no: YesNo, likely: Notation) -> Verdict {
    let count = tally.count();
    let all = |classes: &[Class]| classes.iter().map(|c| tally.of(*c)).sum::<u64>() == count;
    if count == 0 {
        return Verdict::Any;
    }
    if all(&[Class::Integer, Class::Number, Class::Local])
        && let Some(notation) = tally.numbers.notation(tally.of(Class::Local), likely)
    {
        let (others, integers) = tally.numbers.others(notation);
        return if others == integers {
            Verdict::Integer(notation)
        } else {
            Verdict::Number(notation)
        };
    }
    if all(&[Class::Boolean]) || (all(&[Class::YesNo]) && yes_no.yes && yes_no.no) {
        return Verdict::Boolean;
    }
    if let Some((class, format, fraction)) = common_format(tally, count) {
        return Verdict::Temporal {
            class,
            format,
            fraction,
        };
    }
    if all(&[Class::Duration]) {
        return Verdict::Duration;
    }
    if all(&[Class::Binary]) {
        return Verdict::Binary;
    }
    if all(&[Class::Object]) {
        return Verdict::Object;
    }
    if all(&[Class::Array]) {
        return Verdict::Array;
    }
    let text = kinds.iter().all(|k| matches!(k, Kind::Cell | Kind::Text));
    if text { Verdict::Text } else { Verdict::Any }
}

/// The one format that reads all values.
fn common_format(tally: &Tally, count: u64) -> Option<(Class, Format, bool)> {
    if tally.formats.iter().map(|f| f.count).sum::<u64>() != count {
        return None;
    }
    let reads = |f: &FormatTally, format: Format| f.first == format || f.second == Some(format);
    // Day before month where nothing tells: the order of the two in a tally's key.
    let format = tally
        .formats
        .iter()
        .flat_map(|f| [Some(f.first), f.second])
        .flatten()
        .filter(|format| tally.formats.iter().all(|f| reads(f, *format)))
        .min()?;
    Some((
        format.class(),
        format,
        tally.formats.iter().any(|f| f.fraction),
    ))
}

/// The first value that broke a type which at least half of the values have: its place and text.
pub fn exception(tally: &Tally, verdict: &Verdict) -> Option<(u64, Box<[u8]>)> {
    let count = tally.count();
    let groups: [&[Class]; 7] = [
        &[Class::Integer],
        &[Class::Integer, Class::Number],
        &[Class::Integer, Class::Number, Class::Local],
        &[Class::Boolean],
        &[Class::Date],
        &[Class::Datetime],
        &[Class::Duration],
    ];
    let holds = |group: &&[Class]| {
        let inside: u64 = group.iter().map(|c| tally.of(*c)).sum();
        inside * 2 >= count && inside < count
    };
    let broken = match verdict {
        Verdict::Number(Notation::Plain) => groups.into_iter().take(1).find(holds),
        Verdict::Text | Verdict::Any => groups.into_iter().rev().find(holds),
        _ => None,
    };
    let Some(group) = broken else {
        return format_exception(tally, verdict);
    };
    Class::ALL
        .iter()
        .filter(|class| !group.contains(class))
        .filter_map(|class| tally.classes[*class as usize].first.clone())
        .min_by_key(|(place, _)| *place)
}

/// All values are dates, but no one format reads them: the first that the commonest does not.
fn format_exception(tally: &Tally, verdict: &Verdict) -> Option<(u64, Box<[u8]>)> {
    if !matches!(verdict, Verdict::Text | Verdict::Any) {
        return None;
    }
    let read_by = |format: Format| -> u64 {
        let reading = tally
            .formats
            .iter()
            .filter(|f| f.first == format || f.second == Some(format));
        reading.map(|f| f.count).sum()
    };
    let formats = tally
        .formats
        .iter()
        .flat_map(|f| [Some(f.first), f.second])
        .flatten();
    let best = formats.max_by_key(|f| (read_by(*f), std::cmp::Reverse(*f)))?;
    if read_by(best) * 2 < tally.count() {
        return None;
    }
    tally
        .formats
        .iter()
        .filter(|f| f.first != best && f.second != Some(best))
        .map(|f| f.first_place.clone())
        .min_by_key(|(place, _)| *place)
}
