//! A line on which connections suffer: errors, cuts, slowness, bytes that arrive as others.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use crate::Chance;

/// A port of this machine behind which another one lies, over a bad line.
pub struct BadLine {
    port: u16,
    suffered: Arc<AtomicU32>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// The service is said to be busy.
    Busy,
    /// So many bytes reach the other end.
    CutUp(u64),
    /// So many bytes of the answers come back.
    CutDown(u64),
    /// This byte of what is sent arrives as another one.
    Change(u64),
    Slow,
}

impl Fault {
    fn pick(chance: &mut Chance) -> Self {
        match chance.below(12) {
            0 => Self::Busy,
            1 => Self::CutUp(chance.below(20_000)),
            2 => Self::CutDown(chance.below(20_000)),
            // Behind the head of a request.
            3 => Self::Change(1_200 + chance.below(20_000)),
            4 => Self::Slow,
            _ => Self::None,
        }
    }
}

impl BadLine {
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn to(target: u16, mut chance: Chance) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let suffered = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&suffered);
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let fault = Fault::pick(&mut chance);
                if fault != Fault::None {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                thread::spawn(move || carry(near, target, fault));
            }
        });
        Self { port, suffered }
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Connections that were given something to suffer.
    #[must_use]
    pub fn suffered(&self) -> u32 {
        self.suffered.load(Ordering::Relaxed)
    }
}

fn carry(mut near: TcpStream, target: u16, fault: Fault) {
    if fault == Fault::Busy {
        let mut head = [0; 4096];
        let _asked = near.read(&mut head);
        let busy = b"HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let _gone = near.write_all(busy);
        return;
    }
    let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)) else {
        return;
    };
    let (up_from, up_to) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    let up = thread::spawn(move || pour(up_from, up_to, fault, true));
    pour(far, near, fault, false);
    let _ended = up.join();
}

fn pour(mut from: TcpStream, mut to: TcpStream, fault: Fault, upwards: bool) {
    let mut passed = 0_u64;
    let mut bytes = [0; 1500];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let end = passed + count as u64;
        let mut whole = count;
        match fault {
            Fault::CutUp(at) if upwards && end > at => {
                whole = usize::try_from(at - passed).unwrap();
            }
            Fault::CutDown(at) if !upwards && end > at => {
                whole = usize::try_from(at - passed).unwrap();
            }
            Fault::Change(at) if upwards && (passed..end).contains(&at) => {
                bytes[usize::try_from(at - passed).unwrap()] ^= 0x20;
            }
            Fault::Slow => thread::sleep(Duration::from_millis(20)),
            _ => {}
        }
        if to.write_all(&bytes[..whole]).is_err() || whole < count {
            break;
        }
        passed = end;
    }
    let _gone = from.shutdown(Shutdown::Both);
    let _gone = to.shutdown(Shutdown::Both);
}
