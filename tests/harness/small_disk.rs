//! A file system so small that it runs full.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Gone when dropped.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// At this folder, which is made where it is not there; none where this process may not mount.
    ///
    /// # Panics
    /// When the folder cannot be made.
    #[must_use]
    pub fn mount(folder: &Path, bytes: u64) -> Option<Self> {
        if !crate::is_root() {
            return None;
        }
        fs::create_dir_all(folder).unwrap();
        let options = format!("size={bytes},mode=0700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "none"])
            .arg(folder)
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then(|| Self(folder.to_owned()))
    }

    /// Fills it to the last byte. What is answered takes the space until it is removed.
    ///
    /// # Panics
    /// When no file can be made there.
    #[must_use]
    pub fn fill(&self) -> PathBuf {
        // A name that no watch takes for a file of its own.
        let ballast = self.0.join(".ballast.part");
        let mut file = fs::File::create(&ballast).unwrap();
        for block in [1 << 20, 4096, 1] {
            while file.write_all(&vec![0; block]).is_ok() {}
        }
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
