//! What was typed, taken apart: words and filters.

use crate::store::error::StoreError;

use super::facet;
use super::words;

/// Words and filters of one search.
const PARTS: usize = 16;
/// The types that a field can have.
const TYPES: [&str; 16] = [
    "string",
    "number",
    "integer",
    "boolean",
    "object",
    "array",
    "date",
    "time",
    "datetime",
    "year",
    "yearmonth",
    "duration",
    "geopoint",
    "geojson",
    "binary",
    "any",
];
/// Filters, as they are explained to who mistypes one.
const FILTERS: [&str; 11] = [
    "type",
    "pii",
    "semantic",
    "owner",
    "tag",
    "dictionary",
    "watch",
    "described",
    "owned",
    "classified",
    "null",
];

/// One search.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Asked {
    /// Folded; each must be found.
    pub(super) words: Vec<String>,
    /// The words as one: a field of just this name comes first.
    pub(super) whole: String,
    /// Facets, each of which must be there.
    pub(super) facets: Vec<String>,
    /// What dictionaries' names are or contain, as typed.
    pub(super) dictionaries: Vec<String>,
    pub(super) nulls: Vec<Nulls>,
}

/// Share of missing values, compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Nulls {
    pub(super) operator: Operator,
    /// 0 to 100.
    pub(super) percent: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Less,
    LessOrSame,
    Same,
    MoreOrSame,
    More,
}

impl Operator {
    /// Longer ones first.
    const ALL: [(&'static str, Self); 5] = [
        (">=", Self::MoreOrSame),
        ("<=", Self::LessOrSame),
        (">", Self::More),
        ("<", Self::Less),
        ("=", Self::Same),
    ];

    pub(super) fn sql(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, operator)| *operator == self);
        found.map_or("=", |(sql, _)| sql)
    }
}

impl Asked {
    /// # Errors
    /// A filter that is none, or whose value it cannot have.
    pub(super) fn parse(typed: &str) -> Result<Self, StoreError> {
        let mut asked = Self::default();
        for piece in pieces(typed).into_iter().take(PARTS) {
            match filter(&piece) {
                Some((key, operator, value)) => asked.filter(&piece, &key, operator, &value)?,
                None => asked.words.extend(words::of_text(&piece)),
            }
        }
        asked.words.truncate(PARTS);
        asked.whole = asked.words.concat();
        Ok(asked)
    }

    /// Nothing is wanted: not everything is found.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.without_filters()
    }

    fn without_filters(&self) -> bool {
        self.facets.is_empty() && self.dictionaries.is_empty() && self.nulls.is_empty()
    }

    fn filter(
        &mut self,
        piece: &str,
        key: &str,
        operator: Option<Operator>,
        value: &str,
    ) -> Result<(), StoreError> {
        if key == "null" {
            self.nulls.push(nulls(piece, operator, value)?);
            return Ok(());
        }
        if !FILTERS.contains(&key) {
            return Err(unknown(key));
        }
        if operator.is_some() || value.is_empty() {
            return Err(StoreError::Asked(format!(
                "`{piece}`: write `{key}:` and what it is to be, without a space between"
            )));
        }
        let folded = words::value(value);
        let wanted = match key {
            "dictionary" => {
                self.dictionaries.push(value.to_owned());
                return Ok(());
            }
            "type" if !TYPES.contains(&&*folded) => {
                return Err(StoreError::Asked(format!(
                    "`{value}` is no type; there are {}",
                    TYPES.join(", ")
                )));
            }
            "described" | "owned" | "classified" if !matches!(&*folded, "yes" | "no") => {
                return Err(StoreError::Asked(format!(
                    "`{piece}`: `{key}` is yes or no"
                )));
            }
            _ => folded,
        };
        self.facets.push(facet::word(key, &wanted));
        Ok(())
    }
}

/// Key, comparison (None: `:`) and value of a piece that is meant as a filter.
fn filter(piece: &str) -> Option<(String, Option<Operator>, String)> {
    let end = piece.find([':', '<', '>', '='])?;
    let (key, rest) = piece.split_at(end);
    if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphabetic() || c == '_') {
        return None;
    }
    let key = key.to_lowercase();
    let unquoted = |value: &str| value.trim_matches('"').to_owned();
    if let Some(value) = rest.strip_prefix(':') {
        return Some((key, None, unquoted(value)));
    }
    // `a>b` may stand in a text; only what is known is compared.
    FILTERS.contains(&&*key).then_some(())?;
    let (sign, operator) = Operator::ALL
        .iter()
        .find(|(sign, _)| rest.starts_with(sign))?;
    Some((key, Some(*operator), unquoted(&rest[sign.len()..])))
}

fn nulls(piece: &str, operator: Option<Operator>, value: &str) -> Result<Nulls, StoreError> {
    let percent = value.strip_suffix('%').unwrap_or(value).parse::<f64>();
    match (operator, percent) {
        (Some(operator), Ok(percent)) if (0.0..=100.0).contains(&percent) => {
            Ok(Nulls { operator, percent })
        }
        _ => Err(StoreError::Asked(format!(
            "`{piece}`: compare the share of missing values with 0 to 100 percent, as in `null>10%`"
        ))),
    }
}

fn unknown(key: &str) -> StoreError {
    let near = FILTERS
        .iter()
        .map(|known| (strsim::jaro_winkler(key, known), known))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let near = near.map_or(String::new(), |(_, known)| {
        format!("; did you mean `{known}:`?")
    });
    StoreError::Asked(format!(
        "there is no filter `{key}:`{near} There are {}. Put what is to be found as it stands into quotes",
        FILTERS.join(", ")
    ))
}

/// Split at blanks that stand in no quotes.
fn pieces(typed: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    for c in typed.chars() {
        quoted ^= c == '"';
        match pieces.last_mut() {
            Some(piece) if quoted || !c.is_whitespace() => piece.push(c),
            _ => pieces.push(String::new()),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_filters_are_told_apart() {
        let asked = Asked::parse(
            "Customer_Id type:date PII:yes owner:\"Ana Bo\" dictionary:sales/2 null>=10.5% a>b",
        )
        .unwrap();
        assert_eq!(asked.words, ["customer", "id", "a", "b"]);
        assert_eq!(asked.whole, "customeridab");
        assert_eq!(asked.facets, ["type=date", "pii=yes", "owner=ana_bo"]);
        assert_eq!(asked.dictionaries, ["sales/2"]);
        assert_eq!(
            asked.nulls,
            [Nulls {
                operator: Operator::MoreOrSame,
                percent: 10.5
            }]
        );
        let quoted = Asked::parse("\"typ:date http://x\" 12:30").unwrap();
        assert_eq!(quoted.words, ["typ", "date", "http", "x", "12", "30"]);
        assert!(Asked::parse(" \" \" -- ").unwrap().is_empty());
        assert!(Asked::parse(&"x ".repeat(500)).unwrap().words.len() == PARTS);
    }

    #[test]
    fn a_filter_that_is_none_is_refused_in_words() {
        let cases = [
            ("typ:date", "did you mean `type:`"),
            ("zzz:1", "there is no filter `zzz:`"),
            ("type:dat", "`dat` is no type; there are string"),
            ("null:10", "as in `null>10%`"),
            ("null>110%", "0 to 100"),
            ("null>NaN", "0 to 100"),
            ("described:maybe", "yes or no"),
            ("owner:", "without a space"),
            ("pii>3", "write `pii:`"),
        ];
        for (typed, words) in cases {
            let error = Asked::parse(typed).unwrap_err().to_string();
            assert!(error.contains(words), "{typed}: {error}");
        }
    }
}
