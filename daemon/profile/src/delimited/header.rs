//! Names of fields from the header, or in its place.

use std::collections::HashSet;

use crate::accumulate::FieldSpec;
use crate::detect::dialect::Found;

/// The fields of a table. Names stay as written, empty and repeated ones too: paths tell them apart
/// (`x`, `x#2`). Columns without a name have an empty one.
pub fn fields(header: Option<&[String]>, found: &Found) -> Vec<FieldSpec> {
    let width = found.width;
    let mut names: Vec<String> = match header {
        None => (1..=width).map(|at| format!("column_{at}")).collect(),
        Some(names) => names.to_vec(),
    };
    if found.row_names {
        names.insert(0, String::new());
    }
    names.resize(names.len().max(width), String::new());
    let written: HashSet<&str> = names.iter().map(String::as_str).collect();
    let mut taken: HashSet<String> = HashSet::new();
    let mut fields = Vec::with_capacity(names.len());
    for name in &names {
        let mut path = name.clone();
        let mut again = 1;
        while taken.contains(&path) || (again > 1 && written.contains(path.as_str())) {
            again += 1;
            path = format!("{name}#{again}");
        }
        taken.insert(path.clone());
        fields.push(FieldSpec {
            path,
            name: name.clone(),
            parent: None,
            element: false,
        });
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::dialect::detect;

    fn found(width: usize, row_names: bool) -> Found {
        Found {
            width,
            row_names,
            ..detect(b"a,b\n1,2\n", true)
        }
    }

    #[test]
    fn empty_and_repeated_names_are_kept_apart() {
        let names = ["x", "", "x", "x#2", "", "x"].map(str::to_owned);
        let fields = fields(Some(&names), &found(6, false));
        let paths: Vec<&str> = fields.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["x", "", "x#3", "x#2", "#2", "x#4"]);
        let written: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(written, names);
    }

    #[test]
    fn a_header_short_of_one_name_belongs_to_row_names() {
        let names = ["a", "b"].map(str::to_owned);
        let written = |row_names| {
            let fields = fields(Some(&names), &found(3, row_names));
            fields.into_iter().map(|f| f.name).collect::<Vec<_>>()
        };
        assert_eq!(written(true), ["", "a", "b"]);
        // Any other column without a name stands at the end.
        assert_eq!(written(false), ["a", "b", ""]);
    }
}
