//! Which names say "not finished yet": such files and folders wait until they are renamed.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// Endings that browsers, transfer tools and editors give to what they have not finished.
const UNFINISHED: [&[u8]; 19] = [
    b".part",
    b".partial",
    b".filepart",
    b".tmp",
    b".temp",
    b".crdownload",
    b".download",
    b".opdownload",
    b".swp",
    b".swo",
    b".swx",
    b".gstmp",
    b".aria2",
    b".incomplete",
    b".inprogress",
    b".in-progress",
    b".uploading",
    b".unfinished",
    b"~",
];

/// Folders that hold what was already worked on; their files must never come in again.
const OUTCOMES: [&str; 2] = ["done", "quarantine"];

/// True for a file or folder name that its writer will rename when it is complete. Dot names are
/// among them: rsync (`.name.XXXXXX`), vim, NFS (`.nfs…`) and desktops hide their unfinished files so.
pub(super) fn is_temporary(name: &OsStr) -> bool {
    let name = name.as_bytes();
    name.starts_with(b".")
        || name.starts_with(b"~$")
        || (name.len() > 1 && name.starts_with(b"#") && name.ends_with(b"#"))
        || name.eq_ignore_ascii_case(b"_temporary")
        || UNFINISHED.iter().any(|ending| ends_with(name, ending))
}

/// True for the name of a folder of worked-off files.
pub(super) fn is_outcome_folder(name: &OsStr) -> bool {
    OUTCOMES.iter().any(|outcome| name == *outcome)
}

fn ends_with(name: &[u8], ending: &[u8]) -> bool {
    name.len() >= ending.len() && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_names_wait() {
        for name in [
            "a.csv.part",
            "a.csv.PART",
            "a.tmp",
            "a.csv.partial",
            "Unconfirmed 1.crdownload",
            ".a.csv.swp",
            "a.csv~",
            "a.csv.filepart",
            ".hidden.csv",
            ".flights.csv.Xy12Zz",
            "~$budget.xlsx",
            "#notes.csv#",
            "_temporary",
        ] {
            assert!(is_temporary(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn finished_names_do_not_wait() {
        for name in [
            "a.csv",
            "part.csv",
            "partial",
            "tmp",
            "a.part1",
            "a.tmp.csv",
            "temperature.csv",
            "#1.csv",
            "#",
            "a b~c.csv",
        ] {
            assert!(!is_temporary(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn only_the_exact_outcome_folders_are_left_out() {
        assert!(is_outcome_folder(OsStr::new("done")));
        assert!(is_outcome_folder(OsStr::new("quarantine")));
        assert!(!is_outcome_folder(OsStr::new("Done")));
        assert!(!is_outcome_folder(OsStr::new("done2")));
    }
}
