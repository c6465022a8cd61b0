//! What people wrote about the field.

use ddgen_ipc::message::AnnotationRow;

use super::super::paragraph::Lines;
use super::super::theme::Theme;
use crate::text;

/// Columns of the labels.
const LABEL: usize = 15;
/// Lines of one text; the editor shows all of it.
const MOST: usize = 20;

pub(super) fn section(rows: &[&AnnotationRow], width: u16, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    if rows.is_empty() {
        return lines;
    }
    super::section(&mut lines, "written", None, theme);
    let columns = usize::from(width).saturating_sub(LABEL);
    for row in rows {
        let mut label = row.aspect.word().replace('_', " ");
        let mut words: Vec<String> = row
            .value
            .lines()
            .flat_map(|line| text::wrap(line, columns, MOST))
            .take(MOST)
            .collect();
        let author = format!("  {}", text::safe(&row.author));
        let fits = words
            .last()
            .is_some_and(|last| text::width(last) + text::width(&author) <= columns);
        if !fits {
            words.push(String::new());
        }
        let last = words.len() - 1;
        for (place, line) in words.into_iter().enumerate() {
            let mut pieces = vec![
                (format!("{label:<LABEL$}"), theme.quiet()),
                (line, theme.text()),
            ];
            if place == last {
                pieces.push((author.clone(), theme.quiet()));
            }
            lines.push(pieces);
            label.clear();
        }
    }
    lines
}
