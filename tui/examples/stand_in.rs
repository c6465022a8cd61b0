//! A stand-in for the daemon, for looking at the client: `stand_in RUNTIME_DIR`, then words on
//! standard input: `land NAME`, `run NAME`, `flood COUNT`, `down WHY`, `skip`, `resync`, `stop`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::BufRead;
use std::path::PathBuf;

use ddgen_ipc::Timestamp;
use ddgen_ipc::message::{DropState, Event, Verdict};
use support::{House, StandIn, sample};

fn main() {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "/tmp/stand-in".into()),
    );
    let stand_in = StandIn::start(&folder, House::default());
    println!("DDGEN_RUNTIME_DIR={}", folder.display());
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let (word, rest) = line.split_once(' ').unwrap_or((line.as_str(), ""));
        let Ok(mut house) = stand_in.house.lock() else {
            return;
        };
        match word {
            "land" => {
                let mut row = sample::dictionary(rest, 4321, 30, 0);
                row.updated_at = Timestamp::now();
                house.land(row);
            }
            "run" => {
                let mut row =
                    sample::drop_row(Timestamp::now().0 as u64, rest, DropState::Running, 0);
                row.arrived_at = Timestamp::now();
                let id = row.id.clone();
                house.tell(Event::Drop(Box::new(row)));
                house.tell(Event::Progress {
                    id,
                    bytes: 43,
                    total: 100,
                });
            }
            "flood" => {
                for number in 0..rest.parse().unwrap_or(2000_u64) {
                    let name = format!("flood_{number:05}");
                    let mut row = sample::dictionary(&name, number, 3, 0);
                    row.updated_at = Timestamp::now();
                    house.land(row);
                    let file = format!("{name}.csv");
                    let mut drop = sample::drop_row(100 + number, &file, DropState::Done, 0);
                    drop.arrived_at = Timestamp::now();
                    house.tell(Event::Drop(Box::new(drop)));
                }
            }
            "down" => house.tell(Event::Verdict {
                verdict: Verdict::Down,
                because: rest.to_owned(),
            }),
            "skip" => house.skip(),
            "resync" => house.tell(Event::Resync),
            "stop" => {
                house.tell(Event::Stopping);
                return;
            }
            other => eprintln!("no such word: {other}"),
        }
    }
}
