//! Whether a journal can go on after a start: only where it can be told that the store is what the last
//! record left, or that what came since is still in the log.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use ddgen_ipc::Timestamp;

use super::keeper::{CLOSED, Chain, Left, append, files, log_of};
use super::log;
use super::segment::{Head, Record, Records};

/// The clock of file systems is behind by so much at most.
const COARSE_MS: i64 = 10;

pub(super) fn resume(folder: &Path, store: &Path) -> io::Result<Option<Chain>> {
    let left = fs::read(folder.join(CLOSED)).ok();
    if left.is_some() {
        // It was true of the store as it was left, and is no longer.
        fs::remove_file(folder.join(CLOSED))?;
    }
    let Some((path, _)) = files(folder).pop() else {
        return Ok(None);
    };
    let Some(mut chain) = last_of(&path)? else {
        return Ok(None);
    };
    let log = log_of(store);
    if fs::metadata(&log).map_or(true, |log| log.len() == 0) {
        let left: Option<Left> = left.and_then(|left| serde_json::from_slice(&left).ok());
        let same = left.is_some() && left == Left::of(&chain, store).ok();
        chain.position = None;
        return Ok(same.then_some(chain));
    }
    // It died. What is in the log behind the last record was committed, and not taken in.
    let Some(position) = chain.position else {
        return Ok(None);
    };
    let file = File::open(&log)?;
    let whole = log::read_on(&file, None)?;
    let Some(read) = log::read_on(&file, Some(&position))? else {
        return Ok(None);
    };
    // The sums of the whole log lead through the position only if it is this log's.
    let leads_on = read.position.salts == position.salts
        && whole.is_some_and(|whole| whole.position == read.position);
    if !leads_on {
        return Ok(None);
    }
    if read.size != 0 {
        let data = fs::metadata(&log)?;
        let written = data.mtime() * 1000 + data.mtime_nsec() / 1_000_000 + COARSE_MS;
        append(&mut chain, folder, &read, Timestamp(written), true)?;
    }
    Ok(Some(chain))
}

/// The chain as its last file leaves it, which is cut behind its last whole record.
fn last_of(path: &Path) -> io::Result<Option<Chain>> {
    let mut last: Option<Record> = None;
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut records = Records::new(|_: &Head, record| {
        last = Some(record);
        Ok(())
    });
    // What is behind the last whole record was never acknowledged, or is in the log.
    let _ended = io::copy(&mut file, &mut records);
    let (head, good) = (records.head().cloned(), records.good());
    drop(records);
    let (Some(head), Some(last)) = (head, last) else {
        return Ok(None);
    };
    file.set_len(good)?;
    file.seek(SeekFrom::Start(good))?;
    Ok(Some(Chain {
        head,
        number: last.number,
        at: last.at,
        position: Some(last.position),
        open: Some((file, good)),
    }))
}
