//! bcrypt as crypt(3) writes it, and the dialects that prepare the password first.
//!
//! *Format*: `$2b$<cost>$<22 salt><31 digest>` in bcrypt's own base64. *Deviations*: the cost has
//! exactly two digits; spare bits in the 22nd and the last letter must be zero (some generators set
//! them, and then two texts would be one hash; [`tidied`](super::tidied) clears them for those who
//! have such); `$2a$` is read as the same function as `$2b$`, unless
//! it is read as `bcrypt-2x`, which takes it for one of `crypt_blowfish` before 1.1.
use crate::algorithm::{Bcrypt, BcryptIdent, BcryptPrehash, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{BCRYPT, Cursor, Field};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "bcrypt",
        summary: "bcrypt ($2a$, $2b$, $2y$): PHP, Laravel, Rails, Node, Spring, Supabase",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 0,
        claim: |text| match text.as_bytes() {
            [b'$', b'2', b'a' | b'b' | b'y', b'$', ..] => Claim::Tagged,
            _ => Claim::No,
        },
        parse: parse_usual,
        write: Some(Write::Canonical(|hash| write(hash, BcryptIdent::is_usual))),
        samples: &[
            Sample {
                password: "CGDtf+^Sq=X",
                stored: "$2y$05$CLIIbgl8RdS8qtTDlBVDKu0O4mIcsHXNCeO3DrMrzyUwqXjI5bsCS",
                side: &[],
                from: "php-cli 8.2.36 (Debian) password_hash",
            },
            Sample {
                password: ">;VKHMJb(oEEb<?",
                stored: "$2b$05$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m",
                side: &[],
                from: "bcrypt (npm) 6.0.0",
            },
        ],
    },
    Format {
        slug: "bcrypt-2x",
        summary: "bcrypt with the sign-extension bug of crypt_blowfish before 1.1 ($2x$)",
        strength: Strength::Broken,
        needs: &[],
        rarity: 7,
        claim: |text| tagged(text, "$2x$"),
        parse: parse_buggy,
        write: Some(Write::Canonical(|hash| write(hash, |ident| ident == BcryptIdent::X))),
        samples: &[Sample {
            password: "qnDfhfYz)Y_RQ",
            stored: "$2x$04$codTf6SRgA0Zuyj47iO3WuAMjcooC0i.NEcy601MyYfOIcLYK6gZG",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra()",
        }],
    },
    Format {
        slug: "bcrypt-2",
        summary: "OpenBSD's first bcrypt ($2$), in which `abc` and `abcabc` are one password",
        strength: Strength::Broken,
        needs: &[],
        rarity: 8,
        claim: |text| tagged(text, "$2$"),
        parse: |raw| match raw.text.starts_with("$2$") {
            true => parse_plain(Cursor::new(raw.text)),
            false => Err(Cursor::new(raw.text).fault("expected `$2$`")),
        },
        write: Some(Write::Canonical(|hash| write(hash, |ident| ident == BcryptIdent::Original))),
        samples: &[Sample {
            password: "correct horse",
            stored: "$2$04$calwFFgKVvMykxQUgaK2Oe5CILoONZ0NOkCqaCBIFvcYdpOQZ/BW6",
            side: &[],
            from: "libpass 1.9.4 bcrypt(ident=\"2\")",
        }],
    },
    Format {
        slug: "wordpress-68",
        summary: "WordPress from 6.8: bcrypt over an HMAC-SHA-384 of the trimmed password",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 0,
        claim: |text| tagged(text, "$wp$2"),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("$wp", "expected `$wp`")?;
            prepared(cursor, BcryptPrehash::WordPress)
        },
        write: Some(Write::Canonical(|hash| {
            let stored = with_prehash(hash, |p| matches!(p, BcryptPrehash::WordPress))?;
            Some(format!("$wp{}", text(stored)))
        })),
        samples: &[Sample {
            password: "9@ X=5AiV",
            stored: "$wp$2y$04$sdUE0jKZNB1KMxEnqsxt5.EPmgsPzN9.yrU2BkySV3DPGkG6WcueW",
            side: &[],
            from: "php-cli 8.2.36 (Debian) ; wp_hash_password()/wp_check_password() of 6.8 transcribed",
        }],
    },
    Format {
        slug: "passlib-bcrypt-sha256",
        summary: "passlib's bcrypt_sha256, both versions",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| tagged(text, "$bcrypt-sha256$"),
        parse: passlib,
        write: Some(Write::Canonical(write_passlib)),
        samples: &[
            Sample {
                password: "8P*!BZB+H<{",
                stored: "$bcrypt-sha256$2b,4$kMSNRlVFp0.dWGtADZKPve$.FT/CbYSV5V4Vc9FU1IdmfGx3poIt.G",
                side: &[],
                from: "passlib 1.7.4 bcrypt_sha256",
            },
            Sample {
                password: "çüéặéé]c?",
                stored: "$bcrypt-sha256$v=2,t=2b,r=5$rpDh.n98QyQwCRLrz4Vk2.$ZGYWeimyV8FkcHNf1kfzYU/N16qgNlu",
                side: &[],
                from: "passlib 1.7.4 bcrypt_sha256",
            },
        ],
    },
];

fn parse_usual(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let other = ["$2x$", "$2$"].iter().any(|tag| raw.text.starts_with(tag));
    match other {
        true => Err(Cursor::new(raw.text).fault("`$2x$` and `$2$` are formats of their own")),
        false => parse_plain(Cursor::new(raw.text)),
    }
}

/// `$2x$`, or `$2a$` of the makers who knew no other name for what they wrote.
fn parse_buggy(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    if !cursor.skip("$2x$") && !cursor.skip("$2a$") {
        return Err(cursor.fault("expected `$2x$`, or `$2a$` with the bug"));
    }
    fields(cursor, BcryptIdent::X, BcryptPrehash::None)
}

/// `$2b$…` to its end.
pub(super) fn parse_plain(cursor: Cursor<'_>) -> Result<PasswordHash, ParseError> {
    prepared(cursor, BcryptPrehash::None)
}

/// `$2b$…` to its end, over a prepared password.
pub(super) fn prepared(
    mut cursor: Cursor<'_>,
    prehash: BcryptPrehash,
) -> Result<PasswordHash, ParseError> {
    cursor.tag("$", "expected `$2a$`, `$2b$`, `$2x$` or `$2y$`")?;
    let ident = ident(cursor.until('$', "expected `$` after bcrypt's letter")?)?;
    fields(cursor, ident, prehash)
}

/// Cost, salt and digest.
fn fields(
    mut cursor: Cursor<'_>,
    ident: BcryptIdent,
    prehash: BcryptPrehash,
) -> Result<PasswordHash, ParseError> {
    let cost = two_digits(cursor.until('$', "expected `$` after bcrypt's cost")?)?;
    let salt = salt(cursor.take(22, "bcrypt's salt has 22 letters")?)?;
    finish(cursor.last(), ident, cost, salt, prehash)
}

pub(super) fn ident(field: Field<'_>) -> Result<BcryptIdent, ParseError> {
    match field.text {
        "2a" => Ok(BcryptIdent::A),
        "2b" => Ok(BcryptIdent::B),
        "2x" => Ok(BcryptIdent::X),
        "2y" => Ok(BcryptIdent::Y),
        "2" => Ok(BcryptIdent::Original),
        _ => Err(field.fault("bcrypt's letter is none of 2a, 2b, 2x, 2y")),
    }
}

pub(super) fn two_digits(field: Field<'_>) -> Result<u8, ParseError> {
    match field.text.as_bytes() {
        [tens @ b'0'..=b'3', ones @ b'0'..=b'9'] => {
            Ok((tens & 0x0f).saturating_mul(10).saturating_add(ones & 0x0f))
        }
        _ => Err(field.fault("bcrypt's cost has two digits, from 04 to 31")),
    }
}

pub(super) fn salt(field: Field<'_>) -> Result<[u8; 16], ParseError> {
    field.base64(&BCRYPT)?.try_into().map_err(|_| field.fault("bcrypt's salt has 22 letters"))
}

/// The digest, and the whole.
pub(super) fn finish(
    digest: Field<'_>,
    ident: BcryptIdent,
    cost: u8,
    salt: [u8; 16],
    prehash: BcryptPrehash,
) -> Result<PasswordHash, ParseError> {
    finish_bytes(digest, digest.base64(&BCRYPT)?, (ident, cost, salt), prehash)
}

/// The same with a digest that is decoded already.
pub(super) fn finish_bytes(
    digest: Field<'_>,
    bytes: Vec<u8>,
    (ident, cost, salt): (BcryptIdent, u8, [u8; 16]),
    prehash: BcryptPrehash,
) -> Result<PasswordHash, ParseError> {
    let setting = Bcrypt::new(ident, cost, salt)
        .ok_or_else(|| digest.fault("bcrypt's cost is from 4 to 31"))?
        .with_prehash(prehash);
    Stored::new(setting, bytes)
        .map(PasswordHash::Bcrypt)
        .ok_or_else(|| digest.fault("bcrypt's digest has 31 letters"))
}

/// `$bcrypt-sha256$2b,<cost>$<salt>$<digest>` (version 1) or
/// `$bcrypt-sha256$v=2,t=2b,r=<cost>$<salt>$<digest>`.
fn passlib(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$bcrypt-sha256$", "expected `$bcrypt-sha256$`")?;
    let (prehash, letter) = match cursor.skip("v=2,t=") {
        true => (BcryptPrehash::HmacSha256Base64, cursor.until(',', "expected `,r=`")?),
        false => (BcryptPrehash::Sha256Base64, cursor.until(',', "expected `,` and the cost")?),
    };
    if matches!(prehash, BcryptPrehash::HmacSha256Base64) {
        cursor.tag("r=", "expected `r=`")?;
    }
    let cost = cursor.until('$', "expected `$` after the cost")?;
    let number = u8::try_from(cost.number()?).map_err(|_| cost.fault("the cost is over 31"))?;
    let salt = salt(cursor.until('$', "expected `$` after the salt")?)?;
    finish(cursor.last(), ident(letter)?, number, salt, prehash)
}

fn write_passlib(hash: &PasswordHash) -> Option<String> {
    use BcryptPrehash::{HmacSha256Base64, Sha256Base64};
    let stored = with_prehash(hash, |p| matches!(p, HmacSha256Base64 | Sha256Base64))?;
    let Bcrypt { ident, prehash, cost, salt } = stored.setting();
    let letter = ident.as_str();
    let params = match prehash {
        HmacSha256Base64 => format!("v=2,t={letter},r={cost}"),
        _ => format!("{letter},{cost}"),
    };
    let (salt, digest) = (BCRYPT.encode(&salt.0), BCRYPT.encode(stored.digest().expose()));
    Some(format!("$bcrypt-sha256${params}${salt}${digest}"))
}

/// Plain bcrypt of these letters.
fn write(hash: &PasswordHash, like: impl FnOnce(BcryptIdent) -> bool) -> Option<String> {
    let stored = with_prehash(hash, |p| matches!(p, BcryptPrehash::None))?;
    like(stored.setting().ident).then(|| text(stored))
}

/// The hash, if it is a bcrypt hash over a password prepared that way.
pub(super) fn with_prehash(
    hash: &PasswordHash,
    like: impl FnOnce(&BcryptPrehash) -> bool,
) -> Option<&Stored<Bcrypt>> {
    let PasswordHash::Bcrypt(stored) = hash else { return None };
    like(stored.setting().prehash()).then_some(stored)
}

/// `$2b$<cost>$<salt><digest>`.
pub(super) fn text(stored: &Stored<Bcrypt>) -> String {
    let Bcrypt { ident, cost, salt, .. } = stored.setting();
    let (salt, digest) = (BCRYPT.encode(&salt.0), BCRYPT.encode(stored.digest().expose()));
    format!("${}${cost:02}${salt}{digest}", ident.as_str())
}
