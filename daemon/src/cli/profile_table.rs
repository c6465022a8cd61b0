//! A profile as a person reads it: what the file is, one row a field, what is to be said about it.

mod block;
mod cell;
mod field;
mod findings;
mod grid;
mod head;
mod page;
mod rows;
mod shape;
#[cfg(test)]
mod tests;

use std::io;

use ddgen_profile::document::{Field, Profile};

use super::failure::Failure;
use super::output;
use super::screen::Screen;
use super::text::printable;
use page::Page;

pub(super) use rows::is_ordered;

/// Prints the summary of a whole file on standard output.
pub(super) fn print(profile: &Profile) -> Result<(), Failure> {
    output::line(render(profile, Screen::of(&io::stdout())).trim_end())
}

/// Prints all that is known of the fields that are left in this profile.
pub(super) fn print_fields(profile: &Profile) -> Result<(), Failure> {
    output::line(render_fields(profile, Screen::of(&io::stdout())).trim_end())
}

fn render(profile: &Profile, screen: Screen) -> String {
    let mut page = Page::new(screen);
    head::file(&mut page, profile);
    for table in &profile.tables {
        if profile.tables.len() > 1 {
            page.blank();
            head::table(&mut page, table);
        }
        page.blank();
        rows::all(&mut page, table);
        findings::all(&mut page, table);
    }
    page.text()
}

fn render_fields(profile: &Profile, screen: Screen) -> String {
    let mut page = Page::new(screen);
    for table in &profile.tables {
        for field in &table.fields {
            field::all(&mut page, table, field);
            page.blank();
        }
    }
    page.text()
}

/// The name of a field in full. Columns without one are told apart by their place.
fn name_of(field: &Field) -> String {
    if field.path.trim().is_empty() {
        format!("(column {})", field.position)
    } else {
        printable(&field.path)
    }
}
