//! One field out of a profile.

use ddgen_profile::Profile;

use crate::cli::failure::Failure;

/// How alike a name must be to be offered instead.
const ALIKE: f64 = 0.7;

/// Leaves only the field of this path, in every table that has it; tables without go.
pub(super) fn keep(profile: &mut Profile, path: &str) -> Result<(), Failure> {
    let nearest = profile
        .tables
        .iter()
        .flat_map(|table| &table.fields)
        .map(|field| (strsim::jaro_winkler(&field.path, path), &field.path))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|(alike, _)| *alike >= ALIKE)
        .map_or_else(String::new, |(_, near)| format!("; did you mean `{near}`?"));
    for table in &mut profile.tables {
        table.fields.retain(|field| field.path == path);
    }
    profile.tables.retain(|table| !table.fields.is_empty());
    if profile.tables.is_empty() {
        return Err(Failure::refused(format!(
            "there is no field `{path}` in this file{nearest}"
        )));
    }
    Ok(())
}
