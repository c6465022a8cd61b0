//! The nearest known name for one that is not known.

/// Up to this many slips of the finger still look like the same word.
const SLIPS: usize = 2;

/// The known word that was most likely meant, if any is near.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |candidate: &&'a str| strsim::damerau_levenshtein(word, candidate);
    known
        .into_iter()
        .map(|candidate| (distance(&candidate), candidate))
        .filter(|(slips, candidate)| {
            // In a short word two slips make another word.
            *slips <= SLIPS.min(candidate.chars().count() / 3)
                || strsim::normalized_damerau_levenshtein(word, candidate) >= 0.75
        })
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// The nearest dotted name, also when only its table was forgotten or mistaken.
pub(super) fn nearest_setting<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    nearest(name, known.iter().copied()).or_else(|| {
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        let wanted = last(name);
        let mut same = known.iter().filter(|candidate| last(candidate) == wanted);
        same.next().copied().filter(|_| same.next().is_none())
    })
}
