//! The last two lines: how the daemon is, and what can be done.

use ddgen_ipc::message::{Status, Verdict};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::brush::{Brush, Piece};
use super::daemon::verdict_style;
use crate::app::layout::Layout;
use crate::app::link::LinkState;
use crate::app::mode::Mode;
use crate::app::{App, Screen};
use crate::format;
use crate::keys::{self, Command};
use crate::text;

/// Lines of what was said at most.
const LONGEST: usize = 6;

/// Draws both; returns where the cursor of the filter is.
pub(super) fn draw(app: &App, layout: &Layout, brush: &mut Brush<'_>) -> Option<Position> {
    state(app, layout, brush);
    match (&app.mode, &app.notice) {
        (Mode::Filter, _) => Some(filter(app, layout, brush)),
        (_, Some(notice)) => {
            let style = if notice.bad {
                brush.theme.bad()
            } else {
                brush.theme.strong()
            };
            if !said(&notice.text, style, layout, brush) {
                hints(app, layout, brush);
            }
            None
        }
        (_, None) => {
            hints(app, layout, brush);
            None
        }
    }
}

/// In the place of the hints; what is longer gets the room it needs above the state, and leaves
/// them theirs: whether it took it is returned.
fn said(words: &str, style: Style, layout: &Layout, brush: &mut Brush<'_>) -> bool {
    let width = layout.hints.width;
    let lines = text::wrap(words, usize::from(width.saturating_sub(2)), LONGEST);
    let [line] = lines.as_slice() else {
        let rows = u16::try_from(lines.len() + 1)
            .unwrap_or(1)
            .min(layout.state.y);
        let area = Rect::new(0, layout.state.y - rows, width, rows);
        brush.clear(area);
        brush.put(0, area.y, width, &"─".repeat(usize::from(width)), style);
        for (y, line) in (area.y + 1..area.bottom()).zip(&lines) {
            brush.put(1, y, width - 1, line, style);
        }
        return false;
    };
    brush.put(1, layout.hints.y, width - 1, line, style);
    true
}

/// Left: the daemon. Right: where in the list.
fn state(app: &App, layout: &Layout, brush: &mut Brush<'_>) {
    let theme = brush.theme;
    let y = layout.state.y;
    let place = place(app);
    let width = layout.state.width;
    let right = u16::try_from(text::width(&place)).unwrap_or(0);
    let room = width.saturating_sub(right + 3);
    brush.put(
        width.saturating_sub(right + 1),
        y,
        right,
        &place,
        theme.quiet(),
    );
    let pieces = match &app.link.state {
        LinkState::Connected(_) if app.link.stopping => {
            vec![("● the daemon is stopping".to_owned(), theme.warning())]
        }
        LinkState::Connected(peer) => connected(app, &peer.version, width, brush),
        LinkState::Searching { why: None } => vec![("connecting …".to_owned(), theme.quiet())],
        LinkState::Searching { why: Some(_) } => {
            let words = if app.link.absent {
                "○ no daemon"
            } else {
                "○ turned away"
            };
            vec![(words.to_owned(), theme.bad())]
        }
        LinkState::Lost { since, why } => {
            let mut words = format!(" disconnected since {}", app.clock.moment(*since));
            if width >= 60 {
                words = format!("{words}: {why}");
            }
            let line = Rect::new(0, y, room + 1, 1);
            brush.put(0, y, room + 1, &words, theme.alarm());
            brush.tint(line, theme.alarm());
            return;
        }
    };
    brush.pieces(1, y, room, &pieces);
}

fn connected(app: &App, version: &str, width: u16, brush: &Brush<'_>) -> Vec<Piece> {
    let theme = brush.theme;
    let mut pieces = Vec::new();
    match &app.daemon.verdict {
        None => pieces.push((format!("● connected to ddgend {version}"), theme.text())),
        Some((verdict, _)) => {
            let (sign, style) = verdict_style(*verdict, theme);
            pieces.push((format!("{sign} {verdict}"), style));
        }
    }
    if let Some(status) = &app.daemon.status {
        pieces.extend(counts(status, width, brush));
    }
    match &app.daemon.verdict {
        // Last, because it is long; the daemon's screen has all of it.
        Some((verdict, because))
            if width >= 60 && *verdict != Verdict::Ok && !because.is_empty() =>
        {
            pieces.push((format!(" · {because}"), theme.text()));
        }
        _ if width >= 100 => pieces.push((format!(" · ddgend {version}"), theme.quiet())),
        _ => {}
    }
    pieces
}

/// What waits, runs and is stuck, and how many are looking.
fn counts(status: &Status, width: u16, brush: &Brush<'_>) -> Vec<Piece> {
    let theme = brush.theme;
    let queue = status.queue;
    let mut words = Vec::new();
    if width < 60 {
        if queue.running + queue.pending > 0 {
            words.push(format!(
                "{} queued",
                format::count(queue.running + queue.pending)
            ));
        }
    } else {
        if queue.running > 0 {
            words.push(format!("{} running", format::count(queue.running)));
        }
        if queue.pending > 0 {
            words.push(format!("{} pending", format::count(queue.pending)));
        }
        if words.is_empty() {
            words.push("queue empty".to_owned());
        }
    }
    let mut pieces: Vec<Piece> = Vec::new();
    if !words.is_empty() {
        pieces.push((format!(" · {}", words.join(", ")), theme.text()));
    }
    if queue.parked > 0 {
        pieces.push((
            format!(" · {} parked", format::count(queue.parked)),
            theme.bad(),
        ));
    }
    if width >= 60 {
        let clients = match status.clients {
            1 => "1 client".to_owned(),
            many => format!("{many} clients"),
        };
        pieces.push((format!(" · {clients}"), theme.quiet()));
    }
    pieces
}

/// Which row of how many; of how many in all while a filter hides some.
fn place(app: &App) -> String {
    let (cursor, shown, all, more) = match app.screen() {
        Screen::Dictionaries => {
            let list = &app.dictionaries.list;
            (list.cursor(), list.shown(), list.entries().len(), None)
        }
        Screen::Activity => {
            let list = &app.activity.list;
            (list.cursor(), list.shown(), list.entries().len(), None)
        }
        Screen::Fields => {
            let Some(open) = &app.open else {
                return String::new();
            };
            let list = &open.list;
            let all = open.total.map_or(0, |total| total as usize);
            (list.cursor(), list.shown(), all, open.progress())
        }
        Screen::Field => {
            let Some(open) = &app.open else {
                return String::new();
            };
            (
                open.list.cursor(),
                open.list.shown(),
                open.list.shown(),
                None,
            )
        }
        Screen::Daemon => return String::new(),
    };
    if all == 0 {
        return String::new();
    }
    let row = if shown == 0 { 0 } else { cursor + 1 };
    let mut words = format!(
        "{}/{}",
        format::count(row as u64),
        format::count(shown as u64)
    );
    if shown != all {
        words = format!("{words} of {}", format::count(all as u64));
    }
    if let Some((here, total)) = more {
        words = format!("{words}, read {}", format::share(here.into(), total.into()));
    }
    words
}

fn filter(app: &App, layout: &Layout, brush: &mut Brush<'_>) -> Position {
    let theme = brush.theme;
    let width = layout.hints.width;
    let hint = if width >= 60 {
        "  enter keeps it, esc clears it"
    } else {
        ""
    };
    let room = usize::from(width).saturating_sub(4 + hint.len());
    let words = text::tail(app.filter(), room);
    let end = brush.pieces(
        1,
        layout.hints.y,
        width.saturating_sub(2),
        &[("/".to_owned(), theme.key()), (words, theme.strong())],
    );
    brush.put(
        end + 1,
        layout.hints.y,
        width.saturating_sub(end + 1),
        hint,
        theme.quiet(),
    );
    Position::new(end.min(width - 1), layout.hints.y)
}

/// The commands of this screen that can be done, as many as there is room for; help and quit
/// always.
fn hints(app: &App, layout: &Layout, brush: &mut Brush<'_>) {
    let theme = brush.theme;
    let screen = app.screen();
    let mut pieces: Vec<(usize, Vec<Piece>)> = Vec::new();
    if !app.filter().is_empty() {
        let words = format!("/{}", text::head(app.filter(), 20));
        let wide = text::width(&words) + 2;
        pieces.push((
            wide,
            vec![(words, theme.strong()), ("  ".to_owned(), theme.text())],
        ));
    }
    let (always, others): (Vec<_>, Vec<_>) = keys::TABLE
        .iter()
        .filter(|binding| binding.places.has(screen) && !binding.hint.is_empty())
        .filter(|binding| keys::why_not(app, binding.command).is_none())
        .partition(|binding| matches!(binding.command, Command::Help | Command::Quit));
    let piece = |binding: &keys::Binding| {
        let key = binding.shown.split(' ').next().unwrap_or_default();
        let hint = if binding.command == Command::Turn {
            turn(screen)
        } else {
            binding.hint
        };
        let wide = text::width(key) + text::width(hint) + 3;
        (
            wide,
            vec![
                (key.to_owned(), theme.key()),
                (format!(" {hint}  "), theme.quiet()),
            ],
        )
    };
    let kept: Vec<_> = always.into_iter().map(piece).collect();
    let mut room = usize::from(layout.hints.width)
        .saturating_sub(kept.iter().map(|(wide, _)| wide).sum::<usize>())
        .saturating_sub(pieces.iter().map(|(wide, _)| wide).sum::<usize>());
    for (wide, hint) in others.into_iter().map(piece) {
        if wide <= room {
            room -= wide;
            pieces.push((wide, hint));
        }
    }
    pieces.extend(kept);
    let mut line: Vec<Piece> = pieces.into_iter().flat_map(|(_, pieces)| pieces).collect();
    if let Some((last, _)) = line.last_mut() {
        last.truncate(last.trim_end().len());
    }
    brush.pieces(1, layout.hints.y, layout.hints.width - 1, &line);
}

fn turn(screen: Screen) -> &'static str {
    match screen {
        Screen::Dictionaries | Screen::Fields | Screen::Field => "activity",
        Screen::Activity => "daemon",
        Screen::Daemon => "dictionaries",
    }
}
