//! Whether a file that breaks its contract is set aside instead of becoming a version.

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::BreachRow;
use ddgen_profile::Profile;
use ddgen_profile::contract::Violation;

use super::held::Held;
use super::setback::{Setback, millis};
use super::{FileRules, Pipeline};
use crate::arrival::{OnBreach, Origin};
use crate::dataset::Folding;
use crate::queue::Job;
use crate::store::{Aside, Breach};

/// Breaches that are kept and shown of one file; of more only the number is.
const LISTED: usize = 50;

/// Sets the file aside where its watch says so, it breaks its contract and nothing can replace it any
/// more. True: it is, and is to be moved. What a person names is a version whatever it breaks, and so
/// is what was one before.
pub(super) async fn set_aside(
    pipeline: &Pipeline,
    job: &Job,
    rules: &FileRules,
    folding: &Folding,
    held: &Held,
    document: &Profile,
) -> Result<bool, Setback> {
    let violations = || {
        let tables = document.tables.iter();
        tables
            .filter_map(|table| table.violations.as_ref())
            .flatten()
    };
    let wanted = rules.on_breach == OnBreach::Quarantine && job.origin == Origin::Watched;
    let Some(first) = violations().next().filter(|_| wanted) else {
        return Ok(false);
    };
    let (watch, blake3) = (&job.sighting.watch, &document.source.blake3);
    let store = &pipeline.store;
    let tables = Held::tables(document);
    let known = store
        .is_version(watch, folding, tables.clone(), blake3)
        .await;
    if known.map_err(Setback::Store)? {
        return Ok(false);
    }
    let all = violations().count();
    let reason = said(first, all - 1);
    let final_at = job.first_seen.saturating_add(millis(rules.provisional));
    let now = Timestamp::now();
    if now.0 < final_at {
        let reason = format!("{reason}; goes into quarantine unless it changes");
        return Err(Setback::NotFinal(reason));
    }
    let aside = store
        .set_aside(Breach {
            drop: job.id,
            sighting: job.sighting.clone(),
            folding: folding.clone(),
            tables,
            blake3: blake3.clone(),
            tries: job.tries,
            arrived_at: Timestamp(job.first_seen),
            finished_at: now,
            reason,
            contract: held.of.clone(),
            breaches: violations().take(LISTED).map(row).collect(),
            more_breaches: u32::try_from(all.saturating_sub(LISTED)).unwrap_or(u32::MAX),
        })
        .await;
    Ok(matches!(aside.map_err(Setback::Store)?, Aside::Yes(_)))
}

/// What a person reads first. No value of the file: the reason stays with its drop for good.
fn said(first: &Violation, more: usize) -> String {
    let field = first.field.as_deref();
    let field = field.map(|field| format!("`{field}`: "));
    let more = match more {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let field = field.unwrap_or_default();
    let bare = Violation {
        example: None,
        ..first.clone()
    };
    format!("breaks its contract: {field}{}{more}", bare.sentence())
}

fn row(violation: &Violation) -> BreachRow {
    let violation = violation.clone();
    BreachRow {
        field: violation.field,
        rule: violation.rule,
        count: violation.count,
        first_record: violation.first_record,
        example: violation.example,
        message: violation.message,
    }
}
