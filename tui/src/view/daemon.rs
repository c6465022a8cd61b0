//! The daemon's account of itself.

use ddgen_ipc::message::{Status, Verdict};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::brush::{Brush, Piece};
use super::charts;
use super::paragraph::{self, Lines};
use super::theme::Theme;
use super::welcome;
use crate::app::App;
use crate::app::layout::Layout;
use crate::format;
use crate::text;

const LABEL: usize = 13;
/// Rows from which charts are two rows high.
const TALL: u16 = 36;

pub(super) fn draw(app: &App, layout: &Layout, brush: &mut Brush<'_>) -> usize {
    let Some(status) = &app.daemon.status else {
        welcome::draw(app, layout, brush);
        return 0;
    };
    let area = Rect {
        x: 1,
        width: layout.body.width.saturating_sub(2),
        ..layout.body
    };
    let mut lines = account(app, status, brush.theme);
    lines.extend(probes(status, area.width, brush.theme));
    let tall = layout.body.height >= TALL;
    let charts = charts::charts(&app.daemon.readings, area.width, tall, brush.theme);
    lines.extend(charts);
    lines.extend(watches(status, area.width, brush.theme));
    lines.extend(workers(status, brush.theme));
    paragraph::draw(&lines, app.daemon.offset, area, brush)
}

pub(super) fn verdict_style(verdict: Verdict, theme: Theme) -> (&'static str, Style) {
    match verdict {
        Verdict::Ok => ("●", theme.good()),
        Verdict::Degraded => ("◐", theme.warning()),
        Verdict::Down => ("○", theme.bad()),
    }
}

fn line(label: &str, words: String, theme: Theme) -> Vec<Piece> {
    vec![
        (format!("{label:<LABEL$}"), theme.quiet()),
        (words, theme.text()),
    ]
}

fn account(app: &App, status: &Status, theme: Theme) -> Lines {
    let queue = status.queue;
    let drops = status.drops;
    let mut lines = vec![
        line(
            "ddgend",
            format!("{}, process {}", status.version, status.pid),
            theme,
        ),
        line("since", app.clock.full(status.started_at), theme),
        line("data", status.data_dir.clone(), theme),
    ];
    if let Some(peer) = app.link.connected() {
        lines.push(line("socket", peer.socket.clone(), theme));
    }
    let http = status.http.as_deref().unwrap_or("off");
    lines.push(line("http", http.to_owned(), theme));
    lines.push(line("store", format::bytes(status.store_bytes), theme));
    lines.push(line("clients", status.clients.to_string(), theme));
    lines.push(line(
        "queue",
        format!(
            "{} pending, {} running, {} parked",
            format::count(queue.pending),
            format::count(queue.running),
            format::count(queue.parked)
        ),
        theme,
    ));
    lines.push(line(
        "drops",
        format!(
            "{}: {} done, {} duplicate, {} parked, {} failed, {} quarantined",
            format::count(drops.total),
            format::count(drops.done),
            format::count(drops.duplicate),
            format::count(drops.parked),
            format::count(drops.failed),
            format::count(drops.quarantined)
        ),
        theme,
    ));
    lines
}

fn probes(status: &Status, width: u16, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    if status.probes.is_empty() {
        return lines;
    }
    lines.push(Vec::new());
    lines.push(vec![("health".to_owned(), theme.title())]);
    for probe in &status.probes {
        let (sign, style) = verdict_style(probe.verdict, theme);
        let words = text::wrap(
            &probe.because,
            usize::from(width).saturating_sub(LABEL + 2),
            4,
        );
        let mut words = words.into_iter();
        lines.push(vec![
            (format!("{sign} "), style),
            (
                format!("{:<LABEL$}", text::head(&probe.name, LABEL - 1)),
                theme.text(),
            ),
            (words.next().unwrap_or_default(), theme.text()),
        ]);
        for more in words {
            lines.push(vec![(format!("{:1$}{more}", "", LABEL + 2), theme.text())]);
        }
    }
    lines
}

fn watches(status: &Status, width: u16, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    if status.watches.is_empty() {
        return lines;
    }
    lines.push(Vec::new());
    lines.push(vec![("watches".to_owned(), theme.title())]);
    for watch in &status.watches {
        let broken = watch.how == "broken";
        let how = if broken { theme.bad() } else { theme.quiet() };
        let folders = match watch.folders {
            1 => "1 folder".to_owned(),
            many => format!("{} folders", format::count(many)),
        };
        lines.push(vec![
            (
                format!("{:<LABEL$}  ", text::head(&watch.name, LABEL)),
                theme.text(),
            ),
            (text::safe(&watch.root), theme.strong()),
        ]);
        lines.push(vec![(
            format!("{:1$}{2}, {folders}", "", LABEL + 2, watch.how),
            how,
        )]);
        let why = watch.because.as_deref().unwrap_or_default();
        for words in text::wrap(why, usize::from(width).saturating_sub(LABEL + 2), 4) {
            lines.push(vec![(format!("{:1$}{words}", "", LABEL + 2), how)]);
        }
    }
    lines
}

fn workers(status: &Status, theme: Theme) -> Lines {
    let mut lines = Lines::new();
    if status.workers.is_empty() {
        return lines;
    }
    lines.push(Vec::new());
    lines.push(vec![("workers".to_owned(), theme.title())]);
    for worker in &status.workers {
        let (state, style) = if worker.busy {
            ("busy", theme.busy())
        } else {
            ("idle", theme.quiet())
        };
        lines.push(vec![
            (format!("{:<1$}", worker.pid, LABEL + 2), theme.text()),
            (format!("{state:<6}"), style),
            (
                format!("{} files read", format::count(worker.jobs_done)),
                theme.text(),
            ),
        ]);
    }
    lines
}
