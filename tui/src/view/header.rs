//! The first line: where one is, and the tabs.

use super::brush::{Brush, Piece};
use crate::app::layout::Layout;
use crate::app::{App, Screen, tabs};
use crate::text;

pub(super) fn draw(app: &App, layout: &Layout, brush: &mut Brush<'_>) {
    let theme = brush.theme;
    let y = layout.header.y;
    let placed = tabs::tabs(app.size);
    let end = placed
        .first()
        .map_or(layout.header.width, |(_, place)| place.x.saturating_sub(2));
    for (tab, place) in &placed {
        let style = if app.screens.first() == Some(&tab.screen) {
            theme.title()
        } else {
            theme.quiet()
        };
        brush.put(place.x, y, place.width, tab.title, style);
    }
    let pieces = crumbs(app, usize::from(end.saturating_sub(1)), brush);
    brush.pieces(1, y, end.saturating_sub(1), &pieces);
}

/// The way to this screen. The last part is the one that must be read: the others give way.
fn crumbs(app: &App, columns: usize, brush: &Brush<'_>) -> Vec<Piece> {
    let theme = brush.theme;
    let mut parts: Vec<String> = app
        .screens
        .iter()
        .map(|screen| match screen {
            Screen::Dictionaries => "dictionaries".to_owned(),
            Screen::Activity => "activity".to_owned(),
            Screen::Daemon => "daemon".to_owned(),
            Screen::Fields => app
                .open
                .as_ref()
                .map_or_else(String::new, |open| text::safe(&open.name)),
            Screen::Field => app
                .field
                .as_ref()
                .map_or_else(String::new, |field| text::safe(&field.path)),
        })
        .collect();
    parts.insert(0, "ddgen".to_owned());
    let wide = |parts: &[String]| {
        parts
            .iter()
            .map(|part| text::width(part) + 3)
            .sum::<usize>()
    };
    while parts.len() > 1 && wide(&parts) > columns + 3 {
        parts.remove(0);
    }
    let last = parts.len() - 1;
    let mut pieces = Vec::with_capacity(parts.len() * 2);
    for (place, part) in parts.into_iter().enumerate() {
        if place > 0 {
            pieces.push((" › ".to_owned(), theme.quiet()));
        }
        if place == last {
            pieces.push((text::tail(&part, columns), theme.strong()));
        } else {
            pieces.push((part, theme.quiet()));
        }
    }
    pieces
}
