//! What arrived, what is raised, and what happens.

use super::operation::Kind::{Number, OneOf};
use super::operation::Shape::{Document, Json};
use super::operation::{
    EDITOR, LIMIT, Operation, READER, STATES, Shape, Takes, optional, read, slow, write,
};

const RELEASED: &[(u16, Shape)] = &[(200, Json("Drop")), (202, Json("Drop"))];

pub(super) const ARRIVALS: &[Operation] = &[
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
    write(
        "POST",
        "/api/v1/drops/{id}/unfold",
        "unfold",
        EDITOR,
        "Takes the file out of the series it was folded into, for good: a dictionary of its own",
        (&[], Takes::Nothing),
        &[(200, Json("Reshaped"))],
    ),
    read(
        "/api/v1/quarantine",
        "quarantine",
        READER,
        "Files that were set aside because they break their contract, the newest first",
        &[],
        &[(200, Document("Quarantine"))],
    ),
    read(
        "/api/v1/quarantine/{id}",
        "quarantined file",
        READER,
        "One of them, by its drop's id or the path that its producer gave it",
        &[],
        &[(200, Document("QuarantinedFile"))],
    ),
    read(
        "/api/v1/quarantine/{id}/report",
        "quarantine report",
        READER,
        "What it breaks, for people",
        &[],
        &[(200, Shape::Text("text/markdown"))],
    ),
    slow(write(
        "POST",
        "/api/v1/quarantine/{id}/release",
        "release",
        EDITOR,
        "Makes a version of it all the same, and puts it back where it came",
        (&[], Takes::Nothing),
        RELEASED,
    )),
    slow(write(
        "POST",
        "/api/v1/quarantine/{id}/accept",
        "accept",
        EDITOR,
        "Makes a version of it all the same; it stays there, or goes where its watch wants files after \
         success",
        (&[], Takes::Nothing),
        RELEASED,
    )),
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
        "What happens, as server-sent events: subscribed drop progress dictionary annotated judged alert reading \
         verdict resync stopping; resync means: ask again for what you show",
        &[],
        &[(200, Shape::Text("text/event-stream"))],
    ),
];
