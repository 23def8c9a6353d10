//! What happened to the setting: its salt, its cost, its arrangement.
use super::deviation::Shown;
use super::salt::{salt, salts};
use crate::algorithm::{
    Argon2, Argon2Variant, Argon2Version, BcryptIdent, Md5, Md5Layout, Pbkdf2, Prf, Salt, Scrypt,
    ScryptModified, Sha, ShaLayout, Stored,
};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::PADDED;
use core::fmt;

/// How the setting that the digest was made under differs from the one that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingSlip {
    /// The salt is hexadecimal and stands for bytes.
    SaltIsHex,
    /// The salt is base64 and stands for bytes.
    SaltIsBase64,
    /// The salt is used as the base64 text that stands there, and not decoded.
    SaltIsBase64Text,
    /// The salt is used as hexadecimal text, and not decoded.
    SaltIsHexText,
    /// As hexadecimal text in upper case.
    SaltIsUpperHexText,
    /// The salt's letters are in lower case.
    SaltLowerCase,
    /// The salt's letters are in upper case.
    SaltUpperCase,
    /// Blanks around the salt do not belong to it.
    SaltTrimmed,
    /// Quotes around the salt do not belong to it.
    SaltUnquoted,
    /// `0x` or `\x` in front of a hexadecimal salt does not belong to it.
    SaltPrefixed,
    /// A line feed belongs to the salt.
    SaltWithNewline,
    /// The hyphens of the salt (a UUID) do not belong to it.
    SaltWithoutHyphens,
    /// The salt is used up to this many bytes.
    SaltUsedUpTo(usize),
    /// A column cut this many characters off the salt.
    SaltCut(usize),
    /// There is no salt.
    NoSalt,
    /// The salt stands in another column.
    SaltBeside,
    /// The pepper (by its key) goes before the salt.
    PepperBeforeSalt(&'static str),
    /// The pepper (by its key) goes behind the salt.
    PepperAfterSalt(&'static str),
    /// The salt goes before the password.
    SaltBefore,
    /// The salt goes behind the password.
    SaltAfter,
    /// The salt goes before the hexadecimal digest of the password.
    SaltBeforeDigest,
    /// The salt goes behind the hexadecimal digest of the password.
    SaltAfterDigest,
    /// The digests of salt and password, both in hexadecimal.
    BothDigests,
    /// Another number of rounds.
    Rounds(u64),
    /// Another cost, as a base-2 logarithm.
    CostLog2(u8),
    /// scrypt or Firebase: base-2 logarithm of N, and r.
    Costs(u8, u32),
    /// scrypt or Firebase: N's logarithm and r stand in each other's place.
    CostsSwapped,
    /// Argon2: passes and lanes stand in each other's place.
    PassesAndLanesSwapped,
    /// Firebase: there is no salt separator.
    NoSeparator,
    /// Firebase: the separator is the byte 7, base64 `Bw==`, as projects have it by default.
    UsualSeparator,
    /// Firebase: the separator is used as the text that stands there.
    SeparatorIsText,
    /// Another function inside.
    Function(&'static str),
    /// `$2x$`.
    Bcrypt2x,
    /// `$2y$`.
    Bcrypt2y,
    /// Argon2 of this version, 16 or 19.
    Argon2Version(u8),
}

use SettingSlip as S;

impl fmt::Display for SettingSlip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            S::SaltIsHex => f.write_str("salt is hexadecimal, not text"),
            S::SaltIsBase64 => f.write_str("salt is base64, not text"),
            S::SaltIsBase64Text => {
                f.write_str("salt is text: its base64 is used as it stands, not decoded")
            }
            S::SaltIsHexText => {
                f.write_str("salt is text: its hexadecimal is used as it stands, not decoded")
            }
            S::SaltIsUpperHexText => f.write_str("salt is text: its upper-case hexadecimal"),
            S::SaltLowerCase => f.write_str("salt in lower case"),
            S::SaltUpperCase => f.write_str("salt in upper case"),
            S::SaltTrimmed => f.write_str("salt has spaces around it that are no part of it"),
            S::SaltUnquoted => f.write_str("salt has quotes around it that are no part of it"),
            S::SaltPrefixed => f.write_str(r"salt is hexadecimal behind `0x` or `\x`"),
            S::SaltWithNewline => f.write_str("salt with a trailing newline"),
            S::SaltWithoutHyphens => f.write_str("salt without its hyphens"),
            S::SaltUsedUpTo(bytes) => {
                write!(f, "salt cut: only the first {bytes} bytes of it were used")
            }
            S::SaltCut(lost) => {
                write!(
                    f,
                    "salt cut by a column (truncated): its last {lost} characters are missing"
                )
            }
            S::NoSalt => f.write_str("salt is not used: the digest has no salt"),
            S::SaltBeside => f.write_str("salt stands in the other column, not in the text"),
            S::PepperBeforeSalt(_) => f.write_str("pepper before the salt"),
            S::PepperAfterSalt(_) => f.write_str("pepper after the salt"),
            S::SaltBefore => f.write_str("salt before the password, not after"),
            S::SaltAfter => f.write_str("salt after the password, not before"),
            S::SaltBeforeDigest => {
                f.write_str("salt before the hexadecimal digest of the password")
            }
            S::SaltAfterDigest => f.write_str("salt after the hexadecimal digest of the password"),
            S::BothDigests => {
                f.write_str("hexadecimal digest of the salt before that of the password")
            }
            S::Rounds(rounds) => write!(f, "another cost: {rounds} iterations (rounds)"),
            S::CostLog2(log2) => write!(f, "another cost: 2^{log2} rounds"),
            S::Costs(log2, r) => write!(
                f,
                "another cost: N = 2^{log2} (Firebase's mem_cost {log2}), r = {r} (Firebase's \
                 rounds {r})"
            ),
            S::CostsSwapped => f.write_str("costs swapped: mem_cost (N) and rounds (r)"),
            S::PassesAndLanesSwapped => f.write_str("costs swapped: passes (t) and lanes (p)"),
            S::NoSeparator => f.write_str("wrong salt separator: there is none (empty)"),
            S::UsualSeparator => f.write_str("wrong salt separator: it is Firebase's usual `Bw==`"),
            S::SeparatorIsText => {
                f.write_str("wrong salt separator: it is used as text, not as base64")
            }
            S::Function(name) => write!(f, "another function inside: {name}"),
            S::Bcrypt2x => f.write_str("$2x$, not $2y$: made by crypt_blowfish before 1.1 (2x)"),
            S::Bcrypt2y => f.write_str("$2y$, not $2x$: made by a correct bcrypt (2y, 2b)"),
            S::Argon2Version(version) => write!(f, "Argon2 of version {version} (v={version})"),
        }
    }
}

impl SettingSlip {
    pub(super) fn advice(self) -> Shown {
        match self {
            S::SaltIsHex | S::SaltPrefixed => {
                "decode the salt from hexadecimal to bytes; where the format takes salts as text \
                 alone, import the canonical text that `Reading::hash` gives"
                    .into()
            }
            S::SaltIsBase64 => {
                "decode the salt from base64 to bytes; where the format takes salts as text alone, \
                 import the canonical text that `Reading::hash` gives"
                    .into()
            }
            S::SaltIsBase64Text | S::SaltIsHexText | S::SaltIsUpperHexText => {
                "encode the salt once more, so that what is decoded is the text itself".into()
            }
            S::SaltLowerCase => "lower the case of side data `salt`".into(),
            S::SaltUpperCase => "raise the case of side data `salt`".into(),
            S::SaltTrimmed => "trim side data `salt`".into(),
            S::SaltUnquoted => "strip the quotes from side data `salt`".into(),
            S::SaltWithNewline => "append a line feed to side data `salt`".into(),
            S::SaltWithoutHyphens => "take the hyphens out of side data `salt`".into(),
            S::SaltUsedUpTo(bytes) => {
                format!("cut side data `salt` to its first {bytes} bytes").into()
            }
            S::SaltCut(_) => {
                "export the salts again from where they are whole: the column is too narrow".into()
            }
            S::NoSalt => "leave side data `salt` out, and name the format without salt".into(),
            S::SaltBeside => "name a format that takes side data `salt`".into(),
            S::PepperBeforeSalt(key) => {
                format!("put the value of `{key}` in front of side data `salt`").into()
            }
            S::PepperAfterSalt(key) => {
                format!("put the value of `{key}` behind side data `salt`").into()
            }
            S::SaltBefore
            | S::SaltAfter
            | S::SaltBeforeDigest
            | S::SaltAfterDigest
            | S::BothDigests => "name the format of this arrangement".into(),
            S::Rounds(rounds) => {
                format!("write {rounds} for the iterations (in the text, or as side data)").into()
            }
            S::CostLog2(log2) => format!("write {log2} for the logarithm of the rounds").into(),
            S::Costs(log2, r) => format!(
                "set `mem_cost` to {log2} and `rounds` to {r} (scrypt: `cost_cpu` to 2^{log2}, \
                 `cost_memory` to {r})"
            )
            .into(),
            S::CostsSwapped => {
                "exchange the values of `mem_cost` and `rounds` (scrypt: `cost_cpu` and \
                 `cost_memory`)"
                    .into()
            }
            S::PassesAndLanesSwapped => "exchange t and p in the text".into(),
            S::NoSeparator => "set `salt_separator` to the empty text".into(),
            S::UsualSeparator => "set `salt_separator` to `Bw==`".into(),
            S::SeparatorIsText => "write `salt_separator` in base64".into(),
            S::Function(name) => format!("name the format with {name}").into(),
            S::Bcrypt2x => "write `$2x$` for the tag of these hashes".into(),
            S::Bcrypt2y => "write `$2y$` for the tag of these hashes".into(),
            S::Argon2Version(version) => format!("write `v={version}` in the text").into(),
        }
    }
}

/// The iterations that frameworks have had for a default, smallest first.
const PBKDF2_ROUNDS: &[u32] = &[
    1, 10, 64, 100, 128, 500, 999, 1000, 1024, 2000, 2048, 2500, 4000, 4096, 5000, 6400, 8192,
    10_000, 12_000, 15_000, 16_384, 20_000, 24_000, 25_000, 27_500, 29_000, 30_000, 32_768, 36_000,
    40_000, 50_000, 60_000, 64_000, 65_536, 80_000, 100_000, 120_000, 131_000, 150_000, 180_000,
    185_000, 200_000, 210_000, 216_000, 250_000, 260_000, 310_000, 320_000, 350_000, 390_000,
    480_000, 500_000, 600_000, 720_000, 870_000, 1_000_000, 1_200_000,
];

/// Base-2 logarithm of N, and r: Firebase's own first.
const SCRYPT_COSTS: &[(u8, u32)] = &[
    (14, 8),
    (8, 14),
    (15, 8),
    (16, 8),
    (17, 8),
    (13, 8),
    (12, 8),
    (11, 8),
    (10, 8),
    (14, 1),
    (15, 1),
    (14, 16),
    (10, 1),
    (8, 8),
    (4, 8),
    (3, 8),
];

/// A setting with a change, and how surprising the change is.
pub(super) type Changed = (SettingSlip, u64, PasswordHash);

/// Every single change to the setting of `hash`. `tagged`: its text says what it is.
pub(super) fn changes(hash: &PasswordHash, side: &Side, tagged: bool) -> Vec<Changed> {
    let mut found = Vec::new();
    salts(hash, side, &mut found);
    if tagged {
        arrangements(hash, side, &mut found);
    }
    let Some((_, digest)) = hash.parts() else { return found };
    let digest = digest.expose();
    match hash {
        PasswordHash::Pbkdf2(stored) => pbkdf2(stored.setting(), digest, &mut found),
        PasswordHash::Bcrypt(stored) => {
            let (slip, ident) = match stored.setting().ident {
                BcryptIdent::X => (S::Bcrypt2y, BcryptIdent::Y),
                _ => (S::Bcrypt2x, BcryptIdent::X),
            };
            let mut made = stored.setting().clone();
            made.ident = ident;
            found.extend(
                Stored::new(made, digest.to_vec()).map(|s| (slip, 10, PasswordHash::Bcrypt(s))),
            );
        }
        PasswordHash::Argon2(stored) => argon2(stored.setting(), digest, &mut found),
        PasswordHash::Scrypt(stored) => scrypt(stored.setting(), digest, &mut found),
        PasswordHash::ScryptModified(stored) => {
            firebase(stored.setting(), side, digest, &mut found);
        }
        PasswordHash::Sha2Crypt(stored) => {
            for (rounds, surprise) in (0..)
                .zip([5000, 1000, 10_000, 50_000, 100_000, 110_000, 535_000, 656_000])
                .map(|(i, r)| (r, u64::saturating_add(14, i)))
            {
                let mut made = stored.setting().clone();
                let slip = S::Rounds(u64::from(rounds));
                if made.rounds != rounds {
                    made.rounds = rounds;
                    found.extend(
                        Stored::new(made, digest.to_vec())
                            .map(|s| (slip, surprise, PasswordHash::Sha2Crypt(s))),
                    );
                }
            }
        }
        PasswordHash::PhPass(stored) => {
            for (log2, surprise) in [
                (13, 14),
                (11, 14),
                (8, 14),
                (15, 15),
                (14, 16),
                (12, 16),
                (16, 17),
                (17, 17),
                (9, 18),
                (10, 18),
                (7, 18),
            ] {
                let mut made = stored.setting().clone();
                if made.rounds_log2 != log2 {
                    made.rounds_log2 = log2;
                    found.extend(
                        Stored::new(made, digest.to_vec())
                            .map(|s| (S::CostLog2(log2), surprise, PasswordHash::PhPass(s))),
                    );
                }
            }
        }
        _ => {}
    }
    found
}

fn pbkdf2(setting: &Pbkdf2, digest: &[u8], found: &mut Vec<Changed>) {
    let mut add = |slip, surprise, made: Option<Pbkdf2>| {
        let made = made.and_then(|made| Stored::new(made, digest.to_vec()));
        found.extend(made.map(|stored| (slip, surprise, PasswordHash::Pbkdf2(stored))));
    };
    let again = |prf, rounds| Pbkdf2::new(prf, rounds, setting.salt.clone(), setting.digest_len);
    for rounds in PBKDF2_ROUNDS.iter().filter(|rounds| **rounds != setting.rounds) {
        add(S::Rounds(u64::from(*rounds)), 11, again(setting.prf, *rounds));
    }
    for prf in Prf::COMMON {
        if prf != setting.prf {
            add(S::Function(prf.as_str()), 14, again(prf, setting.rounds));
        }
    }
}

fn argon2(setting: &Argon2, digest: &[u8], found: &mut Vec<Changed>) {
    let mut add = |slip, made: Argon2| {
        let made = made.checked().ok().and_then(|made| Stored::new(made, digest.to_vec()));
        found.extend(made.map(|stored| (slip, 12, PasswordHash::Argon2(stored))));
    };
    let (number, version) = match setting.version {
        Argon2Version::V10 => (19, Argon2Version::V13),
        Argon2Version::V13 => (16, Argon2Version::V10),
    };
    add(S::Argon2Version(number), Argon2 { version, ..setting.clone() });
    for (variant, name) in [
        (Argon2Variant::Id, "argon2id"),
        (Argon2Variant::I, "argon2i"),
        (Argon2Variant::D, "argon2d"),
    ] {
        if variant != setting.variant {
            add(S::Function(name), Argon2 { variant, ..setting.clone() });
        }
    }
    if setting.passes != setting.lanes {
        let (passes, lanes) = (setting.lanes, setting.passes);
        add(S::PassesAndLanesSwapped, Argon2 { passes, lanes, ..setting.clone() });
    }
}

fn scrypt(setting: &Scrypt, digest: &[u8], found: &mut Vec<Changed>) {
    let mut add = |slip, surprise, (n_log2, block_r, p)| {
        let made = Scrypt::new((n_log2, block_r, p), setting.salt.clone(), setting.digest_len);
        let made = made.ok().and_then(|made| Stored::new(made, digest.to_vec()));
        found.extend(made.map(|stored| (slip, surprise, PasswordHash::Scrypt(stored))));
    };
    let (n_log2, block_r, p) = (setting.n_log2, setting.block_r, setting.parallel_p);
    // N and r in each other's place: as they stand, and with N as its logarithm.
    if block_r.is_power_of_two() && n_log2 < 32 {
        let log2 = u8::try_from(block_r.trailing_zeros()).unwrap_or_default();
        add(S::CostsSwapped, 10, (log2, 1_u32 << n_log2, p));
    }
    if let Ok(log2) = u8::try_from(block_r).map(|r| r.min(63)) {
        add(S::CostsSwapped, 11, (log2, u32::from(n_log2), p));
    }
    for (log2, r) in SCRYPT_COSTS.iter().copied().filter(|costs| *costs != (n_log2, block_r)) {
        add(S::Costs(log2, r), 12, (log2, r, p));
    }
}

fn firebase(setting: &ScryptModified, side: &Side, digest: &[u8], found: &mut Vec<Changed>) {
    let mut add = |slip, surprise, costs, separator: Vec<u8>| {
        let key = setting.signer_key.clone();
        let made = ScryptModified::new(costs, setting.salt.clone(), separator, key);
        let made = made.ok().and_then(|made| Stored::new(made, digest.to_vec()));
        found.extend(made.map(|stored| (slip, surprise, PasswordHash::ScryptModified(stored))));
    };
    let separator = setting.separator.as_bytes();
    let costs = (setting.n_log2, setting.block_r);
    if let Ok(log2) = u8::try_from(setting.block_r) {
        let swapped = (log2, u32::from(setting.n_log2));
        if swapped != costs {
            add(S::CostsSwapped, 10, swapped, separator.to_vec());
        }
    }
    for (slip, other) in [(S::UsualSeparator, &[7_u8][..]), (S::NoSeparator, &[])] {
        if separator != other {
            add(slip, 10, costs, other.to_vec());
        }
    }
    for text in side.salt_separator.iter().cloned().chain([PADDED.encode(separator)]) {
        add(S::SeparatorIsText, 11, costs, text.into_bytes());
    }
    for (log2, r) in SCRYPT_COSTS.iter().copied().filter(|other| *other != costs) {
        add(S::Costs(log2, r), 11, (log2, r), separator.to_vec());
    }
}

/// Where salt and password go, for texts whose tag promises one arrangement.
fn arrangements(hash: &PasswordHash, side: &Side, found: &mut Vec<Changed>) {
    let own = salt(hash).map(Salt::as_bytes).unwrap_or_default();
    let beside = side.salt.as_deref().map(str::as_bytes);
    let Some(salt) = (if own.is_empty() { beside } else { Some(own) }) else { return };
    let Some((_, digest)) = hash.parts() else { return };
    let surprise = if own.is_empty() { 14 } else { 10 };
    let layouts = [
        (S::SaltBefore, Md5Layout::SaltPass, Some(ShaLayout::SaltPass)),
        (S::SaltAfter, Md5Layout::PassSalt, Some(ShaLayout::PassSalt)),
        (S::SaltBeforeDigest, Md5Layout::SaltHexPass, Some(ShaLayout::SaltHexPass)),
        (S::SaltAfterDigest, Md5Layout::HexPassSalt, None),
        (S::BothDigests, Md5Layout::HexSaltHexPass, None),
    ];
    for (slip, md5, sha) in layouts {
        let digest = digest.expose().to_vec();
        let made = match hash {
            PasswordHash::Md5(stored) if stored.setting().layout != md5 => {
                Stored::new(Md5::new(md5, salt.to_vec()), digest).map(PasswordHash::Md5)
            }
            PasswordHash::Sha(stored) if Some(stored.setting().layout) != sha => sha
                .and_then(|sha| Sha::new(stored.setting().version, sha, salt.to_vec()))
                .and_then(|made| Stored::new(made, digest).map(PasswordHash::Sha)),
            _ => None,
        };
        found.extend(made.map(|made| (slip, surprise, made)));
    }
}
