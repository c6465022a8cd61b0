//! Texts of files and people inside of Markdown.

/// Text as text, inside a cell as well: no markup, no HTML, no mention, and on one line.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let inside = before.is_alphanumeric() && rest.peek().is_some_and(|it| it.is_alphanumeric());
        match c {
            // Between letters it is no emphasis, and names are full of it.
            '_' if inside => out.push(c),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '#' | '$' | '!' => {
                out.push('\\');
                out.push(c);
            }
            '@' => out.push_str("&#64;"),
            // A bare address would become a link.
            ':' if rest.peek() == Some(&'/') => out.push_str("&#58;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(escaped("dep_time"), "dep_time");
        assert_eq!(escaped("_x_ a|b"), "\\_x\\_ a\\|b");
        assert_eq!(escaped("<b>&amp;`c`*"), "\\<b\\>\\&amp;\\`c\\`\\*");
        assert_eq!(escaped("a\nb"), "a b");
        assert_eq!(escaped("@team https://x"), "&#64;team https&#58;//x");
    }
}
