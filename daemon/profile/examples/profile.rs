//! `profile FILE [THREADS [MEMORY_BUDGET]]`: the document of one file, for comparisons and
//! measurements of the bare engine.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("which file?")?;
    let mut brief = ddgen_profile::Brief {
        threads: 2,
        ..ddgen_profile::Brief::default()
    };
    if let Some(threads) = args.next() {
        brief.threads = threads.parse()?;
    }
    if let Some(budget) = args.next() {
        brief.memory_budget = budget.parse()?;
    }
    let name = std::path::Path::new(&path).file_name().unwrap_or_default();
    brief.name = name.to_string_lossy().into_owned();
    let input = ddgen_profile::FileInput::new(std::fs::File::open(&path)?)?;
    let profile = ddgen_profile::profile(&input, &brief, &|_| {})?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, &profile)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}
