//! What the processor can do.
use fearless_simd::Level;

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

    /// All that this processor can stand for, from the narrowest path of its kind to its best.
    #[cfg(test)]
    pub(crate) fn every() -> Vec<Self> {
        let best = Level::new();
        let mut every = vec![Self(Level::baseline())];
        #[cfg(target_arch = "x86_64")]
        {
            use fearless_simd::Simd;
            every.extend(best.as_sse4_2().map(|here| Self(here.level())));
            every.extend(best.as_avx2().map(|here| Self(here.level())));
            every.extend(best.as_avx512().map(|here| Self(here.level())));
        }
        #[cfg(not(target_arch = "x86_64"))]
        every.push(Self(best));
        every
    }
}
