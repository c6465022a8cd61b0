//! The one table of what can be asked for. The metrics' labels, the OpenAPI document and the page at
//! `/docs` are read from it, and a test holds it against the routes that really answer.

/// One method of one route.
pub(in crate::http) struct Operation {
    pub(in crate::http) method: &'static str,
    pub(in crate::http) path: &'static str,
    /// The verb.
    pub(in crate::http) name: &'static str,
    /// One sentence.
    pub(in crate::http) summary: &'static str,
    pub(in crate::http) query: &'static [Parameter],
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

/// What the body of an answer is.
pub(in crate::http) enum Shape {
    /// JSON of a schema; with a tag, so that a client which has it is answered 304.
    Document(&'static str),
    /// JSON of a schema, made anew each time.
    Json(&'static str),
    Text(&'static str),
}

use Kind::{Number, OneOf, Text};
use Shape::{Document, Json};

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
    summary: &'static str,
    query: &'static [Parameter],
    answers: &'static [(u16, Shape)],
) -> Operation {
    Operation {
        method: "GET",
        path,
        name,
        summary,
        query,
        answers,
    }
}

/// Everything, in the order in which it is shown.
pub(in crate::http) const OPERATIONS: &[Operation] = &[
    read(
        "/health",
        "health",
        "How the daemon is: 200 for ok and degraded, 503 for down",
        &[],
        &[(200, Json("Health")), (503, Json("Health"))],
    ),
    read(
        "/livez",
        "live",
        "That the process turns",
        &[],
        &[(200, Json("Live"))],
    ),
    read(
        "/readyz",
        "ready",
        "Whether it has started and the store answers, else 503 with the reasons",
        &[],
        &[(200, Json("Ready")), (503, Json("Ready"))],
    ),
    read(
        "/metrics",
        "metrics",
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
        "This document",
        &[],
        &[(200, Document("OpenApi"))],
    ),
    read(
        "/docs",
        "docs",
        "This document as a page",
        &[],
        &[(200, Shape::Text("text/html; charset=utf-8"))],
    ),
    read(
        "/api/v1/dictionaries",
        "list",
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
        "One version",
        &[],
        &[(200, Document("Version"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}/fields",
        "fields",
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
        "One field as it stands in the profile document",
        &[],
        &[(200, Document("FieldProfile"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/versions/{version}/profile",
        "profile",
        "The profile document of a version",
        &[],
        &[(200, Document("Profile"))],
    ),
    read(
        "/api/v1/dictionaries/{name}/diff",
        "diff",
        "The changes from one version to another; to the current one from the one before it where \
         they are not given",
        &[
            optional("from", VERSION, "The number of the older version"),
            optional("to", VERSION, "The number of the newer version"),
        ],
        &[(200, Document("Diff"))],
    ),
    read(
        "/api/v1/drops",
        "drops",
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
        "One drop, by its id or the path of its file",
        &[],
        &[(200, Document("Drop"))],
    ),
    read(
        "/api/v1/search/fields",
        "search fields",
        "Fields of current versions by words of path, meaning and description",
        &[SEARCH, LIMIT, OFFSET],
        &[(200, Document("FoundFields"))],
    ),
    read(
        "/api/v1/search/dictionaries",
        "search dictionaries",
        "Dictionaries by words of name and description",
        &[SEARCH, LIMIT, OFFSET],
        &[(200, Document("FoundDictionaries"))],
    ),
    read(
        "/api/v1/events",
        "events",
        "What happens, as server-sent events: subscribed drop progress dictionary annotated verdict resync \
         stopping; resync means: ask again for what you show",
        &[],
        &[(200, Shape::Text("text/event-stream"))],
    ),
    read(
        "/api/v1/database/health",
        "database health",
        "How the store is; 503 when it is unhealthy",
        &[],
        &[(200, Json("DatabaseHealth")), (503, Json("DatabaseHealth"))],
    ),
    read(
        "/api/v1/database/stats",
        "database stats",
        "How much the store holds",
        &[],
        &[(200, Json("DatabaseStats"))],
    ),
    read(
        "/api/v1/database/tables",
        "database tables",
        "The tables of the store with their rows and columns",
        &[],
        &[(200, Document("Tables"))],
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
