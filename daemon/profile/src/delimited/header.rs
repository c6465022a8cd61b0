//! Names of fields from the header, or in its place.

use std::collections::HashSet;

use crate::accumulate::FieldSpec;

/// The fields of a table of `width` columns. Names stay as written, empty and repeated ones too:
/// paths tell them apart (`x`, `x#2`).
pub fn fields(header: Option<&[String]>, width: usize) -> Vec<FieldSpec> {
    let names: Vec<String> = match header {
        None => (1..=width).map(|at| format!("column_{at}")).collect(),
        // R leaves out the name above the names of the rows.
        Some(names) if names.len() + 1 == width => std::iter::once(String::new())
            .chain(names.iter().cloned())
            .collect(),
        Some(names) => names.to_vec(),
    };
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

    #[test]
    fn empty_and_repeated_names_are_kept_apart() {
        let names = ["x", "", "x", "x#2", "", "x"].map(str::to_owned);
        let fields = fields(Some(&names), 6);
        let paths: Vec<&str> = fields.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["x", "", "x#3", "x#2", "#2", "x#4"]);
        let written: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(written, names);
    }

    #[test]
    fn a_header_short_of_one_name_belongs_to_row_names() {
        let names = ["a", "b"].map(str::to_owned);
        let fields = fields(Some(&names), 3);
        assert_eq!(
            fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(),
            ["", "a", "b"]
        );
    }
}
