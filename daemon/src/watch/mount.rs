//! Which file systems do not tell what other machines write. The one file that knows Linux's names.

use std::path::Path;

/// The name of the file system `path` lies on when native events on it cannot be relied on: what
/// another machine (or the host of a container) writes raises none. None for local disks.
#[cfg(target_os = "linux")]
pub(super) fn silent_file_system(path: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    name(u32::try_from(kind & 0xFFFF_FFFF).ok()?)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn silent_file_system(_path: &Path) -> Option<&'static str> {
    None
}

/// Magic numbers of `statfs(2)` and `linux/magic.h`.
#[cfg(target_os = "linux")]
fn name(magic: u32) -> Option<&'static str> {
    Some(match magic {
        0x6969 => "NFS",
        0x517B | 0xFE53_4D42 => "SMB",
        0xFF53_4D42 => "CIFS",
        0x6573_5546 => "FUSE",
        0x0102_1997 => "9p",
        0x00C3_6400 => "Ceph",
        0x5346_414F | 0x6B41_4653 => "AFS",
        0x7375_7245 => "Coda",
        0x0116_1970 => "GFS2",
        0x7461_636F => "OCFS2",
        0x0BD0_0BD0 => "Lustre",
        0x4750_4653 => "GPFS",
        0x1983_0326 => "BeeGFS",
        0xAAD7_AAEA => "PanFS",
        0x564C => "NCP",
        0x786F_4256 => "VirtualBox shared folder",
        0xBACB_ACBC => "VMware shared folder",
        _ => return None,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn local_disks_tell_and_network_mounts_do_not() {
        assert_eq!(silent_file_system(&std::env::temp_dir()), None);
        assert_eq!(name(0x6969), Some("NFS"));
        assert_eq!(name(0xFF53_4D42), Some("CIFS"));
        assert_eq!(name(0x6573_5546), Some("FUSE"));
        assert_eq!(name(0x0102_1997), Some("9p"));
        assert_eq!(name(0xEF53), None, "ext4");
        assert_eq!(name(0x0102_1994), None, "tmpfs");
    }
}
