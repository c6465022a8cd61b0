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
