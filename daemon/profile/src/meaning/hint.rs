//! The name of a column, as a hint.

/// The words of a name in lower case: `customerEmail`, `E-Mail` and `CUSTOMER_EMAIL` are read the
/// same way. Long names are cut: a hint needs no more.
pub(crate) fn words(name: &str) -> Vec<String> {
    const LONGEST: usize = 128;
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut lower_before = false;
    for c in name.chars().take(LONGEST) {
        if !c.is_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            lower_before = false;
            continue;
        }
        if c.is_uppercase() && lower_before {
            words.push(std::mem::take(&mut word));
        }
        lower_before = c.is_lowercase() || c.is_numeric();
        word.extend(c.to_lowercase());
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether one of `phrases` (words parted by one space) stands in the name as whole words, or is
/// the whole name written together (`phonenumber`).
pub(crate) fn says(words: &[String], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        words
            .windows(wanted.len())
            .any(|w| w.iter().zip(&wanted).all(|(a, b)| a == b))
            || (wanted.len() > 1 && words.iter().any(|w| *w == wanted.concat()))
    })
}
