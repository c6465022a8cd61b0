//! The one table of what can be asked for. The metrics' labels, the gate, the OpenAPI document and
//! the page at `/docs` are read from it, and a test holds it against the routes that really answer.

mod database;
mod dictionaries;
mod drops;
mod operation;
mod probes;

#[cfg(test)]
pub(in crate::http) use operation::FORMS;
pub(in crate::http) use operation::{Kind, Operation, Parameter, Shape, Takes};

/// Everything, in the order in which it is shown.
pub(in crate::http) fn operations() -> impl Iterator<Item = &'static Operation> {
    let parts = [
        probes::PROBES,
        dictionaries::DICTIONARIES,
        drops::ARRIVALS,
        database::DATABASE,
    ];
    parts.into_iter().flatten()
}

/// The pattern of a route, if it is one of ours.
pub(in crate::http) fn pattern(matched: &str) -> Option<&'static str> {
    let mut all = operations();
    let found = all.find(|operation| operation.path == matched);
    found.map(|operation| operation.path)
}

/// Every pattern once.
pub(in crate::http) fn patterns() -> Vec<&'static str> {
    let mut all: Vec<&str> = operations().map(|operation| operation.path).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What a method of a pattern does; `HEAD` is a `GET`.
pub(in crate::http) fn find(method: &str, pattern: &str) -> Option<&'static Operation> {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut all = operations();
    all.find(|operation| operation.path == pattern && operation.method == method)
}

/// Whether everybody may ask: no key is wanted, whatever the method.
pub(in crate::http) fn is_open(pattern: &str) -> bool {
    let mut here = operations().filter(|it| it.path == pattern).peekable();
    here.peek().is_some() && here.all(|operation| operation.needs.is_none())
}
