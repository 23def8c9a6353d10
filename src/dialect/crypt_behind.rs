//! Texts of crypt(3), and of Argon2, behind the tags of others: LDAP's `{CRYPT}` and `{ARGON2}`, Dovecot's,
//! Django's `crypt$$`.
//!
//! *Format*: the tag, in either case for braces, then any text of crypt(3). Behind a tag 13 letters
//! are certain to be traditional DES, and 11 or more further letters bigcrypt, which OpenLDAP's
//! `slappasswd` writes on libxcrypt for passwords over eight bytes. The canonical text of traditional
//! DES is `{CRYPT}…`; all others have tags of their own. *Deviations*: Django before 1.4 wrote the
//! salt (or more letters that begin with it) between the two `$`; it must agree.
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{CRYPT, Cursor, Field};

use super::{descrypt, locked};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "ldap-crypt",
        summary: "LDAP {CRYPT}: whatever crypt(3) of the system made",
        strength: Strength::Broken,
        needs: &[],
        rarity: 3,
        claim: |text| match in_braces(text, "{CRYPT}") {
            Some(body) if !locked::is_marker(body) => Claim::Tagged,
            _ => Claim::No,
        },
        parse: |raw| parse_braces(raw, &[("{CRYPT}", CRYPT3)]),
        write: Some(Write::Both {
            canonical: |hash| Some(format!("{{CRYPT}}{}", descrypt::write_traditional(hash)?)),
            vendor: |hash| Some(format!("{{CRYPT}}{}", write_inner(hash, CRYPT3)?)),
        }),
        samples: &[Sample {
            password: "ab12cd",
            stored: "{CRYPT}Xyr9OjAHGNZA.",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra() behind {CRYPT}",
        }],
    },
    Format {
        slug: "dovecot-crypt",
        summary: "Dovecot {BLF-CRYPT}, {SHA512-CRYPT}, {MD5-CRYPT}, {ARGON2ID} and their kin",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| {
            let tagged = DOVECOT.iter().any(|(tag, _)| in_braces(text, tag).is_some());
            if tagged || is_md5crypt(text) { Claim::Tagged } else { Claim::No }
        },
        parse: |raw| parse_braces(raw, if is_md5crypt(raw.text) { MD5 } else { DOVECOT }),
        write: Some(Write::Vendor(|hash| {
            DOVECOT
                .iter()
                .find_map(|(tag, slugs)| Some(format!("{tag}{}", write_inner(hash, slugs)?)))
        })),
        samples: &[Sample {
            password: "Dov3c0t mail",
            stored: "{MD5-CRYPT}$1$Vb0./kQz$7AtNSf6P1apxglTwy72ni1",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra() behind Dovecot's tag",
        }],
    },
    Format {
        slug: "ldap-argon2",
        summary: "OpenLDAP's {ARGON2}",
        strength: Strength::Strong,
        needs: &[],
        rarity: 3,
        claim: |text| match in_braces(text, "{ARGON2}") {
            Some(_) => Claim::Tagged,
            None => Claim::No,
        },
        parse: |raw| parse_braces(raw, ARGON2),
        write: Some(Write::Vendor(|hash| {
            ARGON2
                .iter()
                .find_map(|(tag, slugs)| Some(format!("{tag}{}", write_inner(hash, slugs)?)))
        })),
        samples: &[Sample {
            password: "correct horse",
            stored: "{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$ds+7jXYzMvdiIX8AwK5qmA$HxSszUdPIVogkSYcXvl8NOu86tiavw+tUlmBEPmAC7Y",
            side: &[],
            from: "slappasswd (OpenLDAP 2.5.13) + pw-argon2",
        }],
    },
    Format {
        slug: "django-crypt",
        summary: "Django's crypt$$: crypt(3) on DES, until 4.2",
        strength: Strength::Broken,
        needs: &[],
        rarity: 8,
        claim: |text| tagged(text, "crypt$"),
        parse: parse_django,
        write: Some(Write::Vendor(|hash| {
            Some(format!("crypt$${}", descrypt::write_traditional(hash)?))
        })),
        samples: &[Sample {
            password: "읶^S",
            stored: "crypt$$UHaKAsQCsLx1M",
            side: &[],
            from: "Django 4.2.30 CryptPasswordHasher",
        }],
    },
];

/// The formats of crypt(3).
const CRYPT3: &[&str] = &[
    "descrypt",
    "bigcrypt",
    "bsdicrypt",
    "md5crypt",
    "bsd-nthash",
    "sha256crypt",
    "sha512crypt",
    "sha1crypt-netbsd",
    "sunmd5",
    "bcrypt",
    "bcrypt-2x",
    "scrypt-7",
    "yescrypt",
    "gost-yescrypt",
];

const ARGON2: &[(&str, &[&str])] = &[("{ARGON2}", &["argon2id", "argon2i", "argon2d"])];

/// Behind `{MD5}`, base64 is LDAP's.
const MD5: &[(&str, &[&str])] = &[("{MD5}", &["md5crypt"])];

const DOVECOT: &[(&str, &[&str])] = &[
    ("{DES-CRYPT}", &["descrypt"]),
    ("{MD5-CRYPT}", &["md5crypt"]),
    ("{SHA256-CRYPT}", &["sha256crypt"]),
    ("{SHA512-CRYPT}", &["sha512crypt"]),
    ("{BLF-CRYPT}", &["bcrypt"]),
    ("{ARGON2ID}", &["argon2id"]),
    ("{ARGON2I}", &["argon2i"]),
];

/// What follows the tag, in either case.
fn in_braces<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (head, body) = text.split_at_checked(tag.len())?;
    head.eq_ignore_ascii_case(tag).then_some(body)
}

/// Dovecot's `{MD5}`, which LDAP's is not.
pub(super) fn is_md5crypt(text: &str) -> bool {
    in_braces(text, "{MD5}").is_some_and(|body| body.starts_with("$1$"))
}

fn parse_braces(
    raw: Raw<'_>,
    tags: &[(&'static str, &[&str])],
) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let found = tags.iter().find(|(tag, _)| in_braces(raw.text, tag).is_some());
    let (tag, slugs) = found.ok_or_else(|| cursor.fault("not the tag of this format"))?;
    cursor.take(tag.len(), "expected the tag")?;
    inner(cursor.last(), tag.len(), slugs)
}

/// A text of one of these formats, which begins `at` so many bytes.
fn inner(field: Field<'_>, at: usize, slugs: &[&str]) -> Result<PasswordHash, ParseError> {
    // No text of crypt(3) that has a tag is of these letters alone, but for BSDi's.
    if field.text.bytes().all(|letter| CRYPT.value(letter).is_some()) {
        return match field.text.len() {
            ..=13 => descrypt::traditional(field),
            _ if slugs.contains(&"bigcrypt") => descrypt::big(field),
            _ => Err(field.fault("the text is longer than that of crypt(3) on DES")),
        };
    }
    let mut formats = slugs.iter().filter_map(|slug| Format::named(slug));
    let format = formats
        .find(|format| format.claim(field.text) == Claim::Tagged)
        .ok_or(field.fault("not a text of crypt(3) that may stand behind this tag"))?;
    (format.parse)(Raw { text: field.text, side: &Side::NONE }).map_err(|error| error.behind(at))
}

/// The text of the one of these formats that can hold the value.
fn write_inner(hash: &PasswordHash, slugs: &[&str]) -> Option<String> {
    let mut formats = slugs.iter().filter_map(|slug| Format::named(slug));
    let text = formats.find_map(|format| format.write?.vendor(hash))?;
    // A bigcrypt of one digest is not told from traditional DES: it cannot be written.
    let one = text.len() == 13 && descrypt::write_big(hash).is_some();
    (!one).then_some(text)
}

/// `crypt$<nothing, or letters that begin with the salt>$<13>`.
fn parse_django(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("crypt$", "expected `crypt$`")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let field = cursor.last();
    if !salt.text.is_empty() && salt.text.get(..2) != field.text.get(..2) {
        return Err(salt.fault("the salt is not that of the hash"));
    }
    descrypt::traditional(field)
}
