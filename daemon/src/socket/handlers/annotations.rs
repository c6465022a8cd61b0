use ddgen_ipc::codec::PART_BYTES;
use ddgen_ipc::message::{AnnotationRow, Reply};

use crate::desk::{Desk, refuse};
use crate::socket::outbox::{Answering, HungUp};
use crate::store::StoreError;

pub(super) async fn answer(desk: &Desk, name: &str, answering: &Answering) -> Result<(), HungUp> {
    send(desk.store.annotations(name).await, answering).await
}

/// Rows in parts that fit a frame: a text may be long.
pub(super) async fn send(
    rows: Result<Vec<AnnotationRow>, StoreError>,
    answering: &Answering,
) -> Result<(), HungUp> {
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => return answering.last(Err(refuse::store(&error))).await,
    };
    let (mut part, mut bytes) = (Vec::new(), 0);
    for row in rows {
        bytes += row.value.len() + row.field.as_ref().map_or(0, String::len) + 100;
        part.push(row);
        if bytes > PART_BYTES {
            answering
                .part(Reply::Annotations(std::mem::take(&mut part)))
                .await?;
            bytes = 0;
        }
    }
    answering.last(Ok(Reply::Annotations(part))).await
}
