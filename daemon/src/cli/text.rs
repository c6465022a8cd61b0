//! Text that strangers wrote, made safe for a terminal and cut to a width.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Stands where something is missing.
const CUT: &str = "…";

/// Everything that a terminal would act on, written out (`\n`, `\u{1b}`, `\u{202e}`): what stands in
/// a file must never steer a terminal, nor turn the order of what a person reads.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if acts(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Whether a terminal does something else about the character than show it.
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Columns of a terminal that a printable text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// As much of the beginning as fits.
pub(super) fn head(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut out = take(text.graphemes(true), columns - 1).concat();
    out.push_str(CUT);
    out
}

/// As much of both ends as fits: what tells names of one kind apart stands at either of them.
pub(super) fn middle(text: &str, columns: usize) -> String {
    if width(text) <= columns || columns < 5 {
        return head(text, columns);
    }
    let ahead = columns / 2;
    let first = take(text.graphemes(true), ahead).concat();
    let mut last = take(text.graphemes(true).rev(), columns - 1 - width(&first));
    last.reverse();
    format!("{first}{CUT}{}", last.concat())
}

/// Filled up with blanks to a width, on the right or on the left.
pub(super) fn padded(text: &str, columns: usize, right: bool) -> String {
    let pad = " ".repeat(columns.saturating_sub(width(text)));
    if right {
        format!("{pad}{text}")
    } else {
        format!("{text}{pad}")
    }
}

/// Lines of at most this many columns, broken between words where there are any. Without a number of
/// columns one line, so that a script finds a sentence whole.
pub(super) fn wrap(text: &str, columns: Option<usize>) -> Vec<String> {
    let Some(columns) = columns else {
        return vec![text.to_owned()];
    };
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let mut word = word.to_owned();
        let joint = usize::from(!line.is_empty());
        if width(&line) + joint + width(&word) > columns && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        while width(&word) > columns {
            let first = take(word.graphemes(true), columns).concat();
            // A character wider than the line stands in it all the same.
            let length = first
                .len()
                .max(word.graphemes(true).next().map_or(word.len(), str::len));
            lines.push(word[..length].to_owned());
            word.drain(..length);
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

fn take<'a>(graphemes: impl Iterator<Item = &'a str>, columns: usize) -> Vec<&'a str> {
    let mut used = 0;
    graphemes
        .take_while(|grapheme| {
            used += width(grapheme);
            used <= columns
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_never_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[31m\nb"), "a\\u{1b}[31m\\nb");
        assert_eq!(printable("evil\u{202e}gpj.exe"), "evil\\u{202e}gpj.exe");
        assert_eq!(printable("\u{9b}31m\u{7f}"), "\\u{9b}31m\\u{7f}");
        assert_eq!(printable("e\u{301}日本👩‍👩‍👧"), "e\u{301}日本👩‍👩‍👧");
    }

    #[test]
    fn cutting_counts_columns_not_characters() {
        assert_eq!(head("flights", 7), "flights");
        assert_eq!(head("flights", 6), "fligh…");
        assert_eq!(head("日本語", 5), "日本…");
        assert_eq!(head("日本語", 4), "日…");
        assert_eq!(head("日本語", 0), "");
        assert_eq!(middle("customer_name_last", 11), "custo…_last");
        assert_eq!(middle("customer_name_last", 18), "customer_name_last");
        assert_eq!(middle("abcdefgh", 3), "ab…");
        assert_eq!(padded("日本", 6, true), "  日本");
        assert_eq!(padded("日本", 6, false), "日本  ");
    }

    #[test]
    fn lines_break_between_words_and_inside_only_where_they_must() {
        assert_eq!(wrap("one two three", Some(7)), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij kl", Some(4)), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("日本語", Some(1)), ["日", "本", "語"]);
        assert_eq!(wrap("one two three", None), ["one two three"]);
        assert_eq!(wrap("", Some(5)), [""]);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_its_place_and_nothing_acts(text in ".*", columns in 2_usize..40) {
            let text = printable(&text);
            prop_assert!(!text.chars().any(acts));
            for cut in [head(&text, columns), middle(&text, columns)] {
                prop_assert!(width(&cut) <= columns, "{cut:?}");
            }
            for line in wrap(&text, Some(columns)) {
                prop_assert!(width(&line) <= columns, "{line:?}");
            }
            prop_assert_eq!(wrap(&text, Some(columns)).concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
