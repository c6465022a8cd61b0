//! What stands where nothing is known yet: what we try, and what the user can do.

use super::brush::Brush;
use crate::app::App;
use crate::app::layout::Layout;
use crate::app::link::LinkState;
use crate::text;

pub(super) fn draw(app: &App, layout: &Layout, brush: &mut Brush<'_>) {
    let theme = brush.theme;
    let columns = usize::from(layout.body.width.saturating_sub(4)).min(76);
    let mut lines: Vec<(String, ratatui::style::Style)> = Vec::new();
    let mut add = |words: &str, style| {
        for line in text::wrap(words, columns, 12) {
            lines.push((line, style));
        }
    };
    match &app.link.state {
        LinkState::Connected(_) if app.dictionaries.known => {
            add("Nothing has been dropped yet.", theme.strong());
            let watches = app.daemon.status.as_ref().map(|status| &status.watches);
            let roots: Vec<&str> = watches
                .into_iter()
                .flatten()
                .map(|watch| watch.root.as_str())
                .collect();
            let folder = if roots.is_empty() {
                "a watched folder".to_owned()
            } else {
                roots.join(" or ")
            };
            let words =
                format!("Copy a CSV or JSON file into {folder}: it shows up here by itself.");
            add(&words, theme.text());
        }
        LinkState::Connected(_) => add("reading the dictionaries …", theme.quiet()),
        LinkState::Searching { why: None } => {
            let words = format!(
                "looking for a daemon at {} …",
                app.link.searched.join(" or ")
            );
            add(&words, theme.quiet());
        }
        LinkState::Searching { why: Some(why) } | LinkState::Lost { why, .. } => {
            if let Some(started) = &app.link.started {
                add(started, theme.strong());
                add("waiting for it to answer …", theme.text());
            } else {
                let (title, advice) = if app.link.absent {
                    (
                        "Not connected to a daemon.",
                        "Start one with `ddgend run --watch DIR`, or press s to start one from \
                         here; this client keeps looking.",
                    )
                } else {
                    (
                        "There is a daemon, but no way in.",
                        "This client keeps trying.",
                    )
                };
                add(title, theme.strong());
                add(why, theme.text());
                add(advice, theme.text());
            }
        }
    }
    let spare = layout
        .body
        .height
        .saturating_sub(u16::try_from(lines.len()).unwrap_or(0));
    let top = layout.body.y + (spare / 3).min(4);
    for (y, (line, style)) in (top..layout.body.bottom()).zip(&lines) {
        brush.put(2, y, layout.body.width.saturating_sub(3), line, *style);
    }
}
