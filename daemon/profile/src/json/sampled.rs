//! Which records are told to the sample, and what of them.

use super::held::{Held, KINDS, MISSING, Texts};
use super::paths::Paths;
use crate::accumulate::Columns;

/// Values of a record that are sampled together: of a record that holds more, every such run is
/// sampled or not by itself, so that no record is too large for the sample.
const RUN: usize = 1024;

/// Tells the sample of the records that belong to it: by where they start in the file, so that
/// neither threads nor chunks change what is sampled. `before` values of the first record were told
/// already.
pub(super) fn sample(
    held: &Held,
    texts: Texts<'_>,
    paths: &Paths,
    before: u32,
    columns: &mut Columns,
) {
    let mut from = 0;
    let mut keyed = held.keyed.as_slice();
    let ends = held.ends.iter().map(|end| (*end as usize, true));
    let open = std::iter::once((held.events.len(), false));
    for (record, ((end, ended), start)) in ends.chain(open).zip(&held.starts).enumerate() {
        let events = &held.events[from..end];
        from = end;
        let under = keyed.iter().take_while(|k| k.record as usize == record);
        let (hidden, others) = keyed.split_at(under.count());
        keyed = others;
        let told = if record == 0 { before as usize } else { 0 };
        // Every value takes a byte and more: no two runs have one number.
        let run = |number: usize| start + ((told + number) / RUN) as u64;
        if told + events.len() + hidden.len() <= RUN && !columns.sample.takes(*start) {
            continue;
        }
        let all = events.iter().copied().chain(hidden.iter().map(|k| k.event));
        let mut last: Option<(u64, bool)> = None;
        for (number, event) in all.enumerate() {
            let this = run(number);
            let taken = match last {
                Some((last, taken)) if last == this => taken,
                before => {
                    if let Some((before, _)) = before {
                        columns.sample.end_record(before);
                    }
                    columns.sample.takes(this)
                }
            };
            last = Some((this, taken));
            if taken
                && event.kind() != MISSING
                && let Some(field) = paths.known_field(event.node())
            {
                let kind = KINDS[usize::from(event.kind())];
                columns.sample.observe(this, field.0, kind, texts.of(event));
            }
        }
        let last = last.map(|(last, _)| last);
        if let (true, Some(last)) = (ended, last) {
            columns.sample.end_record(last);
        }
    }
}
