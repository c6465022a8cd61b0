use ddgen_ipc::codec::fitting;
use ddgen_ipc::message::{Refusal, RefusalKind, Reply};

use crate::desk::{Desk, refuse};
use crate::store::Part;

/// Rows of one answer at most: what a screen shows, and what a person reads.
const MOST: u32 = 500;
/// Found ones past this are not told: a search of more words finds them.
const FARTHEST: u32 = 10_000;
/// Bytes of what is typed.
const LONGEST: usize = 1 << 10;
/// Bytes of a description that are sent along: as many as a line of a list shows.
const SHOWN: usize = 300;

pub(super) async fn answer(
    desk: &Desk,
    words: &str,
    offset: u32,
    limit: u32,
) -> Result<Reply, Refusal> {
    if words.len() > LONGEST || offset > FARTHEST {
        let because = format!(
            "a search has at most {LONGEST} bytes and is read up to {FARTHEST} fields: search for more words"
        );
        return Err(Refusal::new(RefusalKind::BadInput, because));
    }
    let limit = limit.clamp(1, MOST);
    let found = desk.store.search(words, Part { offset, limit }).await;
    let mut found = found.map_err(|error| refuse::store(&error))?;
    let of_fields = found.fields.iter_mut().map(|field| &mut field.description);
    let of_dictionaries = found
        .dictionaries
        .iter_mut()
        .map(|row| &mut row.description);
    for description in of_fields.chain(of_dictionaries).flatten() {
        description.truncate(description.floor_char_boundary(SHOWN));
    }
    // Names may be long: half a frame each, at worst.
    found
        .dictionaries
        .truncate(fitting(&found.dictionaries) / 2 + 1);
    let fits = fitting(&found.fields);
    found.more |= fits < found.fields.len();
    found.fields.truncate(fits);
    Ok(Reply::Found(Box::new(found)))
}
