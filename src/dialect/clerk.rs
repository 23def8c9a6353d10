//! What Clerk takes in its imports, besides the texts of others.
//!
//! *Format*: bcrypt with `$` and the pepper behind it; `pbkdf2_sha256$<rounds>$<salt>$<digest>` in padded
//! base64, where Django's salt is text; `pbkdf2_sha512$…` with a salt of text and `pbkdf2_sha512_hex$…`
//! with one in hexadecimal, both with the digest in hexadecimal; `pbkdf2_sha1$…` likewise, whose salt is
//! hexadecimal if it can be, and behind which the digest's bytes may be counted; `<salt>$<hex>` of MD5 and
//! SHA-256; `sha512_symfony$<iterations>$<salt>$<base64>`; `hmac_sha256_utf16_b64$<digest>$<key>`.
//! *Deviations*: Clerk's manual does not say on which side of the password the salt of `md5_salted` and
//! `sha256_salted` stands; here it is before. A pepper in the text must be the one beside it, since a text
//! of ours holds no secrets. *Source*: the manual of Clerk's Backend API, as its SDKs repeat it.
use crate::algorithm::{
    BcryptPrehash, FastHash, HmacLayout, InnerHash, Md5Layout, Pbkdf2, Prf, Salt, SaltHmac,
    ShaLayout, ShaVersion, Stored, SymfonyDigest,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write, tagged};
use crate::hash::PasswordHash;
use crate::side::Side;
use crate::text::{Cursor, PADDED, hex, is_hex};

use super::{bcrypt, braces, forum};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "clerk-bcrypt-peppered",
        summary: "Clerk's import of peppered bcrypt, the pepper behind it",
        strength: Strength::Legacy,
        needs: &["pepper"],
        rarity: 6,
        claim: |text| match text.get(BCRYPT_LETTERS..).is_some_and(|rest| rest.starts_with('$')) {
            true => forum::shaped_as_bcrypt(text),
            false => Claim::No,
        },
        parse: parse_peppered,
        write: None,
        samples: &[Sample {
            password: "<rpUWa0/ A",
            stored: "$2a$04$MzNBd7gda7V.CGVMnAw0VO4D4HYSf/FjlUuivgVjt2OcIn.7bSn.S$p3pp3r",
            side: &[("pepper", "p3pp3r")],
            from: "php-cli 8.2.36 (Debian) crypt($pass.$pepper), laid out as in Clerk's manual",
        }],
    },
    Format {
        slug: "clerk-pbkdf2",
        summary: "Clerk's import of PBKDF2: pbkdf2_sha256, _sha512, _sha512_hex, _sha1",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 5,
        claim: |text| match KINDS.iter().find(|(tag, ..)| text.starts_with(tag)) {
            // The others are Django's too.
            Some((.., Prf::Sha512)) => Claim::Tagged,
            Some(_) => Claim::Shaped,
            None => Claim::No,
        },
        parse: parse_pbkdf2,
        write: Some(Write::Vendor(write_pbkdf2)),
        samples: &[
            Sample {
                password: "-=38fSH^7>U~U",
                stored: "pbkdf2_sha256$50$7jF8xjx7c9zzH78H$qPnEn0/jOFz2uDaYool6sNt7eMeR/jJkmF8ogfm45bc=",
                side: &[],
                from: "Python's hashlib, laid out as in Clerk's manual",
            },
            Sample {
                password: "@]m!}!l%_Nec-FX}.Y/dvuM?GggJKzsBurjRa#?>?i{q_TfnTrAg{jUZnO2^&q7tsvn}t@Z pbM&P;J#BLkyQav@3#tT4lH%41&^Q)8O~bPs_p7Ww+kXc7iRraCMYLyR=>^rJsmQ)aZ@%>/!1.J4L@86;oZOg@g(Jk-kdm=hB! QiIiDL_/w&Y[cbp)lBW#R6tc%?Sms9YaCP1lTTvlxNe7fSIc(a9{mHF0wJ0l<Cf81~m}X5bagHX/zoC(eY9d",
                stored: "pbkdf2_sha512_hex$50$84852166b61987170e851bcb$04a1291e44b67df828574d67ef4f57b6fef590ca296e203d477f7c26cd2e4fefe7827783a434f48a7bc2f3ae11a2cd8761fc9a89f416d63776b9769327ab3e3f",
                side: &[],
                from: "Python's hashlib, laid out as in Clerk's manual",
            },
        ],
    },
    Format {
        slug: "clerk-salted",
        summary: "Clerk's import of salted MD5 and SHA-256: salt$hex",
        strength: Strength::Broken,
        needs: &[],
        rarity: 7,
        claim: |text| match text.split_once('$') {
            Some((salt, digest))
                if !salt.is_empty() && [32, 64].iter().any(|n| is_hex(digest, *n)) =>
            {
                Claim::Shaped
            }
            _ => Claim::No,
        },
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            let salt = cursor.until('$', "expected `$` after the salt")?;
            let digest = cursor.last();
            if salt.text.is_empty() {
                return Err(salt.fault("the salt is missing"));
            }
            let (bytes, salt) = (digest.hex()?, Salt::from(salt.text));
            let hash = match bytes.len() {
                16 => braces::md5(Md5Layout::SaltPass, salt, bytes),
                _ => braces::sha(ShaVersion::Sha256, ShaLayout::SaltPass, salt, bytes),
            };
            hash.ok_or(digest.fault("the digest is neither MD5 nor SHA-256"))
        },
        write: Some(Write::Vendor(|hash| {
            let (salt, digest) = match hash {
                PasswordHash::Md5(stored) => {
                    (&stored.setting().salt, braces::hex_md5(hash, Md5Layout::SaltPass)?)
                }
                PasswordHash::Sha(stored) => {
                    let (version, layout) = (ShaVersion::Sha256, ShaLayout::SaltPass);
                    (&stored.setting().salt, braces::hex_sha(hash, version, layout)?)
                }
                _ => return None,
            };
            let salt = str::from_utf8(salt.as_bytes()).ok()?;
            (!salt.is_empty() && !salt.contains('$')).then(|| format!("{salt}${digest}"))
        })),
        samples: &[Sample {
            password: "-C)u2](C7S",
            stored: "ovu4rk3c2$ed45ba2cbeb1a61678be7b2ef8b5b9e9",
            side: &[],
            from: "php-cli 8.2.36 (Debian), laid out as in Clerk's manual",
        }],
    },
    Format {
        slug: "clerk-symfony",
        summary: "Clerk's import of Symfony's digest: sha512_symfony",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| tagged(text, SYMFONY),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag(SYMFONY, "expected `sha512_symfony$`")?;
            let iterations = cursor.until('$', "expected `$` after the iterations")?;
            let salt = cursor.until('$', "expected `$` after the salt")?;
            let digest = cursor.last();
            let setting = SymfonyDigest::new(SHA512, iterations.number_u32()?, salt.text);
            let setting = setting.ok_or(salt.fault("no iterations, or braces in the salt"))?;
            Stored::new(setting, digest.base64(&PADDED)?)
                .map(PasswordHash::Symfony)
                .ok_or(digest.fault("the digest has 64 bytes"))
        },
        write: Some(Write::Vendor(|hash| {
            let PasswordHash::Symfony(stored) = hash else { return None };
            let SymfonyDigest { hash: SHA512, iterations, salt } = stored.setting() else {
                return None;
            };
            let salt = str::from_utf8(salt.as_bytes()).ok().filter(|salt| !salt.contains('$'))?;
            Some(format!(
                "{SYMFONY}{iterations}${salt}${}",
                PADDED.encode(stored.digest().expose())
            ))
        })),
        samples: &[Sample {
            password: "7D=_DN;x6.BMWfw>,8",
            stored: "sha512_symfony$17$gsnk41tb6$Ymll6ShE2az3T5LnlY4+JE+910hiUdohhch6kdFxtt6QaWCXJnn6TQBOBGoezIkRtIqjD29BEZboCEI3H4Kx/g==",
            side: &[],
            from: "Python's hashlib, laid out as in Clerk's manual",
        }],
    },
    Format {
        slug: "clerk-hmac-utf16",
        summary: "Clerk's import of ASP.NET's membership: hmac_sha256_utf16_b64",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| tagged(text, HMAC),
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag(HMAC, "expected `hmac_sha256_utf16_b64$`")?;
            let digest = cursor.until('$', "expected `$` after the digest")?;
            let key = cursor.last();
            SaltHmac::new(FastHash::Sha256, HmacLayout::SaltUtf16, 1, key.base64(&PADDED)?)
                .zip(Some(digest.base64(&PADDED)?))
                .and_then(|(setting, digest)| Stored::new(setting, digest))
                .map(PasswordHash::SaltHmac)
                .ok_or(digest.fault("the digest has 32 bytes, and there is a key"))
        },
        write: Some(Write::Canonical(|hash| {
            let PasswordHash::SaltHmac(stored) = hash else { return None };
            let SaltHmac {
                function: FastHash::Sha256, layout: HmacLayout::SaltUtf16, salt, ..
            } = stored.setting()
            else {
                return None;
            };
            let [digest, key] =
                [stored.digest().expose(), salt.as_bytes()].map(|bytes| PADDED.encode(bytes));
            Some(format!("{HMAC}{digest}${key}"))
        })),
        samples: &[Sample {
            password: "NW,uls%&A5",
            stored: "hmac_sha256_utf16_b64$l2s4U78kddXrewkhH3fTJxxS8CExXssDrtcbbxWYX/U=$t3EJt1wZTvRxTYpDrZEkSw==",
            side: &[],
            from: "Python's hmac, laid out as in Clerk's manual",
        }],
    },
];

const SYMFONY: &str = "sha512_symfony$";
const HMAC: &str = "hmac_sha256_utf16_b64$";
const SHA512: InnerHash = InnerHash::Sha(ShaVersion::Sha512);
const BCRYPT_LETTERS: usize = 60;

/// How a salt is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SaltText {
    Base64,
    Plain,
    Hex,
    /// Hexadecimal if it can be, or else as it stands.
    Either,
}

const KINDS: [(&str, SaltText, Prf); 4] = [
    ("pbkdf2_sha256$", SaltText::Base64, Prf::Sha256),
    ("pbkdf2_sha512$", SaltText::Plain, Prf::Sha512),
    ("pbkdf2_sha512_hex$", SaltText::Hex, Prf::Sha512),
    ("pbkdf2_sha1$", SaltText::Either, Prf::Sha1),
];

fn parse_peppered(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let text = cursor.take(BCRYPT_LETTERS, "expected the 60 letters of bcrypt")?;
    let pepper = Side::need(raw.side.pepper.as_ref(), "pepper")?;
    cursor.tag("$", "expected `$` and the pepper")?;
    if !crate::ct::equal(cursor.rest().as_bytes(), pepper.as_bytes()) {
        return Err(cursor.fault("the pepper is not the one that stands beside the text"));
    }
    let id = raw.side.key_id(Side::PEPPER)?;
    bcrypt::prepared(Cursor::within(text), BcryptPrehash::Pepper(id))
}

fn parse_pbkdf2(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let kind = KINDS.iter().find(|(tag, ..)| cursor.skip(tag));
    let (_, how, prf) = kind.ok_or_else(|| cursor.fault("not a tag of Clerk's for PBKDF2"))?;
    let rounds = cursor.until('$', "expected `$` after the rounds")?.number_u32()?;
    let salt = cursor.until('$', "expected `$` after the salt")?;
    let (digest, length) = match cursor.rest().contains('$') {
        true => (cursor.until('$', "expected `$`")?, Some(cursor.last())),
        false => (cursor.last(), None),
    };
    let salt = match how {
        SaltText::Base64 => salt.base64(&PADDED)?,
        SaltText::Plain => salt.bytes(),
        SaltText::Hex => salt.hex()?,
        SaltText::Either => salt.hex().unwrap_or_else(|_| salt.bytes()),
    };
    let bytes = match how {
        SaltText::Base64 => digest.base64(&PADDED)?,
        _ => digest.hex()?,
    };
    let len = match (length, how) {
        (None, SaltText::Either) => 32,
        (None, _) => prf.digest_len(),
        (Some(length), _) => usize::try_from(length.number()?).unwrap_or(usize::MAX),
    };
    // A digest that is cut would still match: its length must be the one that was said.
    Pbkdf2::new(*prf, rounds, salt, len)
        .and_then(|setting| Stored::new(setting, bytes))
        .map(PasswordHash::Pbkdf2)
        .ok_or(digest.fault("no rounds, or a digest that has not the length it must have"))
}

fn write_pbkdf2(hash: &PasswordHash) -> Option<String> {
    let PasswordHash::Pbkdf2(stored) = hash else { return None };
    let Pbkdf2 { prf, rounds, salt, digest_len } = stored.setting();
    let (salt, digest) = (salt.as_bytes(), stored.digest().expose());
    match (prf, digest_len) {
        (Prf::Sha256, 32) => {
            let [salt, digest] = [salt, digest].map(|bytes| PADDED.encode(bytes));
            Some(format!("pbkdf2_sha256${rounds}${salt}${digest}"))
        }
        (Prf::Sha512, 64) => {
            Some(format!("pbkdf2_sha512_hex${rounds}${}${}", hex(salt), hex(digest)))
        }
        (Prf::Sha1, _) => {
            Some(format!("pbkdf2_sha1${rounds}${}${}${digest_len}", hex(salt), hex(digest)))
        }
        _ => None,
    }
}
