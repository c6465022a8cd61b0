//! One cell of the table: what it says at whatever width it is given.

use ddgen_profile::document::Number;

use super::page::Piece;
use super::shape::Shape;
use crate::cli::amounts::{count_in, number_in, value};
use crate::cli::screen::Ink;
use crate::cli::text;

/// Columns of `2013-01-01` and of `2013-01`, the parts of a moment that are true by themselves.
const DAY: usize = 10;
const MONTH: usize = 7;

#[derive(Debug, Clone)]
pub(super) enum Cell {
    /// Words that keep their beginning and their end.
    Words(String, Ink),
    /// Words that are known by their beginning.
    Label(String, Ink),
    /// A count, with `~` where it is an estimate.
    Count {
        number: u64,
        about: bool,
    },
    /// A value of the file.
    Value {
        value: Number,
        about: bool,
        ink: Ink,
    },
    /// A date or a moment: the day is kept longest.
    Moment {
        text: String,
        about: bool,
    },
    Shape(Shape),
    Empty,
}

impl Cell {
    /// The width at which nothing is missing.
    pub(super) fn natural(&self) -> usize {
        match self {
            Self::Shape(shape) => shape.natural(),
            other => text::width(&other.fit(usize::MAX).0),
        }
    }

    /// As much as fits; a number is rounded before it is cut.
    pub(super) fn fit(&self, columns: usize) -> Piece {
        match self {
            Self::Words(words, ink) => (text::middle(words, columns), *ink),
            Self::Label(words, ink) => (text::head(words, columns), *ink),
            Self::Count { number, about } => {
                let sign = tilde(*about);
                let text = count_in(*number, columns - sign.len().min(columns));
                (format!("{sign}{text}"), Ink::Plain)
            }
            Self::Value {
                value: number,
                about,
                ink,
            } => {
                let sign = tilde(*about);
                let room = columns - sign.len().min(columns);
                let text =
                    number_in(number, room).unwrap_or_else(|| text::middle(&value(number), room));
                (format!("{sign}{text}"), *ink)
            }
            Self::Moment { text, about } => {
                let sign = tilde(*about);
                let room = columns - sign.len().min(columns);
                let text = if text::width(text) <= room {
                    text.clone()
                } else {
                    let known = [DAY, MONTH].into_iter().filter(|length| *length <= room);
                    let part = known.filter_map(|length| text.get(..length));
                    let mut part = part.filter(|part| is_date(part));
                    let part = part.next().map(str::to_owned);
                    part.unwrap_or_else(|| text::head(text, room))
                };
                (format!("{sign}{text}"), Ink::Plain)
            }
            Self::Shape(shape) => (shape.draw(columns), shape.ink),
            Self::Empty => (String::new(), Ink::Plain),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Words(words, _) | Self::Label(words, _) => words.is_empty(),
            Self::Empty => true,
            _ => false,
        }
    }
}

/// Whether the text has nothing but the digits and dashes of a date.
fn is_date(text: &str) -> bool {
    let dash = |at: usize| at == 4 || at == 7;
    let mut bytes = text.bytes().enumerate();
    bytes.all(|(at, byte)| {
        if dash(at) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    })
}

fn tilde(about: bool) -> &'static str {
    if about { "~" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_keeps_its_day_and_a_number_its_size() {
        let moment = Cell::Moment {
            text: "2013-01-01T10:00:00Z".into(),
            about: false,
        };
        assert_eq!(moment.natural(), 20);
        assert_eq!(moment.fit(19).0, "2013-01-01");
        assert_eq!(moment.fit(8).0, "2013-01");
        assert_eq!(moment.fit(6).0, "2013-…");
        let time = Cell::Moment {
            text: "10:00:00.123456".into(),
            about: true,
        };
        assert_eq!(time.fit(11).0, "~10:00:00.…");
        let number = Cell::Value {
            value: Number::Integer(123_456_789),
            about: true,
            ink: Ink::Plain,
        };
        assert_eq!(number.fit(10).0, "~123456789");
        assert_eq!(number.fit(9).0, "~1.235e8");
        let text = Cell::Value {
            value: Number::Text("Adelie Penguin (Pygoscelis adeliae)".into()),
            about: false,
            ink: Ink::Quiet,
        };
        assert_eq!(text.fit(11).0, "Adeli…liae)");
    }
}
