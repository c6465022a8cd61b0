//! How the daemon is, and what it can be asked.

use super::operation::Shape::{Document, Json};
use super::operation::{Operation, Shape, read};

pub(super) const PROBES: &[Operation] = &[
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
            Shape::Kinds(&["application/openmetrics-text", "text/plain"]),
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
];
