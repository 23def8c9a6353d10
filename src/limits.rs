//! A maximum for everything that a stored text, or a password, may ask for.
#![deny(clippy::arithmetic_side_effects)]
use crate::error::OverLimit;

/// What reading and verifying may let through. A [`PasswordHash`](crate::PasswordHash) in hand is
/// affordable under the limits it was read with; `verify` checks them once more.
///
/// Nothing is ever clamped: a quantity over its limit is an error that names it. All products are
/// computed in 128 bits, so no quantity can wrap around its limit.
///
/// Units stand last in the names: `kib` is 1024 bytes, `log2` a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Longest stored text, in bytes.
    pub text_bytes_max: usize,
    /// Longest salt after decoding, in bytes.
    pub salt_bytes_max: usize,
    /// Longest digest after decoding, in bytes.
    pub digest_bytes_max: usize,
    /// Longest password, in bytes.
    pub password_bytes_max: usize,
    /// Longest password for the crypt(3) family, whose work grows with its square, in bytes.
    pub crypt_password_bytes_max: usize,
    /// Argon2: most memory, in KiB.
    pub argon2_memory_kib_max: u64,
    /// Argon2: most passes.
    pub argon2_passes_max: u64,
    /// Argon2: most lanes.
    pub argon2_lanes_max: u64,
    /// Argon2: most memory times passes, in KiB.
    pub argon2_memory_passes_kib_max: u64,
    /// bcrypt: highest cost (the base-2 logarithm of its rounds).
    pub bcrypt_cost_max: u64,
    /// scrypt: highest base-2 logarithm of N.
    pub scrypt_n_log2_max: u64,
    /// scrypt: largest block size r.
    pub scrypt_block_r_max: u64,
    /// scrypt: largest parallelism p.
    pub scrypt_parallel_p_max: u64,
    /// scrypt: most memory, 128·N·r, in KiB.
    pub scrypt_memory_kib_max: u64,
    /// scrypt: most work, N·r·p.
    pub scrypt_work_max: u64,
    /// Scrypt Modified: highest base-2 logarithm of N.
    pub firebase_n_log2_max: u64,
    /// Scrypt Modified: largest block size r.
    pub firebase_block_r_max: u64,
    /// Scrypt Modified: longest salt separator, in bytes.
    pub firebase_separator_bytes_max: usize,
    /// PBKDF2: most iterations times output blocks.
    pub pbkdf2_blocks_max: u64,
    /// sha256crypt and sha512crypt: most rounds.
    pub sha2crypt_rounds_max: u64,
    /// crypt(3) on DES: most encryptions.
    pub descrypt_rounds_max: u64,
    /// yescrypt, beside the limits of scrypt: largest t.
    pub yescrypt_time_t_max: u64,
    /// SunMD5: most rounds, the fixed 4096 among them.
    pub sunmd5_rounds_max: u64,
    /// PHPass and Drupal 7: highest base-2 logarithm of the rounds.
    pub phpass_rounds_log2_max: u64,
    /// PHPass and Drupal 7: most rounds times password length, in bytes.
    pub phpass_bytes_max: u64,
}

impl Limits {
    /// For logins from the internet over imports that nobody vouches for.
    pub const STRICT: Self = Self {
        text_bytes_max: 512,
        salt_bytes_max: 64,
        digest_bytes_max: 128,
        password_bytes_max: 1024,
        crypt_password_bytes_max: 256,
        argon2_memory_kib_max: 65_536,
        argon2_passes_max: 6,
        argon2_lanes_max: 4,
        argon2_memory_passes_kib_max: 262_144,
        bcrypt_cost_max: 14,
        scrypt_n_log2_max: 17,
        scrypt_block_r_max: 8,
        scrypt_parallel_p_max: 4,
        scrypt_memory_kib_max: 131_072,
        scrypt_work_max: 1 << 22,
        firebase_n_log2_max: 14,
        firebase_block_r_max: 8,
        firebase_separator_bytes_max: 64,
        pbkdf2_blocks_max: 1_000_000,
        sha2crypt_rounds_max: 200_000,
        descrypt_rounds_max: 65_536,
        yescrypt_time_t_max: 2,
        sunmd5_rounds_max: 65_536,
        phpass_rounds_log2_max: 16,
        phpass_bytes_max: 1 << 24,
    };

    /// What [`PasswordHash::parse`](crate::PasswordHash::parse) applies: every setting that a
    /// deployed generator is known to write by default, and at most about a second of work.
    pub const DEFAULT: Self = Self {
        text_bytes_max: 1024,
        salt_bytes_max: 256,
        digest_bytes_max: 256,
        password_bytes_max: 4096,
        crypt_password_bytes_max: 512,
        argon2_memory_kib_max: 262_144,
        argon2_passes_max: 16,
        argon2_lanes_max: 16,
        argon2_memory_passes_kib_max: 1_048_576,
        bcrypt_cost_max: 15,
        scrypt_n_log2_max: 18,
        scrypt_block_r_max: 32,
        scrypt_parallel_p_max: 16,
        scrypt_memory_kib_max: 262_144,
        scrypt_work_max: 1 << 22,
        firebase_n_log2_max: 17,
        firebase_block_r_max: 16,
        firebase_separator_bytes_max: 64,
        pbkdf2_blocks_max: 5_000_000,
        sha2crypt_rounds_max: 1_000_000,
        descrypt_rounds_max: 1_000_000,
        yescrypt_time_t_max: 4,
        sunmd5_rounds_max: 131_072,
        phpass_rounds_log2_max: 20,
        phpass_bytes_max: 1 << 27,
    };

    /// For one's own table, offline: as much as the algorithms are ever run with. A single
    /// verification may take minutes and a GiB of memory.
    pub const OFFLINE: Self = Self {
        text_bytes_max: 4096,
        salt_bytes_max: 1024,
        digest_bytes_max: 512,
        password_bytes_max: 65_536,
        crypt_password_bytes_max: 4096,
        argon2_memory_kib_max: 1_048_576,
        argon2_passes_max: 64,
        argon2_lanes_max: 64,
        argon2_memory_passes_kib_max: 8_388_608,
        bcrypt_cost_max: 31,
        scrypt_n_log2_max: 20,
        scrypt_block_r_max: 64,
        scrypt_parallel_p_max: 64,
        scrypt_memory_kib_max: 1_048_576,
        scrypt_work_max: 1 << 25,
        firebase_n_log2_max: 20,
        firebase_block_r_max: 64,
        firebase_separator_bytes_max: 64,
        pbkdf2_blocks_max: 20_000_000,
        sha2crypt_rounds_max: 9_999_999,
        descrypt_rounds_max: 16_777_215,
        yescrypt_time_t_max: 16,
        sunmd5_rounds_max: 1 << 24,
        phpass_rounds_log2_max: 24,
        phpass_bytes_max: 1 << 32,
    };

    /// The presets by name: `strict`, `default`, `offline`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "strict" => Some(Self::STRICT),
            "default" => Some(Self::DEFAULT),
            "offline" => Some(Self::OFFLINE),
            _ => None,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// `Ok` when `have` is at most `max`.
pub(crate) fn at_most(
    param: &'static str,
    have: impl TryInto<u128>,
    max: u64,
) -> Result<(), OverLimit> {
    let have = have.try_into().unwrap_or(u128::MAX);
    if have <= u128::from(max) {
        return Ok(());
    }
    Err(OverLimit { param, have: u64::try_from(have).unwrap_or(u64::MAX), max })
}

/// The product of quantities, without wrap-around.
pub(crate) fn product(factors: &[u64]) -> u128 {
    factors.iter().fold(1, |product: u128, factor| product.saturating_mul(u128::from(*factor)))
}

/// A length as a quantity.
pub(crate) fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_do_not_wrap() {
        assert!(at_most("work", product(&[u64::MAX, u64::MAX, u64::MAX]), u64::MAX).is_err());
        assert!(at_most("work", product(&[65_536, 65_536]), 1 << 30).is_err());
        assert!(at_most("work", product(&[1 << 15, 1 << 15]), 1 << 30).is_ok());
        assert_eq!(
            at_most("rounds", 11_u64, 10),
            Err(OverLimit { param: "rounds", have: 11, max: 10 })
        );
    }
}
