//! Cisco's devices: PIX, and the types 4, 7, 8 and 9 of IOS. Type 5 is md5crypt.
//!
//! *Format*: PIX is 16 letters of crypt(3)'s base64; type 4 is 43 letters of the same alphabet, highest bit
//! first; `$8$` and `$9$` have 14 letters of salt, used as text, and such a digest. Type 7 is two decimal
//! digits and hexadecimal. *Security*: type 7 is no hash but an XOR with a text that everybody knows: what
//! is read is the password's SHA-256, and written as `{SHA256}`. Type 4 is bare SHA-256. Junos writes
//! another, reversible `$9$`, which has no second `$`. *Deviations*: see [`CiscoPix`].
use crate::algorithm::{CiscoPix, Pbkdf2, Prf, Salt, Scrypt, ShaLayout, ShaVersion, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::text::{CRYPT, Cursor, DES, Field, LDAP, is_hex};
use zeroize::Zeroizing;

use super::{braces, dovecot, scrypt};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "cisco-pix",
        summary: "Cisco PIX, ASA up to 16 characters",
        strength: Strength::Broken,
        needs: &[],
        rarity: 7,
        claim: |text| match tagged(text, PIX) {
            // Sixteen hexadecimal digits are somebody else's.
            Claim::No if text.len() == 16 && letters(text) && !is_hex(text, 16) => Claim::Shaped,
            claim => claim,
        },
        parse: parse_pix,
        write: Some(Write::Both {
            canonical: |hash| match hash {
                PasswordHash::CiscoPix(stored) => {
                    Some(braces::braces(PIX, stored.digest().expose(), &stored.setting().user))
                }
                _ => None,
            },
            vendor: |hash| match hash {
                PasswordHash::CiscoPix(stored) => Some(CRYPT.encode(stored.digest().expose())),
                _ => None,
            },
        }),
        samples: &[Sample {
            password: "d.Tu+V^t{J1qDfV",
            stored: "5GKtDv/HgHc9djiY",
            side: &[],
            from: "passlib 1.7.4 cisco_pix",
        }],
    },
    Format {
        slug: "cisco-type7",
        summary: "Cisco IOS type 7: an encoding, not a hash",
        strength: Strength::Broken,
        needs: &[],
        rarity: 8,
        claim: |text| {
            let upper = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
            if upper && type7(text).is_ok() { Claim::Shaped } else { Claim::No }
        },
        parse: |raw| {
            let password = type7(raw.text)?;
            let fault = Field::whole(raw.text).fault("expected a password");
            dovecot::cleartext(&password).ok_or(fault)
        },
        write: None,
        samples: &[Sample {
            password: "8J*eOS9djTvNck",
            stored: "154A21460105187D2C3901343D041D",
            side: &[],
            from: "passlib 1.7.4 cisco_type7",
        }],
    },
    Format {
        slug: "cisco-type4",
        summary: "Cisco IOS type 4: bare SHA-256",
        strength: Strength::Broken,
        needs: &[],
        rarity: 8,
        claim: |text| if text.len() == 43 && letters(text) { Claim::Shaped } else { Claim::No },
        parse: |raw| {
            let field = Field::whole(raw.text);
            let digest = field.base64(&DES)?;
            braces::sha(ShaVersion::Sha256, ShaLayout::Bare, Salt::default(), digest)
                .ok_or(field.fault("the digest has 43 letters"))
        },
        write: Some(Write::Vendor(|hash| {
            braces::hex_sha(hash, ShaVersion::Sha256, ShaLayout::Bare)?;
            hash.parts().map(|(_, digest)| DES.encode(digest.expose()))
        })),
        samples: &[Sample {
            password: "hashcat",
            stored: "2btjjy78REtmYkkW0csHUbJZOstRXoWdX1mGrmmfeHI",
            side: &[],
            from: "hashcat's example of mode 5700",
        }],
    },
    Format {
        slug: "cisco-type8",
        summary: "Cisco IOS type 8: PBKDF2",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| claim(text, "$8$"),
        parse: |raw| {
            let (salt, field) = fields(raw, "$8$")?;
            Pbkdf2::new(Prf::Sha256, TYPE8_ROUNDS, salt.bytes(), 32)
                .and_then(|setting| Stored::new(setting, field.base64(&DES).ok()?))
                .map(PasswordHash::Pbkdf2)
                .ok_or(field.fault("the digest has 43 letters"))
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Pbkdf2(stored) = hash else { return None };
            let Pbkdf2 { prf: Prf::Sha256, rounds: TYPE8_ROUNDS, salt, digest_len: 32 } =
                stored.setting()
            else {
                return None;
            };
            text("$8$", salt, stored.digest().expose())
        })),
        samples: &[Sample {
            password: "hashcat",
            stored: "$8$84486783037343$pYNyVrtyMalQrZLxRi7ZLQS1Fl.jkYCgASUi5P8JNb2",
            side: &[],
            from: "hashcat's example of mode 9200",
        }],
    },
    Format {
        slug: "cisco-type9",
        summary: "Cisco IOS type 9: scrypt",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| claim(text, "$9$"),
        parse: |raw| {
            let (salt, field) = fields(raw, "$9$")?;
            let digest = field.base64(&DES)?;
            if digest.len() != 32 {
                return Err(field.fault("the digest has 43 letters"));
            }
            scrypt::finish((14, 1, 1), salt.bytes(), field, digest)
        },
        write: Some(Write::Vendor(|hash| {
            let (Scrypt { n_log2: 14, block_r: 1, parallel_p: 1, salt, .. }, digest) =
                scrypt::parts(hash, 32)?
            else {
                return None;
            };
            text("$9$", salt, digest)
        })),
        samples: &[Sample {
            password: "hashcat",
            stored: "$9$87023684531115$phio0TBQwaO7KZ8toQFyGFyDvyOzidaypRWN0uKX0hU",
            side: &[],
            from: "hashcat's example of mode 9300",
        }],
    },
];

const PIX: &str = "{CISCO-PIX}";
const TYPE8_ROUNDS: u32 = 20_000;
/// What type 7 is mixed with: passlib's `cisco_type7`, and every paper on it since 1995.
const TYPE7: &[u8] = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";

fn letters(text: &str) -> bool {
    text.bytes().all(|letter| CRYPT.value(letter).is_some())
}

fn parse_pix(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let (field, digest, user) = if cursor.skip(PIX) {
        let field = cursor.last();
        let mut digest = field.base64(&LDAP)?;
        let user = digest.split_off(digest.len().min(12));
        (field, digest, Salt::from(user))
    } else {
        let field = cursor.last();
        let user = Salt::from(raw.side.username.as_deref().unwrap_or_default());
        (field, field.base64(&CRYPT)?, user)
    };
    Stored::new(CiscoPix::new(user), digest)
        .map(PasswordHash::CiscoPix)
        .ok_or(field.fault("the digest has 16 letters"))
}

/// The password behind type 7.
fn type7(text: &str) -> Result<Zeroizing<Vec<u8>>, ParseError> {
    let mut cursor = Cursor::new(text);
    let offset = cursor.take(2, "expected two decimal digits")?;
    let digits = offset.text.bytes().all(|b| b.is_ascii_digit());
    let skip = offset.text.parse().ok().filter(|skip| digits && *skip < TYPE7.len());
    let skip = skip.ok_or(offset.fault("expected a number from 00 to 52"))?;
    let mut password = Zeroizing::new(cursor.last().hex()?);
    let key = TYPE7.iter().cycle().skip(skip);
    password.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
    Ok(password)
}

fn claim(text: &str, tag: &str) -> Claim {
    let fields = text.strip_prefix(tag).and_then(|rest| rest.split_once('$'));
    match fields {
        Some((salt, digest)) if salt.len() == 14 && digest.len() == 43 => Claim::Tagged,
        _ => Claim::No,
    }
}

/// Salt and digest.
fn fields<'a>(raw: Raw<'a>, tag: &str) -> Result<(Field<'a>, Field<'a>), ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag(tag, "expected the tag of this format")?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    if salt.text.len() != 14 || !letters(salt.text) {
        return Err(salt.fault("the salt has 14 letters of crypt(3)"));
    }
    Ok((salt, cursor.last()))
}

fn text(tag: &str, salt: &Salt, digest: &[u8]) -> Option<String> {
    let salt = str::from_utf8(salt.as_bytes()).ok()?;
    (salt.len() == 14 && letters(salt)).then(|| format!("{tag}{salt}${}", DES.encode(digest)))
}
