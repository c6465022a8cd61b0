//! Names that a client chose, before they become names of files.

/// Bytes of a name: what every file system takes, with room for what we add.
const LONGEST: usize = 200;

/// The last part of a path as a client wrote it; none: no name of a file.
pub(in crate::http) fn file_name(sent: &str) -> Option<String> {
    let name = sent.rsplit(['/', '\\']).next()?.trim();
    // A leading dot would make it a temporary file that no watch looks at; `.` and `..` are none.
    let usable = !name.is_empty()
        && name.len() <= LONGEST
        && !name.starts_with('.')
        && !name.chars().any(char::is_control);
    usable.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_lose_their_folders() {
        let named = |sent: &str| file_name(sent);
        assert_eq!(named("sales.csv").as_deref(), Some("sales.csv"));
        assert_eq!(named("C:\\in\\sales.csv").as_deref(), Some("sales.csv"));
        assert_eq!(named("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(named("Žluť 1.csv").as_deref(), Some("Žluť 1.csv"));
        for bad in [
            "",
            ".",
            "..",
            "a/",
            "a/..",
            ".hidden",
            "a\nb",
            &"x".repeat(201),
        ] {
            assert_eq!(named(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_never_leaves_its_folder(sent in "\\PC{0,60}") {
            if let Some(name) = file_name(&sent) {
                let folder = std::path::Path::new("/folder");
                let path = folder.join(&name);
                prop_assert_eq!(path.parent(), Some(folder));
                prop_assert_eq!(path.file_name().unwrap().to_str(), Some(name.as_str()));
            }
        }
    }
}
