//! Dovecot's own schemes, and others of directories and mail: hexadecimal by suffix, `{CRAM-MD5}`,
//! `{DIGEST-MD5}`, htdigest, cleartext; and the binary PBKDF2 of 389-ds.
//!
//! *Format*: `{SHA512.HEX}` and its kin are hexadecimal of digest and salt; `{PLAIN-MD5}` is without a suffix;
//! suffixes `.B64` and `.BASE64` are read with the schemes themselves. `{APR1}` and `{BSDMD5}` of OpenLDAP's
//! module are base64 of a digest of crypt(3)'s, in its natural order, and the salt. `{CRAM-MD5}` and 64 digits.
//! `{DIGEST-MD5}`, or `user:realm:` in htdigest's files, and MD5 over `user:realm:password`; Dovecot's realm
//! stands behind the first `@` of the user's name. `{PBKDF2_SHA256}` and base64 of 32-bit big-endian rounds,
//! 64 bytes of salt, 256 of digest. Tags in either case. *Security*: a password in clear is not kept: what
//! is read is its SHA-256, and written as `{SHA256}`.
use crate::algorithm::{
    CramMd5, FastHash, Feed, Md5Crypt, Md5CryptMagic, Md5Layout, Pbkdf2, Prf, Salt, Sha, ShaLayout,
    ShaVersion, Stored, Stretched,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::PasswordHash;
use crate::secret::Keyring;
use crate::side::Side;
use crate::text::{Cursor, Field, PADDED, hex, is_hex};

use super::{braces, crypt};

/// A row for hexadecimal of a digest and, where the layout has one, the salt behind it.
macro_rules! sha {
    ($slug:literal, $tags:expr, $version:ident $layout:ident, $summary:literal, $samples:expr) => {
        Format {
            slug: $slug,
            summary: $summary,
            strength: Strength::Broken,
            needs: &[],
            rarity: 6,
            claim: |text| claim(text, $tags),
            parse: |raw| {
                let salted = !matches!(ShaLayout::$layout, ShaLayout::Bare);
                let len = ShaVersion::$version.digest_len();
                parse_hex(raw, $tags, len, salted, |salt, digest| {
                    braces::sha(ShaVersion::$version, ShaLayout::$layout, salt, digest)
                })
            },
            write: Some(Write::Vendor(|hash| {
                let digest = braces::hex_sha(hash, ShaVersion::$version, ShaLayout::$layout)?;
                let PasswordHash::Sha(stored) = hash else { return None };
                write_hex($tags, &digest, &stored.setting().salt)
            })),
            samples: $samples,
        }
    };
}

/// The same for MD5.
macro_rules! md5 {
    ($slug:literal, $tags:expr, $layout:ident, $summary:literal, $samples:expr) => {
        Format {
            slug: $slug,
            summary: $summary,
            strength: Strength::Broken,
            needs: &[],
            rarity: 6,
            claim: |text| claim(text, $tags),
            parse: |raw| {
                let salted = !matches!(Md5Layout::$layout, Md5Layout::Bare);
                parse_hex(raw, $tags, 16, salted, |salt, digest| {
                    braces::md5(Md5Layout::$layout, salt, digest)
                })
            },
            write: Some(Write::Vendor(|hash| {
                let digest = braces::hex_md5(hash, Md5Layout::$layout)?;
                let PasswordHash::Md5(stored) = hash else { return None };
                write_hex($tags, &digest, &stored.setting().salt)
            })),
            samples: $samples,
        }
    };
}

#[rustfmt::skip]
pub(super) static FORMATS: &[Format] = &[
    md5!("dovecot-plain-md5", &["{PLAIN-MD5}", "{PLAIN-MD5.HEX}", "{LDAP-MD5.HEX}"], Bare, "Dovecot's {PLAIN-MD5}", &[Sample { password: "correct horse", stored: "{PLAIN-MD5}3cb4e732631f47e6eb961f34554b7cde", side: &[], from: "Python's hashlib" }]),
    md5!("dovecot-smd5-hex", &["{SMD5.HEX}"], PassSalt, "Dovecot's {SMD5.HEX}", &[Sample { password: "correct horse", stored: "{SMD5.HEX}80a6b96fd3e449c9c0894c83cca675980badcafe", side: &[], from: "Python's hashlib" }]),
    sha!("dovecot-sha-hex", &["{SHA.HEX}", "{SHA1.HEX}"], Sha1 Bare, "Dovecot's {SHA.HEX}", &[Sample { password: "correct horse", stored: "{SHA.HEX}2f9e53523b62abc141a2b4d6019d23cba835dbd0", side: &[], from: "Python's hashlib" }]),
    sha!("dovecot-ssha-hex", &["{SSHA.HEX}"], Sha1 PassSalt, "Dovecot's {SSHA.HEX}", &[Sample { password: "correct horse", stored: "{SSHA.HEX}c0a90fb9d09cbe79e937560b08df6e3c4052d4e70badcafe", side: &[], from: "Python's hashlib" }]),
    sha!("dovecot-sha256-hex", &["{SHA256.HEX}"], Sha256 Bare, "Dovecot's {SHA256.HEX}", &[Sample { password: "correct horse", stored: "{SHA256.HEX}4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631", side: &[], from: "Python's hashlib" }]),
    sha!("dovecot-ssha256-hex", &["{SSHA256.HEX}"], Sha256 PassSalt, "Dovecot's {SSHA256.HEX}", &[Sample { password: "CT(uzfTfR__L laRQ.@", stored: "{SSHA256.HEX}e95cd52206ce3991822ae4767b09c55438a70939451fbf1c5d8bd13f36a13ff2cd2fb655", side: &[], from: "doveadm pw -s SSHA256.hex (Dovecot 2.3.19.1)" }]),
    sha!("dovecot-sha512-hex", &["{SHA512.HEX}"], Sha512 Bare, "Dovecot's {SHA512.HEX}", &[Sample { password: "AR=IcIZ!N<H}],", stored: "{SHA512.HEX}51c4dd63a66143b95a27fca307c2d89093f63e76c3cf26709977575b11ae854cd4c7e8a5af73a0623a8f296a9479e2c89d8864bb9a4a9feca5d25556a4eac256", side: &[], from: "doveadm pw -s SHA512.hex (Dovecot 2.3.19.1)" }]),
    sha!("dovecot-ssha512-hex", &["{SSHA512.HEX}"], Sha512 PassSalt, "Dovecot's {SSHA512.HEX}", &[Sample { password: "correct horse", stored: "{SSHA512.HEX}6d726d699ffda3942a0f4ca12d4ddce4a774e15240d2f60de1f373ac18fd559ba3dd8eba397e89dc4a9acc89054f7e96e362309b2671232efa26aa5b37ad708e0badcafe", side: &[], from: "Python's hashlib" }]),
    Format {
        slug: "dovecot-cram-md5",
        summary: "Dovecot's {CRAM-MD5}: HMAC-MD5 stopped after its key",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| claim(text, CRAM),
        parse: |raw| {
            let field = body(raw.text, CRAM)?;
            Stored::new(CramMd5::new(), field.hex()?)
                .map(PasswordHash::CramMd5)
                .ok_or(field.fault("the digest has 64 hexadecimal digits"))
        },
        write: Some(Write::Canonical(|hash| match hash {
            PasswordHash::CramMd5(stored) => Some(format!("{{CRAM-MD5}}{}", hex(stored.digest().expose()))),
            _ => None,
        })),
        samples: &[Sample {
            password: "correct horse",
            stored: "{CRAM-MD5}38b57fd1a0c4b46c814aa05f20318edd71c455380655f2c0ac35c5b359528d29",
            side: &[],
            from: "doveadm pw -s CRAM-MD5 (Dovecot 2.3.19.1)",
        }],
    },
    Format {
        slug: "dovecot-digest-md5",
        summary: "Dovecot's {DIGEST-MD5}: MD5 of user, realm and password",
        strength: Strength::Broken,
        needs: &["username"],
        rarity: 5,
        claim: |text| claim(text, DIGEST),
        parse: |raw| {
            let field = body(raw.text, DIGEST)?;
            let digest = field.hex()?;
            let name = Side::need(raw.side.username.as_deref(), "username")?;
            let (user, realm) = name.split_once('@').unwrap_or((name, ""));
            braces::md5(Md5Layout::SaltPass, Salt::from(format!("{user}:{realm}:").as_str()), digest)
                .ok_or(field.fault("the digest has 32 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| {
            account(hash).and(braces::hex_md5(hash, Md5Layout::SaltPass)).map(|digest| format!("{{DIGEST-MD5}}{digest}"))
        })),
        samples: &[Sample {
            password: "correct horse",
            stored: "{DIGEST-MD5}af92cf167c8d53dd0fddc408fc9f560d",
            side: &[("username", "user@example.com")],
            from: "doveadm pw -s DIGEST-MD5 (Dovecot 2.3.19.1)",
        }],
    },
    Format {
        slug: "htdigest",
        summary: "Apache htdigest, HTTP Digest: user:realm:MD5",
        strength: Strength::Broken,
        needs: &[],
        rarity: 4,
        claim: |text| match text.rsplit_once(':') {
            Some((account, digest)) if account.contains(':') && is_hex(digest, 32) => Claim::Shaped,
            _ => Claim::No,
        },
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            let account = raw.text.rsplit_once(':').map_or("", |(account, _)| account);
            if !account.contains(':') {
                return Err(cursor.fault("expected `user:realm:` and the digest"));
            }
            let salt = cursor.take(account.len().saturating_add(1), "expected `user:realm:`")?;
            let digest = cursor.last();
            braces::md5(Md5Layout::SaltPass, Salt::from(salt.text), digest.hex()?)
                .ok_or(digest.fault("the digest has 32 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| {
            Some(format!("{}{}", account(hash)?, braces::hex_md5(hash, Md5Layout::SaltPass)?))
        })),
        samples: &[Sample { password: "correct horse", stored: "alice:private area:9177130a93cb3dc27fe2c1d019043983", side: &[], from: "Python's hashlib" }],
    },
    Format {
        slug: "dovecot-plain-md4",
        summary: "Dovecot's {PLAIN-MD4}",
        strength: Strength::Broken,
        needs: &[],
        rarity: 7,
        claim: |text| claim(text, MD4),
        parse: |raw| {
            let field = body(raw.text, MD4)?;
            let digest = match field.text.len() {
                32 => field.hex()?,
                _ => field.base64(&PADDED)?,
            };
            Stretched::new(FastHash::Md4, Feed::PassSaltDigest, 1, Salt::default(), None)
                .and_then(|setting| Stored::new(setting, digest))
                .map(PasswordHash::Stretched)
                .ok_or(field.fault("the digest has 16 bytes"))
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Stretched(stored) = hash else { return None };
            let Stretched { function, feed, rounds, salt, .. } = stored.setting();
            let ours = (*function, *feed, *rounds) == (FastHash::Md4, Feed::PassSaltDigest, 1)
                && salt.as_bytes().is_empty();
            ours.then(|| format!("{{PLAIN-MD4}}{}", hex(stored.digest().expose())))
        })),
        samples: &[Sample { password: "7.V5][pprLo-S", stored: "{PLAIN-MD4}e9ca087956d6673158a0835b734b0bfa", side: &[], from: "pycryptodome's MD4, behind Dovecot's tag" }],
    },
    Format {
        slug: "openldap-apr1",
        summary: "OpenLDAP's {APR1} and {BSDMD5}: apr1 and md5crypt in base64",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| claim(text, APR1),
        parse: |raw| {
            let field = body(raw.text, APR1)?;
            let apr1 = tag(raw.text, &["{APR1}"]).is_some();
            let magic = if apr1 { Md5CryptMagic::Apr1 } else { Md5CryptMagic::Md5 };
            let mut digest = field.base64(&PADDED)?;
            let salt = digest.split_off(digest.len().min(16));
            crypt::is_salt(&salt)
                .then_some(salt)
                .and_then(|salt| Md5Crypt::new(magic, salt))
                .and_then(|setting| Stored::new(setting, digest))
                .map(PasswordHash::Md5Crypt)
                .ok_or(field.fault("expected 16 bytes of digest and up to 8 letters of salt"))
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Md5Crypt(stored) = hash else { return None };
            let Md5Crypt { magic, salt } = stored.setting();
            let tag = match magic {
                Md5CryptMagic::Apr1 => "{APR1}",
                Md5CryptMagic::Md5 => "{BSDMD5}",
                Md5CryptMagic::Aix => return None,
            };
            Some(braces::braces(tag, stored.digest().expose(), salt))
        })),
        samples: &[Sample { password: "][v?KT }gU", stored: "{APR1}g2wx+9G4PLJpTogqkMuYRUNJVUZ6b25C", side: &[], from: "slappasswd (OpenLDAP 2.5.13) + pw-apr1" }],
    },
    Format {
        slug: "ldap-cleartext",
        summary: "a password in clear: {CLEARTEXT}, {PLAIN}, {CLEAR}",
        strength: Strength::Broken,
        needs: &[],
        rarity: 5,
        claim: |text| claim(text, CLEAR),
        parse: |raw| {
            read_clear(body(raw.text, CLEAR)?)
        },
        write: None,
        samples: &[Sample {
            password: "correct horse",
            stored: "{CLEARTEXT}correct horse",
            side: &[],
            from: "RFC 2307 and Dovecot's manual: the password as it stands",
        }],
    },
    Format {
        slug: "389ds-pbkdf2-sha256",
        summary: "389-ds' binary {PBKDF2_SHA256}: FreeIPA",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| claim(text, DS389),
        parse: parse_389ds,
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Pbkdf2(stored) = hash else { return None };
            let Pbkdf2 { prf: Prf::Sha256, rounds, salt, digest_len: 256 } = stored.setting() else {
                return None;
            };
            let bytes = [&rounds.to_be_bytes(), salt.as_bytes(), stored.digest().expose()].concat();
            (salt.as_bytes().len() == 64).then(|| format!("{{PBKDF2_SHA256}}{}", PADDED.encode(&bytes)))
        })),
        samples: &[Sample { password: "correct horse", stored: "{PBKDF2_SHA256}AAAIAAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj+OPAdLOzcpJWTx02zJjQRiugrHvGn232hA5qzOdMxW5h0lp19XE3d25OTB+hPEpt7ei7iRsVau3fajhIwPe9P6Bq13NTOmNbVs0yotN8kFDlVSxPLEu00f2J+e9CVPF+ox+vIOTyLHh/RA7JoQRTgF0e0/0q5X0CSqwa5I6pWjsA6jfqFN+uYeigLA4P7Y9PiZvtE1NLbsa/Tir0KZopiGEq04cjKBjwco0icfwCLfdSh4lu3hdAs/IFT2z3Sp7sIUiWqy1gbvpi+9nJaUIBtMDcmGKIasqq9jApFrp9NckSRsGyyOw3pxHCiMBvoBC4LeiRh27cCfx0KUFKfCUlGZ", side: &[], from: "Python's hashlib" }],
    },
];

const CLEAR: &[&str] = &["{CLEARTEXT}", "{PLAIN}", "{CLEAR}", "{PLAINTEXT}"];
const MD4: &[&str] = &["{PLAIN-MD4}", "{PLAIN-MD4.HEX}", "{PLAIN-MD4.B64}"];
const APR1: &[&str] = &["{APR1}", "{BSDMD5}"];
const CRAM: &[&str] = &["{CRAM-MD5}", "{HMAC-MD5}"];
const DIGEST: &[&str] = &["{DIGEST-MD5}"];
const DS389: &[&str] = &["{PBKDF2_SHA256}"];

fn tag(text: &str, tags: &[&str]) -> Option<usize> {
    let head =
        |tag: &&&str| text.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
    tags.iter().find(head).map(|tag| tag.len())
}

fn claim(text: &str, tags: &[&str]) -> Claim {
    if tag(text, tags).is_some() { Claim::Tagged } else { Claim::No }
}

/// What follows the tag.
fn body<'a>(text: &'a str, tags: &[&str]) -> Result<Field<'a>, ParseError> {
    let mut cursor = Cursor::new(text);
    let len = tag(text, tags).ok_or_else(|| cursor.fault("not the tag of this format"))?;
    cursor.take(len, "not the tag of this format")?;
    Ok(cursor.last())
}

fn parse_hex(
    raw: Raw<'_>,
    tags: &[&str],
    len: usize,
    salted: bool,
    make: impl FnOnce(Salt, Vec<u8>) -> Option<PasswordHash>,
) -> Result<PasswordHash, ParseError> {
    let field = body(raw.text, tags)?;
    let fault = field.fault("the digest has not the length of this function");
    let mut digest = field.hex()?;
    if digest.len() < len || (!salted && digest.len() != len) {
        return Err(fault);
    }
    let salt = Salt::from(digest.split_off(len));
    make(salt, digest).ok_or(fault)
}

fn write_hex(tags: &[&str], digest: &str, salt: &Salt) -> Option<String> {
    tags.first().map(|tag| format!("{tag}{digest}{}", hex(salt.as_bytes())))
}

/// The `user:realm:` that an MD5 is salted with, if it is.
fn account(hash: &PasswordHash) -> Option<&str> {
    let PasswordHash::Md5(stored) = hash else { return None };
    let salt = str::from_utf8(stored.setting().salt.as_bytes()).ok()?;
    (salt.ends_with(':') && salt.matches(':').count() > 1).then_some(salt)
}

/// A password that stands there as it is. None at all is a field that was not filled.
pub(super) fn read_clear(password: Field<'_>) -> Result<PasswordHash, ParseError> {
    if password.text.is_empty() {
        return Err(password.fault("the password is missing"));
    }
    cleartext(password.text.as_bytes()).ok_or(password.fault("expected a password"))
}

/// A password that was kept as it stands, or behind an encoding that anybody undoes.
pub(super) fn cleartext(password: &[u8]) -> Option<PasswordHash> {
    let setting = Sha::new(ShaVersion::Sha256, ShaLayout::Bare, Salt::default())?;
    Stored::derive(setting, password, &Keyring::EMPTY).ok().map(PasswordHash::Sha)
}

fn parse_389ds(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let field = body(raw.text, DS389)?;
    let fault = field.fault("expected the rounds, 64 bytes of salt and 256 of digest");
    let bytes = field.base64(&PADDED)?;
    let Some((rounds, rest)) = bytes.split_first_chunk::<4>() else { return Err(fault) };
    let Some((salt, digest)) = rest.split_first_chunk::<64>() else { return Err(fault) };
    Pbkdf2::new(Prf::Sha256, u32::from_be_bytes(*rounds), salt.to_vec(), 256)
        .and_then(|setting| Stored::new(setting, digest.to_vec()))
        .map(PasswordHash::Pbkdf2)
        .ok_or(fault)
}
