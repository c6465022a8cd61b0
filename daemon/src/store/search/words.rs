//! Words as they are looked for: folded, split as names are written, bounded.

/// Characters of a word that count.
const LONGEST: usize = 32;

/// Lower case without the marks of European letters, so that `Größe` is found by `grosse`.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            Some(plain) => out.push_str(plain),
            None => out.push(c),
        }
    }
    out
}

/// What a letter with a mark is without it; None: it has none, or is from farther away.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        // Marks that stand behind their letter.
        '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}

/// The words of a text, folded.
pub(super) fn of_text(text: &str) -> impl Iterator<Item = String> {
    runs(text)
        .map(fold)
        .map(shortened)
        .filter(|w| !w.is_empty())
}

/// The words of a name: its parts as `customer_id`, `customerId` and `address2` are made of them,
/// and the whole.
pub(super) fn of_name(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut push = |word: &str| {
        let word = shortened(fold(word));
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    };
    for run in runs(name) {
        push(run);
        for part in humps(run) {
            push(part);
            // `address2` is an address.
            for letters in part.split(|c: char| c.is_numeric()) {
                if letters.chars().nth(1).is_some() {
                    push(letters);
                }
            }
        }
    }
    push(&whole(name));
    words
}

/// A name without what stands between its words.
pub(super) fn whole(name: &str) -> String {
    shortened(runs(name).map(fold).collect())
}

/// A value of a filter: one word, whatever it is made of.
pub(super) fn value(text: &str) -> String {
    runs(text).map(fold).collect::<Vec<_>>().join("_")
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    // A mark belongs to the letter before it.
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\u{300}'..='\u{36f}'))
        .filter(|run| !run.is_empty())
}

/// `customerId` and `HTTPServer` as their words.
fn humps(run: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let chars: Vec<(usize, char)> = run.char_indices().collect();
    for at in 1..chars.len() {
        let (before, (here, c)) = (chars[at - 1].1, chars[at]);
        let after = chars.get(at + 1).map(|(_, c)| *c);
        let up = c.is_uppercase() && !before.is_uppercase();
        let last_of_capitals =
            c.is_uppercase() && before.is_uppercase() && after.is_some_and(char::is_lowercase);
        if up || last_of_capitals {
            parts.push(&run[start..here]);
            start = here;
        }
    }
    parts.push(&run[start..]);
    parts
}

fn shortened(mut word: String) -> String {
    if let Some((end, _)) = word.char_indices().nth(LONGEST) {
        word.truncate(end);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_as_people_write_them() {
        let cases = [
            ("customer_id", "customer id customerid"),
            ("customerId", "customerid customer id"),
            ("HTTPServer", "httpserver http server"),
            ("address2", "address2 address"),
            ("Straße", "strasse"),
            ("Größe (cm)", "grosse cm grossecm"),
            ("page_100%", "page 100 page100"),
            ("売上 高", "売上 高 売上高"),
            ("e\u{301}te\u{301}", "ete"),
            ("--", ""),
        ];
        for (name, words) in cases {
            assert_eq!(of_name(name).join(" "), words, "{name}");
        }
    }

    #[test]
    fn a_word_has_an_end_and_a_value_is_one_word() {
        let long = "x".repeat(100);
        assert_eq!(of_text(&long).next().unwrap().len(), LONGEST);
        assert_eq!(value("Ana  B. Müller"), "ana_b_muller");
        assert_eq!(whole("order-Line No"), "orderlineno");
    }
}
