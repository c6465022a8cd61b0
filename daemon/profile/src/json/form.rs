//! One document or one value a line.

use super::stop::Stop;
use super::window::Window;

/// Bytes looked at to decide.
pub(super) const HEAD: usize = 1 << 20;

/// Lines looked at to decide.
const LINES: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Document,
    Lines,
}

/// Decides by the first lines, consuming nothing.
pub(super) fn decide(window: &mut Window<'_>, head: usize) -> Result<Form, Stop> {
    let mut whole = false;
    while window.rest().len() < head && !whole && !settled(window.rest()) {
        whole = !window.fill()?;
    }
    Ok(of_head(window.rest(), whole))
}

/// Whether enough complete lines are there.
fn settled(head: &[u8]) -> bool {
    memchr::memchr_iter(b'\n', head).nth(LINES * 4).is_some()
}

/// It is JSON lines when the first line is a value by itself and a later one is too; or when the
/// first line is broken, ends where no document breaks a line, and an object in one line follows.
fn of_head(head: &[u8], whole: bool) -> Form {
    let mut lines: Vec<&[u8]> = head.split(|b| *b == b'\n').collect();
    if !whole {
        // The last one may be cut.
        lines.pop();
    }
    let lines: Vec<&[u8]> = lines
        .into_iter()
        .map(<[u8]>::trim_ascii)
        .filter(|l| !l.is_empty())
        .take(LINES)
        .collect();
    let Some((first, later)) = lines.split_first() else {
        // One long line is read as it comes; where others follow it, they are lines after all.
        return Form::Document;
    };
    let open = first[0];
    let goes_on = matches!(first[first.len() - 1], b'{' | b'[' | b',' | b':');
    let alike = |line: &&[u8]| line[0] == open && is_value(line);
    let lines = if is_value(first) {
        later.iter().any(|line| is_value(line))
    } else {
        open == b'{' && !goes_on && later.iter().any(alike)
    };
    if lines { Form::Lines } else { Form::Document }
}

fn is_value(line: &[u8]) -> bool {
    let mut source = line;
    let mut window = Window::new(&mut source);
    window.pass_value().is_ok() && window.skip_space().is_ok() && matches!(window.peek(), Ok(None))
}

/// Whether a text is one JSON scalar and nothing else: `42`, `"text"`, `true`. Such a file opens
/// like delimited text, and would be refused as such for want of a record.
#[must_use]
pub fn is_scalar_document(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    !text.is_empty() && !matches!(text[0], b'{' | b'[') && is_value(text)
}
