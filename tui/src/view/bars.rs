//! Columns of eighths.

const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The part of a column in one of `rows` rows; row 0 is the lowest.
pub(super) fn block(count: u64, most: u64, row: usize, rows: usize) -> char {
    if count == 0 || most == 0 {
        return ' ';
    }
    let height = (count as f64 / most as f64 * (rows * 8) as f64).round() as usize;
    // What is there is seen.
    let height = height.max(1);
    EIGHTHS[height.saturating_sub(row * 8).min(8)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tallest_is_full_and_the_smallest_is_seen() {
        assert_eq!(block(100, 100, 5, 6), '█');
        assert_eq!(block(1, 1_000_000, 0, 6), '▁');
        assert_eq!(block(0, 100, 0, 6), ' ');
        assert_eq!(block(50, 100, 2, 6), '█');
        assert_eq!(block(50, 100, 3, 6), ' ');
    }
}
