//! Looking for fields and dictionaries, over the screen.

use ratatui::layout::{Position, Rect};

use super::brush::{Brush, Piece};
use super::overlay;
use crate::app::App;
use crate::app::search::{Hit, Search};
use crate::format;
use crate::text;

const WIDTH: u16 = 100;
/// Rows of the frame's inside that are no hits: the words, what is said of them, the keys.
const AROUND: u16 = 4;

/// Draws it and says where the cursor is.
pub(super) fn draw(app: &App, search: &Search, brush: &mut Brush<'_>) -> Position {
    let theme = brush.theme;
    let height = app.size.height.saturating_sub(2).min(30);
    let inside = overlay::frame(app, WIDTH, height, "find", brush);
    let width = inside.width;
    let words = text::tail(&search.words, usize::from(width.saturating_sub(3)));
    let line = [("> ".to_owned(), theme.key()), (words, theme.strong())];
    let end = brush.pieces(inside.x, inside.y, width, &line);
    let (said, style) = said(search, brush);
    brush.put(inside.x, inside.y + 1, width, &said, style);
    let room = usize::from(inside.height.saturating_sub(AROUND));
    let first = (search.at + 1).saturating_sub(room);
    let top = inside.y + 2;
    for ((y, at), hit) in (top..)
        .zip(first..)
        .zip(search.hits().skip(first).take(room))
    {
        brush.pieces(inside.x, y, width, &row(hit, width, brush));
        if at == search.at {
            brush.tint(Rect::new(inside.x, y, width, 1), theme.selected());
        }
    }
    let keys = "↑ ↓ choose   enter opens   esc leaves";
    let bottom = inside.bottom().saturating_sub(1);
    brush.put(inside.x, bottom, width, keys, theme.quiet());
    Position::new(end.min(inside.right().saturating_sub(1)), inside.y)
}

/// What there is to say about the words.
fn said(search: &Search, brush: &Brush<'_>) -> Piece {
    let theme = brush.theme;
    match &search.found {
        None if search.words.trim().is_empty() => {
            let words = "names, descriptions, tags, owners, values; type:date pii:yes owner:ana \
                         tag:gold dictionary:sales described:no null>10%";
            (words.to_owned(), theme.quiet())
        }
        None => ("looking …".to_owned(), theme.quiet()),
        Some(Err(why)) => (why.clone(), theme.bad()),
        Some(Ok(found)) if found.fields.is_empty() && found.dictionaries.is_empty() => {
            ("nothing found".to_owned(), theme.warning())
        }
        Some(Ok(found)) => {
            let more = if found.more { " and more" } else { "" };
            let count = format::count(found.fields.len() as u64);
            let noun = if count == "1" { "field" } else { "fields" };
            let counted = format!("{count} {noun}{more}");
            match &found.read_as {
                Some(read_as) => (
                    format!(
                        "nothing is spelt so; found for “{}”: {counted}",
                        text::safe(read_as)
                    ),
                    theme.warning(),
                ),
                None => (counted, theme.quiet()),
            }
        }
    }
}

fn row(hit: Hit<'_>, width: u16, brush: &Brush<'_>) -> Vec<Piece> {
    let theme = brush.theme;
    let wide = usize::from(width);
    let column = |words: &str, share: usize| {
        let columns = (wide * share / 100).max(1);
        let cut = text::head(words, columns.saturating_sub(1));
        let blanks = columns.saturating_sub(text::width(&cut));
        format!("{cut}{}", " ".repeat(blanks))
    };
    match hit {
        Hit::Dictionary(found) => {
            let facts = format!(
                "dictionary  {} fields  {} records",
                format::count(found.fields.into()),
                format::count(found.records)
            );
            vec![
                (column(&found.name, 40), theme.title()),
                (facts, theme.quiet()),
            ]
        }
        Hit::Field(found) => {
            let mut pieces = vec![
                (column(&found.path, 40), theme.strong()),
                (column(&found.dictionary, 25), theme.text()),
                (column(&found.field_type, 12), theme.quiet()),
            ];
            match (&found.pii, &found.description, &found.semantic_type) {
                (Some(pii), _, _) => pieces.push((pii.clone(), theme.private())),
                (None, Some(words), _) => {
                    let words = words.lines().next().unwrap_or_default();
                    pieces.push((text::safe(words), theme.text()));
                }
                (None, None, Some(semantic)) => pieces.push((semantic.clone(), theme.text())),
                (None, None, None) => {}
            }
            pieces
        }
    }
}
