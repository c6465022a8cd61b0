//! Texts that a spreadsheet would run.

/// Whether a spreadsheet takes the cell for a formula. What is a number and nothing else stays one.
#[must_use]
pub fn runs(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        && !is_number(text)
}

fn is_number(text: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    text.chars().all(digits) && text.parse::<f64>().is_ok()
}

/// The text as a cell that is shown and not run. [`original`] takes it back.
#[must_use]
pub fn neutral(text: &str) -> String {
    match runs(text) || text.starts_with('\'') {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// What [`neutral`] was given; a cell that was typed with a quote in front of a word keeps it.
#[must_use]
pub fn original(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if runs(rest) || rest.starts_with('\'') => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cell_is_never_run_and_comes_back(text in "['=+@\t\n＝-]{0,3}[ -~]{0,8}") {
            let cell = neutral(&text);
            prop_assert!(!runs(&cell));
            prop_assert_eq!(original(&cell), text);
        }
    }

    #[test]
    fn numbers_stay_numbers_and_typed_quotes_stay() {
        assert_eq!(neutral("-2.5e3"), "-2.5e3");
        assert_eq!(neutral("-2+3"), "'-2+3");
        assert_eq!(original("'tis"), "'tis");
    }
}
