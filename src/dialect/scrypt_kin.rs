//! scrypt in the notations of single tools: the scrypt utility's file header, hashcat, Ruby, `AdonisJS`.
//!
//! *Format*: base64 of 96 bytes (see [`ScryptFile`]); `SCRYPT:<N>:<r>:<p>:<salt>:<digest>` in padded base64;
//! `<N>$<r>$<p>$<salt>$<digest>`, all in lower-case hexadecimal; `$scrypt$n=<N>,r=,p=$<salt>$<digest>` in base64
//! without padding. *Deviations*: hashcat's digests have 32 or 64 bytes, Ruby's 32, `AdonisJS`' 64. Ruby's
//! gem strips leading `00` from the text of a salt, so that is done here too. In its oldest texts the salt
//! has 40 digits; there all before the digest is the salt, and the digest is the SHA-1 of 256 bytes.
use crate::algorithm::{Letters, Salt, Scrypt, ScryptFile, ShaLayout, ShaVersion, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::{Layer, PasswordHash};
use crate::text::{Cursor, Field, PADDED, PHC, hex};

use super::{braces, layered, scrypt};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "scrypt-kdf-file",
        summary: "the scrypt utility's file header in base64: scrypt-kdf of npm",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        // "scrypt", a zero and what follows it, whose highest bits are zero.
        claim: |text| if text.len() == 128 { tagged(text, "c2NyeXB0A") } else { Claim::No },
        parse: parse_file,
        write: Some(Write::Canonical(|hash| match hash {
            PasswordHash::ScryptFile(stored) => {
                let header = stored.setting().header();
                Some(PADDED.encode(&[&header, stored.digest().expose()].concat()))
            }
            _ => None,
        })),
        samples: &[Sample {
            password: "Jxm?Nt9Gu._bhfTDFKdC",
            stored: "c2NyeXB0AAQAAAAIAAAAAUC45+J86DB1YfUvDl2tPwuS+xgYSYe43lrQDBomv/0r75z64iFPqdfiPcOq/h5o6DNzibC5YNOdWJw+wxXocXRhuGt3o0WIgsznueE4h0fY",
            side: &[],
            from: "npm scrypt-kdf 4.0.0 (Tarsnap file header, base64)",
        }],
    },
    Format {
        slug: "scrypt-hashcat",
        summary: "scrypt as hashcat takes it",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| tagged(text, "SCRYPT:"),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("SCRYPT:", "expected `SCRYPT:`")?;
            let n = cursor.until(':', "expected `:` after N")?;
            let block_r = cursor.until(':', "expected `:` after r")?.number_u32()?;
            let parallel_p = cursor.until(':', "expected `:` after p")?.number_u32()?;
            let salt = cursor.until(':', "expected `:` after the salt")?.base64(&PADDED)?;
            scrypt::finish_full((n, block_r, parallel_p), salt, cursor.last())
        },
        write: Some(Write::Vendor(|hash| {
            let (Scrypt { n_log2, block_r, parallel_p, salt, .. }, digest) = full(hash)?;
            let (n, salt) =
                (1_u64.checked_shl(u32::from(*n_log2))?, PADDED.encode(salt.as_bytes()));
            Some(format!("SCRYPT:{n}:{block_r}:{parallel_p}:{salt}:{}", PADDED.encode(digest)))
        })),
        samples: &[Sample {
            password: "hashcat",
            stored: "SCRYPT:16384:8:1:OTEyNzU0ODg=:Cc8SPjRH1hFQhuIPCdF51uNGtJ2aOY/isuoMlMUsJ8c=",
            side: &[],
            from: "hashcat's example of mode 8900",
        }],
    },
    Format {
        slug: "scrypt-ruby",
        summary: "the scrypt gem of Ruby: authlogic, devise-scrypt",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| {
            let fields = text.split('$').filter(|field| !field.is_empty() && lower(field)).count();
            let all = fields == 5 && text.matches('$').count() == 4;
            if all { Claim::Shaped } else { Claim::No }
        },
        parse: parse_ruby,
        write: Some(Write::Vendor(|hash| {
            if let Some(text) = write_old_ruby(hash) {
                return Some(text);
            }
            let (Scrypt { n_log2, block_r, parallel_p, salt, .. }, digest) =
                scrypt::parts(hash, RUBY_BYTES)?;
            let n = 1_u64.checked_shl(u32::from(*n_log2))?;
            let writable = !matches!(salt.as_bytes(), [] | [0, ..]) && salt.as_bytes().len() != 20;
            let (salt, digest) = (hex(salt.as_bytes()), hex(digest));
            writable.then(|| format!("{n:x}${block_r:x}${parallel_p:x}${salt}${digest}"))
        })),
        samples: &[
            Sample {
                password: "my secret",
                stored: "400$8$d$173a8189751c095a29b933789560b73bf17b2e01$9bf66d74bd6f3ebcf99da3b379b689b89db1cb07",
                side: &[],
                from: "pbhogan/scrypt's own tests",
            },
            Sample {
                password: "correct horse",
                stored: "400$8$1$78f4ae6983f76119$48e521ac8b1c31901b72f1131acb6290b47d702d69ff0a6f4d74c9bc05d52a0b",
                side: &[],
                from: "Python's hashlib, laid out as by pbhogan/scrypt",
            },
        ],
    },
    Format {
        slug: "scrypt-adonis",
        summary: "AdonisJS' scrypt, with N itself in n",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| tagged(text, "$scrypt$n="),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("$scrypt$n=", "expected `$scrypt$n=`")?;
            let n = cursor.until(',', "expected `,r=`")?;
            cursor.tag("r=", "expected `r=`")?;
            let block_r = cursor.until(',', "expected `,p=`")?.number_u32()?;
            cursor.tag("p=", "expected `p=`")?;
            let parallel_p = cursor.until('$', "expected `$` after p")?.number_u32()?;
            let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PHC)?;
            let field = cursor.last();
            let digest = field.base64(&PHC)?;
            if digest.len() != ADONIS_BYTES {
                return Err(field.fault("the digest has 64 bytes"));
            }
            let n_log2 =
                scrypt::power_of_two(n.number()?).ok_or(n.fault("N is a power of two from 2"))?;
            scrypt::finish((n_log2, block_r, parallel_p), salt, field, digest)
        },
        write: Some(Write::Vendor(|hash| {
            let (Scrypt { n_log2, block_r, parallel_p, salt, .. }, digest) =
                scrypt::parts(hash, ADONIS_BYTES)?;
            let (n, salt) = (1_u64.checked_shl(u32::from(*n_log2))?, PHC.encode(salt.as_bytes()));
            Some(format!("$scrypt$n={n},r={block_r},p={parallel_p}${salt}${}", PHC.encode(digest)))
        })),
        samples: &[Sample {
            password: "correct horse",
            stored: "$scrypt$n=1024,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqEDnLasp2y2Sy9evUoDq9/aUEad5eQ/DdwyGsRMlmbjFA",
            side: &[],
            from: "Python's hashlib",
        }],
    },
];

/// What the gem writes unless told otherwise; scrypt's output can be cut without changing.
const RUBY_BYTES: usize = 32;
/// What its first versions derived, and took the SHA-1 of.
const OLD_RUBY_BYTES: usize = 256;
/// The same of `AdonisJS`.
const ADONIS_BYTES: usize = 64;

/// Setting and digest, if the digest's length goes without saying.
fn full(hash: &PasswordHash) -> Option<(&Scrypt, &[u8])> {
    scrypt::LENGTHS.into_iter().find_map(|len| scrypt::parts(hash, len))
}

fn lower(field: &str) -> bool {
    field.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn parse_file(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let field = Field::whole(raw.text);
    let bytes = field.base64(&PADDED)?;
    let fault = |rule| field.fault(rule);
    let (head, rest) = bytes.split_first_chunk::<8>().ok_or(fault("expected a header"))?;
    let (numbers, rest) = rest.split_first_chunk::<8>().ok_or(fault("expected r and p"))?;
    let (salt, digest) = rest.split_first_chunk::<32>().ok_or(fault("expected the salt"))?;
    let (_, digest) = digest.split_at_checked(16).ok_or(fault("expected the checksum"))?;
    let [b's', b'c', b'r', b'y', b'p', b't', 0, n_log2] = *head else {
        return Err(fault("expected `scrypt` and a zero"));
    };
    let [r0, r1, r2, r3, p0, p1, p2, p3] = *numbers;
    let (block_r, parallel_p) =
        (u32::from_be_bytes([r0, r1, r2, r3]), u32::from_be_bytes([p0, p1, p2, p3]));
    let setting = ScryptFile::new((n_log2, block_r, parallel_p), *salt).map_err(fault)?;
    if !bytes.starts_with(&setting.header()) {
        return Err(fault("the checksum of the header is wrong"));
    }
    Stored::new(setting, digest.to_vec())
        .map(PasswordHash::ScryptFile)
        .ok_or(fault("the header has 96 bytes"))
}

/// A number in lower-case hexadecimal without leading zeros.
fn hex_number(field: Field<'_>) -> Result<u32, ParseError> {
    let number = u32::from_str_radix(field.text, 16).ok();
    let canonical = lower(field.text) && !field.text.starts_with('0');
    number.filter(|_| canonical).ok_or(field.fault("expected a number in lower-case hexadecimal"))
}

fn parse_ruby(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let n = cursor.until('$', "expected `$` after N")?;
    let block_r = hex_number(cursor.until('$', "expected `$` after r")?)?;
    let parallel_p = hex_number(cursor.until('$', "expected `$` after p")?)?;
    let mut salt = cursor.until('$', "expected `$` after the salt")?;
    let digest = cursor.last();
    let n_log2 = hex_number(n).ok().and_then(|n| scrypt::power_of_two(n.into()));
    let cost = (n_log2.ok_or(n.fault("N is a power of two from 2"))?, block_r, parallel_p);
    if salt.text.len() == 40 {
        let head = raw.text.len().saturating_sub(digest.text.len()).saturating_sub(1);
        let head = raw.text.get(..head).ok_or(salt.fault("expected the salt"))?;
        return old_ruby(cost, head, digest);
    }
    while let Some(rest) = salt.text.strip_prefix("00") {
        salt.text = rest;
    }
    let bytes = digest.hex()?;
    if bytes.len() != RUBY_BYTES || !lower(digest.text) {
        return Err(digest.fault("the digest has 64 lower-case hexadecimal digits"));
    }
    scrypt::finish(cost, salt.hex()?, digest, bytes)
}

/// The gem before its version 1.1: SHA-1 over scrypt, salted with the text before the digest.
fn old_ruby(
    cost: (u8, u32, u32),
    head: &str,
    digest: Field<'_>,
) -> Result<PasswordHash, ParseError> {
    let inner = Scrypt::new(cost, head, OLD_RUBY_BYTES).map_err(|rule| digest.fault(rule))?;
    let first = layered::blank(Letters::Bytes, OLD_RUBY_BYTES, |zeros| {
        Stored::new(inner, zeros).map(PasswordHash::Scrypt)
    });
    let bytes = digest.hex()?;
    let last = braces::sha(ShaVersion::Sha1, ShaLayout::Bare, Salt::default(), bytes);
    let (Some(first), Some(last)) = (first, last.filter(|_| lower(digest.text))) else {
        return Err(digest.fault("the digest has 40 lower-case hexadecimal digits"));
    };
    layered::over(vec![first], last).map_err(|rule| digest.fault(rule))
}

fn write_old_ruby(hash: &PasswordHash) -> Option<String> {
    let (layers, last) = layered::split(hash)?;
    let [Layer::Hash(first, Letters::Bytes)] = layers else { return None };
    let (Scrypt { salt, .. }, _) = scrypt::parts(first, OLD_RUBY_BYTES)?;
    let digest = braces::hex_sha(&last, ShaVersion::Sha1, ShaLayout::Bare)?;
    let head = str::from_utf8(salt.as_bytes()).ok()?;
    (head.matches('$').count() == 3).then(|| format!("{head}${digest}"))
}
