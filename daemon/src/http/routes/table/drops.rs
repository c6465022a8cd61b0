//! What arrived, what is raised, and what happens.

use super::operation::Kind::{Number, OneOf};
use super::operation::Shape::Document;
use super::operation::{LIMIT, Operation, READER, STATES, Shape, optional, read};

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
];
