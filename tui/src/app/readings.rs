//! How the daemon fared, as charts draw it.

use ddgen_ipc::message::Reading;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// One a minute of a day, and some.
const MOST: usize = 1_500;

#[derive(Debug, Default)]
pub struct Readings {
    /// Oldest first.
    rows: Vec<Reading>,
    /// A day is shown, else an hour.
    pub day: bool,
}

/// What is drawn of it: one line of bars each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Thousandths of one core.
    Cpu,
    /// Bytes.
    Memory,
    /// Thousandths of the disk.
    Disk,
    /// Files.
    Queue,
    /// Files an hour.
    Rate,
}

impl Readings {
    pub fn learn(&mut self, rows: Vec<Reading>) {
        self.rows = rows;
    }

    /// One more, from an event.
    pub fn hear(&mut self, reading: Reading) {
        self.rows.push(reading);
        let over = self.rows.len().saturating_sub(MOST);
        self.rows.drain(..over);
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The measure over the time that is shown, in so many columns that end with the newest reading;
    /// none where nothing was read.
    #[must_use]
    pub fn columns(&self, measure: Measure, columns: usize) -> Vec<Option<u64>> {
        let Some(end) = self.rows.last().map(|row| row.at.0) else {
            return vec![None; columns];
        };
        let span = if self.day { DAY_MS } else { HOUR_MS };
        let mut cells: Vec<Vec<&Reading>> = vec![Vec::new(); columns];
        for row in &self.rows {
            // The newest stands in the last column.
            let age = end - row.at.0;
            if (0..span).contains(&age) {
                let back =
                    usize::try_from(age).unwrap_or(0) * columns / span.unsigned_abs() as usize;
                cells[columns - 1 - back.min(columns - 1)].push(row);
            }
        }
        let read: Vec<Option<u64>> = cells.iter().map(|rows| measure.of(rows)).collect();
        // More columns than readings: each stands for about a minute.
        let wide = columns.div_ceil(span.unsigned_abs() as usize / 60_000);
        let near = |at: usize| read[at..].iter().take(wide).flatten().next().copied();
        (0..columns).map(near).collect()
    }

    /// The newest reading alone.
    #[must_use]
    pub fn now(&self, measure: Measure) -> Option<u64> {
        measure.of(&[self.rows.last()?])
    }
}

impl Measure {
    pub const ALL: [Self; 5] = [Self::Cpu, Self::Memory, Self::Disk, Self::Queue, Self::Rate];

    /// Of several readings: what was used in all their time, or the most that was held.
    fn of(self, rows: &[&Reading]) -> Option<u64> {
        let most =
            |number: fn(&Reading) -> Option<u64>| rows.iter().filter_map(|row| number(row)).max();
        let per = |number: fn(&Reading) -> u64, unit_ms: u64| {
            let elapsed: u64 = rows.iter().map(|row| row.elapsed_ms).sum();
            let all: u64 = rows.iter().map(|row| number(row)).sum();
            (elapsed > 0).then(|| all.saturating_mul(unit_ms).div_ceil(elapsed))
        };
        match self {
            Self::Cpu => per(|row| row.cpu_ms, 1_000),
            Self::Memory => most(|row| Some(row.memory)),
            Self::Disk => most(|row| row.disk_permille.map(u64::from)),
            Self::Queue => most(|row| Some(row.queued)),
            Self::Rate => per(|row| row.drops, 3_600_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use ddgen_ipc::Timestamp;

    use super::*;

    fn minute(at: i64, cpu_ms: u64, drops: u64) -> Reading {
        Reading {
            at: Timestamp(at * 60_000),
            elapsed_ms: 60_000,
            cpu_ms,
            drops,
            memory: at.unsigned_abs() * 1_000,
            disk_permille: (at != 3).then_some(500),
            queued: 0,
        }
    }

    #[test]
    fn columns_end_with_the_newest_and_tell_gaps() {
        let mut readings = Readings::default();
        assert_eq!(readings.columns(Measure::Cpu, 3), [None; 3]);
        // An hour in six columns of ten minutes; nothing was read in the third.
        let rows = (1..=60).filter(|at| !(21..=30).contains(at));
        readings.learn(rows.map(|at| minute(at, 6_000, 1)).collect());
        readings.hear(minute(61, 30_000, 11));
        let memory = readings.columns(Measure::Memory, 6);
        assert_eq!(
            memory,
            [
                Some(11_000),
                Some(20_000),
                Some(31_000),
                Some(41_000),
                Some(51_000),
                Some(61_000)
            ]
        );
        // Nine minutes at a tenth of a core and one at a half.
        assert_eq!(readings.columns(Measure::Cpu, 6)[5], Some(140));
        assert_eq!(readings.columns(Measure::Rate, 6)[5], Some(120));
        assert_eq!(readings.now(Measure::Rate), Some(660));
    }

    #[test]
    fn a_minute_is_as_wide_as_it_must_be_and_no_wider() {
        let mut readings = Readings::default();
        readings.learn(vec![minute(0, 0, 0), minute(3, 0, 0)]);
        let drawn = readings.columns(Measure::Memory, 120);
        let shown: Vec<usize> = (0..120).filter(|at| drawn[*at].is_some()).collect();
        assert_eq!(shown, [112, 113, 118, 119]);
        assert_eq!(readings.columns(Measure::Disk, 120)[119], None);
    }

    #[test]
    fn the_first_reading_after_a_start_has_no_rate() {
        let mut readings = Readings::default();
        let first = Reading {
            elapsed_ms: 0,
            ..minute(1, 0, 0)
        };
        readings.learn(vec![first]);
        assert_eq!(readings.now(Measure::Cpu), None);
        assert_eq!(readings.now(Measure::Memory), Some(1_000));
    }
}
