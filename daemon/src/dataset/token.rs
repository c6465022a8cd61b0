//! The tokens at the end of a name that tell one drop of a dataset from the next.

use std::sync::LazyLock;

use regex::Regex;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A date, a time, or both.
    Moment,
    /// Eight hexadecimal digits and more with a decimal one among them, or a UUID.
    Hex,
    /// Decimal digits that are no date.
    Counter,
}

/// What sets a token off.
const BEFORE: &str = r"[_\-. (]+";
/// What may be left behind it.
const AFTER: &str = r"[_\-. )]*$";

/// ISO dates (a full date, year and month, year and week), extended or compact, with a time where
/// the date is full; or a time that is written so that it can be nothing else. A bare year is
/// left to the counters: it may as well be a number.
static MOMENT: LazyLock<Token> = LazyLock::new(|| {
    let year = "(?:19|20)[0-9]{2}";
    let month = "(?:0[1-9]|1[0-2])";
    let day = "(?:0[1-9]|[12][0-9]|3[01])";
    let hour = "(?:[01][0-9]|2[0-4])";
    let sixty = "[0-5][0-9]";
    let fraction = r"(?:[.,][0-9]{1,9})?";
    let zone = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?";
    let clock = format!("{hour}[:\\-_.]?{sixty}(?:[:\\-_.]?(?:{sixty}|60){fraction})?{zone}");
    let date = format!(
        "(?:{year}-{month}-{day}|{year}_{month}_{day}|{year}\\.{month}\\.{day}|{year}{month}{day})"
    );
    Token::new(&[
        format!("{date}(?:T{hour}{zone}|[T_\\-. ]{clock})?"),
        format!("{year}{month}{day}{hour}{sixty}(?:{sixty})?(?:[0-9]{{3}})?Z?"),
        format!("{year}-?W(?:0[1-9]|[1-4][0-9]|5[0-3])(?:-?[1-7])?"),
        format!("{year}[-_.]?{month}"),
        format!("T{hour}:?{sixty}(?::?{sixty})?{zone}"),
        format!("{hour}([:\\-_.]){sixty}[:\\-_.]{sixty}{zone}"),
    ])
});

static HEX: LazyLock<Token> = LazyLock::new(|| {
    let hex = "[0-9A-Fa-f]";
    Token::new(&[
        format!("{hex}{{8}}-{hex}{{4}}-{hex}{{4}}-{hex}{{4}}-{hex}{{12}}"),
        format!("{hex}{{8,}}"),
    ])
});

static COUNTER: LazyLock<Token> = LazyLock::new(|| Token::new(&["[0-9]+".to_owned()]));

struct Token {
    /// The token behind what sets it off, to the end of the name.
    last: Regex,
    /// The name is this token and nothing else.
    whole: Regex,
}

impl Token {
    fn new(shapes: &[String]) -> Self {
        let any = shapes.join("|");
        let compiled = |pattern: String| Regex::new(&pattern).expect("a pattern of this file");
        Self {
            last: compiled(format!("{BEFORE}(?<token>{any}){AFTER}")),
            whole: compiled(format!(r"^[_\-. (]*(?<token>{any}){AFTER}")),
        }
    }
}

/// The name without its last token and what sets that off; none where nothing folds or nothing
/// would be left. A date is never cut in pieces: where the whole name is one, it stays.
pub(super) fn cut_last(name: &str) -> Option<(&str, Kind)> {
    for (token, kind) in [
        (&MOMENT, Kind::Moment),
        (&HEX, Kind::Hex),
        (&COUNTER, Kind::Counter),
    ] {
        let fits = |found: &regex::Captures<'_>| kind != Kind::Hex || is_hex(&found["token"]);
        if token.whole.captures(name).is_some_and(|found| fits(&found)) {
            return None;
        }
        if let Some(found) = token.last.captures(name).filter(fits) {
            let start = found.get_match().start();
            return (start > 0).then_some((&name[..start], kind));
        }
    }
    None
}

/// A word such as `deadbeef` is no hash, and digits alone are a counter.
fn is_hex(token: &str) -> bool {
    token.bytes().any(|b| b.is_ascii_digit()) && token.bytes().any(|b| b.is_ascii_alphabetic())
}
