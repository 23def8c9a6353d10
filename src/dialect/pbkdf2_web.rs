//! PBKDF2 in the notations of Mattermost, Discourse and Liferay.
//!
//! *Format*: `$pbkdf2$f=SHA256,w=<rounds>,l=32$<B64 salt>$<B64 digest>` (Mattermost from 10.11);
//! hexadecimal with the salt and `$pbkdf2-sha256$i=<rounds>,l=32$` in other columns, where the salt's 32
//! hexadecimal digits are used as the text they are (Discourse); base64 of two 32-bit big-endian numbers
//! (160 bits, the rounds), 8 bytes of salt and 20 of digest, with or without
//! `{PBKDF2WithHmacSHA1/160/<rounds>}` before it (Liferay). *Deviations*: digests have the lengths that
//! these systems write, since PBKDF2's can be cut without changing.
use crate::algorithm::{Pbkdf2, Prf, Stored};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{Cursor, Field, PADDED, PHC, hex, is_hex};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "mattermost-pbkdf2",
        summary: "Mattermost from 10.11",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 3,
        claim: |text| tagged(text, "$pbkdf2$f="),
        parse: mattermost,
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Pbkdf2(stored) = hash else { return None };
            let Pbkdf2 { prf, rounds, salt, digest_len } = stored.setting();
            let name = match prf {
                Prf::Sha256 => "SHA256",
                Prf::Sha512 => "SHA512",
                Prf::Sha1 | Prf::Sha224 | Prf::Sha384 => return None,
            };
            let fits = *digest_len == 32 || *digest_len == prf.digest_len();
            let (salt, digest) =
                (PHC.encode(salt.as_bytes()), PHC.encode(stored.digest().expose()));
            fits.then(|| format!("$pbkdf2$f={name},w={rounds},l={digest_len}${salt}${digest}"))
        })),
        samples: &[Sample {
            password: "correct horse",
            stored: "$pbkdf2$f=SHA256,w=6000,l=32$AAECAwQFBgcICQoLDA0ODw$JVU9HT0HzqckL3phw/ZwcsQjMf0lK2dUo+gtkvSP8Ao",
            side: &[],
            from: "Python's hashlib.pbkdf2_hmac, in the layout of Mattermost's password/hashers",
        }],
    },
    Format {
        slug: "discourse",
        summary: "Discourse: hexadecimal, the salt and the costs in other columns",
        strength: Strength::Legacy,
        needs: &["salt", "algorithm"],
        rarity: 2,
        claim: |text| if is_hex(text, 64) { Claim::Shaped } else { Claim::No },
        parse: discourse,
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Pbkdf2(stored) = hash else { return None };
            let setting = stored.setting();
            let ours = (setting.prf, setting.digest_len) == (Prf::Sha256, 32);
            ours.then(|| hex(stored.digest().expose()))
        })),
        samples: &[Sample {
            password: "correct horse",
            stored: "0564bf6f0e7f8000f7301d0ea42916ef6695ffa05b7590f158107d400849cc39",
            side: &[
                ("salt", "0123456789abcdef0123456789abcdef"),
                ("algorithm", "$pbkdf2-sha256$i=6400,l=32$"),
            ],
            from: "Python's hashlib.pbkdf2_hmac, in the layout of Discourse's user_passwords",
        }],
    },
    Format {
        slug: "liferay",
        summary: "Liferay from 6.2",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| match text.starts_with(LIFERAY)
            || (text.len() == 48 && text.starts_with("AAAAoA"))
        {
            true => Claim::Tagged,
            false => Claim::No,
        },
        parse: liferay,
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Pbkdf2(stored) = hash else { return None };
            let Pbkdf2 { prf, rounds, salt, digest_len } = stored.setting();
            let ours = (*prf, salt.as_bytes().len(), *digest_len) == (Prf::Sha1, 8, 20);
            let numbers = [160_u32.to_be_bytes(), rounds.to_be_bytes()].concat();
            let bytes = [&numbers, salt.as_bytes(), stored.digest().expose()].concat();
            ours.then(|| PADDED.encode(&bytes))
        })),
        samples: &[Sample {
            password: "password",
            stored: "AAAAoAAB9ADJZ16OuMAPPHe2CUbP0HPyXvagoKHumh7iHU3c",
            side: &[],
            from: "Liferay's own PasswordEncryptorUtilTest",
        }],
    },
];

const LIFERAY: &str = "{PBKDF2WithHmacSHA1/160/";

fn finish(
    (prf, rounds): (Prf, u32),
    salt: Vec<u8>,
    field: Field<'_>,
    digest: Vec<u8>,
    digest_len: usize,
) -> Result<PasswordHash, ParseError> {
    Pbkdf2::new(prf, rounds, salt, digest_len)
        .and_then(|setting| Stored::new(setting, digest))
        .map(PasswordHash::Pbkdf2)
        .ok_or(field.fault("no rounds, or a digest that has not the length it must have"))
}

fn mattermost(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    cursor.tag("$pbkdf2$f=", "expected `$pbkdf2$f=`")?;
    let name = cursor.until(',', "expected `,w=` after the function")?;
    let prf = match name.text {
        "SHA256" => Prf::Sha256,
        "SHA512" => Prf::Sha512,
        _ => return Err(name.fault("the function is none of SHA256, SHA512")),
    };
    cursor.tag("w=", "expected `w=` and the rounds")?;
    let rounds = cursor.until(',', "expected `,l=` after the rounds")?.number_u32()?;
    cursor.tag("l=", "expected `l=` and the digest's length")?;
    let len = cursor.until('$', "expected `$` after the length")?;
    let digest_len = match usize::try_from(len.number()?) {
        Ok(len) if len == 32 || len == prf.digest_len() => len,
        _ => return Err(len.fault("the length is 32, or the function's own")),
    };
    let salt = cursor.until('$', "expected `$` after the salt")?.base64(&PHC)?;
    let digest = cursor.last();
    finish((prf, rounds), salt, digest, digest.base64(&PHC)?, digest_len)
}

fn discourse(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let salt = Side::need(raw.side.salt.as_deref(), "salt")?;
    let mut cursor = Cursor::new(Side::need(raw.side.algorithm.as_deref(), "algorithm")?);
    cursor.tag("$pbkdf2-sha256$i=", "expected `$pbkdf2-sha256$i=` in `algorithm`")?;
    let rounds = cursor.until(',', "expected `,l=32$` in `algorithm`")?.number_u32()?;
    if cursor.last().text != "l=32$" {
        return Err(Field::whole(raw.text).fault("expected `,l=32$` at the end of `algorithm`"));
    }
    let digest = Field::whole(raw.text);
    finish((Prf::Sha256, rounds), salt.into(), digest, digest.hex()?, 32)
}

fn liferay(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let named = match cursor.skip(LIFERAY) {
        true => Some(cursor.until('}', "expected `}` after the rounds")?.number_u32()?),
        false => None,
    };
    let field = cursor.last();
    let bytes = field.base64(&PADDED)?;
    let fault = || field.fault("expected 160, the rounds, 8 bytes of salt and 20 of digest");
    let (head, rest) = bytes.split_first_chunk::<8>().ok_or_else(fault)?;
    let (numbers, _) = head.as_chunks::<4>();
    let [bits, rounds] = *numbers else { return Err(fault()) };
    let rounds = u32::from_be_bytes(rounds);
    let agree = named.is_none_or(|named| named == rounds);
    match rest.split_at_checked(8) {
        Some((salt, digest)) if u32::from_be_bytes(bits) == 160 && agree => {
            finish((Prf::Sha1, rounds), salt.to_vec(), field, digest.to_vec(), 20)
        }
        _ => Err(fault()),
    }
}
