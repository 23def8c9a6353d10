//! Django's retired hashers, and the scrypt of a third party.
//!
//! *Format*: `md5$<salt>$<hex>` and `sha1$<salt>$<hex>` are digests of salt and password; without a
//! salt they stand as `md5$$<hex>`, `sha1$$<hex>` or bare. Old Werkzeug writes the same look and means
//! HMAC: the length of the salt tells them apart (Django's have 5, 12 or 22 letters, Werkzeug's 8 or
//! 16), and a row of either system can be read as what the caller knows it to be. django-scrypt has
//! seven fields, `scrypt$<salt>$<log2 N>$<r>$<p>$<length>$<base64>`, where Django's own has six.
use crate::algorithm::{Md5Layout, Salt, Scrypt, ShaLayout, ShaVersion};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{Cursor, Field, PADDED, hex, is_hex};

use super::django::text_salt;
use super::{braces, scrypt};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "django-md5",
        summary: "Django's salted MD5, until 5.1",
        strength: Strength::Broken,
        needs: &[],
        rarity: 4,
        claim: |text| claim(text, "md5", 32),
        parse: |raw| {
            parse(raw, "md5$", |salt, digest| braces::md5(Md5Layout::SaltPass, salt, digest))
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Md5(stored) = hash else { return None };
            let setting = stored.setting();
            let salted = setting.layout == Md5Layout::SaltPass;
            let salt = plain(&setting.salt).filter(|_| salted)?;
            Some(format!("md5${salt}${}", hex(stored.digest().expose())))
        })),
        samples: &[Sample {
            password: "oUd_U3sj{UyYqB1^g43z",
            stored: "md5$jxjUI$e58e70df31fd0f5e673f4e7efc0a027d",
            side: &[],
            from: "Django 4.2.30 MD5PasswordHasher",
        }],
    },
    Format {
        slug: "django-sha1",
        summary: "Django's default before 1.4: salted SHA-1",
        strength: Strength::Broken,
        needs: &[],
        rarity: 3,
        claim: |text| claim(text, "sha1", 40),
        parse: |raw| {
            parse(raw, "sha1$", |salt, digest| {
                braces::sha(ShaVersion::Sha1, ShaLayout::SaltPass, salt, digest)
            })
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Sha(stored) = hash else { return None };
            let setting = stored.setting();
            let layout = (setting.version, setting.layout);
            let salted = layout == (ShaVersion::Sha1, ShaLayout::SaltPass);
            let salt = plain(&setting.salt).filter(|_| salted)?;
            Some(format!("sha1${salt}${}", hex(stored.digest().expose())))
        })),
        samples: &[Sample {
            password: "r*A[eRx1}r",
            stored: "sha1$xtUji$cb92dbeacc4ca2222d8feae9d6050f362ef8958a",
            side: &[],
            from: "Django 4.2.30 SHA1PasswordHasher",
        }],
    },
    Format {
        slug: "django-unsalted-md5",
        summary: "Django's MD5 without a salt, bare or behind `md5$$`",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| claim_unsalted(text, "md5$$", 32),
        parse: |raw| {
            let digest = Field::whole(raw.text.strip_prefix("md5$$").unwrap_or(raw.text));
            braces::md5(Md5Layout::Bare, Salt::default(), digest.hex()?)
                .ok_or(digest.fault("the digest has 32 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| braces::hex_md5(hash, Md5Layout::Bare))),
        samples: &[Sample {
            password: "0i#o*BT#H;gv@",
            stored: "9279320249fafe1b88acaf507926d995",
            side: &[],
            from: "Django 4.2.30 UnsaltedMD5PasswordHasher",
        }],
    },
    Format {
        slug: "django-unsalted-sha1",
        summary: "Django's SHA-1 without a salt: `sha1$$` and hexadecimal",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| match claim_unsalted(text, "sha1$$", 40) {
            Claim::Tagged => Claim::Tagged,
            _ => Claim::No,
        },
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag("sha1$$", "expected `sha1$$`")?;
            let digest = cursor.last();
            braces::sha(ShaVersion::Sha1, ShaLayout::Bare, Salt::default(), digest.hex()?)
                .ok_or(digest.fault("the digest has 40 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| {
            let digest = braces::hex_sha(hash, ShaVersion::Sha1, ShaLayout::Bare)?;
            Some(format!("sha1$${digest}"))
        })),
        samples: &[Sample {
            password: "n7EA1r)P",
            stored: "sha1$$06b947638b2c825af49f1ef14d77160f5e6834df",
            side: &[],
            from: "Django 4.2.30 UnsaltedSHA1PasswordHasher",
        }],
    },
    Format {
        slug: "django-scrypt-package",
        summary: "the django-scrypt package, for Django before 4.0",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 7,
        claim: |text| match text.starts_with("scrypt$") && text.split('$').count() == 7 {
            true => Claim::Tagged,
            false => Claim::No,
        },
        parse: parse_package,
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Scrypt(stored) = hash else { return None };
            let Scrypt { n_log2, block_r, parallel_p, salt, digest_len } = stored.setting();
            let salt = plain(salt).filter(|_| *digest_len == 64)?;
            let digest = PADDED.encode(stored.digest().expose());
            Some(format!("scrypt${salt}${n_log2}${block_r}${parallel_p}$64${digest}"))
        })),
        samples: &[Sample {
            password: "correct horse",
            stored: "scrypt$NBGmaGIXijJW$10$8$1$64$5Qxih5oQE8mA44vDRbmIPcYf+DQ6EKOH9XUo3jgn0M9GGR7Rv2PO3iQ1/eaHZdi6KEQQFzm1jJsBcPPzYQ6Zuw==",
            side: &[],
            from: "Python's hashlib.scrypt, in the layout of django-scrypt",
        }],
    },
];

/// How long those of Werkzeug are.
pub(super) const WERKZEUG_SALT_LENGTHS: [usize; 2] = [8, 16];

/// The salt of `<name>$<salt>$<hex>`, if the text has this look and a salt.
pub(super) fn look<'a>(text: &'a str, name: &str, digits: usize) -> Option<&'a str> {
    let (salt, digest) = text.strip_prefix(name)?.strip_prefix('$')?.split_once('$')?;
    (!salt.is_empty() && is_hex(digest, digits)).then_some(salt)
}

fn claim(text: &str, name: &str, digits: usize) -> Claim {
    match look(text, name, digits) {
        Some(salt) if WERKZEUG_SALT_LENGTHS.contains(&salt.len()) => Claim::Shaped,
        Some(_) => Claim::Tagged,
        None => Claim::No,
    }
}

fn claim_unsalted(text: &str, tag: &str, digits: usize) -> Claim {
    match text.strip_prefix(tag) {
        Some(digest) if is_hex(digest, digits) => Claim::Tagged,
        _ if is_hex(text, digits) => Claim::Shaped,
        _ => Claim::No,
    }
}

fn parse(
    raw: Raw<'_>,
    tag: &str,
    make: impl FnOnce(Salt, Vec<u8>) -> Option<PasswordHash>,
) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected the tag of this format")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    if salt.text.is_empty() {
        return Err(salt.fault("the salt is missing"));
    }
    let digest = cursor.last();
    make(Salt::from(salt.text), digest.hex()?)
        .ok_or(digest.fault("the digest has not the length of this function"))
}

/// A salt that is there, and is text that no `$` would cut.
pub(super) fn plain(salt: &Salt) -> Option<&str> {
    text_salt(salt, '$').filter(|salt| !salt.is_empty())
}

fn parse_package(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("scrypt$", "expected `scrypt$`")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let log2 = cursor.until('$', "expected `$` after the logarithm of N")?;
    let block_r = cursor.until('$', "expected `$` after r")?.number_u32()?;
    let parallel_p = cursor.until('$', "expected `$` after p")?.number_u32()?;
    cursor.tag("64$", "the digest has 64 bytes")?;
    let digest = cursor.last();
    let bytes = digest.base64(&PADDED)?;
    if bytes.len() != 64 {
        return Err(digest.fault("the digest has 64 bytes"));
    }
    let n_log2 = u8::try_from(log2.number()?).map_err(|_| log2.fault("N is at most 2^63"))?;
    scrypt::finish((n_log2, block_r, parallel_p), salt.bytes(), digest, bytes)
}
