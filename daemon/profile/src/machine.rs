//! Plain loops, compiled once for every kind of machine; which of them runs is found at run time.

/// Calls what this machine was made for: of three functions that give the same, `$avx512` and
/// `$avx2` of the module `x86` are compiled for it, `$portable` runs everywhere.
macro_rules! chosen {
    ($avx512:ident, $avx2:ident, $portable:ident, ($($given:expr),*)) => {{
        #[cfg(target_arch = "x86_64")]
        {
            let has_avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if has_avx512 {
                #[allow(unsafe_code)]
                // SAFETY: every feature the function is compiled for was found on this machine.
                return unsafe { x86::$avx512($($given),*) };
            }
            if is_x86_feature_detected!("avx2") {
                #[allow(unsafe_code)]
                // SAFETY: as above.
                return unsafe { x86::$avx2($($given),*) };
            }
        }
        $portable($($given),*)
    }};
}
pub(crate) use chosen;

/// Has the processor bring a value nearer.
#[inline(always)]
pub(crate) fn prefetch<T>(value: Option<&T>) {
    #[cfg(target_arch = "x86_64")]
    if let Some(value) = value {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        #[allow(unsafe_code)]
        // SAFETY: SSE is part of x86-64, and a hint neither reads nor faults.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast::<i8>());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}
