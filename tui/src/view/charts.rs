//! The last hour or day of the daemon, one line of bars for each measure.

use super::bars::block;
use super::paragraph::Lines;
use super::theme::Theme;
use crate::app::readings::{Measure, Readings};
use crate::format;

/// Columns of the names.
const LABEL: usize = 14;
/// Columns of the numbers behind the bars, the longest being `now 999 MB, most 999 MB`.
const NUMBERS: usize = 25;
/// Wider, an hour has more columns than readings.
const WIDEST: usize = 60;
const NARROWEST: usize = 10;

/// Lines as wide as `width`; none before anything was read.
pub(super) fn charts(readings: &Readings, width: u16, tall: bool, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    if readings.is_empty() {
        return lines;
    }
    let columns = usize::from(width)
        .saturating_sub(LABEL + 1 + NUMBERS)
        .clamp(NARROWEST, WIDEST);
    let span = if readings.day {
        "the last day"
    } else {
        "the last hour"
    };
    lines.push(Vec::new());
    lines.push(vec![(span.to_owned(), theme.title())]);
    let rows = if tall { 2 } else { 1 };
    for measure in Measure::ALL {
        let drawn = readings.columns(measure, columns);
        let most = drawn.iter().flatten().copied().max();
        let scale = scale(measure, most.unwrap_or(0));
        for row in (0..rows).rev() {
            let bars: String = drawn
                .iter()
                .map(|value| value.map_or(' ', |value| block(value, scale, row, rows)))
                .collect();
            let lowest = row == 0;
            let label = if lowest { name(measure) } else { "" };
            let numbers = if lowest {
                numbers(measure, readings.now(measure), most)
            } else {
                String::new()
            };
            lines.push(vec![
                (format!("{label:<LABEL$}"), theme.quiet()),
                (bars, theme.bar()),
                (format!(" {numbers}"), theme.text()),
            ]);
        }
    }
    lines
}

fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Cpu => "processor",
        Measure::Memory => "memory",
        Measure::Disk => "disk",
        Measure::Queue => "queue",
        Measure::Rate => "files an hour",
    }
}

/// What a full bar stands for.
fn scale(measure: Measure, most: u64) -> u64 {
    match measure {
        // One core, unless more was used.
        Measure::Cpu => most.max(1_000),
        Measure::Disk => 1_000,
        Measure::Memory | Measure::Queue | Measure::Rate => most,
    }
}

fn numbers(measure: Measure, now: Option<u64>, most: Option<u64>) -> String {
    let words = |number: Option<u64>| match number {
        None => "?".to_owned(),
        Some(number) => match measure {
            // More than all of one core is used by two.
            Measure::Cpu => format!("{}.{}%", number / 10, number % 10),
            Measure::Disk => format::share(number, 1_000),
            Measure::Memory => format::bytes(number),
            Measure::Queue | Measure::Rate => format::count_in(number, 7),
        },
    };
    format!("now {}, most {}", words(now), words(most))
}
