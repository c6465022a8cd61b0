//! All keys, from the one table.

use super::brush::Brush;
use super::overlay;
use super::paragraph::Lines;
use crate::app::App;
use crate::keys::{TABLE, why_not};
use crate::text;

/// Columns of the keys, and of the first of each where there is little room.
const KEYS: usize = 15;
const FIRST_KEYS: usize = 7;
const NARROW: u16 = 60;
const WIDTH: u16 = 84;

pub(super) fn draw(app: &App, offset: usize, brush: &mut Brush<'_>) -> usize {
    let theme = brush.theme;
    let screen = app.screen();
    let narrow = app.size.width < NARROW;
    let keys = if narrow { FIRST_KEYS } else { KEYS };
    let columns = usize::from(WIDTH.min(app.size.width)).saturating_sub(4 + keys);
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
            let shown = match place {
                0 if narrow => binding.shown.split(' ').next().unwrap_or_default(),
                0 => binding.shown,
                _ => "",
            };
            lines.push(vec![
                (format!("{shown:<keys$}"), theme.key()),
                (words, style),
            ]);
        }
        let why = why.map(|why| format!("not now: {why}")).unwrap_or_default();
        for words in text::wrap(&why, columns, 4) {
            lines.push(vec![(format!("{:keys$}{words}", ""), theme.quiet())]);
        }
    }
    overlay::text(app, WIDTH, "keys on this screen", &lines, offset, brush)
}
