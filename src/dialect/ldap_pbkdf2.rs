//! PBKDF2 in braces: OpenLDAP's and 389-ds' `{PBKDF2-SHA256}<rounds>$<ab64 salt>$<ab64 digest>`, and
//! Dovecot's `{PBKDF2}$1$<salt>$<rounds>$<hex>`.
//!
//! *Format*: tags in either case; `{PBKDF2}` alone is SHA-1. Dovecot uses the same tag, and the `$1$`
//! behind it tells them apart; its salt is text. *Deviations*: digests have the function's full length.
use crate::algorithm::{Pbkdf2, Prf};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::text::{Cursor, hex};

use super::django::{finish_pbkdf2, full_pbkdf2, text_salt};
use super::{passlib, spring};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "ldap-pbkdf2-sha1",
        summary: "LDAP {PBKDF2}: OpenLDAP, passlib",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| claim(text, SHA1, false),
        parse: |raw| passlib::parse_fields(begin(raw, SHA1)?, Prf::Sha1),
        write: Some(Write::Vendor(|hash| passlib::write_fields(hash, "{PBKDF2}", Prf::Sha1))),
        samples: &[Sample {
            password: "-@beho~?",
            stored: "{PBKDF2}10$G3rjMHT7p8tSFCkU60ycPw$1fsmesO.IY8eYZF1JRrZOn./2xw",
            side: &[],
            from: "passlib 1.7.4 ldap_pbkdf2_sha1",
        }],
    },
    Format {
        slug: "ldap-pbkdf2-sha256",
        summary: "LDAP {PBKDF2-SHA256}: OpenLDAP, 389-ds, passlib",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 3,
        claim: |text| claim(text, SHA256, false),
        parse: |raw| passlib::parse_fields(begin(raw, SHA256)?, Prf::Sha256),
        write: Some(Write::Vendor(|hash| {
            passlib::write_fields(hash, "{PBKDF2-SHA256}", Prf::Sha256)
        })),
        samples: &[Sample {
            password: "L-@iBuxGSdOxo2M",
            stored: "{PBKDF2-SHA256}1000$cTTHj32O3JgSwpYvREYBsA$r/vueUaqw/D.QoXt9ljyflpMZkARsAf2SoitQqV9vd0",
            side: &[],
            from: "passlib 1.7.4 ldap_pbkdf2_sha256",
        }],
    },
    Format {
        slug: "ldap-pbkdf2-sha512",
        summary: "LDAP {PBKDF2-SHA512}: OpenLDAP, 389-ds, passlib",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| claim(text, SHA512, false),
        parse: |raw| passlib::parse_fields(begin(raw, SHA512)?, Prf::Sha512),
        write: Some(Write::Vendor(|hash| {
            passlib::write_fields(hash, "{PBKDF2-SHA512}", Prf::Sha512)
        })),
        samples: &[Sample {
            password: "SJ4pcF7=,6Z",
            stored: "{PBKDF2-SHA512}1000$bZeHiOW4amFXKtUA2962Hg$Ayr1Z3/hw44o/XyL4ElNCasbD6QvjnrnIeh5xMvZggwFhkVRb3l1NwvnT6nqQCE6fZgM3eaAmXHNJFj6GFxSGw",
            side: &[],
            from: "passlib 1.7.4 ldap_pbkdf2_sha512",
        }],
    },
    Format {
        slug: "dovecot-pbkdf2",
        summary: "Dovecot's {PBKDF2}",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| claim(text, DOVECOT, true),
        parse: parse_dovecot,
        write: Some(Write::Vendor(write_dovecot)),
        samples: &[Sample {
            password: "+HDfnq 14",
            stored: "{PBKDF2}$1$mDgSzEePz00j7WQs$100$3a474d3ce1c4abf32155da61675b2dddfea105ed",
            side: &[],
            from: "doveadm pw -s PBKDF2 (Dovecot 2.3.19.1)",
        }],
    },
];

const SHA1: &[&str] = &["{PBKDF2}", "{PBKDF2-SHA1}"];
const SHA256: &[&str] = &["{PBKDF2-SHA256}"];
const SHA512: &[&str] = &["{PBKDF2-SHA512}"];
const DOVECOT: &[&str] = &["{PBKDF2}"];

/// The tag that the text carries, in either case.
fn tag<'a>(text: &'a str, tags: &[&str]) -> Option<&'a str> {
    tags.iter().find_map(|tag| text.get(..tag.len()).filter(|head| head.eq_ignore_ascii_case(tag)))
}

fn claim(text: &str, tags: &[&str], dovecot: bool) -> Claim {
    match tag(text, tags).and_then(|tag| text.strip_prefix(tag)) {
        _ if spring::is_ours(text) => Claim::No,
        Some(rest) if rest.starts_with('$') == dovecot => Claim::Tagged,
        _ => Claim::No,
    }
}

/// A cursor behind the tag.
fn begin<'a>(raw: Raw<'a>, tags: &[&str]) -> Result<Cursor<'a>, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let tag = tag(raw.text, tags).ok_or_else(|| cursor.fault("not the tag of this format"))?;
    cursor.tag(tag, "expected the tag of this format")?;
    Ok(cursor)
}

fn parse_dovecot(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = begin(raw, DOVECOT)?;
    cursor.tag("$1$", "expected `$1$` after the tag")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let rounds = cursor.until('$', "expected `$` after the rounds")?;
    let digest = cursor.last();
    finish_pbkdf2(Prf::Sha1, rounds, salt.bytes(), digest, digest.hex()?)
}

fn write_dovecot(hash: &PasswordHash) -> Option<String> {
    let (Pbkdf2 { rounds, salt, .. }, digest) = full_pbkdf2(hash, Prf::Sha1)?;
    Some(format!("{{PBKDF2}}$1${}${rounds}${}", text_salt(salt, '$')?, hex(digest)))
}
