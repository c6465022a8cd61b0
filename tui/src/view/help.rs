//! All keys, from the one table.

use super::brush::Brush;
use super::overlay;
use super::paragraph::Lines;
use crate::app::App;
use crate::keys::{TABLE, why_not};
use crate::text;

/// Columns of the keys.
const KEYS: usize = 15;
const WIDTH: u16 = 84;

pub(super) fn draw(app: &App, offset: usize, brush: &mut Brush<'_>) -> usize {
    let theme = brush.theme;
    let screen = app.screen();
    let columns = usize::from(WIDTH.min(app.size.width)).saturating_sub(4 + KEYS);
    let mut lines = Lines::new();
    for binding in TABLE.iter().filter(|binding| binding.places.has(screen)) {
        let why = why_not(app, binding.command);
        let words = text::wrap(binding.help, columns, 4);
        let style = if why.is_some() {
            theme.quiet()
        } else {
            theme.text()
        };
        for (place, words) in words.into_iter().enumerate() {
            let shown = if place == 0 { binding.shown } else { "" };
            lines.push(vec![
                (format!("{shown:<KEYS$}"), theme.key()),
                (words, style),
            ]);
        }
        let why = why.map(|why| format!("not now: {why}")).unwrap_or_default();
        for words in text::wrap(&why, columns, 4) {
            lines.push(vec![(format!("{:KEYS$}{words}", ""), theme.quiet())]);
        }
    }
    overlay::text(app, WIDTH, "keys on this screen", &lines, offset, brush)
}
