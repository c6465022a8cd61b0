//! Text that strangers wrote, made safe and cut to the width of a cell.
//!
//! Nothing here passes a control character on: a value must never be able to talk to the terminal.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

const CUT: &str = "…";

/// Columns of the terminal a safe text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.graphemes(true)
        .map(|piece| usize::from(piece.cell_width()))
        .sum()
}

/// The text with everything a terminal would act on written out (`\n`, `\x1b`, `\u{202e}`).
#[must_use]
pub fn safe(text: &str) -> String {
    text.graphemes(true).map(shown).collect()
}

/// As much of the beginning as fits, with `…` where something is missing.
#[must_use]
pub fn head(text: &str, columns: usize) -> String {
    let mut pieces = Vec::new();
    let cut = collect(text.graphemes(true), columns, &mut pieces);
    let mut out = pieces.concat();
    if cut && columns > 0 {
        out.push_str(CUT);
    }
    out
}

/// As much of the end as fits: of a path, the end is what tells it from its neighbours.
#[must_use]
pub fn tail(text: &str, columns: usize) -> String {
    let mut pieces = Vec::new();
    let cut = collect(text.graphemes(true).rev(), columns, &mut pieces);
    if cut && columns > 0 {
        pieces.push(Cow::Borrowed(CUT));
    }
    pieces.reverse();
    pieces.concat()
}

/// Takes pieces while they fit; says whether some were left out, and then keeps room for the mark.
fn collect<'a>(
    graphemes: impl Iterator<Item = &'a str>,
    columns: usize,
    pieces: &mut Vec<Cow<'a, str>>,
) -> bool {
    let mut used = 0;
    for grapheme in graphemes {
        let piece = shown(grapheme);
        let wide = width(&piece);
        if used + wide > columns {
            while used + 1 > columns {
                let Some(last) = pieces.pop() else { break };
                used -= width(&last);
            }
            return true;
        }
        used += wide;
        pieces.push(piece);
    }
    false
}

/// Lines of at most this many columns, broken between words where there are any; at most `most`
/// lines, the last one marked when something is missing.
#[must_use]
pub fn wrap(text: &str, columns: usize, most: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    // Behind a slash as well: paths are the longest words there are.
    for word in text.split_inclusive([' ', '/']) {
        let word: String = word.graphemes(true).map(shown).collect();
        let wide = width(&word);
        // The blank behind the last word of a line needs no room.
        if used + width(word.trim_end_matches(' ')) <= columns {
            line.push_str(&word);
            used += wide;
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        for piece in word.graphemes(true) {
            let wide = usize::from(piece.cell_width());
            if used + wide > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(piece);
            used += wide;
        }
        if lines.len() > most {
            break;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let whole = last.trim_end();
            *last = if width(whole) < columns {
                format!("{whole}{CUT}")
            } else {
                head(&format!("{whole} "), columns)
            };
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// One grapheme as it may be written.
fn shown(grapheme: &str) -> Cow<'_, str> {
    if grapheme.chars().all(harmless) && grapheme.cell_width_safe() > 0 {
        return Cow::Borrowed(grapheme);
    }
    let mut out = String::new();
    for character in grapheme.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' | '\x7f' => out.push_str(&format!("\\x{:02x}", character as u32)),
            _ if harmless(character) && width(character.encode_utf8(&mut [0; 4])) > 0 => {
                out.push(character);
            }
            _ => out.push_str(&format!("\\u{{{:x}}}", character as u32)),
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal shows the character and does nothing else about it.
fn harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Width without tripping over control characters, which have none.
trait SafeWidth {
    fn cell_width_safe(&self) -> u16;
}

impl SafeWidth for str {
    fn cell_width_safe(&self) -> u16 {
        if self.chars().any(char::is_control) {
            0
        } else {
            self.cell_width()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_written_out() {
        assert_eq!(safe("a\x1b[31mb\n\t\u{7}"), "a\\x1b[31mb\\n\\t\\x07");
        assert_eq!(safe("evil\u{202e}gpj.exe"), "evil\\u{202e}gpj.exe");
        assert_eq!(safe("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(safe("\u{301}"), "\\u{301}");
        assert_eq!(safe("e\u{301}é日本👩‍👩‍👧"), "e\u{301}é日本👩‍👩‍👧");
        assert_eq!(safe("\r\n"), "\\r\\n");
    }

    #[test]
    fn cutting_counts_columns_not_characters() {
        assert_eq!(head("flights", 7), "flights");
        assert_eq!(head("flights", 6), "fligh…");
        assert_eq!(head("日本語", 6), "日本語");
        assert_eq!(head("日本語", 5), "日本…");
        assert_eq!(head("日本語", 4), "日…");
        assert_eq!(head("日本語", 1), "…");
        assert_eq!(head("日本語", 0), "");
        assert_eq!(tail("/very/long/path.csv", 9), "…path.csv");
        assert_eq!(tail("日本語", 5), "…本語");
        assert_eq!(head("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
    }

    #[test]
    fn wrapping_breaks_between_words_and_says_what_is_missing() {
        assert_eq!(wrap("one two three", 7, 9), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4, 9), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("one two three four", 7, 2), ["one two", "three…"]);
        assert!(wrap("", 7, 2).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_ever_wider_than_its_cell(text in "\\PC*|.*", columns in 0_usize..40) {
            for cut in [head(&text, columns), tail(&text, columns)] {
                prop_assert!(width(&cut) <= columns, "{cut:?}");
                prop_assert!(!cut.chars().any(char::is_control));
            }
            for line in wrap(&text, columns.max(10), 5) {
                prop_assert!(width(&line) <= columns.max(10), "{line:?}");
            }
            prop_assert!(!safe(&text).chars().any(char::is_control));
        }
    }
}
