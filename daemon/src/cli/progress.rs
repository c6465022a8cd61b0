//! How far long work has come, on a line of standard error that goes away at the end.

use std::io::{self, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::amounts::bytes;
use super::screen::{Ink, Screen};
use super::text;

/// Work that ends sooner shows nothing: a line that flashes up only disturbs.
const PATIENCE: Duration = Duration::from_millis(300);
/// Before this, speed and remaining time are guesses.
const KNOWN: Duration = Duration::from_secs(1);
/// A tenth of a second reads as moving and costs nothing over SSH.
const FRAME: Duration = Duration::from_millis(100);
/// Columns of the bar where there is room, and where there is little.
const WIDE: usize = 24;
const SLIM: usize = 8;

/// One piece of work under way. Draws only on a terminal, and wipes its line when dropped.
pub(super) struct Progress {
    what: &'static str,
    screen: Screen,
    begun: Instant,
    /// When the line was drawn last.
    drawn: Mutex<Option<Instant>>,
}

impl Progress {
    pub(super) fn start(what: &'static str) -> Self {
        Self {
            what,
            screen: Screen::of(&io::stderr()),
            begun: Instant::now(),
            drawn: Mutex::new(None),
        }
    }

    /// Says how many bytes are done, of how many where that is known. Quick; from any thread.
    pub(super) fn tell(&self, done: u64, total: Option<u64>) {
        let elapsed = self.begun.elapsed();
        if !self.screen.terminal || elapsed < PATIENCE {
            return;
        }
        // Whoever comes while another draws has nothing to add.
        let Ok(mut drawn) = self.drawn.try_lock() else {
            return;
        };
        if drawn.is_some_and(|last| last.elapsed() < FRAME) {
            return;
        }
        *drawn = Some(Instant::now());
        self.write(&format!("\r\x1b[K{}", self.line(done, total, elapsed)));
    }

    fn line(&self, done: u64, total: Option<u64>, elapsed: Duration) -> String {
        // The last column stays free: a terminal that wraps there could not be wiped.
        let room = self.screen.width.unwrap_or(80).saturating_sub(1);
        let amount = match total {
            Some(total) => format!("{} of {}", bytes(done.min(total)), bytes(total)),
            None => bytes(done),
        };
        let mut behind = vec![amount];
        let speed = done as f64 / elapsed.as_secs_f64().max(f64::MIN_POSITIVE);
        if elapsed >= KNOWN && speed >= 1.0 {
            behind.push(format!("{}/s", bytes(speed as u64)));
            if let Some(total) = total {
                let left = total.saturating_sub(done) as f64 / speed;
                behind.push(format!("{} left", duration(left)));
            }
        }
        let Some(total) = total else {
            return text::head(&format!("{}  {}", self.what, behind.join("  ")), room);
        };
        let share = done.min(total) as f64 / total.max(1) as f64;
        let ahead = format!("{:3.0} %", (share * 100.0).floor());
        // What tells least goes first: the bar's length, the bar, the words behind.
        loop {
            let words = std::iter::once(ahead.as_str())
                .chain(behind.iter().map(String::as_str))
                .collect::<Vec<_>>()
                .join("  ");
            let taken = text::width(self.what) + text::width(&words) + 4;
            for columns in [WIDE, SLIM] {
                if taken + columns <= room {
                    let bar = text::padded(&bar(share, columns), columns, false);
                    let bar = self.screen.paint(&bar, Ink::Bar);
                    return format!("{}  {bar}  {words}", self.what);
                }
            }
            if behind.pop().is_none() {
                return text::head(&format!("{}  {words}", self.what), room);
            }
        }
    }

    fn write(&self, text: &str) {
        // A terminal that is gone is no reason to stop the work.
        let mut err = io::stderr().lock();
        let _gone = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let shown = self.drawn.get_mut().map_or(true, |drawn| drawn.is_some());
        if shown && self.screen.terminal {
            self.write("\r\x1b[K");
        }
    }
}

/// A bar of eighths of a cell; never empty for something that is there.
pub(super) fn bar(share: f64, columns: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if share <= 0.0 || columns == 0 {
        return String::new();
    }
    let eighths = ((share.min(1.0) * columns as f64 * 8.0).round() as usize).max(1);
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

fn duration(seconds: f64) -> String {
    let seconds = seconds.ceil().clamp(0.0, 359_999.0) as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes}:{seconds:02} min"),
        (hours, minutes, _) => format!("{hours}:{minutes:02} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn line(columns: usize, done: u64, total: Option<u64>, seconds: f64) -> String {
        let progress = Progress {
            what: "reading",
            screen: Screen {
                width: Some(columns),
                colour: false,
                terminal: false,
            },
            begun: Instant::now(),
            drawn: Mutex::new(None),
        };
        progress.line(done, total, Duration::from_secs_f64(seconds))
    }

    #[test]
    fn speed_and_remaining_time_come_after_a_second() {
        assert_eq!(
            line(120, GIB, Some(4 * GIB), 0.9),
            "reading  ██████                     25 %  1.0 GiB of 4.0 GiB"
        );
        assert_eq!(
            line(120, GIB, Some(4 * GIB), 2.0),
            "reading  ██████                     25 %  1.0 GiB of 4.0 GiB  512.0 MiB/s  6 s left"
        );
        assert_eq!(line(120, GIB, None, 2.0), "reading  1.0 GiB  512.0 MiB/s");
    }

    #[test]
    fn a_narrow_terminal_keeps_the_share() {
        assert_eq!(
            line(40, GIB, Some(4 * GIB), 200.0),
            "reading  ██         25 %"
        );
        assert_eq!(line(20, GIB, Some(4 * GIB), 200.0), "reading   25 %");
        for columns in 10..140 {
            let line = line(columns, 3 * GIB, Some(4 * GIB), 10_000.0);
            assert!(text::width(&line) < columns, "{line}");
        }
    }

    #[test]
    fn a_file_that_grew_or_was_read_again_is_not_past_its_end() {
        assert!(line(80, 5 * GIB, Some(4 * GIB), 0.5).contains("100 %  4.0 GiB of 4.0 GiB"));
        assert!(line(80, 0, Some(0), 0.5).contains("  0 %"));
        assert_eq!(duration(59.2), "1:00 min");
        assert_eq!(duration(3_700.0), "1:01 h");
    }
}
