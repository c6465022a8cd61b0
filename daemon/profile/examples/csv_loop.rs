//! `csv_loop FILE`: the bare record loop of the `csv` crate, which does nothing but count records
//! and cells. The comparison measures it beside the engine.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path)?;
    let mut record = csv::ByteRecord::new();
    let (mut records, mut cells) = (0_u64, 0_u64);
    while reader.read_byte_record(&mut record)? {
        records += 1;
        cells += record.len() as u64;
    }
    println!("{records} records, {cells} cells");
    Ok(())
}
