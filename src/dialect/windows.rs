//! Windows and Samba: the NT hash, the LAN Manager hash, domain cached credentials; `$3$` of FreeBSD.
//!
//! *Format*: 32 hexadecimal digits, with nothing to tell one from the other; in capitals from Samba
//! and pwdump. `$3$$<32>` for the NT hash in crypt(3), which is its canonical text; `{LANMAN}<32>` is
//! that of LM. Cached credentials need the user name; their canonical texts, and a second way to read
//! them, are those of John the Ripper: `M$<user>#<32>` and `$DCC2$<rounds>#<user>#<32>`.
//! *Deviations*: FreeBSD and libxcrypt make each byte of the password a letter of UTF-16, where all
//! others convert it. `$3$` is read as all others mean it; the other reading is a format of its own.
use crate::algorithm::{Lm, Nt, NtVariant, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{Cursor, Field, hex, is_hex};

const USER: &[&str] = &["username"];
const LANMAN: &str = "{LANMAN}";
const NTLM: &str = "{NTLM}";
const BYTES: &str = "{NT-BYTES}";

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "nthash",
        summary: "the NT hash (NTLM) in hexadecimal: Active Directory, Samba",
        strength: Strength::Broken,
        needs: &[],
        rarity: 2,
        claim: |text| bare(text),
        parse: |raw| nt(NtVariant::Plain, Field::whole(raw.text)),
        write: Some(Write::Vendor(|hash| Some(digits(hash, NtVariant::Plain)?.to_uppercase()))),
        samples: &[Sample {
            password: "   O2/7f@>% ",
            stored: "B37863E071202AA4B19538A195AE6AFD",
            side: &[],
            from: "passlib 1.7.4 nthash (32 hex)",
        }],
    },
    Format {
        slug: "bsd-nthash",
        summary: "the NT hash in crypt(3) ($3$): FreeBSD, libxcrypt",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| tagged(text, "$3$"),
        parse: |raw| after(raw.text, "$3$$", |field| nt(NtVariant::Plain, field)),
        write: Some(Write::Canonical(|hash| {
            Some(format!("$3$${}", digits(hash, NtVariant::Plain)?))
        })),
        samples: &[Sample {
            password: "🦀vYlWc",
            stored: "$3$$38a3e9aa9276e8d72c34014b58e78aa9",
            side: &[],
            from: "passlib 1.7.4 bsd_nthash",
        }],
    },
    Format {
        slug: "bsd-nthash-bytes",
        summary: "$3$ as FreeBSD and libxcrypt make it of passwords that are not ASCII",
        strength: Strength::Broken,
        needs: &[],
        rarity: 8,
        claim: |text| match text.strip_prefix("$3$$") {
            Some(digits) => bare(digits),
            None => tagged(text, BYTES),
        },
        parse: |raw| {
            let tag = if raw.text.starts_with(BYTES) { BYTES } else { "$3$$" };
            after(raw.text, tag, |field| nt(NtVariant::Bytes, field))
        },
        write: Some(Write::Both {
            canonical: |hash| Some(format!("{BYTES}{}", digits(hash, NtVariant::Bytes)?)),
            vendor: |hash| Some(format!("$3$${}", digits(hash, NtVariant::Bytes)?)),
        }),
        samples: &[Sample {
            password: "café noir",
            stored: "$3$$9358d97c0a0d239a7a84fd62d192babd",
            side: &[],
            from: "libxcrypt 4.4.33 crypt_ra()",
        }],
    },
    Format {
        slug: "dovecot-ntlm",
        summary: "Dovecot {NTLM}: the NT hash",
        strength: Strength::Broken,
        needs: &[],
        rarity: 7,
        claim: |text| tagged(text, NTLM),
        parse: |raw| after(raw.text, NTLM, |field| nt(NtVariant::Plain, field)),
        write: Some(Write::Vendor(|hash| {
            Some(format!("{NTLM}{}", digits(hash, NtVariant::Plain)?))
        })),
        samples: &[Sample {
            password: "Mnd+C24=",
            stored: "{NTLM}c2789a9d4fbcd2bff7c6884800d5253c",
            side: &[],
            from: "passlib 1.7.4 nthash, behind Dovecot's tag",
        }],
    },
    Format {
        slug: "lmhash",
        summary: "the LAN Manager hash: Windows before Vista, Samba; Dovecot {LANMAN}",
        strength: Strength::Broken,
        needs: &[],
        rarity: 4,
        claim: |text| match bare(text) {
            Claim::No => tagged(text, LANMAN),
            claim => claim,
        },
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.skip(LANMAN);
            let field = cursor.last();
            Stored::new(Lm, field.hex()?)
                .map(PasswordHash::Lm)
                .ok_or(field.fault("the hash has 32 hexadecimal digits"))
        },
        write: Some(Write::Both {
            canonical: |hash| Some(format!("{LANMAN}{}", lm_digits(hash)?)),
            vendor: |hash| Some(lm_digits(hash)?.to_uppercase()),
        }),
        samples: &[Sample {
            password: "Syy%,6@A)vj%~98KKDf",
            stored: "9F06CD275F0013D1D6F8348DFAA7A3B9",
            side: &[],
            from: "passlib 1.7.4 lmhash, in the capitals of Samba",
        }],
    },
    Format {
        slug: "msdcc",
        summary: "domain cached credentials up to Windows XP (mscash)",
        strength: Strength::Broken,
        needs: USER,
        rarity: 7,
        claim: |text| match text.strip_prefix("M$").and_then(|rest| rest.rsplit_once('#')) {
            Some((_, digits)) if is_hex(digits, 32) => Claim::Tagged,
            _ => bare(text),
        },
        parse: cached,
        write: Some(Write::Both {
            canonical: |hash| {
                let NtVariant::Cached { user } = variant(hash)? else { return None };
                Some(format!("M${user}#{}", any_digits(hash)?))
            },
            vendor: |hash| match variant(hash)? {
                NtVariant::Cached { .. } => any_digits(hash),
                _ => None,
            },
        }),
        samples: &[Sample {
            password: "g5K2So@oKA?^BoxG.!",
            stored: "452f1689170f02ccda6f20b96491c19d",
            side: &[("username", "Userqgp")],
            from: "passlib 1.7.4 msdcc",
        }],
    },
    Format {
        slug: "msdcc2",
        summary: "domain cached credentials from Windows Vista (mscash2)",
        strength: Strength::Broken,
        needs: USER,
        rarity: 7,
        claim: |text| match tagged(text, "$DCC2$") {
            Claim::No => bare(text),
            claim => claim,
        },
        parse: cached2,
        write: Some(Write::Both {
            canonical: |hash| {
                let NtVariant::Cached2 { user, rounds } = variant(hash)? else { return None };
                Some(format!("$DCC2${rounds}#{user}#{}", any_digits(hash)?))
            },
            vendor: |hash| match variant(hash)? {
                NtVariant::Cached2 { rounds: Nt::ROUNDS_DEFAULT, .. } => any_digits(hash),
                _ => None,
            },
        }),
        samples: &[Sample {
            password: "Gd{3*]I,o^(1AH!ZyxMT",
            stored: "0e18b87593756cdbe0679d9cbebb71bf",
            side: &[("username", "UserpRQ")],
            from: "passlib 1.7.4 msdcc2",
        }],
    },
];

fn bare(text: &str) -> Claim {
    if is_hex(text, 32) { Claim::Shaped } else { Claim::No }
}

/// What follows the tag, read.
fn after(
    text: &str,
    tag: &str,
    read: impl FnOnce(Field<'_>) -> Result<PasswordHash, ParseError>,
) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(text);
    cursor.tag(tag, "expected the tag of this format")?;
    read(cursor.last())
}

fn nt(variant: NtVariant, field: Field<'_>) -> Result<PasswordHash, ParseError> {
    let setting = Nt::new(variant).ok_or(field.fault("there is at least 1 round"))?;
    Stored::new(setting, field.hex()?)
        .map(PasswordHash::Nt)
        .ok_or(field.fault("the hash has 32 hexadecimal digits"))
}

fn cached(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let user = match cursor.skip("M$") {
        true => user(&mut cursor)?,
        false => Side::need(raw.side.username.as_deref(), "username")?,
    };
    nt(NtVariant::Cached { user: user.to_owned() }, cursor.last())
}

fn cached2(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let (user, rounds) = match cursor.skip("$DCC2$") {
        true => {
            let rounds = cursor.until('#', "expected `#` after the rounds")?.number_u32()?;
            (user(&mut cursor)?, rounds)
        }
        false => (Side::need(raw.side.username.as_deref(), "username")?, Nt::ROUNDS_DEFAULT),
    };
    nt(NtVariant::Cached2 { user: user.to_owned(), rounds }, cursor.last())
}

/// The user name, up to the last `#`: it may hold others.
fn user<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, ParseError> {
    let rule = "expected `#` after the user name";
    let at = cursor.rest().rfind('#').ok_or_else(|| cursor.fault(rule))?;
    let user = cursor.take(at, rule)?;
    cursor.tag("#", rule)?;
    Ok(user.text)
}

fn variant(hash: &PasswordHash) -> Option<&NtVariant> {
    match hash {
        PasswordHash::Nt(stored) => Some(stored.setting().variant()),
        _ => None,
    }
}

fn any_digits(hash: &PasswordHash) -> Option<String> {
    match hash {
        PasswordHash::Nt(stored) => Some(hex(stored.digest().expose())),
        _ => None,
    }
}

/// The digits of a value of that variant.
#[expect(clippy::needless_pass_by_value, reason = "the variants asked for hold nothing")]
fn digits(hash: &PasswordHash, of: NtVariant) -> Option<String> {
    variant(hash).filter(|variant| **variant == of)?;
    any_digits(hash)
}

fn lm_digits(hash: &PasswordHash) -> Option<String> {
    match hash {
        PasswordHash::Lm(stored) => Some(hex(stored.digest().expose())),
        _ => None,
    }
}
