//! What the processor can do.
use fearless_simd::Level;

/// Run `$run`, compiled for the instructions of a level; `$simd` is the proof that they are there.
///
/// As `fearless_simd::dispatch!`, but on x86 without a path for SSE4.2, which takes that of SSE2.
/// No kernel was more than 3 % faster with it, and each path takes the compiler as long as another.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
macro_rules! dispatch {
    ($level:expr, $simd:pat => $run:expr) => {{
        let level: fearless_simd::Level = $level;
        if let Some(here) = level.as_avx512() {
            $crate::lanes::cpu::with!(here, $simd => $run)
        } else if let Some(here) = level.as_avx2() {
            $crate::lanes::cpu::with!(here, $simd => $run)
        } else if let Some(here) = level.as_sse2() {
            $crate::lanes::cpu::with!(here, $simd => $run)
        } else {
            match level {
                // On 32 bits there are processors without SSE2.
                #[cfg(not(all(target_feature = "sse2", target_feature = "fxsr")))]
                fearless_simd::Level::Fallback(here) => {
                    $crate::lanes::cpu::with!(here, $simd => $run)
                }
                _ => unreachable!("a level of x86 is one of these"),
            }
        }
    }};
}
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
pub(crate) use fearless_simd::dispatch;

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
macro_rules! with {
    ($here:expr, $simd:pat => $run:expr) => {{
        let here = $here;
        let $simd = here;
        fearless_simd::Simd::vectorize(
            here,
            #[inline(always)]
            || $run,
        )
    }};
}
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
pub(crate) use {dispatch, with};

/// The vector instructions that a kernel may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cpu(Level);

impl Cpu {
    /// The best that this processor has. Asked once, then remembered.
    pub(crate) fn here() -> Self {
        Self(Level::new())
    }

    /// What `dispatch!` goes by.
    pub(crate) fn level(self) -> Level {
        self.0
    }

    /// Whether its vectors are of 512 bits.
    pub(crate) fn has_512_bits(self) -> bool {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        return self.0.as_avx512().is_some();
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
        false
    }

    /// All that this processor can stand for, from the narrowest path of its kind to its best. The
    /// path without vectors is for kinds that have none: here it takes the compiler many minutes.
    #[cfg(test)]
    pub(crate) fn every() -> Vec<Self> {
        let best = Level::new();
        let mut every = vec![Self(Level::baseline())];
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        {
            use fearless_simd::Simd;
            every.extend(best.as_avx2().map(|here| Self(here.level())));
            every.extend(best.as_avx512().map(|here| Self(here.level())));
        }
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
        every.push(Self(best));
        every
    }
}
