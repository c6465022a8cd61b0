//! What a watch says about itself, as a client reads it.

use ddgen_ipc::message::WatchRow;

use crate::watch::{How, ProblemKind, WatchState};

/// The row of one watch. Its reason names the first file that is left out: who reads it must be
/// able to act on it.
pub(super) fn row(watch: WatchState) -> WatchRow {
    let how = match watch.how {
        How::Starting => "starting",
        How::Native => "native",
        How::Polled { .. } => "polled",
        How::Broken => "broken",
    };
    let unreadable = left_out(
        &watch,
        watch.unreadable,
        "cannot be read",
        ProblemKind::is_unreadable,
    );
    let refused_names = left_out(
        &watch,
        watch.refused_names,
        "left alone for the name",
        |kind| kind == ProblemKind::RefusedName,
    );
    let said: Vec<String> = watch
        .because
        .into_iter()
        .chain(unreadable)
        .chain(refused_names)
        .collect();
    WatchRow {
        name: watch.name,
        root: watch.root.to_string_lossy().into_owned(),
        how: how.to_owned(),
        because: (!said.is_empty()).then(|| said.join("; ")),
        folders: watch.folders as u64,
        unreadable: watch.unreadable as u64,
        refused_names: watch.refused_names as u64,
    }
}

/// How many are left out, and the first of them by name.
fn left_out(
    watch: &WatchState,
    count: usize,
    what: &str,
    wanted: impl Fn(ProblemKind) -> bool,
) -> Option<String> {
    // Only so many problems are listed; all are counted.
    let first = watch.problems.iter().find(|problem| wanted(problem.kind));
    let first = first.map_or_else(String::new, |problem| {
        let path = watch.root.join(&problem.path);
        format!(", first `{}`: {}", path.display(), problem.because)
    });
    (count > 0).then(|| format!("{count} {what}{first}"))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::PathBuf;

    use super::*;
    use crate::watch::Problem;

    fn problem(path: &[u8], because: &str, kind: ProblemKind) -> Problem {
        Problem {
            path: PathBuf::from(OsStr::from_bytes(path)),
            because: because.to_owned(),
            kind,
        }
    }

    fn watch(problems: Vec<Problem>) -> WatchState {
        let count = |wanted: &dyn Fn(ProblemKind) -> bool| {
            problems.iter().filter(|one| wanted(one.kind)).count()
        };
        WatchState {
            name: "in".to_owned(),
            root: "/srv/in".into(),
            how: How::Native,
            because: None,
            folders: 1,
            pending_settle: 0,
            unreadable: count(&ProblemKind::is_unreadable),
            refused_names: count(&|kind| kind == ProblemKind::RefusedName),
            problems,
        }
    }

    #[test]
    fn nothing_is_said_of_a_watch_that_sees_all() {
        let link = problem(b"link.csv", "a symbolic link", ProblemKind::Refused);
        let row = row(watch(vec![link]));
        assert_eq!(
            (row.because, row.unreadable, row.refused_names),
            (None, 0, 0)
        );
    }

    #[test]
    fn the_first_that_is_left_out_is_named_and_the_rest_counted() {
        let mut state = watch(vec![
            problem(b"a.csv", "no right to read", ProblemKind::UnreadableFile),
            problem(b"sub", "no right to enter", ProblemKind::UnreadableFolder),
            problem(b"caf\xe9.csv", "rename it", ProblemKind::RefusedName),
            problem(b"link.csv", "a symbolic link", ProblemKind::Refused),
        ]);
        state.because = Some("polled".to_owned());
        let row = row(state);
        assert_eq!((row.unreadable, row.refused_names), (2, 1));
        assert_eq!(
            row.because.as_deref(),
            Some(
                "polled; 2 cannot be read, first `/srv/in/a.csv`: no right to read; \
                 1 left alone for the name, first `/srv/in/caf\u{fffd}.csv`: rename it"
            )
        );
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        let mut state = watch(Vec::new());
        state.refused_names = 7;
        assert_eq!(
            row(state).because.as_deref(),
            Some("7 left alone for the name")
        );
    }
}
