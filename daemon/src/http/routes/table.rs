//! The one table of what can be asked for. The metrics' labels, the gate, the OpenAPI document and
//! the page at `/docs` are read from it, and a test holds it against the routes that really answer.

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

use Kind::{Number, OneOf, Text};
use Shape::{Document, Empty, Json};

const READER: Option<Role> = Some(Role::Reader);
const EDITOR: Option<Role> = Some(Role::Editor);
const ADMIN: Option<Role> = Some(Role::Admin);

const LIMIT: Parameter = optional(
    "limit",
    Number {
        least: 1,
        most: 500,
    },
    "Rows of one page; 100 where it is not given",
);
const OFFSET: Parameter = optional(
    "offset",
    Number {
        least: 0,
        most: 10_000,
    },
    "Rows that are left out at the beginning",
);
const SEARCH: Parameter = Parameter {
    name: "q",
    kind: Text { longest: 200 },
    required: true,
    says: "Words that must all be found; case does not matter",
};
const VERSION: Kind = Number {
    least: 1,
    most: u32::MAX as u64,
};
const FILE_NAME: Parameter = optional(
    "filename",
    Text { longest: 200 },
    "What the file is called, where the body is the file itself",
);
const UPLOADED: &[(u16, Shape)] = &[
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
const STATES: &[&str] = &[
    "pending",
    "running",
    "done",
    "failed",
    "duplicate",
    "parked",
    "quarantined",
];

const fn optional(name: &'static str, kind: Kind, says: &'static str) -> Parameter {
    Parameter {
        name,
        kind,
        required: false,
        says,
    }
}

const fn read(
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

const fn write(
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

const fn slow(operation: Operation) -> Operation {
    Operation {
        slow: true,
        ..operation
    }
}

/// Everything, in the order in which it is shown.
pub(in crate::http) const OPERATIONS: &[Operation] = &[
    read(
        "/health",
        "health",
        None,
        "How the daemon is: 200 for ok and degraded, 503 for down",
        &[],
        &[(200, Json("Health")), (503, Json("Health"))],
    ),
    read(
        "/livez",
        "live",
        None,
        "That the process turns",
        &[],
        &[(200, Json("Live"))],
    ),
    read(
        "/readyz",
        "ready",
        None,
        "Whether it has started and the store answers, else 503 with the reasons",
        &[],
        &[(200, Json("Ready")), (503, Json("Ready"))],
    ),
    read(
        "/metrics",
        "metrics",
        None,
        "Everything measured, for Prometheus",
        &[],
        &[(
            200,
            Shape::Text("application/openmetrics-text; version=1.0.0; charset=utf-8"),
        )],
    ),
    read(
        "/api/openapi.json",
        "openapi",
        None,
        "This document",
        &[],
        &[(200, Document("OpenApi"))],
    ),
    read(
        "/docs",
        "docs",
        None,
        "This document as a page",
        &[],
        &[(200, Shape::Text("text/html; charset=utf-8"))],
    ),
    read(
        "/api/v1/dictionaries",
        "list",
        READER,
        "All dictionaries in order of name, page by page",
        &[
            LIMIT,
            optional(
                "after",
                Text { longest: 1000 },
                "The name behind which the page begins",
            ),
        ],
        &[(200, Document("Dictionaries"))],
    ),
    read(
        "/api/v1/dictionaries/{name}",
        "show",
        READER,
        "One dictionary with its annotations and the profile of a version",
        &[optional(
            "version",
            VERSION,
            "The number of a version; the current one where it is not given",
        )],
        &[(200, Document("Shown"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions",
        "versions",
        READER,
        "The versions of a dictionary, newest first",
        &[
            LIMIT,
            optional(
                "before",
                VERSION,
                "The number above which versions are left out",
            ),
        ],
        &[(200, Document("Versions"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}",
        "version",
        READER,
        "One version",
        &[],
        &[(200, Document("Version"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}/fields",
        "fields",
        READER,
        "The fields of a version in order of position",
        &[
            LIMIT,
            optional(
                "offset",
                Number {
                    least: 0,
                    most: u32::MAX as u64,
                },
                "Fields that are left out at the beginning",
            ),
        ],
        &[(200, Document("Fields"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}/fields/{path}",
        "field",
        READER,
        "One field as it stands in the profile document",
        &[],
        &[(200, Document("FieldProfile"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/export",
        "export",
        READER,
        "A dictionary in the form of another tool, as a file",
        &[
            optional("as", OneOf(FORMS), "The form; json where it is not given"),
            optional("version", VERSION, "Without it the current one"),
        ],
        &[(
            200,
            Shape::Kinds(&[
                "application/json",
                "application/ld+json",
                "application/schema+json",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "text/csv",
                "text/html",
                "text/markdown",
            ]),
        )],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}/profile",
        "profile",
        READER,
        "The profile document of a version",
        &[],
        &[(200, Document("Profile"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/diff",
        "diff",
        READER,
        "The changes from one version to another; to the current one from the one before it where \
         they are not given",
        &[
            optional("from", VERSION, "The number of the older version"),
            optional("to", VERSION, "The number of the newer version"),
        ],
        &[(200, Document("Diff"))],
    ),
    write(
        "POST",
        "/api/v1/dictionaries",
        "upload",
        EDITOR,
        "A file for the dictionary that its name tells: 201 with its drop, 200 when it is known \
         already, 202 when it takes longer than `Prefer: wait=` seconds",
        (
            &[
                FILE_NAME,
                optional(
                    "name",
                    Text { longest: 200 },
                    "The name of the dictionary, where the file's name shall not tell it",
                ),
            ],
            Takes::File,
        ),
        UPLOADED,
    ),
    write(
        "POST",
        "/api/v1/dictionaries/{name}/versions",
        "upload version",
        EDITOR,
        "A file for this dictionary, whatever it is called",
        (&[FILE_NAME], Takes::File),
        UPLOADED,
    ),
    write(
        "PATCH",
        "/api/v1/dictionaries/{name}",
        "describe",
        EDITOR,
        "What people say of a dictionary: what is named is written, null takes it away",
        (&[], Takes::Json("Description")),
        &[(200, Json("Shown"))],
    ),
    write(
        "PUT",
        "/api/v1/dictionaries/{name}",
        "describe again",
        EDITOR,
        "The same as PATCH",
        (&[], Takes::Json("Description")),
        &[(200, Json("Shown"))],
    ),
    write(
        "POST",
        "/api/v1/import",
        "import",
        EDITOR,
        "What was edited in an export as json or csv, back in one transaction: only what was changed there",
        (
            &[
                optional(
                    "on_conflict",
                    OneOf(&["skip", "overwrite", "fail"]),
                    "What becomes of a text that was written meanwhile; fail where it is not given",
                ),
                optional(
                    "dry_run",
                    OneOf(&["true", "false"]),
                    "true: only tells what would be written",
                ),
            ],
            Takes::Export,
        ),
        &[(200, Json("Imported"))],
    ),
    write(
        "PATCH",
        "/api/v1/dictionaries/{name}/fields/{path}",
        "describe field",
        EDITOR,
        "What people say of a field: what is named is written, null takes it away",
        (&[], Takes::Json("Description")),
        &[(200, Json("Annotations"))],
    ),
    write(
        "DELETE",
        "/api/v1/dictionaries/{name}",
        "delete",
        EDITOR,
        "Hides a dictionary with its history until a file of its series comes, or `restore`",
        (
            &[optional(
                "erase",
                Text { longest: 1000 },
                "The name once more: an administrator takes the history away too",
            )],
            Takes::Nothing,
        ),
        &[(204, Empty)],
    ),
    write(
        "POST",
        "/api/v1/dictionaries/{name}/restore",
        "restore",
        EDITOR,
        "Shows a deleted dictionary again",
        (&[], Takes::Nothing),
        &[(204, Empty)],
    ),
    read(
        "/api/v1/drops",
        "drops",
        READER,
        "What arrived and what became of it: what waits first, then the newest",
        &[
            LIMIT,
            optional(
                "before",
                Number {
                    least: 0,
                    most: (1 << 53) - 1,
                },
                "The `seq` above which drops are left out",
            ),
            optional("state", OneOf(STATES), "Only drops of this state"),
        ],
        &[(200, Document("Drops"))],
    ),
    read(
        "/api/v1/drops/{id}",
        "drop",
        READER,
        "One drop, by its id or the path of its file",
        &[],
        &[(200, Document("Drop"))],
    ),
    read(
        "/api/v1/search/fields",
        "search fields",
        READER,
        "Fields of current versions by words of path, meaning and description",
        &[SEARCH, LIMIT, OFFSET],
        &[(200, Document("FoundFields"))],
    ),
    read(
        "/api/v1/search/dictionaries",
        "search dictionaries",
        READER,
        "Dictionaries by words of name and description",
        &[SEARCH, LIMIT, OFFSET],
        &[(200, Document("FoundDictionaries"))],
    ),
    read(
        "/api/v1/alerts",
        "alerts",
        READER,
        "What is raised, silenced and cleared, and where it was told",
        &[],
        &[(200, Document("Alerts"))],
    ),
    read(
        "/api/v1/events",
        "events",
        READER,
        "What happens, as server-sent events: subscribed drop progress dictionary annotated alert reading \
         verdict resync stopping; resync means: ask again for what you show",
        &[],
        &[(200, Shape::Text("text/event-stream"))],
    ),
    read(
        "/api/v1/database/health",
        "database health",
        READER,
        "How the store is; 503 when it is unhealthy",
        &[],
        &[(200, Json("DatabaseHealth")), (503, Json("DatabaseHealth"))],
    ),
    read(
        "/api/v1/database/stats",
        "database stats",
        READER,
        "How much the store holds",
        &[],
        &[(200, Json("DatabaseStats"))],
    ),
    read(
        "/api/v1/database/tables",
        "database tables",
        READER,
        "The tables of the store with their rows and columns",
        &[],
        &[(200, Document("Tables"))],
    ),
    read(
        "/api/v1/database/backup",
        "backups",
        READER,
        "All backups, and what they amount to",
        &[],
        &[(200, Document("Backups"))],
    ),
    slow(write(
        "POST",
        "/api/v1/database/backup",
        "backup now",
        ADMIN,
        "Makes a full backup and verifies it: 201 when it is done, 202 when it takes longer than \
         `Prefer: wait=` seconds",
        (&[], Takes::Nothing),
        &[(201, Json("Backup")), (202, Json("UnderWay"))],
    )),
    slow(read(
        "/api/v1/database/backup/download",
        "backup download",
        ADMIN,
        "The store as it is now, copied and examined: one SQLite file",
        &[],
        &[(200, Shape::Bytes("application/vnd.sqlite3"))],
    )),
    write(
        "POST",
        "/api/v1/database/clear",
        "clear",
        ADMIN,
        "Takes every dictionary, version and drop away; keys and the audit log stay",
        (&[], Takes::Json("Confirmation")),
        &[(200, Json("Cleared"))],
    ),
];

/// The pattern of a route, if it is one of ours.
pub(in crate::http) fn pattern(matched: &str) -> Option<&'static str> {
    let mut all = OPERATIONS.iter();
    let found = all.find(|operation| operation.path == matched);
    found.map(|operation| operation.path)
}

/// Every pattern once.
pub(in crate::http) fn patterns() -> Vec<&'static str> {
    let mut all: Vec<&str> = OPERATIONS.iter().map(|operation| operation.path).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What a method of a pattern does; `HEAD` is a `GET`.
pub(in crate::http) fn find(method: &str, pattern: &str) -> Option<&'static Operation> {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut all = OPERATIONS.iter();
    all.find(|operation| operation.path == pattern && operation.method == method)
}

/// Whether everybody may ask: no key is wanted, whatever the method.
pub(in crate::http) fn is_open(pattern: &str) -> bool {
    let mut here = OPERATIONS.iter().filter(|it| it.path == pattern).peekable();
    here.peek().is_some() && here.all(|operation| operation.needs.is_none())
}
