//! Low priority for a thread that may take its time.

use rustix::process::setpriority_process;
use rustix::thread::gettid;

/// Makes the calling thread yield to all others, on processors and disks alike: Linux derives the
/// priority of reads and writes from it. A thread cannot take it back, so each job has its own.
pub fn calm_down() {
    // Linux keeps the priority by thread, whatever the name of the call says. Without it the work
    // is the same, only less polite.
    let _calmed = setpriority_process(Some(gettid()), 19);
}
