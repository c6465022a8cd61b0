//! JSON and JSON lines from their start to their profile.

use super::findings::damage_finding;
use super::{Way, judged, learned};
use crate::accumulate::columns::{Budget, Columns};
use crate::assemble::table::Facts;
use crate::meaning::TableFacts;
use crate::name::table_name;
use crate::source::Source;
use crate::{Brief, Learned, Refusal, document, json};

pub(super) fn json_text(
    mut source: Source<'_>,
    text: Vec<u8>,
    way: Way,
    brief: &Brief,
) -> Result<Learned, Refusal> {
    let plan = &way.plan;
    source.unread(text);
    let rules = brief.rules_of(&table_name(&brief.name))?;
    let mut columns = Columns::new(Budget::of(brief.memory_budget)).with_rules(rules);
    let limits = json::Limits {
        nested_depth: brief.nested_depth_limit,
        first_byte: plan.mark,
        threads: brief.threads,
    };
    let outcome = json::read(&mut source, limits, &mut columns)?;
    columns.enforce();
    let (damage, packed) = (source.damage, source.is_packed());
    let (bytes, blake3) = source.finish()?;
    let mut findings = Vec::new();
    findings.extend(damage_finding(damage, packed, plan));
    let facts = Facts {
        name: table_name(&brief.name),
        rejected_records: outcome.rejected,
        findings,
        by_first_occurrence: true,
        ..Facts::default()
    };
    let table_facts = TableFacts {
        repeated_keys: outcome.repeated_keys,
        personal_keys: outcome.personal_keys,
        first_rejected: outcome.first_rejected.map(|r| (r.line, r.offset, r.why)),
        ..TableFacts::default()
    };
    let judged = judged(&mut columns, facts, brief, &table_facts);
    let source = document::Source {
        name: brief.name.clone(),
        bytes,
        blake3,
        format: outcome.format.to_owned(),
        compression: way.packing.name().map(str::to_owned),
        encoding: Some(plan.charset.name()),
        dialect: None,
    };
    Ok(learned(source, vec![judged]))
}
