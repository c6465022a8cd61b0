//! The histogram, as columns of eighths.

use super::super::bars::block;
use super::super::paragraph::Lines;
use super::super::theme::Theme;
use super::section;
use crate::app::document::{Bin, FieldDocument};
use crate::format;
use crate::text;

/// Rows of the chart: 48 steps of height tell a tenth apart.
const ROWS: usize = 6;
/// Columns at most: wider, the shape is lost.
const WIDEST: usize = 64;

pub(super) fn histogram(field: &FieldDocument, width: u16, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    let Some(bins) = field.histogram.as_deref().filter(|bins| !bins.is_empty()) else {
        return lines;
    };
    section(&mut lines, "histogram", field.estimate("histogram"), theme);
    let counts = columns(bins, usize::from(width).min(WIDEST));
    let most = counts.iter().copied().max().unwrap_or(0);
    for row in (0..ROWS).rev() {
        let drawn: String = counts
            .iter()
            .map(|count| block(*count, most, row, ROWS))
            .collect();
        let label = if row + 1 == ROWS {
            format!(" {}", format::count(most))
        } else {
            String::new()
        };
        lines.push(vec![(drawn, theme.bar()), (label, theme.quiet())]);
    }
    lines.push(vec![("▔".repeat(counts.len()), theme.quiet())]);
    lines.push(vec![(axis(bins, counts.len()), theme.quiet())]);
    lines
}

/// One count for each column of the terminal: bins grow wide, or join where there are too many.
fn columns(bins: &[Bin], width: usize) -> Vec<u64> {
    let width = width.max(1);
    let joined: Vec<u64> = bins
        .chunks(bins.len().div_ceil(width).max(1))
        .map(|bins| bins.iter().map(|bin| bin.count).sum())
        .collect();
    let wide = (width / joined.len()).max(1);
    joined
        .into_iter()
        .flat_map(|count| std::iter::repeat_n(count, wide))
        .collect()
}

fn axis(bins: &[Bin], width: usize) -> String {
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else {
        return String::new();
    };
    let room = (width / 2).saturating_sub(1);
    let from = text::head(&format::value(&first.from), room);
    let to = text::head(&format::value(&last.to), room);
    let blank = width.saturating_sub(text::width(&from) + text::width(&to));
    format!("{from}{}{to}", " ".repeat(blank))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins(counts: &[u64]) -> Vec<Bin> {
        counts
            .iter()
            .zip(0..)
            .map(|(&count, place)| Bin {
                from: place.into(),
                to: (place + 1).into(),
                count,
            })
            .collect()
    }

    #[test]
    fn bins_grow_or_join_to_the_width_and_nothing_is_lost() {
        assert_eq!(columns(&bins(&[1, 2]), 6), [1, 1, 1, 2, 2, 2]);
        assert_eq!(columns(&bins(&[1, 2, 3, 4]), 2), [3, 7]);
        assert_eq!(columns(&bins(&[1, 2, 3]), 2), [3, 3]);
    }
}
