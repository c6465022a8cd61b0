//! Delimited text from its start to its profile.

use super::findings::{damage_finding, footer_finding, ragged_finding};
use super::{Attempt, DIALECT, Way, done, judged, learned};
use crate::assemble::table::{Facts, RecordNumbers};
use crate::delimited::footer::Footer;
use crate::detect::dialect::{self, Found};
use crate::detect::encoding::Plan;
use crate::document::Dialect;
use crate::meaning::TableFacts;
use crate::name::table_name;
use crate::source::Source;
use crate::{Brief, Refusal, delimited, document, meaning};

pub(super) fn delimited_text(
    source: Source<'_>,
    text: Vec<u8>,
    way: Way,
    brief: &Brief,
) -> Result<Attempt, Refusal> {
    let plan = &way.plan;
    let ended = source.is_ended();
    let whole = ended && text.len() <= DIALECT;
    let found = dialect::detect(&text[..text.len().min(DIALECT)], whole);
    let mut read = match delimited::read(source, text, ended, &found, way.exact, brief)? {
        delimited::Outcome::Read(read) => *read,
        delimited::Outcome::NotUtf8 => return Ok(Attempt::NotUtf8),
        delimited::Outcome::Stray => return Ok(Attempt::Stray),
    };
    let (damage, packed) = (read.source.damage, read.source.is_packed());
    let comments = read.source.comments();
    let (bytes, blake3) = read.source.finish()?;
    let mut findings = Vec::new();
    findings.extend(ragged_finding(
        &read.ragged,
        &RecordNumbers::new(&read.columns),
    ));
    findings.extend(damage_finding(damage, packed, plan));
    findings.extend(footer_finding(read.footer));
    let facts = Facts {
        name: table_name(&brief.name),
        findings,
        decimal_comma: found.dialect.delimiter == b';',
        ..Facts::default()
    };
    let mut judged = judged(&mut read.columns, facts, brief, &TableFacts::default());
    meaning::mask_names(&mut judged.table.fields);
    let dialect = described(&found, plan, read.footer, comments);
    let source = document::Source {
        name: brief.name.clone(),
        bytes,
        blake3,
        format: "csv".into(),
        compression: way.packing.name().map(str::to_owned),
        encoding: Some(plan.charset.name()),
        dialect: Some(dialect),
    };
    Ok(done(learned(source, vec![judged])))
}

/// The dialect as the document shows it.
fn described(found: &Found, plan: &Plan, footer: Footer, comment_lines: u64) -> Dialect {
    let written = &found.dialect;
    let sign = |sign: u8| char::from(sign).to_string();
    let delimiter = match written.blanks {
        _ if found.single => String::new(),
        Some(least) => " ".repeat(least),
        None => sign(written.delimiter),
    };
    Dialect {
        delimiter,
        quote: Some(sign(written.quote)),
        escape: written.escape.map(sign),
        comment: found.comments.then(|| "#".into()),
        line_terminator: found.line_terminator.to_owned(),
        header: found.header,
        preamble_lines: found.preamble_lines,
        byte_order_mark: plan.mark > 0,
        footer_lines: footer.lines,
        comment_lines,
        delimiter_repeats: written.blanks.is_some(),
        skip_initial_space: written.skip_space,
    }
}
