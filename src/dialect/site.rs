//! Content and learning systems: Nextcloud, Moodle, TYPO3, Joomla's `{SHA256}`.
//!
//! *Format*: Nextcloud writes `<n>|` before a crypt(3) or PHC text, 1 for bcrypt, 2 for Argon2i,
//! 3 for Argon2id; rows of old ownClouds are bcrypt over the password and the instance's
//! `passwordsalt`, or bare SHA-1. Moodle keeps bcrypt, sha512crypt (from 4.3, over the password and
//! a pepper where the site has one) or, from before 2.5, the MD5 of the password and the site's
//! `passwordsaltmain`. TYPO3 converted a table with `M` (over the hexadecimal MD5 that stood there)
//! or `C` (over the password) before the text. Joomla writes `{SHA256}<hex>:<salt>` of password and
//! salt. *Deviations*: Moodle also tries a password with backslashes added and retired salts; a
//! caller who needs that tries them in turn. *Security*: the sites' secrets are keys, named in the
//! canonical text and held in the keyring.
use crate::algorithm::{
    BcryptPrehash, Letters, Md5Layout, PhPassPrehash, Salt, ShaLayout, ShaVersion, Stored,
};
use crate::error::ParseError;
use crate::format::{Claim, Format, Raw, Sample, Strength, Write};
use crate::hash::{Layer, PasswordHash};
use crate::side::Side;
use crate::text::{Cursor, Field, is_hex};

use super::{argon2, bcrypt, braces, forum, layered};

pub(super) static FORMATS: &[Format] = &[
    Format {
        slug: "nextcloud",
        summary: "Nextcloud and ownCloud, with their old rows",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 4,
        claim: |text| match text.as_bytes() {
            [b'1'..=b'3', b'|', b'$', ..] => Claim::Tagged,
            _ if is_hex(text, 40) => Claim::Shaped,
            _ => forum::shaped_as_bcrypt(text),
        },
        parse: nextcloud,
        write: Some(Write::Vendor(write_nextcloud)),
        samples: &[Sample {
            password: "   k=ar][-Z ",
            stored: "1|$2y$04$.W8cEO2JrB/ZFgJ6T8f0hu8tdOZDH9M5nmvh4ipmGLSoAsSqrQjs2",
            side: &[],
            from: "php-cli 8.2.36 (Debian) password_hash; OC\\Security\\Hasher verify path transcribed",
        }],
    },
    Format {
        slug: "moodle",
        summary: "Moodle: bcrypt, sha512crypt with a pepper, MD5 with the site's salt",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| match text.as_bytes() {
            [b'$', b'6', b'$', ..] => Claim::Shaped,
            _ if is_hex(text, 32) => Claim::Shaped,
            _ => forum::shaped_as_bcrypt(text),
        },
        parse: moodle,
        write: Some(Write::Vendor(write_moodle)),
        samples: &[Sample {
            password: "$:|{}%\\\"'`&<>,;=(y0\\0",
            stored: "$6$rounds=1000$h7iy5T31aKQI8wSF$vZM/6NLF44tyI5hjQzrcU.Q/A72CDRX/9UPSOEgMuGMbzT/6f0FAl4CfVYcYccgbjsL/S4JumhlZcoWvk7DEg/",
            side: &[],
            from: "php-cli 8.2.36 (Debian) crypt()/password_verify; Moodle wrapper re-derived",
        }],
    },
    Format {
        slug: "typo3-converted",
        summary: "TYPO3's converted tables (M$…, C$…): over an MD5 that stood there",
        strength: Strength::Legacy,
        needs: &[],
        rarity: 6,
        claim: |text| match text.strip_prefix(['M', 'C']) {
            Some(salted) if SALTED.iter().any(|tag| salted.starts_with(tag)) => Claim::Tagged,
            _ => Claim::No,
        },
        parse: typo3,
        write: Some(Write::Vendor(write_typo3)),
        samples: TYPO3,
    },
    Format {
        slug: "joomla-sha256",
        summary: "Joomla 1 and 2 with SHA-256: `{SHA256}hex:salt`",
        strength: Strength::Broken,
        needs: &[],
        rarity: 6,
        claim: |text| match text.strip_prefix(JOOMLA).and_then(|body| body.split_once(':')) {
            // The tag is LDAP's too, which has base64 behind it.
            Some((digest, _)) if is_hex(digest, 64) => Claim::Shaped,
            _ => Claim::No,
        },
        parse: |raw| {
            let mut cursor = Cursor::new(raw.text);
            cursor.tag(JOOMLA, "expected `{SHA256}`")?;
            let digest = cursor.until(':', "expected `:` and the salt after the digest")?;
            let salt = cursor.last();
            if salt.text.is_empty() {
                return Err(salt.fault("the salt is missing"));
            }
            let (version, layout) = (ShaVersion::Sha256, ShaLayout::PassSalt);
            braces::sha(version, layout, Salt::from(salt.text), digest.hex()?)
                .ok_or(digest.fault("SHA-256 has 64 hexadecimal digits"))
        },
        write: Some(Write::Vendor(|hash| {
            let digest = braces::hex_sha(hash, ShaVersion::Sha256, ShaLayout::PassSalt)?;
            let PasswordHash::Sha(stored) = hash else { return None };
            let salt = str::from_utf8(stored.setting().salt.as_bytes()).ok()?;
            (!salt.is_empty()).then(|| format!("{JOOMLA}{digest}:{salt}"))
        })),
        samples: JOOMLA_SAMPLES,
    },
];

const TYPO3: &[Sample] = &[
    Sample {
        password: "correct horse",
        stored: "M$P$5NaClNaClocSvY3fUAIVQ0qSQSp2cF/",
        side: &[],
        from: "php-cli 8.2.36 (Debian) PHPass in PHP over md5($pass)",
    },
    Sample {
        password: "correct horse",
        stored: "M$1$NaClNaCl$POk7gM.5qCDV5o2Anj88M0",
        side: &[],
        from: "php-cli 8.2.36 (Debian) crypt(md5($pass))",
    },
    Sample {
        password: "correct horse",
        stored: "C$1$NaClNaCl$NTfiJmB4LJ7COAUvvs0BT0",
        side: &[],
        from: "php-cli 8.2.36 (Debian) crypt()",
    },
];
const JOOMLA_SAMPLES: &[Sample] = &[Sample {
    password: "correct horse",
    stored: "{SHA256}2262028b1f4fa6a946529278a754a8bd596ff79c4b3db9319bb66c3ed0afa2a6:89384528665349271307465505333378",
    side: &[],
    from: "php-cli 8.2.36 (Debian) hash(\"sha256\", $pass.$salt)",
}];

const JOOMLA: &str = "{SHA256}";

fn nextcloud(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    if cursor.skip("1|") {
        return bcrypt::parse_plain(cursor);
    }
    for (tag, variant) in [("2|", "$argon2i$"), ("3|", "$argon2id$")] {
        if cursor.skip(tag) {
            return match cursor.rest().starts_with(variant) {
                true => argon2::parse_phc(cursor),
                false => Err(cursor.fault("the number before `|` is of another function")),
            };
        }
    }
    let text = Field::whole(raw.text);
    if is_hex(raw.text, 40) {
        return braces::sha(ShaVersion::Sha1, ShaLayout::Bare, Salt::default(), text.hex()?)
            .ok_or(text.fault("SHA-1 has 40 hexadecimal digits"));
    }
    if forum::shaped_as_bcrypt(raw.text) == Claim::No {
        return Err(text.fault("expected a number and `|`, bcrypt or SHA-1"));
    }
    let hash = bcrypt::parse_plain(cursor)?;
    keyed(raw.side.legacy_salt.is_some(), raw.side, Side::LEGACY_SALT, hash)
}

/// `hash` over the password and the key of that id, where the site has one.
fn keyed(
    has_key: bool,
    side: &Side,
    id: &str,
    hash: PasswordHash,
) -> Result<PasswordHash, ParseError> {
    match has_key {
        false => Ok(hash),
        true => layered::over(vec![Layer::KeyAfter(side.key_id(id)?)], hash)
            .map_err(|rule| Field::whole("").fault(rule)),
    }
}

/// The hash itself, or the one over the password and a key.
fn without_key(hash: &PasswordHash) -> Option<PasswordHash> {
    match layered::split(hash) {
        Some((layers, last)) => matches!(layers, [Layer::KeyAfter(_)]).then_some(last),
        None => Some(hash.clone()),
    }
}

/// The crypt(3) text of plain bcrypt.
fn blowfish(hash: &PasswordHash) -> Option<String> {
    bcrypt::with_prehash(hash, |p| matches!(p, BcryptPrehash::None)).map(bcrypt::text)
}

fn write_nextcloud(hash: &PasswordHash) -> Option<String> {
    if let Some((_, last)) = layered::split(hash) {
        without_key(hash)?;
        return blowfish(&last);
    }
    let text = hash.to_string();
    match hash {
        PasswordHash::Bcrypt(_) => Some(format!("1|{}", blowfish(hash)?)),
        PasswordHash::Argon2(_) if text.starts_with("$argon2i$") => Some(format!("2|{text}")),
        PasswordHash::Argon2(_) if text.starts_with("$argon2id$") => Some(format!("3|{text}")),
        _ => braces::hex_sha(hash, ShaVersion::Sha1, ShaLayout::Bare),
    }
}

fn moodle(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let (text, side) = (Field::whole(raw.text), raw.side);
    if is_hex(raw.text, 32) {
        let hash = braces::md5(Md5Layout::Bare, Salt::default(), text.hex()?)
            .ok_or(text.fault("MD5 has 32 hexadecimal digits"))?;
        return keyed(side.site_salt.is_some(), side, Side::SITE_SALT, hash);
    }
    if !raw.text.starts_with("$6$") && forum::shaped_as_bcrypt(raw.text) == Claim::No {
        return Err(text.fault("expected bcrypt, sha512crypt or MD5"));
    }
    let (hash, _) = super::read_tagged(raw.text)?;
    keyed(side.pepper.is_some(), side, Side::PEPPER, hash)
}

fn write_moodle(hash: &PasswordHash) -> Option<String> {
    let last = without_key(hash)?;
    match last {
        PasswordHash::Sha2Crypt(_) => Some(last.to_string()).filter(|text| text.starts_with("$6$")),
        PasswordHash::Bcrypt(_) => blowfish(&last),
        _ => braces::hex_md5(&last, Md5Layout::Bare),
    }
}

/// What TYPO3 has salted with.
const SALTED: [&str; 5] = ["$1$", "$2", "$P$", "$pbkdf2-sha256$", "$argon2"];

fn typo3(raw: Raw<'_>) -> Result<PasswordHash, ParseError> {
    let mut cursor = Cursor::new(raw.text);
    let md5_first = cursor.take(1, "expected `M` or `C`")?;
    let field = cursor.last();
    if !SALTED.iter().any(|tag| field.text.starts_with(tag)) {
        return Err(field.fault("not a text that TYPO3 writes"));
    }
    let read = super::read_tagged(field.text);
    let (hash, _) = read.map_err(|_| field.fault("the text behind the letter is malformed"))?;
    match (md5_first.text, &hash) {
        ("C", _) => return Ok(hash),
        ("M", PasswordHash::PhPass(stored)) => {
            let mut setting = stored.setting().clone();
            setting.prehash = PhPassPrehash::Md5Hex;
            return Stored::new(setting, stored.digest().expose().to_vec())
                .map(PasswordHash::PhPass)
                .ok_or(field.fault("the digest has not the length that this format has"));
        }
        ("M", _) => {}
        _ => return Err(md5_first.fault("expected `M` or `C`")),
    }
    layered::over(md5_hex(), hash).map_err(|rule| field.fault(rule))
}

/// The hexadecimal MD5 of the password.
pub(super) fn md5_hex() -> Vec<Layer> {
    let md5 = |zeros| braces::md5(Md5Layout::Bare, Salt::default(), zeros);
    layered::blank(Letters::Hex, 16, md5).into_iter().collect()
}

/// Whether the layers are those of `md5_hex`.
pub(super) fn is_md5_hex(layers: &[Layer]) -> bool {
    let [Layer::Hash(first, Letters::Hex)] = layers else { return false };
    braces::hex_md5(first, Md5Layout::Bare).is_some()
}

fn write_typo3(hash: &PasswordHash) -> Option<String> {
    let text = match hash {
        PasswordHash::PhPass(_) => hash.to_string().strip_prefix('U')?.to_owned(),
        _ => {
            let (layers, last) = layered::split(hash)?;
            is_md5_hex(layers).then(|| last.to_string())?
        }
    };
    SALTED.iter().any(|tag| text.starts_with(tag)).then(|| format!("M{text}"))
}
