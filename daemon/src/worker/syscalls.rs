//! What a worker may still ask of the kernel. Each group says who needs it.

use nix::libc;

type Call = libc::c_long;

/// Whatever the machine, with or without a view of the scratch directory.
pub const ALWAYS: &[Call] = &[
    // The file, the socket to the daemon, standard error.
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_fcntl,
    libc::SYS_fadvise64,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_ppoll,
    // Memory: the allocator. mmap and mprotect have a rule of their own.
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    // Threads and their locks.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_membarrier,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_gettid,
    libc::SYS_getpid,
    // Stack overflow handlers, abort, the return from a signal.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    // Time (where the vDSO has none), seeds of hash tables, sizes of caches.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_getrusage,
    libc::SYS_exit,
    libc::SYS_exit_group,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];

/// Only where Landlock bounds what a path can reach.
pub const PATHS: &[Call] = &[
    libc::SYS_openat,
    libc::SYS_getdents64,
    libc::SYS_unlinkat,
    libc::SYS_mkdirat,
    libc::SYS_renameat2,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_getcwd,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    libc::SYS_renameat,
    // The C library's older spellings of the same.
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rmdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mkdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rename,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
];

/// Allowed while the protection they ask for (third argument) has no [`EXECUTABLE`].
pub const MAPPING: &[Call] = &[libc::SYS_mmap, libc::SYS_mprotect];
pub const EXECUTABLE: u64 = libc::PROT_EXEC as u64;

pub const CLONE: Call = libc::SYS_clone;
pub const THREAD: u64 = libc::CLONE_THREAD as u64;
pub const TGKILL: Call = libc::SYS_tgkill;
pub const PRLIMIT: Call = libc::SYS_prlimit64;
pub const PRCTL: Call = libc::SYS_prctl;
pub const NAME_THREAD: u64 = libc::PR_SET_NAME as u64;
pub const NAME_MEMORY: u64 = libc::PR_SET_VMA as u64;
