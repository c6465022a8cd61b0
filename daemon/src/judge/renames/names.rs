//! How alike two names are, as people rename fields: another case, another order of words, a word
//! shortened, a word more.

/// From this likeness on (Jaro and Winkler's) two words may be one, misspelled.
const MISSPELLED: f64 = 0.92;

/// Below this likeness whole names have nothing in common.
const ALIKE: f64 = 0.8;

/// 1: the same words; 0: nothing in common. Of a nested field the last part counts, and where it is the
/// same what stands above it.
pub(super) fn likeness(one: &str, other: &str) -> f64 {
    let ((above, last), (other_above, other_last)) = (parts(one), parts(other));
    let own = of_part(last, other_last);
    if above == other_above {
        return own;
    }
    // `address.city` and `home.city`: the same leaf, elsewhere.
    own * (0.6 + 0.4 * of_part(above, other_above))
}

/// What stands above a nested field, and its own name.
fn parts(path: &str) -> (&str, &str) {
    let trimmed = path.trim_end_matches("[]");
    trimmed
        .rfind('.')
        .map_or(("", trimmed), |at| (&trimmed[..at], &trimmed[at + 1..]))
}

fn of_part(one: &str, other: &str) -> f64 {
    let (mut a, mut b) = (words(one), words(other));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (whole, other_whole) = (a.concat(), b.concat());
    if whole == other_whole {
        return 1.0;
    }
    a.sort_unstable();
    b.sort_unstable();
    if a == b {
        return 0.95;
    }
    let shared = shared(&a, &b).min(0.95);
    // `unitprice` and `unit_prise`: words run together, or misspelled.
    let spelled = strsim::jaro_winkler(&whole, &other_whole);
    let spelled = ((spelled - ALIKE) / (1.0 - ALIKE)).max(0.0) * 0.9;
    shared.max(spelled).max(initials(&a, &b, one, other))
}

/// The share of letters that stand in words of both.
fn shared(a: &[String], b: &[String]) -> f64 {
    let best = |word: &String, among: &[String]| {
        let each = among.iter().map(|other| of_word(word, other));
        each.fold(0.0, f64::max)
    };
    let side = |words: &[String], among: &[String]| {
        let length: usize = words.iter().map(String::len).sum();
        let common: f64 = words
            .iter()
            .map(|word| word.len() as f64 * best(word, among))
            .sum();
        common / length.max(1) as f64
    };
    let (left, right) = (side(a, b), side(b, a));
    // A word more says less than another word: the fuller side counts for more.
    0.35 * left.max(right) + 0.65 * left.min(right)
}

fn of_word(one: &str, other: &str) -> f64 {
    if one == other {
        return 1.0;
    }
    let (short, long) = match one.len() <= other.len() {
        true => (one, other),
        false => (other, one),
    };
    if long
        .strip_prefix(short)
        .is_some_and(|rest| rest == "s" || rest == "es")
    {
        return 0.95;
    }
    // `qty` and `quantity`, `desc` and `description`: its letters in their order, from the first on.
    if short.len() >= 2 && abbreviates(short, long) {
        return 0.75;
    }
    if strsim::jaro_winkler(one, other) >= MISSPELLED {
        return 0.75;
    }
    0.0
}

fn abbreviates(short: &str, long: &str) -> bool {
    if short.chars().next() != long.chars().next() {
        return false;
    }
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|l| l == c))
}

/// `dob` and `date_of_birth`.
fn initials(a: &[String], b: &[String], one: &str, other: &str) -> f64 {
    let of = |name: &str| -> String {
        words(name)
            .iter()
            .filter_map(|word| word.chars().next())
            .collect()
    };
    let told = (a.len() == 1 && b.len() > 2 && a[0] == of(other))
        || (b.len() == 1 && a.len() > 2 && b[0] == of(one));
    if told { 0.8 } else { 0.0 }
}

/// The words of a name in lower case, cut at anything but letters and digits, at a capital after a small
/// letter, and between letters and digits.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    let mut letters = name.chars().peekable();
    while let Some(c) = letters.next() {
        if !c.is_alphanumeric() {
            before = None;
            continue;
        }
        let begins = before.is_none_or(|before| {
            let falls = letters.peek().is_some_and(|next| next.is_lowercase());
            (before.is_lowercase() && c.is_uppercase())
                // The last capital of several begins the next word: `HTTPServer`.
                || (before.is_uppercase() && c.is_uppercase() && falls)
                || before.is_numeric() != c.is_numeric()
        });
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        let cut = |name: &str| words(name).join(" ");
        assert_eq!(cut("userName"), "user name");
        assert_eq!(cut("HTTPServer_id2"), "http server id 2");
        assert_eq!(cut("Start Station (km)"), "start station km");
        assert_eq!(cut("__"), "");
    }

    #[test]
    fn renames_of_people_are_told_from_other_fields() {
        let same = [
            ("userName", "user_name"),
            ("start station id", "start_station_id"),
            ("Customer-ID", "customerid"),
        ];
        for (one, other) in same {
            assert_eq!(likeness(one, other), 1.0, "{one} {other}");
        }
        let alike = [
            ("qty", "quantity"),
            ("currency", "currencies"),
            ("dob", "date_of_birth"),
            ("start_station", "station_start"),
            ("price", "unit_price"),
            ("address.city", "home_address.city"),
            ("UniqueCarrier", "carrier"),
        ];
        for (one, other) in alike {
            let likeness = likeness(one, other);
            assert!((0.5..1.0).contains(&likeness), "{one} {other} {likeness}");
        }
        for (one, other) in [
            ("price", "city"),
            ("a", "b"),
            ("dep_time", "origin"),
            ("x", ""),
        ] {
            let likeness = likeness(one, other);
            assert!(likeness < 0.3, "{one} {other} {likeness}");
        }
        let (one, other) = (likeness("a.name", "b.name"), likeness("a.name", "a.names"));
        assert!(one < other, "{one} {other}");
    }
}
