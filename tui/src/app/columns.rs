//! Columns: what they are called, how wide they are, and which ones a narrow terminal drops.

/// How a column takes its place in a table.
#[derive(Debug, Clone, Copy)]
pub struct Column<C: 'static> {
    pub id: C,
    pub title: &'static str,
    /// Columns of the terminal; of a column that grows: at least.
    pub width: u16,
    /// Takes what is left, or its part of it; the first such column is the name of the row.
    pub grows: bool,
    pub right: bool,
    /// 0 always stays; the highest goes first.
    pub rank: u8,
    /// Whether sorting by it starts with the largest.
    pub largest_first: bool,
}

impl<C: Copy> Column<C> {
    const fn text(id: C, title: &'static str, width: u16, rank: u8) -> Self {
        Self {
            id,
            title,
            width,
            grows: false,
            right: false,
            rank,
            largest_first: false,
        }
    }

    const fn number(id: C, title: &'static str, width: u16, rank: u8) -> Self {
        let column = Self::text(id, title, width, rank);
        Self {
            right: true,
            largest_first: true,
            ..column
        }
    }

    const fn growing(self) -> Self {
        Self {
            grows: true,
            ..self
        }
    }

    const fn newest_first(self) -> Self {
        Self {
            largest_first: true,
            ..self
        }
    }
}

/// A column where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Placed<C: 'static> {
    pub column: Column<C>,
    pub x: u16,
    pub width: u16,
}

/// Columns between two columns.
const GAP: u16 = 2;

/// Chooses by rank what fits, in the table's order; growing columns take the rest.
#[must_use]
pub fn place<C: Copy + PartialEq>(columns: &[Column<C>], x: u16, width: u16) -> Vec<Placed<C>> {
    let gap = if width < 60 { 1 } else { GAP };
    let mut chosen: Vec<&Column<C>> = columns.iter().collect();
    let needs = |chosen: &[&Column<C>]| {
        let widths: u16 = chosen.iter().map(|column| column.width).sum();
        widths + gap * u16::try_from(chosen.len().saturating_sub(1)).unwrap_or(0)
    };
    while needs(&chosen) > width {
        let Some(worst) = chosen.iter().map(|column| column.rank).max() else {
            break;
        };
        if worst == 0 {
            break;
        }
        let Some(place) = chosen.iter().rposition(|column| column.rank == worst) else {
            break;
        };
        chosen.remove(place);
    }
    let spare = width.saturating_sub(needs(&chosen));
    let growing = chosen.iter().filter(|column| column.grows).count();
    let each = spare / u16::try_from(growing.max(1)).unwrap_or(1);
    // The first growing column takes what cannot be shared.
    let mut odd = spare - each * u16::try_from(growing).unwrap_or(0);
    let end = x + width;
    let mut at = x;
    let mut placed = Vec::with_capacity(chosen.len());
    for column in chosen {
        let mut wide = column.width;
        if column.grows {
            wide += each + std::mem::take(&mut odd);
        }
        let wide = wide.min(end.saturating_sub(at));
        placed.push(Placed {
            column: *column,
            x: at,
            width: wide,
        });
        at = (at + wide + gap).min(end);
    }
    placed
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DictionaryColumn {
    Name,
    Records,
    Fields,
    Versions,
    Warnings,
    Pii,
    Format,
    Size,
    Updated,
    Watch,
}

pub const DICTIONARIES: &[Column<DictionaryColumn>] = {
    use DictionaryColumn as Is;
    &[
        Column::text(Is::Name, "name", 16, 0).growing(),
        Column::number(Is::Records, "records", 11, 0),
        Column::number(Is::Fields, "fields", 7, 1),
        Column::number(Is::Versions, "ver", 5, 4),
        Column::number(Is::Warnings, "warn", 4, 3),
        Column::number(Is::Pii, "PII", 4, 3),
        Column::text(Is::Format, "format", 7, 6),
        Column::number(Is::Size, "size", 7, 5),
        Column::text(Is::Updated, "updated", 12, 2).newest_first(),
        Column::text(Is::Watch, "watch", 12, 7),
    ]
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldColumn {
    Position,
    Path,
    Type,
    Nulls,
    Distinct,
    Estimated,
    Min,
    Max,
    Findings,
    Meaning,
}

pub const FIELDS: &[Column<FieldColumn>] = {
    use FieldColumn as Is;
    &[
        Column {
            largest_first: false,
            ..Column::number(Is::Position, "#", 5, 5)
        },
        Column::text(Is::Path, "field", 14, 0).growing(),
        Column::text(Is::Type, "type", 9, 0),
        Column::number(Is::Nulls, "null", 6, 1),
        Column::number(Is::Distinct, "distinct", 9, 3),
        Column::text(Is::Estimated, "≈", 1, 4),
        Column::number(Is::Min, "min", 12, 6),
        Column::number(Is::Max, "max", 12, 6),
        Column::number(Is::Findings, "!", 2, 4),
        Column::text(Is::Meaning, "meaning", 15, 2),
    ]
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropColumn {
    Arrived,
    State,
    File,
    Size,
    Outcome,
}

pub const DROPS: &[Column<DropColumn>] = {
    use DropColumn as Is;
    &[
        Column::text(Is::Arrived, "arrived", 12, 2).newest_first(),
        Column::text(Is::State, "state", 13, 0),
        Column::text(Is::File, "file", 18, 0).growing(),
        Column::number(Is::Size, "size", 7, 3),
        Column::text(Is::Outcome, "outcome", 24, 1).growing(),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(width: u16) -> Vec<&'static str> {
        place(DICTIONARIES, 1, width)
            .iter()
            .map(|placed| placed.column.title)
            .collect()
    }

    #[test]
    fn narrow_terminals_drop_the_least_important_columns() {
        assert_eq!(titles(119).len(), DICTIONARIES.len());
        assert_eq!(
            titles(79),
            ["name", "records", "fields", "ver", "warn", "PII", "updated"]
        );
        assert_eq!(titles(39), ["name", "records", "fields"]);
    }

    #[test]
    fn nothing_overlaps_or_leaves_the_table_whatever_the_width() {
        for width in 1..200 {
            let placed = place(FIELDS, 3, width);
            for pair in placed.windows(2) {
                assert!(pair[0].x + pair[0].width <= pair[1].x, "at {width}");
            }
            let last = placed.last().unwrap();
            assert!(last.x + last.width <= 3 + width, "at {width}");
        }
    }
}
