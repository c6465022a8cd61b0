//! How the values of a field are spread, in the height of a line.

use ddgen_profile::document::Field;

use crate::cli::screen::Ink;

const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Counts side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    counts: Vec<u64>,
    pub(super) ink: Ink,
}

impl Shape {
    /// The histogram of a field; of a text of few values those values, the most frequent first. None
    /// where only a part of the values could be drawn.
    pub(super) fn of(field: &Field) -> Option<Self> {
        if let Some(bins) = field.histogram.as_ref().filter(|bins| !bins.is_empty()) {
            return Some(Self {
                counts: bins.iter().map(|bin| bin.count).collect(),
                ink: Ink::Bar,
            });
        }
        let counts: Vec<u64> = field.top_values.iter().map(|top| top.count).collect();
        let shown: u64 = counts.iter().sum();
        let all = shown > 0 && shown == field.count.saturating_sub(field.null_count);
        all.then_some(Self {
            counts,
            ink: Ink::Quiet,
        })
    }

    /// Columns that show every count by itself.
    pub(super) fn natural(&self) -> usize {
        self.counts.len()
    }

    /// The highest fills the line; neighbours join where there is less room.
    pub(super) fn draw(&self, columns: usize) -> String {
        let joined: Vec<u64> = self
            .counts
            .chunks(self.counts.len().div_ceil(columns.max(1)).max(1))
            .map(|counts| counts.iter().sum())
            .collect();
        let most = joined.iter().copied().max().unwrap_or(0);
        joined.iter().map(|count| block(*count, most)).collect()
    }
}

fn block(count: u64, most: u64) -> char {
    if count == 0 || most == 0 {
        return ' ';
    }
    let height = (count as f64 / most as f64 * 8.0).round() as usize;
    // What is there is seen.
    EIGHTHS[height.clamp(1, 8)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(counts: &[u64]) -> Shape {
        Shape {
            counts: counts.to_vec(),
            ink: Ink::Bar,
        }
    }

    #[test]
    fn the_highest_is_full_the_smallest_is_seen_and_none_is_blank() {
        assert_eq!(shape(&[8, 4, 0, 1, 2]).draw(5), "█▄ ▁▂");
        assert_eq!(shape(&[1, 1_000_000]).draw(5), "▁█");
    }

    #[test]
    fn neighbours_join_and_nothing_is_lost() {
        assert_eq!(shape(&[1, 1, 2, 2, 4, 4]).draw(3), "▂▄█");
        assert_eq!(shape(&[1; 20]).draw(8).chars().count(), 7);
        assert_eq!(shape(&[]).draw(8), "");
    }
}
