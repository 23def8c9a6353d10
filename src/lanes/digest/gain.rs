//! How many derivations gain by running side by side.
//!
//! A vector takes the same time however few of its lanes are wanted, so below some number one after
//! another is faster; with the instructions that x86 has for SHA-1 and SHA-256, that number is high.
//! One derivation takes the plain crates in any case. Milliseconds of a full set of lanes and of one
//! derivation by the plain crates (in brackets without those instructions), on a server core with AVX-512:
//!
//! | | plain | AVX-512 | AVX2 | SSE2 |
//! |---|---|---|---|---|
//! | PHPass, 2^13 of MD5 | 1.1 | 32: 1.2 | 16: 1.6 | 8: 1.5 |
//! | md5crypt | 0.14 | 32: 0.21 | 16: 0.24 | 8: 0.20 |
//! | PBKDF2, 1000 of SHA-1 | 0.12 (0.23) | 16: 0.30 | 8: 0.38 | 4: 0.37 |
//! | PBKDF2, 1000 of SHA-256 | 0.12 (0.43) | 16: 0.61 | 8: 0.87 | 4: 0.86 |
//! | sha256crypt, 5000 | 0.56 (1.9) | 16: 2.8 | 8: 4.2 | 4: 3.7 |
//! | PBKDF2, 1000 of SHA-512 | 0.52 (0.62) | 8: 0.77 | 4: 1.05 | 2: 1.08 |
//! | sha512crypt, 5000 | 1.4 (1.6) | 8: 2.0 | 4: 2.7 | 2: 2.7 |
//! | PHPass, 2^11 of SHA-512 | 0.52 (0.64) | 8: 0.78 | 4: 1.04 | 2: 1.03 |
//!
//! NEON was not measured: there MD5 alone runs in lanes, which has no instructions anywhere.
use super::{Derivation, Md5Lanes, Md5Wide, Sha1Lanes, Sha256Lanes, Sha512Lanes, core, is_wide};
use crate::lanes::{Cpu, dispatch};
use fearless_simd::Simd;

/// The function inside.
#[derive(Clone, Copy, Debug)]
enum Inside {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

/// Kinds of processors that differ in what gains.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Avx512,
    Avx2 {
        sha: bool,
    },
    Sse {
        sha: bool,
    },
    #[cfg_attr(not(target_arch = "aarch64"), expect(dead_code, reason = "elsewhere"))]
    Neon,
    /// No vectors.
    Scalar,
}

impl Derivation {
    fn inside(self) -> Inside {
        match self {
            Self::PhPassMd5 { .. } | Self::Md5Crypt { .. } => Inside::Md5,
            Self::Pbkdf2Sha1 { .. } => Inside::Sha1,
            Self::Sha256Crypt { .. } | Self::Pbkdf2Sha256 { .. } => Inside::Sha256,
            Self::PhPassSha512 { .. } | Self::Sha512Crypt { .. } | Self::Pbkdf2Sha512 { .. } => {
                Inside::Sha512
            }
        }
    }

    /// The lanes that run at once.
    pub(crate) fn width(self, cpu: Cpu) -> usize {
        #[inline(always)]
        fn on<S: Simd>(_: S, inside: Inside) -> usize {
            match inside {
                Inside::Md5 if is_wide::<S>() => core::lanes::<Md5Wide<S>>(),
                Inside::Md5 => core::lanes::<Md5Lanes<S>>(),
                Inside::Sha1 => core::lanes::<Sha1Lanes<S>>(),
                Inside::Sha256 => core::lanes::<Sha256Lanes<S>>(),
                Inside::Sha512 => core::lanes::<Sha512Lanes<S>>(),
            }
        }
        dispatch!(cpu.level(), simd => on(simd, self.inside()))
    }

    /// The fewest lanes in use that gain; `None` where no number does.
    pub(crate) fn least(self, cpu: Cpu) -> Option<usize> {
        least(self.inside(), kind(cpu))
    }
}

fn least(inside: Inside, kind: Kind) -> Option<usize> {
    Some(match (inside, kind) {
        (_, Kind::Scalar) => return None,
        (Inside::Md5, _) => 2,
        (_, Kind::Neon) => return None,
        (Inside::Sha1, Kind::Avx512) => 3,
        (Inside::Sha1, Kind::Avx2 { sha } | Kind::Sse { sha }) => 2 + 2 * usize::from(sha),
        (Inside::Sha256, Kind::Avx512) => 6,
        (Inside::Sha256, Kind::Avx2 { sha: true } | Kind::Sse { sha: true }) => return None,
        (Inside::Sha256, Kind::Avx2 { sha: false } | Kind::Sse { sha: false }) => 3,
        (Inside::Sha512, Kind::Avx512) => 2,
        (Inside::Sha512, Kind::Avx2 { .. }) => 3,
        (Inside::Sha512, Kind::Sse { .. }) => return None,
    })
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn kind(cpu: Cpu) -> Kind {
    let (level, sha) = (cpu.level(), std::arch::is_x86_feature_detected!("sha"));
    if level.as_avx512().is_some() {
        Kind::Avx512
    } else if level.as_avx2().is_some() {
        Kind::Avx2 { sha }
    } else if level.as_sse2().is_some() {
        Kind::Sse { sha }
    } else {
        Kind::Scalar
    }
}

#[cfg(target_arch = "aarch64")]
fn kind(cpu: Cpu) -> Kind {
    if cpu.level().as_neon().is_some() { Kind::Neon } else { Kind::Scalar }
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
fn kind(_: Cpu) -> Kind {
    Kind::Scalar
}
