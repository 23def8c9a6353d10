//! scrypt in `TypeScript` frameworks and their importers: Better Auth, Lucia, `WorkOS`.
//!
//! *Format*: `<salt>:<key>`, and `s2:<salt>:<key>` of Lucia, are scrypt with N = 16384, r = 16 and p = 1
//! over the password in NFKC; the salt is used as it stands, hexadecimal or not, and the key is 64 bytes
//! in lower-case hexadecimal. `WorkOS` takes `$scrypt$v=1$n=<N>,r=,p=,kl=<bytes>$<salt>$<key>` in base64
//! without padding. *Deviations*: `kl` must be the length of the key; Lucia's first version, without
//! `s2:`, had r = 8 and is not told from Better Auth's.
use crate::algorithm::Scrypt;
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::{Layer, PasswordHash};
use crate::text::{Cursor, Field, PHC, hex, is_hex};

use super::{layered, scrypt};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "better-auth",
        summary: "Better Auth: scrypt over the password in NFKC",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 1,
        claim: |text| match text.split_once(':') {
            Some((salt, key)) if is_hex(salt, 32) && is_hex(key, 128) => Claim::Shaped,
            _ => Claim::No,
        },
        parse: |raw| parse(Cursor::new(raw.text), true),
        write: Some(Write::Vendor(|hash| {
            write(hash)
                .filter(|text| text.split_once(':').is_some_and(|(salt, _)| is_hex(salt, 32)))
        })),
        samples: &[Sample {
            password: "ﬁﬀ Ⅳ",
            stored: "0a9659d6867770122d8d4cfc1ba755b8:9d6836f29f904e2149b2975f9fc4dd2120d7cfe4239d1f2d219402ba7e0ef8fb41d0cfed75d132ef60d59af32491d55bacc0adc8e4c6ea49c89dda7598e1f54c",
            side: &[],
            from: "npm @better-auth/utils 0.5.1",
        }],
    },
    Format {
        slug: "lucia",
        summary: "Lucia 2: scrypt over the password in NFKC",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| tagged(text, "s2:"),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("s2:", "expected `s2:`")?;
            parse(cursor, false)
        },
        write: Some(Write::Vendor(|hash| write(hash).map(|text| format!("s2:{text}")))),
        samples: &[Sample {
            password: "GBZGgELaU[6(H0{=p",
            stored: "s2:zaqtmjp68psxv3up:5de2e55a20cc94c193fa54c01d2ab4d4bee24fe787b6098242ac30353e469c31e4af0de006dd3dbe9fd5be22629254be7a6dc5ee9921856f954da7afd747799d",
            side: &[],
            from: "npm lucia 2.7.7",
        }],
    },
    Format {
        slug: "workos-scrypt",
        summary: "WorkOS' import of scrypt",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| tagged(text, WORKOS),
        parse: parse_workos,
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Scrypt(stored) = hash else { return None };
            let Scrypt { n_log2, block_r, parallel_p, salt, digest_len } = stored.setting();
            let n = 1_u64.checked_shl(u32::from(*n_log2))?;
            let [salt, key] =
                [salt.as_bytes(), stored.digest().expose()].map(|bytes| PHC.encode(bytes));
            Some(format!("{WORKOS}n={n},r={block_r},p={parallel_p},kl={digest_len}${salt}${key}"))
        })),
        samples: &[Sample {
            password: "S^ f/k[ATC3!",
            stored: "$scrypt$v=1$n=1024,r=8,p=1,kl=64$gu3WNn56KWKUUat6j9fZFQ$Vr3wvpVVml7OvNOiMew+benhsq3CZamy+VUSmX49EDh/H4yOEvvjPq5ShF1w8hC1Wns8PofJaacAOcs3lGkgjQ",
            side: &[],
            from: "Python's hashlib, laid out as in WorkOS' manual",
        }],
    },
];

const WORKOS: &str = "$scrypt$v=1$";
/// The base-2 logarithm of N, r and p of both frameworks, and the bytes of their keys.
const COST: (u8, u32, u32) = (14, 16, 1);
const KEY_BYTES: usize = 64;

/// `<salt>:<key>` over the password in NFKC.
fn parse(mut cursor: Cursor<'_>, hexadecimal: bool) -> Result<PasswordHash, ParseError> {
    let salt = cursor.until(':', "expected `:` after the salt")?;
    let key = cursor.last();
    if salt.text.is_empty() || (hexadecimal && !is_hex(salt.text, 32)) {
        return Err(salt.fault("the salt is missing, or has not 32 hexadecimal digits"));
    }
    let bytes = key.hex()?;
    if bytes.len() != KEY_BYTES {
        return Err(key.fault("the key has 64 bytes"));
    }
    let hash = scrypt::finish(COST, salt.bytes(), key, bytes)?;
    layered::over(vec![Layer::Nfkc], hash).map_err(|rule| key.fault(rule))
}

fn write(hash: &PasswordHash) -> Option<String> {
    let (layers, last) = layered::split(hash)?;
    let (Scrypt { n_log2, block_r, parallel_p, salt, .. }, key) = scrypt::parts(&last, KEY_BYTES)?;
    let salt = str::from_utf8(salt.as_bytes()).ok().filter(|salt| !salt.contains(':'))?;
    let ours = matches!(layers, [Layer::Nfkc]) && (*n_log2, *block_r, *parallel_p) == COST;
    ours.then(|| format!("{salt}:{}", hex(key)))
}

fn parse_workos(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(WORKOS, "expected `$scrypt$v=1$`")?;
    let params = cursor.until('$', "expected `$` after the parameters")?;
    let number = |name: &str| -> Result<Field<'_>, ParseError> {
        let mut named = params.pairs()?.into_iter().filter(|(known, _)| *known == name);
        match (named.next(), named.next()) {
            (Some((_, value)), None) => Ok(value),
            _ => Err(params.fault("each of n, r, p and kl stands there once")),
        }
    };
    if params.pairs()?.len() != 4 {
        return Err(params.fault("each of n, r, p and kl stands there once"));
    }
    let (n, len) = (number("n")?, number("kl")?);
    let n_log2 = scrypt::power_of_two(n.number()?).ok_or(n.fault("N is a power of two from 2"))?;
    let cost = (n_log2, number("r")?.number_u32()?, number("p")?.number_u32()?);
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PHC)?;
    let key = cursor.last();
    let bytes = key.base64(&PHC)?;
    if u64::try_from(bytes.len()).ok() != Some(len.number()?) {
        return Err(key.fault("the key has not the length that `kl` gives"));
    }
    scrypt::finish(cost, salt, key, bytes)
}
