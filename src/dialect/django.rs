//! Django's `auth_user.password` column: `<algorithm>$…`.
//!
//! *Format*: salts are text, used as they stand; digests are padded base64 of the function's full
//! length (64 bytes for scrypt). *Deviations*: none known.
use crate::algorithm::{BcryptPrehash, Pbkdf2, Prf, Salt, Scrypt, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{Cursor, Field, PADDED};

use super::{argon2, bcrypt, scrypt};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "django-pbkdf2-sha256",
        summary: "Django's default since 1.4",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 0,
        claim: |text| tagged(text, "pbkdf2_sha256$"),
        parse: |raw| parse_pbkdf2(raw, "pbkdf2_sha256$", Prf::Sha256),
        write: Some(Write::Vendor(|hash| write_pbkdf2(hash, "pbkdf2_sha256$", Prf::Sha256))),
        samples: &[Sample {
            password: "@i3O%*=hRQ%ow..QAESw",
            stored: "pbkdf2_sha256$1000$8XsC3crxnrlG$7Bt4JVbmh0w+DHz4YSwElXiUbdLlZotISR/6uCKveFs=",
            side: &[],
            from: "Django 4.2.30 PBKDF2PasswordHasher",
        }],
    },
    Format {
        slug: "django-pbkdf2-sha1",
        summary: "Django's PBKDF2 with SHA-1",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| tagged(text, "pbkdf2_sha1$"),
        parse: |raw| parse_pbkdf2(raw, "pbkdf2_sha1$", Prf::Sha1),
        write: Some(Write::Vendor(|hash| write_pbkdf2(hash, "pbkdf2_sha1$", Prf::Sha1))),
        samples: &[Sample {
            password: "U!VzU#h[7-8RPK{",
            stored: "pbkdf2_sha1$1000$ZueHWZoSi1zKyzUpydUrHG$4aUhF7N0EqQPW7latJqDOqyPGoY=",
            side: &[],
            from: "Django 4.2.30 PBKDF2SHA1PasswordHasher",
        }],
    },
    Format {
        slug: "django-argon2",
        summary: "Django's Argon2: `argon2` and a PHC string",
        strength: Strength::Strong,
        needs: &[],
        rarity: 3,
        claim: |text| tagged(text, "argon2$"),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("argon2", "expected `argon2`")?;
            argon2::parse_phc(cursor)
        },
        write: Some(Write::Vendor(|hash| match hash {
            PasswordHash::Argon2(stored) => {
                let phc = argon2::write(stored.setting(), stored.digest().expose());
                Some(format!("argon2{phc}"))
            }
            _ => None,
        })),
        samples: &[Sample {
            password: "I}-eyujP}ii_ySi",
            stored: "argon2$argon2id$v=19$m=128,t=2,p=2$eTRPcjRxUkZNeGNOMlB1QjJua0RYVg$biG6awTZ81w7Pjsb38iDL2bIpbMWeJvsrOWrz30g0ko",
            side: &[],
            from: "Django 4.2.30 Argon2PasswordHasher",
        }],
    },
    Format {
        slug: "django-bcrypt",
        summary: "Django's bcrypt: `bcrypt$` and a crypt(3) text",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| tagged(text, "bcrypt$"),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("bcrypt$", "expected `bcrypt$`")?;
            bcrypt::parse_plain(cursor)
        },
        write: Some(Write::Vendor(|hash| {
            let stored = bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::None))?;
            Some(format!("bcrypt${}", bcrypt::text(stored)))
        })),
        samples: &[Sample {
            password: "c633h2Rr*",
            stored: "bcrypt$$2b$04$lqIWMWnehm0DXWzNA15L8.NlnRlC9EEJclN2R0vRi86NKtJnSpqVC",
            side: &[],
            from: "Django 4.2.30 BCryptPasswordHasher",
        }],
    },
    Format {
        slug: "django-bcrypt-sha256",
        summary: "Django's bcrypt over hex SHA-256",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 3,
        claim: |text| tagged(text, "bcrypt_sha256$"),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("bcrypt_sha256$", "expected `bcrypt_sha256$`")?;
            bcrypt::prepared(cursor, BcryptPrehash::Sha256Hex)
        },
        write: Some(Write::Canonical(|hash| {
            let stored = bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::Sha256Hex))?;
            Some(format!("bcrypt_sha256${}", bcrypt::text(stored)))
        })),
        samples: &[Sample {
            password: "8j?75w_?x",
            stored: "bcrypt_sha256$$2b$04$e08FaEPx3sqoGhgnlcwe4OYhbskFe53tFNSZ5INF1WlnWdkibVD5W",
            side: &[],
            from: "Django 4.2.30 BCryptSHA256PasswordHasher",
        }],
    },
    Format {
        slug: "django-scrypt",
        summary: "Django's scrypt, from 4.0",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        // django-scrypt has a field more.
        claim: |text| match text.split('$').count() {
            7 => Claim::No,
            _ => tagged(text, "scrypt$"),
        },
        parse: parse_scrypt,
        write: Some(Write::Vendor(write_scrypt)),
        samples: &[Sample {
            password: "B*ZiRvk~O",
            stored: "scrypt$1024$AABny0yc9qbxnPRkmMbZ8x$4$5$FCHPh2jC7tXsbka8rSUhVCrzAUtTT9ijd9maakVE0g5AIRvsBFcsevdmcbft5ySrLGyRAJcHN7UtwBfPlsfF/A==",
            side: &[],
            from: "Django 4.2.30 ScryptPasswordHasher",
        }],
    },
];

/// `<tag><rounds>$<salt>$<digest>`.
fn parse_pbkdf2(raw: Raw<'_>, tag: &str, prf: Prf) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected the tag of this format")?;
    let rounds = cursor.until('$', "expected `$` after the rounds")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let digest = cursor.last();
    finish_pbkdf2(prf, rounds, salt.bytes(), digest, digest.base64(&PADDED)?)
}

/// The checks that all notations of PBKDF2 with a digest of full length share.
pub(super) fn finish_pbkdf2(
    prf: Prf,
    rounds: Field<'_>,
    salt: Vec<u8>,
    field: Field<'_>,
    digest: Vec<u8>,
) -> Result<PasswordHash, ParseError> {
    let setting = Pbkdf2::new(prf, rounds.number_u32()?, salt, prf.digest_len())
        .ok_or(rounds.fault("there is at least 1 round"))?;
    Stored::new(setting, digest)
        .map(PasswordHash::Pbkdf2)
        .ok_or(field.fault("the digest has not the length of this function"))
}

/// The setting and the digest, if `hash` is PBKDF2 with that function and a digest of full length.
pub(super) fn full_pbkdf2(hash: &PasswordHash, prf: Prf) -> Option<(&Pbkdf2, &[u8])> {
    let PasswordHash::Pbkdf2(stored) = hash else { return None };
    let setting = stored.setting();
    let full = setting.prf == prf && setting.digest_len == prf.digest_len();
    full.then(|| (setting, stored.digest().expose()))
}

/// A salt as text, if it is text that `end` does not cut.
pub(super) fn text_salt(salt: &Salt, end: char) -> Option<&str> {
    str::from_utf8(salt.as_bytes()).ok().filter(|salt| !salt.contains(end))
}

fn write_pbkdf2(hash: &PasswordHash, tag: &str, prf: Prf) -> Option<String> {
    let (Pbkdf2 { rounds, salt, .. }, digest) = full_pbkdf2(hash, prf)?;
    Some(format!("{tag}{rounds}${}${}", text_salt(salt, '$')?, PADDED.encode(digest)))
}

fn write_scrypt(hash: &PasswordHash) -> Option<String> {
    let (Scrypt { n_log2, block_r, parallel_p, salt, .. }, digest) = scrypt::parts(hash, 64)?;
    let (n, salt) = (1_u64.checked_shl(u32::from(*n_log2))?, text_salt(salt, '$')?);
    Some(format!("scrypt${n}${salt}${block_r}${parallel_p}${}", PADDED.encode(digest)))
}

/// `scrypt$<N>$<salt>$<r>$<p>$<digest>`.
fn parse_scrypt(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("scrypt$", "expected `scrypt$`")?;
    let n = cursor.until('$', "expected `$` after N")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let block_r = cursor.until('$', "expected `$` after r")?.number_u32()?;
    let parallel_p = cursor.until('$', "expected `$` after p")?.number_u32()?;
    let digest = cursor.last();
    let bytes = digest.base64(&PADDED)?;
    if bytes.len() != 64 {
        return Err(digest.fault("Django's scrypt digest has 64 bytes"));
    }
    let n_log2 = scrypt::power_of_two(n.number()?).ok_or(n.fault("N is a power of two"))?;
    scrypt::finish((n_log2, block_r, parallel_p), salt.bytes(), digest, bytes)
}
