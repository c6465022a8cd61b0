//! Names of people: their form, and lists of common ones as evidence.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::hint::says;

/// Common given and family names of many countries, in lower case; words that are more often
/// something else (months, cities, colours) are left out.
static COMMON: &str = include_str!("names.txt");

fn common() -> &'static HashSet<&'static str> {
    static NAMES: OnceLock<HashSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| COMMON.lines().flat_map(str::split_whitespace).collect())
}

const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sir", "m", "mme", "mlle", "sig",
    "sra", "sr", "dott", "ing", "dipl", "jr", "ii", "iii", "iv", "md", "phd", "dds", "dvm", "univ",
    "hon", "rev", "b", "sc", "a", "eng", "mag",
];

const PARTICLES: &[&str] = &[
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von", "der",
    "den", "ten", "ter", "el", "al", "bin", "ibn", "af", "zu", "y", "e", "och", "lo", "des",
];

fn plain(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphabetic())
        .to_lowercase()
}

/// One to six words of letters, each capitalised but for particles and titles.
pub(crate) fn is_name_like(text: &str) -> bool {
    if text.is_empty() || text.len() > 80 || text.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    if text.chars().any(|c| {
        matches!(
            c,
            '路' | '街' | '市' | '区' | '座' | '県' | '省' | '町' | '村' | '社'
        )
    }) && !text.contains(' ')
    {
        return false;
    }
    let mut words = 0;
    let mut capitalised = 0;
    for word in text.split([' ', ',', '\u{3000}']).filter(|w| !w.is_empty()) {
        words += 1;
        let sound = word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.' | '·') || is_mark(c));
        let Some(first) = word.chars().next() else {
            return false;
        };
        if !sound || !first.is_alphabetic() {
            return false;
        }
        let caseless = !first.is_lowercase() && !first.is_uppercase();
        if first.is_uppercase() || caseless {
            capitalised += 1;
        } else if !PARTICLES.contains(&word)
            && !TITLES.contains(&plain(word).as_str())
            && !word.contains('\'')
        {
            return false;
        }
    }
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let code = words == 1 && letters <= 4 && text.chars().all(|c| c.is_ascii_uppercase());
    (1..=6).contains(&words) && capitalised > 0 && letters >= 2 && !code
}

/// Legal forms and other words of firms.
pub(crate) fn is_firm_like(text: &str) -> bool {
    const FORMS: &[&str] = &[
        "ltd",
        "inc",
        "llc",
        "plc",
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "kgaa",
        "sa",
        "sarl",
        "sas",
        "spa",
        "srl",
        "snc",
        "bv",
        "nv",
        "ab",
        "oy",
        "as",
        "aps",
        "ltda",
        "corp",
        "company",
        "group",
        "sons",
        "fils",
        "partners",
        "holding",
        "associates",
        "e.v",
        "s.a",
        "s.l",
        "s.r.l",
        "s.p.a",
        "s.a.s",
        "s.n.c",
        "z.o.o",
        "co",
        "bank",
        "university",
        "school",
    ];
    text.split([' ', ',', '-']).any(|word| {
        let word = plain(word);
        FORMS.contains(&word.as_str())
    })
}

/// Combining marks of scripts that write vowels as such.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036f | 0x064b..=0x0652 | 0x0900..=0x0903 | 0x093a..=0x094f | 0x0e31..=0x0e4e)
}

/// Whether a word of it is a common given or family name. Names in Chinese characters have no
/// words: their first one or two characters are the family's.
pub(crate) fn holds_known_name(text: &str) -> bool {
    let names = common();
    if text
        .split([' ', ',', '-', '\u{3000}'])
        .map(plain)
        .any(|w| names.contains(w.as_str()))
    {
        return true;
    }
    let mut chars = text.char_indices().map(|(i, c)| (i + c.len_utf8(), c));
    let (Some((one, c)), second) = (chars.next(), chars.next()) else {
        return false;
    };
    let count = text.chars().filter(|c| !c.is_whitespace()).count();
    u32::from(c) >= 0x3400
        && (2..=5).contains(&count)
        && (names.contains(&text[..one])
            || second.is_some_and(|(two, _)| names.contains(&text[..two])))
}

/// Names of columns that hold people.
pub(crate) fn named_for_people(words: &[String]) -> bool {
    says(
        words,
        &[
            "first name",
            "last name",
            "full name",
            "given name",
            "middle name",
            "family name",
            "maiden name",
            "surname",
            "forename",
            "firstname",
            "lastname",
            "fullname",
            "vorname",
            "nachname",
            "prenom",
            "prénom",
            "nom famille",
            "nom de famille",
            "apellido",
            "apellidos",
            "cognome",
            "nome cognome",
            "customer name",
            "employee name",
            "patient name",
            "contact name",
            "contact person",
            "person name",
            "patient",
            "person",
            "employee",
            "author name",
            "owner name",
            "student name",
            "cardholder",
            "card holder",
            "holder name",
            "fname",
            "lname",
            "user full name",
            "client name",
            "passenger",
            "passenger name",
            "imie",
            "nazwisko",
            "naam",
            "achternaam",
            "voornaam",
            "姓名",
            "氏名",
            "名前",
        ],
    ) || (words.len() == 1 && words[0] == "names")
}

/// Names of columns that hold capitalised words of another kind.
pub(crate) fn named_for_things(words: &[String]) -> bool {
    says(
        words,
        &[
            "city",
            "town",
            "country",
            "state",
            "region",
            "county",
            "province",
            "product",
            "company",
            "brand",
            "category",
            "type",
            "status",
            "title",
            "department",
            "species",
            "genus",
            "street",
            "airport",
            "team",
            "club",
            "month",
            "day",
            "stadt",
            "land",
            "ort",
            "ville",
            "pays",
            "organisation",
            "organization",
            "firma",
            "model",
            "color",
            "colour",
            "file",
            "domain",
            "host",
            "table",
            "column",
            "field",
            "code",
            "language",
            "currency",
            "id",
            "hash",
        ],
    )
}
