//! What one method of one route is, and the few ways in which they are alike.

use ddgen_ipc::hello::Role;

/// One method of one route.
pub(in crate::http) struct Operation {
    pub(in crate::http) method: &'static str,
    pub(in crate::http) path: &'static str,
    /// The verb.
    pub(in crate::http) name: &'static str,
    /// One sentence.
    pub(in crate::http) summary: &'static str,
    /// None: no key, and no limit of rate, since monitors and load balancers ask without end.
    pub(in crate::http) needs: Option<Role>,
    pub(in crate::http) query: &'static [Parameter],
    pub(in crate::http) takes: Takes,
    /// It may take longer than other requests, and has bounds of its own.
    pub(in crate::http) slow: bool,
    /// The answers that are no refusal.
    pub(in crate::http) answers: &'static [(u16, Shape)],
}

pub(in crate::http) struct Parameter {
    pub(in crate::http) name: &'static str,
    pub(in crate::http) kind: Kind,
    pub(in crate::http) required: bool,
    pub(in crate::http) says: &'static str,
}

pub(in crate::http) enum Kind {
    Text { longest: u32 },
    Number { least: u64, most: u64 },
    OneOf(&'static [&'static str]),
}

/// What the body of a request is.
#[derive(PartialEq, Eq)]
pub(in crate::http) enum Takes {
    Nothing,
    /// JSON of a schema.
    Json(&'static str),
    /// A file: as a form, or as the body itself.
    File,
    /// The text of an export.
    Export,
}

/// What the body of an answer is.
pub(in crate::http) enum Shape {
    /// JSON of a schema; with a tag, so that a client which has it is answered 304.
    Document(&'static str),
    /// JSON of a schema, made anew each time.
    Json(&'static str),
    Text(&'static str),
    Bytes(&'static str),
    /// One of several kinds, by what was asked for.
    Kinds(&'static [&'static str]),
    Empty,
}

use Kind::{Number, Text};
use Shape::Json;

pub(super) const READER: Option<Role> = Some(Role::Reader);
pub(super) const EDITOR: Option<Role> = Some(Role::Editor);
pub(super) const ADMIN: Option<Role> = Some(Role::Admin);

pub(super) const LIMIT: Parameter = optional(
    "limit",
    Number {
        least: 1,
        most: 500,
    },
    "Rows of one page; 100 where it is not given",
);
pub(super) const OFFSET: Parameter = optional(
    "offset",
    Number {
        least: 0,
        most: 10_000,
    },
    "Rows that are left out at the beginning",
);
pub(super) const SEARCH: Parameter = Parameter {
    name: "q",
    kind: Text { longest: 200 },
    required: true,
    says: "Words that must all be found; case does not matter",
};
pub(super) const VERSION: Kind = Number {
    least: 1,
    most: u32::MAX as u64,
};
pub(super) const FILE_NAME: Parameter = optional(
    "filename",
    Text { longest: 200 },
    "What the file is called, where the body is the file itself",
);
pub(super) const UPLOADED: &[(u16, Shape)] = &[
    (201, Json("Drop")),
    (200, Json("Drop")),
    (202, Json("Drop")),
];
/// What `ddgend export --as` takes.
pub(in crate::http) const FORMS: &[&str] = &[
    "markdown",
    "csv",
    "json",
    "xlsx",
    "html",
    "table-schema",
    "data-package",
    "json-schema",
    "odcs",
    "dcat",
];
pub(super) const STATES: &[&str] = &[
    "pending",
    "running",
    "done",
    "failed",
    "duplicate",
    "parked",
    "quarantined",
];

pub(super) const fn optional(name: &'static str, kind: Kind, says: &'static str) -> Parameter {
    Parameter {
        name,
        kind,
        required: false,
        says,
    }
}

pub(super) const fn read(
    path: &'static str,
    name: &'static str,
    needs: Option<Role>,
    summary: &'static str,
    query: &'static [Parameter],
    answers: &'static [(u16, Shape)],
) -> Operation {
    Operation {
        method: "GET",
        path,
        name,
        summary,
        needs,
        query,
        takes: Takes::Nothing,
        slow: false,
        answers,
    }
}

pub(super) const fn write(
    method: &'static str,
    path: &'static str,
    name: &'static str,
    needs: Option<Role>,
    summary: &'static str,
    (query, takes): (&'static [Parameter], Takes),
    answers: &'static [(u16, Shape)],
) -> Operation {
    Operation {
        method,
        path,
        name,
        summary,
        needs,
        query,
        slow: matches!(takes, Takes::File),
        takes,
        answers,
    }
}

pub(super) const fn slow(operation: Operation) -> Operation {
    Operation {
        slow: true,
        ..operation
    }
}
