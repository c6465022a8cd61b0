//! SQLite's own log (WAL), read as SQLite reads it: a frame counts when its salts are those of the
//! head and its sums follow from all before it, a commit when its last frame says so.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;

/// The head of the file, and that of each frame.
const HEAD: u64 = 32;
const FRAME_HEAD: usize = 24;
/// Sums of big-endian words; one less for little-endian ones.
const MAGIC: u32 = 0x377f_0683;
/// More than this in one go is no change but a new store: the journal gives up.
/// Its pages are held, packed and written out side by side.
const MOST: usize = 64 << 20;

/// How far a log was read. The log is begun anew, with other salts, once all of it is in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) salts: [u8; 8],
    pub(super) frames: u64,
    pub(super) sums: (u32, u32),
}

impl Position {
    /// Whether `salts` are those of a log that was begun anew once since.
    pub(super) fn is_followed_by(&self, salts: [u8; 8]) -> bool {
        let number = |salts: [u8; 8]| word(&salts, true);
        number(salts) == number(self.salts).wrapping_add(1)
    }
}

/// What was read.
pub(super) struct Read {
    pub(super) position: Position,
    pub(super) page_bytes: u32,
    /// How often the log was begun anew since its file was made.
    pub(super) sequence: u32,
    /// The last image of each page that was changed.
    pub(super) pages: BTreeMap<u32, Vec<u8>>,
    /// Pages of the store after the last commit; 0 where there was none.
    pub(super) size: u32,
}

/// Reads whole commits from `from` on; from the beginning where there is none, or where the log was
/// begun anew. None where there is no log.
pub(super) fn read_on(file: &File, from: Option<&Position>) -> io::Result<Option<Read>> {
    let mut head = [0; HEAD as usize];
    match file.read_exact_at(&mut head, 0) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let big = match word(&head, true) {
        MAGIC => true,
        magic if magic == MAGIC - 1 => false,
        _ => return Ok(None),
    };
    let page_bytes = word(&head[8..], true);
    let salts: [u8; 8] = std::array::from_fn(|at| head[16 + at]);
    let sums = sum(big, (0, 0), &head[..24]);
    let said = (word(&head[24..], true), word(&head[28..], true));
    if sums != said || !(512..=65_536).contains(&page_bytes) {
        return Ok(None);
    }
    let start = from.filter(|from| from.salts == salts).copied();
    let mut done = Read {
        position: start.unwrap_or(Position {
            salts,
            frames: 0,
            sums,
        }),
        page_bytes,
        sequence: word(&head[12..], true),
        pages: BTreeMap::new(),
        size: 0,
    };
    let mut at = done.position;
    let mut frame = vec![0; FRAME_HEAD + page_bytes as usize];
    let mut begun = BTreeMap::new();
    loop {
        let offset = HEAD + at.frames * frame.len() as u64;
        match file.read_exact_at(&mut frame, offset) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
            read => read?,
        }
        let (head, page) = frame.split_at(FRAME_HEAD);
        at.sums = sum(big, sum(big, at.sums, &head[..8]), page);
        let said = (word(&head[16..], true), word(&head[20..], true));
        if head[8..16] != salts || at.sums != said {
            break;
        }
        at.frames += 1;
        begun.insert(word(head, true), page.to_vec());
        if (begun.len() + done.pages.len()) * page.len() > MOST {
            return Err(io::Error::other(
                "more was written at once than it takes in",
            ));
        }
        let size = word(&head[4..], true);
        if size != 0 {
            done.pages.append(&mut begun);
            (done.size, done.position) = (size, at);
        }
    }
    Ok(Some(done))
}

fn word(bytes: &[u8], big: bool) -> u32 {
    let bytes = std::array::from_fn(|at| bytes[at]);
    match big {
        true => u32::from_be_bytes(bytes),
        false => u32::from_le_bytes(bytes),
    }
}

fn sum(big: bool, (mut one, mut two): (u32, u32), bytes: &[u8]) -> (u32, u32) {
    for pair in bytes.chunks_exact(8) {
        one = one.wrapping_add(word(pair, big)).wrapping_add(two);
        two = two.wrapping_add(word(&pair[4..], big)).wrapping_add(one);
    }
    (one, two)
}
