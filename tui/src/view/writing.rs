//! The editor, over the screen.

use ddgen_ipc::message::Aspect;
use ratatui::layout::Position;

use super::brush::Brush;
use super::overlay;
use crate::app::App;
use crate::app::words::Editor;
use crate::text;

const WIDTH: u16 = 90;
/// Lines of a long text in sight.
const SIGHT: u16 = 12;

/// Draws it and says where the cursor is.
pub(super) fn draw(app: &App, editor: &Editor, brush: &mut Brush<'_>) -> Position {
    let theme = brush.theme;
    let lines = if editor.aspect.is_long() { SIGHT } else { 1 };
    let extra = if editor.overtaken.is_some() { 2 } else { 0 };
    let height = (lines + 5 + extra).min(app.size.height);
    let about = editor.field.as_deref().unwrap_or("the dictionary");
    let aspect = match editor.aspect {
        Aspect::SaidType => "verdict: the type".to_owned(),
        Aspect::SaidPii => "verdict: personal data".to_owned(),
        aspect => aspect.word().replace('_', " "),
    };
    let title = format!("{aspect} of {}", text::safe(about));
    let inside = overlay::frame(app, WIDTH, height, &title, brush);
    let room = inside.height.saturating_sub(2 + extra).max(1);
    let shown = folded(&editor.text, usize::from(inside.width.saturating_sub(1)));
    let first = shown.len().saturating_sub(usize::from(room));
    let mut cursor = Position::new(inside.x, inside.y);
    for (y, line) in (inside.y..).zip(&shown[first..]) {
        let end = brush.put(inside.x, y, inside.width, line, theme.text());
        cursor = Position::new(end.min(inside.right().saturating_sub(1)), y);
    }
    let bottom = inside.bottom();
    if let Some((author, standing)) = &editor.overtaken {
        let words = match standing.is_empty() {
            true => format!("{author} removed the text meanwhile; enter writes yours"),
            false => format!("{author} wrote meanwhile: {standing}"),
        };
        brush.put(
            inside.x,
            bottom.saturating_sub(3),
            inside.width,
            &words,
            theme.warning(),
        );
    }
    let hint = match (editor.sent, editor.aspect.is_long()) {
        (true, _) => "saving …",
        _ if editor.aspect == Aspect::SaidType => {
            "email, url …, none, or empty to take it back   enter saves   esc leaves"
        }
        _ if editor.aspect == Aspect::SaidPii => {
            "EMAIL_ADDRESS …, none, or empty to take it back   enter saves   esc leaves"
        }
        (_, true) => "enter saves   alt-enter new line   tab other   esc leaves",
        (_, false) => "enter saves   tab other   esc leaves",
    };
    brush.put(
        inside.x,
        bottom.saturating_sub(1),
        inside.width,
        hint,
        theme.quiet(),
    );
    cursor
}

/// The lines of a text, each folded to the width; the last one is where the cursor is.
fn folded(written: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in written.split('\n') {
        let line = line.replace('\t', "    ");
        // A blank that was just typed is seen by the cursor.
        let blanks = line.len() - line.trim_end_matches(' ').len();
        let mut wrapped = text::wrap(&line, columns, usize::MAX - 1);
        match wrapped.last_mut() {
            Some(last) => last.push_str(&" ".repeat(blanks)),
            None => wrapped.push(" ".repeat(blanks)),
        }
        lines.append(&mut wrapped);
    }
    lines
}
