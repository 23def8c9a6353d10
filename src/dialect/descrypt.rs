//! crypt(3) on DES: traditional, bigcrypt, crypt16 and BSDi.
//!
//! *Format*: two letters of salt, then 11 letters for each digest; `_`, four letters of rounds, four
//! of salt and 11 of digest for BSDi. Numbers have their lowest letter first, digests their highest.
//! Only BSDi's has a tag; the canonical texts of the others are `{CRYPT}…`, `{BIGCRYPT}…` and
//! `{CRYPT16}…`. *Deviations*, as libxcrypt has them: a salt has no other letters than those of
//! crypt(3) (glibc took any), the last letter of a digest has no spare bits, a NUL in a password is
//! refused. A bigcrypt of 16 digests cuts passwords at 128 bytes, as libxcrypt; passlib writes more.
use crate::algorithm::{DesCrypt, DesCryptVariant, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{CRYPT, Cursor, DES, Field};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "descrypt",
        summary: "traditional crypt(3) on DES: Unix before 1995, old htpasswd, SQL ENCRYPT()",
        strength: Strength::Broken,
        needs: &[],
        rarity: 3,
        claim: |text| shaped(text.len() == 13 && letters(text)),
        parse: |raw| traditional(Field::whole(raw.text)),
        write: Some(Write::Vendor(write_traditional)),
        samples: &[
            Sample {
                password: "Ht7pw/d",
                stored: "9kn2NcBFco.lk",
                side: &[],
                from: "libxcrypt 4.4.33 crypt_ra()",
            },
            Sample {
                password: "{BjZO?tH",
                stored: "SqtAOHSdKuQyE",
                side: &[],
                from: "libxcrypt 4.4.33 crypt_ra()",
            },
        ],
    },
    Format {
        slug: "bigcrypt",
        summary: "bigcrypt: HP-UX, Tru64, OpenLDAP on libxcrypt",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| tagged_or_shaped(text, BIG, text.len() >= 13 && text.len() % 11 == 2),
        parse: |raw| big(body(raw.text, BIG)?),
        write: Some(Write::Both {
            canonical: |hash| Some(format!("{BIG}{}", write_big(hash)?)),
            vendor: write_big,
        }),
        samples: &[Sample {
            password: "y_Q0oGo[y>VeGNCo@(8 Wkli,w.TzB_R(#^s3?z@-}!KXR=]_An9)_X^*]]zxSWn~E?#R=/q",
            stored: "2.FWtWEi5kDiECjelaUhloF6FATXa62u7AQkeO1Rba1J1w9UROP2YaVf.HLUXjP4YrVEZdHpiHONT8.3N2RbUyFaj6IuhjbPTZO1g",
            side: &[],
            from: "passlib 1.7.4 bigcrypt",
        }],
    },
    Format {
        slug: "crypt16",
        summary: "crypt16: Ultrix",
        strength: Strength::Broken,
        needs: &[],
        rarity: 8,
        claim: |text| tagged_or_shaped(text, C16, text.len() == 24),
        parse: |raw| crypt16(body(raw.text, C16)?),
        write: Some(Write::Both {
            canonical: |hash| Some(format!("{C16}{}", write_crypt16(hash)?)),
            vendor: write_crypt16,
        }),
        samples: &[Sample {
            password: "{hb{*P3zZE",
            stored: "8sLZ/3uQ.0ATkTdrkOLtTSi6",
            side: &[],
            from: "passlib 1.7.4 crypt16",
        }],
    },
    Format {
        slug: "bsdicrypt",
        summary: "BSD/OS extended crypt(3) on DES (`_`), PHPass' fallback",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| match text.strip_prefix('_') {
            Some(rest) if rest.len() == 19 && letters(rest) => Claim::Tagged,
            _ => Claim::No,
        },
        parse: bsdi,
        write: Some(Write::Canonical(write_bsdi)),
        samples: &[Sample {
            password: "s]*uDESBE~m/yMP",
            stored: "_/...JLjFMEMHBAGZNBg",
            side: &[],
            from: "php-cli 8.2.36 (Debian) crypt()",
        }],
    },
];

const BIG: &str = "{BIGCRYPT}";
const C16: &str = "{CRYPT16}";
const DIGEST: &str = "a digest has 11 letters";

fn shaped(it_is: bool) -> Claim {
    if it_is { Claim::Shaped } else { Claim::No }
}

fn tagged_or_shaped(text: &str, tag: &str, length_fits: bool) -> Claim {
    match text.starts_with(tag) {
        true => Claim::Tagged,
        false => shaped(length_fits && letters(text)),
    }
}

/// Whether these are letters of crypt(3) alone.
fn letters(text: &str) -> bool {
    text.bytes().all(|letter| CRYPT.value(letter).is_some())
}

/// What follows the tag, if there is one.
fn body<'a>(text: &'a str, tag: &'static str) -> Result<Field<'a>, ParseError> {
    let mut cursor = Cursor::new(text);
    cursor.skip(tag);
    Ok(cursor.last())
}

/// A number in letters of six bits, the lowest first.
fn number(field: Field<'_>) -> Result<u32, ParseError> {
    field.text.bytes().rev().try_fold(0_u32, |number, letter| {
        let value = CRYPT.value(letter).ok_or(field.fault("not a letter of crypt(3)"))?;
        Ok(number << 6 | u32::from(value))
    })
}

fn write_number(number: u32, letters: u32) -> String {
    let six = |at| u8::try_from(number >> (6_u32.saturating_mul(at)) & 0x3f).unwrap_or_default();
    (0..letters).filter_map(|at| CRYPT.letter(six(at))).collect()
}

/// Two letters of salt, then digests of eight bytes.
fn salted(field: Field<'_>) -> Result<(u32, Vec<u8>), ParseError> {
    let mut cursor = Cursor::within(field);
    let salt = number(cursor.take(2, "expected two letters of salt")?)?;
    let mut digests = Vec::new();
    while !cursor.rest().is_empty() {
        digests.extend(cursor.take(11, DIGEST)?.base64(&DES)?);
    }
    Ok((salt, digests))
}

fn finish(
    field: Field<'_>,
    variant: DesCryptVariant,
    salt: u32,
    digest: Vec<u8>,
) -> Result<PasswordHash, ParseError> {
    let setting = DesCrypt::new(variant, salt)
        .ok_or(field.fault("there is at least 1 round, and 1 digest"))?;
    Stored::new(setting, digest)
        .map(PasswordHash::DesCrypt)
        .ok_or(field.fault("the text has not the length of this function"))
}

/// A text of 13 letters.
pub(super) fn traditional(field: Field<'_>) -> Result<PasswordHash, ParseError> {
    let (salt, digest) = salted(field)?;
    finish(field, DesCryptVariant::Traditional, salt, digest)
}

/// A text of 13 letters or 11 more for each further digest.
pub(super) fn big(field: Field<'_>) -> Result<PasswordHash, ParseError> {
    let (salt, digests) = salted(field)?;
    // More digests than a length of any text allows cannot be.
    let segments = u16::try_from(digests.len() / 8).unwrap_or(u16::MAX);
    let digest = [&[0, 0], &digests[..]].concat();
    finish(field, DesCryptVariant::Big { segments }, salt, digest)
}

fn crypt16(field: Field<'_>) -> Result<PasswordHash, ParseError> {
    let (salt, digests) = salted(field)?;
    finish(field, DesCryptVariant::Crypt16, salt, digests)
}

fn bsdi(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("_", "expected `_`")?;
    let rounds = cursor.take(4, "expected four letters of rounds")?;
    let salt = number(cursor.take(4, "expected four letters of salt")?)?;
    let digest = cursor.last().base64(&DES)?;
    finish(rounds, DesCryptVariant::Bsdi { rounds: number(rounds)? }, salt, digest)
}

/// The letters of each digest of eight bytes.
fn write_digests(digests: &[u8]) -> String {
    digests.chunks(8).map(|digest| DES.encode(digest)).collect()
}

/// The salt and the digest of a value for which `is` holds.
fn parts(hash: &PasswordHash, is: impl FnOnce(DesCryptVariant) -> bool) -> Option<(String, &[u8])> {
    let PasswordHash::DesCrypt(stored) = hash else { return None };
    let setting = stored.setting();
    is(setting.variant).then(|| (write_number(setting.salt, 2), stored.digest().expose()))
}

pub(super) fn write_traditional(hash: &PasswordHash) -> Option<String> {
    let (salt, digest) = parts(hash, |variant| variant == DesCryptVariant::Traditional)?;
    Some(format!("{salt}{}", write_digests(digest)))
}

pub(super) fn write_big(hash: &PasswordHash) -> Option<String> {
    let (salt, digest) = parts(hash, |variant| matches!(variant, DesCryptVariant::Big { .. }))?;
    let (_, digests) = digest.split_at_checked(2)?;
    Some(format!("{salt}{}", write_digests(digests)))
}

fn write_crypt16(hash: &PasswordHash) -> Option<String> {
    let (salt, digest) = parts(hash, |variant| variant == DesCryptVariant::Crypt16)?;
    Some(format!("{salt}{}", write_digests(digest)))
}

fn write_bsdi(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::DesCrypt(stored) = hash else { return None };
    let DesCryptVariant::Bsdi { rounds } = stored.setting().variant else { return None };
    let salt = write_number(stored.setting().salt, 4);
    let digest = write_digests(stored.digest().expose());
    Some(format!("_{}{salt}{digest}", write_number(rounds, 4)))
}
